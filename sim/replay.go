package sim

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/routing"
	"github.com/zongler/zongler/internal/routing/acd"
)

// replay goes through the facts of a day in their order and says what should not
// have been: something in two hands, an agent with too much, somebody served
// before their turn. What happens at one instant has no order that would count.
type replay struct {
	say    func(problem string)
	now    time.Time
	places map[id.Interaction]*place
	passed []passing
	begun  []*place // taken by offer or pull at this instant
	count  int64
	turns  int // comparisons of two who waited in one line
}

// place is where an interaction is.
type place struct {
	id       id.Interaction
	line     string // what those have in common between whom only rank decides
	priority int
	arrived  time.Time
	class    acd.Channel
	waits    bool
	since    time.Time // waiting
	alone    time.Time // until then it waits for its preferred agent
	refused  map[id.User]time.Time

	agent  id.User // who is asked or works on it
	asked  id.Offer
	parked bool
	order  int64 // in which it came to the agent
}

// passing is the offer of one to whom another was preferred who waits already.
type passing struct{ offered, over *place }

func newReplay(say func(string)) *replay {
	return &replay{say: say, places: map[id.Interaction]*place{}}
}

func (r *replay) problem(format string, args ...any) {
	r.say(fmt.Sprintf("%s: ", r.now.Format(time.TimeOnly)) + fmt.Sprintf(format, args...))
}

// see takes in the next fact.
func (r *replay) see(rec fact.Record) {
	if !rec.At.Equal(r.now) {
		r.settle()
		r.now = rec.At
	}
	switch f := rec.Fact.(type) {
	case fact.InteractionQueued:
		r.queued(f)
	case fact.OfferMade:
		r.offered(f)
	case fact.OfferEnded:
		r.answered(f)
	case fact.InteractionStarted:
		r.started(f)
	case fact.InteractionParked:
		r.at(f.Interaction).parked = true
	case fact.InteractionResumed:
		r.resumed(r.at(f.Interaction))
	case fact.InteractionLeftAgent:
		r.leave(r.at(f.Interaction), f.Agent)
	case fact.InteractionClosed:
		p := r.at(f.Interaction)
		if f.Agent != 0 {
			r.leave(p, f.Agent)
		}
		delete(r.places, f.Interaction)
	}
}

func (r *replay) at(key id.Interaction) *place {
	p := r.places[key]
	if p == nil {
		r.problem("interaction %d is nowhere", key)
		p = &place{id: key, refused: map[id.User]time.Time{}}
		r.places[key] = p
	}
	return p
}

func (r *replay) queued(f fact.InteractionQueued) {
	p := r.places[f.Interaction]
	if p == nil {
		p = &place{id: f.Interaction, refused: map[id.User]time.Time{}, arrived: f.ArrivedAt}
		r.places[f.Interaction] = p
	}
	if p.agent != 0 {
		r.problem("interaction %d is queued while agent %d has it", p.id, p.agent)
	}
	if !p.arrived.Equal(f.ArrivedAt) {
		r.problem("the arrival of interaction %d changed", p.id)
	}
	needs := make([]string, len(f.Required))
	for i, n := range f.Required {
		needs[i] = fmt.Sprint(n.Skill, ">", n.Level)
	}
	p.class, p.priority, p.alone = routing.ClassOf(f.Channel), f.Priority, f.PreferredUntil
	p.line = fmt.Sprint(f.Queue, p.class, strings.Join(needs, ","))
	p.waits, p.since = true, r.now
}

// offered looks whether there was room and whether it was its turn, as far as can be said at once.
func (r *replay) offered(f fact.OfferMade) {
	p := r.at(f.Interaction)
	r.take(p, f.Agent)
	p.asked = f.Offer
	for _, other := range r.places {
		if !other.waits || other.line != p.line || !other.before(p) || !other.since.Before(r.now) || other.alone.After(r.now) {
			continue
		}
		if refused, was := other.refused[f.Agent]; was && r.now.Sub(refused) <= acd.Backoff {
			continue
		}
		r.passed = append(r.passed, passing{p, other})
	}
	for _, other := range r.places {
		if other.waits && other.line == p.line {
			r.turns++
		}
	}
}

// before reports whether p is served before q in their line.
func (p *place) before(q *place) bool {
	return cmp.Or(cmp.Compare(q.priority, p.priority), p.arrived.Compare(q.arrived), cmp.Compare(p.id, q.id)) < 0
}

// take gives p, which waits, to an agent who is to have room for it.
func (r *replay) take(p *place, agent id.User) {
	if !p.waits || p.agent != 0 {
		r.problem("interaction %d goes to agent %d while agent %d has it", p.id, agent, p.agent)
	}
	r.hold(p, agent)
	r.begun = append(r.begun, p)
}

func (r *replay) hold(p *place, agent id.User) {
	r.count++
	p.waits, p.agent, p.parked, p.order = false, agent, false, r.count
}

func (r *replay) answered(f fact.OfferEnded) {
	p := r.at(f.Interaction)
	if p.asked != f.Offer || p.agent != f.Agent {
		r.problem("offer %d of interaction %d ends, which is with agent %d as offer %d", f.Offer, p.id, p.agent, p.asked)
	}
	p.asked = 0
	switch result := routing.Result(f.Result); result {
	case routing.Accepted:
		return // the start of the work follows
	case routing.Declined, routing.Missed:
		p.refused[f.Agent] = r.now
	case routing.Made, routing.Withdrawn:
	}
	p.agent, p.waits, p.since = 0, true, r.now
}

func (r *replay) started(f fact.InteractionStarted) {
	p := r.at(f.Interaction)
	switch routing.How(f.How) {
	case routing.ByOffer:
		if p.agent != f.Agent || p.asked != 0 {
			r.problem("agent %d starts interaction %d, which agent %d was offered", f.Agent, p.id, p.agent)
		}
	case routing.ByPull:
		r.take(p, f.Agent)
	case routing.Together: // it takes none of the agent's room
	case routing.ByTakeOver, routing.Outbound:
		if p.agent != 0 {
			r.problem("agent %d takes over interaction %d, which agent %d has still", f.Agent, p.id, p.agent)
		}
		r.hold(p, f.Agent)
	}
}

// resumed takes its agent's room again, from now on: what was offered to them before,
// if in this very instant, fitted beside what there was then.
func (r *replay) resumed(p *place) {
	r.count++
	p.parked, p.order = false, r.count
}

func (r *replay) leave(p *place, agent id.User) {
	if p.agent != agent || p.asked != 0 {
		r.problem("interaction %d leaves agent %d, agent %d has it", p.id, agent, p.agent)
	}
	p.agent, p.parked = 0, false
}

// settle judges the instant that is over.
func (r *replay) settle() {
	for _, s := range r.passed {
		if s.over.waits && s.over.since.Before(r.now) && s.offered.agent != 0 {
			r.problem("interaction %d was offered to agent %d before %d, whose turn it was", s.offered.id, s.offered.agent, s.over.id)
		}
	}
	for _, p := range r.begun {
		if p.agent != 0 {
			r.fits(p)
		}
	}
	r.passed, r.begun = r.passed[:0], r.begun[:0]
}

// fits looks whether p fitted beside what its agent had before it.
func (r *replay) fits(p *place) {
	interrupts := acd.DefaultInterrupts()[p.class]
	load := p.class.DefaultLoad()
	for _, other := range r.places {
		if other.agent == p.agent && other.order < p.order && !other.parked && !interrupts.Has(other.class) {
			load += other.class.DefaultLoad()
		}
	}
	if load > acd.FullLoad {
		r.problem("agent %d has a load of %d with interaction %d", p.agent, load, p.id)
	}
}

// end judges the last instant and what was left open.
func (r *replay) end() {
	r.settle()
	open := make([]id.Interaction, 0, len(r.places))
	for key := range r.places {
		open = append(open, key)
	}
	slices.Sort(open)
	for _, key := range open {
		r.problem("interaction %d was never closed", key)
	}
}
