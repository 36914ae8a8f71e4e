// Package mastodon is the channel of an account on a Mastodon server, or on one that
// speaks like it (GoToSocial, Pleroma, Akkoma).
//
// It is two channels of one account: what is said in public or to followers (Adapter),
// and what is said to us alone (Private), each with an entry point of its own. The
// account is heard over a stream that the node with the lease keeps open; before it is
// listened to, and every quarter of an hour, the list of notifications is read from
// where it was stored last, so that an outage loses nothing that mentions us. A status
// says what it answers and not under which post that stands: the top of the thread is
// asked for before the status is stored. Servers tell of edits and removals over the
// stream alone, and edits of people whom the account follows, or of our own. Who is blocked
// is so for the account, in public and alone; some servers then do not show what they have said.
//
// What must never break: Read is pure and survives any bytes; how far the list was read
// is stored only behind what was stored; an answer is never read by more people than
// what it answers; where a server knows idempotency keys an answer that got no answer is
// sent again under the same key, and elsewhere it is ambiguous.
package mastodon
