package intake

import (
	"context"
	"encoding/json"
	"time"

	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// Point is the entry point at which a message arrived, as its channel knows it.
type Point struct {
	ID       id.EntryPoint
	Brand    id.Brand
	Channel  string
	Queue    id.Queue
	Priority int
}

// Sender is who wrote, as the channel saw them.
type Sender struct {
	Provider   string
	Scope      string
	ExternalID string
	Name       string
	Email      string
	Phone      string
	Language   string
	Verified   bool
}

// Inbound is a message that a channel has received and verified.
type Inbound struct {
	Point      Point
	From       Sender
	Known      []Sender // who wrote by further ids that the provider vouches for
	Thread     string   // the channel's name of the thread
	Subject    string
	Kind       conversation.Kind // zero: a message
	ExternalID string            // the channel's name of the message
	ClientID   string            // the sender's name of the message
	Text       string
	HTML       string
	Data       json.RawMessage
	Target     id.Entry // of an edit, a deletion or a reaction
	Files      []id.Attachment
	OccurredAt time.Time // zero: now
	Quiet      bool      // a machine wrote it: it is kept and wakes nobody

	Public Standing // where everybody reads it; zero: it is private
	Parent id.Entry // to which it answers; 0: none in particular

	Customer id.Customer // whose the sender's address is, if it was never seen, because it was proven; 0: somebody new's

	Preferred id.User // who is to answer where nobody knows the customer of the thread yet; 0: nobody in particular

	// Settle is what the channel keeps of it in the same transaction, of what is repeated too; nil: nothing. It may be done twice.
	Settle func(ctx context.Context, tx *db.Tx, r Receipt) error
}

// Receipt says what became of a message.
type Receipt struct {
	Conversation id.Conversation
	Entry        id.Entry
	Seq          int64
	Kind         conversation.Kind
	Point        Point  // where it came in
	From         Sender // as the channel saw them
	Name         string // of the customer; empty: nobody knows it
	Customer     id.Customer
	ContactPoint id.ContactPoint
	Interaction  id.Interaction // that will answer it
	Started      bool           // the conversation is new
	Duplicate    bool           // it was there already; nothing happened
	At           time.Time      // when it was received
	Text         string         // what was written
	OccurredAt   time.Time      // by the channel's clock
	Public       Standing
}

// Standing is where something public stands.
type Standing struct {
	Post     id.Post // 0: it is private
	External string  // its name at the channel
	Known    bool    // what the post says is here
	Begins   bool    // the conversation begins with the post itself
	Missing  string  // external id of the entry that is answered, where it is not here
}

// Work is what routing has to know of a contact.
type Work struct {
	Conversation id.Conversation
	Brand        id.Brand
	Channel      string
	Queue        id.Queue
	Priority     int
	Preferred    id.User // who knows the customer; 0: nobody
	ArrivedAt    time.Time
}

// Routing puts work in front of agents. It shows the result on the conversation's row.
type Routing interface {
	// Hold locks the open interaction of a conversation until the commit, if there is one.
	Hold(ctx context.Context, tx *db.Tx, conversation id.Conversation) error
	// Enqueue makes an interaction of w wait for an agent.
	Enqueue(ctx context.Context, tx *db.Tx, w Work) (id.Interaction, error)
	// Resume brings the open interaction of a conversation, which is parked or in wrap-up, back to its agent.
	Resume(ctx context.Context, tx *db.Tx, conversation id.Conversation) error
}

// Customers finds out who wrote.
type Customers interface {
	// Resolve returns whose an address is; one never seen is somebody new.
	Resolve(ctx context.Context, tx *db.Tx, seen customer.Seen) (customer.Party, error)
	// ResolveKnown is Resolve for somebody who goes by further addresses, too: whoever has one of them is the customer.
	ResolveKnown(ctx context.Context, tx *db.Tx, seen customer.Seen, known []customer.Seen) (customer.Party, error)
	// Proven is Resolve for an address that was shown to be a customer's: one never seen becomes theirs.
	Proven(ctx context.Context, tx *db.Tx, c id.Customer, seen customer.Seen) (customer.Party, error)
}

// Conversations keeps what was written.
type Conversations interface {
	Open(ctx context.Context, tx *db.Tx, t conversation.Thread) (conversation.Conversation, bool, error)
	BeginWithPost(ctx context.Context, tx *db.Tx, post id.Post, c id.Conversation) error
	Append(ctx context.Context, tx *db.Tx, c *conversation.Conversation, n conversation.NewEntry) (conversation.Entry, bool, error)
	FindAppended(ctx context.Context, q db.Queryer, c *conversation.Conversation, n conversation.NewEntry) (conversation.Entry, bool, error)
}

// Files gives uploaded files to messages.
type Files interface {
	Attach(ctx context.Context, tx *db.Tx, u media.Use) ([]media.Attachment, error)
}

// Choirs hear what many say alike where everybody reads it.
type Choirs interface {
	// Hear takes in what a customer says with work that has just begun. It may end that work at once:
	// because it was answered, together with others, before it came.
	Hear(ctx context.Context, tx *db.Tx, r Receipt) error
}

// Next names the jobs that follow a message. They are stored in its transaction.
type Next func(Receipt) []job.Args

// Config is what a Service works with.
type Config struct {
	DB            *db.DB
	Customers     Customers
	Conversations Conversations
	Files         Files
	Routing       Routing
	Choirs        Choirs // may be nil
	Next          Next   // may be nil
}

// Service receives.
type Service struct{ Config }

// New returns a Service.
func New(c Config) *Service { return &Service{c} }

func (in *Inbound) check(op string) error {
	var wrong []errs.Field
	require := func(path string, there bool) {
		if !there {
			wrong = append(wrong, errs.Field{Path: path, Code: "required"})
		}
	}
	require("point", in.Point.ID != 0 && in.Point.Brand != 0 && in.Point.Channel != "")
	require("queue", in.Point.Queue != 0)
	require("from", in.From.Provider != "" && in.From.ExternalID != "")
	require("thread", in.Thread != "")
	require("external_id", in.ExternalID != "" || in.ClientID != "")
	if in.Kind == "" {
		in.Kind = conversation.Message
	}
	require("text", in.Kind != conversation.Message || in.Text != "" || in.HTML != "" || len(in.Files) > 0)
	return errs.Fields(op, wrong...)
}
