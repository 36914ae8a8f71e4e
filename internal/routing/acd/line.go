package acd

import (
	"slices"

	"github.com/zongler/zongler/internal/id"
)

// maxOverflows bounds how many full queues one interaction is passed through.
const maxOverflows = 8

func (e InteractionQueued) apply(s *State) {
	in := e.Interaction
	if in.Channel >= NumChannels || in.ID == 0 {
		s.emit(Overflow{Interaction: in.ID, From: in.Queue, Reason: Unroutable})
		return
	}
	it := s.items[in.ID]
	if it == nil {
		it = s.create(in)
		s.enter(it, in.Queue, s.open && in.Entered.IsZero())
		return
	}
	stays := it.waits() && it.home == in.Queue
	entered := it.entered
	s.lift(it, Transferred)
	s.describe(it, in)
	if stays && in.Entered.IsZero() {
		it.entered = entered
	}
	s.enter(it, in.Queue, s.open && !stays && in.Entered.IsZero())
}

func (e InteractionUpdated) apply(s *State) {
	it := s.items[e.Interaction]
	if it == nil {
		return
	}
	waited := it.waits()
	if waited {
		s.dequeue(it)
	}
	it.priority, it.required = e.Priority, e.Skills
	s.require(it)
	switch {
	case waited:
		s.enqueue(it)
	case it.phase == Offered && !it.agent.qualified(it):
		s.withdraw(it, Changed)
	}
}

func (e InteractionLeft) apply(s *State) {
	it := s.items[e.Interaction]
	if it == nil {
		return
	}
	if e.Abandoned && it.queue != nil && (it.waits() || it.phase == Offered) {
		it.queue.estimate.abandoned(s.now.since(it.entered))
	}
	s.lift(it, Left)
	s.forget(it)
}

// create adds an interaction that is nowhere yet.
func (s *State) create(in Interaction) *item {
	it := &item{id: in.ID}
	s.items[it.id] = it
	s.describe(it, in)
	return it
}

// describe takes over what the shell says about it. The first arrival stands.
func (s *State) describe(it *item, in Interaction) {
	arrived, entered := instantOf(in.Arrived), instantOf(in.Entered)
	if arrived == 0 {
		arrived = s.now
	}
	if entered == 0 {
		entered = s.now
	}
	if it.arrived == 0 || arrived < it.arrived {
		it.arrived = arrived
	}
	it.channel, it.priority, it.entered = in.Channel, in.Priority, entered
	it.required, it.load = in.Skills, min(max(in.Load, 0), maxCapacity)
	it.preferred, it.until = in.Preferred, instantOf(in.PreferredUntil)
	it.home, it.queue = in.Queue, s.queues[in.Queue]
	s.require(it)
	for _, x := range in.Excluded {
		if until := instantOf(x.Until); until > s.now {
			s.exclude(it, x.Agent, until)
		}
	}
}

// require works out which skills it needs: its own or its queue's.
func (s *State) require(it *item) {
	required := it.required
	if required == nil && it.queue != nil {
		required = it.queue.Skills
	}
	before := it.needs
	it.needs = s.skills.use(required)
	if before != nil {
		s.skills.drop(before)
	}
}

// enter puts it into a queue, or where that queue overflows to. A full queue
// still lets in whom somebody can take at once.
func (s *State) enter(it *item, to id.Queue, limited bool) {
	for range maxOverflows {
		q := s.queues[to]
		if q == nil {
			s.emit(Overflow{Interaction: it.id, From: to, Reason: Unroutable})
			s.forget(it)
			return
		}
		it.home, it.queue = to, q
		s.require(it)
		if it.preferred != 0 && it.until == 0 {
			it.until = it.entered.plus(q.preferredWait())
		}
		if !limited || !q.full() || s.choose(it).agent != nil {
			s.enqueue(it)
			return
		}
		s.emit(Overflow{Interaction: it.id, From: to, To: q.Overflow, Reason: Full})
		if to = q.Overflow; to == 0 {
			s.forget(it)
			return
		}
	}
	s.emit(Overflow{Interaction: it.id, From: to, Reason: Full})
	s.forget(it)
}

// divert sends it, which is nowhere now, where its queue overflows to.
func (s *State) divert(it *item, why Reason) {
	to := it.queue.Overflow
	s.emit(Overflow{Interaction: it.id, From: it.home, To: to, Reason: why})
	if to == 0 {
		s.forget(it)
		return
	}
	it.entered = s.now
	s.enter(it, to, true)
}

// back returns it, which is nowhere now, to its place in its queue.
func (s *State) back(it *item) {
	q := s.queues[it.home]
	switch {
	case q != nil:
		it.queue = q
		s.require(it)
		s.enqueue(it)
	case it.queue != nil:
		s.divert(it, RemovedQueue)
	default:
		s.emit(Overflow{Interaction: it.id, From: it.home, Reason: Unroutable})
		s.forget(it)
	}
}

// enqueue puts it into the line of its queue, or before its preferred agent.
func (s *State) enqueue(it *item) {
	q := it.queue
	q.admit(it)
	l := q.lane(it)
	if q.MaxWait > 0 {
		s.arm(&it.patience, patienceEnds, it, it.entered.plus(q.MaxWait))
	}
	if a := s.awaited(it); a != nil {
		it.phase = Reserved
		a.reserved, q.held = append(a.reserved, it), append(q.held, it)
		s.arm(&it.lease, windowEnds, it, it.until)
	} else {
		it.phase = Waiting
		l.join(it)
	}
	s.touch(it)
}

// awaited returns the agent who is worth waiting for, or nil.
func (s *State) awaited(it *item) *agent {
	a := s.agents[it.preferred]
	if a == nil || s.now >= it.until || !a.qualified(it) {
		return nil
	}
	return a
}

// dequeue takes it out of its line; it is nowhere then.
func (s *State) dequeue(it *item) {
	s.disarm(&it.patience)
	it.queue.dismiss(it)
	if it.phase == Reserved {
		s.release(it)
	} else {
		it.queue.lanes[it.channel].leave(it)
	}
	it.phase = 0
}

// release ends the wait for the preferred agent.
func (s *State) release(it *item) {
	s.disarm(&it.lease)
	a, q := s.agents[it.preferred], it.queue
	same := func(r *item) bool { return r == it }
	a.reserved, q.held = slices.DeleteFunc(a.reserved, same), slices.DeleteFunc(q.held, same)
}

// unreserve lets anybody have it who was waiting for one agent.
func (s *State) unreserve(it *item) {
	s.release(it)
	it.phase = Waiting
	it.queue.lanes[it.channel].join(it)
	s.touch(it)
}

// lift takes it from wherever it is; it is nowhere then.
func (s *State) lift(it *item, why Reason) {
	switch it.phase {
	case Waiting, Reserved:
		s.dequeue(it)
	case Offered:
		s.emit(WithdrawOffer{Interaction: it.id, Agent: it.agent.id, Token: it.token, Reason: why})
		s.unoffer(it)
	case Active, WrapUp, Parked:
		s.finish(it)
	}
}

// forget drops it, which is nowhere now.
func (s *State) forget(it *item) {
	for len(it.excluded) > 0 {
		s.lapse(it, it.excluded[0].agent)
	}
	s.skills.drop(it.needs)
	delete(s.items, it.id)
}

// byRank sorts items as they are served.
func byRank(a, b *item) int {
	if a.rank().before(b.rank()) {
		return -1
	}
	return 1
}
