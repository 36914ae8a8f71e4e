package acd

import (
	"time"

	"github.com/zongler/zongler/internal/id"
)

// maxCapacity bounds capacities and loads, so that sums of them stay small.
const maxCapacity = 1000

// Presence is whether an agent takes work.
type Presence uint8

// Presences.
const (
	Offline Presence = iota
	Available
	Away
)

// Agent is a full description of an agent. Zero values mean defaults.
type Agent struct {
	ID        id.User
	Presence  Presence
	Channels  Channels   // switched on
	Queues    []id.Queue // served now: memberships that are enabled; others need not be told
	Skills    []Skill
	Capacity  int              // zero: FullLoad
	Loads     [NumChannels]int // of one interaction; zero: the channel's default
	Limits    [NumChannels]int // most interactions at a time; zero: as many as there is room for
	Interrupt *Interrupts      // nil: DefaultInterrupts
	IdleSince time.Time        // zero: unchanged, or now for an agent who was unknown

	// Work is everything the agent has; nil leaves it unchanged, an empty list
	// clears it. Offers are the core's own: one that is only in the core is kept,
	// one that is only in the list is taken on, which is how a restart keeps them.
	Work []Work
}

// Work is an interaction that an agent has.
type Work struct {
	Interaction Interaction
	Phase       Phase     // Offered, Active, WrapUp or Parked
	Since       time.Time // when the work began; for handle times
	Token       Token     // of an offer
	Expires     time.Time // of an offer
}

// Status is what an agent does, as a board shows it.
type Status uint8

// Statuses.
const (
	StatusOffline Status = iota
	StatusAway
	StatusWrapUp
	StatusBusy
	StatusFree
	numStatuses
)

// String returns the status's stable name.
func (s Status) String() string {
	names := [numStatuses]string{"offline", "away", "wrap_up", "busy", "free"}
	if s < numStatuses {
		return names[s]
	}
	return names[StatusOffline]
}

// agent is an agent in the state.
type agent struct {
	id         id.User
	presence   Presence
	channels   Channels
	wanted     []id.Queue // served as soon as the queue is known
	members    []*member
	skills     []Skill
	levels     []Level
	marks      marks
	capacity   int
	loads      [NumChannels]int
	limits     [NumChannels]int
	interrupts Interrupts
	since      instant // of the last change from or to idle: took work, ended it, became available
	missed     Token   // the offer for whose missing we set them away

	work     []*item // offered, active, in wrap-up, parked
	reserved []*item // waiting for them alone
	refusals *refusals

	// Derived from work by refresh.
	load   int
	used   [NumChannels]int // of the capacity, as an offer on the channel sees it
	counts [NumChannels]int
	status Status

	touched bool
}

// need returns how much of a's capacity an interaction takes.
func (a *agent) need(c Channel, own int) int {
	if own <= 0 {
		own = a.loads[c]
	}
	return min(own, a.capacity)
}

// open reports whether a could take anything at all on c.
func (a *agent) open(c Channel) bool {
	return a.presence == Available && a.channels.Has(c) && a.used[c] < a.capacity &&
		(a.limits[c] <= 0 || a.counts[c] < a.limits[c])
}

// room reports whether a can take an interaction of this load on c now.
func (a *agent) room(c Channel, own int) bool {
	return a.open(c) && a.used[c]+a.need(c, own) <= a.capacity
}

// qualified reports whether a may be offered it, leaving aside whether there is room.
func (a *agent) qualified(it *item) bool {
	if a.presence != Available || !a.channels.Has(it.channel) || it.queue == nil || a.member(it.queue) == nil || a.excludes(it) {
		return false
	}
	_, ok := it.needs.fit(a.levels)
	return ok
}

// suits reports whether a may be offered it now.
func (a *agent) suits(it *item) bool {
	return a.room(it.channel, it.load) && a.qualified(it)
}

func (a *agent) member(q *queue) *member {
	for _, m := range a.members {
		if m.queue == q {
			return m
		}
	}
	return nil
}

func (a *agent) standing() Status {
	var active, wrapping bool
	for _, it := range a.work {
		active = active || it.phase == Offered || it.phase == Active
		wrapping = wrapping || it.phase == WrapUp
	}
	switch {
	case active:
		return StatusBusy
	case wrapping:
		return StatusWrapUp
	case a.presence == Available:
		return StatusFree
	case a.presence == Away:
		return StatusAway
	}
	return StatusOffline
}

// refresh derives loads and status from the work, and tells queues and lanes.
func (a *agent) refresh() {
	a.load, a.used, a.counts = 0, [NumChannels]int{}, [NumChannels]int{}
	for _, it := range a.work {
		if it.loads() {
			a.occupy(it.channel, it.load)
		}
	}
	a.load = min(a.load, maxCapacity)
	status := a.standing()
	for _, m := range a.members {
		if status != a.status {
			m.queue.staff[a.status]--
			m.queue.staff[status]++
		}
		for c := range NumChannels {
			m.stand(c)
		}
	}
	a.status = status
}

// occupy counts one piece of work.
func (a *agent) occupy(with Channel, own int) {
	need := a.need(with, own)
	a.load += need
	a.counts[with]++
	for c := range NumChannels {
		if !a.interrupts[c].Has(with) {
			a.used[c] += need
		}
	}
}

// Room reports whether an agent who has work on these channels could take one more
// on c, for those who do not ask a State.
func (given Agent) Room(work []Channel, c Channel) bool {
	a := agent{presence: Available}
	a.describe(given)
	for _, w := range work {
		a.occupy(w, 0)
	}
	return a.room(c, 0)
}

// serve makes a a member of q.
func (a *agent) serve(q *queue) {
	if a.member(q) != nil {
		return
	}
	m := &member{agent: a, queue: q, index: len(q.members), pos: [NumChannels]int32{-1, -1, -1, -1, -1}}
	a.members = append(a.members, m)
	q.members = append(q.members, m)
	q.staff[a.status]++
	for c := range NumChannels {
		m.stand(c)
	}
}

// quit ends a's membership of q.
func (a *agent) quit(q *queue) {
	for i, m := range a.members {
		if m.queue != q {
			continue
		}
		for c, pos := range m.pos {
			if pos >= 0 {
				q.lanes[c].ready.remove(int(pos))
			}
		}
		q.staff[a.status]--
		last := len(q.members) - 1
		q.members[m.index] = q.members[last]
		q.members[m.index].index = m.index
		q.members[last] = nil
		q.members = q.members[:last]
		a.members = append(a.members[:i], a.members[i+1:]...)
		return
	}
}
