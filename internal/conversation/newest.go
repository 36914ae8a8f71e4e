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
