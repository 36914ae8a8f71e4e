package fact

import (
	"time"

	"github.com/zongler/zongler/internal/id"
)

// InteractionQueued says that an interaction entered a queue.
type InteractionQueued struct {
	Interaction  id.Interaction  `json:"interaction,omitzero"`
	Conversation id.Conversation `json:"conversation,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	Queue        id.Queue        `json:"queue,omitzero"`
	Visit        id.QueueVisit   `json:"visit,omitzero"`
	Channel      string          `json:"channel,omitzero"`
	Direction    string          `json:"direction,omitzero"`
	Priority     int             `json:"priority,omitzero"`
	ArrivedAt    time.Time       `json:"arrived_at,omitzero"`
	Cause        string          `json:"cause,omitzero"`

	Preferred      id.User   `json:"preferred,omitzero"` // is waited for until PreferredUntil
	PreferredUntil time.Time `json:"preferred_until,omitzero"`
	Required       []Need    `json:"required,omitzero"` // nil: what the queue requires
}

// Need is a skill with the least level that is needed.
type Need struct {
	Skill id.Skill `json:"skill"`
	Level int      `json:"level"`
}

// Kind returns "interaction.queued".
func (InteractionQueued) Kind() string { return "interaction.queued" }

// Subject returns the key by which these facts stay in order.
func (f InteractionQueued) Subject() int64 { return int64(f.Conversation) }

// OfferMade says that routing proposed an interaction to an agent.
type OfferMade struct {
	Offer        id.Offer        `json:"offer,omitzero"`
	Interaction  id.Interaction  `json:"interaction,omitzero"`
	Conversation id.Conversation `json:"conversation,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	Queue        id.Queue        `json:"queue,omitzero"`
	Visit        id.QueueVisit   `json:"visit,omitzero"`
	Agent        id.User         `json:"agent,omitzero"`
	Channel      string          `json:"channel,omitzero"`
	ExpiresAt    time.Time       `json:"expires_at,omitzero"`
}

// Kind returns "offer.made".
func (OfferMade) Kind() string { return "offer.made" }

// Subject returns the key by which these facts stay in order.
func (f OfferMade) Subject() int64 { return int64(f.Conversation) }

// OfferEnded says that an offer was accepted, declined, missed or withdrawn.
type OfferEnded struct {
	Offer        id.Offer        `json:"offer,omitzero"`
	Interaction  id.Interaction  `json:"interaction,omitzero"`
	Conversation id.Conversation `json:"conversation,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	Queue        id.Queue        `json:"queue,omitzero"`
	Agent        id.User         `json:"agent,omitzero"`
	Result       string          `json:"result,omitzero"`
	Reason       string          `json:"reason,omitzero"`
}

// Kind returns "offer.ended".
func (OfferEnded) Kind() string { return "offer.ended" }

// Subject returns the key by which these facts stay in order.
func (f OfferEnded) Subject() int64 { return int64(f.Conversation) }

// InteractionStarted says that an agent began to work on an interaction.
type InteractionStarted struct {
	Interaction  id.Interaction  `json:"interaction,omitzero"`
	Conversation id.Conversation `json:"conversation,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	Queue        id.Queue        `json:"queue,omitzero"`
	Visit        id.QueueVisit   `json:"visit,omitzero"`
	Segment      id.Segment      `json:"segment,omitzero"`
	Agent        id.User         `json:"agent,omitzero"`
	Channel      string          `json:"channel,omitzero"`
	How          string          `json:"how,omitzero"`
	WaitedUS     int64           `json:"waited_us,omitzero"`
}

// Kind returns "interaction.started".
func (InteractionStarted) Kind() string { return "interaction.started" }

// Subject returns the key by which these facts stay in order.
func (f InteractionStarted) Subject() int64 { return int64(f.Conversation) }

// InteractionParked says that an agent put an interaction aside.
type InteractionParked struct {
	Interaction  id.Interaction  `json:"interaction,omitzero"`
	Conversation id.Conversation `json:"conversation,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	Agent        id.User         `json:"agent,omitzero"`
	Until        time.Time       `json:"until,omitzero"`
}

// Kind returns "interaction.parked".
func (InteractionParked) Kind() string { return "interaction.parked" }

// Subject returns the key by which these facts stay in order.
func (f InteractionParked) Subject() int64 { return int64(f.Conversation) }

// InteractionResumed says that a parked interaction went on.
type InteractionResumed struct {
	Interaction  id.Interaction  `json:"interaction,omitzero"`
	Conversation id.Conversation `json:"conversation,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	Agent        id.User         `json:"agent,omitzero"`
}

// Kind returns "interaction.resumed".
func (InteractionResumed) Kind() string { return "interaction.resumed" }

// Subject returns the key by which these facts stay in order.
func (f InteractionResumed) Subject() int64 { return int64(f.Conversation) }

// InteractionLeftAgent says that an agent's share of an interaction ended without closing it.
type InteractionLeftAgent struct {
	Interaction  id.Interaction  `json:"interaction,omitzero"`
	Conversation id.Conversation `json:"conversation,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	Queue        id.Queue        `json:"queue,omitzero"`
	Segment      id.Segment      `json:"segment,omitzero"`
	Agent        id.User         `json:"agent,omitzero"`
	Cause        string          `json:"cause,omitzero"`
}

// Kind returns "interaction.left_agent".
func (InteractionLeftAgent) Kind() string { return "interaction.left_agent" }

// Subject returns the key by which these facts stay in order.
func (f InteractionLeftAgent) Subject() int64 { return int64(f.Conversation) }

// WrapUpStarted says that the talking ended and the after-work began.
type WrapUpStarted struct {
	Interaction  id.Interaction  `json:"interaction,omitzero"`
	Conversation id.Conversation `json:"conversation,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	Queue        id.Queue        `json:"queue,omitzero"`
	Segment      id.Segment      `json:"segment,omitzero"`
	Agent        id.User         `json:"agent,omitzero"`
}

// Kind returns "wrap_up.started".
func (WrapUpStarted) Kind() string { return "wrap_up.started" }

// Subject returns the key by which these facts stay in order.
func (f WrapUpStarted) Subject() int64 { return int64(f.Conversation) }

// InteractionClosed says that an interaction ended.
type InteractionClosed struct {
	Interaction  id.Interaction  `json:"interaction,omitzero"`
	Conversation id.Conversation `json:"conversation,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	Queue        id.Queue        `json:"queue,omitzero"`
	Visit        id.QueueVisit   `json:"visit,omitzero"`
	Segment      id.Segment      `json:"segment,omitzero"`
	Agent        id.User         `json:"agent,omitzero"`
	Channel      string          `json:"channel,omitzero"`
	Outcome      string          `json:"outcome,omitzero"`
	Disposition  id.Disposition  `json:"disposition,omitzero"`
	Shared       bool            `json:"shared,omitzero"` // it waited, and one answer to many settled it
}

// Kind returns "interaction.closed".
func (InteractionClosed) Kind() string { return "interaction.closed" }

// Subject returns the key by which these facts stay in order.
func (f InteractionClosed) Subject() int64 { return int64(f.Conversation) }
