package delivery

import (
	"context"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Announcement is what the actor says to many where everybody reads it.
type Announcement struct {
	Post     conversation.Post // under which it stands
	Channel  string
	Answers  conversation.Entry // the entry that it answers; without one it answers the post, in a conversation of its own
	Text     string
	ClientID string // names it: said again, it is the same
}

// CheckAnnouncement refuses what cannot be said in public where a post stands.
func (s *Service) CheckAnnouncement(ctx context.Context, q db.Queryer, a Announcement) error {
	const op = "delivery.Announce"
	l, known, err := s.Channels.LimitsAt(ctx, q, conversation.Conversation{Channel: a.Channel, EntryPointID: a.Post.EntryPointID})
	switch {
	case err != nil:
		return errs.Op(op, err)
	case !known || !l.Public || !l.Replies:
		return errs.New(errs.Conflict, op, "chorus.not_public")
	case !a.Post.GoneAt.IsZero():
		return errs.New(errs.Conflict, op, "entry.gone")
	}
	return l.Check(op, strings.TrimSpace(a.Text), nil)
}

// Announce says something to many, by the right of its caller to answer them, and sees to it that
// it is sent now. Nobody's work begins or ends by it.
func (s *Service) Announce(ctx context.Context, tx *db.Tx, a Announcement) (conversation.Entry, error) {
	const op = "delivery.Announce"
	if _, err := actor.Require(ctx, op, actor.ConversationReply); err != nil {
		return conversation.Entry{}, err
	}
	if err := s.CheckAnnouncement(ctx, tx, a); err != nil {
		return conversation.Entry{}, err
	}
	c, err := s.placeOf(ctx, tx, a)
	if err != nil {
		return conversation.Entry{}, errs.Op(op, err)
	}
	l, _ := s.Channels.Limits(c.Channel)
	e, err := s.lay(ctx, tx, &c, conversation.NewEntry{
		ID: id.New[id.Entry](), Kind: conversation.Message, Author: conversation.ByAgent, User: actor.From(ctx).User, Text: strings.TrimSpace(a.Text),
		ClientID: a.ClientID, Parent: a.Answers.ID, Delivery: conversation.Queued,
	}, dispatch{DueAt: tx.Now()}, l)
	return e, errs.Op(op, err)
}

// placeOf returns the conversation in which something is said to many, locked.
func (s *Service) placeOf(ctx context.Context, tx *db.Tx, a Announcement) (conversation.Conversation, error) {
	if a.Answers.ID != 0 {
		return s.Conversations.Lock(ctx, tx, a.Answers.ConversationID)
	}
	c, _, err := s.Conversations.Open(ctx, tx, conversation.Thread{
		Brand: a.Post.BrandID, EntryPoint: a.Post.EntryPointID, Channel: a.Channel, ExternalKey: a.ClientID, Post: a.Post.ID,
	})
	return c, err
}

// Pointer leads the author of a public message to what was said to many.
type Pointer struct {
	Conversation id.Conversation
	Entry        id.Entry // the author's message
	Private      bool     // only they read it
	Text         string
	ClientID     string // names it: given again, it is the same
}

// Point answers a public message whose work was settled by what was said to many. It goes the
// way of every answer, and asks as they do for what the channel can carry, and until when.
func (s *Service) Point(ctx context.Context, tx *db.Tx, p Pointer) (conversation.Entry, error) {
	const op = "delivery.Point"
	if e, found, err := s.Conversations.FindByClient(ctx, tx, p.Conversation, p.ClientID); err != nil || found {
		return e, errs.Op(op, err)
	}
	t, err := s.lockPointed(ctx, tx, op, p)
	switch {
	case err != nil:
		return conversation.Entry{}, errs.Op(op, err)
	case t.standing.Deletion.ID != 0:
		return conversation.Entry{}, errs.New(errs.Conflict, op, "entry.gone")
	case p.Private && t.standing.Private.ID != 0:
		return conversation.Entry{}, errs.New(errs.Conflict, op, "entry.answered_privately")
	}
	if p.Private {
		e, err := s.pointPrivately(ctx, tx, op, &t, p)
		return e, errs.Op(op, err)
	}
	if err := t.limits.Check(op, p.Text, nil); err != nil {
		return conversation.Entry{}, errs.Op(op, err)
	}
	e, err := s.lay(ctx, tx, &t.conversation, conversation.NewEntry{
		ID: id.New[id.Entry](), Kind: conversation.Message, Author: conversation.ByAgent, User: actor.From(ctx).User, Text: p.Text,
		ClientID: p.ClientID, Parent: t.entry.ID, Delivery: conversation.Queued,
	}, dispatch{DueAt: tx.Now()}, t.limits)
	return e, errs.Op(op, err)
}

func (s *Service) pointPrivately(ctx context.Context, tx *db.Tx, op string, t *target, p Pointer) (conversation.Entry, error) {
	can := t.limits.Capabilities
	can.TextLimit = min(can.TextLimit, maxPrivate)
	if err := can.Check(op, p.Text, nil); err != nil {
		return conversation.Entry{}, err
	}
	if err := tell(ctx, tx, *t, "entry.answer_in_private"); err != nil {
		return conversation.Entry{}, err
	}
	return s.ask(ctx, tx, t, conversation.NewEntry{Kind: conversation.Private, Text: p.Text, ClientID: p.ClientID})
}

// lockPointed returns the message that a pointer answers, locked with its conversation.
func (s *Service) lockPointed(ctx context.Context, tx *db.Tx, op string, p Pointer) (t target, err error) {
	if p.Private {
		return s.lockTarget(ctx, tx, op, Change{Conversation: p.Conversation, Entry: p.Entry}, channel.ActReplyInPrivate)
	}
	if t.waitingAnswer, err = s.lockEntry(ctx, tx, op, p.Conversation, p.Entry); err != nil {
		return t, err
	}
	var known bool
	if t.limits, known, err = s.Channels.LimitsAt(ctx, tx, t.conversation); err != nil {
		return t, err
	}
	if !known || !t.limits.Replies {
		return t, errs.New(errs.Conflict, op, "reply.channel_gone")
	}
	t.standing, err = s.Conversations.StandingOf(ctx, tx, t.entry)
	if err == nil && !t.conversation.ErasedAt.IsZero() {
		err = errs.New(errs.Conflict, op, "entry.gone")
	}
	return t, err
}

// Outcomes is told what became of what was sent, in the transaction that keeps it.
type Outcomes interface {
	// Came says that an entry of ours was sent (as far as we know by now), or has failed.
	Came(ctx context.Context, tx *db.Tx, e conversation.Entry, to conversation.Delivery) error
}

// came tells whoever waits for it what became of an entry.
func (s *Service) came(ctx context.Context, tx *db.Tx, e conversation.Entry, to conversation.Delivery) error {
	if s.Outcomes == nil {
		return nil
	}
	return s.Outcomes.Came(ctx, tx, e, to)
}

// Given is what is said to many, as one customer gets it in their own conversation.
type Given struct {
	Conversation id.Conversation
	Text         string
	ClientID     string // names it: given again, it is the same
}

// Give answers a private conversation with what is said to many, where its channel carries that now. Whether the caller may
// end the work there was asked by who ends it, in the same transaction.
func (s *Service) Give(ctx context.Context, tx *db.Tx, g Given) (conversation.Entry, error) {
	const op = "delivery.Give"
	if _, err := actor.Require(ctx, op, actor.ConversationReply); err != nil {
		return conversation.Entry{}, err
	}
	c, err := s.Conversations.Lock(ctx, tx, g.Conversation)
	if err != nil {
		return conversation.Entry{}, errs.Op(op, err)
	}
	if e, found, err := s.Conversations.FindByClient(ctx, tx, c.ID, g.ClientID); err != nil || found {
		return e, errs.Op(op, err)
	}
	l, known, err := s.Channels.LimitsAt(ctx, tx, c)
	switch {
	case err != nil:
		return conversation.Entry{}, errs.Op(op, err)
	case !known:
		return conversation.Entry{}, errs.New(errs.Conflict, op, "reply.channel_gone")
	case !c.ErasedAt.IsZero():
		return conversation.Entry{}, errs.New(errs.Conflict, op, "entry.gone")
	}
	e, err := s.store(ctx, tx, &c, ReplyInput{Conversation: c.ID, Text: strings.TrimSpace(g.Text), ClientID: g.ClientID, Force: true}, l)
	return e, errs.Op(op, err)
}
