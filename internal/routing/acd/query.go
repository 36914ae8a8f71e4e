package acd

import (
	"slices"
	"time"

	"github.com/zongler/zongler/internal/id"
)

// Position returns the place of a waiting interaction in its queue, 1 being the
// next, and false when it does not wait. It looks at everybody in the queue of
// the same priority; to tell all of a queue, use Line.
func (s *State) Position(interaction id.Interaction) (int, bool) {
	it := s.items[interaction]
	if it == nil || !it.waits() {
		return 0, false
	}
	return it.queue.ahead(it.rank()) + 1, true
}

// ahead counts those in q who are served before me.
func (q *queue) ahead(me rank) int {
	ahead := 0
	for _, l := range q.lanes {
		if l == nil {
			continue
		}
		for _, head := range l.lines {
			switch {
			case !head.before(me):
			case head.class > me.class:
				ahead += head.bucket.waiting.len()
			default:
				ahead += head.bucket.ahead(0, place{arrived: me.arrived, id: me.id})
			}
		}
	}
	for _, held := range q.held {
		if held.rank().before(me) {
			ahead++
		}
	}
	return ahead
}

// ahead counts those before p in the part of the heap below pos.
func (b *bucket) ahead(pos int, p place) int {
	if pos >= b.waiting.len() || !b.waiting.all[pos].before(p) {
		return 0
	}
	return 1 + b.ahead(2*pos+1, p) + b.ahead(2*pos+2, p)
}

// Line returns everybody who waits in a queue, the next one first.
func (s *State) Line(queue id.Queue) []id.Interaction {
	q := s.queues[queue]
	if q == nil {
		return nil
	}
	line := make([]id.Interaction, 0, len(q.items))
	for _, it := range slices.SortedFunc(slices.Values(q.items), byRank) {
		line = append(line, it.id)
	}
	return line
}

// ExpectedWait returns how long a waiting interaction is likely to wait from
// now on, rounded up, and false when it does not wait or nobody is there to
// serve it. What it returns counts as told to the customer: for one interaction
// it rises once at most.
func (s *State) ExpectedWait(now time.Time, interaction id.Interaction) (time.Duration, bool) {
	position, waits := s.Position(interaction)
	if !waits {
		return 0, false
	}
	s.now = max(s.now, instantOf(now))
	it := s.items[interaction]
	servers := s.servers(it)
	if servers == 0 {
		return 0, false
	}
	wait := it.queue.estimate.remaining(position, servers, s.now.since(it.entered), s.now)
	return it.announced.say(wait), true
}

// Outlook returns how long an interaction would likely wait that came to a queue on
// a channel now, needing no more than the queue does, rounded up as ExpectedWait, and
// false when nobody is there to serve it. Nothing counts as told to anybody.
func (s *State) Outlook(now time.Time, queue id.Queue, c Channel) (time.Duration, bool) {
	q := s.queues[queue]
	if q == nil || c >= NumChannels {
		return 0, false
	}
	s.now = max(s.now, instantOf(now))
	it := &item{channel: c, queue: q, arrived: s.now, needs: s.skills.use(q.Skills)}
	defer s.skills.drop(it.needs)
	servers := s.servers(it)
	switch {
	case servers == 0:
		return 0, false
	case len(q.items) == 0 && slices.ContainsFunc(q.members, func(m *member) bool { return m.agent.suits(it) }):
		return shortestEstimate, true
	}
	return q.estimate.remaining(q.ahead(it.rank())+1, servers, 0, s.now), true
}

// InteractionView is where an interaction is.
type InteractionView struct {
	ID       id.Interaction
	Queue    id.Queue // zero: never queued
	Channel  Channel
	Phase    Phase
	Arrived  time.Time
	Priority int     // its queue's included
	Agent    id.User // who has it, or is waited for
	Token    Token   // of the offer, while Offered
}

// Interaction returns where an interaction is, and false when it is not known.
func (s *State) Interaction(interaction id.Interaction) (InteractionView, bool) {
	it := s.items[interaction]
	if it == nil {
		return InteractionView{}, false
	}
	v := InteractionView{
		ID: it.id, Queue: it.home, Channel: it.channel, Phase: it.phase,
		Arrived: it.arrived.time(), Priority: it.rank().class,
	}
	switch it.phase {
	case Reserved:
		v.Agent = it.preferred
	case Offered:
		v.Agent, v.Token = it.agent.id, it.token
	case Active, WrapUp, Parked:
		v.Agent = it.agent.id
	case Waiting: // nobody has it
	}
	return v, true
}

// AgentView is what an agent does.
type AgentView struct {
	ID       id.User
	Presence Presence
	Status   Status
	Channels Channels
	Queues   []id.Queue // served, known or not
	Load     int
	Since    time.Time // of the last change from or to idle
	Work     []id.Interaction
}

// Agent returns what an agent does, and false when they are not known.
func (s *State) Agent(agent id.User) (AgentView, bool) {
	a := s.agents[agent]
	if a == nil {
		return AgentView{}, false
	}
	v := AgentView{
		ID: a.id, Presence: a.presence, Status: a.status, Channels: a.channels,
		Queues: slices.Clone(a.wanted), Load: a.load, Since: a.since.time(),
	}
	for _, it := range a.work {
		v.Work = append(v.Work, it.id)
	}
	return v, true
}
