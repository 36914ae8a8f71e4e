package conversation

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// maxRechecked is of how many open conversations of an entry point what was said is asked for again.
const maxRechecked = "100"

// SaidLast returns the channel's names of what customers said before a time in the open conversations
// of an entry point in which something happened last, and did not take back: the newest ones, at most
// most. It asks for no permission.
func (s *Service) SaidLast(ctx context.Context, q db.Queryer, brand id.Brand, point id.EntryPoint, before time.Time, most int) ([]string, error) {
	names, err := db.Many[string](ctx, q, `SELECT e.external_id FROM (
			SELECT id FROM conversation WHERE tenant_id = $1 AND brand_id = $2 AND open AND entry_point_id = $3
			ORDER BY last_at DESC, id DESC LIMIT `+maxRechecked+`) c
		JOIN entry e ON e.tenant_id = $1 AND e.conversation_id = c.id
		WHERE e.kind = 'message' AND e.author = 'customer' AND e.external_id <> '' AND e.occurred_at < $4
			AND NOT EXISTS (SELECT 1 FROM entry d WHERE d.tenant_id = $1 AND d.conversation_id = c.id AND d.kind = 'deletion' AND d.target_id = e.id)
		ORDER BY e.id DESC LIMIT $5`, actor.From(ctx).Tenant, brand, point, before, most)
	return names, errs.Op("conversation.SaidLast", err)
}
