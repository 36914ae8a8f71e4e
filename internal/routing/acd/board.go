package acd

import (
	"cmp"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/id"
)

// QueueView is a queue as a live board shows it.
type QueueView struct {
	Queue   id.Queue
	Waiting int       // reserved ones included, offered ones not
	Offered int       // at this moment
	Target  Target    // as configured
	Late    int       // of those waiting, beyond the target
	Longest time.Time // original arrival of who waits longest, in whatever queue they were before; zero: nobody waits
	Staff   Staff     // who serves it now
}

// Staff counts agents by what they do.
type Staff struct{ Free, Busy, WrapUp, Away, Offline int }

// Waiting returns how a queue stands, and false when it is not known.
func (s *State) Waiting(now time.Time, queue id.Queue) (QueueView, bool) {
	q := s.queues[queue]
	if q == nil {
		return QueueView{}, false
	}
	return q.view(instantOf(now)), true
}

// Board returns all queues, ordered by key. Its cost grows with the number of
// queues, lines and late interactions, not with all who wait or all agents.
func (s *State) Board(now time.Time) []QueueView {
	views := make([]QueueView, 0, len(s.queues))
	for _, q := range s.queues {
		views = append(views, q.view(instantOf(now)))
	}
	slices.SortFunc(views, func(a, b QueueView) int { return cmp.Compare(a.Queue, b.Queue) })
	return views
}

func (q *queue) view(now instant) QueueView {
	v := QueueView{
		Queue: q.ID, Waiting: len(q.items), Offered: q.offered, Target: q.Target,
		Staff: Staff{
			Free: q.staff[StatusFree], Busy: q.staff[StatusBusy], WrapUp: q.staff[StatusWrapUp],
			Away: q.staff[StatusAway], Offline: q.staff[StatusOffline],
		},
	}
	var longest instant
	due := place{arrived: now.plus(-q.Target.Within)}
	count := func(arrived instant) {
		if longest == 0 || arrived < longest {
			longest = arrived
		}
	}
	for _, l := range q.lanes {
		if l == nil {
			continue
		}
		for _, head := range l.lines {
			count(head.arrived)
			if q.Target.Within > 0 {
				v.Late += head.bucket.ahead(0, due)
			}
		}
	}
	for _, it := range q.held {
		count(it.arrived)
		if q.Target.Within > 0 && it.arrived < due.arrived {
			v.Late++
		}
	}
	v.Longest = longest.time()
	return v
}
