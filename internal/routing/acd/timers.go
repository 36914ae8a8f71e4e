package acd

import "github.com/zongler/zongler/internal/id"

// timerKind says what a timer ends. At one instant timers fire in this order.
type timerKind uint8

const (
	leaseEnds    timerKind = iota // an offer is missed
	windowEnds                    // nobody is waited for any longer
	patienceEnds                  // the queue's longest wait is over
	refusalEnds                   // an agent may be asked again
)

// timer is a deadline in the state; it is set while at is not zero.
type timer struct {
	at    instant
	kind  timerKind
	item  *item
	agent id.User // of a refusal
	pos   int
}

// deadline is a timer as the heap holds it.
type deadline struct {
	at    instant
	timer *timer
}

func (d deadline) before(other deadline) bool {
	if d.at != other.at {
		return d.at < other.at
	}
	a, b := d.timer, other.timer
	if a.kind != b.kind {
		return a.kind < b.kind
	}
	if a.item.id != b.item.id {
		return a.item.id < b.item.id
	}
	return a.agent < b.agent
}

func (d deadline) moved(pos int) { d.timer.pos = pos }

// arm sets t to fire at a point in time, in place of what was set before.
func (s *State) arm(t *timer, kind timerKind, it *item, at instant) {
	s.disarm(t)
	t.at, t.kind, t.item = at, kind, it
	s.due.push(deadline{at: at, timer: t})
}

func (s *State) disarm(t *timer) {
	if t.at != 0 {
		s.due.remove(t.pos)
		t.at = 0
	}
}

func (Tick) apply(s *State) {
	s.woken = 0 // that call is used up, even if the clock was set back and nothing is due yet
	for s.due.len() > 0 && s.due.all[0].at <= s.now {
		t := s.due.all[0].timer
		s.disarm(t)
		switch t.kind {
		case leaseEnds:
			s.expire(t.item)
		case windowEnds:
			s.unreserve(t.item)
		case patienceEnds:
			s.dequeue(t.item)
			s.divert(t.item, MaxWait)
		case refusalEnds:
			s.lapse(t.item, t.agent)
		}
	}
}

// wake tells the shell when to tick next, if that has changed.
func (s *State) wake() {
	var next instant
	if s.due.len() > 0 {
		next = s.due.all[0].at
	}
	if s.open && len(s.freed)+len(s.moved) > 0 {
		next = s.now // more is to be matched than one step may do
	}
	if next != s.woken {
		s.woken = next
		s.emit(WakeAt{At: next.time()})
	}
}
