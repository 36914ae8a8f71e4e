package conversation

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// AnsweredByMachine counts the messages that machines of ours have written to who has a contact
// point since a time, in all their conversations: most at most. It asks for no permission.
func (s *Service) AnsweredByMachine(ctx context.Context, q db.Queryer, point id.ContactPoint, since time.Time, most int) (int, error) {
	n, err := db.One[int](ctx, q, `SELECT COUNT(*) FROM (SELECT 1 FROM conversation c JOIN entry e ON e.tenant_id = c.tenant_id AND e.conversation_id = c.id
		WHERE c.tenant_id = $1 AND c.contact_point_id = $2 AND c.last_at >= $3 AND e.author = $4 AND e.kind = $5 AND e.received_at >= $3 LIMIT $6) AS answers`,
		actor.From(ctx).Tenant, point, since, string(ByBot), string(Message), most)
	return n, errs.Op("conversation.AnsweredByMachine", err)
}
