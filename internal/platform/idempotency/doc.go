// Package idempotency keeps the answers to creating requests, so that a request
// sent again creates nothing twice.
//
// What must never break: of two requests with one key at the same instant one
// works and the other is told to wait; an answer is given again only to the same
// actor with the same request; a claim whose process died can be claimed again.
package idempotency
