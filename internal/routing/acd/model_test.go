package acd

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/id"
)

var epoch = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// dice make a small world in which much collides: numbers come from n(limit).
// In a calm world little arrives, so that agents wait for work; else work waits for agents.
type dice struct {
	n    func(limit int) int
	calm bool
}

func (d dice) queue() id.Queue             { return id.Queue(1 + d.n(4)) }
func (d dice) agent() id.User              { return id.User(1 + d.n(6)) }
func (d dice) interaction() id.Interaction { return id.Interaction(1 + d.n(24)) }
func (d dice) one(in int) bool             { return d.n(in) == 0 }

func (d dice) required() []Requirement {
	if d.one(2) {
		return nil
	}
	list := []Requirement{}
	for range d.n(3) {
		list = append(list, Requirement{Skill: id.Skill(1 + d.n(3)), Min: Level(d.n(4))})
	}
	return list
}

func (d dice) skillList() []Skill {
	var list []Skill
	for range 1 + d.n(4) {
		list = append(list, Skill{ID: id.Skill(1 + d.n(3)), Level: Level(d.n(6))})
	}
	return list
}

func (d dice) newQueue() Queue {
	q := Queue{ID: d.queue(), Priority: d.n(2)}
	if d.one(3) {
		q.Skills = d.required()
	}
	if d.one(2) {
		q.Overflow = d.queue()
	}
	if d.one(3) {
		q.MaxWaiting = 1 + d.n(4)
	}
	if d.one(3) {
		q.MaxWait = time.Duration(20+d.n(200)) * time.Second
	}
	if d.one(3) {
		q.OfferTimeouts[d.n(int(NumChannels))] = time.Duration(5+d.n(60)) * time.Second
	}
	if d.one(4) {
		q.PreferredWait = time.Duration(d.n(100)-20) * time.Second
	}
	return q
}

func (d dice) newInteraction(now time.Time) Interaction {
	in := Interaction{ID: d.interaction(), Queue: d.queue(), Channel: Channel(d.n(int(NumChannels))), Priority: d.n(3), Skills: d.required()}
	if d.one(2) {
		in.Arrived = now.Add(-time.Duration(d.n(300)) * time.Second)
	}
	if d.one(8) {
		in.Entered = now.Add(-time.Duration(d.n(100)) * time.Second)
	}
	if d.one(5) {
		in.Load = 1 + d.n(120)
	}
	if d.one(3) {
		in.Preferred = d.agent()
	}
	if d.one(6) {
		in.PreferredUntil = now.Add(time.Duration(d.n(100)) * time.Second)
	}
	if d.one(8) {
		in.Excluded = []Exclusion{{Agent: d.agent(), Until: now.Add(time.Duration(d.n(50)) * time.Second)}}
	}
	return in
}

func (d dice) newAgent(now time.Time) Agent {
	a := Agent{ID: d.agent(), Presence: Available, Channels: 31, Skills: d.skillList()}
	if d.one(3) {
		a.Channels = Channels(d.n(32))
	}
	if d.one(5) {
		a.Presence = Presence(d.n(3))
	}
	for range 1 + d.n(4) {
		a.Queues = append(a.Queues, d.queue())
	}
	if d.one(4) {
		a.Limits[d.n(int(NumChannels))] = 1 + d.n(3)
	}
	if d.one(4) {
		a.Loads[d.n(int(NumChannels))] = 1 + d.n(110)
	}
	if d.one(6) {
		a.Capacity = 50 + d.n(150)
	}
	if d.one(6) {
		a.Interrupt = &Interrupts{Call: ChannelSet(Chat, Mail)}
	}
	if d.one(6) {
		a.IdleSince = now.Add(-time.Duration(d.n(600)) * time.Second)
	}
	if d.one(6) {
		a.Work = []Work{}
		seen := map[id.Interaction]bool{}
		for range d.n(3) {
			w := Work{Interaction: d.newInteraction(now), Phase: Offered + Phase(d.n(4)), Token: Token(d.n(5)), Expires: now.Add(time.Duration(d.n(30)) * time.Second)}
			if !seen[w.Interaction.ID] {
				a.Work = append(a.Work, w)
			}
			seen[w.Interaction.ID] = true
		}
	}
	return a
}

// event makes the next thing that happens to s, mostly something that fits its state.
func (d dice) event(s *State, now time.Time) Event {
	on := d.interaction()
	view, _ := s.Interaction(on)
	find := func(p Phase) {
		for range 24 {
			if view.Phase == p {
				break
			}
			on = on%24 + 1
			view, _ = s.Interaction(on)
		}
	}
	agent := view.Agent
	if agent == 0 || d.one(12) {
		agent = d.agent()
	}
	kinds := []func() Event{
		func() Event { return QueueUpserted{d.newQueue()} },
		func() Event { return AgentUpserted{d.newAgent(now)} },
		func() Event { return PresenceChanged{d.agent(), Presence(d.n(3))} },
		func() Event { return PresenceChanged{d.agent(), Available} },
		func() Event { return PresenceChanged{d.agent(), Available} },
		func() Event { return ChannelsChanged{d.agent(), Channels(d.n(32))} },
		func() Event { return MembershipChanged{d.agent(), d.queue(), !d.one(3)} },
		func() Event { return SkillsChanged{d.agent(), d.skillList()} },
		func() Event { return InteractionUpdated{on, d.n(3), d.required()} },
		func() Event { return InteractionLeft{on, d.one(2)} },
		func() Event {
			return OfferMade{on, agent, view.Token, now.Add(time.Duration(d.n(60)) * time.Second)}
		},
		func() Event { return OfferDeclined{on, agent, view.Token} },
		func() Event { return OfferMissed{on, agent, view.Token} },
		func() Event { return OfferWithdrawn{on, agent, view.Token} },
		func() Event { return OfferRefused{on, agent, view.Token, d.one(2)} },
		func() Event { return Pulled{on, d.agent()} },
		func() Event { return TakenOver{on, d.agent()} },
		func() Event { return WorkStarted{d.agent(), d.newInteraction(now)} },
		func() Event { return WorkParked{on} },
		func() Event { return WorkResumed{on, agent} },
		func() Event { return WrapUpStarted{on} },
		func() Event { return AgentLost{d.agent()} },
	}
	switch {
	case d.one(300):
		return QueueRemoved{d.queue()}
	case d.one(200):
		return AgentRemoved{d.agent()}
	}
	switch k := d.n(len(kinds) + 40); {
	case k < len(kinds):
		return kinds[k]()
	case k < len(kinds)+12:
		if d.calm && !d.one(3) {
			return PresenceChanged{d.agent(), Available}
		}
		return InteractionQueued{d.newInteraction(now)}
	case k < len(kinds)+20:
		find(Offered)
		return OfferAccepted{on, view.Agent, view.Token}
	case k < len(kinds)+30:
		find(Active)
		return WorkEnded{on}
	}
	return Tick{}
}

// play runs a world and compares each step with the reference.
func play(t *testing.T, d dice, steps int) {
	t.Helper()
	s, r, now := New(), newReference(), epoch
	var unanswered []MakeOffer
	for i := range steps {
		now = now.Add(time.Duration(d.n(5000)) * time.Millisecond)
		e := d.event(s, now)
		switch {
		case i == min(40, steps/4):
			e = Ready{}
		case len(unanswered) > 0 && !d.one(3):
			o := unanswered[0]
			unanswered, e = unanswered[1:], OfferMade{o.Interaction, o.Agent, o.Token, now.Add(o.For)}
		}
		got, want := s.Step(now, e), r.step(now, e)
		if g, w := told(got), told(want); g != w {
			t.Fatalf("step %d, %T%+v at %v:\n got  %s\n want %s", i, e, e, now.Sub(epoch), g, w)
		}
		unanswered = append(unanswered, offers(got)...)
		for _, o := range offers(got) {
			checkRoom(t, s, o)
		}
		checkInvariants(t, s)
		if t.Failed() {
			t.Fatalf("after step %d: %T%+v", i, e, e)
		}
	}
	checkBoard(t, s, r, now)
}

// told writes effects without their reasons.
func told(effects []Effect) string {
	text := ""
	for _, e := range effects {
		if m, ok := e.(MakeOffer); ok {
			m.Why = Why{}
			e = m
		}
		text += fmt.Sprintf("%T%+v ", e, e)
	}
	return text
}

func TestStateDoesWhatTheReferenceDoes(t *testing.T) {
	t.Parallel()
	worlds := 60
	if testing.Short() {
		worlds = 10
	}
	for seed := range worlds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(uint64(seed), 7))
			play(t, dice{n: random.IntN, calm: seed%2 == 0}, 1500)
		})
	}
}

func TestTheSameEventsLeadToTheSameDecisionsAndReasons(t *testing.T) {
	t.Parallel()
	d := dice{n: rand.New(rand.NewPCG(11, 7)).IntN}
	s, twin, now := New(), New(), epoch
	for i := range 3000 {
		now = now.Add(time.Duration(d.n(5000)) * time.Millisecond)
		e := d.event(s, now)
		if i == 40 {
			e = Ready{}
		}
		if a, b := s.Step(now, e), twin.Step(now, e); !slices.Equal(a, b) {
			t.Fatalf("step %d, %T%+v:\n one   %+v\n other %+v", i, e, e, a, b)
		}
	}
}

func FuzzStep(f *testing.F) {
	f.Add([]byte("queue, agent, interaction; offered, accepted, ended"))
	for seed := range uint64(4) {
		random := rand.New(rand.NewPCG(seed, 1))
		bytes := make([]byte, 4000)
		for i := range bytes {
			bytes[i] = byte(random.IntN(256))
		}
		f.Add(bytes)
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		input = input[:min(len(input), 6_000)]
		at := 0
		next := func(limit int) int {
			if at+1 >= len(input) {
				at += 2
				return 0
			}
			at += 2
			return (int(input[at-2]) | int(input[at-1])<<8) % limit
		}
		play(t, dice{n: next, calm: len(input)%2 == 0}, len(input)/12)
	})
}
