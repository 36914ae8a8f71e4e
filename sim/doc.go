// Package sim runs whole days of a contact centre on the real engine and the
// real database, in the time of a testing/synctest bubble.
//
// Customers call, write mails and chat, wait, lose patience, overflow, are served;
// agents accept, decline, miss offers, answer them in the last moment, pull, park,
// transfer, wrap up, take breaks, lose their connection; a supervisor moves them
// about and takes over; engines die. Everything is seeded. What must hold at the end
// of every day, whatever happened in it, is in invariants.go: nobody is lost, nobody
// is in two hands, no capacity is exceeded by an offer or a pull, everybody is served
// in turn, and the figures are the sum of what was recorded.
package sim
