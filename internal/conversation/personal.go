package conversation

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
)

// Personal declares what is kept about customers here. The rows stay: who wrote when is what figures are made of.
func Personal() []personal.Table {
	const ofConversation = `tenant_id = $1 AND conversation_id = $2`
	return []personal.Table{
		{
			Name: "entry", Class: personal.Messages, Of: personal.Conversation, Where: ofConversation, Key: "seq",
			Show: `id, conversation_id, seq, kind, author, occurred_at, received_at, target_id, body, html, code, data AS data_json,
				attachments AS attachments_json, delivery_state, delivery_at`,
			Empty: personal.Columns("body", "html", "data", "attachments", "delivery_reason"),
		},
		{
			Name: "entry", Class: personal.Messages, Of: personal.ContactPoint, Where: `tenant_id = $1 AND contact_point_id = $2 AND contact_point_id <> 0`, Key: "id",
			Show: `id, conversation_id, kind, occurred_at, received_at, target_id, body, html, data AS data_json, attachments AS attachments_json`,
			// What somebody said in public within the conversation of another goes with them.
			Empty: personal.Columns("body", "html", "data", "attachments"),
		},
		{
			// … and so does what the row of that conversation shows of it. It was handed out with the entry.
			Name: "conversation", Class: personal.Messages, Of: personal.ContactPoint, Where: `tenant_id = $1
				AND id IN (SELECT conversation_id FROM entry WHERE tenant_id = $1 AND contact_point_id = $2 AND contact_point_id <> 0)
				AND EXISTS (SELECT 1 FROM entry e WHERE e.tenant_id = $1 AND e.conversation_id = conversation.id AND e.seq = conversation.shown_seq AND e.contact_point_id = $2)`,
			Empty: personal.Columns("last_preview"),
		},
		{
			Name: "post", Class: personal.Messages, Of: personal.Conversation, Where: `tenant_id = $1 AND conversation_id = $2 AND conversation_id <> 0`, Key: "id",
			Show:  `id, author, link, body, occurred_at`,
			Empty: personal.Columns("author", "link", "body", "attachments"),
		},
		{Name: "draft", Class: personal.Messages, Of: personal.Conversation, Where: ofConversation},
		{
			Name: "conversation", Class: personal.Messages, Of: personal.Conversation, Where: `tenant_id = $1 AND id = $2`, Mark: "erased_at",
			Show:  `id, channel, customer_name, subject, tags AS tags_json, created_at, last_at`,
			Empty: personal.Columns("customer_name", "subject", "subject_folded", "tags=[]", "last_preview", "external_key"),
		},
	}
}

// Kept is what decides whether a conversation may lose its words.
type Kept struct {
	ID         id.Conversation
	BrandID    id.Brand
	CustomerID id.Customer
	Open       bool
	LastAt     time.Time
	ErasedAt   time.Time
}

const keptColumns = `id, brand_id, customer_id, open, last_at, erased_at`

// maxOfCustomer bounds the conversations of one customer that are looked at together.
const maxOfCustomer = "100000"

// OfCustomer returns all conversations of a customer, in no order. It asks for no permission.
func (s *Service) OfCustomer(ctx context.Context, q db.Queryer, customer id.Customer) ([]Kept, error) {
	found, err := db.Many[Kept](ctx, q, `SELECT `+keptColumns+` FROM conversation WHERE tenant_id = $1 AND customer_id = $2 LIMIT `+maxOfCustomer,
		actor.From(ctx).Tenant, customer)
	return found, errs.Op("conversation.OfCustomer", err)
}

// LockKept locks a conversation that is about to lose its words until the commit. It asks for no permission.
func (s *Service) LockKept(ctx context.Context, tx *db.Tx, key id.Conversation) (Kept, error) {
	k, err := db.One[Kept](ctx, tx, `SELECT `+keptColumns+` FROM conversation WHERE tenant_id = $1 AND id = $2`+tx.ForUpdate(), actor.From(ctx).Tenant, key)
	return k, errs.Op("conversation.LockKept", err)
}

// agedPage is how many old things are looked at together.
const agedPage = "200"

// Old is where a walk over old conversations stands.
type Old struct {
	Brand  id.Brand
	Before time.Time       // whose newest message is older
	LastAt time.Time       // behind this one
	ID     id.Conversation // … with this key
}

// Aged returns the next closed conversations of a brand that are older and have their words, the oldest first. It asks for no permission.
func (s *Service) Aged(ctx context.Context, q db.Queryer, o Old) ([]Kept, error) {
	found, err := db.Many[Kept](ctx, q, `SELECT `+keptColumns+` FROM conversation
		WHERE tenant_id = $1 AND brand_id = $2 AND NOT open AND erased_at = 0 AND last_at < $3 AND (last_at, id) > ($4, $5)
		ORDER BY last_at, id LIMIT `+agedPage, actor.From(ctx).Tenant, o.Brand, o.Before, o.LastAt, o.ID)
	return found, errs.Op("conversation.Aged", err)
}

// KeptOf returns conversations by their keys. It asks for no permission.
func (s *Service) KeptOf(ctx context.Context, q db.Queryer, keys []id.Conversation) (map[id.Conversation]Kept, error) {
	out := map[id.Conversation]Kept{}
	if len(keys) == 0 {
		return out, nil
	}
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "id", keys)
	found, err := db.Many[Kept](ctx, q, `SELECT `+keptColumns+` FROM conversation`+w.SQL(), w.Args()...)
	for _, k := range found {
		out[k.ID] = k
	}
	return out, errs.Op("conversation.KeptOf", err)
}
