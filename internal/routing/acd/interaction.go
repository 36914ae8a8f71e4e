package acd

import (
	"time"

	"github.com/zongler/zongler/internal/id"
)

// Interaction is a routable unit of work as the shell describes it.
type Interaction struct {
	ID       id.Interaction
	Queue    id.Queue
	Channel  Channel
	Priority int           // added to the queue's; higher goes first
	Arrived  time.Time     // the original arrival: kept over requeue, transfer, decline and restart
	Entered  time.Time     // when it entered this queue; zero: it arrives now, and a full queue may turn it away
	Skills   []Requirement // nil means the queue's own; empty means none
	Load     int           // zero means what the agent has for the channel

	// Preferred is the agent who is waited for until PreferredUntil;
	// zero there means the queue's PreferredWait after it entered.
	Preferred      id.User
	PreferredUntil time.Time

	// Excluded are agents who turned it down and when they may be asked again; for a restart.
	Excluded []Exclusion
}

// Exclusion keeps an agent from being offered an interaction until a point in time.
type Exclusion struct {
	Agent id.User
	Until time.Time
}

// Phase is the one place where an interaction is.
type Phase uint8

// Phases of an interaction.
const (
	Waiting  Phase = iota + 1 // in its queue, for anybody qualified
	Reserved                  // in its queue, for its preferred agent alone
	Offered                   // to one agent
	Active                    // an agent works on it
	WrapUp                    // an agent finishes the work after it; its load still counts
	Parked                    // an agent's work that takes no load now
)

// String returns the phase's stable name.
func (p Phase) String() string {
	names := [...]string{"unknown", "waiting", "reserved", "offered", "active", "wrap_up", "parked"}
	if int(p) < len(names) {
		return names[p]
	}
	return names[0]
}

// Token names one offer; it is never given out twice by a State.
type Token uint64

// rank is the order in which interactions are served.
type rank struct {
	class   int // the queue's priority plus the interaction's own
	arrived instant
	id      id.Interaction
}

func (r rank) before(other rank) bool {
	if r.class != other.class {
		return r.class > other.class
	}
	if r.arrived != other.arrived {
		return r.arrived < other.arrived
	}
	return r.id < other.id
}

// item is an interaction in the state.
type item struct {
	id        id.Interaction
	channel   Channel
	priority  int
	arrived   instant
	entered   instant
	load      int
	required  []Requirement // as given: nil follows the queue
	preferred id.User
	until     instant // end of the preferred window

	home  id.Queue // where it waits, or waited last
	queue *queue   // the same, as it was then; nil if it was unknown
	needs *needs
	phase Phase
	index int // in queue.items while it waits

	bucket *bucket // while Waiting
	pos    int     // in the bucket

	agent *agent // whose offer or work it is
	token Token

	excluded []*exclusion
	patience timer // the queue's longest wait
	lease    timer // end of the offer, or of the preferred window
	touched  bool

	work      spell
	announced announcement
}

// spell measures the time that an agent spends on an interaction.
type spell struct {
	started instant // zero: not now
	spent   time.Duration
}

func (s *spell) start(now instant) {
	if s.started == 0 {
		s.started = now
	}
}

func (s *spell) stop(now instant) {
	if s.started != 0 {
		s.spent += now.since(s.started)
		s.started = 0
	}
}

func (it *item) waits() bool { return it.phase == Waiting || it.phase == Reserved }

// loads reports whether it takes its agent's capacity.
func (it *item) loads() bool {
	return it.phase == Offered || it.phase == Active || it.phase == WrapUp
}

func (it *item) rank() rank {
	r := rank{class: it.priority, arrived: it.arrived, id: it.id}
	if it.queue != nil {
		r.class += it.queue.Priority
	}
	return r
}
