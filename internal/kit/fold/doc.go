// Package fold writes words the way people search for them: without case,
// accents and ligatures, so that "Zolc" finds "Żółć" and "orult" finds "Őrült".
//
// What must never break: texts and what is searched in them are folded by the
// same rules, and folding twice changes nothing. A change of rules means that
// every stored folded text must be made again.
package fold
