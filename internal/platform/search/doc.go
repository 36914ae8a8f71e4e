// Package search finds texts by their words, on both databases alike.
//
// A document is one language of a thing: a title, a body, and the keys of those
// who may find it. Words are folded (kit/fold) before they are stored and before
// they are looked for, so that they are found with and without accents; those that
// lose something by it are stored as they are written too, and a hit on them ranks
// higher. A query asks for all words, each of which may be the beginning of one,
// or for any of them.
//
// The engines (FTS5 in SQLite, tsvector in PostgreSQL) only say which documents
// have the words; what comes first is decided here, so that both give one order:
// words as typed before folded ones, the title before the body, then the younger
// and heavier. Each lane of the search looks at a bounded number of documents, the
// newest first. Where a document belongs, and that a word stands in its title, are
// stored as words too: a search then is nothing but words that a document has all,
// which both engines answer without a look at the documents (ADR 18).
//
// Writing costs as much as a whole small transaction: it is done by jobs and
// followers, many documents at a time, never beside a customer's message.
//
// What must never break: no document of another tenant, or without a scope that
// was asked for, is ever returned; nothing that a person types is an error.
package search
