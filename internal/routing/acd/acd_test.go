package acd

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/id"
)

// Names of the tables: two agents and a third, two queues, a skill.
const (
	anna, bence, celina = id.User(1), id.User(2), id.User(3)
	sales, support      = id.Queue(1), id.Queue(2)
	polish              = id.Skill(1)
)

// at is an event some seconds after the start.
type at struct {
	second int
	event  Event
}

func person(who id.User, change ...func(*Agent)) AgentUpserted {
	a := Agent{ID: who, Presence: Available, Channels: ChannelSet(Call, Video, Chat, Mail, Social), Queues: []id.Queue{sales, support}}
	for _, c := range change {
		c(&a)
	}
	return AgentUpserted{a}
}

func speaks(level Level) func(*Agent) {
	return func(a *Agent) { a.Skills = []Skill{{polish, level}} }
}

func contact(n id.Interaction, q id.Queue, c Channel, change ...func(*Interaction)) InteractionQueued {
	in := Interaction{ID: n, Queue: q, Channel: c}
	for _, f := range change {
		f(&in)
	}
	return InteractionQueued{in}
}

func prefers(who id.User) func(*Interaction) { return func(in *Interaction) { in.Preferred = who } }
func urgent(in *Interaction)                 { in.Priority = 1 }
func inPolish(in *Interaction)               { in.Skills = []Requirement{{polish, 1}} }

func accepted(n id.Interaction, who id.User, t Token) OfferAccepted { return OfferAccepted{n, who, t} }

// tell has s take in an event and, as the shell does, answers offers with OfferMade.
func tell(s *State, now time.Time, e Event) []Effect {
	effects := s.Step(now, e)
	for _, o := range offers(effects) {
		effects = append(effects, s.Step(now, OfferMade{o.Interaction, o.Agent, o.Token, now.Add(o.For)})...)
	}
	return effects
}

// brief writes effects shortly: "offer 1>2" is interaction 1 to agent 2.
func brief(effects []Effect) []string {
	var words []string
	for _, e := range effects {
		switch e := e.(type) {
		case MakeOffer:
			words = append(words, fmt.Sprintf("offer %d>%d", e.Interaction, e.Agent))
		case ExpireOffer:
			words = append(words, fmt.Sprintf("expire %d", e.Interaction))
		case WithdrawOffer:
			words = append(words, fmt.Sprintf("withdraw %d %s", e.Interaction, e.Reason))
		case SetAway:
			words = append(words, fmt.Sprintf("away %d", e.Agent))
		case Overflow:
			words = append(words, fmt.Sprintf("overflow %d>%d %s", e.Interaction, e.To, e.Reason))
		case Requeue:
			words = append(words, fmt.Sprintf("requeue %d %s", e.Interaction, e.Reason))
		}
	}
	return words
}

func TestBehaviour(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		sentence string
		story    []at
		want     string
	}{
		{
			"an interaction goes to the agent who is idle longest",
			[]at{{0, person(bence)}, {5, person(anna)}, {9, contact(1, sales, Chat)}},
			"offer 1>2",
		},
		{
			"an agent with nothing to do comes before one with a chat",
			[]at{{0, person(anna)}, {1, contact(1, sales, Chat)}, {2, accepted(1, anna, 1)}, {60, person(bence)}, {61, contact(2, sales, Chat)}},
			"offer 1>1, offer 2>2",
		},
		{
			"the best fit comes before the longest idle",
			[]at{{0, person(anna, speaks(2))}, {5, person(bence, speaks(4))}, {9, contact(1, sales, Chat, inPolish)}},
			"offer 1>2",
		},
		{
			"nobody without the skill is offered it",
			[]at{{0, person(anna)}, {1, contact(1, sales, Chat, inPolish)}, {2, SkillsChanged{anna, []Skill{{polish, 1}}}}},
			"offer 1>1",
		},
		{
			"who frees gets the higher priority, then the longest waiting",
			[]at{
				{0, contact(1, sales, Call)},
				{1, contact(2, support, Call)},
				{2, contact(3, sales, Call, urgent)},
				{3, person(anna)},
				{4, accepted(3, anna, 1)},
				{5, WorkEnded{3}},
			},
			"offer 3>1, offer 1>1",
		},
		{
			"a missed offer makes its agent away and goes to the next with its place kept",
			[]at{{0, person(anna)}, {1, contact(1, sales, Call)}, {2, person(bence)}, {21, Tick{}}},
			"offer 1>1, expire 1, away 1, offer 1>2",
		},
		{
			"a declined offer returns to the same agent after the back-off only",
			[]at{{0, person(anna)}, {1, contact(1, sales, Chat)}, {2, OfferDeclined{1, anna, 1}}, {61, Tick{}}, {62, Tick{}}},
			"offer 1>1, offer 1>1",
		},
		{
			"who missed one offer loses the others",
			[]at{{0, person(anna)}, {1, contact(1, sales, Chat)}, {10, contact(2, sales, Chat)}, {31, Tick{}}},
			"offer 1>1, offer 2>1, expire 1, away 1, withdraw 2 agent_changed",
		},
		{
			"three chats fill an agent",
			[]at{{0, person(anna)}, {1, contact(1, sales, Chat)}, {2, contact(2, sales, Chat)}, {3, contact(3, sales, Chat)}, {4, contact(4, sales, Chat)}},
			"offer 1>1, offer 2>1, offer 3>1",
		},
		{
			"a call interrupts a mail but not a chat",
			[]at{
				{0, person(anna)},
				{1, contact(1, sales, Mail)},
				{2, contact(2, sales, Call)},
				{3, contact(3, sales, Chat)},
				{4, accepted(2, anna, 2)},
				{5, WorkEnded{2}},
				{6, contact(4, sales, Call)},
			},
			"offer 1>1, offer 2>1, offer 3>1",
		},
		{
			"parked work leaves room",
			[]at{{0, person(anna)}, {1, contact(1, sales, Call)}, {2, accepted(1, anna, 1)}, {3, contact(2, sales, Call)}, {4, WorkParked{1}}},
			"offer 1>1, offer 2>1",
		},
		{
			"wrap-up leaves no room",
			[]at{{0, person(anna)}, {1, contact(1, sales, Call)}, {2, accepted(1, anna, 1)}, {3, contact(2, sales, Call)}, {4, WrapUpStarted{1}}, {9, WorkEnded{1}}},
			"offer 1>1, offer 2>1",
		},
		{
			"the preferred agent is waited for while busy",
			[]at{{0, person(anna)}, {1, contact(1, sales, Call)}, {2, accepted(1, anna, 1)}, {3, person(bence)}, {4, contact(2, sales, Call, prefers(anna))}, {30, WorkEnded{1}}},
			"offer 1>1, offer 2>1",
		},
		{
			"after 60 s anybody has what the preferred agent did not take",
			[]at{{0, person(anna)}, {1, contact(1, sales, Call)}, {2, accepted(1, anna, 1)}, {3, person(bence)}, {4, contact(2, sales, Call, prefers(anna))}, {64, Tick{}}},
			"offer 1>1, offer 2>2",
		},
		{
			"a preferred agent who is away is not waited for",
			[]at{{0, person(anna)}, {1, PresenceChanged{anna, Away}}, {2, person(bence)}, {3, contact(1, sales, Chat, prefers(anna))}},
			"offer 1>2",
		},
		{
			"the wait ends when the preferred agent goes away",
			[]at{{0, person(anna)}, {1, contact(1, sales, Call)}, {2, accepted(1, anna, 1)}, {3, person(bence)}, {4, contact(2, sales, Call, prefers(anna))}, {5, PresenceChanged{anna, Away}}},
			"offer 1>1, offer 2>2",
		},
		{
			"a full queue overflows, except to who can be served at once",
			[]at{
				{0, QueueUpserted{Queue{ID: sales, MaxWaiting: 1, Overflow: support}}},
				{1, contact(1, sales, Call)},
				{2, contact(2, sales, Call)},
				{3, person(celina, func(a *Agent) { a.Queues = []id.Queue{support} })},
			},
			"overflow 2>2 full, offer 2>3",
		},
		{
			"a full queue turns away who arrives, not who comes back",
			[]at{
				{0, QueueUpserted{Queue{ID: sales, MaxWaiting: 1, Overflow: support}}},
				{1, contact(1, sales, Call)},
				{2, person(anna, func(a *Agent) { a.Presence = Away })},
				{3, WorkStarted{anna, Interaction{ID: 2, Queue: support, Channel: Call}}},
				{4, contact(2, sales, Call, func(in *Interaction) { in.Entered = epoch })},
				{5, contact(3, sales, Call)},
			},
			"overflow 3>2 full",
		},
		{
			"a full queue without overflow hands it to the shell",
			[]at{{0, QueueUpserted{Queue{ID: sales, MaxWaiting: 1}}}, {1, contact(1, sales, Call)}, {2, contact(2, sales, Call)}},
			"overflow 2>0 full",
		},
		{
			"who waits too long overflows and keeps the arrival",
			[]at{
				{0, QueueUpserted{Queue{ID: sales, MaxWait: time.Minute, Overflow: support}}},
				{1, contact(1, sales, Call)},
				{30, contact(2, support, Call)},
				{61, Tick{}},
				{62, person(celina, func(a *Agent) { a.Queues = []id.Queue{support} })},
			},
			"overflow 1>2 max_wait, offer 1>3",
		},
		{
			"a lost agent's offers are withdrawn and active chats requeued",
			[]at{{0, person(anna)}, {1, contact(1, sales, Chat)}, {2, accepted(1, anna, 1)}, {3, contact(2, sales, Mail)}, {4, AgentLost{anna}}, {5, person(bence)}},
			"offer 1>1, offer 2>1, withdraw 2 agent_lost, requeue 1 agent_lost, offer 1>2, offer 2>2",
		},
		{
			"an agent moved out of a queue loses its offers at once",
			[]at{{0, person(anna)}, {1, contact(1, sales, Chat)}, {2, MembershipChanged{anna, sales, false}}, {3, MembershipChanged{anna, sales, true}}},
			"offer 1>1, withdraw 1 agent_changed, offer 1>1",
		},
		{
			"an acceptance just in time is believed after the offer expired",
			[]at{{0, person(anna)}, {1, contact(1, sales, Chat)}, {2, person(bence)}, {31, Tick{}}, {32, accepted(1, anna, 1)}, {33, contact(2, sales, Chat)}, {34, contact(3, sales, Call)}},
			"offer 1>1, expire 1, away 1, offer 1>2, withdraw 1 taken, offer 2>2",
		},
		{
			"a refused offer is repaired and not made in a circle",
			[]at{{0, person(anna)}, {1, contact(1, sales, Chat)}, {2, OfferRefused{1, anna, 1, false}}, {7, Tick{}}, {8, OfferRefused{1, anna, 2, true}}},
			"offer 1>1, offer 1>1",
		},
		{
			"a taken over interaction is offered to nobody",
			[]at{{0, person(anna)}, {1, contact(1, sales, Chat)}, {2, TakenOver{1, bence}}, {3, OfferDeclined{1, anna, 1}}},
			"offer 1>1, withdraw 1 taken",
		},
		{
			"a removed queue overflows what waits and what was offered",
			[]at{{0, QueueUpserted{Queue{ID: sales, Overflow: support}}}, {1, person(anna)}, {2, contact(1, sales, Call)}, {3, contact(2, sales, Call)}, {4, QueueRemoved{sales}}},
			"offer 1>1, overflow 2>2 queue_removed, withdraw 1 agent_changed, overflow 1>2 queue_removed, offer 1>1",
		},
		{
			"an interaction without a queue is handed to the shell",
			[]at{{0, contact(1, 9, Chat)}},
			"overflow 1>0 unroutable",
		},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			s := New()
			s.Step(epoch, QueueUpserted{Queue{ID: sales}})
			s.Step(epoch, QueueUpserted{Queue{ID: support}})
			s.Step(epoch, Ready{})
			var got []string
			for _, e := range test.story {
				got = append(got, brief(tell(s, epoch.Add(time.Duration(e.second)*time.Second), e.event))...)
			}
			if g := strings.Join(got, ", "); g != test.want {
				t.Errorf("\n got %s\nwant %s", g, test.want)
			}
		})
	}
}

func TestAnOfferEndsNoSoonerThanItsAgentHadTheWholeTime(t *testing.T) {
	t.Parallel()
	s := New()
	s.Step(epoch, QueueUpserted{Queue{ID: sales}})
	s.Step(epoch, person(anna))
	s.Step(epoch, Ready{})
	made := offers(s.Step(epoch, contact(1, sales, Call)))[0]
	after := func(d time.Duration, e Event) string { return strings.Join(brief(s.Step(epoch.Add(d), e)), ", ") }
	if got := after(time.Hour, Tick{}); got != "" {
		t.Errorf("while it is being written: %s", got)
	}
	late := time.Hour + made.For
	if got := after(time.Hour, OfferMade{1, anna, made.Token, epoch.Add(late)}); got != "" {
		t.Errorf("when it is written: %s", got)
	}
	if got := after(late-1000, Tick{}); got != "" {
		t.Errorf("within its time: %s", got)
	}
	if got := after(late, Tick{}); got != "expire 1, away 1" {
		t.Errorf("at its end: %s", got)
	}
}

func TestATickThatComesTooSoonAsksForAnother(t *testing.T) {
	t.Parallel()
	s := New()
	s.Step(epoch, QueueUpserted{Queue{ID: sales, MaxWait: time.Minute, Overflow: support}})
	s.Step(epoch, Ready{})
	s.Step(epoch, contact(1, sales, Chat))
	effects := s.Step(epoch.Add(time.Minute-time.Microsecond), Tick{})
	if len(effects) != 1 || effects[0] != (WakeAt{epoch.Add(time.Minute)}) {
		t.Errorf("got %v", effects)
	}
}

func TestRestartKeepsPlacesOffersAndWork(t *testing.T) {
	t.Parallel()
	s := New()
	s.Step(epoch, QueueUpserted{Queue{ID: sales}})
	busy := Interaction{ID: 1, Queue: sales, Channel: Call, Arrived: epoch.Add(-time.Hour)}
	asked := Interaction{ID: 2, Queue: sales, Channel: Call, Arrived: epoch.Add(-time.Minute)}
	got := brief(s.Step(epoch, person(anna, func(a *Agent) { a.Work = []Work{{Interaction: busy, Phase: Active}} })))
	got = append(got, brief(s.Step(epoch, person(bence, func(a *Agent) {
		a.Work = []Work{{Interaction: asked, Phase: Offered, Token: 41, Expires: epoch.Add(3 * time.Second)}}
	})))...)
	for n := range id.Interaction(3) { // loaded in any order, ranked by arrival
		got = append(got, brief(s.Step(epoch, contact(5-n, sales, Call, func(in *Interaction) {
			in.Arrived, in.Entered = epoch.Add(-time.Duration(n)*time.Second), epoch.Add(-time.Second)
		})))...)
	}
	if len(got) != 0 {
		t.Fatalf("while loading: %v", got)
	}
	s.Step(epoch, Ready{})
	effects := s.Step(epoch.Add(time.Second), WorkEnded{1})
	if o, ok := effects[0].(MakeOffer); !ok || o.Interaction != 3 || o.Agent != anna || o.Token != 42 {
		t.Errorf("got %v", effects)
	}
	if got := brief(s.Step(epoch.Add(3*time.Second), Tick{})); strings.Join(got, ", ") != "expire 2, away 2" {
		t.Errorf("got %v", got)
	}
	if pos, ok := s.Position(2); pos != 1 || !ok {
		t.Errorf("missed interaction is in position %d", pos)
	}
}

func TestAgentIsKeptFromBoundedlyManyInteractions(t *testing.T) {
	t.Parallel()
	s := New()
	s.Step(epoch, QueueUpserted{Queue{ID: sales}})
	s.Step(epoch, person(anna))
	s.Step(epoch, Ready{})
	for n := range id.Interaction(MaxRefusals + 1) {
		made := offers(s.Step(epoch.Add(time.Duration(n)*time.Millisecond), contact(n+1, sales, Call)))
		if len(made) != 1 {
			t.Fatalf("interaction %d: %d offers", n+1, len(made))
		}
		again := offers(s.Step(epoch.Add(time.Duration(n)*time.Millisecond), OfferDeclined{made[0].Interaction, anna, made[0].Token}))
		if wantFirst := n == MaxRefusals; wantFirst != (len(again) == 1 && again[0].Interaction == 1) {
			t.Fatalf("after %d refusals: %v", n+1, again)
		}
	}
	checkInvariants(t, s)
}

func TestOneStepMakesBoundedlyManyOffersAndTheNextGoesOn(t *testing.T) {
	t.Parallel()
	s := New()
	s.Step(epoch, QueueUpserted{Queue{ID: sales}})
	const many = maxOffersPerStep + 10
	for n := range many {
		s.Step(epoch, person(id.User(n+1)))
		s.Step(epoch, contact(id.Interaction(n+1), sales, Call))
	}
	effects := s.Step(epoch, Ready{})
	if n := len(offers(effects)); n != maxOffersPerStep {
		t.Errorf("first step: %d offers", n)
	}
	if w, ok := effects[len(effects)-1].(WakeAt); !ok || !w.At.Equal(epoch) {
		t.Errorf("ends with %v", effects[len(effects)-1])
	}
	if n := len(offers(s.Step(epoch, Tick{}))); n != many-maxOffersPerStep {
		t.Errorf("second step: %d offers", n)
	}
	checkInvariants(t, s)
}

func TestNothingRemainsOfWhatIsOver(t *testing.T) {
	t.Parallel()
	s := New()
	s.Step(epoch, QueueUpserted{Queue{ID: sales, MaxWait: time.Hour}})
	s.Step(epoch, Ready{})
	for n := range id.Interaction(1000) {
		s.Step(epoch, contact(n+1, sales, Chat, inPolish, func(in *Interaction) {
			in.Excluded = []Exclusion{{anna, epoch.Add(time.Hour)}}
		}))
	}
	for n := range id.Interaction(1000) {
		s.Step(epoch, InteractionLeft{Interaction: n + 1, Abandoned: true})
	}
	lanes := s.queues[sales].lanes[Chat]
	if len(s.items)+s.due.len()+len(s.refusals)+len(s.skills.lists)+len(s.queues[sales].items)+len(lanes.buckets)+len(lanes.lines) != 0 {
		t.Errorf("left over: %d items, %d timers, %d refusals, %d lists", len(s.items), s.due.len(), len(s.refusals), len(s.skills.lists))
	}
}
