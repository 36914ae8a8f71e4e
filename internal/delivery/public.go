package delivery

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// undoRemoving is how long what a customer wrote stays before it is removed, so that this can be taken back.
const undoRemoving = 10 * time.Second

// onTheirs reports whether an act is done to what customers wrote.
func onTheirs(act channel.Act) bool {
	switch act { //nolint:exhaustive // the others are done to what is ours
	case channel.ActReact, channel.ActLike, channel.ActHide, channel.ActRemove, channel.ActBlock, channel.ActReplyInPrivate:
		return true
	}
	return false
}

// Like likes a message of a customer, or takes that back.
func (s *Service) Like(ctx context.Context, in Change) (conversation.Entry, error) {
	const op = "delivery.Like"
	return s.change(ctx, op, in, channel.ActLike, func(tx *db.Tx, t target) (conversation.NewEntry, error) {
		n := conversation.NewEntry{Kind: conversation.Like, Data: off(in.Off)}
		switch {
		case t.standing.Deletion.ID != 0:
			return n, errs.New(errs.Conflict, op, "entry.gone")
		case t.standing.Liked() == !in.Off:
			return n, doneError{t.standing.Like}
		}
		return n, tell(ctx, tx, t, map[bool]string{false: "entry.like", true: "entry.unlike"}[in.Off])
	})
}

// Hide hides a message of a customer from the public, or shows it again.
func (s *Service) Hide(ctx context.Context, in Change) (conversation.Entry, error) {
	const op = "delivery.Hide"
	return s.change(ctx, op, in, channel.ActHide, func(tx *db.Tx, t target) (conversation.NewEntry, error) {
		n := conversation.NewEntry{Kind: conversation.Hiding, Data: off(in.Off)}
		switch {
		case t.standing.Deletion.ID != 0:
			return n, errs.New(errs.Conflict, op, "entry.gone")
		case t.standing.Hidden() == !in.Off:
			return n, doneError{t.standing.Hiding}
		}
		return n, tell(ctx, tx, t, map[bool]string{false: "entry.hide", true: "entry.show"}[in.Off])
	})
}

// Remove removes a message of a customer for everybody; here it is kept. Until it has
// gone it can be taken back like an answer (Cancel).
func (s *Service) Remove(ctx context.Context, in Change) (conversation.Entry, error) {
	const op = "delivery.Remove"
	return s.change(ctx, op, in, channel.ActRemove, func(tx *db.Tx, t target) (conversation.NewEntry, error) {
		n := conversation.NewEntry{Kind: conversation.Deletion}
		if t.standing.Deletion.ID != 0 {
			return n, doneError{t.standing.Deletion}
		}
		return n, tell(ctx, tx, t, "entry.remove")
	})
}

// Block keeps who wrote a message from writing there any more, or lets them again: it is done at
// the channel, whatever they wrote, so it need not be there any more.
func (s *Service) Block(ctx context.Context, in Change) (conversation.Entry, error) {
	const op = "delivery.Block"
	return s.change(ctx, op, in, channel.ActBlock, func(tx *db.Tx, t target) (conversation.NewEntry, error) {
		n := conversation.NewEntry{Kind: conversation.Blocking, Data: off(in.Off)}
		if t.standing.Blocking.ID != 0 && t.standing.Blocked() == !in.Off {
			return n, doneError{t.standing.Blocking}
		}
		return n, tell(ctx, tx, t, map[bool]string{false: "entry.block", true: "entry.unblock"}[in.Off])
	})
}

// off is the data of what is taken back.
func off(is bool) json.RawMessage {
	if !is {
		return nil
	}
	return json.RawMessage(`{"off":true}`)
}

// tell audits an act on what a customer wrote: that it was done; never what it said.
func tell(ctx context.Context, tx *db.Tx, t target, action string) error {
	return audit.Write(ctx, tx, audit.Entry{
		Action: action, Subject: audit.Subject{Kind: "entry", ID: int64(t.entry.ID)}, Brand: t.conversation.BrandID,
		After: map[string]any{"conversation": t.conversation.ID},
	})
}

// PrivateInput is an answer that only the author of a public message reads.
type PrivateInput struct {
	Conversation id.Conversation
	Entry        id.Entry // that is answered
	Text         string
	ClientID     string // the desk's name of it: sent again, it is the same answer
}

// ReplyPrivately answers a public message to its author alone. A channel takes that once.
// The promise to answer is kept by it.
func (s *Service) ReplyPrivately(ctx context.Context, in PrivateInput) (conversation.Entry, error) {
	const op = "delivery.ReplyPrivately"
	if n := len(in.ClientID); n == 0 || n > MaxClientID {
		return conversation.Entry{}, errs.Fields(op, errs.Field{Path: "client_id", Code: "length.max", Values: errs.Values{"max": MaxClientID}})
	}
	in.Text = strings.TrimSpace(in.Text)
	var made conversation.Entry
	err := s.DB.Update(ctx, func(tx *db.Tx) (err error) {
		made, err = s.replyPrivately(ctx, tx, op, in)
		return err
	})
	return made, errs.Op(op, err)
}

func (s *Service) replyPrivately(ctx context.Context, tx *db.Tx, op string, in PrivateInput) (conversation.Entry, error) {
	seen, err := s.Conversations.Visible(ctx, tx, actor.ConversationReply, in.Conversation)
	if err != nil {
		return conversation.Entry{}, err
	}
	if e, found, err := s.Conversations.FindByClient(ctx, tx, seen.ID, in.ClientID); err != nil || found {
		return e, err
	}
	if err := mayReply(actor.From(ctx), seen); err != nil {
		return conversation.Entry{}, err
	}
	// Routing locks an interaction before its conversation, and so do we.
	if err := s.Routing.MarkReplied(ctx, tx, seen.InteractionID); err != nil {
		return conversation.Entry{}, err
	}
	if _, err := s.lockUnchanged(ctx, tx, seen); err != nil {
		return conversation.Entry{}, err
	}
	t, err := s.lockTarget(ctx, tx, op, Change{Conversation: in.Conversation, Entry: in.Entry}, channel.ActReplyInPrivate)
	switch {
	case err != nil:
		return conversation.Entry{}, err
	case t.standing.Deletion.ID != 0:
		return conversation.Entry{}, errs.New(errs.Conflict, op, "entry.gone")
	case t.standing.Private.ID != 0:
		return conversation.Entry{}, errs.New(errs.Conflict, op, "entry.answered_privately")
	}
	can := t.limits.Capabilities
	can.TextLimit = min(can.TextLimit, maxPrivate)
	if err := can.Check(op, in.Text, nil); err != nil {
		return conversation.Entry{}, err
	}
	if err := tell(ctx, tx, t, "entry.answer_in_private"); err != nil {
		return conversation.Entry{}, err
	}
	made, err := s.ask(ctx, tx, &t, conversation.NewEntry{Kind: conversation.Private, Text: in.Text, ClientID: in.ClientID})
	if err != nil {
		return made, err
	}
	return made, s.Conversations.ClearReplyDraft(ctx, tx, in.Conversation)
}

// maxPrivate bounds an answer in private, in characters: what messengers take.
const maxPrivate = 2000

// goOn keeps where an answer in private goes on, once the channel has said it.
func (s *Service) goOn(ctx context.Context, tx *db.Tx, out Outgoing, sent channel.Sent) error {
	at := sent.Private
	if out.Entry.Kind != conversation.Private || at.Thread == "" {
		return nil
	}
	party, err := s.Customers.Resolve(ctx, tx, customer.Seen{
		Brand: at.Point.Brand, EntryPoint: at.Point.ID, Provider: at.To.Provider, Scope: at.To.Scope, ExternalID: at.To.ExternalID, DisplayName: at.To.DisplayName,
	})
	if err != nil {
		return err
	}
	_, err = s.Conversations.ContinuePrivately(ctx, tx, out.Entry, conversation.Thread{
		Brand: at.Point.Brand, EntryPoint: at.Point.ID, Channel: string(at.Point.Channel), ExternalKey: at.Thread,
		ContactPoint: party.ContactPoint, Customer: party.Customer, CustomerName: party.Name,
	}, sent.ExternalID)
	return err
}

// answers returns which entry of c an answer is about, ours or theirs. In public that is the newest
// of the customers' if nobody says another one, else the thread itself.
func (s *Service) answers(ctx context.Context, tx *db.Tx, c conversation.Conversation, in ReplyInput, l Limits) (id.Entry, error) {
	if in.Answers == 0 {
		if !c.Public() {
			return 0, nil
		}
		heard, _, err := s.Conversations.LastHeard(ctx, tx, c.ID)
		return heard.ID, err
	}
	e, err := s.Conversations.FindEntry(ctx, tx, in.Answers)
	if errs.Is(errs.NotFound, err) || err == nil && (e.ConversationID != c.ID || e.Kind != conversation.Message || !l.Replies) {
		return 0, errs.Fields(opReply, errs.Field{Path: "answers_id", Code: "reference"})
	}
	if err != nil {
		return 0, err
	}
	if e.ExternalID == "" { // the channel cannot be told which one is meant
		return 0, errs.New(errs.Conflict, opReply, "reply.unnamed")
	}
	now, err := s.Conversations.StandingOf(ctx, tx, e)
	if err == nil && now.Deletion.ID != 0 {
		err = errs.New(errs.Conflict, opReply, "entry.gone")
	}
	return e.ID, err
}
