package acd

import (
	"slices"

	"github.com/zongler/zongler/internal/id"
)

// offer takes it from its line and offers it to a.
func (s *State) offer(it *item, a *agent, why Why) {
	why.Load, why.IdleSince = a.load, a.since.time()
	why.Priority, why.Waited = it.rank().class, s.now.since(it.arrived)
	s.dequeue(it)
	why.Behind = len(it.queue.items)
	s.token++
	s.lend(it, a, s.token)
	s.emit(MakeOffer{
		Interaction: it.id, Agent: a.id, Queue: it.queue.ID, Token: it.token, For: it.queue.offerTimeout(it.channel), Why: why,
	})
}

// lend makes it, which is nowhere now, an offer to a, without an end yet.
func (s *State) lend(it *item, a *agent, token Token) {
	it.phase, it.token = Offered, token
	if it.queue != nil {
		it.queue.offered++
	}
	it.agent = a
	a.work = append(a.work, it)
	a.refresh()
}

// unoffer ends the offer of it; it is nowhere then and its agent has room again.
func (s *State) unoffer(it *item) {
	s.disarm(&it.lease)
	if it.queue != nil {
		it.queue.offered--
	}
	s.detach(it)
}

// detach takes it out of its agent's work.
func (s *State) detach(it *item) {
	a := it.agent
	a.work = slices.DeleteFunc(a.work, func(w *item) bool { return w == it })
	it.phase, it.agent = 0, nil
	a.refresh()
	s.free(a)
}

// offered returns the interaction if this very offer of it stands, else nil.
func (s *State) offered(interaction id.Interaction, agent id.User, token Token) *item {
	it := s.items[interaction]
	if it == nil || it.phase != Offered || it.agent.id != agent || it.token != token {
		return nil
	}
	return it
}

// withdraw takes an offer back and returns the interaction to its place.
func (s *State) withdraw(it *item, why Reason) {
	s.emit(WithdrawOffer{Interaction: it.id, Agent: it.agent.id, Token: it.token, Reason: why})
	s.unoffer(it)
	s.back(it)
}

// refuse ends an offer that its agent did not want and keeps them from it for a while.
func (s *State) refuse(it *item, until instant) {
	agent := it.agent.id
	s.unoffer(it)
	s.exclude(it, agent, until)
	s.back(it)
}

// miss ends an offer that was not answered: the agent is not there.
func (s *State) miss(it *item) {
	a := it.agent
	a.presence, a.missed = Away, it.token
	s.emit(SetAway{Agent: a.id, Reason: MissedOffer})
	s.refuse(it, s.now.plus(Backoff))
	s.settle(a, AgentChanged)
}

// expire is miss when the time was up.
func (s *State) expire(it *item) {
	s.emit(ExpireOffer{Interaction: it.id, Agent: it.agent.id, Token: it.token})
	s.miss(it)
}

func (e OfferMade) apply(s *State) {
	if it := s.offered(e.Interaction, e.Agent, e.Token); it != nil {
		s.arm(&it.lease, leaseEnds, it, instantOf(e.Expires))
	}
}

func (e OfferAccepted) apply(s *State) {
	s.take(e.Interaction, e.Agent)
	a := s.agents[e.Agent]
	if a != nil && e.Token != 0 && a.missed == e.Token {
		a.presence, a.missed = Available, 0
		a.refresh()
		s.free(a)
	}
}

func (e OfferDeclined) apply(s *State) {
	if it := s.offered(e.Interaction, e.Agent, e.Token); it != nil {
		s.refuse(it, s.now.plus(Backoff))
	}
}

func (e OfferMissed) apply(s *State) {
	if it := s.offered(e.Interaction, e.Agent, e.Token); it != nil {
		s.miss(it)
	}
}

func (e OfferWithdrawn) apply(s *State) {
	if it := s.offered(e.Interaction, e.Agent, e.Token); it != nil {
		s.refuse(it, s.now.plus(Backoff))
	}
}

func (e OfferRefused) apply(s *State) {
	it := s.offered(e.Interaction, e.Agent, e.Token)
	switch {
	case it == nil:
	case e.Gone:
		s.unoffer(it)
		s.forget(it)
	default:
		s.refuse(it, s.now.plus(RefusedBackoff))
	}
}
