package acd

import (
	"slices"
	"time"

	"github.com/zongler/zongler/internal/id"
)

const (
	// Backoff is how long an agent who declined or missed an interaction is not
	// offered it again, even if nobody else is free.
	Backoff = 60 * time.Second
	// RefusedBackoff is the same after the shell refused an offer because the
	// agent had changed: it keeps a stale picture from being offered in a circle.
	RefusedBackoff = 5 * time.Second
	// MaxRefusals bounds how many interactions one agent is kept from at a time.
	// Beyond it the refusal that would end soonest ends at once, so that looking
	// past refused interactions stays cheap whatever an agent does.
	MaxRefusals = 64
)

// exclusion keeps an agent from an interaction.
type exclusion struct {
	agent id.User
	timer timer
}

// refusals are the interactions that one agent is kept from.
type refusals struct{ items []*item }

func (s *State) refusalsOf(agent id.User) *refusals {
	r := s.refusals[agent]
	if r == nil {
		r = &refusals{}
		s.refusals[agent] = r
	}
	return r
}

// excludes reports whether a is kept from it.
func (a *agent) excludes(it *item) bool { return it.exclusion(a.id) >= 0 }

func (it *item) exclusion(agent id.User) int {
	for i, x := range it.excluded {
		if x.agent == agent {
			return i
		}
	}
	return -1
}

// exclude keeps agent from it until a point in time.
func (s *State) exclude(it *item, agent id.User, until instant) {
	if i := it.exclusion(agent); i >= 0 {
		s.arm(&it.excluded[i].timer, refusalEnds, it, until)
		return
	}
	x := &exclusion{agent: agent, timer: timer{agent: agent}}
	it.excluded = append(it.excluded, x)
	s.arm(&x.timer, refusalEnds, it, until)
	r := s.refusalsOf(agent)
	r.items = append(r.items, it)
	if len(r.items) > MaxRefusals {
		s.lapse(r.soonest(agent), agent)
	}
}

// soonest returns the interaction that agent may be asked about next.
func (r *refusals) soonest(agent id.User) *item {
	return slices.MinFunc(r.items, func(x, y *item) int {
		ends := func(it *item) deadline {
			t := &it.excluded[it.exclusion(agent)].timer
			return deadline{at: t.at, timer: t}
		}
		if ends(x).before(ends(y)) {
			return -1
		}
		return 1
	})
}

// lapse lets agent be offered it again.
func (s *State) lapse(it *item, agent id.User) {
	i := it.exclusion(agent)
	if i < 0 {
		return
	}
	s.disarm(&it.excluded[i].timer)
	it.excluded = slices.Delete(it.excluded, i, i+1)
	r := s.refusals[agent]
	if at := slices.Index(r.items, it); at >= 0 {
		r.items = slices.Delete(r.items, at, at+1)
	}
	if len(r.items) == 0 && s.agents[agent] == nil {
		delete(s.refusals, agent)
	}
	s.touch(it)
}
