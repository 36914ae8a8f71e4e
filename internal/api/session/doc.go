// Package session is the way in: signing in and out, the first set-up,
// invitations, what people see and change of themselves.
//
// Guard is the middleware that turns a cookie or a key into the actor of a
// request; every other package finds it in the context.
//
// What must never break: a session's token travels only in a cookie that scripts
// cannot read; a bad key is refused, never taken for nobody; set-up happens once,
// whole or not at all.
package session
