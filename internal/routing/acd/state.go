package acd

import (
	"time"

	"github.com/zongler/zongler/internal/id"
)

// State is everything the distributor knows about one tenant. It has one owner;
// nothing here may be called by two goroutines at a time.
type State struct {
	now    instant
	open   bool
	queues map[id.Queue]*queue
	agents map[id.User]*agent
	items  map[id.Interaction]*item

	skills   skills
	refusals map[id.User]*refusals
	due      heap[deadline]
	token    Token   // of the newest offer
	woken    instant // what the shell was told by WakeAt

	freed   []*agent // may be able to take something that they could not before
	moved   []*item  // may be taken by somebody who could not before
	effects []Effect // of the present step
}

// New returns a State that knows nothing and offers nothing until Ready.
func New() *State {
	return &State{
		queues:   map[id.Queue]*queue{},
		agents:   map[id.User]*agent{},
		items:    map[id.Interaction]*item{},
		skills:   skills{numbers: map[id.Skill]int{}, lists: map[string]*needs{}},
		refusals: map[id.User]*refusals{},
	}
}

// Step takes in what happened and returns what is to be done, in order. Time
// never goes back: a now before the last one counts as the last one.
func (s *State) Step(now time.Time, e Event) []Effect {
	s.now = max(s.now, instantOf(now))
	s.effects = nil
	e.apply(s)
	s.match()
	s.wake()
	return s.effects
}

func (s *State) emit(e Effect) { s.effects = append(s.effects, e) }

// touch has it considered at the end of the step, if it waits then.
func (s *State) touch(it *item) {
	if !it.touched && it.waits() {
		it.touched = true
		s.moved = append(s.moved, it)
	}
}

// free has a considered at the end of the step.
func (s *State) free(a *agent) {
	if !a.touched && a.presence == Available {
		a.touched = true
		s.freed = append(s.freed, a)
	}
}

func (Ready) apply(s *State) { s.open = true }
