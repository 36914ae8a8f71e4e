// Package httpxtest has what tests of typed operations need: a store of
// idempotent answers in memory.
//
// What must never break: it is for tests alone; what it holds dies with it.
package httpxtest
