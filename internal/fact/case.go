package fact

import (
	"github.com/zongler/zongler/internal/id"
)

// CaseOpened says that a case was opened.
type CaseOpened struct {
	Case         id.Case         `json:"case,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	Customer     id.Customer     `json:"customer,omitzero"`
	Number       int64           `json:"number,omitzero"`
	Status       id.CaseStatus   `json:"status,omitzero"`
	Category     string          `json:"category,omitzero"`
	Priority     int             `json:"priority,omitzero"`
	Topic        string          `json:"topic,omitzero"`
	Conversation id.Conversation `json:"conversation,omitzero"`
	FollowUpOf   id.Case         `json:"follow_up_of,omitzero"`
}

// Kind returns "case.opened".
func (CaseOpened) Kind() string { return "case.opened" }

// Subject returns the key by which these facts stay in order.
func (f CaseOpened) Subject() int64 { return int64(f.Case) }

// CaseChanged says that details of a case changed: What names them.
type CaseChanged struct {
	Case     id.Case  `json:"case,omitzero"`
	Brand    id.Brand `json:"brand,omitzero"`
	What     []string `json:"what,omitzero"`
	Priority int      `json:"priority,omitzero"`
	Topic    string   `json:"topic,omitzero"`

	PriorityWas int    `json:"priority_was,omitzero"` // where What names it, as below
	TopicWas    string `json:"topic_was,omitzero"`

	Fields []FieldChange `json:"fields,omitempty"` // where What names them: the tenant's own that changed
}

// FieldChange says that a field of the tenant's own has another value. What people write is
// not told: only of a choice its keys, and of yes or no which.
type FieldChange struct {
	Key    string `json:"key"`
	Was    string `json:"was,omitempty"`
	Became string `json:"became,omitempty"`
}

// Kind returns "case.changed".
func (CaseChanged) Kind() string { return "case.changed" }

// Subject returns the key by which these facts stay in order.
func (f CaseChanged) Subject() int64 { return int64(f.Case) }

// CaseMoved says that a case has another status.
type CaseMoved struct {
	Case     id.Case       `json:"case,omitzero"`
	Brand    id.Brand      `json:"brand,omitzero"`
	Status   id.CaseStatus `json:"status,omitzero"`
	From     string        `json:"from,omitzero"`
	Category string        `json:"category,omitzero"`
	Reopened bool          `json:"reopened,omitzero"`

	StatusWas id.CaseStatus `json:"status_was,omitzero"`
}

// Kind returns "case.moved".
func (CaseMoved) Kind() string { return "case.moved" }

// Subject returns the key by which these facts stay in order.
func (f CaseMoved) Subject() int64 { return int64(f.Case) }

// CaseAssigned says that somebody else answers for a case.
type CaseAssigned struct {
	Case  id.Case  `json:"case,omitzero"`
	Brand id.Brand `json:"brand,omitzero"`
	Owner id.User  `json:"owner,omitzero"`
	Team  id.Team  `json:"team,omitzero"`

	OwnerWas id.User `json:"owner_was,omitzero"`
	TeamWas  id.Team `json:"team_was,omitzero"`
}

// Kind returns "case.assigned".
func (CaseAssigned) Kind() string { return "case.assigned" }

// Subject returns the key by which these facts stay in order.
func (f CaseAssigned) Subject() int64 { return int64(f.Case) }

// CaseLinked says that a case was tied to something.
type CaseLinked struct {
	Case         id.Case         `json:"case,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	Link         id.CaseLink     `json:"link,omitzero"`
	LinkKind     string          `json:"link_kind,omitzero"`
	Conversation id.Conversation `json:"conversation,omitzero"`
	Interaction  id.Interaction  `json:"interaction,omitzero"`
	Other        id.Case         `json:"other,omitzero"`
}

// Kind returns "case.linked".
func (CaseLinked) Kind() string { return "case.linked" }

// Subject returns the key by which these facts stay in order.
func (f CaseLinked) Subject() int64 { return int64(f.Case) }

// CaseUnlinked says that a tie of a case was taken away.
type CaseUnlinked struct {
	Case         id.Case         `json:"case,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	Link         id.CaseLink     `json:"link,omitzero"`
	LinkKind     string          `json:"link_kind,omitzero"`
	Conversation id.Conversation `json:"conversation,omitzero"`
	Interaction  id.Interaction  `json:"interaction,omitzero"`
	Other        id.Case         `json:"other,omitzero"`
}

// Kind returns "case.unlinked".
func (CaseUnlinked) Kind() string { return "case.unlinked" }

// Subject returns the key by which these facts stay in order.
func (f CaseUnlinked) Subject() int64 { return int64(f.Case) }

// CaseMerged says that a case goes on in another.
type CaseMerged struct {
	Case  id.Case  `json:"case,omitzero"`
	Brand id.Brand `json:"brand,omitzero"`
	Into  id.Case  `json:"into,omitzero"`
}

// Kind returns "case.merged".
func (CaseMerged) Kind() string { return "case.merged" }

// Subject returns the key by which these facts stay in order.
func (f CaseMerged) Subject() int64 { return int64(f.Case) }

// CaseUnmerged says that a merged case is one of its own again.
type CaseUnmerged struct {
	Case     id.Case  `json:"case,omitzero"`
	Brand    id.Brand `json:"brand,omitzero"`
	From     id.Case  `json:"from,omitzero"`
	Category string   `json:"category,omitzero"`
}

// Kind returns "case.unmerged".
func (CaseUnmerged) Kind() string { return "case.unmerged" }

// Subject returns the key by which these facts stay in order.
func (f CaseUnmerged) Subject() int64 { return int64(f.Case) }

// CaseNoted says that somebody wrote a note on a case.
type CaseNoted struct {
	Case  id.Case     `json:"case,omitzero"`
	Brand id.Brand    `json:"brand,omitzero"`
	Note  id.CaseNote `json:"note,omitzero"`
	User  id.User     `json:"user,omitzero"`
}

// Kind returns "case.noted".
func (CaseNoted) Kind() string { return "case.noted" }

// Subject returns the key by which these facts stay in order.
func (f CaseNoted) Subject() int64 { return int64(f.Case) }

// AnswerAllStarted says that one answer is being given to the customers of all parts of a case.
type AnswerAllStarted struct {
	Case   id.Case      `json:"case,omitzero"`
	Brand  id.Brand     `json:"brand,omitzero"`
	Answer id.AnswerAll `json:"answer,omitzero"`
	Total  int          `json:"total,omitzero"`
}

// Kind returns "answer_all.started".
func (AnswerAllStarted) Kind() string { return "answer_all.started" }

// Subject returns the key by which these facts stay in order.
func (f AnswerAllStarted) Subject() int64 { return int64(f.Case) }

// AnswerAllEnded says that an answer to all has been given, or was stopped.
type AnswerAllEnded struct {
	Case      id.Case      `json:"case,omitzero"`
	Brand     id.Brand     `json:"brand,omitzero"`
	Answer    id.AnswerAll `json:"answer,omitzero"`
	Cancelled bool         `json:"cancelled,omitzero"`
}

// Kind returns "answer_all.ended".
func (AnswerAllEnded) Kind() string { return "answer_all.ended" }

// Subject returns the key by which these facts stay in order.
func (f AnswerAllEnded) Subject() int64 { return int64(f.Case) }
