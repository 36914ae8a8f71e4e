// Package conversation keeps threads and their entries, for ever and in order.
//
// A conversation is one thread on one channel. Its entries are appended and never
// changed: an edit, a deletion or a reaction is an entry of its own that names its
// target. Only two things about an entry move, and only forward: its delivery, and
// who has read it. The conversation row carries copies of all that a worklist
// shows (ShowWork, CustomerRenamed, ContactMoved), so that lists need no joins.
//
// What everybody reads is a conversation under a Post (KeepPost): several people speak in
// it, and each entry names who and what it answers. What was answered in private there
// goes on in a conversation of its own (ContinuePrivately).
//
// It owns what single users have to do with a conversation too: read marks,
// mentions, drafts, notifications.
//
// Facts: conversation.started, conversation.changed, entry.added, delivery.moved,
// read.moved, user.mentioned, user.told.
//
// What must never break: seq is dense and grows within a conversation; an
// external id and a client id are each stored once; a delivery never goes back;
// notes never leave the house.
package conversation
