// Package mask hides what not everybody may read: card numbers in what
// customers write, names and addresses from those who only look at figures.
//
// What must never break: a number that could be a card's does not get through,
// and nothing of a masked name can be read but its initials.
package mask
