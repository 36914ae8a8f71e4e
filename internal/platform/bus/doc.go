// Package bus carries messages between the nodes of a centre, through a NATS
// cluster that is known by address alone. A node without others has no bus.
//
// It carries only what may be lost: that something has been committed, marks that
// are never stored, questions and their answers. Whoever needs all of what was
// committed reads the database and uses the bus to learn when; whoever asks can do
// without the answer. Commands, money and messages of customers do not travel here.
// Messages of one sender on one subject arrive in order.
//
// What must never break: a subscriber that may have missed something is told so
// (it was too slow, or the connection was gone) after the loss, never before; a
// slow subscriber delays nobody.
package bus
