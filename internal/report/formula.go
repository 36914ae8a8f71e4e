package report

import "github.com/zongler/zongler/internal/survey"

// Ratio is a part of a whole. Without a whole there is no figure.
type Ratio struct{ Part, Whole int64 }

// Percent returns the part in per cent, and false without a whole.
func (r Ratio) Percent() (float64, bool) {
	if r.Whole <= 0 {
		return 0, false
	}
	return 100 * float64(r.Part) / float64(r.Whole), true
}

// Mean is a sum of microseconds over a number of things.
type Mean struct{ SumUS, N int64 }

// Seconds returns the mean, and false for no things.
func (m Mean) Seconds() (float64, bool) {
	if m.N <= 0 {
		return 0, false
	}
	return float64(m.SumUS) / float64(m.N) / 1e6, true
}

// Visits sums up visits to queues. The sum of parts is the sum of the whole;
// LongestUS is their maximum.
type Visits struct {
	Offered         int64
	Answered        int64
	AnsweredInTime  int64
	Abandoned       int64
	AbandonedInTime int64
	AbandonedShort  int64 // within the short-abandon time, which is independent of the target
	Overflowed      int64
	Transferred     int64
	Callback        int64
	CallbackInTime  int64
	Closed          int64 // ended by us while it waited
	WaitAnsweredUS  int64
	WaitAbandonedUS int64
	LongestUS       int64 // of answered, abandoned and, live, still waiting

	Late int64 // live: still waiting, beyond the target already
}

// Add adds the visits of another row.
func (v *Visits) Add(o Visits) {
	v.Offered += o.Offered
	v.Answered += o.Answered
	v.AnsweredInTime += o.AnsweredInTime
	v.Abandoned += o.Abandoned
	v.AbandonedInTime += o.AbandonedInTime
	v.AbandonedShort += o.AbandonedShort
	v.Overflowed += o.Overflowed
	v.Transferred += o.Transferred
	v.Callback += o.Callback
	v.CallbackInTime += o.CallbackInTime
	v.Closed += o.Closed
	v.WaitAnsweredUS += o.WaitAnsweredUS
	v.WaitAbandonedUS += o.WaitAbandonedUS
	v.LongestUS = max(v.LongestUS, o.LongestUS)
	v.Late += o.Late
}

// Open returns how many still wait.
func (v Visits) Open() int64 {
	return v.Offered - v.Answered - v.Abandoned - v.Overflowed - v.Transferred - v.Callback - v.Closed
}

// late is Late, kept within those who wait: the two may have been read a moment apart.
func (v Visits) late() int64 { return min(v.Late, max(v.Open(), 0)) }

// decided is how many visits have met or missed the target by now. Who waits
// within the target has done neither; who waits beyond it has missed it.
func (v Visits) decided() int64 { return v.Offered - v.Open() + v.late() }

// Variant is a definition of the service level, METRICS "Service level".
type Variant string

// Variants. Shown everywhere is SLE with SLB beside it.
const (
	SLA Variant = "sl_a" // early abandons are ignored
	SLB Variant = "sl_b" // early abandons count against us
	SLC Variant = "sl_c" // early abandons count for us
	SLD Variant = "sl_d" // only the answered count
	SLE Variant = "sl_e" // short abandons are left out
	SLF Variant = "sl_f" // as E, its parts can be switched
	SLG Variant = "sl_g" // leaving the queue in time is what counts
	SLH Variant = "sl_h" // as A, over answered and late abandons only
)

// Variants returns all of them, in the order in which they are shown.
func Variants() []Variant { return []Variant{SLA, SLB, SLC, SLD, SLE, SLF, SLG, SLH} }

// Parts switches the parts of the denominator of SLF.
type Parts struct {
	Abandons      bool // those beyond the short-abandon time
	ShortAbandons bool
	FlowOuts      bool // overflowed and transferred
}

// UsualParts is SLF as it is shown unless told otherwise.
func UsualParts() Parts { return Parts{Abandons: true, ShortAbandons: true} }

// ServiceLevel returns the service level of v by a variant.
func (v Visits) ServiceLevel(variant Variant) Ratio {
	late := v.late()
	switch variant {
	case SLA:
		return Ratio{v.AnsweredInTime, v.decided() - v.AbandonedInTime}
	case SLB:
		return Ratio{v.AnsweredInTime, v.decided()}
	case SLC:
		return Ratio{v.AnsweredInTime + v.AbandonedInTime, v.decided()}
	case SLD:
		return Ratio{v.AnsweredInTime, v.Answered}
	case SLE:
		return Ratio{v.AnsweredInTime, v.Answered + v.Abandoned - v.AbandonedShort + late}
	case SLF:
		return v.Switched(UsualParts())
	case SLG:
		return Ratio{v.AnsweredInTime + v.AbandonedInTime + v.CallbackInTime, v.decided()}
	case SLH:
		return Ratio{v.AnsweredInTime, v.Answered + v.Abandoned - v.AbandonedInTime + late}
	}
	return Ratio{}
}

func (v Visits) answeredLate() int64 { return v.Answered - v.AnsweredInTime }

// Switched returns SLF with the given parts in its denominator.
func (v Visits) Switched(p Parts) Ratio {
	r := Ratio{v.Answered - v.answeredLate(), v.Answered + v.late()}
	if p.Abandons {
		r.Whole += v.Abandoned - v.AbandonedShort
	}
	if p.ShortAbandons {
		r.Whole += v.AbandonedShort
	}
	if p.FlowOuts {
		r.Whole += v.Overflowed + v.Transferred
	}
	return r
}

// SpeedOfAnswer is the mean wait of the answered; the time an offer rang is part of it.
func (v Visits) SpeedOfAnswer() Mean { return Mean{v.WaitAnsweredUS, v.Answered} }

// AbandonRate is the share of the abandoned among the offered.
func (v Visits) AbandonRate() Ratio { return Ratio{v.Abandoned, v.Offered} }

// LongAbandonRate is AbandonRate without the short abandons.
func (v Visits) LongAbandonRate() Ratio {
	return Ratio{v.Abandoned - v.AbandonedShort, v.Offered - v.AbandonedShort}
}

// TimeToAbandon is the mean wait of the abandoned.
func (v Visits) TimeToAbandon() Mean { return Mean{v.WaitAbandonedUS, v.Abandoned} }

// Work sums up what agents did.
type Work struct {
	Offers       int64
	Accepted     int64
	Declined     int64
	Missed       int64
	Withdrawn    int64
	Handled      int64 // segments that ended
	TalkUS       int64 // hold included, parked time not
	WrapUpUS     int64
	ParkedUS     int64
	TransfersOut int64
	TransferUS   int64 // from the beginning of the segment to its transfer
	Replies      int64 // first replies
	ReplyUS      int64 // from the arrival to the first reply
	Answers      int64 // of surveys
	Stars        int64
	TopTwo       int64
}

// Add adds the work of another row.
func (w *Work) Add(o Work) {
	w.Offers += o.Offers
	w.Accepted += o.Accepted
	w.Declined += o.Declined
	w.Missed += o.Missed
	w.Withdrawn += o.Withdrawn
	w.Handled += o.Handled
	w.TalkUS += o.TalkUS
	w.WrapUpUS += o.WrapUpUS
	w.ParkedUS += o.ParkedUS
	w.TransfersOut += o.TransfersOut
	w.TransferUS += o.TransferUS
	w.Replies += o.Replies
	w.ReplyUS += o.ReplyUS
	w.Answers += o.Answers
	w.Stars += o.Stars
	w.TopTwo += o.TopTwo
}

// HandleTime is the mean of talk, hold and wrap-up. Parked time is not in it.
func (w Work) HandleTime() Mean { return Mean{w.TalkUS + w.WrapUpUS, w.Handled} }

// NonResponse is the share of missed offers among those that an agent could answer: not withdrawn, not standing.
func (w Work) NonResponse() Ratio { return Ratio{w.Missed, w.Accepted + w.Declined + w.Missed} }

// TransferRate is the share of what was handed on among the handled.
func (w Work) TransferRate() Ratio { return Ratio{w.TransfersOut, w.Handled} }

// TimeToTransfer is the mean time until an interaction was handed on.
func (w Work) TimeToTransfer() Mean { return Mean{w.TransferUS, w.TransfersOut} }

// FirstReply is the mean time from the arrival to the first reply, by the clock.
func (w Work) FirstReply() Mean { return Mean{w.ReplyUS, w.Replies} }

// Satisfaction is the share of the two best marks of five.
func (w Work) Satisfaction() Ratio { return Ratio{w.TopTwo, w.Answers} }

// MeanStars is the mean mark, and false without opinions.
func (w Work) MeanStars() (float64, bool) {
	return survey.Score{Answers: w.Answers, Stars: w.Stars, TopTwo: w.TopTwo}.Mean()
}

// Clock sums up the time of agents.
type Clock struct {
	AvailableUS int64
	AwayUS      int64
	ContactUS   int64 // with at least one interaction; wrap-up is contact, parked is not
	IdleUS      int64 // available without any
	ChatUS      int64 // sum over chats, wrap-up included
	ChatWallUS  int64 // with at least one chat
}

// Add adds the time of another row.
func (c *Clock) Add(o Clock) {
	c.AvailableUS += o.AvailableUS
	c.AwayUS += o.AwayUS
	c.ContactUS += o.ContactUS
	c.IdleUS += o.IdleUS
	c.ChatUS += o.ChatUS
	c.ChatWallUS += o.ChatWallUS
}

// Occupancy is the share of the time on contact in the time on contact or free for it.
func (c Clock) Occupancy() Ratio { return Ratio{c.ContactUS, c.ContactUS + c.IdleUS} }

// Concurrency is how many chats an agent had at a time while having any, and false without chats.
func (c Clock) Concurrency() (float64, bool) {
	if c.ChatWallUS <= 0 {
		return 0, false
	}
	return float64(c.ChatUS) / float64(c.ChatWallUS), true
}
