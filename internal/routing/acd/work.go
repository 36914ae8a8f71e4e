package acd

import "github.com/zongler/zongler/internal/id"

func (e Pulled) apply(s *State)    { s.take(e.Interaction, e.Agent) }
func (e TakenOver) apply(s *State) { s.take(e.Interaction, e.Agent) }

func (e WorkResumed) apply(s *State) { s.take(e.Interaction, e.Agent) }

func (e WorkStarted) apply(s *State) {
	a := s.agents[e.Agent]
	if a == nil || e.Interaction.Channel >= NumChannels || e.Interaction.ID == 0 {
		return
	}
	if s.items[e.Interaction.ID] == nil {
		s.attach(s.create(e.Interaction), a, Active)
		return
	}
	s.take(e.Interaction.ID, e.Agent)
}

func (e WorkParked) apply(s *State) {
	if it := s.items[e.Interaction]; it != nil && (it.phase == Active || it.phase == WrapUp) {
		it.work.stop(s.now)
		s.shift(it, Parked)
		s.free(it.agent)
	}
}

func (e WrapUpStarted) apply(s *State) {
	if it := s.items[e.Interaction]; it != nil && (it.phase == Active || it.phase == Parked) {
		it.work.start(s.now)
		s.shift(it, WrapUp)
	}
}

func (e WorkEnded) apply(s *State) {
	it := s.items[e.Interaction]
	if it == nil || it.agent == nil || it.phase == Offered {
		return
	}
	s.finish(it)
	s.forget(it)
}

// take makes an interaction the active work of an agent, wherever it was: the
// shell has written it, so it is true. Taken by somebody unknown, it is gone.
func (s *State) take(interaction id.Interaction, agent id.User) {
	it, a := s.items[interaction], s.agents[agent]
	switch {
	case it == nil:
		return
	case a == nil:
		s.lift(it, TakenByAnother)
		s.forget(it)
		return
	case it.agent == a && it.phase == Active:
		return
	case it.agent == a && it.phase == Offered:
		s.disarm(&it.lease)
		if it.queue != nil {
			it.queue.offered--
		}
		s.answer(it)
		s.begin(it)
		s.shift(it, Active)
		return
	case it.agent == a:
		s.begin(it)
		s.shift(it, Active)
		return
	}
	if it.waits() || it.phase == Offered {
		s.answer(it)
	}
	s.lift(it, TakenByAnother)
	s.attach(it, a, Active)
}

// answer remembers how long it waited in its queue.
func (s *State) answer(it *item) {
	if it.queue != nil {
		it.queue.estimate.answered(s.now.since(it.entered), s.now)
	}
}

func (s *State) begin(it *item) { it.work.start(s.now) }

// shift changes the phase of it within its agent's work.
func (s *State) shift(it *item, to Phase) {
	it.phase = to
	it.agent.since = s.now
	it.agent.refresh()
}

// attach makes it, which is nowhere now, the work of a.
func (s *State) attach(it *item, a *agent, phase Phase) {
	it.phase, it.agent = phase, a
	if phase != Parked {
		s.begin(it)
	}
	a.work = append(a.work, it)
	a.since = s.now
	a.refresh()
}

// finish takes it out of its agent's work and learns how long that took; it is nowhere then.
func (s *State) finish(it *item) {
	it.work.stop(s.now)
	if it.queue != nil && it.work.spent > 0 {
		it.queue.estimate.handled(it.work.spent)
	}
	it.work = spell{}
	it.agent.since = s.now
	s.detach(it)
}
