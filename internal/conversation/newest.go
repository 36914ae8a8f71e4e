package conversation

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Newest returns up to a hundred conversations of a brand (0: of all) that began
// last, the newest first. It asks for no permission.
func (s *Service) Newest(ctx context.Context, q db.Queryer, brand id.Brand) ([]Conversation, error) {
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	if brand != 0 {
		w.And("brand_id + 0 = ?", brand) // along the key: no index of a brand has its order
	}
	found, err := db.Many[Conversation](ctx, q, `SELECT `+Columns+` FROM conversation`+w.SQL()+` ORDER BY id DESC LIMIT 100`, w.Args()...)
	return found, errs.Op("conversation.Newest", err)
}

// NewestOf returns the conversation of a customer in which something was said last, and
// whether there is one. It asks for no permission.
func (s *Service) NewestOf(ctx context.Context, q db.Queryer, customer id.Customer) (id.Conversation, bool, error) {
	c, found, err := db.Find[id.Conversation](ctx, q, `SELECT id FROM conversation WHERE tenant_id = $1 AND customer_id = $2
		ORDER BY last_at DESC, id DESC LIMIT 1`, actor.From(ctx).Tenant, customer)
	return c, found, errs.Op("conversation.NewestOf", err)
}
