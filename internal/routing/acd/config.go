package acd

import (
	"cmp"
	"slices"
)

func (e QueueUpserted) apply(s *State) {
	q := s.queues[e.Queue.ID]
	if q == nil {
		if e.Queue.ID != 0 {
			s.openQueue(e.Queue)
		}
		return
	}
	before := q.Queue
	q.Queue = e.Queue
	if !slices.Equal(before.Skills, q.Skills) || before.MaxWait != q.MaxWait {
		for _, it := range slices.Clone(q.items) {
			s.dequeue(it)
			s.require(it)
			s.enqueue(it)
		}
	}
	for _, l := range q.lanes {
		if l == nil {
			continue
		}
		for i := range l.lines {
			l.lines[i].bucket.show()
		}
	}
}

// openQueue adds a queue and the agents who are known to serve it.
func (s *State) openQueue(config Queue) {
	q := &queue{Queue: config}
	q.estimate.seed(config.History)
	s.queues[q.ID] = q
	for _, a := range s.agents {
		if _, found := slices.BinarySearch(a.wanted, q.ID); found {
			a.serve(q)
		}
	}
}

func (e QueueRemoved) apply(s *State) {
	q := s.queues[e.Queue]
	if q == nil {
		return
	}
	delete(s.queues, q.ID)
	waiting := slices.SortedFunc(slices.Values(q.items), byRank)
	for _, it := range waiting {
		s.dequeue(it)
		s.divert(it, RemovedQueue)
	}
	staff := slices.SortedFunc(slices.Values(q.members), func(a, b *member) int { return cmp.Compare(a.agent.id, b.agent.id) })
	for _, m := range staff {
		m.agent.quit(q)
		s.settle(m.agent, AgentChanged)
	}
}
