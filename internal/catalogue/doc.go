// Package catalogue knows what can be found in the contact centre: customers
// and their organisations, conversations with all that was said in them, cases, and
// articles. Each kind of thing
// is a Source: which facts change it, and how its documents read.
//
// The Indexer follows the facts and writes the documents into the search index,
// many at a time and at most once in a quarter of a second, so that what happened
// is found less than a second later and nobody who writes has to wait for it.
//
// Service answers: Search within the rights of who asks, Suggest for the agent who
// reads a conversation.
//
// What must never break: nobody finds a brand that is not theirs, a conversation
// or a case that they may not read, or a customer whose name they may not know.
package catalogue
