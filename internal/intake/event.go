package intake

import (
	"context"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/lanes"
)

// EventState is what became of an event.
type EventState string

// States of an event.
const (
	Waiting   EventState = "waiting"   // to be applied
	Parked    EventState = "parked"    // what it is about is not here yet
	Done      EventState = "done"      // applied; said again it changes nothing
	Refused   EventState = "refused"   // it cannot be applied as it is: an administrator looks at it
	Discarded EventState = "discarded" // an administrator has looked at it
)

// Event is an event of a channel as it came.
type Event struct {
	ID             id.ChannelEvent
	TenantID       id.Tenant
	EntryPointID   id.EntryPoint
	BrandID        id.Brand
	EventID        string
	Kind           string
	Lane           string
	Raw            []byte
	State          EventState
	Reason         string
	Detail         string
	Awaits         string
	Attempts       int
	ConversationID id.Conversation
	EntryID        id.Entry
	ReceivedAt     time.Time
	DueAt          time.Time
	SettledAt      time.Time
}

const eventColumns = `id, tenant_id, entry_point_id, brand_id, event_id, kind, lane, raw, state, reason, detail, awaits, attempts,
	conversation_id, entry_id, received_at, due_at, settled_at`

// Points knows the entry points.
type Points interface {
	// Get returns an entry point that the actor may edit.
	Get(ctx context.Context, point id.EntryPoint) (channel.EntryPoint, error)
	ByAddress(ctx context.Context, channel channel.Name, address string) (channel.EntryPoint, error)
	Lookup(ctx context.Context, q db.Queryer, tenant id.Tenant, point id.EntryPoint) (channel.EntryPoint, error)
}

// Adapters knows how channels speak.
type Adapters interface {
	Adapter(n channel.Name) (channel.Adapter, bool)
}

// Threads keeps what was written, for events about it.
type Threads interface {
	Conversations
	Find(ctx context.Context, q db.Queryer, c id.Conversation) (conversation.Conversation, error)
	FindThread(ctx context.Context, q db.Queryer, point id.EntryPoint, key string) (conversation.Conversation, bool, error)
	FindEntry(ctx context.Context, q db.Queryer, entry id.Entry) (conversation.Entry, error)
	FindSent(ctx context.Context, q db.Queryer, point id.EntryPoint, externalID string) (conversation.Entry, error)
	Unconfirmed(ctx context.Context, q db.Queryer, c id.Conversation, text string) (conversation.Entry, bool, error)
	Announced(ctx context.Context, q db.Queryer, post id.Post, text string) (conversation.Conversation, bool, error)
	Superseded(ctx context.Context, q db.Queryer, e conversation.Entry, at time.Time) (bool, error)
	InFlight(ctx context.Context, q db.Queryer, c id.Conversation) (bool, error)
	Unsay(ctx context.Context, tx *db.Tx, e conversation.Entry) error
	Receipts
	Posts
}

// Posts keeps what is public.
type Posts interface {
	FindPost(ctx context.Context, q db.Queryer, point id.EntryPoint, externalID string) (conversation.Post, bool, error)
	Illustrate(ctx context.Context, tx *db.Tx, p conversation.Post, files []conversation.File) error
	KeepPost(ctx context.Context, tx *db.Tx, t conversation.Told) (conversation.Post, error)
	StandingOf(ctx context.Context, q db.Queryer, e conversation.Entry) (conversation.Standing, error)
	Lock(ctx context.Context, tx *db.Tx, c id.Conversation) (conversation.Conversation, error)
	ContinuePrivately(ctx context.Context, tx *db.Tx, answer conversation.Entry, t conversation.Thread, name string) (conversation.Continued, error)
}

// Receipts moves the deliveries of answers.
type Receipts interface {
	MoveDelivery(ctx context.Context, tx *db.Tx, entry id.Entry, to conversation.Delivery, reason string) (bool, error)
	MoveRead(ctx context.Context, tx *db.Tx, conversation id.Conversation, seq int64) error
	MoveUntil(ctx context.Context, tx *db.Tx, c conversation.Conversation, to conversation.Delivery, until time.Time) error
	NameSent(ctx context.Context, tx *db.Tx, entry id.Entry, externalID string) error
	NameParts(ctx context.Context, tx *db.Tx, entry id.Entry, names ...string) error
	PartsOf(ctx context.Context, q db.Queryer, entry id.Entry) ([]string, error)
}

// Addresses knows the addresses of customers.
type Addresses interface {
	Customers
	// Introduce keeps what a provider says of who somebody is now.
	Introduce(ctx context.Context, tx *db.Tx, seen customer.Seen, known []customer.Seen) error
	PointOf(ctx context.Context, q db.Queryer, point id.ContactPoint) (customer.ContactPoint, error)
}

// Arriving stores the files that events name.
type Arriving interface {
	UploadAt(ctx context.Context, point id.EntryPoint, name string, r io.Reader) (media.Attachment, error)
	Find(ctx context.Context, file id.Attachment) (media.Attachment, error)
	Erase(ctx context.Context, tx *db.Tx, file id.Attachment) error
	TakePosted(ctx context.Context, tx *db.Tx, post id.Post, files []id.Attachment) ([]media.Attachment, error)
}

// Fetcher brings files that lie at a provider. An error of the kind Invalid means that they will never come.
type Fetcher interface {
	Fetch(ctx context.Context, url string) (io.ReadCloser, error)
}

// Typing shows that customers write. It may get lost.
type Typing interface {
	CustomerTyping(ctx context.Context, c conversation.Conversation, name string, on bool)
}

// EventsConfig is what Events works with.
type EventsConfig struct {
	DB       *db.DB
	Points   Points
	Adapters Adapters
	Intake   *Service
	Threads  Threads
	People   Addresses
	Files    Arriving
	Remote   Fetcher
	Typing   Typing   // may be nil
	Outcomes Outcomes // may be nil
	Log      *slog.Logger
}

// Outcomes is told what became of what was sent, in the transaction that keeps it.
type Outcomes interface {
	// Came says that an entry of ours has arrived.
	Came(ctx context.Context, tx *db.Tx, e conversation.Entry, to conversation.Delivery) error
}

// Events takes in what channels tell us by webhooks: each event is stored as it
// came, then applied, in any order and as often as it comes.
type Events struct {
	EventsConfig

	known     known
	lanes     *lanes.Lanes[laneKey]
	receiving atomic.Int64 // bodies that are being stored here
}

// NewEvents returns Events.
func NewEvents(c EventsConfig) *Events {
	e := &Events{EventsConfig: c}
	e.lanes = lanes.New(e.work)
	return e
}
