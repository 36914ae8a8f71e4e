package acd

import "time"

// staffingFresh is how long a count of the agents behind a line is good for estimates.
const staffingFresh = 5 * time.Second

// staffing remembers for a moment how many interactions at a time a queue's agents work on.
type staffing struct {
	at      instant
	servers map[staffingKey]float64
}

type staffingKey struct {
	channel Channel
	needs   *needs
}

// servers returns how many interactions like it the queue's agents work on at a
// time. An agent who serves several queues counts in each by its share of all
// who wait for that agent.
func (s *State) servers(it *item) float64 {
	q, key := it.queue, staffingKey{it.channel, it.needs}
	if q.staffing.servers == nil || s.now.since(q.staffing.at) >= staffingFresh {
		q.staffing = staffing{at: s.now, servers: map[staffingKey]float64{}}
	}
	if n, known := q.staffing.servers[key]; known {
		return n
	}
	sum := 0.0
	for _, m := range q.members {
		a := m.agent
		if a.presence != Available || !a.channels.Has(it.channel) {
			continue
		}
		if _, fits := it.needs.fit(a.levels); !fits {
			continue
		}
		sum += float64(a.slots(it.channel, it.load)) * m.share()
	}
	q.staffing.servers[key] = sum
	return sum
}

// slots returns how many interactions of this load on c an agent can have at a time.
func (a *agent) slots(c Channel, own int) int {
	n := max(a.capacity/a.need(c, own), 1)
	if a.limits[c] > 0 {
		n = min(n, a.limits[c])
	}
	return n
}

// share returns which part of the waiting that concerns the agent is in this queue.
func (m *member) share() float64 {
	total := 0
	for _, other := range m.agent.members {
		total += len(other.queue.items)
	}
	if total == 0 {
		return 1
	}
	return float64(max(len(m.queue.items), 1)) / float64(max(total, 1))
}
