// Package channeltest is the life of a thread that every channel is led through:
// new, edited, answered, reacted to, hidden, taken back — by either side — echoed, with receipts in
// any order, things told twice, an outage that is made good, and a provider that
// refuses in every way there is.
//
// Of a channel on which nothing is sent, what a provider refuses are our looks at it, and
// that nobody can answer is refused to agents with the reason.
//
// A test brings the channel's other side as a Subject and our side as a Desk. What
// an entry point says that it can do is tried; what it says that it cannot is
// asked for and must be refused with the reason. A step for which a subject has no
// means is skipped with why, never in silence.
//
// What must never break: a step that runs can fail.
package channeltest
