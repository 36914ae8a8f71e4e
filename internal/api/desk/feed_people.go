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
// as long as the hub remembers their stream. Everybody is read at each change: what the feed holds is read freely and
// never changed. Who changes something puts another in its place.
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
	if s.Open && s.AgentID != 0 && p.owns(s.AgentID) {
		return true
	}
	for user, part := range s.parts {
		if part.Involved && p.owns(user) {
			return true
		}
	}
	return s.Waiting && p.queues[s.QueueID] && p.pulls()
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
	out := make([]*person, 0, len(f.online))
	for key, p := range f.online {
		if key.Tenant != tenant {
			continue
		}
		if p.tabs == 0 && !f.Hub.Remembers(key) {
			delete(f.online, key)
			continue
		}
		out = append(out, p)
	}
	return out
}

// one returns somebody who is told; nil if they are not.
func (f *Feed) one(key live.Key) *person {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.online[key]
}

// becomes puts somebody in the place of p who differs by change, and returns them. The caller holds f.mu.
func (f *Feed) becomes(p *person, change func(p *person)) *person {
	next := p.with(change)
	f.online[p.key] = next
	return next
}

// with returns somebody who differs from p by change.
func (p *person) with(change func(p *person)) *person {
	c := *p
	c.viewing, c.left, c.hidden, c.boards = maps.Clone(p.viewing), slices.Clone(p.left), maps.Clone(p.hidden), maps.Clone(p.boards)
	change(&c)
	return &c
}

// readRows returns the conversations that changed, with who has a part in them, in two statements that go together.
func (f *Feed) readRows(ctx context.Context, changed map[id.Conversation]bool) (map[id.Conversation]*seen, error) {
	keys := make([]id.Conversation, 0, len(changed))
	for c := range changed {
		keys = append(keys, c)
	}
	out := make(map[id.Conversation]*seen, len(keys))
	for chunk := range slices.Chunk(keys, worklist.MaxPage) {
		err := f.DB.Together(ctx, func(q db.Queryer) error {
			asked, parts := f.Rows.AskRows(ctx, q, chunk), askParts(ctx, q, chunk)
			rows, err := asked(ctx)
			if err != nil {
				return err
			}
			for _, r := range rows {
				out[r.ID] = &seen{Row: r, parts: map[id.User]part{}}
			}
			return addParts(ctx, parts, out)
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// addParts adds to rows what users have to do with them. Few users have a part in
// one conversation, however many look on.
func addParts(ctx context.Context, asked *db.Reading[part], into map[id.Conversation]*seen) error {
	parts, err := asked.Many(ctx)
	for _, part := range parts {
		if s := into[part.ConversationID]; s != nil {
			s.parts[part.UserID] = part
		}
	}
	return err
}

func askParts(ctx context.Context, q db.Queryer, keys []id.Conversation) *db.Reading[part] {
	w := &db.Where{}
	w.And("p.tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "p.conversation_id", keys)
	return db.Ask[part](ctx, q, `SELECT p.conversation_id, p.user_id, p.involved, p.read_seq, EXISTS (SELECT 1 FROM draft d
		WHERE d.tenant_id = p.tenant_id AND d.user_id = p.user_id AND d.conversation_id = p.conversation_id AND d.body <> '') AS drafted
		FROM participant p`+w.SQL(), w.Args()...)
}

func (p *person) readsNames() bool { return p.actor.Scope(actor.NamesRead) != actor.None }
