package delivery

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Bounds of signs.
const (
	signers    = 8
	signsWait  = 64              // for each signer; what comes beyond is lost
	signTime   = 5 * time.Second // of one sign
	leastPause = 2 * time.Second // between two beginnings of typing in a conversation
	mostPaced  = 20_000          // conversations that are remembered
)

// Signs show customers that what they wrote was read, and that somebody writes, where their
// channel has that. A sign is lost rather than late: it is kept nowhere, tried once, and nobody
// waits for it. The node where the agent is shows it, and no other.
type Signs struct {
	SignsConfig

	waiting [signers]chan sign // by conversation, so that they keep their order

	mu    sync.Mutex
	typed map[id.Conversation]typed
	read  map[id.Conversation]id.Entry // up to which they were told
}

// SignsConfig is what Signs work with.
type SignsConfig struct {
	DB            *db.DB
	Conversations interface {
		Find(ctx context.Context, q db.Queryer, c id.Conversation) (conversation.Conversation, error)
		LastHeard(ctx context.Context, q db.Queryer, c id.Conversation) (conversation.Entry, bool, error)
	}
	Channels interface {
		// Signing returns what can be shown to the customer of a conversation.
		Signing(ctx context.Context, c conversation.Conversation) (Signing, error)
	}
	Log *slog.Logger
}

// Signing is what can be shown to a customer, and how.
type Signing struct {
	Can    channel.Capabilities
	Typing bool // as the channel can and its account wants
	Read   bool
	Show   func(ctx context.Context, cmd channel.Command) error
}

// sign is something to be shown, by the agent whose work the conversation is.
type sign struct {
	tenant       id.Tenant
	user         id.User
	conversation id.Conversation
	typing       bool  // else: was read
	on           bool  // of typing
	seq          int64 // up to which was read
}

// typed is what was shown last of typing.
type typed struct {
	at time.Time
	on bool
}

// NewSigns returns Signs that show nothing until Run.
func NewSigns(c SignsConfig) *Signs {
	s := &Signs{SignsConfig: c, typed: map[id.Conversation]typed{}, read: map[id.Conversation]id.Entry{}}
	for i := range s.waiting {
		s.waiting[i] = make(chan sign, signsWait)
	}
	return s
}

// Run shows signs until ctx ends.
func (s *Signs) Run(ctx context.Context) error {
	var all sync.WaitGroup
	for _, waiting := range s.waiting {
		all.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case one := <-waiting:
					s.show(ctx, one)
				}
			}
		})
	}
	all.Wait()
	return nil
}

// Typing says that a user has begun or stopped to type to a customer.
func (s *Signs) Typing(tenant id.Tenant, user id.User, c id.Conversation, on bool) {
	s.put(sign{tenant: tenant, user: user, conversation: c, typing: true, on: on})
}

// put has a sign shown if there is room. Nil Signs show nothing.
func (s *Signs) put(one sign) {
	if s == nil || one.user == 0 {
		return
	}
	select {
	case s.waiting[uint64(one.conversation)%signers] <- one: //nolint:gosec // a key is not negative
	default:
	}
}

// show shows one sign. What goes wrong with it is nobody's trouble: what is wrong with the
// account was kept by its adapter.
func (s *Signs) show(ctx context.Context, one sign) {
	ctx, cancel := context.WithTimeout(actor.With(ctx, actor.ForSystem(one.tenant)), signTime)
	defer cancel()
	if err := s.try(ctx, one); err != nil && ctx.Err() == nil {
		s.Log.DebugContext(ctx, "a sign was not shown", "conversation", one.conversation, "typing", one.typing, "code", channel.Judge(err).Code)
	}
}

func (s *Signs) try(ctx context.Context, one sign) error {
	c, err := s.Conversations.Find(ctx, s.DB, one.conversation)
	if err != nil || c.AgentID != one.user || c.Waiting || !c.Open || c.Public() {
		return err
	}
	can, err := s.Channels.Signing(ctx, c)
	if err != nil || one.typing && !can.Typing || !one.typing && !can.Read {
		return err
	}
	heard, found, err := s.Conversations.LastHeard(ctx, s.DB, c.ID)
	if err != nil || !found || can.Can.CheckWindow("delivery.Signs", heard.OccurredAt, time.Now()) != nil {
		return err
	}
	if one.typing {
		if !s.paced(one, can.Can.TypingFor) {
			return nil
		}
		return can.Show(ctx, channel.Command{Act: channel.ActShowTyping, Target: heard.ExternalID, Off: !one.on})
	}
	if heard.Seq > one.seq || !s.news(c.ID, heard.ID) {
		return nil
	}
	return can.Show(ctx, channel.Command{Act: channel.ActMarkRead, Target: heard.ExternalID})
}

// paced reports whether a sign of typing is to be shown: not while the one before it lasts, and
// no end of what was not begun.
func (s *Signs) paced(one sign, lasts time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := s.typed[one.conversation]
	passed := time.Since(last.at)
	if !one.on {
		s.typed[one.conversation] = typed{last.at, false}
		return last.on
	}
	if passed < leastPause || last.on && passed < lasts*4/5 { // a little before it ends
		return false
	}
	if len(s.typed) >= mostPaced {
		clear(s.typed)
	}
	s.typed[one.conversation] = typed{time.Now(), true}
	return true
}

// news reports whether a customer was not told yet that an entry was read.
func (s *Signs) news(c id.Conversation, heard id.Entry) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.read[c] == heard {
		return false
	}
	if len(s.read) >= mostPaced {
		clear(s.read)
	}
	s.read[c] = heard
	return true
}

// MarkRead keeps that the actor has read a conversation up to seq, and has its customer told
// if it is the actor's work.
func (s *Service) MarkRead(ctx context.Context, c id.Conversation, seq int64) error {
	if err := s.Conversations.MarkRead(ctx, c, seq); err != nil {
		return err
	}
	s.hasRead(ctx, c, seq)
	return nil
}

// hasRead has a customer told that the actor has read up to seq: who answers has.
func (s *Service) hasRead(ctx context.Context, c id.Conversation, seq int64) {
	if a := actor.From(ctx); a.Firing == 0 {
		s.Signs.put(sign{tenant: a.Tenant, user: a.User, conversation: c, seq: seq})
	}
}
