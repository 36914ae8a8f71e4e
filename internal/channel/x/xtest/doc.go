// Package xtest is X to test against. What it is asked is held to X's own description of
// its API (requests.json): a request that is not among those is refused, as is one with a
// token of the wrong kind. It keeps what X keeps: tokens that renew access are good once, the
// same words are not posted twice, only who has named, answered or quoted an account is
// answered by it, hidden are replies under a post of one's own alone, limits are counted and
// told, one listens to the stream at a time, and an address is told of events only after it
// has answered the challenge. It has a menu of what goes wrong (Fault).
//
// What must never break: what it takes, it has.
package xtest
