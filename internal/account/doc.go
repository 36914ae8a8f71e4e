// Package account knows who may sign in and what they may do: users, roles,
// brand grants, teams, invitations, browser sessions, keys of integrations.
//
// Rights are the union of a user's roles; brands are granted apart from them.
// Directory turns a session's token or a key into an actor.Actor, from memory
// where it can: Follow tells it what other nodes have changed.
//
// What must never break: tokens, keys and passwords are stored only as hashes
// and leave this package only when they are made; a wrong password, an unknown
// and an inactive user are answered alike and take as long; nobody grants more
// than they have, nor changes somebody who may do more; a tenant always keeps
// an active administrator; an ended session or revoked key works no more.
package account
