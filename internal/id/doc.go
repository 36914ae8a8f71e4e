// Package id makes and names the keys of everything Zongler stores.
//
// A key is a positive int64 that sorts by the time it was made, so that indexes
// grow at one end and keyset pages need no second column. It is made in Go,
// never by the database, and travels as a decimal string because JavaScript
// loses integers above 2^53. Each kind of thing has its own type: the compiler
// refuses a queue where an agent is meant.
//
// What must never break: keys made by one process are unique and increasing,
// and a key's text form is stable.
package id
