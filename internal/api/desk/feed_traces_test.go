package desk

import (
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/live"
)

// matter is a conversation that goes from hand to hand, as routing tells it.
type matter struct {
	row     seen
	pending []fact.Fact // committed, and not told yet
}

const (
	matterTenant id.Tenant       = 1
	matterBrand  id.Brand        = 2
	matterKey    id.Conversation = 3
)

func newMatter() *matter {
	m := &matter{row: seen{parts: map[id.User]part{}}}
	m.row.ID, m.row.BrandID = matterKey, matterBrand
	m.pending = append(m.pending, fact.ConversationStarted{Conversation: matterKey, Brand: matterBrand})
	m.queue(1)
	return m
}

func (m *matter) queue(q id.Queue) {
	m.row.Open, m.row.Waiting, m.row.QueueID, m.row.AgentID = true, true, q, 0
	m.pending = append(m.pending, fact.InteractionQueued{Conversation: matterKey, Queue: q})
}

// move does what may happen next.
func (m *matter) move(r *rand.Rand) {
	agent := id.User(1 + r.IntN(4))
	switch {
	case r.IntN(4) == 0:
		m.pending = append(m.pending, fact.EntryAdded{Conversation: matterKey})
	case m.row.Waiting && m.row.AgentID == 0 && r.IntN(2) == 0:
		m.row.AgentID = agent
		m.pending = append(m.pending, fact.OfferMade{Conversation: matterKey, Queue: m.row.QueueID, Agent: agent})
	case m.row.Waiting && m.row.AgentID != 0 && r.IntN(2) == 0:
		m.pending = append(m.pending, fact.OfferEnded{Conversation: matterKey, Queue: m.row.QueueID, Agent: m.row.AgentID})
		m.row.AgentID = 0
	case m.row.Waiting && r.IntN(3) == 0:
		m.queue(id.Queue(1 + r.IntN(3)))
	case m.row.Waiting && r.IntN(3) == 0:
		m.pending = append(m.pending, fact.InteractionClosed{Conversation: matterKey, Queue: m.row.QueueID})
		m.row.Open, m.row.Waiting, m.row.AgentID = false, false, 0
	case m.row.Waiting:
		m.row.Waiting, m.row.AgentID = false, agent
		m.row.parts[agent] = part{Involved: true}
		m.pending = append(m.pending, fact.InteractionStarted{Conversation: matterKey, Queue: m.row.QueueID, Agent: agent})
	case m.row.Open && r.IntN(2) == 0:
		m.pending = append(m.pending, fact.InteractionLeftAgent{Conversation: matterKey, Queue: m.row.QueueID, Agent: m.row.AgentID})
		m.queue(id.Queue(1 + r.IntN(3)))
	case m.row.Open:
		m.pending = append(m.pending, fact.InteractionClosed{Conversation: matterKey, Queue: m.row.QueueID, Agent: m.row.AgentID})
		m.row.Open, m.row.AgentID = false, 0
	default:
		m.queue(id.Queue(1 + r.IntN(3)))
	}
}

// matterDesks are agents of several queues, one who sees the work of colleagues, and one who may not pull.
func matterDesks() []*person {
	desk := func(user id.User, scope actor.Scope, pulls bool, mates []id.User, queues ...id.Queue) *person {
		p := &person{key: live.Key{Tenant: matterTenant, User: user}}
		p.actor = actor.Actor{Tenant: matterTenant, User: user, Brands: actor.Brands{All: true}, Rights: actor.Rights{actor.ConversationRead: scope}}
		if pulls {
			p.actor.Rights[actor.InteractionPull] = actor.InBrand
		}
		p.mates, p.queues = mates, map[id.Queue]bool{}
		for _, q := range queues {
			p.queues[q] = true
		}
		return p
	}
	return []*person{
		desk(1, actor.Own, true, nil, 1), desk(2, actor.Own, true, nil, 2, 3), desk(3, actor.Own, false, nil, 1, 2),
		desk(4, actor.InTeam, true, []id.User{2, 4}, 3), desk(5, actor.Own, true, nil, 1, 2, 3), desk(6, actor.InBrand, true, nil),
	}
}

// told is a house in which lists are told of one matter, at any time, while desks fetch them at any time.
type listsTold struct {
	matter *matter
	lists  *lists
	desks  []*person
	shows  []bool // which desks have the matter in their list
	gone   int    // how many were told so
}

// hear has the teller hear of the oldest facts.
func (w *listsTold) hear(n int) {
	batch := make([]fact.Record, n)
	for i := range batch {
		batch[i] = fact.Record{Tenant: matterTenant, Fact: w.matter.pending[i]}
	}
	w.matter.pending = w.matter.pending[n:]
	for tenant, c := range gather(batch) {
		w.lists.split(tenant, nil, c)
	}
}

// tell reads the row, hears what had happened until then, and perhaps more, and tells the lists what was read.
func (w *listsTold) tell(more func()) {
	c := w.lists.late[matterTenant]
	if c == nil {
		return
	}
	w.lists.late = map[id.Tenant]*changes{}
	row, fence := w.matter.row, len(w.matter.pending)
	row.parts = maps.Clone(w.matter.row.parts)
	w.hear(fence)
	more()
	was, moved := c.traceOf(matterKey), c.conversations[matterKey]
	w.lists.memory.recall(viewKey{matterTenant, matterKey}, was, &row, moved)
	for i, p := range w.desks {
		switch {
		case p.sees(&row):
			w.shows[i] = true
		case moved && p.loses(&row, was):
			w.shows[i] = false
			w.gone++
		}
	}
}

// TestListsLoseWhatIsNotSeenAnyMore lets a matter move while facts are heard late, rows are read and told in between,
// and desks fetch their lists whenever they like. In the end no list shows what its desk may not see.
func TestListsLoseWhatIsNotSeenAnyMore(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4000) {
		r := rand.New(rand.NewPCG(seed, 1))
		w := &listsTold{matter: newMatter(), lists: newLists(&Feed{}), desks: matterDesks()}
		w.shows = make([]bool, len(w.desks))
		step := func() {
			switch i := r.IntN(len(w.desks)); r.IntN(3) {
			case 0:
				w.matter.move(r)
			case 1:
				w.shows[i] = w.desks[i].sees(&w.matter.row) // fetched
			default:
				w.hear(r.IntN(len(w.matter.pending) + 1))
			}
		}
		for range 30 {
			step()
			if r.IntN(4) == 0 {
				w.tell(func() {
					for range r.IntN(4) {
						step()
					}
				})
			}
		}
		w.hear(len(w.matter.pending))
		w.tell(func() {})
		for i, p := range w.desks {
			if w.shows[i] && !p.sees(&w.matter.row) {
				t.Fatalf("seed %d: user %d still has in the list what they do not see", seed, p.key.User)
			}
		}
	}
}

// TestWhoNeverHadAMatterIsNotToldThatItIsGone: it comes into a queue, is taken, and closed.
func TestWhoNeverHadAMatterIsNotToldThatItIsGone(t *testing.T) {
	t.Parallel()
	w := &listsTold{matter: newMatter(), lists: newLists(&Feed{}), desks: matterDesks()}
	w.shows = make([]bool, len(w.desks))
	tell := func() int {
		w.gone = 0
		w.hear(len(w.matter.pending))
		w.tell(func() {})
		return w.gone
	}
	if n := tell(); n != 0 {
		t.Errorf("while it waited %d were told that it is gone", n)
	}
	w.matter.row.Waiting, w.matter.row.AgentID = false, 1
	w.matter.row.parts[1] = part{Involved: true}
	w.matter.pending = append(w.matter.pending, fact.InteractionStarted{Conversation: matterKey, Queue: 1, Agent: 1})
	if n := tell(); n != 1 { // user 5 is of the queue too
		t.Errorf("when it was taken %d were told that it is gone", n)
	}
	w.matter.row.Open, w.matter.row.AgentID = false, 0
	w.matter.pending = append(w.matter.pending, fact.InteractionClosed{Conversation: matterKey, Queue: 1, Agent: 1})
	if n := tell(); n != 0 {
		t.Errorf("when it was closed %d were told that it is gone", n)
	}
	w.lists.memory = memory{} // as after a restart
	w.matter.pending = append(w.matter.pending, fact.ConversationChanged{Conversation: matterKey})
	if n := tell(); n != 4 { // all who do not see it
		t.Errorf("when nobody knew what it had been %d were told that it is gone", n)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	var m memory
	for i := range id.Conversation(3 * maxRemembered) {
		m.recall(viewKey{1, i + 1}, &trace{}, &seen{}, true)
	}
	if n := len(m.young) + len(m.old); n > maxRemembered {
		t.Errorf("%d are remembered", n)
	}
}
