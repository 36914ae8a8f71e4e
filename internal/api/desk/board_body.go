package desk

import (
	"slices"
	"time"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/report"
	"github.com/zongler/zongler/internal/routing"
)

// BoardToday is the figures of today beside a queue's or the whole board's state.
type BoardToday struct {
	Offered        int64    `json:"offered"`
	Answered       int64    `json:"answered"`
	Abandoned      int64    `json:"abandoned"`
	ShortAbandoned int64    `json:"short_abandoned"`
	Open           int64    `json:"open" doc:"Waiting still"`
	Late           int64    `json:"late" doc:"Of the open ones: beyond the target already"`
	SLE            *float64 `json:"sl_e,omitempty" doc:"Service level in per cent, short abandons left out"`
	SLB            *float64 `json:"sl_b,omitempty" doc:"Service level in per cent, all abandons counted"`
	TargetPercent  float64  `json:"target_percent"`
	TargetSeconds  int64    `json:"target_seconds,omitempty"`
	ASA            *float64 `json:"asa_s,omitempty"`
	LongestWait    float64  `json:"longest_wait_s"`
	Handled        int64    `json:"handled" doc:"Shares of work that ended; with aht_s it sums up several queues"`
	AHT            *float64 `json:"aht_s,omitempty"`
	Answers        int64    `json:"answers" doc:"Of surveys"`
	TopTwoPercent  *float64 `json:"top_two_percent,omitempty" doc:"Four and five stars"`
}

// BoardQueue is a queue on the board, in the answer and in the live frame "queue".
type BoardQueue struct {
	ID           id.Queue   `json:"id"`
	Name         string     `json:"name"`
	BrandID      id.Brand   `json:"brand_id"`
	Waiting      int        `json:"waiting"`
	LongestSince time.Time  `json:"longest_since,omitzero" doc:"Arrival of who waits longest; absent when nobody waits"`
	OfferedNow   int        `json:"offered_now"`
	Active       int        `json:"active"`
	Free         int        `json:"agents_free"`
	Busy         int        `json:"agents_busy"`
	WrapUp       int        `json:"agents_wrap_up"`
	Away         int        `json:"agents_away"`
	Today        BoardToday `json:"today"`
	Agents       []id.User  `json:"agents"`
}

// BoardAgent is an agent on the board, in the answer and in the live frame "agent".
type BoardAgent struct {
	ID       id.User         `json:"id"`
	Name     string          `json:"name"`
	TeamIDs  []id.Team       `json:"team_ids"`
	Presence string          `json:"presence" enum:"offline,available,away"`
	Next     string          `json:"next,omitempty" enum:"offline,available,away" doc:"What begins when the present work ends"`
	ReasonID id.AwayReason   `json:"reason_id,omitzero"`
	Reason   string          `json:"reason,omitempty" doc:"Name of the reason"`
	System   string          `json:"system,omitempty" doc:"Why the system set it: missed_offer, lost"`
	Since    time.Time       `json:"since,omitzero"`
	Activity string          `json:"activity" enum:"offline,available,away,offered,busy,wrap_up"`
	Load     int             `json:"load" doc:"Of capacity"`
	Capacity int             `json:"capacity"`
	Channels map[string]bool `json:"channels"`
	Queues   []BoardServes   `json:"queues"`
	Skills   []BoardSkill    `json:"skills"`
	Work     []BoardWork     `json:"work"`
}

// BoardServes is an agent's membership of a queue.
type BoardServes struct {
	ID      id.Queue `json:"id"`
	Enabled bool     `json:"enabled"`
}

// BoardSkill is a skill that an agent has.
type BoardSkill struct {
	ID    id.Skill `json:"id"`
	Name  string   `json:"name"`
	Level int      `json:"level"`
}

// BoardWork is an interaction that an agent has or is offered.
type BoardWork struct {
	InteractionID  id.Interaction  `json:"interaction_id"`
	ConversationID id.Conversation `json:"conversation_id"`
	QueueID        id.Queue        `json:"queue_id,omitzero"`
	Channel        string          `json:"channel"`
	State          string          `json:"state" enum:"offered,active,parked,wrap_up"`
	Customer       string          `json:"customer,omitempty" doc:"Initials for those who may not read names"`
	Since          time.Time       `json:"since,omitzero"`
}

func boardToday(v report.Visits, w report.Work, percent float64, seconds int64) BoardToday {
	return BoardToday{
		Offered: v.Offered, Answered: v.Answered, Abandoned: v.Abandoned, ShortAbandoned: v.AbandonedShort, Open: v.Open(), Late: v.Late,
		SLE: known(v.ServiceLevel(report.SLE).Percent()), SLB: known(v.ServiceLevel(report.SLB).Percent()),
		TargetPercent: percent, TargetSeconds: seconds, ASA: known(v.SpeedOfAnswer().Seconds()), LongestWait: float64(v.LongestUS) / 1e6,
		Handled: w.Handled, AHT: known(w.HandleTime().Seconds()), Answers: w.Answers, TopTwoPercent: known(w.Satisfaction().Percent()),
	}
}

// BoardQueueOf returns a queue of the board as it travels.
func BoardQueueOf(q report.QueueState) BoardQueue {
	return BoardQueue{
		ID: q.ID, Name: q.Name, BrandID: q.BrandID, Waiting: q.Waiting, LongestSince: q.Longest, OfferedNow: q.Offered, Active: q.Active,
		Free: q.Staff.Free, Busy: q.Staff.Busy, WrapUp: q.Staff.WrapUp, Away: q.Staff.Away,
		Today:  boardToday(q.Visits, q.Work, float64(q.TargetPercent), q.TargetSeconds),
		Agents: append([]id.User{}, q.Agents...),
	}
}

// BoardAgentOf returns an agent of the board as it travels.
func BoardAgentOf(a report.AgentState) BoardAgent {
	out := BoardAgent{
		ID: a.UserID, Name: a.Name, TeamIDs: append([]id.Team{}, a.Teams...), Presence: string(a.State), Next: string(a.NextState),
		ReasonID: a.ReasonID, Reason: a.Reason, System: a.System, Since: a.Since, Activity: string(a.Activity), Load: a.Load, Capacity: a.Capacity,
		Channels: map[string]bool{}, Queues: []BoardServes{}, Skills: []BoardSkill{}, Work: []BoardWork{},
	}
	for _, class := range routing.Classes() {
		out.Channels[class] = slices.Contains(a.Channels, class)
	}
	for _, q := range a.Queues {
		out.Queues = append(out.Queues, BoardServes{q.QueueID, q.Enabled})
	}
	for _, s := range a.Skills {
		out.Skills = append(out.Skills, BoardSkill{s.SkillID, s.Name, s.Level})
	}
	for _, w := range a.Work {
		out.Work = append(out.Work, BoardWork{
			InteractionID: w.InteractionID, ConversationID: w.ConversationID, QueueID: w.QueueID, Channel: w.Channel,
			State: string(w.State), Customer: w.Customer, Since: w.Since,
		})
	}
	return out
}
