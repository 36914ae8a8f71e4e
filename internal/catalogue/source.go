package catalogue

import (
	"context"

	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/search"
)

// Kind is a kind of things that can be found.
type Kind string

// Kinds of things. What is said in a conversation is found as that conversation.
const (
	Customers     Kind = "customer"
	Organisations Kind = "organisation"
	Conversations Kind = "conversation"
	Cases         Kind = "case"
	Articles      Kind = "article"

	entries Kind = "entry"
)

// Kinds returns those that a person can ask for.
func Kinds() []Kind { return []Kind{Customers, Organisations, Conversations, Cases, Articles} }

// source is one kind of documents. Another kind of things becomes searchable by
// one more source, and a line in Service.wanted that says who may find it.
type source struct {
	kind Kind
	// touched returns the things whose documents a fact changes.
	touched func(f fact.Fact) []int64
	// load reads the documents of things of the actor's tenant. looked are all things
	// that were looked at: those of them without a document have none.
	load func(ctx context.Context, q db.Queryer, things []int64) (documents []search.Document, looked []int64, err error)
	// after lists things by their keys, for making all documents anew.
	after string
}

func sources() []source {
	return []source{customerSource(), conversationSource(), entrySource(), articleSource(), organisationSource(), caseSource()}
}

// brandKey is the scope of what belongs to a brand; 0 is what belongs to all.
func brandKey(brand id.Brand) string {
	if brand.IsZero() {
		return "b0"
	}
	return "b" + brand.String()
}
