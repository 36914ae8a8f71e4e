package acd

import (
	"testing"
	"time"
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
	s.Step(epoch, QueueUpserted{Queue{ID: sales, Skills: []Requirement{{polish, 1}}, Target: Target{Share: .8, Within: 20 * time.Second}}})
	s.Step(epoch, QueueUpserted{Queue{ID: support}})
	s.Step(epoch, person(anna, speaks(2)))
	s.Step(epoch.Add(1), person(bence, speaks(4)))
	s.Step(epoch.Add(1), person(celina))
	s.Step(epoch, contact(1, sales, Call))
	s.Step(epoch, contact(2, support, Call))
	v, _ := s.Waiting(epoch.Add(time.Minute), sales)
	if v.Waiting != 1 || v.Late != 1 || !v.Longest.Equal(epoch) || v.Staff.Free != 3 {
		t.Errorf("board: %+v", v)
	}
	if a, ok := s.Agent(bence); !ok || a.Status != StatusFree || a.Presence != Available {
		t.Errorf("agent: %+v", a)
	}
}

func TestAnOutlookIsWhatTheNextOneWouldWait(t *testing.T) {
	t.Parallel()
	s := New()
	s.Step(epoch, QueueUpserted{Queue{ID: sales, History: History{Handle: 3 * time.Minute}}})
	s.Step(epoch, Ready{})
	outlook := func(second int) time.Duration {
		wait, ok := s.Outlook(epoch.Add(time.Duration(second)*staffingFresh), sales, Call)
		if !ok {
			return 0
		}
		return wait
	}
	if got := outlook(0); got != 0 {
		t.Errorf("%v where nobody serves", got)
	}
	s.Step(epoch, person(anna))
	if got := outlook(1); got != shortestEstimate {
		t.Errorf("%v with somebody free", got)
	}
	s.Step(epoch, contact(1, sales, Call))
	first := outlook(2)
	s.Step(epoch, contact(2, sales, Call, urgent))
	second := outlook(3)
	if told, ok := s.ExpectedWait(epoch.Add(3*staffingFresh), 2); !ok || told != first || second <= first {
		t.Errorf("%v, then %v; who came was told %v", first, second, told)
	}
	if _, ok := s.Outlook(epoch, support, Call); ok {
		t.Error("an outlook for a queue that there is not")
	}
	checkInvariants(t, s)
}
