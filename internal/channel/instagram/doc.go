// Package instagram is the channel of a professional account at Instagram: what people
// write to it in private, and our answers.
//
// There are two ways to speak for an account, which Meta keeps apart: by the token of the
// Facebook page to which it belongs (Facebook Login), on graph.facebook.com, or by a token
// of the account itself (Instagram Login), on graph.instagram.com, which ends after 60 days
// and is renewed before. What is posted and what is sent is the same: package meta/messaging
// understands it, meta/threads sends. Events come to the one address of the app
// (meta.HookPath), people are known by ids that the account gives them (IGSID).
//
// Instagram takes no name of ours for a message: an answer whose outcome was lost is known
// by its echo's text in its thread. It takes files by their address alone, so each file of
// an answer can be fetched from us for a week by who has its signed link.
//
// What is public (comments under posts of the account, mentions elsewhere) comes in the same
// bodies and is a channel of its own, Public, with an entry point beside that of the messages.
// Of a mention Instagram tells its name alone: what it says is asked for then. Of edits
// and removals nobody is told: they are asked for, within bounds. Of likes nobody is told
// at all, and comments of live broadcasts are left to those who broadcast.
//
// What must never break: Read is pure and survives any bytes; an account is connected only
// by who holds a token of it; what somebody takes back of their messages does not stay with
// us, and what a story shows is never kept; a comment that the token may not see does not
// count as removed.
package instagram
