package sla

import (
	"slices"
	"time"

	"github.com/zongler/zongler/internal/id"
)

// Kind says what a clock promises.
type Kind string

// Kinds of clocks.
const (
	FirstResponse Kind = "first_response"
	NextResponse  Kind = "next_response"
	Resolution    Kind = "resolution"
)

// Kinds returns the kinds of clocks.
func Kinds() []Kind { return []Kind{FirstResponse, NextResponse, Resolution} }

// States of a clock.
const (
	Running = "running"
	Paused  = "paused"
	Met     = "met"
	Stopped = "stopped" // nothing is promised any more
)

// done is the category in which a case is resolved.
const done = "done"

// Clock is one promised time. Ended ones are not kept in a State.
type Clock struct {
	ID         id.Clock      `json:"id"`
	Kind       Kind          `json:"kind"`
	State      string        `json:"state"`
	Target     time.Duration `json:"target"`
	Used       time.Duration `json:"used"`           // up to Since
	Since      time.Time     `json:"since,omitzero"` // while it runs: from when on
	StartedAt  time.Time     `json:"started_at"`
	DueAt      time.Time     `json:"due_at,omitzero"`  // while it runs; zero: not within the hours that there are
	WarnAt     time.Time     `json:"warn_at,omitzero"` // while it runs and has not warned
	WarnedAt   time.Time     `json:"warned_at,omitzero"`
	BreachedAt time.Time     `json:"breached_at,omitzero"`
	EndedAt    time.Time     `json:"ended_at,omitzero"`
}

func (c Clock) living() bool { return c.State == Running || c.State == Paused }

// Terms are what is promised.
type Terms struct {
	Targets     map[Kind]time.Duration `json:"targets"`
	WarnPercent int                    `json:"warn_percent"` // of the time used; 0: no warning
	Pauses      []string               `json:"pauses"`       // categories in which clocks stand still
}

// State is what the clocks of one case know.
type State struct {
	Category string    `json:"category"`
	Merged   bool      `json:"merged,omitzero"`
	Waiting  bool      `json:"waiting,omitzero"` // the customer wrote and nobody has answered
	At       time.Time `json:"at,omitzero"`      // of the newest event: time does not go back
	Clocks   []Clock   `json:"clocks,omitempty"`
}

// Hours tell time as it was promised.
type Hours interface {
	BusinessBetween(a, b time.Time) time.Duration
	AddBusiness(t time.Time, d time.Duration) (time.Time, bool)
}

// Event is something that happened to a case.
type Event interface{ event() }

// Events.
type (
	// Opened says that the case came under its terms.
	Opened struct{ Category string }
	// CustomerWrote says that the customer waits for an answer.
	CustomerWrote struct{}
	// AgentAnswered says that the customer got one.
	AgentAnswered struct{}
	// Moved says that the case has a status of another category.
	Moved struct{ Category string }
	// Merged says that the case goes on in another, or (not On) is one of its own again.
	Merged struct{ On bool }
	// Retermed says that something else is promised from now on: what was used stays used.
	Retermed struct{}
	// Woken says that time has passed.
	Woken struct{}
)

func (Opened) event()        {}
func (CustomerWrote) event() {}
func (AgentAnswered) event() {}
func (Moved) event()         {}
func (Merged) event()        {}
func (Retermed) event()      {}
func (Woken) event()         {}

// What a clock did.
const (
	DidStart  = "started"
	DidPause  = "paused"
	DidResume = "resumed"
	DidWarn   = "warned"
	DidBreach = "breached"
	DidMeet   = "met"
	DidStop   = "stopped"
)

// Effect is something that a clock did, with the clock as it was then.
type Effect struct {
	Did   string
	At    time.Time
	Clock Clock
}

// stepper is one step on its way.
type stepper struct {
	State

	terms   Terms
	hours   Hours
	now     time.Time
	newID   func() id.Clock
	effects []Effect
}

// Step returns the state of a case's clocks after an event, and what they did. newID names new clocks.
func Step(s State, terms Terms, hours Hours, now time.Time, e Event, newID func() id.Clock) (State, []Effect) {
	if now.Before(s.At) {
		now = s.At
	}
	s.Clocks = slices.Clone(s.Clocks)
	p := &stepper{State: s, terms: terms, hours: hours, now: now, newID: newID}
	p.pass()
	p.At = now
	p.take(e)
	p.Clocks = slices.DeleteFunc(p.Clocks, func(c Clock) bool { return !c.living() })
	return p.State, p.effects
}

// take does what an event asks for.
func (p *stepper) take(e Event) {
	switch e := e.(type) {
	case Opened:
		p.Category = e.Category
		p.start(FirstResponse)
		p.start(Resolution)
	case CustomerWrote:
		p.Waiting = true
		p.await()
	case AgentAnswered:
		p.Waiting = false
		p.end(Met, FirstResponse, NextResponse)
	case Moved:
		p.move(e.Category)
	case Merged:
		p.Merged = e.On
		p.settle()
	case Retermed:
		p.reterm()
	case Woken:
	}
}

func (p *stepper) move(to string) {
	from := p.Category
	p.Category = to
	switch {
	case to == done && from != done:
		p.end(Met, Resolution)
		p.end(Stopped, FirstResponse, NextResponse)
		p.Waiting = false
	case to != done && from == done:
		p.start(Resolution)
		p.await()
	}
	p.settle()
}

// await begins the clock of the next response, if the customer waits for one and no clock runs for it yet.
func (p *stepper) await() {
	if p.Waiting && p.Category != done && p.find(FirstResponse) < 0 && p.find(NextResponse) < 0 {
		p.start(NextResponse)
	}
}

// still reports whether clocks stand still.
func (p *stepper) still() bool { return p.Merged || slices.Contains(p.terms.Pauses, p.Category) }

func (p *stepper) find(k Kind) int {
	return slices.IndexFunc(p.Clocks, func(c Clock) bool { return c.Kind == k && c.living() })
}

func (p *stepper) did(what string, at time.Time, c Clock) {
	p.effects = append(p.effects, Effect{what, at, c})
}

// start begins a clock, if there is a promise of its kind and none that lives.
func (p *stepper) start(k Kind) {
	target := p.terms.Targets[k]
	if target <= 0 || p.find(k) >= 0 {
		return
	}
	c := Clock{ID: p.newID(), Kind: k, State: Running, Target: target, Since: p.now, StartedAt: p.now}
	p.aim(&c)
	p.did(DidStart, p.now, c)
	p.Clocks = append(p.Clocks, c)
	p.settle()
}

// aim computes when a running clock warns and is due.
func (p *stepper) aim(c *Clock) {
	c.DueAt, c.WarnAt = c.BreachedAt, time.Time{}
	if c.BreachedAt.IsZero() {
		c.DueAt = p.after(c.Since, c.Target-c.Used)
	}
	if p.terms.WarnPercent > 0 && c.WarnedAt.IsZero() && c.BreachedAt.IsZero() && c.Used < c.Target {
		c.WarnAt = p.after(c.Since, c.Target*time.Duration(p.terms.WarnPercent)/100-c.Used)
	}
}

func (p *stepper) after(t time.Time, d time.Duration) time.Time {
	at, ok := p.hours.AddBusiness(t, d)
	if !ok {
		return time.Time{}
	}
	return at
}

// pass lets the time up to now pass for running clocks: they warn, and they breach, at the instants at which that was due.
func (p *stepper) pass() {
	due := func(t time.Time) bool { return !t.IsZero() && !t.After(p.now) }
	for i := range p.Clocks {
		c := &p.Clocks[i]
		if c.State != Running {
			continue
		}
		if due(c.WarnAt) {
			c.WarnedAt, c.WarnAt = c.WarnAt, time.Time{}
			p.did(DidWarn, c.WarnedAt, *c)
		}
		if c.BreachedAt.IsZero() && due(c.DueAt) {
			c.BreachedAt, c.WarnAt = c.DueAt, time.Time{}
			p.did(DidBreach, c.BreachedAt, *c)
		}
	}
}

// stop takes into account for how long a clock has run.
func (p *stepper) stop(c *Clock) {
	if c.State == Running {
		c.Used += max(0, p.hours.BusinessBetween(c.Since, p.now))
	}
	c.Since, c.WarnAt, c.DueAt = time.Time{}, time.Time{}, time.Time{}
}

// settle lets clocks stand still, or run, as they are to.
func (p *stepper) settle() {
	still := p.still()
	for i := range p.Clocks {
		c := &p.Clocks[i]
		switch {
		case still && c.State == Running:
			p.stop(c)
			c.State = Paused
			p.did(DidPause, p.now, *c)
		case !still && c.State == Paused:
			c.State, c.Since = Running, p.now
			p.aim(c)
			p.did(DidResume, p.now, *c)
		}
	}
}

// end ends the clocks of some kinds.
func (p *stepper) end(as string, kinds ...Kind) {
	did := DidMeet
	if as == Stopped {
		did = DidStop
	}
	for i := range p.Clocks {
		c := &p.Clocks[i]
		if !c.living() || !slices.Contains(kinds, c.Kind) {
			continue
		}
		p.stop(c)
		c.State, c.EndedAt = as, p.now
		p.did(did, p.now, *c)
	}
}

// reterm gives living clocks their new targets. What is not promised any more stops; what has no time left is breached now.
func (p *stepper) reterm() {
	for i := range p.Clocks {
		c := &p.Clocks[i]
		target := p.terms.Targets[c.Kind]
		if target <= 0 {
			p.end(Stopped, c.Kind)
			continue
		}
		c.Target = target
		if c.State == Running {
			p.stop(c)
			c.Since = p.now
			p.aim(c)
		}
	}
	p.settle()
	p.pass()
}

// WakeAt returns the next instant at which a clock has something to do; zero: none.
func (s State) WakeAt() time.Time {
	var next time.Time
	for _, c := range s.Clocks {
		if c.State != Running {
			continue
		}
		for _, at := range []time.Time{c.WarnAt, c.DueAt} {
			if at.Equal(c.BreachedAt) || at.IsZero() {
				continue
			}
			if next.IsZero() || at.Before(next) {
				next = at
			}
		}
	}
	return next
}

// Soonest returns when the first promise that runs and is not broken ends, and whether one that lives is broken.
func (s State) Soonest() (due time.Time, breached bool) {
	for _, c := range s.Clocks {
		if !c.BreachedAt.IsZero() {
			breached = true
		}
		if c.State == Running && !c.DueAt.IsZero() && (due.IsZero() || c.DueAt.Before(due)) {
			due = c.DueAt
		}
	}
	return due, breached
}
