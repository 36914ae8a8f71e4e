// Package bus carries messages between the nodes of a centre, and between parts of one process by the same code.
//
// On one machine it is a NATS server inside the process that listens nowhere;
// with several nodes it is a connection to a NATS cluster, by address alone.
//
// It carries only what may be lost: wake-ups, announcements of what has been
// committed, presence, typing. Whoever needs all of it reads the database and
// uses the bus to learn when. Commands, money and messages of customers do not
// travel here. Messages of one sender on one subject arrive in order.
//
// What must never break: a subscriber that may have missed something is told so
// (it was too slow, or the connection was gone) after the loss, never before; a
// slow subscriber delays nobody; and what belongs to one tenant travels under
// that tenant's subjects, which only a [Subject] can name.
package bus
