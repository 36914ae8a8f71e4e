package acd

import (
	"testing"
	"time"

	"github.com/zongler/zongler/internal/id"
)

func TestEstimateFollowsTheQueue(t *testing.T) {
	t.Parallel()
	handle := History{Handle: 3 * time.Minute}
	for _, test := range []struct {
		sentence string
		history  History
		position int
		servers  float64
		last     time.Duration
		want     time.Duration
	}{
		{"the next of one agent waits for 80 % of an exponential time", handle, 1, 1, 0, 5 * time.Minute},
		{"ten agents are ten times as fast", handle, 1, 10, 0, 30 * time.Second},
		{"ten ahead of ten agents wait one handle time and some", handle, 10, 10, 0, 4 * time.Minute},
		{"those who give up shorten the wait", History{Handle: 3 * time.Minute, Patience: time.Minute}, 100, 10, 0, 4*time.Minute + 30*time.Second},
		{"the last one's wait draws the estimate to it", handle, 10, 10, 20 * time.Minute, 8 * time.Minute},
		{"no wait is longer than can be said", handle, 1000, 1, 0, longestEstimate},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			var e estimator
			e.seed(test.history)
			if test.last > 0 {
				e.answered(test.last, 1)
			}
			if got := e.remaining(test.position, test.servers, 0, 2); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestEstimatorLearnsHandleTimes(t *testing.T) {
	t.Parallel()
	var e estimator
	e.seed(History{Handle: time.Hour})
	for range 2000 {
		e.handled(time.Minute)
	}
	if e.handle < 59 || e.handle > 62 {
		t.Errorf("learned %v s", e.handle)
	}
}

func TestAnnouncedWaitRisesOnceAtMost(t *testing.T) {
	t.Parallel()
	var a announcement
	for i, step := range []struct{ estimate, said int }{
		{5, 5}, {4, 4}, {6, 6}, {7, 6}, {3, 3}, {4, 3},
	} {
		if got := a.say(time.Duration(step.estimate) * time.Minute); got != time.Duration(step.said)*time.Minute {
			t.Errorf("announcement %d: said %v, want %v min", i, got, step.said)
		}
	}
}

func TestNoWaitIsExpectedWhereNobodyServes(t *testing.T) {
	t.Parallel()
	s := New()
	s.Step(epoch, QueueUpserted{Queue{ID: sales, History: History{Handle: 3 * time.Minute}}})
	s.Step(epoch, contact(1, sales, Call))
	if wait, ok := s.ExpectedWait(epoch, 1); ok {
		t.Errorf("expected %v without agents", wait)
	}
	s.Step(epoch, person(anna))
	if wait, ok := s.ExpectedWait(epoch.Add(staffingFresh), 1); !ok || wait != 5*time.Minute {
		t.Errorf("expected %v %v with one agent", wait, ok)
	}
}

func TestQueriesAnswerForTheDesk(t *testing.T) {
	t.Parallel()
	s := New()
	s.Step(epoch, QueueUpserted{Queue{ID: sales, PullAllowed: true, Skills: []Requirement{{polish, 1}}, Target: Target{Share: .8, Within: 20 * time.Second}}})
	s.Step(epoch, QueueUpserted{Queue{ID: support}})
	s.Step(epoch, person(anna, speaks(2)))
	s.Step(epoch.Add(1), person(bence, speaks(4)))
	s.Step(epoch.Add(1), person(celina))
	if got := s.Eligible(sales, Call, 5); len(got) != 2 || got[0] != bence || got[1] != anna {
		t.Errorf("eligible: %v", got)
	}
	s.Step(epoch, contact(1, sales, Call))
	s.Step(epoch, contact(2, support, Call))
	for _, test := range []struct {
		sentence string
		n        id.Interaction
		who      id.User
		want     Pull
	}{
		{"a queue that allows it", 1, anna, PullAllowed},
		{"a queue that does not", 2, anna, PullForbidden},
		{"nobody knows the agent", 1, 99, PullNotServed},
		{"nothing waits", 7, anna, PullNotWaiting},
	} {
		if got := s.CanPull(test.n, test.who); got != test.want {
			t.Errorf("%s: %v, want %v", test.sentence, got, test.want)
		}
	}
	s.Step(epoch, ChannelsChanged{anna, ChannelSet(Chat)})
	if got := s.CanPull(1, anna); got != PullNoRoom {
		t.Errorf("channel off: %v", got)
	}
	v, _ := s.Waiting(epoch.Add(time.Minute), sales)
	if v.Waiting != 1 || v.Late != 1 || !v.Longest.Equal(epoch) || v.Staff.Free != 3 {
		t.Errorf("board: %+v", v)
	}
	if a, ok := s.Agent(bence); !ok || a.Status != StatusFree || a.Presence != Available {
		t.Errorf("agent: %+v", a)
	}
}
