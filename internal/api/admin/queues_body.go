package admin

import (
	"time"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/routing"
)

type needBody struct {
	SkillID id.Skill `json:"skill_id"`
	Level   int      `json:"level" minimum:"1" maximum:"10" doc:"The least level that is needed"`
}

type queueBody struct {
	ID                   id.Queue                     `json:"id"`
	BrandID              id.Brand                     `json:"brand_id"`
	Name                 string                       `json:"name"`
	Description          string                       `json:"description"`
	Priority             int                          `json:"priority" doc:"Higher goes first"`
	Required             []needBody                   `json:"required" doc:"Skills that its agents need"`
	TargetPercent        int                          `json:"target_percent" doc:"This share is to be answered within target_seconds"`
	TargetSeconds        int                          `json:"target_seconds"`
	ShortAbandonSeconds  int                          `json:"short_abandon_seconds" doc:"Who leaves sooner counts as a short abandon"`
	OfferSeconds         int                          `json:"offer_seconds" doc:"How long an offer stands; 0: as usual for the channel"`
	PreferredWaitSeconds int                          `json:"preferred_wait_seconds" doc:"How long the last agent is waited for; 0: not at all"`
	WrapUpSeconds        int                          `json:"wrap_up_seconds" doc:"0: no wrap-up"`
	DispositionRequired  bool                         `json:"disposition_required"`
	MaxWaiting           int                          `json:"max_waiting" doc:"Who arrives when so many wait overflows; without an overflow queue new chats are turned away, and all others wait on; 0: no limit"`
	MaxWaitSeconds       int                          `json:"max_wait_seconds" doc:"Who waits longer overflows, for which an overflow queue is needed; 0: no limit"`
	OverflowQueueID      id.Queue                     `json:"overflow_queue_id,omitzero"`
	PullAllowed          bool                         `json:"pull_allowed" doc:"Agents may take what waits by choice"`
	CalendarID           id.Calendar                  `json:"calendar_id,omitzero" doc:"Absent: the brand's"`
	Texts                map[string]map[string]string `json:"texts" doc:"Kind (greeting, away), then language, then text"`
	CreatedAt            time.Time                    `json:"created_at"`
	ArchivedAt           time.Time                    `json:"archived_at,omitzero"`
}

func queueOf(q routing.Queue) queueBody {
	body := queueBody{
		ID: q.ID, BrandID: q.BrandID, Name: q.Name, Description: q.Description, Priority: q.Priority, Required: []needBody{},
		TargetPercent: q.TargetPercent, TargetSeconds: q.TargetSeconds, ShortAbandonSeconds: q.ShortAbandonSeconds,
		OfferSeconds: q.OfferSeconds, PreferredWaitSeconds: q.PreferredWaitSeconds, WrapUpSeconds: q.WrapUpSeconds,
		DispositionRequired: q.DispositionRequired, MaxWaiting: q.MaxWaiting, MaxWaitSeconds: q.MaxWaitSeconds,
		OverflowQueueID: q.OverflowQueueID, PullAllowed: q.PullAllowed, CalendarID: q.CalendarID, Texts: q.Texts,
		CreatedAt: q.CreatedAt, ArchivedAt: q.ArchivedAt,
	}
	if body.Texts == nil {
		body.Texts = map[string]map[string]string{}
	}
	for _, r := range q.Required {
		body.Required = append(body.Required, needBody{SkillID: r.Skill, Level: r.Level})
	}
	return body
}

// QueuePatchBody sets what it names.
type QueuePatchBody struct {
	Name                 *string                       `json:"name,omitempty"`
	Description          *string                       `json:"description,omitempty"`
	Priority             *int                          `json:"priority,omitempty"`
	Required             *[]needBody                   `json:"required,omitempty"`
	TargetPercent        *int                          `json:"target_percent,omitempty"`
	TargetSeconds        *int                          `json:"target_seconds,omitempty"`
	ShortAbandonSeconds  *int                          `json:"short_abandon_seconds,omitempty"`
	OfferSeconds         *int                          `json:"offer_seconds,omitempty"`
	PreferredWaitSeconds *int                          `json:"preferred_wait_seconds,omitempty"`
	WrapUpSeconds        *int                          `json:"wrap_up_seconds,omitempty"`
	DispositionRequired  *bool                         `json:"disposition_required,omitempty"`
	MaxWaiting           *int                          `json:"max_waiting,omitempty"`
	MaxWaitSeconds       *int                          `json:"max_wait_seconds,omitempty"`
	OverflowQueueID      *id.Queue                     `json:"overflow_queue_id,omitempty" doc:"Empty: none"`
	PullAllowed          *bool                         `json:"pull_allowed,omitempty"`
	CalendarID           *id.Calendar                  `json:"calendar_id,omitempty" doc:"Empty: the brand's"`
	Texts                *map[string]map[string]string `json:"texts,omitempty"`
}

func (b QueuePatchBody) patch() routing.QueuePatch {
	p := routing.QueuePatch{
		Name: b.Name, Description: b.Description, Priority: b.Priority, TargetPercent: b.TargetPercent, TargetSeconds: b.TargetSeconds,
		ShortAbandonSeconds: b.ShortAbandonSeconds, OfferSeconds: b.OfferSeconds, PreferredWaitSeconds: b.PreferredWaitSeconds,
		WrapUpSeconds: b.WrapUpSeconds, DispositionRequired: b.DispositionRequired, MaxWaiting: b.MaxWaiting,
		MaxWaitSeconds: b.MaxWaitSeconds, OverflowQueueID: b.OverflowQueueID, PullAllowed: b.PullAllowed, CalendarID: b.CalendarID,
	}
	if b.Required != nil {
		needs := make([]routing.Requirement, len(*b.Required))
		for i, n := range *b.Required {
			needs[i] = routing.Requirement{Skill: n.SkillID, Level: n.Level}
		}
		p.Required = &needs
	}
	if b.Texts != nil {
		p.Texts = new(routing.QueueTexts(*b.Texts))
	}
	return p
}
