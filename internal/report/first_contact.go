package report

import (
	"time"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/routing"
)

// Days within which a customer's coming back on the same topic is a repeat.
const (
	DefaultRepeatDays = 7
	MaxRepeatDays     = 30
)

// contact is one interaction of a customer, as stamped.
type contact struct {
	ConversationID id.Conversation
	Channel        string
	Direction      string
	State          routing.State
	QueueID        id.Queue
	CaseID         id.Case // the first case of the conversation; 0: none
	Outcome        routing.Outcome
	DispositionID  id.Disposition
	Resolved       bool // the disposition says so
	ArrivedAt      time.Time
	ClosedAt       time.Time
	HandleUS       int64 // of its shares that have ended
}

// byCustomer reports whether the customer began it.
func (c contact) byCustomer() bool { return c.Direction == "in" }

// resolved reports whether c was closed and nothing says that the matter was not settled.
func (c contact) resolved() bool {
	settled := c.Outcome == routing.Answered || c.Outcome == routing.Settled
	return c.State == routing.Closed && settled && (c.DispositionID == 0 || c.Resolved)
}

// sameTopic reports whether two contacts are about one thing: one case, or else one queue.
func (c contact) sameTopic(o contact) bool {
	if c.CaseID != 0 && o.CaseID != 0 {
		return c.CaseID == o.CaseID
	}
	return c.QueueID == o.QueueID && c.QueueID != 0
}

// firstContactResolution is the share of resolved contacts after which the customer did
// not come back on the same topic, on any channel, within a time. What may still be
// repeated at now is not decided and left out. Contacts are ordered by their arrival.
func firstContactResolution(all []contact, within time.Duration, now time.Time) Ratio {
	var r Ratio
	for i, c := range all {
		if !c.resolved() || !c.byCustomer() {
			continue
		}
		until := c.ClosedAt.Add(within)
		switch {
		case repeated(c, all[i+1:], until):
			r.Whole++
		case !until.After(now):
			r.Part++
			r.Whole++
		}
	}
	return r
}

// repeated reports whether one of those that came later is about the same topic and came in time.
func repeated(c contact, later []contact, until time.Time) bool {
	for _, o := range later {
		if o.ArrivedAt.After(until) {
			return false
		}
		if o.byCustomer() && o.sameTopic(c) {
			return true
		}
	}
	return false
}

// resolvedByCode is the share of contacts whose outcome code says that the matter is settled, among those with a code.
func resolvedByCode(all []contact) Ratio {
	var r Ratio
	for _, c := range all {
		if c.DispositionID == 0 {
			continue
		}
		r.Whole++
		r.Part += one(c.Resolved)
	}
	return r
}
