package report

import (
	"slices"
	"time"

	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/routing"
	"github.com/zongler/zongler/internal/routing/acd"
)

// clockKey names a row of time.
type clockKey struct {
	StartAt time.Time
	AgentID id.User
}

// awayKey names a part of the away time of a row.
type awayKey struct {
	clockKey
	ReasonID id.AwayReason
	System   string
}

// clockRows are rows of time with what the away time was for.
type clockRows struct {
	clock map[clockKey]*Clock
	away  map[awayKey]*int64
}

// clockStamps is all that rows of time are made of.
type clockStamps struct {
	presences []presence
	segments  []segment
	pauses    []pause // in order of time
}

// rows cuts the time of agents into intervals, within a span whose beginning is
// the beginning of an interval. What has not ended goes on to the end of the span.
func (s clockStamps) rows(within span) clockRows {
	out := clockRows{clock: map[clockKey]*Clock{}, away: map[awayKey]*int64{}}
	if !within.From.Before(within.To) {
		return out
	}
	for agent, d := range s.days(within) {
		d.cut(agent, within, out)
	}
	return out
}

// day is the time of one agent within a span, by what it was.
type day struct {
	available []span
	away      []presence
	contact   []span
	chat      []span
}

func (s clockStamps) days(within span) map[id.User]*day {
	days := map[id.User]*day{}
	for _, p := range s.presences {
		got, ok := within.meet(span{p.Since, p.Until})
		if !ok {
			continue
		}
		switch p.State {
		case routing.Available:
			d := at(days, p.UserID)
			d.available = append(d.available, got)
		case routing.Away:
			p.Since, p.Until = got.From, got.To
			d := at(days, p.UserID)
			d.away = append(d.away, p)
		case routing.Offline:
		}
	}
	pauses := map[int64][]pause{}
	for _, p := range s.pauses {
		pauses[p.Subject] = append(pauses[p.Subject], p)
	}
	for _, g := range s.segments {
		for _, busy := range g.busy(pauses[int64(g.ConversationID)]) {
			got, ok := within.meet(busy)
			if !ok {
				continue
			}
			d := at(days, g.AgentID)
			d.contact = append(d.contact, got)
			if routing.ClassOf(g.Channel) == acd.Chat {
				d.chat = append(d.chat, got)
			}
		}
	}
	return days
}

// busy returns when the agent had the contact or its wrap-up, without the time
// for which it was parked. A share that goes on has a last span without an end.
func (s segment) busy(pauses []pause) []span {
	var out []span
	from, parked := s.StartedAt, false
	for _, p := range pauses {
		if p.At.Before(s.StartedAt) || !s.EndedAt.IsZero() && p.At.After(s.EndedAt) || s.ParkedUS == 0 && s.ParkedAt.IsZero() {
			continue
		}
		switch {
		case p.Kind == fact.InteractionParked{}.Kind() && !parked:
			out, parked = append(out, span{from, p.At}), true
		case p.Kind == fact.InteractionResumed{}.Kind() && parked:
			from, parked = p.At, false
		}
	}
	if !parked {
		return append(out, span{from, s.EndedAt})
	}
	if !s.TalkedAt.IsZero() { // parked until the contact ended; then came the wrap-up
		out = append(out, span{s.TalkedAt, s.EndedAt})
	}
	return out
}

// cut adds the rows of d.
func (d *day) cut(agent id.User, within span, out clockRows) {
	contact := union(slices.Clone(d.contact))
	wall := union(slices.Clone(d.chat))
	available := union(d.available)
	idle := without(available, contact)
	for start := within.From; start.Before(within.To); start = start.Add(Interval) {
		cell := span{start, earlier(start.Add(Interval), within.To)}
		key := clockKey{start, agent}
		c := Clock{
			AvailableUS: cell.share(available), ContactUS: cell.share(contact), IdleUS: cell.share(idle),
			ChatUS: cell.share(d.chat), ChatWallUS: cell.share(wall),
		}
		for _, p := range d.away {
			if us := cell.share([]span{{p.Since, p.Until}}); us > 0 {
				c.AwayUS += us
				*at(out.away, awayKey{key, p.ReasonID, p.System}) += us
			}
		}
		if c != (Clock{}) {
			at(out.clock, key).Add(c)
		}
	}
}

// meet returns the part of o within s. An o without an end has none before s's.
func (s span) meet(o span) (span, bool) {
	if o.To.IsZero() {
		o.To = s.To
	}
	got := span{later(s.From, o.From), earlier(s.To, o.To)}
	return got, got.From.Before(got.To)
}

// share returns how many microseconds of the spans lie within s.
func (s span) share(spans []span) int64 {
	var sum time.Duration
	for _, o := range spans {
		if got, ok := s.meet(o); ok {
			sum += got.To.Sub(got.From)
		}
	}
	return sum.Microseconds()
}

// union returns spans in order and without overlap. It takes spans over.
func union(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return a.From.Compare(b.From) })
	var out []span
	for _, s := range spans {
		if n := len(out); n > 0 && !s.From.After(out[n-1].To) {
			out[n-1].To = later(out[n-1].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}

// without returns what of a is not in b; both are unions.
func without(a, b []span) []span {
	var out []span
	for _, s := range a {
		for _, hole := range b {
			if !hole.To.After(s.From) || !hole.From.Before(s.To) {
				continue
			}
			if s.From.Before(hole.From) {
				out = append(out, span{s.From, hole.From})
			}
			s.From = hole.To
		}
		if s.From.Before(s.To) {
			out = append(out, s)
		}
	}
	return out
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
