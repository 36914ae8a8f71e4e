package acd

import "github.com/zongler/zongler/internal/id"

// lane is one channel of a queue: the lines that wait there and the agents who have room for them.
type lane struct {
	queue   *queue
	channel Channel
	buckets map[bucketKey]*bucket // those with somebody waiting; never ranged over
	lines   []line                // the heads of the buckets, in no order
	least   int                   // the smallest own load ever seen here; who has less room need not stand here
	ready   heap[standing]
}

// bucketKey is what all interactions of a bucket have in common besides queue and channel.
type bucketKey struct {
	needs    *needs
	load     int
	priority int
}

// bucket holds interactions between which only arrival decides. It exists while somebody waits in it.
type bucket struct {
	bucketKey
	lane    *lane
	slot    int // in lane.lines
	waiting heap[place]
}

// place is where an interaction stands in its bucket.
type place struct {
	arrived instant
	id      id.Interaction
	item    *item
}

func (p place) before(other place) bool {
	return p.arrived < other.arrived || p.arrived == other.arrived && p.id < other.id
}

func (p place) moved(pos int) { p.item.pos = pos }

// line is a bucket's head, copied so that an agent who frees compares lines without visiting each.
type line struct {
	rank
	marks  marks
	bucket *bucket
}

// join puts it into its bucket.
func (l *lane) join(it *item) {
	key := bucketKey{needs: it.needs, load: it.load, priority: it.priority}
	b := l.buckets[key]
	if b == nil {
		b = &bucket{bucketKey: key, lane: l, slot: len(l.lines)}
		l.buckets[key] = b
		l.lines = append(l.lines, line{marks: key.needs.marks, bucket: b})
	}
	it.bucket = b
	b.waiting.push(place{arrived: it.arrived, id: it.id, item: it})
	b.show()
}

// leave takes it out of its bucket.
func (l *lane) leave(it *item) {
	b := it.bucket
	head := it.pos == 0
	b.waiting.remove(it.pos)
	it.bucket = nil
	if b.waiting.len() == 0 {
		l.close(b)
	} else if head {
		b.show()
	}
}

// show copies the head of the bucket into its line.
func (b *bucket) show() { b.lane.lines[b.slot].rank = b.waiting.all[0].item.rank() }

func (l *lane) close(b *bucket) {
	delete(l.buckets, b.bucketKey)
	last := len(l.lines) - 1
	l.lines[b.slot] = l.lines[last]
	l.lines[b.slot].bucket.slot = b.slot
	l.lines[last] = line{}
	l.lines = l.lines[:last]
}

// standing is an agent with room, as a lane shows them.
type standing struct {
	since   instant
	marks   marks
	member  *member
	load    int16
	room    int16 // for this lane's channel
	channel Channel
}

// before orders by load, then by how long idle: who has nothing to do comes before who has something.
func (s standing) before(other standing) bool {
	if s.load != other.load {
		return s.load < other.load
	}
	if s.since != other.since {
		return s.since < other.since
	}
	return s.member.agent.id < other.member.agent.id
}

func (s standing) moved(pos int) { s.member.pos[s.channel] = int32(pos) } //nolint:gosec // agents are far fewer than 2^31

// member is an agent's service of one queue, and where they stand in its lanes.
type member struct {
	agent *agent
	queue *queue
	index int                // in queue.members
	pos   [NumChannels]int32 // in lane.ready; -1: has no room for the channel
}

// stand brings the lane of c up to date with the agent's room for c.
func (m *member) stand(c Channel) {
	l := m.queue.lanes[c]
	if l == nil {
		return
	}
	pos, a := int(m.pos[c]), m.agent
	if !a.open(c) || a.used[c]+min(a.loads[c], a.capacity, l.least) > a.capacity {
		if pos >= 0 {
			l.ready.remove(pos)
		}
		return
	}
	s := standing{
		since: a.since, marks: a.marks, member: m, channel: c,
		load: int16(a.load), room: int16(a.capacity - a.used[c]), //nolint:gosec // loads are clamped to maxCapacity
	}
	switch {
	case pos < 0:
		l.ready.push(s)
	case l.ready.all[pos] != s:
		l.ready.replace(pos, s)
	}
}
