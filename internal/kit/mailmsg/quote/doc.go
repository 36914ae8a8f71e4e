// Package quote tells what a mail says anew from what it repeats: quoted mails
// and signatures are marked so that a screen folds them.
//
// It knows the ways of the usual mail programs in English, Polish and Hungarian.
//
// What must never break: nothing is lost. The sections of a text joined by line
// ends are the text; HTML keeps every element and gains marks only. In doubt
// something counts as new: a wrongly folded answer is worse than a long one.
package quote
