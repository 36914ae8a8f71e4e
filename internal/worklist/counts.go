package worklist

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
)

// Counts returns how many rows the viewer's lists have.
func (s *Service) Counts(ctx context.Context) (Counts, error) {
	const op = "worklist.Counts"
	v, err := look(ctx, s.db, op, true)
	if err != nil {
		return Counts{}, errs.Op(op, err)
	}
	w := &db.Where{}
	own := "c.tenant_id = " + w.Arg(v.Tenant) + " AND c.user_id = " + w.Arg(v.User) + " AND "
	var all string
	if v.scope == actor.Own {
		all = v.count(w, "participant", own+"c.involved AND c.open = TRUE")
	} else {
		all = v.count(w, "conversation", v.allOpen(w))
	}
	text := "SELECT " + v.count(w, "conversation", "c.open AND c.agent_id = "+w.Arg(v.User)+" AND c.agent_id <> 0 AND c.interaction_state <> 'offered'") + " AS mine, " +
		v.count(w, "conversation", v.inQueues(w)) + " AS queues, " + v.count(w, "conversation", v.unassigned(w)) + " AS unassigned, " +
		all + ` AS "all", ` + v.count(w, "participant", own+"c.mentioned_seq > c.read_seq") + " AS mentions"
	counts, err := db.One[Counts](ctx, s.db, text, w.Args()...)
	return counts, errs.Op(op, err)
}

// count returns an expression that counts rows of a table which meet condition, up to MaxCount.
func (v viewer) count(w *db.Where, table, condition string) string {
	return "(SELECT COUNT(*) FROM (SELECT 1 FROM " + table + " c WHERE c.tenant_id = " + w.Arg(v.Tenant) + " AND " + condition +
		" AND " + v.ofBrands(w, "c") + " LIMIT " + w.Arg(MaxCount) + ") n)"
}

func (v viewer) inQueues(w *db.Where) string {
	if !v.wide() && !v.pulls() {
		return "1 = 0"
	}
	return "c.waiting AND " + db.OneOf(w, "c.queue_id", v.queues)
}

func (v viewer) unassigned(w *db.Where) string {
	if v.wide() {
		return "c.waiting"
	}
	return v.inQueues(w)
}

// allOpen is for viewers whose own is not all that they see.
func (v viewer) allOpen(w *db.Where) string {
	if v.wide() {
		return "c.open"
	}
	return "c.open AND (" + v.reach(w) + ")"
}
