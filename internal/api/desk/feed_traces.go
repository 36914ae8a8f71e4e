package desk

import (
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
)

// trace is what facts say a conversation has been since desks were last told of it: by that they know who may have
// it in a list and does not see it any more. Without it everybody of the brand would have to be told of each.
type trace struct {
	begun  bool       // it is new: nobody had it before
	queues []id.Queue // in which it has waited
	agents []id.User  // who have had it
	any    bool       // it may have been anything
}

// traceOf returns the trace of a conversation, to be added to.
func (c *changes) traceOf(key id.Conversation) *trace {
	t := c.traces[key]
	if t == nil {
		t = &trace{}
		c.traces[key] = t
	}
	return t
}

func (t *trace) waited(queue id.Queue) {
	if queue != 0 && !slices.Contains(t.queues, queue) {
		t.queues = append(t.queues, queue)
	}
}

func (t *trace) had(agent id.User) {
	if agent != 0 && !slices.Contains(t.agents, agent) {
		t.agents = append(t.agents, agent)
	}
}

// add adds what a later trace says.
func (t *trace) add(later *trace) {
	t.begun = t.begun || later.begun
	t.any = t.any || later.any
	for _, q := range later.queues {
		t.waited(q)
	}
	for _, a := range later.agents {
		t.had(a)
	}
}

// loses reports whether p, who does not see a conversation, may have seen it when it was as t says. Who has it open is
// told in any case.
func (p *person) loses(s *seen, t *trace) bool {
	if !p.actor.Brands.Has(s.BrandID) || p.actor.Scope(actor.ConversationRead) == actor.None {
		return false
	}
	return t.any || p.hidden[s.ID] || slices.ContainsFunc(t.agents, p.owns) ||
		p.pulls() && slices.ContainsFunc(t.queues, func(q id.Queue) bool { return p.queues[q] })
}

// owns reports whether the work of a user is p's own, or of p's teams.
func (p *person) owns(u id.User) bool {
	return u == p.actor.User || p.actor.Scope(actor.ConversationRead) == actor.InTeam && slices.Contains(p.mates, u)
}

// pulls reports whether p may look at what waits in own queues, to pull it.
func (p *person) pulls() bool { return p.actor.Scope(actor.InteractionPull) != actor.None }

// maxRemembered bounds of how many conversations is remembered what was told. Those told longest ago are forgotten.
const maxRemembered = 10_000

// memory is what lists were last told of conversations: younger ones and, while those are few, older ones.
type memory struct{ young, old map[viewKey]trace }

// recall adds to t what lists were last told of a conversation, and remembers what they are told now. What is read may
// be newer than the facts that are told: those who lost the conversation by what comes later are told later, and what
// they saw is remembered until then. So it is forgotten only where moved says that facts have told that it moved.
func (m *memory) recall(key viewKey, t *trace, now *seen, moved bool) {
	last, known := m.young[key]
	if !known {
		last, known = m.old[key]
	}
	next := traceNow(now)
	switch {
	case moved:
		t.add(&last)
		t.any = t.any || !known && !t.begun
	case known:
		next.add(&last)
	default:
		return
	}
	if len(m.young) >= maxRemembered/2 || m.young == nil {
		m.young, m.old = map[viewKey]trace{}, m.young
	}
	m.young[key] = next
}

// traceNow returns what a conversation is now.
func traceNow(s *seen) trace {
	var t trace
	if s.Waiting {
		t.waited(s.QueueID)
	}
	if s.Open {
		t.had(s.AgentID)
	}
	return t
}
