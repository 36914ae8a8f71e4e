package delivery

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/htmltext"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/db"
)

// MaxClientID bounds the desk's name of a reply, in bytes.
const MaxClientID = 64

// Limits is what a channel can carry, and how.
type Limits struct {
	channel.Capabilities

	Direct   bool // customers read the conversation itself: nothing has to be called
	Attempts int  // how often a channel that is down is asked; 0: maxAttempts
}

// Outgoing is an answer on its way.
type Outgoing struct {
	Conversation conversation.Conversation
	Entry        conversation.Entry
	Target       conversation.Entry // which message an edit, a deletion or a reaction is about
	TargetParts  []string           // of a deletion: further names of that message
	Author       string             // the agent's name
	Quote        string             // what stands below it
}

// channel names the channel that brings an answer: the conversation's own, but for a letter that carries others.
func (o Outgoing) channel() string { return channelOf(o.Conversation, o.Entry) }

func channelOf(c conversation.Conversation, e conversation.Entry) string {
	if e.Code == Carried {
		return string(channel.Email)
	}
	return c.Channel
}

// Channels reach the customers.
type Channels interface {
	// Limits returns what a channel can carry, and whether there is such a channel.
	Limits(name string) (Limits, bool)
	// LimitsAt returns what can be carried where a conversation is held, and whether there is such a channel.
	LimitsAt(ctx context.Context, q db.Queryer, c conversation.Conversation) (Limits, bool, error)
	// Sender returns an entry point of ours from which the actor may write; NotFound if there is none.
	Sender(ctx context.Context, q db.Queryer, point id.EntryPoint) (Sender, error)
	// Templates returns what the provider of an entry point has approved. Its errors are for channel.Judge.
	Templates(ctx context.Context, point id.EntryPoint) ([]channel.Template, error)
	// Opening returns how somebody is written to first on a channel, and whether one may.
	Opening(name string) (channel.Opening, bool)
	// Send hands an answer to its channel. What an error means is for channel.Judge to say.
	Send(ctx context.Context, out Outgoing) (channel.Sent, error)
}

// Sender is an entry point of ours from which one may write.
type Sender struct {
	Brand   id.Brand
	Channel string
	Queue   id.Queue
}

// Conversations keeps what is written.
type Conversations interface {
	Visible(ctx context.Context, q db.Queryer, p actor.Permission, c id.Conversation) (conversation.Conversation, error)
	LockVisible(ctx context.Context, tx *db.Tx, p actor.Permission, c id.Conversation) (conversation.Conversation, error)
	Lock(ctx context.Context, tx *db.Tx, c id.Conversation) (conversation.Conversation, error)
	Find(ctx context.Context, q db.Queryer, c id.Conversation) (conversation.Conversation, error)
	FindByClient(ctx context.Context, q db.Queryer, c id.Conversation, clientID string) (conversation.Entry, bool, error)
	FindEntry(ctx context.Context, q db.Queryer, entry id.Entry) (conversation.Entry, error)
	FindSent(ctx context.Context, q db.Queryer, point id.EntryPoint, externalID string) (conversation.Entry, error)
	LastHeard(ctx context.Context, q db.Queryer, c id.Conversation) (conversation.Entry, bool, error)
	Page(ctx context.Context, q db.Queryer, c id.Conversation, w conversation.Window) ([]conversation.Entry, bool, error)
	AsTheyStand(ctx context.Context, q db.Queryer, entries []conversation.Entry) ([]conversation.Entry, error)
	FindNewer(ctx context.Context, q db.Queryer, c id.Conversation, seq int64) (conversation.Newer, error)
	Open(ctx context.Context, tx *db.Tx, t conversation.Thread) (conversation.Conversation, bool, error)
	Append(ctx context.Context, tx *db.Tx, c *conversation.Conversation, n conversation.NewEntry) (conversation.Entry, bool, error)
	MoveDelivery(ctx context.Context, tx *db.Tx, entry id.Entry, to conversation.Delivery, reason string) (bool, error)
	NameSent(ctx context.Context, tx *db.Tx, entry id.Entry, externalID string) error
	NameParts(ctx context.Context, tx *db.Tx, entry id.Entry, names ...string) error
	PartsOf(ctx context.Context, q db.Queryer, entry id.Entry) ([]string, error)
	Withdraw(ctx context.Context, tx *db.Tx, c *conversation.Conversation, entry id.Entry) (bool, error)
	Unsent(ctx context.Context, q db.Queryer, c id.Conversation) ([]id.Entry, error)
	StandingOf(ctx context.Context, q db.Queryer, e conversation.Entry) (conversation.Standing, error)
	ContinuePrivately(ctx context.Context, tx *db.Tx, answer conversation.Entry, t conversation.Thread, name string) (conversation.Continued, error)
	ChangesOf(ctx context.Context, q db.Queryer, entry id.Entry) ([]conversation.Entry, error)
	MarkRead(ctx context.Context, c id.Conversation, seq int64) error
	NotGone(ctx context.Context, q db.Queryer, c id.Conversation) ([]id.Entry, error)
	ClearReplyDraft(ctx context.Context, tx *db.Tx, c id.Conversation) error
}

// Files gives uploaded files to messages.
type Files interface {
	Attach(ctx context.Context, tx *db.Tx, u media.Use) ([]media.Attachment, error)
}

// Routing is told of answers.
type Routing interface {
	// MarkReplied stamps the first answer to an interaction.
	MarkReplied(ctx context.Context, tx *db.Tx, interaction id.Interaction) error
}

// People knows the names of users.
type People interface {
	Names(ctx context.Context, users []id.User) (map[id.User]string, error)
}

// Config is what a Service works with.
type Config struct {
	DB            *db.DB
	Conversations Conversations
	Files         Files
	Routing       Routing
	People        People
	Customers     Customers
	Matters       Matters
	Channels      Channels
	Beginning     Beginning
	Shelf         Shelf // nil: nobody minds answers that lie where customers read
	Words         Words // of letters that carry answers; nil: none are written
	Letters       Letters
	Copies        Copies
	Signs         *Signs   // nil: customers are shown none
	Outcomes      Outcomes // nil: nobody waits for what becomes of an answer
}

// Shelf looks after answers on channels that are Direct.
type Shelf interface {
	// Laid says that an answer was stored in a conversation, which is locked.
	Laid(ctx context.Context, tx *db.Tx, c conversation.Conversation) error
}

// Service delivers.
type Service struct {
	Config

	cleaner *htmltext.Cleaner // made once, for its rules are long
}

// New returns a Service.
func New(c Config) *Service { return &Service{c, htmltext.NewCleaner()} }

// ReplyInput is an answer to be sent.
type ReplyInput struct {
	Conversation id.Conversation
	Answers      id.Entry // which entry, where the channel has it; 0: the newest of the customer's
	Text         string
	HTML         string               // the same, formatted; where it is alone, the text is made of it
	Envelope     channel.Envelope     // where the channel has it
	Forward      channel.Forward      // the mail that stands below the text; its Entry is 0: none
	Template     *channel.TemplateUse // in place of everything that is written: text that the provider has approved; nil: none
	SendAt       time.Time            // zero: now, after the time in which it can be taken back
	Attachments  []id.Attachment
	ClientID     string // the desk's name of it: sent again, it is the same answer
	BasedOnSeq   int64  // the newest entry that the writer has seen
	Force        bool   // send although others have written since
}
