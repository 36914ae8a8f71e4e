// Package email is the channel of e-mail: mailboxes that are read by IMAP and
// written through by SMTP.
//
// A mailbox is an entry point with settings and sealed secrets. A Receiver on one
// node listens to all of them; each mail is stored as it came, with a job that
// reads it: which conversation it belongs to, who wrote it, whether a machine
// did. Adapter.Send writes what agents answer. A mailbox whose transport is the
// sink has no servers: what is sent lies in a table and customers are simulated.
//
// What goes out may be about a conversation on another channel: a chat whose
// visitor is gone. Answers to it belong there.
//
// Which conversation: the Message-IDs that it answers, ours and foreign ones;
// then our signed token in the address; then our signed mark in the body; then
// the number in the subject, if its sender is known in that conversation; else
// the thread of its own references. None of these gives anybody a right: another
// person's answer is another party in the conversation.
//
// What must never break: a mail that was taken from a mailbox is stored before
// anything else happens to it; the same mail is there once; what a machine wrote
// wakes nobody and is never answered; a message whose outcome the server left
// open is never sent again by itself; no password is logged, shown or sent over
// a line that others can read.
package email
