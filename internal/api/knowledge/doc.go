// Package knowledge is the interface of what the centre knows: the search over
// everything, articles with their texts and reviews, and what was looked for in vain.
//
// What must never break: a handler reads its input, calls one use-case and shows
// the result; rights are the use-case's to check.
package knowledge
