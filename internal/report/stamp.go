package report

import (
	"time"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/routing"
)

// Interval is the length of the rows that figures are made of. Every offset of
// a time zone in use is a multiple of it.
const Interval = 15 * time.Minute

// slot returns the beginning of the interval in which t lies.
func slot(t time.Time) time.Time { return t.UTC().Truncate(Interval) }

// visit is one stay in one queue, as stamped.
type visit struct {
	BrandID       id.Brand
	QueueID       id.Queue
	Channel       string
	EnteredAt     time.Time
	WaitingSince  time.Time
	TargetSeconds int64
	ShortSeconds  int64
	LeftAt        time.Time
	Outcome       routing.Outcome
}

// callback is the outcome of a visit that went on as a promise to call back.
const callback routing.Outcome = "callback"

// count adds one visit. What is still waiting is offered and no more.
func (v *Visits) count(s visit) {
	v.Offered++
	if s.LeftAt.IsZero() {
		return
	}
	wait := s.LeftAt.Sub(s.WaitingSince)
	inTime := wait <= time.Duration(s.TargetSeconds)*time.Second
	switch s.Outcome {
	case routing.Answered:
		v.Answered++
		v.AnsweredInTime += one(inTime)
		v.WaitAnsweredUS += wait.Microseconds()
		v.LongestUS = max(v.LongestUS, wait.Microseconds())
	case routing.Abandoned:
		v.Abandoned++
		v.AbandonedInTime += one(inTime)
		v.AbandonedShort += one(s.ShortSeconds > 0 && wait <= time.Duration(s.ShortSeconds)*time.Second)
		v.WaitAbandonedUS += wait.Microseconds()
		v.LongestUS = max(v.LongestUS, wait.Microseconds())
	case routing.Overflowed:
		v.Overflowed++
	case routing.Transferred:
		v.Transferred++
	case callback:
		v.Callback++
		v.CallbackInTime += one(inTime)
	default:
		v.Closed++
	}
}

// countWaiting adds what is known of a visit that waits at now.
func (v *Visits) countWaiting(s visit, now time.Time) {
	wait := now.Sub(s.WaitingSince)
	v.Late += one(wait > time.Duration(s.TargetSeconds)*time.Second)
	v.LongestUS = max(v.LongestUS, wait.Microseconds())
}

func one(is bool) int64 {
	if is {
		return 1
	}
	return 0
}

// offer is a proposal to an agent, as stamped.
type offer struct {
	BrandID id.Brand
	QueueID id.Queue
	AgentID id.User
	Channel string
	State   routing.Result
	MadeAt  time.Time
}

func (w *Work) countOffer(s offer) {
	w.Offers++
	switch s.State {
	case routing.Accepted:
		w.Accepted++
	case routing.Declined:
		w.Declined++
	case routing.Missed:
		w.Missed++
	case routing.Withdrawn:
		w.Withdrawn++
	case routing.Made:
	}
}

// segment is one agent's share of an interaction, as stamped.
type segment struct {
	ID             id.Segment
	ConversationID id.Conversation
	BrandID        id.Brand
	QueueID        id.Queue
	AgentID        id.User
	Channel        string
	How            routing.How
	StartedAt      time.Time
	TalkedAt       time.Time
	EndedAt        time.Time
	ParkedUS       int64
	ParkedAt       time.Time
	Cause          string
	ArrivedAt      time.Time // of the interaction
	RepliedAt      time.Time // of the interaction, if this share holds the first reply; else zero
}

// countSegment adds a share that has ended.
func (w *Work) countSegment(s segment) {
	w.Handled++
	w.TalkUS += s.TalkedAt.Sub(s.StartedAt).Microseconds() - s.ParkedUS
	w.WrapUpUS += s.EndedAt.Sub(s.TalkedAt).Microseconds()
	w.ParkedUS += s.ParkedUS
	if s.Cause == routing.CauseTransferred {
		w.TransfersOut++
		w.TransferUS += s.EndedAt.Sub(s.StartedAt).Microseconds()
	}
}

func (w *Work) countReply(s segment) {
	w.Replies++
	w.ReplyUS += s.RepliedAt.Sub(s.ArrivedAt).Microseconds()
}

// opinion is an answer of a survey.
type opinion struct {
	BrandID    id.Brand
	QueueID    id.Queue
	AgentID    id.User
	Channel    string
	Stars      int
	AnsweredAt time.Time
}

// presence is a stretch of one agent's state, as stamped.
type presence struct {
	UserID   id.User
	State    routing.Presence
	ReasonID id.AwayReason
	System   string
	Since    time.Time
	Until    time.Time // zero: it goes on
}

// pause is when an interaction was parked or taken up again.
type pause struct {
	Subject int64 // its conversation
	Kind    string
	At      time.Time
}
