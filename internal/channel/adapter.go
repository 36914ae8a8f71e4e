package channel

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Name names a channel; it is stored and never changes.
type Name string

// Channels, in the order in which they are shown.
const (
	Webchat   Name = "webchat"
	Email     Name = "email"
	Messenger Name = "messenger"
	Facebook  Name = "facebook" // what everybody reads on a page
	Instagram Name = "instagram"
	WhatsApp  Name = "whatsapp"
	X         Name = "x"          // what everybody reads
	XMessages Name = "x_messages" // direct messages
	Telegram  Name = "telegram"
	Viber     Name = "viber"
	SMS       Name = "sms"
	Mastodon  Name = "mastodon" // what an account says and hears in public, or before its followers
	Bluesky   Name = "bluesky"  // what an account says and hears in public
	Reviews   Name = "reviews"
	Feed      Name = "feed"
	Voice     Name = "voice"
	Video     Name = "video"
	Own       Name = "own" // what a tenant's own system speaks

	MastodonPrivate Name = "mastodon_private" // what is said to an account alone
	BlueskyPrivate  Name = "bluesky_private"

	InstagramComments Name = "instagram_comments" // what everybody reads at an account
)

// Adapter speaks to one kind of channel.
type Adapter interface {
	// Channel names the channel; it is the same for ever.
	Channel() Name
	// Capabilities says what the channel can carry.
	Capabilities() Capabilities
	// Send hands one message to the provider. An error is a *Failure, or counts as Ambiguous.
	Send(ctx context.Context, out Outgoing) (Sent, error)
}

// Outgoing is one message to a customer.
type Outgoing struct {
	EntryPoint   EntryPoint
	Brand        id.Brand
	Entry        id.Entry // the same for every try: adapters make their idempotency key of it
	To           Party
	Conversation id.Conversation
	Thread       string    // external key of the conversation
	Post         string    // external id of the post under which everybody reads it; empty: it is private
	InReplyTo    string    // external id of the entry that is answered
	Chosen       bool      // who writes has said that it is this one; else it is the newest
	Heard        time.Time // when the customer wrote last, where the channel has a window
	Author       string    // the agent's name, where the channel shows it
	Automatic    bool      // a rule wrote it, not a person
	Text         string
	HTML         string       // the same, formatted, where the channel is Rich; may be empty
	Quote        string       // what stands below it all, of a channel with Recipients; may be empty
	Envelope     Envelope     // where the channel has Recipients
	Template     *TemplateUse // of ActTemplate: which one; Text is what it reads then
	Attachments  []File

	// Open returns the bytes of an attachment. The adapter closes them.
	Open func(ctx context.Context, f File) (io.ReadSeekCloser, error)
}

// Envelope is what a letter says beside its text. What is empty is as the conversation has it.
type Envelope struct {
	From    id.EntryPoint `json:"from_id,omitzero"` // of the same brand and channel
	Subject string        `json:"subject,omitempty"`
	To      []string      `json:"to,omitempty"`
	Cc      []string      `json:"cc,omitempty"`
	Bcc     []string      `json:"bcc,omitempty"`

	Forward *Forward                 `json:"forward,omitempty"` // the mail that stands below the text
	Inline  map[string]id.Attachment `json:"inline,omitempty"`  // pictures within the text, by their names there
}

// Forward names a mail that a letter passes on.
type Forward struct {
	Conversation id.Conversation `json:"conversation_id"`
	Entry        id.Entry        `json:"entry_id"`
	Files        []id.Attachment `json:"attachment_ids,omitempty"` // of it, that go along
	Copies       []id.Attachment `json:"copies,omitempty"`         // what they are here
}

// IsZero reports whether e says nothing.
func (e Envelope) IsZero() bool {
	return e.From == 0 && e.Subject == "" && len(e.To)+len(e.Cc)+len(e.Bcc) == 0 && e.Forward == nil
}

// Reaction is what we put to an entry of theirs.
type Reaction struct {
	Target string // their name of the entry
	Text   string // an emoji, or the channel's word for one
	On     bool   // false: it is taken back
}

// Party is an account of somebody at a provider.
type Party struct {
	Provider    string // who gives the id a meaning: "webchat", "facebook", "email"
	Scope       string // within which it has one: a page, an app; may be empty
	ExternalID  string
	DisplayName string
	Email       string
	Phone       string
	Language    string
	Avatar      string // address of a picture at the provider
	Verified    bool   // the provider or a signature vouches for who it is
}

// File is an attachment of an entry.
type File struct {
	ID   id.Attachment
	Name string
	Type string // media type
	Size int64
	Key  string // in the blob store
}

// Look is how an entry point is shown beside its name. The zero value is the look of its channel.
type Look struct {
	Icon  string // the channel's word for a picture
	Color string // #rrggbb
}

// Sent is what the provider said.
type Sent struct {
	ExternalID string    // the provider's name for the message
	Parts      []string  // … for the others, where the answer became several; also beside an error, of what has gone out
	At         time.Time // zero: now
	Delivered  bool      // the provider vouches that it has arrived
	Private    Private   // of an answer in private: where it goes on; zero: it is not said
}

// SentAs returns what came of an answer that became several messages, the first of them first: their names, as far as
// they are fit to be kept. Where nobody knows what failed has led to, nothing of the answer is named: an echo
// of its first message says nothing of the last.
func SentAs(names []string, failed error) Sent {
	if failed != nil && Judge(failed).Verdict == Ambiguous {
		return Sent{}
	}
	var s Sent
	for i, name := range names {
		switch {
		case name == "" || len(name) > MaxExternalID: // what is told of it names it by our name
		case i == 0:
			s.ExternalID = name
		default:
			s.Parts = append(s.Parts, name)
		}
	}
	return s
}

// Private is a thread that only the two of it read.
type Private struct {
	Point  EntryPoint
	Thread string // external key of the conversation
	To     Party
}

// The further things that an adapter may be able to do.
type (
	// WebhookReceiver understands what a provider posts to /hooks/<channel>/<address>.
	// Verify comes first, over the bytes as they came. Split and Read ask nobody:
	// between them the events are stored, and what is read can be read again.
	WebhookReceiver interface {
		// Verify reports whether body is from the provider: Unauthenticated if it is not.
		Verify(ctx context.Context, p EntryPoint, h http.Header, body []byte) error
		// Split takes a body apart into its events. An error means that nothing of it can be understood.
		Split(p EntryPoint, body []byte) ([]Arrival, error)
		// Read understands one event. Its errors are Invalid.
		Read(p EntryPoint, raw []byte) (Inbound, error)
	}

	// SharedReceiver understands what a provider posts to one address for many entry
	// points, of whatever tenants. Each of them has an adapter that is a WebhookReceiver.
	SharedReceiver interface {
		// Verify reports whether body is from the provider: Unauthenticated if it is not.
		Verify(h http.Header, body []byte) error
		// Split takes a body apart into its events. An error means that nothing of it can be understood.
		Split(body []byte) ([]Addressed, error)
	}

	// Grouping is an adapter whose provider also tells of what several entry points have in
	// common, by an address that none of them has.
	Grouping interface {
		// InGroup returns one of them, that is open, to keep what was told; NotFound if there is none.
		InGroup(ctx context.Context, address string) (EntryPoint, error)
	}

	// PointCapable is an adapter whose entry points differ in what they can carry.
	PointCapable interface {
		// CapabilitiesOf says what an entry point can carry: at most what Capabilities says.
		CapabilitiesOf(p EntryPoint) Capabilities
	}

	// Linking knows where people see what was said in public.
	Linking interface {
		// LinkTo returns the address of an entry under a post, whose own is postLink where it is known.
		LinkTo(postLink, externalID string) string
	}

	// Poller fetches what is new at a provider that posts nothing. The cursor is
	// what it returned the last time, "" at first.
	Poller interface {
		Poll(ctx context.Context, p EntryPoint, cursor string) (in []Inbound, next string, err error)
	}

	// Dressed is an adapter whose entry points have looks of their own.
	Dressed interface {
		LookOf(p EntryPoint) Look
	}

	// Typing shows the customer that somebody writes.
	Typing interface {
		ShowTyping(ctx context.Context, p EntryPoint, to Party, on bool) error
	}

	// ReadMarks tells the customer's side that an entry was read.
	ReadMarks interface {
		MarkRead(ctx context.Context, p EntryPoint, to Party, externalID string) error
	}

	// Editor changes a message that was sent. The entry of out is that of the change.
	Editor interface {
		Edit(ctx context.Context, out Outgoing, externalID string) error
	}

	// Deleter takes a message or post back. Out says where, to whom and by which name of ours.
	Deleter interface {
		Delete(ctx context.Context, out Outgoing, externalID string) error
	}

	// Hider hides a foreign comment from the public, or shows it again.
	Hider interface {
		Hide(ctx context.Context, p EntryPoint, externalID string, hidden bool) error
	}

	// Blocker keeps somebody from writing to us where everybody reads it, or lets them again.
	Blocker interface {
		Block(ctx context.Context, p EntryPoint, who Party, blocked bool) error
	}

	// Reactor puts our reaction to an entry, in the place of any that we put before, or takes it back.
	// Out says where, to whom and by which name of ours.
	Reactor interface {
		React(ctx context.Context, out Outgoing, r Reaction) error
	}

	// Liker likes a foreign entry, or takes that back.
	Liker interface {
		Like(ctx context.Context, p EntryPoint, externalID string, liked bool) error
	}

	// PrivateReplier answers a public comment in private.
	PrivateReplier interface {
		ReplyInPrivate(ctx context.Context, out Outgoing, commentID string) (Sent, error)
	}

	// TypingAfter is Typing on a channel that shows it below a message of the customer's. It ends by itself.
	TypingAfter interface {
		ShowTypingAfter(ctx context.Context, p EntryPoint, to Party, externalID string) error
	}

	// Opening is an adapter on whose channel we may write first to whom we know by a phone number.
	Opening interface {
		// AtNumber returns who has a number, in E.164, as contact points name them.
		AtNumber(number string) Party
		// ThreadWith returns the key of the thread with somebody.
		ThreadWith(to Party) string
	}

	// Templates writes in words that the provider has approved, also where it takes no others.
	Templates interface {
		// Templates lists those that there are, by name and language. Its errors are Failures.
		Templates(ctx context.Context, p EntryPoint) ([]Template, error)
		// SendTemplate hands out.Template to the provider. Its errors are those of Send.
		SendTemplate(ctx context.Context, out Outgoing) (Sent, error)
	}

	// Shelf is an adapter whose customers read the conversation itself. It hears of
	// each answer that is laid there, in the transaction that stores it.
	Shelf interface {
		Laid(ctx context.Context, tx *db.Tx, p id.EntryPoint, conversation id.Conversation) error
	}
)
