// Package lease lets one node at a time own a piece of work.
//
// A lease is a row with an owner, an end and an epoch that grows with each new
// owner. The owner renews it; when it fails to, another takes over with a higher
// epoch. Every write made under a lease calls Check in its transaction: a node
// that was paused and does not know that it lost is refused by the database.
//
// What must never break: two nodes never both pass Check of one name, and epochs
// only grow.
package lease
