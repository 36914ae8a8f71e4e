package worklist

import (
	"context"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Reach returns the condition under which the actor of ctx may see a conversation
// that a statement calls c; nil if all of the actor's brands are theirs to see.
func (s *Service) Reach(ctx context.Context) (condition func(w *db.Where) string, err error) {
	v, err := look(ctx, s.db, "worklist.Reach", false)
	if err != nil || v.wide() {
		return nil, errs.Op("worklist.Reach", err)
	}
	return v.reach, nil
}

// mostBesides bounds the conversations that somebody may see without a part in them.
const mostBesides = "200"

// Parts returns the users whose parts in conversations are the actor's own to see, the actor or the teams; and the
// statement of the keys of those that the actor may see besides: what is offered to them, and what waits in own queues, the most urgent first.
func (s *Service) Parts(ctx context.Context) (users []id.User, besides func(w *db.Where) string, err error) {
	v, err := look(ctx, s.db, "worklist.Parts", false)
	if err != nil {
		return nil, nil, errs.Op("worklist.Parts", err)
	}
	return v.users, func(w *db.Where) string {
		of := `SELECT c.id FROM conversation c WHERE c.tenant_id = ` + w.Arg(v.Tenant) + ` AND ` + v.ofBrands(w, "c") + ` AND `
		const first = ` ORDER BY c.due_order, c.id LIMIT ` + mostBesides
		text := `SELECT id FROM (` + of + `c.open AND ` + db.OneOf(w, "c.agent_id", v.users) + first + `) held`
		if v.pulls() {
			text += ` UNION ALL SELECT id FROM (` + of + `c.waiting AND ` + db.OneOf(w, "c.queue_id", v.queues) + first + `) waits`
		}
		return text
	}, nil
}

// CaseReach returns the condition under which the actor of ctx may see a case that a
// statement calls f; nil if all of the actor's brands are theirs to see.
func (s *Service) CaseReach(ctx context.Context) (condition func(w *db.Where) string, err error) {
	v, err := lookAtCases(ctx, s.db, "worklist.CaseReach", false)
	if err != nil || v.wide() {
		return nil, errs.Op("worklist.CaseReach", err)
	}
	return v.reachCases, nil
}
