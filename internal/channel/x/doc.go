// Package x is the channel of accounts at X: what everybody reads (posts that name us,
// replies and quotes, and our replies: the channel x), and beside it, with an entry point
// of its own, direct messages (the channel x_messages).
//
// X tells of what happens by one stream for all accounts of the operator's app (stream.go),
// which works behind any firewall, or posts it to one address of ours, signed with the
// secret of the app; what an account tells of is kept up by subscriptions. Whatever was
// missed is fetched. A thread in public is a post with what is said under it (ADR 15); a
// thread of messages is a pair of people. Encrypted messages (XChat) are not readable for
// us: that somebody has written such a one is said, and no more.
//
// Access lasts two hours and is renewed with a token that is good once (token.go): the one
// that X gives in its place is stored before anything is done with it. X has no name for
// a request of ours by which it would know it again: a message whose outcome was lost is
// found by its echo, and never sent twice by itself.
//
// What must never break: Read is pure and survives any bytes; the last good token of an
// account is not lost by a crash of ours; no token, secret or address with a token gets
// into an error, a log or an event; limits that X has named are kept.
package x
