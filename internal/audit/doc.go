// Package audit keeps who changed what of the configuration, with the values
// before and after.
//
// Write is called in the transaction that makes the change, so that neither can
// be without the other. Only fields that differ are kept. What a person reads
// as secret never gets here: callers hide such fields from JSON, and a field
// named like one is kept as "changed" without its values.
//
// What must never break: entries are never removed by the program, and never changed
// but by the erasure of a person, which takes the values and leaves who did what; a
// secret is never in one; every entry belongs to the tenant of its actor.
package audit
