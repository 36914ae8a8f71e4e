package fact

import (
	"github.com/zongler/zongler/internal/id"
)

// ConversationStarted says that a thread began.
type ConversationStarted struct {
	Conversation id.Conversation `json:"conversation,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	EntryPoint   id.EntryPoint   `json:"entry_point,omitzero"`
	Customer     id.Customer     `json:"customer,omitzero"`
	Channel      string          `json:"channel,omitzero"`
}

// Kind returns "conversation.started".
func (ConversationStarted) Kind() string { return "conversation.started" }

// Subject returns the key by which these facts stay in order.
func (f ConversationStarted) Subject() int64 { return int64(f.Conversation) }

// EntryAdded says that an entry was appended to a conversation.
type EntryAdded struct {
	Conversation id.Conversation `json:"conversation,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	Entry        id.Entry        `json:"entry,omitzero"`
	Seq          int64           `json:"seq,omitzero"`
	EntryKind    string          `json:"entry_kind,omitzero"`
	Author       string          `json:"author,omitzero"`
	User         id.User         `json:"user,omitzero"`
	Internal     bool            `json:"internal,omitzero"`
	Quiet        bool            `json:"quiet,omitzero"` // a machine wrote it: nobody waits for an answer
}

// Kind returns "entry.added".
func (EntryAdded) Kind() string { return "entry.added" }

// Subject returns the key by which these facts stay in order.
func (f EntryAdded) Subject() int64 { return int64(f.Conversation) }

// DeliveryMoved says that an outgoing entry moved forward on its way.
type DeliveryMoved struct {
	Conversation id.Conversation `json:"conversation,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	Entry        id.Entry        `json:"entry,omitzero"`
	Seq          int64           `json:"seq,omitzero"`
	State        string          `json:"state,omitzero"`
	Reason       string          `json:"reason,omitzero"`
}

// Kind returns "delivery.moved".
func (DeliveryMoved) Kind() string { return "delivery.moved" }

// Subject returns the key by which these facts stay in order.
func (f DeliveryMoved) Subject() int64 { return int64(f.Conversation) }

// ReadMoved says that somebody has read a conversation up to an entry, or wants to read again what is behind it.
type ReadMoved struct {
	Conversation id.Conversation `json:"conversation,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	By           string          `json:"by,omitzero"`
	User         id.User         `json:"user,omitzero"`
	Seq          int64           `json:"seq,omitzero"`
}

// Kind returns "read.moved".
func (ReadMoved) Kind() string { return "read.moved" }

// Subject returns the key by which these facts stay in order.
func (f ReadMoved) Subject() int64 { return int64(f.Conversation) }

// ConversationChanged says that subject, tags, customer or snooze of a conversation changed.
type ConversationChanged struct {
	Conversation id.Conversation `json:"conversation,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	What         string          `json:"what,omitzero"`
}

// Kind returns "conversation.changed".
func (ConversationChanged) Kind() string { return "conversation.changed" }

// Subject returns the key by which these facts stay in order.
func (f ConversationChanged) Subject() int64 { return int64(f.Conversation) }

// UserMentioned says that a note named a colleague.
type UserMentioned struct {
	Conversation id.Conversation `json:"conversation,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	Entry        id.Entry        `json:"entry,omitzero"`
	User         id.User         `json:"user,omitzero"`
}

// Kind returns "user.mentioned".
func (UserMentioned) Kind() string { return "user.mentioned" }

// Subject returns the key by which these facts stay in order.
func (f UserMentioned) Subject() int64 { return int64(f.Conversation) }

// SurveyAnswered says that a customer judged an interaction.
type SurveyAnswered struct {
	Conversation id.Conversation `json:"conversation,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	Interaction  id.Interaction  `json:"interaction,omitzero"`
	Queue        id.Queue        `json:"queue,omitzero"`
	Agent        id.User         `json:"agent,omitzero"`
	Survey       id.Survey       `json:"survey,omitzero"`
	Stars        int             `json:"stars,omitzero"`
}

// Kind returns "survey.answered".
func (SurveyAnswered) Kind() string { return "survey.answered" }

// Subject returns the key by which these facts stay in order.
func (f SurveyAnswered) Subject() int64 { return int64(f.Conversation) }

// UserTold says that a rule, or a colleague by a macro, wants a user to look at a conversation or a case, or that an article's time is up.
type UserTold struct {
	User         id.User         `json:"user,omitzero"`
	Conversation id.Conversation `json:"conversation,omitzero"`
	Case         id.Case         `json:"case,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	Article      id.Article      `json:"article,omitzero"`
}

// Kind returns "user.told".
func (UserTold) Kind() string { return "user.told" }

// Subject returns the key by which these facts stay in order.
func (f UserTold) Subject() int64 { return max(int64(f.Conversation), int64(f.Case), int64(f.Article)) }
