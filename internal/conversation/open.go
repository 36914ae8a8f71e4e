package conversation

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// MaxOpen bounds the open conversations that OpenOnes returns.
const MaxOpen = 2000

// OpenOnes returns the open conversations of a brand (0: of all), by brand those in which
// nothing was said for longest first: MaxOpen, and one more if there are more. It asks for no permission.
func (s *Service) OpenOnes(ctx context.Context, q db.Queryer, brand id.Brand) ([]Conversation, error) {
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	w.And("open")
	if brand != 0 {
		w.And("brand_id = ?", brand)
	}
	found, err := db.Many[Conversation](ctx, q, `SELECT `+Columns+` FROM conversation`+w.SQL()+` ORDER BY brand_id, last_at, id LIMIT 2001`, w.Args()...)
	return found, errs.Op("conversation.OpenOnes", err)
}
