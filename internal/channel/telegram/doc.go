// Package telegram is the channel of a Telegram bot: what people write to it in
// private, and our answers. Groups and channels are not its matter: what comes from
// there is kept and wakes nobody.
//
// A bot is asked for what is new by a long call, on the node that holds the lease
// (poll.go), or told by Telegram at an address of ours, signed with a word that
// follows from the token. People are known by ids that are the same for all bots; a
// thread is a chat, which for a person alone has the person's id. A bot cannot write
// first, and hears neither that a message has arrived nor that it was read.
//
// What must never break: Read is pure and survives any bytes; an update is confirmed
// to Telegram only once it is stored; what Telegram may have taken is ambiguous, never
// sent again by itself; the token, which stands in every address that is called, gets
// into no error, no log and no event.
package telegram
