package desk

import (
	"context"
	"maps"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/live"
	"github.com/zongler/zongler/internal/worklist"
)

// person is a user with an open desk, or with one that may come back and go on where it was: who has no tab is told
// as long as the hub remembers their stream. Feed.mu guards it; copies are read freely.
type person struct {
	rights

	key     live.Key
	viewing map[*tab]id.Conversation
	left    []glance                 // what tabs that are gone looked at
	hidden  map[id.Conversation]bool // of those looked at: what may not be seen any more
	boards  map[*tab]bool            // those that show a board
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
	return s.Open && s.AgentID == p.key.User || p.follows(s.ID)
}

// named returns the row with the customer's name as p may read it.
func (p *person) named(r worklist.Row) worklist.Row {
	r.CustomerName = p.nameOf(r.CustomerName)
	return r
}

// nameOf returns a customer's name as p may read it.
func (p *person) nameOf(customerName string) string {
	if p.actor.Scope(actor.NamesRead) == actor.None {
		return customer.Mask(customerName)
	}
	return customerName
}

// people returns everybody of the tenant who is told, and forgets those to whom nobody comes back.
func (f *Feed) people(tenant id.Tenant) []*person {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []*person
	for key, p := range f.online {
		if key.Tenant != tenant {
			continue
		}
		if p.tabs == 0 && !f.Hub.Remembers(key) {
			delete(f.online, key)
			continue
		}
		out = append(out, p.copy())
	}
	return out
}

// one returns a copy of somebody who is told; nil if they are not.
func (f *Feed) one(key live.Key) *person {
	f.mu.Lock()
	defer f.mu.Unlock()
	if p := f.online[key]; p != nil {
		return p.copy()
	}
	return nil
}

func (p *person) copy() *person {
	c := *p
	c.viewing, c.left, c.hidden, c.boards = maps.Clone(p.viewing), slices.Clone(p.left), maps.Clone(p.hidden), maps.Clone(p.boards)
	return &c
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
