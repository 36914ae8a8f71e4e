// Package bluesky is the channel of an account in the network of the AT Protocol.
//
// It is two channels of one account: posts that everybody reads (Adapter), and messages
// that are written to us alone (Private), each with an entry point of its own. An account
// is spoken for with an app password, at the server that its own document names. What is
// new is asked for: soon after something was new, and more and more seldom while nothing
// is. The network is only eventually of one mind, so the list is read again over some
// minutes; whether something was seen there means nothing to us. A post says itself what
// it answers and under which post that stands. Posts are never edited, and nobody tells
// that one was removed. Whom the account blocks is a record that everybody can read; of who is
// blocked the network shows the account nothing, so nothing of them is asked for again.
//
// What must never break: Read is pure and survives any bytes; how far the list was read
// is stored only behind what was stored; a post of ours has a key that follows from our
// own, so that it is the same however often it is sent; a message to somebody alone has
// none, so one that got no answer is ambiguous.
package bluesky
