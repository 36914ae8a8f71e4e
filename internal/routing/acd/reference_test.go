package acd

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/id"
)

// reference is the distributor written as plainly as possible: it looks at
// everybody and everything after each event. The State must do the same, faster.
type reference struct {
	now    time.Time
	open   bool
	queues map[id.Queue]*Queue
	agents map[id.User]*refAgent
	items  map[id.Interaction]*refItem
	token  Token
	seq    int
	woken  time.Time
	out    []Effect
}

type refAgent struct {
	Agent
	since  time.Time
	missed Token
}

type refItem struct {
	Interaction
	queue    *Queue // nil: unknown
	needs    []Requirement
	phase    Phase
	agent    id.User
	token    Token
	expires  time.Time
	excluded map[id.User]time.Time
	seq      int
}

func newReference() *reference {
	return &reference{queues: map[id.Queue]*Queue{}, agents: map[id.User]*refAgent{}, items: map[id.Interaction]*refItem{}}
}

func (r *reference) emit(e Effect) { r.out = append(r.out, e) }

func (it *refItem) waits() bool { return it.phase == Waiting || it.phase == Reserved }

func (it *refItem) rank() rank {
	class := it.Priority
	if it.queue != nil {
		class += it.queue.Priority
	}
	return rank{class: class, arrived: instantOf(it.Arrived), id: it.ID}
}

func (a *refAgent) need(it *refItem) int {
	own := it.Load
	if own == 0 {
		own = a.Loads[it.Channel]
	}
	if own == 0 {
		own = it.Channel.DefaultLoad()
	}
	return min(own, a.Capacity)
}

// workOf returns what an agent has, in the order in which they got it.
func (r *reference) workOf(agent id.User) []*refItem {
	var work []*refItem
	for _, it := range r.items {
		if it.agent == agent && !it.waits() && it.phase != 0 {
			work = append(work, it)
		}
	}
	slices.SortFunc(work, func(a, b *refItem) int { return cmp.Compare(a.seq, b.seq) })
	return work
}

func (r *reference) load(a *refAgent) int {
	load := 0
	for _, it := range r.workOf(a.ID) {
		if it.phase != Parked {
			load += a.need(it)
		}
	}
	return load
}

func (r *reference) room(a *refAgent, it *refItem) bool {
	used, count := 0, 0
	for _, w := range r.workOf(a.ID) {
		if w.phase == Parked {
			continue
		}
		if !a.Interrupt[it.Channel].Has(w.Channel) {
			used += a.need(w)
		}
		if w.Channel == it.Channel {
			count++
		}
	}
	return used+a.need(it) <= a.Capacity && (a.Limits[it.Channel] == 0 || count < a.Limits[it.Channel])
}

func (a *refAgent) fit(it *refItem) (int, bool) {
	best := map[id.Skill]Level{}
	for _, s := range a.Skills {
		best[s.ID] = max(best[s.ID], s.Level)
	}
	seen, sum := map[id.Skill]bool{}, 0
	for _, n := range it.needs {
		if best[n.Skill] < max(n.Min, 1) {
			return 0, false
		}
		if !seen[n.Skill] {
			sum += int(best[n.Skill])
		}
		seen[n.Skill] = true
	}
	return sum, true
}

func (r *reference) qualified(a *refAgent, it *refItem) bool {
	_, fits := a.fit(it)
	_, excluded := it.excluded[a.ID]
	return fits && !excluded && a.Presence == Available && a.Channels.Has(it.Channel) &&
		it.queue != nil && r.queues[it.queue.ID] == it.queue && slices.Contains(a.Queues, it.queue.ID)
}

func (r *reference) choose(it *refItem) *refAgent {
	if p := r.agents[it.Preferred]; p != nil && (it.phase == Reserved || r.now.Before(it.PreferredUntil)) {
		if r.qualified(p, it) && r.room(p, it) {
			return p
		}
		if it.phase == Reserved || it.phase == 0 && r.qualified(p, it) {
			return nil
		}
	}
	var best *refAgent
	for _, a := range r.agents {
		if r.qualified(a, it) && r.room(a, it) && (best == nil || r.better(a, best, it)) {
			best = a
		}
	}
	return best
}

func (r *reference) better(a, b *refAgent, it *refItem) bool {
	fa, _ := a.fit(it)
	fb, _ := b.fit(it)
	return cmp.Or(cmp.Compare(fb, fa), cmp.Compare(r.load(a), r.load(b)), a.since.Compare(b.since), cmp.Compare(a.ID, b.ID)) < 0
}

func (r *reference) waiting() []*refItem {
	var all []*refItem
	for _, it := range r.items {
		if it.waits() {
			all = append(all, it)
		}
	}
	slices.SortFunc(all, func(a, b *refItem) int {
		if a.rank().before(b.rank()) {
			return -1
		}
		return 1
	})
	return all
}

func (r *reference) match() {
	for again := r.open; again; {
		again = false
		for _, it := range r.waiting() {
			if a := r.choose(it); a != nil {
				r.offer(it, a)
				again = true
				break
			}
		}
	}
}

func (r *reference) offer(it *refItem, a *refAgent) {
	r.token++
	r.hold(it, a.ID, Offered)
	stands := it.Channel.DefaultOfferTimeout()
	if t := it.queue.OfferTimeouts[it.Channel]; t > 0 {
		stands = t
	}
	it.token, it.expires = r.token, time.Time{}
	r.emit(MakeOffer{Interaction: it.ID, Agent: a.ID, Queue: it.Queue, Token: it.token, For: stands})
}

func (r *reference) hold(it *refItem, agent id.User, phase Phase) {
	r.seq++
	it.seq, it.agent, it.phase = r.seq, agent, phase
}

// due is a timer of the reference.
type due struct {
	at    time.Time
	kind  timerKind
	item  *refItem
	agent id.User
}

// next returns the timer that fires first.
func (r *reference) next() (due, bool) {
	var all []due
	for _, it := range r.items {
		switch {
		case it.phase == Offered && !it.expires.IsZero():
			all = append(all, due{at: it.expires, kind: leaseEnds, item: it})
		case it.phase == Reserved:
			all = append(all, due{at: it.PreferredUntil, kind: windowEnds, item: it})
		}
		if it.waits() && it.queue.MaxWait > 0 {
			all = append(all, due{at: it.Entered.Add(it.queue.MaxWait), kind: patienceEnds, item: it})
		}
		for agent, until := range it.excluded {
			all = append(all, due{at: until, kind: refusalEnds, item: it, agent: agent})
		}
	}
	if len(all) == 0 {
		return due{}, false
	}
	return slices.MinFunc(all, func(a, b due) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.kind, b.kind), cmp.Compare(a.item.ID, b.item.ID), cmp.Compare(a.agent, b.agent))
	}), true
}

func (r *reference) step(now time.Time, e Event) []Effect {
	r.now, r.out = now, nil
	r.apply(e)
	r.match()
	d, _ := r.next()
	if !d.at.Equal(r.woken) {
		r.woken = d.at
		r.emit(WakeAt{At: d.at})
	}
	return r.out
}

func (r *reference) require(it *refItem) {
	it.needs = it.Skills
	if it.Skills == nil && it.queue != nil {
		it.needs = it.queue.Skills
	}
}

func (r *reference) create(in Interaction) *refItem {
	it := &refItem{excluded: map[id.User]time.Time{}}
	r.items[in.ID] = it
	r.describe(it, in)
	return it
}

func (r *reference) describe(it *refItem, in Interaction) {
	if in.Arrived.IsZero() {
		in.Arrived = r.now
	}
	if in.Entered.IsZero() {
		in.Entered = r.now
	}
	if !it.Arrived.IsZero() && it.Arrived.Before(in.Arrived) {
		in.Arrived = it.Arrived
	}
	it.Interaction, it.queue = in, r.queues[in.Queue]
	r.require(it)
	for _, x := range in.Excluded {
		if x.Until.After(r.now) {
			it.excluded[x.Agent] = x.Until
		}
	}
}

func (r *reference) enter(it *refItem, to id.Queue, limited bool) {
	for range maxOverflows {
		q := r.queues[to]
		if q == nil {
			r.emit(Overflow{Interaction: it.ID, From: to, Reason: Unroutable})
			delete(r.items, it.ID)
			return
		}
		it.Queue, it.queue = to, q
		r.require(it)
		if it.Preferred != 0 && it.PreferredUntil.IsZero() {
			it.PreferredUntil = it.Entered.Add(q.preferredWait())
		}
		inQueue := 0
		for _, w := range r.items {
			if w.waits() && w.Queue == to {
				inQueue++
			}
		}
		if !limited || q.MaxWaiting == 0 || inQueue < q.MaxWaiting || r.choose(it) != nil {
			r.enqueue(it)
			return
		}
		r.emit(Overflow{Interaction: it.ID, From: to, To: q.Overflow, Reason: Full})
		if to = q.Overflow; to == 0 {
			delete(r.items, it.ID)
			return
		}
	}
	r.emit(Overflow{Interaction: it.ID, From: to, Reason: Full})
	delete(r.items, it.ID)
}

func (r *reference) enqueue(it *refItem) {
	it.phase, it.agent = Waiting, 0
	if p := r.agents[it.Preferred]; p != nil && r.now.Before(it.PreferredUntil) && r.qualified(p, it) {
		it.phase = Reserved
	}
}

func (r *reference) divert(it *refItem, why Reason) {
	to := it.queue.Overflow
	r.emit(Overflow{Interaction: it.ID, From: it.Queue, To: to, Reason: why})
	it.phase, it.agent = 0, 0
	if to == 0 {
		delete(r.items, it.ID)
		return
	}
	it.Entered = r.now
	r.enter(it, to, true)
}

func (r *reference) back(it *refItem) {
	it.phase, it.agent = 0, 0
	switch q := r.queues[it.Queue]; {
	case q != nil:
		it.queue = q
		r.require(it)
		r.enqueue(it)
	case it.queue != nil:
		r.divert(it, RemovedQueue)
	default:
		r.emit(Overflow{Interaction: it.ID, From: it.Queue, Reason: Unroutable})
		delete(r.items, it.ID)
	}
}

func (r *reference) lift(it *refItem, why Reason) {
	if it.phase == Offered {
		r.emit(WithdrawOffer{Interaction: it.ID, Agent: it.agent, Token: it.token, Reason: why})
	} else if a := r.agents[it.agent]; a != nil {
		a.since = r.now
	}
	it.phase, it.agent = 0, 0
}

// settle makes a change of a effective.
func (r *reference) settle(a *refAgent, why Reason) {
	for _, it := range r.workOf(a.ID) {
		if it.phase == Offered && !r.qualified(a, it) {
			r.emit(WithdrawOffer{Interaction: it.ID, Agent: a.ID, Token: it.token, Reason: why})
			r.back(it)
		}
	}
	for _, it := range r.items {
		if it.phase == Reserved && it.Preferred == a.ID && !r.qualified(a, it) {
			it.phase = Waiting
		}
	}
}

func (r *reference) sortedAgents() []id.User { return slices.Sorted(maps.Keys(r.agents)) }
