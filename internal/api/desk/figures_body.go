package desk

import (
	"time"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/report"
)

// VisitFigures are the figures of visits to queues. What cannot be computed is left out.
type VisitFigures struct {
	Offered        int64              `json:"offered" doc:"Sum of the ways out below and of those who wait still"`
	Answered       int64              `json:"answered"`
	AnsweredInTime int64              `json:"answered_in_time"`
	Abandoned      int64              `json:"abandoned"`
	ShortAbandoned int64              `json:"short_abandoned"`
	Overflowed     int64              `json:"overflowed"`
	Transferred    int64              `json:"transferred" doc:"Handed on while waiting"`
	Callback       int64              `json:"callback"`
	Closed         int64              `json:"closed" doc:"Ended by us while waiting"`
	Open           int64              `json:"open" doc:"Waiting still"`
	Late           int64              `json:"late" doc:"Of the open ones: beyond the target already"`
	SL             map[string]float64 `json:"sl" doc:"Service level in per cent by variant, sl_a to sl_h"`
	ASA            *float64           `json:"asa_s,omitempty" doc:"Speed of answer in seconds, ringing included"`
	AbandonPercent *float64           `json:"abandon_percent,omitempty"`
	LongAbandon    *float64           `json:"long_abandon_percent,omitempty" doc:"Without short abandons"`
	TimeToAbandon  *float64           `json:"time_to_abandon_s,omitempty"`
	LongestWait    float64            `json:"longest_wait_s"`
}

// WorkFigures are the figures of what agents did.
type WorkFigures struct {
	Offers          int64    `json:"offers"`
	Accepted        int64    `json:"accepted"`
	Declined        int64    `json:"declined"`
	Missed          int64    `json:"missed"`
	Withdrawn       int64    `json:"withdrawn"`
	NonResponse     *float64 `json:"non_response_percent,omitempty" doc:"Missed, of the offers that could be answered"`
	Handled         int64    `json:"handled"`
	AHT             *float64 `json:"aht_s,omitempty" doc:"Talk, hold and wrap-up; parked time apart"`
	Talk            float64  `json:"talk_s"`
	WrapUp          float64  `json:"wrap_up_s"`
	Parked          float64  `json:"parked_s"`
	TransfersOut    int64    `json:"transfers_out"`
	TransferPercent *float64 `json:"transfer_percent,omitempty"`
	TimeToTransfer  *float64 `json:"time_to_transfer_s,omitempty"`
	Replies         int64    `json:"replies" doc:"First replies"`
	FirstReply      *float64 `json:"first_reply_s,omitempty"`
	Answers         int64    `json:"answers" doc:"Of surveys"`
	TopTwoPercent   *float64 `json:"top_two_percent,omitempty" doc:"Four and five stars"`
	Stars           *float64 `json:"stars_mean,omitempty"`
}

// TimeFigures are the figures of agents' time, by the clock on the wall.
type TimeFigures struct {
	Available   float64      `json:"available_s"`
	Away        float64      `json:"away_s"`
	Contact     float64      `json:"contact_s" doc:"With at least one interaction"`
	Idle        float64      `json:"idle_s" doc:"Available without any"`
	Occupancy   *float64     `json:"occupancy_percent,omitempty"`
	Concurrency *float64     `json:"concurrency,omitempty" doc:"Chats at a time, while there were any"`
	Reasons     []AwayFigure `json:"away,omitempty" doc:"By agent only, the longest first"`
}

// AwayFigure is time away for one reason.
type AwayFigure struct {
	ReasonID id.AwayReason `json:"reason_id,omitzero"`
	Name     string        `json:"name,omitempty"`
	System   string        `json:"system,omitempty" doc:"Why the system set it: missed_offer"`
	Seconds  float64       `json:"seconds"`
}

// FigureRow is the figures of one queue, agent, day or interval.
type FigureRow struct {
	Name   string        `json:"name,omitempty"`
	Visits *VisitFigures `json:"visits,omitempty" doc:"Left out where visits do not apply: they belong to no agent"`
	Work   *WorkFigures  `json:"work,omitempty"`
	Time   *TimeFigures  `json:"time,omitempty" doc:"Left out where time does not apply: it belongs to no queue and no brand"`
	Drill  DrillParams   `json:"drill" doc:"Parameters with which figures/interactions lists what was counted"`
}

// DrillParams name the row in a question for the interactions behind it.
type DrillParams struct {
	Queue id.Queue  `json:"queue,omitzero"`
	Brand id.Brand  `json:"brand,omitzero"`
	Agent id.User   `json:"agent,omitzero"`
	From  time.Time `json:"from"`
	To    time.Time `json:"to" doc:"Not included"`
}

// Definition says where a figure is defined.
type Definition struct {
	Figure string `json:"figure"`
	Anchor string `json:"anchor" doc:"Of the page about figures"`
}

func figureRow(r report.Row, brand id.Brand) FigureRow {
	row := FigureRow{Name: r.Name, Drill: DrillParams{Queue: r.Queue, Brand: brand, Agent: r.Agent, From: r.From, To: r.To}}
	if r.Visits != nil {
		row.Visits = new(visitFigures(*r.Visits))
	}
	if r.Work != nil {
		row.Work = new(workFigures(*r.Work))
	}
	if r.Clock != nil {
		row.Time = new(timeFigures(*r.Clock, r.Away))
	}
	return row
}

func visitFigures(v report.Visits) VisitFigures {
	sl := map[string]float64{}
	for _, variant := range report.Variants() {
		if p, ok := v.ServiceLevel(variant).Percent(); ok {
			sl[string(variant)] = p
		}
	}
	return VisitFigures{
		Offered: v.Offered, Answered: v.Answered, AnsweredInTime: v.AnsweredInTime, Abandoned: v.Abandoned, ShortAbandoned: v.AbandonedShort,
		Overflowed: v.Overflowed, Transferred: v.Transferred, Callback: v.Callback, Closed: v.Closed, Open: v.Open(), Late: v.Late,
		SL: sl, ASA: known(v.SpeedOfAnswer().Seconds()), AbandonPercent: known(v.AbandonRate().Percent()),
		LongAbandon: known(v.LongAbandonRate().Percent()), TimeToAbandon: known(v.TimeToAbandon().Seconds()), LongestWait: seconds(v.LongestUS),
	}
}

func workFigures(w report.Work) WorkFigures {
	return WorkFigures{
		Offers: w.Offers, Accepted: w.Accepted, Declined: w.Declined, Missed: w.Missed, Withdrawn: w.Withdrawn,
		NonResponse: known(w.NonResponse().Percent()), Handled: w.Handled, AHT: known(w.HandleTime().Seconds()),
		Talk: seconds(w.TalkUS), WrapUp: seconds(w.WrapUpUS), Parked: seconds(w.ParkedUS),
		TransfersOut: w.TransfersOut, TransferPercent: known(w.TransferRate().Percent()), TimeToTransfer: known(w.TimeToTransfer().Seconds()),
		Replies: w.Replies, FirstReply: known(w.FirstReply().Seconds()),
		Answers: w.Answers, TopTwoPercent: known(w.Satisfaction().Percent()), Stars: known(w.MeanStars()),
	}
}

func timeFigures(c report.Clock, away []report.Away) TimeFigures {
	f := TimeFigures{
		Available: seconds(c.AvailableUS), Away: seconds(c.AwayUS), Contact: seconds(c.ContactUS), Idle: seconds(c.IdleUS),
		Occupancy: known(c.Occupancy().Percent()), Concurrency: known(c.Concurrency()),
	}
	for _, a := range away {
		f.Reasons = append(f.Reasons, AwayFigure{ReasonID: a.ReasonID, Name: a.Reason, System: a.System, Seconds: seconds(a.US)})
	}
	return f
}

// known returns a figure, or nil where there is none.
func known(value float64, ok bool) *float64 {
	if !ok {
		return nil
	}
	return &value
}

func seconds(us int64) float64 { return float64(us) / 1e6 }

// DrilledRow is one thing that was counted.
type DrilledRow struct {
	InteractionID  id.Interaction  `json:"interaction_id"`
	ConversationID id.Conversation `json:"conversation_id"`
	Channel        string          `json:"channel"`
	Queue          *QueueRef       `json:"queue,omitempty"`
	Agent          *UserRef        `json:"agent,omitempty"`
	Customer       string          `json:"customer,omitempty" doc:"Initials for those who may not read names"`
	At             time.Time       `json:"at" doc:"By which it was counted"`
	EndedAt        time.Time       `json:"ended_at,omitzero"`
	Took           float64         `json:"took_s,omitempty" doc:"Wait, handle time or time to the first reply"`
	Result         string          `json:"result,omitempty"`
	Stars          int             `json:"stars,omitempty"`
}

func drilledRow(d report.Drilled) DrilledRow {
	row := DrilledRow{
		InteractionID: d.InteractionID, ConversationID: d.ConversationID, Channel: d.Channel, Customer: d.Customer,
		At: d.At, EndedAt: d.EndedAt, Took: seconds(d.TookUS), Result: d.Result, Stars: d.Stars,
	}
	if !d.QueueID.IsZero() {
		row.Queue = &QueueRef{d.QueueID, d.QueueName}
	}
	if !d.AgentID.IsZero() {
		row.Agent = &UserRef{d.AgentID, d.AgentName}
	}
	return row
}
