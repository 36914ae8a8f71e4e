// Package intake takes in what customers send, from every channel.
//
// Receive does all of it in one transaction: who wrote, in which thread, the
// entry itself, the work for an agent, the facts, and the jobs that follow. When
// it returns, the message is durable and somebody will see it. What cannot be
// understood is put into quarantine as it came.
//
// Events takes what providers and the tenants' own systems post: each event is
// stored as it came, acknowledged, and applied by the node that holds the lease, in
// any order: what it is about may come later, and it waits for that. What cannot be
// understood is refused with a reason, kept, and can be applied again.
//
// Storing comes before applying: while many bodies come in at once, one event of an entry point at a time is applied.
//
// What is public belongs where the entry stands that it answers; whatever is told first
// begins the thread (stands). What we have done ourselves comes back and changes nothing.
//
// It owns quarantine and channel_event.
//
// What must never break: a message that a channel delivers twice is there once;
// a message that was acknowledged is there; a customer's message never lies in
// a conversation that nobody has to look at.
package intake
