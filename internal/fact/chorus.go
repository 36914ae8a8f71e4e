package fact

import "github.com/zongler/zongler/internal/id"

// ChorusMoved says that a chorus has another voice, or lost one.
type ChorusMoved struct {
	Chorus       id.Chorus       `json:"chorus,omitzero"`
	Brand        id.Brand        `json:"brand,omitzero"`
	Conversation id.Conversation `json:"conversation,omitzero"`
	Apart        bool            `json:"apart,omitzero"` // somebody took it out
}

// Kind returns "chorus.moved".
func (ChorusMoved) Kind() string { return "chorus.moved" }

// Subject returns the key by which these facts stay in order.
func (f ChorusMoved) Subject() int64 { return int64(f.Chorus) }

// CommonAnswerMoved says that one answer to many came further on its way.
type CommonAnswerMoved struct {
	Answer  id.CommonAnswer `json:"answer,omitzero"`
	Chorus  id.Chorus       `json:"chorus,omitzero"`
	Brand   id.Brand        `json:"brand,omitzero"`
	State   string          `json:"state,omitzero"`
	Settled int             `json:"settled,omitzero"` // conversations, by now
}

// Kind returns "common_answer.moved".
func (CommonAnswerMoved) Kind() string { return "common_answer.moved" }

// Subject returns the key by which these facts stay in order.
func (f CommonAnswerMoved) Subject() int64 { return int64(f.Chorus) }
