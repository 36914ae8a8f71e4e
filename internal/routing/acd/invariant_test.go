package acd

import (
	"slices"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/id"
)

// checkInvariants looks for what must never be, by looking at everything.
func checkInvariants(t *testing.T, s *State) {
	t.Helper()
	waiting, timers := map[*queue]int{}, 0
	for _, it := range s.items {
		places := 0
		if it.bucket != nil {
			places++
			if it.bucket.waiting.all[it.pos].item != it || it.bucket.needs != it.needs {
				t.Errorf("interaction %d is not where it believes to be", it.id)
			}
		}
		if p := s.agents[it.preferred]; p != nil && slices.Contains(p.reserved, it) {
			places++
		}
		for _, a := range s.agents {
			if n := count(a.work, it); n > 0 {
				places += n
			}
		}
		if places != 1 {
			t.Errorf("interaction %d (%v) is in %d places", it.id, it.phase, places)
		}
		if it.waits() {
			waiting[it.queue]++
			if s.queues[it.home] != it.queue {
				t.Errorf("interaction %d waits in a queue that is gone", it.id)
			}
		}
		for _, set := range []bool{it.patience.at != 0, it.lease.at != 0} {
			if set {
				timers++
			}
		}
		timers += len(it.excluded)
	}
	if timers != s.due.len() {
		t.Errorf("%d timers are set, %d are kept", timers, s.due.len())
	}
	for _, q := range s.queues {
		if len(q.items) != waiting[q] {
			t.Errorf("queue %d counts %d, %d wait", q.ID, len(q.items), waiting[q])
		}
		checkLanes(t, q)
	}
	checkAgents(t, s)
}

func checkLanes(t *testing.T, q *queue) {
	t.Helper()
	for _, l := range q.lanes {
		if l == nil {
			continue
		}
		if len(l.buckets) != len(l.lines) {
			t.Errorf("queue %d %v: %d buckets, %d lines", q.ID, l.channel, len(l.buckets), len(l.lines))
		}
		for i, head := range l.lines {
			if head.bucket.slot != i || head.rank != head.bucket.waiting.all[0].item.rank() {
				t.Errorf("queue %d %v: line %d does not show its head", q.ID, l.channel, i)
			}
		}
		for _, m := range q.members {
			pos, want := int(m.pos[l.channel]), m.agent.room(l.channel, 0)
			if want && (pos < 0 || l.ready.all[pos].member != m || l.ready.all[pos].since != m.agent.since) {
				t.Errorf("queue %d %v: agent %d has room but does not stand there", q.ID, l.channel, m.agent.id)
			}
		}
	}
}

func checkAgents(t *testing.T, s *State) {
	t.Helper()
	for _, a := range s.agents {
		statuses := a.status
		a.refresh()
		if statuses != a.status {
			t.Errorf("agent %d was not refreshed", a.id)
		}
		for _, it := range a.work {
			if it.agent != a {
				t.Errorf("agent %d has interaction %d of another", a.id, it.id)
			}
		}
	}
}

// checkRoom looks whether o fitted beside what its agent had before it.
func checkRoom(t *testing.T, s *State, o MakeOffer) {
	t.Helper()
	a, offered := s.agents[o.Agent], s.items[o.Interaction]
	load, same := 0, 0
	for _, it := range a.work {
		later := it.phase == Offered && it.token > o.Token
		if later || !it.loads() {
			continue
		}
		if !a.interrupts[offered.channel].Has(it.channel) {
			load += a.need(it.channel, it.load)
		}
		if it.channel == offered.channel {
			same++
		}
	}
	if limit := a.limits[offered.channel]; load > a.capacity || limit > 0 && same > limit {
		t.Errorf("offer of %d to agent %d makes a load of %d and %d on %v", o.Interaction, a.id, load, same, offered.channel)
	}
}

func count(list []*item, it *item) int {
	n := 0
	for _, other := range list {
		if other == it {
			n++
		}
	}
	return n
}

// checkBoard compares the figures of s with counting by hand.
func checkBoard(t *testing.T, s *State, r *reference, now time.Time) {
	t.Helper()
	for _, v := range s.Board(now) {
		want := QueueView{Queue: v.Queue, Target: v.Target}
		var line []id.Interaction
		for _, it := range r.waiting() {
			if it.Queue != v.Queue {
				continue
			}
			line = append(line, it.ID)
			want.Waiting++
			if want.Longest.IsZero() || it.Arrived.Before(want.Longest) {
				want.Longest = it.Arrived
			}
			if pos, ok := s.Position(it.ID); !ok || pos != len(line) {
				t.Errorf("interaction %d is in position %d, want %d", it.ID, pos, len(line))
			}
		}
		for _, it := range r.items {
			if it.phase == Offered && it.Queue == v.Queue && it.queue != nil {
				want.Offered++
			}
		}
		got := v
		got.Staff, got.Late = Staff{}, 0
		if got != want {
			t.Errorf("board says %+v, want %+v", got, want)
		}
		if !slices.Equal(s.Line(v.Queue), line) {
			t.Errorf("line of queue %d is %v, want %v", v.Queue, s.Line(v.Queue), line)
		}
		members := 0
		for _, a := range r.agents {
			if slices.Contains(a.Queues, v.Queue) {
				members++
			}
		}
		if n := v.Staff; n.Free+n.Busy+n.WrapUp+n.Away+n.Offline != members {
			t.Errorf("queue %d has staff %+v, want %d in all", v.Queue, n, members)
		}
	}
}
