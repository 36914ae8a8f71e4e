package casework

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
)

// Personal declares what is kept about customers here.
func Personal() []personal.Table {
	const ofCase = `tenant_id = $1 AND case_id = $2`
	return []personal.Table{
		{
			Name: "case_note", Class: personal.Cases, Of: personal.Case, Where: ofCase, Key: "id",
			Show: `id, case_id, body, at`, Empty: personal.Columns("body"),
		},
		{
			Name: "case_check", Class: personal.Cases, Of: personal.Case, Where: ofCase, Key: "id",
			Show: `id, case_id, text, done_at`, Empty: personal.Columns("text"),
		},
		{Name: "answer_all", Class: personal.Cases, Of: personal.Case, Where: ofCase, Empty: personal.Columns("body")},
		{
			Name: "case_file", Class: personal.Cases, Of: personal.Case, Where: `tenant_id = $1 AND id = $2`, Mark: "erased_at",
			Show:  `id, number, subject, topic, tags AS tags_json, fields AS fields_json, category, priority, opened_at, done_at`,
			Empty: personal.Columns("subject", "subject_folded", "tags=[]", "fields={}"),
		},
	}
}

// Kept is what decides whether a case may lose its words.
type Kept struct {
	ID         id.Case
	BrandID    id.Brand
	CustomerID id.Customer
	Number     int64
	Topic      string
	Open       bool
	MergedInto id.Case
	OpenedAt   time.Time
	DoneAt     time.Time
	ErasedAt   time.Time
}

const (
	keptColumns   = `c.id, c.brand_id, c.customer_id, c.number, c.topic, c.open, c.merged_into, c.opened_at, c.done_at, c.erased_at`
	maxOfCustomer = "100000" // cases of one customer that are looked at together
	maxLinkedTo   = "200"
)

// OfCustomer returns all cases of a customer, in no order. It asks for no permission.
func (s *Service) OfCustomer(ctx context.Context, q db.Queryer, customer id.Customer) ([]Kept, error) {
	found, err := db.Many[Kept](ctx, q, `SELECT `+keptColumns+` FROM case_file c WHERE c.tenant_id = $1 AND c.customer_id = $2 AND c.customer_id <> 0 LIMIT `+maxOfCustomer,
		actor.From(ctx).Tenant, customer)
	return found, errs.Op("casework.OfCustomer", err)
}

// LinkedTo returns the cases that a conversation is part of. It asks for no permission.
func (s *Service) LinkedTo(ctx context.Context, q db.Queryer, conversation id.Conversation) ([]Kept, error) {
	found, err := db.Many[Kept](ctx, q, `SELECT DISTINCT `+keptColumns+` FROM case_link l JOIN case_file c ON c.tenant_id = l.tenant_id AND c.id = l.case_id
		WHERE l.tenant_id = $1 AND l.conversation_id = $2 AND l.conversation_id <> 0 LIMIT `+maxLinkedTo, actor.From(ctx).Tenant, conversation)
	return found, errs.Op("casework.LinkedTo", err)
}

// LockKept locks a case that is about to lose its words until the commit. It asks for no permission.
func (s *Service) LockKept(ctx context.Context, tx *db.Tx, key id.Case) (Kept, error) {
	k, err := db.One[Kept](ctx, tx, `SELECT `+keptColumns+` FROM case_file c WHERE c.tenant_id = $1 AND c.id = $2`+tx.ForUpdate(), actor.From(ctx).Tenant, key)
	return k, errs.Op("casework.LockKept", err)
}

// KeptByID returns a case by its key. It asks for no permission.
func (s *Service) KeptByID(ctx context.Context, q db.Queryer, key id.Case) (Kept, error) {
	k, err := db.One[Kept](ctx, q, `SELECT `+keptColumns+` FROM case_file c WHERE c.tenant_id = $1 AND c.id = $2`, actor.From(ctx).Tenant, key)
	return k, errs.Op("casework.KeptByID", err)
}

// Aged returns the next cases of a brand that were done before a time and have their words, behind a time and a key, the
// oldest first. It asks for no permission.
func (s *Service) Aged(ctx context.Context, q db.Queryer, brand id.Brand, before, at time.Time, after id.Case) ([]Kept, error) {
	found, err := db.Many[Kept](ctx, q, `SELECT `+keptColumns+` FROM case_file c
		WHERE c.tenant_id = $1 AND c.brand_id = $2 AND NOT c.open AND c.erased_at = 0 AND c.done_at < $3 AND (c.done_at, c.id) > ($4, $5)
		ORDER BY c.done_at, c.id LIMIT 200`, actor.From(ctx).Tenant, brand, before, at, after)
	return found, errs.Op("casework.Aged", err)
}
