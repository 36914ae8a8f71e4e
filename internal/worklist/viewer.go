package worklist

import (
	"context"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// viewer is who looks, with what decides which rows there are for them.
type viewer struct {
	actor.Actor

	scope  actor.Scope
	users  []id.User  // whose work is the viewer's own: the viewer, or the teams
	queues []id.Queue // of which the viewer is a member
	brands []id.Brand // that the viewer may see; of somebody who sees all, none
}

// wide reports whether the viewer sees all of the brands.
func (v viewer) wide() bool { return v.scope >= actor.InBrand }

// pulls reports whether the viewer may look at what waits in own queues, to pull it.
func (v viewer) pulls() bool { return v.Scope(actor.InteractionPull) != actor.None }

// look finds out who looks, and the queues where they are asked for. It returns
// Unauthenticated or Forbidden.
func look(ctx context.Context, q db.Queryer, op string, queues bool) (viewer, error) {
	a, err := actor.Require(ctx, op, actor.ConversationRead)
	if err != nil {
		return viewer{}, err
	}
	v := viewer{Actor: a, scope: a.Scope(actor.ConversationRead), brands: a.Brands.Some}
	if a.User != 0 { // a key has no work of its own
		v.users = []id.User{a.User}
	}
	if v.scope == actor.InTeam && a.User != 0 {
		v.users, err = account.Mates(ctx, q, a.Tenant, a.User)
		if err != nil {
			return viewer{}, err
		}
	}
	if !queues && (v.wide() || !v.pulls()) {
		return v, nil
	}
	v.queues, err = db.Many[id.Queue](ctx, q, `SELECT queue_id FROM queue_member WHERE tenant_id = $1 AND user_id = $2 AND enabled`,
		a.Tenant, a.User)
	return v, err
}

// reach returns the condition under which the viewer may see a conversation c.
func (v viewer) reach(w *db.Where) string {
	brand := v.ofBrands(w, "c")
	if v.wide() {
		return brand
	}
	own := "c.open AND " + db.OneOf(w, "c.agent_id", v.users) + ` OR EXISTS (SELECT 1 FROM participant s WHERE s.tenant_id = c.tenant_id
		AND s.conversation_id = c.id AND s.involved AND ` + db.OneOf(w, "s.user_id", v.users) + ")"
	if v.pulls() {
		own += " OR c.waiting AND " + db.OneOf(w, "c.queue_id", v.queues)
	}
	return brand + " AND (" + own + ")"
}

// ofBrands returns the condition that a row's brand is one of the viewer's. For
// somebody who sees all brands it says nothing.
func (v viewer) ofBrands(w *db.Where, alias string) string {
	if v.Brands.All {
		return "1 = 1"
	}
	return db.OneOf(w, alias+".brand_id", v.brands)
}
