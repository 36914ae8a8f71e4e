package acd

import (
	"slices"
	"time"

	"github.com/zongler/zongler/internal/id"
)

func (r *reference) apply(e Event) {
	switch e := e.(type) {
	case Ready:
		r.open = true
	case Tick:
		r.woken = time.Time{}
		for d, ok := r.next(); ok && !d.at.After(r.now); d, ok = r.next() {
			r.fire(d)
		}
	case QueueUpserted:
		r.upsertQueue(e.Queue)
	case QueueRemoved:
		r.removeQueue(e.Queue)
	case InteractionQueued:
		r.queued(e.Interaction)
	case InteractionUpdated:
		r.updated(e)
	case InteractionLeft:
		if it := r.items[e.Interaction]; it != nil {
			r.lift(it, Left)
			delete(r.items, it.ID)
		}
	case OfferMade:
		if r.offered(e.Interaction, e.Agent, e.Token) {
			r.items[e.Interaction].expires = e.Expires
		}
	case OfferAccepted:
		r.take(e.Interaction, e.Agent)
		if a := r.agents[e.Agent]; a != nil && e.Token != 0 && a.missed == e.Token {
			a.Presence, a.missed = Available, 0
		}
	case OfferDeclined:
		r.refuse(e.Interaction, e.Agent, e.Token, Backoff)
	case OfferWithdrawn:
		r.refuse(e.Interaction, e.Agent, e.Token, Backoff)
	case OfferMissed:
		if r.offered(e.Interaction, e.Agent, e.Token) {
			r.miss(r.items[e.Interaction])
		}
	case OfferRefused:
		if !e.Gone {
			r.refuse(e.Interaction, e.Agent, e.Token, RefusedBackoff)
		} else if r.offered(e.Interaction, e.Agent, e.Token) {
			delete(r.items, e.Interaction)
		}
	default:
		r.applyToPeople(e)
	}
}

func (r *reference) applyToPeople(e Event) {
	switch e := e.(type) {
	case AgentUpserted:
		r.upsertAgent(e.Agent)
	case AgentRemoved:
		r.removeAgent(e.Agent)
	case PresenceChanged:
		r.change(e.Agent, func(a *refAgent) { r.appear(a, e.Presence) })
	case ChannelsChanged:
		r.change(e.Agent, func(a *refAgent) { a.Channels = e.Channels })
	case SkillsChanged:
		r.change(e.Agent, func(a *refAgent) { a.Skills = e.Skills })
	case MembershipChanged:
		r.change(e.Agent, func(a *refAgent) {
			a.Queues = slices.DeleteFunc(a.Queues, func(q id.Queue) bool { return q == e.Queue })
			if e.Serves {
				a.Queues = append(a.Queues, e.Queue)
			}
		})
	case AgentLost:
		r.lost(e.Agent)
	case Pulled:
		r.take(e.Interaction, e.Agent)
	case TakenOver:
		r.take(e.Interaction, e.Agent)
	case WorkResumed:
		r.take(e.Interaction, e.Agent)
	case WorkStarted:
		if a := r.agents[e.Agent]; a != nil && r.items[e.Interaction.ID] == nil {
			r.hold(r.create(e.Interaction), a.ID, Active)
			a.since = r.now
		} else if a != nil {
			r.take(e.Interaction.ID, a.ID)
		}
	case WorkParked:
		r.shift(e.Interaction, Parked, Active, WrapUp)
	case WrapUpStarted:
		r.shift(e.Interaction, WrapUp, Active, Parked)
	case WorkEnded:
		if it := r.items[e.Interaction]; it != nil && it.agent != 0 && it.phase != Offered {
			r.lift(it, "")
			delete(r.items, it.ID)
		}
	}
}

func (r *reference) fire(d due) {
	switch d.kind {
	case leaseEnds:
		r.emit(ExpireOffer{Interaction: d.item.ID, Agent: d.item.agent, Token: d.item.token})
		r.miss(d.item)
	case windowEnds:
		d.item.phase = Waiting
	case patienceEnds:
		r.divert(d.item, MaxWait)
	case refusalEnds:
		delete(d.item.excluded, d.agent)
	}
}

func (r *reference) upsertQueue(q Queue) {
	old := r.queues[q.ID]
	if old == nil {
		r.queues[q.ID] = &q
		return
	}
	anew := !slices.Equal(old.Skills, q.Skills) || old.MaxWait != q.MaxWait
	*old = q
	for _, it := range r.items {
		if anew && it.waits() && it.Queue == q.ID {
			r.require(it)
			r.enqueue(it)
		}
	}
}

func (r *reference) removeQueue(queue id.Queue) {
	q := r.queues[queue]
	if q == nil {
		return
	}
	delete(r.queues, queue)
	for _, it := range r.waiting() {
		if it.queue == q {
			r.divert(it, RemovedQueue)
		}
	}
	for _, a := range r.sortedAgents() {
		r.settle(r.agents[a], AgentChanged)
	}
}

func (r *reference) queued(in Interaction) {
	it := r.items[in.ID]
	if it == nil {
		r.enter(r.create(in), in.Queue, r.open && in.Entered.IsZero())
		return
	}
	stays, entered := it.waits() && it.Queue == in.Queue, it.Entered
	r.lift(it, Transferred)
	r.describe(it, in)
	if stays && in.Entered.IsZero() {
		it.Entered = entered
	}
	r.enter(it, in.Queue, r.open && !stays && in.Entered.IsZero())
}

func (r *reference) updated(e InteractionUpdated) {
	it := r.items[e.Interaction]
	if it == nil {
		return
	}
	it.Priority, it.Skills = e.Priority, e.Skills
	r.require(it)
	switch {
	case it.waits():
		r.enqueue(it)
	case it.phase == Offered && !r.qualified(r.agents[it.agent], it):
		r.lift(it, Changed)
		r.back(it)
	}
}

func (r *reference) offered(interaction id.Interaction, agent id.User, token Token) bool {
	it := r.items[interaction]
	return it != nil && it.phase == Offered && it.agent == agent && it.token == token
}

func (r *reference) refuse(interaction id.Interaction, agent id.User, token Token, wait time.Duration) {
	if r.offered(interaction, agent, token) {
		it := r.items[interaction]
		it.excluded[agent] = r.now.Add(wait)
		r.back(it)
	}
}

func (r *reference) miss(it *refItem) {
	a := r.agents[it.agent]
	a.Presence, a.missed = Away, it.token
	r.emit(SetAway{Agent: a.ID, Reason: MissedOffer})
	r.refuse(it.ID, a.ID, it.token, Backoff)
	r.settle(a, AgentChanged)
}

func (r *reference) take(interaction id.Interaction, agent id.User) {
	it, a := r.items[interaction], r.agents[agent]
	switch {
	case it == nil:
	case a == nil:
		r.lift(it, TakenByAnother)
		delete(r.items, it.ID)
	case it.agent == a.ID && it.phase != Reserved:
		if it.phase != Active {
			it.phase, a.since = Active, r.now
		}
	default:
		r.lift(it, TakenByAnother)
		r.hold(it, a.ID, Active)
		a.since = r.now
	}
}

func (r *reference) shift(interaction id.Interaction, to Phase, from ...Phase) {
	if it := r.items[interaction]; it != nil && slices.Contains(from, it.phase) {
		it.phase = to
		r.agents[it.agent].since = r.now
	}
}

func (r *reference) appear(a *refAgent, p Presence) {
	if p == Available && a.Presence != Available {
		a.since = r.now
	}
	a.Presence, a.missed = p, 0
}

func (r *reference) change(agent id.User, how func(*refAgent)) {
	if a := r.agents[agent]; a != nil {
		how(a)
		r.settle(a, AgentChanged)
	}
}

func (r *reference) upsertAgent(given Agent) {
	a := r.agents[given.ID]
	if a == nil {
		a = &refAgent{since: r.now}
		r.agents[given.ID] = a
	}
	p := given.Presence
	given.Presence, given.Queues = a.Presence, slices.Clone(given.Queues)
	if given.Capacity == 0 {
		given.Capacity = FullLoad
	}
	if given.Interrupt == nil {
		usual := DefaultInterrupts()
		given.Interrupt = &usual
	}
	a.Agent = given
	r.appear(a, p)
	if !given.IdleSince.IsZero() {
		a.since = given.IdleSince
	}
	if given.Work != nil {
		r.reconcile(a, given.Work)
	}
	r.settle(a, AgentChanged)
}

func (r *reference) reconcile(a *refAgent, list []Work) {
	listed := map[id.Interaction]bool{}
	for _, w := range list {
		listed[w.Interaction.ID] = true
		it, idle := r.items[w.Interaction.ID], a.since
		r.token = max(r.token, w.Token)
		switch {
		case w.Phase == Offered && it == nil:
			it = r.create(w.Interaction)
			r.hold(it, a.ID, Offered)
			it.token, it.expires = w.Token, w.Expires
		case w.Phase != Offered && it == nil:
			r.hold(r.create(w.Interaction), a.ID, w.Phase)
		case w.Phase != Offered:
			r.take(it.ID, a.ID)
			it.phase = w.Phase
		}
		a.since = idle
	}
	for _, it := range r.workOf(a.ID) {
		if it.phase != Offered && !listed[it.ID] {
			delete(r.items, it.ID)
			a.since = r.now
		}
	}
}

func (r *reference) requeue(it *refItem, why Reason) {
	r.emit(Requeue{Interaction: it.ID, Agent: it.agent, Queue: it.Queue, Reason: why})
	r.lift(it, why)
	it.Entered = r.now
	r.back(it)
}

func (r *reference) removeAgent(agent id.User) {
	a := r.agents[agent]
	if a == nil {
		return
	}
	a.Presence = Offline
	r.settle(a, RemovedAgent)
	for _, it := range r.workOf(agent) {
		if it.phase == WrapUp {
			delete(r.items, it.ID)
			continue
		}
		r.requeue(it, RemovedAgent)
	}
	delete(r.agents, agent)
}

func (r *reference) lost(agent id.User) {
	a := r.agents[agent]
	if a == nil {
		return
	}
	r.appear(a, Offline)
	r.settle(a, AgentGone)
	for _, it := range r.workOf(agent) {
		if it.phase == Active && it.Channel == Chat {
			r.requeue(it, AgentGone)
		}
	}
}
