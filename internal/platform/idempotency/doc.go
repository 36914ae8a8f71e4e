// Package idempotency keeps what requests with a key came to, so that a request
// sent again does nothing twice.
//
// The first transaction of a request that commits writes the key, so what was done
// and the word that it was done are there together or not at all, whatever dies in
// between. The answer is added afterwards, sealed, for it may hold a key or a link.
//
// What must never break: of two requests with one key one commits, the other is told
// to come again; an answer is given again only to the same actor with the same
// request; a request whose answer was lost is not done again.
package idempotency
