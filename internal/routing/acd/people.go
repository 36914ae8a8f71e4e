package acd

import (
	"slices"

	"github.com/zongler/zongler/internal/id"
)

func (e AgentUpserted) apply(s *State) {
	a := s.agents[e.Agent.ID]
	if a == nil && e.Agent.ID == 0 {
		return
	}
	if a == nil {
		a = &agent{id: e.Agent.ID, since: s.now, refusals: s.refusalsOf(e.Agent.ID)}
		s.agents[a.id] = a
	}
	a.describe(e.Agent)
	s.appear(a, e.Agent.Presence)
	if !e.Agent.IdleSince.IsZero() {
		a.since = instantOf(e.Agent.IdleSince)
	}
	a.skills = slices.Clone(e.Agent.Skills)
	a.levels, a.marks = s.skills.levels(a.skills)
	s.assign(a, e.Agent.Queues)
	if e.Agent.Work != nil {
		s.reconcile(a, e.Agent.Work)
	}
	s.update(a)
}

func (e AgentRemoved) apply(s *State) {
	a := s.agents[e.Agent]
	if a == nil {
		return
	}
	a.presence = Offline
	s.settle(a, RemovedAgent)
	for _, it := range slices.Clone(a.work) {
		if it.phase == WrapUp {
			s.finish(it)
			s.forget(it)
			continue
		}
		s.requeue(it, RemovedAgent)
	}
	s.assign(a, nil)
	delete(s.agents, a.id)
	if len(a.refusals.items) == 0 {
		delete(s.refusals, a.id)
	}
}

func (e PresenceChanged) apply(s *State) {
	if a := s.agents[e.Agent]; a != nil {
		s.appear(a, e.Presence)
		s.update(a)
	}
}

func (e ChannelsChanged) apply(s *State) {
	if a := s.agents[e.Agent]; a != nil {
		a.channels = e.Channels
		s.update(a)
	}
}

func (e MembershipChanged) apply(s *State) {
	a := s.agents[e.Agent]
	if a == nil {
		return
	}
	at, found := slices.BinarySearch(a.wanted, e.Queue)
	switch {
	case e.Serves == found:
		return
	case e.Serves:
		a.wanted = slices.Insert(a.wanted, at, e.Queue)
		if q := s.queues[e.Queue]; q != nil {
			a.serve(q)
		}
	default:
		a.wanted = slices.Delete(a.wanted, at, at+1)
		if q := s.queues[e.Queue]; q != nil {
			a.quit(q)
		}
	}
	s.settle(a, AgentChanged)
	s.free(a)
}

func (e SkillsChanged) apply(s *State) {
	if a := s.agents[e.Agent]; a != nil {
		a.skills = slices.Clone(e.Skills)
		a.levels, a.marks = s.skills.levels(a.skills)
		s.update(a)
	}
}

func (e AgentLost) apply(s *State) {
	a := s.agents[e.Agent]
	if a == nil {
		return
	}
	s.appear(a, Offline)
	a.refresh()
	s.settle(a, AgentGone)
	for _, it := range slices.Clone(a.work) {
		if it.phase == Active && it.channel.live() {
			s.requeue(it, AgentGone)
		}
	}
}

// live reports whether a customer sits before the screen and must not wait for
// an agent who is lost. Calls live on in the switchboard, mail and social can wait.
func (c Channel) live() bool { return c == Chat }

// requeue takes it from its agent back to its queue, as a new visit with the original arrival.
func (s *State) requeue(it *item, why Reason) {
	s.emit(Requeue{Interaction: it.id, Agent: it.agent.id, Queue: it.home, Reason: why})
	s.finish(it)
	it.entered = s.now
	s.back(it)
}

// describe takes over the limits of an agent.
func (a *agent) describe(given Agent) {
	a.channels, a.limits = given.Channels, given.Limits
	a.capacity = FullLoad
	if given.Capacity > 0 {
		a.capacity = min(given.Capacity, maxCapacity)
	}
	a.interrupts = DefaultInterrupts()
	if given.Interrupt != nil {
		a.interrupts = *given.Interrupt
	}
	for c := range NumChannels {
		a.loads[c] = c.DefaultLoad()
		if given.Loads[c] > 0 {
			a.loads[c] = given.Loads[c]
		}
	}
}

// appear sets the presence; becoming available starts being idle.
func (s *State) appear(a *agent, p Presence) {
	if p > Away {
		p = Offline
	}
	if p == Available && a.presence != Available {
		a.since = s.now
	}
	a.presence, a.missed = p, 0
}

// assign makes a serve these queues and no others.
func (s *State) assign(a *agent, queues []id.Queue) {
	wanted := slices.Clone(queues)
	slices.Sort(wanted)
	a.wanted = slices.Compact(wanted)
	for _, m := range slices.Clone(a.members) {
		if _, found := slices.BinarySearch(a.wanted, m.queue.ID); !found {
			a.quit(m.queue)
		}
	}
	for _, q := range a.wanted {
		if q := s.queues[q]; q != nil {
			a.serve(q)
		}
	}
}

// update makes a change of an agent effective at once.
func (s *State) update(a *agent) {
	a.refresh()
	s.settle(a, AgentChanged)
	s.free(a)
}

// settle withdraws what a may not be offered any more, and lets others have
// what waits for a in vain.
func (s *State) settle(a *agent, why Reason) {
	for _, it := range slices.Clone(a.work) {
		if it.phase == Offered && !a.qualified(it) {
			s.withdraw(it, why)
		}
	}
	for _, it := range slices.Clone(a.reserved) {
		if !a.qualified(it) {
			s.unreserve(it)
		}
	}
}

// reconcile makes the work of a what the list says, offers aside.
func (s *State) reconcile(a *agent, list []Work) {
	listed := make(map[*item]bool, len(list))
	for _, w := range list {
		if w.Interaction.Channel < NumChannels && w.Interaction.ID != 0 {
			s.restore(a, w)
			listed[s.items[w.Interaction.ID]] = true
		}
	}
	for _, it := range slices.Clone(a.work) {
		if it.phase != Offered && !listed[it] {
			s.finish(it)
			s.forget(it)
		}
	}
}

// restore makes one piece of work what the shell says it is.
func (s *State) restore(a *agent, w Work) {
	it, idle := s.items[w.Interaction.ID], a.since
	known := it != nil
	if !known {
		it = s.create(w.Interaction)
	}
	s.token = max(s.token, w.Token)
	switch {
	case w.Phase == Offered:
		if !known {
			s.lend(it, a, w.Token)
			if !w.Expires.IsZero() {
				s.arm(&it.lease, leaseEnds, it, instantOf(w.Expires))
			}
		}
	case known:
		s.take(it.id, a.id)
		fallthrough
	default:
		s.hold(it, a, w)
		a.since = idle
	}
}

// hold puts it into the phase of w with a.
func (s *State) hold(it *item, a *agent, w Work) {
	phase := w.Phase
	if phase != WrapUp && phase != Parked {
		phase = Active
	}
	if it.agent != a {
		s.attach(it, a, phase)
	}
	if since := instantOf(w.Since); since != 0 && since < s.now && it.work.started != 0 {
		it.work.started = since
	}
	if phase == Parked {
		it.work.stop(s.now)
	}
	if it.phase != phase {
		s.shift(it, phase)
	}
}
