package desk

import (
	"time"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/routing"
)

// InteractionBody is an interaction as it travels.
type InteractionBody struct {
	ID             id.Interaction  `json:"id"`
	ConversationID id.Conversation `json:"conversation_id"`
	BrandID        id.Brand        `json:"brand_id"`
	Channel        string          `json:"channel"`
	Direction      string          `json:"direction" enum:"in,out"`
	State          string          `json:"state" enum:"new,queued,offered,active,parked,wrap_up,closed"`
	QueueID        id.Queue        `json:"queue_id,omitzero"`
	AgentID        id.User         `json:"agent_id,omitzero" doc:"Who has it, or had it last"`
	Priority       int             `json:"priority"`
	ArrivedAt      time.Time       `json:"arrived_at" doc:"The original arrival, which never changes"`
	DueAt          time.Time       `json:"due_at,omitzero" doc:"When the first answer is promised"`
	AnsweredAt     time.Time       `json:"answered_at,omitzero"`
	RepliedAt      time.Time       `json:"replied_at,omitzero"`
	EndedAt        time.Time       `json:"ended_at,omitzero"`
	ParkedUntil    time.Time       `json:"parked_until,omitzero"`
	ClosedAt       time.Time       `json:"closed_at,omitzero"`
	Outcome        string          `json:"outcome,omitempty"`
	DispositionID  id.Disposition  `json:"disposition_id,omitzero"`
}

func interactionOf(it routing.Interaction) InteractionBody {
	return InteractionBody{
		ID: it.ID, ConversationID: it.ConversationID, BrandID: it.BrandID, Channel: it.Channel, Direction: it.Direction,
		State: string(it.State), QueueID: it.QueueID, AgentID: it.AgentID, Priority: it.Priority, ArrivedAt: it.ArrivedAt,
		DueAt: it.DueAt, AnsweredAt: it.AnsweredAt, RepliedAt: it.RepliedAt, EndedAt: it.EndedAt, ParkedUntil: it.ParkedUntil,
		ClosedAt: it.ClosedAt, Outcome: string(it.Outcome), DispositionID: it.DispositionID,
	}
}

type visitBody struct {
	Queue         QueueRef  `json:"queue"`
	Cause         string    `json:"cause" doc:"arrival, transfer, overflow, lost"`
	EnteredAt     time.Time `json:"entered_at"`
	TargetSeconds int       `json:"target_seconds" doc:"As promised at that time"`
	AnsweredAt    time.Time `json:"answered_at,omitzero"`
	LeftAt        time.Time `json:"left_at,omitzero"`
	Outcome       string    `json:"outcome,omitempty"`
	Agent         *UserRef  `json:"agent,omitempty"`
	Offers        int       `json:"offers"`
}

type offerBody struct {
	ID        id.Offer       `json:"id"`
	Queue     QueueRef       `json:"queue"`
	Agent     *UserRef       `json:"agent"`
	State     string         `json:"state" enum:"made,accepted,declined,missed,withdrawn"`
	Reason    string         `json:"reason,omitempty"`
	Why       map[string]any `json:"why" doc:"What the decision saw: why this agent, why this interaction"`
	MadeAt    time.Time      `json:"made_at"`
	ExpiresAt time.Time      `json:"expires_at"`
	EndedAt   time.Time      `json:"ended_at,omitzero"`
}

type segmentBody struct {
	Queue         QueueRef       `json:"queue"`
	Agent         *UserRef       `json:"agent"`
	How           string         `json:"how" enum:"offer,pull,takeover,outbound"`
	StartedAt     time.Time      `json:"started_at"`
	TalkedAt      time.Time      `json:"talked_at,omitzero" doc:"When the talking ended and wrap-up began"`
	EndedAt       time.Time      `json:"ended_at,omitzero"`
	ParkedSeconds float64        `json:"parked_seconds" doc:"Put aside in between; the present stretch is not in it"`
	ParkedAt      time.Time      `json:"parked_at,omitzero"`
	Cause         string         `json:"cause,omitempty" doc:"Why it ended: closed, transferred, taken_over, lost"`
	DispositionID id.Disposition `json:"disposition_id,omitzero"`
}

type detailBody struct {
	InteractionBody

	Visits   []visitBody   `json:"visits"`
	Offers   []offerBody   `json:"offers"`
	Segments []segmentBody `json:"segments"`
}

// agentsOf returns everybody whom d names.
func agentsOf(d routing.Detail) []id.User {
	var agents []id.User
	for _, v := range d.Visits {
		agents = append(agents, v.AgentID)
	}
	for _, o := range d.Offers {
		agents = append(agents, o.AgentID)
	}
	for _, s := range d.Segments {
		agents = append(agents, s.AgentID)
	}
	return agents
}

func detailOf(d routing.Detail, names map[id.User]string) detailBody {
	body := detailBody{
		InteractionBody: interactionOf(d.Interaction),
		Visits:          []visitBody{}, Offers: []offerBody{}, Segments: []segmentBody{},
	}
	queue := func(key id.Queue) QueueRef { return QueueRef{ID: key, Name: d.Queues[key]} }
	for _, v := range d.Visits {
		body.Visits = append(body.Visits, visitBody{
			Queue: queue(v.QueueID), Cause: v.Cause, EnteredAt: v.EnteredAt, TargetSeconds: v.TargetSeconds, AnsweredAt: v.AnsweredAt,
			LeftAt: v.LeftAt, Outcome: string(v.Outcome), Agent: refTo(v.AgentID, names), Offers: v.Offers,
		})
	}
	for _, o := range d.Offers {
		body.Offers = append(body.Offers, offerBody{
			ID: o.ID, Queue: queue(o.QueueID), Agent: refTo(o.AgentID, names), State: string(o.State), Reason: o.Reason, Why: o.Why,
			MadeAt: o.MadeAt, ExpiresAt: o.ExpiresAt, EndedAt: o.EndedAt,
		})
	}
	for _, s := range d.Segments {
		body.Segments = append(body.Segments, segmentBody{
			Queue: queue(s.QueueID), Agent: refTo(s.AgentID, names), How: string(s.How), StartedAt: s.StartedAt, TalkedAt: s.TalkedAt,
			EndedAt: s.EndedAt, ParkedSeconds: float64(s.ParkedUS) / 1e6, ParkedAt: s.ParkedAt, Cause: s.Cause, DispositionID: s.DispositionID,
		})
	}
	return body
}
