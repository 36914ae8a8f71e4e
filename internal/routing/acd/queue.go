package acd

import (
	"time"

	"github.com/zongler/zongler/internal/id"
)

// DefaultPreferredWait is how long an interaction waits for its preferred agent.
const DefaultPreferredWait = 60 * time.Second

// Queue is the configuration of a queue. Zero values mean defaults or no limit.
type Queue struct {
	ID            id.Queue
	Priority      int           // added to each interaction's own; higher goes first
	Skills        []Requirement // for interactions that bring none of their own
	Target        Target
	OfferTimeouts [NumChannels]time.Duration // zero: the channel's default
	MaxWaiting    int                        // zero: no limit
	MaxWait       time.Duration              // counted from entering the queue; zero: no limit
	Overflow      id.Queue                   // where those go for whom there is no room or no time; zero: the shell decides
	PreferredWait time.Duration              // zero: DefaultPreferredWait; negative: nobody is waited for
	History       History
}

// Target is a service level: Share of interactions answered Within.
type Target struct {
	Share  float64 // 0 … 1
	Within time.Duration
}

// History is what is known from before about a queue, to estimate waits with until there is experience.
type History struct {
	Handle   time.Duration // mean handle time
	Patience time.Duration // mean patience of those who wait; zero: nobody gives up
}

func (q *Queue) offerTimeout(c Channel) time.Duration {
	if t := q.OfferTimeouts[c]; t > 0 {
		return t
	}
	return c.DefaultOfferTimeout()
}

func (q *Queue) preferredWait() time.Duration {
	if q.PreferredWait == 0 {
		return DefaultPreferredWait
	}
	return max(q.PreferredWait, 0)
}

// queue is a queue in the state.
type queue struct {
	Queue
	lanes    [NumChannels]*lane // one for each channel that was ever seen here
	members  []*member          // agents who serve it
	items    []*item            // waiting or reserved, in no order
	held     []*item            // those of them who are reserved
	offered  int
	staff    [numStatuses]int
	estimate estimator
	staffing staffing
}

// lane returns the queue's lane for it, opening it for the first interaction on
// its channel, and letting agents stand there who have room only for so small a load.
func (q *queue) lane(it *item) *lane {
	l := q.lanes[it.channel]
	small := it.load > 0 && l != nil && it.load < l.least
	if l != nil && !small {
		return l
	}
	if l == nil {
		l = &lane{queue: q, channel: it.channel, buckets: map[bucketKey]*bucket{}, least: maxCapacity}
		q.lanes[it.channel] = l
	}
	if it.load > 0 {
		l.least = min(l.least, it.load)
	}
	for _, m := range q.members {
		m.stand(it.channel)
	}
	return l
}

func (q *queue) full() bool { return q.MaxWaiting > 0 && len(q.items) >= q.MaxWaiting }

func (q *queue) admit(it *item) {
	it.queue, it.index = q, len(q.items)
	q.items = append(q.items, it)
}

func (q *queue) dismiss(it *item) {
	last := len(q.items) - 1
	q.items[it.index] = q.items[last]
	q.items[it.index].index = it.index
	q.items[last] = nil
	q.items = q.items[:last]
}
