package chorus

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/kit/alike"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
	"github.com/zongler/zongler/internal/routing"
)

// maxCompared bounds with how many choruses of its post a text is compared: those that were heard last.
const maxCompared = "64"

// Conversations keeps what was said.
type Conversations interface {
	LockPost(ctx context.Context, tx *db.Tx, post id.Post) error
	PostOf(ctx context.Context, q db.Queryer, c conversation.Conversation) (conversation.Post, bool, error)
	Find(ctx context.Context, q db.Queryer, c id.Conversation) (conversation.Conversation, error)
	FindEntry(ctx context.Context, q db.Queryer, entry id.Entry) (conversation.Entry, error)
}

// Routing ends work.
type Routing interface {
	// Open returns the open interaction of a conversation, locked until the commit, and whether there is one.
	Open(ctx context.Context, tx *db.Tx, c id.Conversation) (routing.Interaction, bool, error)
	SettleTogether(ctx context.Context, tx *db.Tx, c id.Conversation, by routing.Common) (id.Interaction, error)
}

// Speech says things where customers read them.
type Speech interface {
	CheckAnnouncement(ctx context.Context, q db.Queryer, a delivery.Announcement) error
	Announce(ctx context.Context, tx *db.Tx, a delivery.Announcement) (conversation.Entry, error)
	Point(ctx context.Context, tx *db.Tx, p delivery.Pointer) (conversation.Entry, error)
	Give(ctx context.Context, tx *db.Tx, g delivery.Given) (conversation.Entry, error)
}

// Reach knows what the actor of a context may see.
type Reach interface {
	// Sees returns NotFound unless the actor sees a conversation.
	Sees(ctx context.Context, q db.Queryer, c id.Conversation) error
	// Settleable returns the conversations of a chorus whose work the actor may end: it waits, or is theirs.
	Settleable(ctx context.Context, q db.Queryer, c id.Chorus, limit int) ([]id.Conversation, error)
	// AnswerPlaces returns the posts under which an answer to a chorus can stand, at most MaxPlaces: first those under which most of it waits.
	AnswerPlaces(ctx context.Context, q db.Queryer, c id.Chorus) ([]Place, error)
}

// People knows by which rights users act now.
type People interface {
	Current(ctx context.Context, tenant id.Tenant, user id.User) (actor.Actor, error)
}

// Links knows where people see what was said in public.
type Links interface {
	// ChannelAt returns the channel of an entry point.
	ChannelAt(ctx context.Context, q db.Queryer, p id.EntryPoint) (string, error)
	// LinkTo returns the address of an entry under a post; empty: it is not known.
	LinkTo(ctx context.Context, e conversation.Entry, p conversation.Post) (string, error)
}

// Config is what a Service works with.
type Config struct {
	DB            *db.DB
	Conversations Conversations
	Routing       Routing
	Speech        Speech
	Reach         Reach
	Subjects      Subjects
	People        People
	Links         Links
	Undo          time.Duration // for so long an answer waits, so that it can be taken back
	Most          int           // conversations that one answer takes, with those that join; 0: MaxItems
}

// Service groups what is alike and answers it together.
type Service struct{ Config }

// New returns a Service.
func New(c Config) *Service {
	if c.Most == 0 {
		c.Most = MaxItems
	}
	return &Service{c}
}

// RegisterJobs adds the workers.
func (s *Service) RegisterJobs(w *job.Workers) {
	job.Register(w, s.goOn)
	job.Register(w, s.point)
	job.Register(w, s.regroup)
}

// Kind is what the conversations of a chorus share.
type Kind string

// Kinds of choruses.
const (
	Words  Kind = "words"  // they say the same under one post
	Topic  Kind = "topic"  // they are public, of one brand and about one topic
	Outage Kind = "outage" // their cases are parts of one
)

// Chorus is what many say alike under one post, or what many of a brand are about.
type Chorus struct {
	ID           id.Chorus
	Kind         Kind
	BrandID      id.Brand
	EntryPointID id.EntryPoint // of words, as the three below
	Channel      string
	PostID       id.Post
	Sketch       string
	Topic        string  // of a topic
	CaseID       id.Case // of an outage
	Voices       int64
	AnswerID     id.CommonAnswer
	LastAt       time.Time
}

// Voice is that a conversation says what others say, or is about what they are about.
type Voice struct {
	ConversationID id.Conversation
	ChorusID       id.Chorus
	Kind           Kind // of the chorus
	EntryID        id.Entry
	ContactPointID id.ContactPoint
	Private        bool // only its customer reads what is said there
	At             time.Time
	ApartAt        time.Time // when somebody took it out; zero: it belongs there
}

// Hear takes in what a customer says with work that has just begun. Where the same was answered
// for all to read, and the answer still stands for who joins, the work is over by that.
func (s *Service) Hear(ctx context.Context, tx *db.Tx, r intake.Receipt) error {
	const op = "chorus.Hear"
	sketch := alike.Of(r.Text)
	if len(sketch) == 0 {
		return errs.Op(op, s.deleteVoice(ctx, tx, r.Conversation))
	}
	if err := s.Conversations.LockPost(ctx, tx, r.Public.Post); err != nil {
		return errs.Op(op, err)
	}
	c, found, err := s.nearest(ctx, tx, r.Public.Post, sketch)
	if err != nil {
		return errs.Op(op, err)
	}
	if !found {
		c = Chorus{
			ID: id.New[id.Chorus](), Kind: Words, BrandID: r.Point.Brand, EntryPointID: r.Point.ID, Channel: r.Point.Channel, PostID: r.Public.Post, Sketch: sketch.String(),
		}
		if err := s.insertChorus(ctx, tx, c); err != nil {
			return errs.Op(op, err)
		}
	}
	v := Voice{ConversationID: r.Conversation, ChorusID: c.ID, Kind: Words, EntryID: r.Entry, ContactPointID: r.ContactPoint, At: tx.Now()}
	if err := s.putVoice(ctx, tx, v); err != nil {
		return errs.Op(op, err)
	}
	if found { // one alone is nothing to tell of
		if err := tx.Record(ctx, fact.ChorusMoved{Chorus: c.ID, Brand: c.BrandID, Conversation: v.ConversationID}); err != nil {
			return errs.Op(op, err)
		}
	}
	return errs.Op(op, s.join(ctx, tx, c, v))
}

// nearest returns the chorus under a post that says most nearly what a sketch says, if any says the same.
func (s *Service) nearest(ctx context.Context, q db.Queryer, post id.Post, sketch alike.Sketch) (best Chorus, found bool, err error) {
	all, err := s.underPost(ctx, q, post)
	most := 0.0
	for _, c := range all {
		if n := alike.Likeness(sketch, alike.Parse(c.Sketch)); n > most {
			best, most = c, n
		}
	}
	return best, most > 0, err
}

// SetApart takes a conversation out of a chorus (0: of those who say the same), because it asks for something
// else after all, or puts it back. What is on its way to all of the chorus passes it by.
func (s *Service) SetApart(ctx context.Context, key id.Conversation, of id.Chorus, apart bool) error {
	const op = "chorus.SetApart"
	if _, err := actor.Require(ctx, op, actor.ConversationReply); err != nil {
		return err
	}
	return errs.Op(op, s.DB.Update(ctx, func(tx *db.Tx) error {
		if err := s.Reach.Sees(ctx, tx, key); err != nil {
			return err
		}
		v, found, err := s.findVoice(ctx, tx, key, of)
		if err != nil {
			return err
		}
		if !found {
			return errs.E(errs.NotFound, op, nil)
		}
		c, err := s.lockChorus(ctx, tx, v.ChorusID)
		if err != nil || v.ApartAt.IsZero() == !apart {
			return err
		}
		if err := s.markApart(ctx, tx, key, c.ID, apart); err != nil {
			return err
		}
		if apart {
			if err := s.cancelItem(ctx, tx, c.AnswerID, key); err != nil {
				return err
			}
		}
		return tx.Record(ctx, fact.ChorusMoved{Chorus: c.ID, Brand: c.BrandID, Conversation: key, Apart: apart})
	}))
}

// Known returns NotFound unless a chorus is one of the actor's brands.
func (s *Service) Known(ctx context.Context, key id.Chorus) error {
	const op = "chorus.Known"
	if _, err := actor.Require(ctx, op, actor.ConversationRead); err != nil {
		return err
	}
	_, err := s.findChorus(ctx, s.DB, key)
	return errs.Op(op, err)
}

// lockChorus returns a chorus of the actor's brands, kept as it is until the commit.
func (s *Service) lockChorus(ctx context.Context, tx *db.Tx, key id.Chorus) (Chorus, error) {
	c, err := s.findChorus(ctx, tx, key)
	if err != nil {
		return c, err
	}
	if c.Kind != Words {
		return s.holdChorus(ctx, tx, key)
	}
	if err := s.Conversations.LockPost(ctx, tx, c.PostID); err != nil {
		return c, err
	}
	return s.findChorus(ctx, tx, key)
}
