package delivery

import (
	"context"
	"encoding/json"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// maxAhead is how far ahead an answer can be planned.
const maxAhead = 90 * 24 * time.Hour

// planned returns when an answer to c is to be sent. One that goes later than the
// time in which it can be taken back is not sent if the customer writes before.
func planned(now time.Time, c conversation.Conversation, in ReplyInput, l Limits) (dispatch, error) {
	if in.SendAt.IsZero() {
		return dispatch{DueAt: now.Add(l.Undo)}, nil
	}
	if l.Direct {
		return dispatch{}, errs.Fields(opReply, errs.Field{Path: "send_at", Code: "reply.not_later"})
	}
	if in.SendAt.After(now.Add(maxAhead)) {
		return dispatch{}, errs.Fields(opReply, errs.Field{Path: "send_at", Code: "reply.too_far", Values: errs.Values{"days": int(maxAhead.Hours() / 24)}})
	}
	d := dispatch{DueAt: in.SendAt}
	if in.SendAt.Before(now) {
		d.DueAt = now
	}
	if in.SendAt.After(now.Add(l.Undo)) {
		d.BasedOnSeq = c.CustomerSeq
	}
	return d, nil
}

// data returns what an answer says beside its text, as its entry keeps it.
func (in *ReplyInput) data(l Limits) (json.RawMessage, error) {
	if in.HTML != "" && !l.Rich {
		return nil, errs.Fields(opReply, errs.Field{Path: "html", Code: "reply.not_rich"})
	}
	if in.Template != nil {
		return json.Marshal(map[string]*channel.TemplateUse{"template": in.Template})
	}
	if in.Envelope.IsZero() {
		return nil, nil
	}
	if err := l.CheckEnvelope(opReply, in.Envelope); err != nil {
		return nil, err
	}
	return json.Marshal(in.Envelope)
}

// due is when a channel is to be called.
type due struct {
	at      time.Time
	channel string
}

// enqueue asks for an answer to be sent when it is due.
func (s *Service) enqueue(ctx context.Context, tx *db.Tx, entry id.Entry, d due) error {
	return job.Enqueue(ctx, tx, SendJob{Entry: entry}, job.At(d.at), job.Attempts(s.attempts(d.channel)+1))
}

// Cancel takes back an answer that has not been sent.
func (s *Service) Cancel(ctx context.Context, key id.Conversation, entry id.Entry) (conversation.Entry, error) {
	const op = "delivery.Cancel"
	e, err := s.waiting(ctx, op, key, entry, func(tx *db.Tx, w waitingAnswer) error {
		if err := s.deleteDispatch(ctx, tx, entry); err != nil {
			return err
		}
		_, err := s.Conversations.Withdraw(ctx, tx, &w.conversation, entry)
		return err
	})
	return e, errs.Op(op, err)
}

// Reschedule sends an answer that waits at another time; one in the past is now.
func (s *Service) Reschedule(ctx context.Context, key id.Conversation, entry id.Entry, at time.Time) (conversation.Entry, error) {
	const op = "delivery.Reschedule"
	e, err := s.waiting(ctx, op, key, entry, func(tx *db.Tx, w waitingAnswer) error {
		if w.entry.Kind != conversation.Message && w.entry.Code != Carried {
			return errs.New(errs.Conflict, op, "reply.under_way")
		}
		name := channelOf(w.conversation, w.entry)
		l, _ := s.Channels.Limits(name)
		d, err := planned(tx.Now(), w.conversation, ReplyInput{SendAt: at}, l)
		if err != nil {
			return err
		}
		if err := s.plan(ctx, tx, entry, d); err != nil {
			return err
		}
		return s.enqueue(ctx, tx, entry, due{d.DueAt, name})
	})
	return e, errs.Op(op, err)
}

// waitingAnswer is an answer, locked with its conversation.
type waitingAnswer struct {
	conversation conversation.Conversation
	entry        conversation.Entry
}

// waiting calls do for an answer that waits to be sent and returns it as it is then.
func (s *Service) waiting(ctx context.Context, op string, key id.Conversation, entry id.Entry, do func(tx *db.Tx, w waitingAnswer) error) (conversation.Entry, error) {
	var w waitingAnswer
	err := s.DB.Update(ctx, func(tx *db.Tx) (err error) {
		if w, err = s.lockAnswer(ctx, tx, op, key, entry); err != nil {
			return err
		}
		d, found, err := s.lockDispatch(ctx, tx, entry)
		if err != nil {
			return err
		}
		if !found || d.InFlight {
			return errs.New(errs.Conflict, op, "reply.under_way")
		}
		if err := do(tx, w); err != nil {
			return err
		}
		w.entry, err = s.Conversations.FindEntry(ctx, tx, entry)
		return err
	})
	return w.entry, err
}

// lockAnswer returns an answer about which the actor may decide, locked with its conversation.
func (s *Service) lockAnswer(ctx context.Context, tx *db.Tx, op string, key id.Conversation, entry id.Entry) (waitingAnswer, error) {
	w, err := s.lockEntry(ctx, tx, op, key, entry)
	if err != nil {
		return w, err
	}
	if a := actor.From(ctx); w.entry.UserID != a.User && a.Scope(actor.ConversationReply) == actor.Own {
		return w, errs.New(errs.Conflict, op, "reply.not_yours")
	}
	return w, nil
}

// lockEntry returns an entry of a conversation in which the actor may write, locked with it.
func (s *Service) lockEntry(ctx context.Context, tx *db.Tx, op string, key id.Conversation, entry id.Entry) (w waitingAnswer, err error) {
	if w.conversation, err = s.Conversations.LockVisible(ctx, tx, actor.ConversationReply, key); err != nil {
		return w, err
	}
	if w.entry, err = s.Conversations.FindEntry(ctx, tx, entry); err != nil {
		return w, err
	}
	if w.entry.ConversationID != key {
		return w, errs.New(errs.NotFound, op, "not_found")
	}
	return w, nil
}

// Waiting is an answer that has not been sent, and when it will be.
type Waiting struct {
	Entry id.Entry
	DueAt time.Time
}

// Waiting returns the answers of a conversation that have not been sent.
func (s *Service) Waiting(ctx context.Context, key id.Conversation) ([]Waiting, error) {
	const op = "delivery.Waiting"
	c, err := s.Conversations.Visible(ctx, s.DB, actor.ConversationRead, key)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	entries, err := s.Conversations.Unsent(ctx, s.DB, c.ID)
	if err != nil || len(entries) == 0 {
		return nil, errs.Op(op, err)
	}
	found, err := s.dueAt(ctx, entries)
	return found, errs.Op(op, err)
}
