// Package phone writes telephone numbers in one way, E.164, so that a caller is
// recognised however the number was typed.
//
// What must never break: the same number always gives the same text, and what
// is no number gives none.
package phone
