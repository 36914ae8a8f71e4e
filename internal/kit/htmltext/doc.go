// Package htmltext stands between HTML from outside and our screens: it cleans
// HTML, makes text of it, and makes safe HTML of text.
//
// What must never break: what Clean, FromText and Preview return runs no script,
// loads nothing from elsewhere unless asked to, and does not leave the element
// that it is put into.
package htmltext
