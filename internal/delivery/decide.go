package delivery

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Decision is what a person makes of an answer that has failed, or of which nobody knows whether it arrived.
type Decision string

// Decisions.
const (
	Again   Decision = "again"   // it is sent once more, as it was written
	Arrived Decision = "arrived" // it did arrive: nothing is sent
)

// codes of what is said about a decision in the conversation.
const (
	codeAgain   = "delivery_again"
	codeArrived = "delivery_arrived"
)

// Decide settles an answer about which no channel says more. That it arrived can
// be said of an ambiguous one only; one that has failed is sent again or stays.
func (s *Service) Decide(ctx context.Context, key id.Conversation, entry id.Entry, d Decision) (conversation.Entry, error) {
	const op = "delivery.Decide"
	var w waitingAnswer
	err := s.DB.Update(ctx, func(tx *db.Tx) (err error) {
		if w, err = s.lockAnswer(ctx, tx, op, key, entry); err != nil {
			return err
		}
		switch d {
		case Arrived:
			err = s.arrived(ctx, tx, w)
		case Again:
			err = s.again(ctx, tx, w)
		default:
			err = errs.Fields(op, errs.Field{Path: "decision", Code: "one_of", Values: errs.Values{"allowed": "again, arrived"}})
		}
		if err != nil {
			return err
		}
		w.entry, err = s.Conversations.FindEntry(ctx, tx, entry)
		return err
	})
	return w.entry, errs.Op(op, err)
}

// errSettled says that there is nothing to decide about an answer.
func errSettled() error { return errs.New(errs.Conflict, "delivery.Decide", "reply.settled") }

func (s *Service) arrived(ctx context.Context, tx *db.Tx, w waitingAnswer) error {
	if w.entry.DeliveryState != conversation.Ambiguous {
		return errSettled()
	}
	if _, err := s.Conversations.MoveDelivery(ctx, tx, w.entry.ID, conversation.Sent, ""); err != nil {
		return err
	}
	if err := s.came(ctx, tx, w.entry, conversation.Sent); err != nil {
		return err
	}
	return s.tellDecision(ctx, tx, w, codeArrived)
}

// again puts an answer back among those that wait, to be sent at once. It keeps
// its name at the channel, so that who got it before can tell that it is the same.
func (s *Service) again(ctx context.Context, tx *db.Tx, w waitingAnswer) error {
	if state := w.entry.DeliveryState; state != conversation.Ambiguous && state != conversation.Failed {
		return errSettled()
	}
	name := channelOf(w.conversation, w.entry)
	l, known := s.Channels.Limits(name)
	if !known || l.Direct {
		return errs.New(errs.Conflict, "delivery.Decide", "reply.channel_gone")
	}
	d := dispatch{DueAt: tx.Now()}
	if err := s.insertDispatch(ctx, tx, w.entry.ID, d); err != nil {
		return err
	}
	if _, err := s.Conversations.MoveDelivery(ctx, tx, w.entry.ID, conversation.Queued, ""); err != nil {
		return err
	}
	if err := s.enqueue(ctx, tx, w.entry.ID, due{d.DueAt, name}); err != nil {
		return err
	}
	return s.tellDecision(ctx, tx, w, codeAgain)
}

// tellDecision keeps in the conversation who decided. About a change nobody needs a line.
func (s *Service) tellDecision(ctx context.Context, tx *db.Tx, w waitingAnswer, code string) error {
	if w.entry.Kind != conversation.Message {
		return nil
	}
	_, _, err := s.Conversations.Append(ctx, tx, &w.conversation, conversation.NewEntry{
		Kind: conversation.System, Author: conversation.BySystem, User: actor.From(ctx).User, Target: w.entry.ID, Code: code,
	})
	return err
}
