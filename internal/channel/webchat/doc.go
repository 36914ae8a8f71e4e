// Package webchat is the channel of the chat widget on a brand's pages.
//
// The files protocol*.go hold what travels between the widget and us, over the
// websocket /w/ws and over HTTP under /w/: frames, bodies, limits and error
// codes. docs/widget-protocol.md tells the same story in prose, and the examples
// in testdata are read by the tests of both sides, so neither can drift.
//
// The Server is our side. A widget's public key names an entry point; a visitor
// shows a random token of 256 bits, of which we keep the hash, so that a token
// can be ended and a copy of the database opens no door. What a visitor does is a
// call (Do), what happens is learned from committed facts: each node follows them
// and brings what is new to the sockets it holds. A room gathers the sockets of
// one conversation, reads the entries behind what they have, and sends them in
// order; nothing is pushed that was not stored, so a lost push is only a delay.
//
// An act that opens, says, ends or judges is named by the visitor's client id
// and answered after its commit. Who is waited for and who is gone is kept in the
// tables and watched by a durable job, so it survives a restart.
//
// An agent may invite the customer of a conversation on another channel (Invite). The
// link that is sent shows that its reader has what was sent to that customer, and no
// more: it makes a visitor of its own the customer's, leaves who is signed in who they
// are, and opens one chat, until that is over.
//
// It owns webchat_visitor, webchat_token, webchat_chat, webchat_invitation and webchat_key.
//
// What must never break: a client id names one act of one visitor for ever (said
// twice, done once), the seq of an entry never changes and only grows within its
// conversation, everything from a visitor is checked by Validate before use,
// another visitor's conversation does not exist, notes never leave the house, and an
// invitation opens nothing that was not begun by it.
package webchat
