// Package worklist shows conversations as work: the lists of the desk, their
// counters, and one conversation, case or customer with all that stands around it.
//
// It only reads, and joins tables of others to do so. Each list is a walk along
// an index that already has the list's order: a lane. Where a viewer's rights or
// a view span several brands or queues, the lanes are merged, each giving no more
// than a page. Everything is narrowed to what the viewer may see, counters too.
//
// What must never break: no row outside the viewer's tenant, brands and scope;
// the cost of a page does not grow with the number of conversations; a cursor
// neither repeats nor skips a row that stays where it is.
package worklist
