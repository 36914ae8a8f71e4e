package acd

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/id"
)

// The size of a very large centre.
const (
	benchAgents  = 10_000
	benchQueues  = 500
	benchSkills  = 200
	benchWaiting = 100_000
	benchNeeds   = 10 // different lists of required skills in a queue
)

// centre is a large centre with everybody free.
type centre struct {
	*State
	random *rand.Rand
	now    time.Time
	needs  [][]Requirement // by queue, benchNeeds each
	last   id.Interaction
	took   []time.Duration
}

func newCentre(b *testing.B) *centre {
	b.Helper()
	c := &centre{State: New(), random: rand.New(rand.NewPCG(1, 2)), now: epoch}
	for q := range benchQueues {
		c.Step(c.now, QueueUpserted{Queue{ID: id.Queue(q + 1), Priority: c.random.IntN(3)}})
		for n := range benchNeeds {
			list := []Requirement{}
			for range n % 3 {
				list = append(list, Requirement{Skill: id.Skill(1 + (q+c.random.IntN(4))%benchSkills), Min: Level(1 + c.random.IntN(3))})
			}
			c.needs = append(c.needs, list)
		}
	}
	for a := range benchAgents {
		agent := Agent{ID: id.User(a + 1), Presence: Available, Channels: ChannelSet(Call, Chat, Mail)}
		for range 5 + c.random.IntN(16) {
			q := c.random.IntN(benchQueues)
			agent.Queues = append(agent.Queues, id.Queue(q+1))
			agent.Skills = append(agent.Skills, Skill{ID: id.Skill(1 + (q+c.random.IntN(4))%benchSkills), Level: Level(1 + c.random.IntN(5))})
		}
		c.Step(c.now.Add(time.Duration(a)*time.Millisecond), AgentUpserted{agent})
	}
	c.now = c.now.Add(time.Minute)
	c.Step(c.now, Ready{})
	return c
}

// arrive queues an interaction somewhere.
func (c *centre) arrive() []Effect {
	c.last++
	c.now = c.now.Add(time.Millisecond)
	q := c.random.IntN(benchQueues)
	in := Interaction{
		ID: c.last, Queue: id.Queue(q + 1), Channel: Call, Priority: c.random.IntN(3),
		Arrived: c.now, Skills: c.needs[q*benchNeeds+c.random.IntN(benchNeeds)],
	}
	return c.timed(InteractionQueued{in})
}

// timed measures one step.
func (c *centre) timed(e Event) []Effect {
	start := time.Now()
	effects := c.Step(c.now, e)
	c.took = append(c.took, time.Since(start))
	return effects
}

// offers returns the offers among effects.
func offers(effects []Effect) []MakeOffer {
	var all []MakeOffer
	for _, e := range effects {
		if o, ok := e.(MakeOffer); ok {
			all = append(all, o)
		}
	}
	return all
}

func (c *centre) report(b *testing.B) {
	b.Helper()
	slices.Sort(c.took)
	total := time.Duration(0)
	for _, d := range c.took {
		total += d
	}
	at := func(q float64) float64 { return float64(c.took[int(q*float64(len(c.took)-1))].Nanoseconds()) / 1000 }
	b.ReportMetric(float64(len(c.took))/total.Seconds(), "decisions/s")
	b.ReportMetric(at(.5), "p50-µs")
	b.ReportMetric(at(.99), "p99-µs")
	b.ReportMetric(at(1), "max-µs")
}

// BenchmarkOverload: an agent frees and gets the first of 100 000 who wait; one in ten gives up.
func BenchmarkOverload(b *testing.B) {
	c := newCentre(b)
	c.took = slices.Grow(c.took, benchWaiting+2*benchAgents)
	before := heapBytes()
	var busy []MakeOffer
	for len(c.items) < benchWaiting+benchAgents {
		busy = append(busy, offers(c.arrive())...)
	}
	for _, o := range busy {
		c.Step(c.now, OfferAccepted{o.Interaction, o.Agent, o.Token})
	}
	grown := heapBytes() - before
	c.took = nil
	first := id.Interaction(1)
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		at := c.random.IntN(len(busy))
		next := offers(c.timed(WorkEnded{busy[at].Interaction}))
		if len(next) == 0 { // nothing for this agent
			busy[at] = busy[len(busy)-1]
			busy = busy[:len(busy)-1]
		} else {
			busy[at] = next[0]
			c.Step(c.now, OfferAccepted{next[0].Interaction, next[0].Agent, next[0].Token})
		}
		took := c.took
		if c.random.IntN(10) == 0 {
			first += id.Interaction(c.random.IntN(8))
			c.Step(c.now, InteractionLeft{Interaction: first, Abandoned: true})
		}
		for len(c.items) < benchWaiting+len(busy) {
			busy = append(busy, offers(c.arrive())...)
		}
		c.took = took
	}
	c.report(b)
	b.ReportMetric(grown/(1<<20), "MiB-waiting")
}

// heapBytes returns what is in use after a collection.
func heapBytes() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// BenchmarkUnderload: an interaction arrives at many free agents; later its agent is free again.
func BenchmarkUnderload(b *testing.B) {
	c := newCentre(b)
	var busy []MakeOffer
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		busy = append(busy, offers(c.arrive())...)
		took := c.took
		if len(busy) > benchAgents/2 {
			at := c.random.IntN(len(busy))
			o := busy[at]
			busy[at] = busy[len(busy)-1]
			busy = busy[:len(busy)-1]
			c.Step(c.now, OfferAccepted{o.Interaction, o.Agent, o.Token})
			c.Step(c.now, WorkEnded{o.Interaction})
		}
		c.took = took
	}
	c.report(b)
}

// BenchmarkMembership: a supervisor moves an agent between queues while 100 000 wait.
func BenchmarkMembership(b *testing.B) {
	c := newCentre(b)
	for len(c.items) < benchWaiting {
		c.arrive()
	}
	c.took = nil
	b.ResetTimer()
	for b.Loop() {
		agent, queue := id.User(1+c.random.IntN(benchAgents)), id.Queue(1+c.random.IntN(benchQueues))
		for _, o := range offers(c.timed(MembershipChanged{Agent: agent, Queue: queue, Serves: true})) {
			c.Step(c.now, OfferAccepted{o.Interaction, o.Agent, o.Token})
		}
		c.timed(MembershipChanged{Agent: agent, Queue: queue})
	}
	c.report(b)
}

// BenchmarkBoard: the figures of all queues while 100 000 wait.
func BenchmarkBoard(b *testing.B) {
	c := newCentre(b)
	for len(c.items) < benchWaiting {
		c.arrive()
	}
	b.ResetTimer()
	for b.Loop() {
		c.Board(c.now)
	}
}

// BenchmarkExpectedWait: what one of 100 000 who wait is told.
func BenchmarkExpectedWait(b *testing.B) {
	c := newCentre(b)
	for len(c.items) < benchWaiting {
		c.arrive()
	}
	b.ResetTimer()
	for b.Loop() {
		c.ExpectedWait(c.now, id.Interaction(1+c.random.Int64N(int64(c.last))))
	}
}

// BenchmarkOneQueue: 10 000 free agents in a single queue, found by skill.
func BenchmarkOneQueue(b *testing.B) {
	s, now := New(), epoch
	s.Step(now, QueueUpserted{Queue{ID: 1}})
	for a := range benchAgents {
		s.Step(now, AgentUpserted{Agent{
			ID: id.User(a + 1), Presence: Available, Channels: ChannelSet(Call), Queues: []id.Queue{1},
			Skills: []Skill{{ID: id.Skill(1 + a%benchSkills), Level: Level(1 + a%5)}, {ID: id.Skill(1 + a*7%benchSkills), Level: 2}},
		}})
	}
	s.Step(now, Ready{})
	n := id.Interaction(0)
	b.ResetTimer()
	for b.Loop() {
		n++
		in := Interaction{ID: n, Queue: 1, Channel: Call, Skills: []Requirement{{Skill: 1 + id.Skill(n)%benchSkills, Min: 1}}}
		s.Step(now, InteractionQueued{in})
		s.Step(now, InteractionLeft{Interaction: n})
	}
}
