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
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/htmltext"
	"github.com/zongler/zongler/internal/platform/db"
)

// inTurn is how long a change waits for the one before it that is under way.
const inTurn = time.Second

// Change names what is to be changed, and how.
type Change struct {
	Conversation id.Conversation
	Entry        id.Entry
	Text         string // of an edit
	HTML         string // the same, formatted, where the channel is rich
	Reaction     string // of a reaction
	Off          bool   // our reaction is taken back
}

// target is a message that is about to be changed, locked with its conversation.
type target struct {
	waitingAnswer

	act      channel.Act
	limits   Limits
	standing conversation.Standing
}

// Edit gives an answer that was sent another text, for the customer too. Where it
// reads so already nothing happens, and the edit that made it so is returned.
func (s *Service) Edit(ctx context.Context, in Change) (conversation.Entry, error) {
	const op = "delivery.Edit"
	text, formatted := strings.TrimSpace(in.Text), ""
	if in.HTML != "" {
		formatted = htmltext.NewCleaner().Clean(in.HTML)
		if text == "" {
			text = strings.TrimSpace(htmltext.ToText(formatted))
		}
	}
	return s.change(ctx, op, in, channel.ActEdit, func(_ *db.Tx, t target) (conversation.NewEntry, error) {
		switch {
		case t.standing.Deletion.ID != 0:
			return conversation.NewEntry{}, errs.New(errs.Conflict, op, "entry.gone")
		case formatted != "" && !t.limits.Rich:
			return conversation.NewEntry{}, errs.Fields(op, errs.Field{Path: "html", Code: "reply.not_rich"})
		}
		if err := t.limits.Check(op, text, nil); err != nil {
			return conversation.NewEntry{}, err
		}
		if text == t.standing.Text && formatted == t.standing.HTML {
			return conversation.NewEntry{}, doneError{t.standing.Edit}
		}
		return conversation.NewEntry{Kind: conversation.Edit, Text: text, HTML: formatted}, nil
	})
}

// TakeBack removes an answer that was sent at the customer's; here it is kept. That
// somebody else's was taken back is audited.
func (s *Service) TakeBack(ctx context.Context, in Change) (conversation.Entry, error) {
	const op = "delivery.TakeBack"
	return s.change(ctx, op, in, channel.ActDelete, func(tx *db.Tx, t target) (conversation.NewEntry, error) {
		if t.standing.Deletion.ID != 0 {
			return conversation.NewEntry{}, doneError{t.standing.Deletion}
		}
		n := conversation.NewEntry{Kind: conversation.Deletion}
		if t.entry.UserID == actor.From(ctx).User {
			return n, nil
		}
		return n, audit.Write(ctx, tx, audit.Entry{ // that it was done; never what it said
			Action: "entry.delete", Subject: audit.Subject{Kind: "entry", ID: int64(t.entry.ID)}, Brand: t.conversation.BrandID,
			Before: map[string]any{"conversation": t.conversation.ID, "author": t.entry.UserID},
		})
	})
}

// React puts our reaction to a message of the customer, in the place of one that
// we put before, or takes it back.
func (s *Service) React(ctx context.Context, in Change) (conversation.Entry, error) {
	const op = "delivery.React"
	return s.change(ctx, op, in, channel.ActReact, func(_ *db.Tx, t target) (conversation.NewEntry, error) {
		before := t.standing.Reacted()
		n := conversation.NewEntry{Kind: conversation.Reaction, Text: in.Reaction}
		switch {
		case t.standing.Deletion.ID != 0:
			return n, errs.New(errs.Conflict, op, "entry.gone")
		case in.Off && before == "", !in.Off && before == in.Reaction:
			return n, doneError{t.standing.Reaction}
		case in.Off:
			n.Text, n.Data = before, json.RawMessage(`{"off":true}`)
			return n, nil
		}
		return n, t.limits.CheckReaction(op, in.Reaction)
	})
}

// doneError says that what is asked for has been done by an entry; a zero one: by nobody, since it is so.
type doneError struct{ by conversation.Entry }

func (doneError) Error() string { return "it is so already" }

// change appends what decide makes of a message and sees to it that the channel is asked for it.
func (s *Service) change(ctx context.Context, op string, in Change, act channel.Act, decide func(*db.Tx, target) (conversation.NewEntry, error)) (conversation.Entry, error) {
	var made conversation.Entry
	err := s.DB.Update(ctx, func(tx *db.Tx) error {
		t, err := s.lockTarget(ctx, tx, op, in, act)
		if err != nil {
			return err
		}
		t.act = act
		n, err := decide(tx, t)
		if done, ok := err.(doneError); ok { //nolint:errorlint // decide returns it bare
			if made = done.by; made.ID == 0 {
				made = t.entry
			}
			return nil
		}
		if err != nil {
			return err
		}
		made, err = s.ask(ctx, tx, &t, n)
		return err
	})
	return made, errs.Op(op, err)
}

// ask appends what is to be done to a message, and sees to it that the channel is asked for it.
func (s *Service) ask(ctx context.Context, tx *db.Tx, t *target, n conversation.NewEntry) (conversation.Entry, error) {
	n.Author, n.User, n.Target, n.Delivery = conversation.ByAgent, actor.From(ctx).User, t.entry.ID, conversation.Queued
	if t.limits.Direct {
		n.Delivery = conversation.Sent
	}
	made, _, err := s.Conversations.Append(ctx, tx, &t.conversation, n)
	if err != nil || t.limits.Direct {
		return made, err
	}
	d := dispatch{DueAt: tx.Now()}
	if t.act == channel.ActRemove { // nobody brings it back
		d.DueAt = d.DueAt.Add(undoRemoving)
	}
	if err := s.insertDispatch(ctx, tx, made.ID, d); err != nil {
		return made, err
	}
	return made, s.enqueue(ctx, tx, made.ID, due{d.DueAt, t.conversation.Channel})
}

// lockTarget returns a message on which the actor may act so, locked with its conversation.
func (s *Service) lockTarget(ctx context.Context, tx *db.Tx, op string, in Change, act channel.Act) (t target, err error) {
	if onTheirs(act) {
		t.waitingAnswer, err = s.lockEntry(ctx, tx, op, in.Conversation, in.Entry)
	} else {
		t.waitingAnswer, err = s.lockAnswer(ctx, tx, op, in.Conversation, in.Entry)
	}
	if err != nil {
		return t, err
	}
	if err := mayChange(op, t.entry, act); err != nil {
		return t, err
	}
	var known bool
	if t.limits, known, err = s.Channels.LimitsAt(ctx, tx, t.conversation); err != nil {
		return t, err
	}
	if !known {
		return t, errs.New(errs.Conflict, op, "reply.channel_gone")
	}
	if t.standing, err = s.Conversations.StandingOf(ctx, tx, t.entry); err != nil {
		return t, err
	}
	switch {
	case !t.conversation.ErasedAt.IsZero():
		return t, errs.New(errs.Conflict, op, "entry.gone")
	case len(t.standing.Changes) >= conversation.MaxChanges:
		return t, errs.New(errs.Conflict, op, "entry.changed_often").With(errs.Values{"max": conversation.MaxChanges})
	case t.entry.ExternalID == "" && !t.limits.Direct:
		return t, errs.New(errs.Conflict, op, "entry.unnamed")
	}
	return t, t.limits.CheckAct(op, act, t.entry.OccurredAt, tx.Now())
}

// mayChange refuses an act on what is no message of the side that it is for, or has not gone out.
func mayChange(op string, e conversation.Entry, act channel.Act) error {
	theirs := e.Author == conversation.ByCustomer
	ours := e.Author == conversation.ByAgent || e.Author == conversation.ByBot
	switch {
	case e.Kind != conversation.Message:
		return errs.New(errs.Conflict, op, "entry.no_message")
	case onTheirs(act) && !theirs:
		return errs.New(errs.Conflict, op, "entry.not_theirs")
	case onTheirs(act):
		return nil
	case !ours:
		return errs.New(errs.Conflict, op, "entry.not_ours")
	case e.DeliveryState != conversation.Sent && e.DeliveryState != conversation.Delivered && e.DeliveryState != conversation.Read:
		return errs.New(errs.Conflict, op, "entry.not_sent")
	}
	return nil
}

// place finds the message that a change is about, and reports whether a newer change
// has made this one needless. One whose elder is under way waits: the channel must not hear them the wrong way round.
func (s *Service) place(ctx context.Context, tx *db.Tx, out *Outgoing) (overtaken bool, err error) {
	strand := strandOf(out.Entry.Kind)
	if strand == "" {
		return false, nil
	}
	if out.Target, err = s.Conversations.FindEntry(ctx, tx, out.Entry.TargetID); err != nil {
		return false, err
	}
	if out.Entry.Kind == conversation.Deletion {
		if out.TargetParts, err = s.Conversations.PartsOf(ctx, tx, out.Target.ID); err != nil {
			return false, err
		}
	}
	changes, err := s.Conversations.ChangesOf(ctx, tx, out.Target.ID)
	if err != nil {
		return false, err
	}
	for _, c := range changes {
		switch {
		case c.DeliveryState == "" || strandOf(c.Kind) != strand:
		case c.Seq > out.Entry.Seq && c.DeliveryState.Stands():
			return true, nil
		case c.Seq < out.Entry.Seq && c.DeliveryState == conversation.Sending:
			return false, earlyError{inTurn}
		}
	}
	return false, nil
}

// strandOf returns what a change is about: of those about the same thing the newest holds.
// Empty: it is no change.
func strandOf(k conversation.Kind) string {
	switch k { //nolint:exhaustive // the others change nothing
	case conversation.Edit, conversation.Deletion:
		return "words"
	case conversation.Reaction, conversation.Like, conversation.Hiding, conversation.Blocking, conversation.Private:
		return string(k)
	}
	return ""
}
