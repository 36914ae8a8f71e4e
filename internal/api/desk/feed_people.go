package desk

import (
	"context"
	"maps"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/live"
	"github.com/zongler/zongler/internal/worklist"
)

// person is a user with an open desk. Feed.mu guards it; copies are read freely.
type person struct {
	key     live.Key
	actor   actor.Actor
	queues  map[id.Queue]bool // of which they are a member
	mates   []id.User         // with scope InTeam: whose work they see
	viewing map[*tab]id.Conversation
	boards  map[*tab]bool // those that show a board
	tabs    int
}

// seen is a conversation that changed, with what decides who may see it.
type seen struct {
	worklist.Row

	involved []id.User // whose own work it is
	marks    map[id.User]mark
}

// sees reports whether p may see a conversation. It says of one row what
// worklist says of all of them in SQL.
func (p *person) sees(s *seen) bool {
	a := p.actor
	scope := a.Scope(actor.ConversationRead)
	if scope == actor.None || !a.Brands.Has(s.BrandID) {
		return false
	}
	if scope >= actor.InBrand {
		return true
	}
	own := func(u id.User) bool {
		return u == a.User || scope == actor.InTeam && slices.Contains(p.mates, u)
	}
	if s.Open && s.AgentID != 0 && own(s.AgentID) || slices.ContainsFunc(s.involved, own) {
		return true
	}
	return s.Waiting && p.queues[s.QueueID] && a.Scope(actor.InteractionPull) != actor.None
}

// looksAt reports whether p has the conversation open, or works on it.
func (p *person) looksAt(s *seen) bool {
	return s.Open && s.AgentID == p.key.User || p.views(s.ID)
}

// named returns the row with the customer's name as p may read it.
func (p *person) named(r worklist.Row) worklist.Row {
	if p.actor.Scope(actor.NamesRead) == actor.None {
		r.CustomerName = customer.Mask(r.CustomerName)
	}
	return r
}

// people returns everybody of the tenant with an open desk.
func (f *Feed) people(tenant id.Tenant) []*person {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []*person
	for key, p := range f.online {
		if key.Tenant == tenant {
			c := *p
			c.viewing, c.boards = maps.Clone(p.viewing), maps.Clone(p.boards)
			out = append(out, &c)
		}
	}
	return out
}

// learn reads what a user may see.
func (f *Feed) learn(ctx context.Context, key live.Key) (*person, error) {
	a, err := f.Directory.Actor(ctx, key.Tenant, key.User)
	if err != nil {
		return nil, err
	}
	p := &person{key: key, actor: a, queues: map[id.Queue]bool{}, viewing: map[*tab]id.Conversation{}, boards: map[*tab]bool{}}
	queues, err := db.Many[id.Queue](ctx, f.DB, `SELECT queue_id FROM queue_member WHERE tenant_id = $1 AND user_id = $2 AND enabled`, key.Tenant, key.User)
	if err != nil {
		return nil, err
	}
	for _, q := range queues {
		p.queues[q] = true
	}
	if a.Scope(actor.ConversationRead) == actor.InTeam {
		p.mates, err = db.Many[id.User](ctx, f.DB, `SELECT m.user_id FROM team_member mine
			JOIN team_member m ON m.tenant_id = mine.tenant_id AND m.team_id = mine.team_id
			WHERE mine.tenant_id = $1 AND mine.user_id = $2`, key.Tenant, key.User)
	}
	return p, err
}

// refresh reads again what people may see, before anything is sent by old rights.
// Who may see nothing any more, or of whom nothing is known, is told nothing.
func (f *Feed) refresh(ctx context.Context, tenant id.Tenant, c *changes) {
	if !c.rights {
		return
	}
	for _, p := range f.people(tenant) {
		fresh, err := f.learn(ctx, p.key)
		if err != nil {
			fresh = &person{key: p.key}
			f.Hub.EndSession(p.key, 0, live.CloseSessionEnded, "session.ended")
			if !errs.Is(errs.Unauthenticated, err) && !errs.Is(errs.NotFound, err) {
				f.Log.Error("read the rights of a desk", "user", p.key.User, "err", err)
			}
		}
		f.mu.Lock()
		if now := f.online[p.key]; now != nil {
			now.actor, now.queues, now.mates = fresh.actor, fresh.queues, fresh.mates
		}
		f.mu.Unlock()
	}
}

// readRows returns the conversations that changed, with who is involved in them, in two statements.
func (f *Feed) readRows(ctx context.Context, changed map[id.Conversation]bool) (map[id.Conversation]*seen, error) {
	keys := make([]id.Conversation, 0, len(changed))
	for c := range changed {
		keys = append(keys, c)
	}
	out := make(map[id.Conversation]*seen, len(keys))
	for chunk := range slices.Chunk(keys, worklist.MaxPage) {
		rows, err := f.Rows.Rows(ctx, chunk)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.ID] = &seen{Row: r}
		}
		if err := f.readInvolved(ctx, chunk, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (f *Feed) readInvolved(ctx context.Context, keys []id.Conversation, into map[id.Conversation]*seen) error {
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "conversation_id", keys)
	w.And("involved")
	rows, err := db.Many[struct {
		ConversationID id.Conversation
		UserID         id.User
	}](ctx, f.DB, `SELECT conversation_id, user_id FROM participant`+w.SQL(), w.Args()...)
	for _, r := range rows {
		if s := into[r.ConversationID]; s != nil {
			s.involved = append(s.involved, r.UserID)
		}
	}
	return err
}
