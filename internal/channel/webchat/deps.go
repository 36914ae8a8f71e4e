package webchat

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/db"
)

// Deps is what a Server works with.
type Deps struct {
	DB            *db.DB
	EntryPoints   *channel.EntryPoints
	Sealer        channel.Sealer
	Conversations *conversation.Service
	Customers     *customer.Service
	Files         *media.Service
	Staff         Staff      // *account.Directory is one
	Texts         Catalogues // *i18n.Bundle is one
	Routing       Routing    // *routing.Service is one
	Line          Line       // *routing.Router is one
	Intake        Intake
	Queues        Queues
	Surveys       Surveys
	Desk          Desk
	Others        Others // nil: there are no other nodes
	Mails         Mails  // nil: no chat goes on by e-mail
	Cases         Cases
	BaseURL       string // how the world reaches us; empty: addresses begin with a slash
	// Return is for how long after its start a node waits for visitors to come back whom the end before has cut off.
	Return time.Duration
}

// Staff knows the people behind the keys of users.
type Staff interface {
	// Actor returns an active user.
	Actor(ctx context.Context, tenant id.Tenant, user id.User) (actor.Actor, error)
}

// Catalogues give the words of the catalogues.
type Catalogues interface {
	// Language returns the best of our languages for an Accept-Language header.
	Language(accept string) string
	// Text returns the text of key in a catalogue, filled with values.
	Text(lang, catalogue, key string, values map[string]any) string
}

// Routing is told what becomes of the visitor.
type Routing interface {
	// CustomerLeft is what to do when the customer ends the contact or is gone.
	CustomerLeft(ctx context.Context, tx *db.Tx, conversation id.Conversation) error
}

// Line knows who waits where.
type Line interface {
	// Position returns the place of a waiting interaction (1 is next) and how long it will likely wait (0: unknown).
	Position(ctx context.Context, interaction id.Interaction) (place int, wait time.Duration, waiting bool)
}

// Intake takes in what visitors write.
type Intake interface {
	// Receive stores a message of a visitor, once, and sees to it that somebody answers. It returns after the commit.
	Receive(ctx context.Context, m Inbound) (Stored, error)
}

// Inbound is a message of a visitor. The actor of the context is the visitor.
type Inbound struct {
	EntryPoint channel.EntryPoint
	From       channel.Party
	Thread     string // external key of the conversation
	ExternalID string // the message's name within the entry point
	ClientID   string // its name within the conversation
	Text       string
	Files      []id.Attachment
	Preferred  id.User // who has invited the visitor; 0: nobody
}

// Stored says where a message lies.
type Stored struct {
	Conversation id.Conversation
	Seq          int64
	At           time.Time
	Duplicate    bool
}

// Queues knows what the queues promise.
type Queues interface {
	// Outlook returns what somebody who comes to a queue of a brand now has to expect, in a language.
	Outlook(ctx context.Context, brand id.Brand, queue id.Queue, language string) (Outlook, error)
}

// Outlook is what somebody who comes now has to expect.
type Outlook struct {
	Open     bool      // somebody works now
	Next     time.Time // when Open changes; zero: never
	Full     bool      // no more may wait
	Wait     time.Duration
	Greeting string // what is said to who begins to wait; may be empty
	Away     string // what is said outside the hours; may be empty
}

// Surveys keeps what visitors thought of their contacts.
type Surveys interface {
	// Answer keeps an opinion.
	Answer(ctx context.Context, tx *db.Tx, o Opinion) error
	// Answered reports whether there is one about an interaction.
	Answered(ctx context.Context, q db.Queryer, interaction id.Interaction) (bool, error)
}

// Mails bring by e-mail what visitors have not seen.
type Mails interface {
	// Carry has the answers in p sent by e-mail. The conversation is locked.
	Carry(ctx context.Context, tx *db.Tx, c *conversation.Conversation, p Parcel) error
}

// Cases tie what belongs together.
type Cases interface {
	// Tie makes a conversation a part of a case that the actor may edit; NotFound if there is none.
	Tie(ctx context.Context, tx *db.Tx, c id.Case, to id.Conversation) error
}

// Parcel is a stretch of a chat that goes by e-mail.
type Parcel struct {
	From     id.EntryPoint // the mailbox
	To       string
	Language string
	First    int64 // seq of the first answer in it
	Last     int64
}

// Opinion is what a visitor thought of an interaction.
type Opinion struct {
	Conversation id.Conversation
	Interaction  id.Interaction
	Brand        id.Brand
	Queue        id.Queue
	Agent        id.User // who worked on it last
	Stars        int
	Comment      string
	AskedAt      time.Time
}

// Desk hears what is never stored, on all nodes; it may get lost.
type Desk interface {
	// VisitorTyping says that the visitor of a conversation began or stopped typing.
	VisitorTyping(ctx context.Context, t Typing)
}

// Typing is a mark that somebody types. It travels between nodes.
type Typing struct {
	Tenant       id.Tenant       `json:"tenant"`
	Brand        id.Brand        `json:"brand"`
	Conversation id.Conversation `json:"conversation"`
	Name         string          `json:"name,omitempty"` // of the visitor, if it is known
	On           bool            `json:"on,omitempty"`
}

// Others are the other nodes, which may have sockets of the same visitor. They may not hear it.
type Others interface {
	// Ended says that a token was ended.
	Ended(t EndedToken)
}

// EndedToken names a token that was ended. It travels between nodes.
type EndedToken struct {
	Tenant  id.Tenant `json:"tenant"`
	Visitor int64     `json:"visitor,string"`
	Hash    string    `json:"hash"` // from which nobody finds the token
}
