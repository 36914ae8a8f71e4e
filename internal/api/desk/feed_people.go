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

	parts map[id.User]part
}

// part is what one user has to do with a conversation.
type part struct {
	ConversationID id.Conversation
	UserID         id.User
	Involved       bool // it is their own work
	ReadSeq        int64
	Drafted        bool
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
	if s.Open && s.AgentID != 0 && own(s.AgentID) {
		return true
	}
	for user, part := range s.parts {
		if part.Involved && own(user) {
			return true
		}
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
	if !p.readsNames() {
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
	c.viewing, c.left, c.hidden, c.boards = cloned(p.viewing), slices.Clone(p.left), cloned(p.hidden), cloned(p.boards)
	return &c
}

// cloned is a copy of a map to read. Most are empty, and everybody is copied at each change: those are nil.
func cloned[K comparable, V any](m map[K]V) map[K]V {
	if len(m) == 0 {
		return nil
	}
	return maps.Clone(m)
}

// readRows returns the conversations that changed, with who has a part in them, in two statements.
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
			out[r.ID] = &seen{Row: r, parts: map[id.User]part{}}
		}
		if err := f.readParts(ctx, chunk, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// readParts adds to rows what users have to do with them. Few users have a part in
// one conversation, however many look on.
func (f *Feed) readParts(ctx context.Context, keys []id.Conversation, into map[id.Conversation]*seen) error {
	w := &db.Where{}
	w.And("p.tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "p.conversation_id", keys)
	parts, err := db.Many[part](ctx, f.DB, `SELECT p.conversation_id, p.user_id, p.involved, p.read_seq, EXISTS (SELECT 1 FROM draft d
		WHERE d.tenant_id = p.tenant_id AND d.user_id = p.user_id AND d.conversation_id = p.conversation_id AND d.body <> '') AS drafted
		FROM participant p`+w.SQL(), w.Args()...)
	for _, part := range parts {
		if s := into[part.ConversationID]; s != nil {
			s.parts[part.UserID] = part
		}
	}
	return err
}

func (p *person) readsNames() bool { return p.actor.Scope(actor.NamesRead) != actor.None }
