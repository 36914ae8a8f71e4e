// Package fold writes words the way people search for them: without case,
// accents and ligatures, so that "Zolc" finds "Żółć" and "orult" finds "Őrült".
//
// The rules, in this order: bytes that are not UTF-8 go; compatibility forms come
// apart (NFKD: "ﬁ" is "fi", "Ａ" is "A"); lower case; marks, enclosing marks and
// invisible characters go ("ż" is "z", a soft hyphen is nothing); letters that do
// not come apart become their plain ones (ł l, ø o, đ and ð d, ħ h, ı i, ŧ t,
// ß ss, æ ae, œ oe, þ th, ς σ) and curly apostrophes straight ones; runs of white
// space and control characters become one space, none at the ends. Punctuation
// stays: Words parts at it.
//
// What must never break: texts and what is searched in them are folded by the
// same rules, and folding twice changes nothing. A change of rules means that
// every stored folded text must be made again.
package fold
