// Package customer knows the people who write to a brand and the addresses they
// write from.
//
// A contact point is one address, unique by brand, provider, scope and external
// id. A claim says to which customer it belongs, with its evidence; claims are
// revoked, never deleted, and exactly one stands for each contact point, so
// joining two customers can always be undone.
//
// Nobody is joined by himself: Suggestions give reasons, read off details or kept as hints, a person joins (JoinInto), and
// Split gives back whose each address was, and why.
//
// People belong to organisations because somebody says so; the domain of a mail address
// only suggests one. Consents are lines that are never changed: the newest about a
// purpose and a channel holds.
//
// Facts: customer.created, customer.changed, customers.joined, customers.split,
// claim.made, claim.revoked, organisation.changed, consent.noted.
//
// What must never break: one address is one contact point, however many writers
// see it first at once; a customer of one brand is invisible to another; a
// revoked claim and a consent stay readable.
package customer
