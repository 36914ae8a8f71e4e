// Package posttext counts the length of a text as X does, which is not in characters:
// an address counts 23 however long it is, a character of most European alphabets
// counts one, all others and each emoji count two (twitter-text, configuration 3).
//
// What must never break: it never counts less than X does for what people write; the
// desk counts the same (testdata holds both to it).
package posttext
