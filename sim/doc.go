// Package sim runs whole days of a contact centre on the real engine and the
// real database, in the time of a testing/synctest bubble.
//
// Customers arrive, wait, lose patience, are served; agents accept, decline, miss
// offers, take breaks, transfer, wrap up. Everything is seeded. What must hold at
// the end of every day, whatever happened in it, is in invariants.go: nobody is
// lost, nobody is offered twice, no capacity is exceeded, and the figures are the
// sum of what was recorded.
package sim
