// Package fact is the catalogue of everything that can happen in a contact centre.
//
// A fact is named in the past tense, never changes, and is recorded in the
// transaction that made it true (db.Tx.Record). Committed facts get a dense
// position in which everyone reads them: the live board, the reports, routing,
// rules, webhooks. They say what happened and to what; a reader that needs more
// loads it, so facts hold no text of a customer and survive an erasure.
//
// What must never break: a kind's name and the meaning of its fields are for
// ever; new fields must read well when absent from old facts.
package fact
