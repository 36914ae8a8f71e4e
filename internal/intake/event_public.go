package intake

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// echoWithin is how long after an act of ours the channel tells of it at most. What is
// told later was done by other means.
const echoWithin = 10 * time.Minute

// placed is where something that came in belongs.
type placed struct {
	Standing

	thread string
	parent id.Entry
}

// stands returns where a message or an echo belongs. What is public belongs where the
// entry stands that it answers, as far as that is here; whatever comes first begins the
// thread, so that the order in which a channel tells does not matter.
func (s *Events) stands(ctx context.Context, p channel.EntryPoint, in channel.Inbound) (placed, error) {
	at := placed{thread: in.Thread}
	if in.Post == "" {
		var err error
		if at.thread, err = s.threadOf(ctx, p, in); err != nil {
			return at, err
		}
		at.parent, err = s.answered(ctx, p, in)
		return at, err
	}
	told := conversation.Told{Brand: p.Brand, EntryPoint: p.ID, ExternalID: in.Post, At: in.OccurredAt}
	at.Begins = in.ExternalID == in.Post
	if at.Begins {
		told.Known, told.Link, told.Author, told.Written = true, in.Link, in.Sender.DisplayName, in.OccurredAt
		told.Text, _ = safe(in)
	}
	err := s.DB.Update(ctx, func(tx *db.Tx) error {
		post, err := s.Threads.KeepPost(ctx, tx, told)
		at.Post, at.External, at.Known = post.ID, post.ExternalID, post.Known
		return err
	})
	if err != nil || at.Begins {
		return at, err
	}
	if in.Target != "" && in.Target != in.Post {
		at.Missing = in.Target
	}
	return at, s.place(ctx, p, in, &at)
}

// threadOf returns the key of the thread to which something private belongs: of those by
// which its sender is known here the one in which something was said last.
func (s *Events) threadOf(ctx context.Context, p channel.EntryPoint, in channel.Inbound) (string, error) {
	if len(in.Threads) == 0 {
		return in.Thread, nil
	}
	key, last := in.Thread, time.Time{}
	for _, one := range append([]string{in.Thread}, in.Threads...) {
		c, found, err := s.Threads.FindThread(ctx, s.DB, p.ID, one)
		if err != nil {
			return "", err
		}
		if found && c.LastAt.After(last) {
			key, last = one, c.LastAt
		}
	}
	return key, nil
}

// place finds the thread of something that stands under a post.
func (s *Events) place(ctx context.Context, p channel.EntryPoint, in channel.Inbound, at *placed) error {
	above := in.Post // a post of a customer is the beginning of what is said under it
	at.thread = in.ExternalID
	if at.Missing != "" {
		above, at.thread = at.Missing, at.Missing
	}
	e, err := s.Threads.FindSent(ctx, s.DB, p.ID, above)
	if err != nil && !errs.Is(errs.NotFound, err) {
		return err
	}
	if here := err == nil; here {
		at.parent, at.Missing = e.ID, ""
		c, err := s.Threads.Find(ctx, s.DB, e.ConversationID)
		if err != nil {
			return err
		}
		if c.ExternalKey != "" { // it may have been erased
			at.thread = c.ExternalKey
		}
	}
	_, answered, err := s.Threads.FindThread(ctx, s.DB, p.ID, in.ExternalID)
	if answered { // answers to it were here before it, and begin a thread of their own
		at.thread = in.ExternalID
	}
	return err
}

// mayBeOurs reports whether something whose author is not told is an answer of ours: one
// that is being sent, or of which nobody knows whether it was. Its name shows it later.
func (s *Events) mayBeOurs(ctx context.Context, p channel.EntryPoint, in channel.Inbound, at placed) (bool, settled, error) {
	if !strings.HasPrefix(in.Sender.ExternalID, channel.Unknown) {
		return false, settled{}, nil
	}
	c, found, err := s.Threads.FindThread(ctx, s.DB, p.ID, at.thread)
	if err == nil && !found && at.parent == 0 && at.Missing == "" { // it stands under the post itself
		c, found, err = s.Threads.Announced(ctx, s.DB, at.Post, in.Text)
	}
	if err != nil || !found {
		return false, settled{}, err
	}
	if sending, err := s.Threads.InFlight(ctx, s.DB, c.ID); err != nil || sending {
		return true, settled{state: Parked, awaits: awaitsThread(c.ID), conversation: c.ID}, err
	}
	done := settled{state: Done, brought: in.ExternalID, conversation: c.ID}
	e, found, err := s.Threads.Unconfirmed(ctx, s.DB, c.ID, in.Text)
	if err != nil {
		return false, settled{}, err
	}
	if done.entry = e.ID; found {
		return true, done, s.confirm(ctx, e, in)
	}
	e, err = s.Threads.FindSent(ctx, s.DB, p.ID, in.ExternalID) // its name may have come meanwhile
	if errs.Is(errs.NotFound, err) {
		return false, settled{}, nil
	}
	done.conversation, done.entry = e.ConversationID, e.ID
	return err == nil, done, err
}

// ask has something fetched that was named and not told.
func (s *Events) ask(ctx context.Context, p channel.EntryPoint, in channel.Inbound) error {
	if !in.Ask {
		return nil
	}
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		asked := channel.Explain{Point: p.ID, Post: in.Post, Comment: in.Target, Named: true}
		return job.Enqueue(ctx, tx, asked, job.Unique(p.ID.String()+" "+in.ExternalID))
	})
}

// applyPost keeps what stands above public entries.
func (s *Events) applyPost(ctx context.Context, p channel.EntryPoint, in channel.Inbound, attempts int) (settled, error) {
	t := conversation.Told{
		Brand: p.Brand, EntryPoint: p.ID, ExternalID: in.Post, Link: in.Link, At: in.OccurredAt, Ours: in.Sender.ExternalID == "",
		Author: in.Sender.DisplayName, Gone: in.Off,
	}
	switch in.State {
	case channel.Hidden:
		t.Hidden = true
	case channel.Unhidden:
		t.Shown = true
	default:
		t.Known, t.Written = !in.Off, in.OccurredAt
		t.Text, _ = safe(in)
	}
	pictures, err := s.pictures(ctx, p, in, attempts)
	if err != nil {
		return settled{}, err
	}
	return settled{state: Done}, s.DB.Update(ctx, func(tx *db.Tx) error {
		post, err := s.Threads.KeepPost(ctx, tx, t)
		if err != nil || len(pictures) == 0 || len(post.Attachments) > 0 {
			return err
		}
		kept, err := s.Files.TakePosted(ctx, tx, post.ID, pictures)
		if err != nil {
			return err
		}
		return s.Threads.Illustrate(ctx, tx, post, Named(kept))
	})
}

// pictures brings the pictures of a post here that has none yet.
func (s *Events) pictures(ctx context.Context, p channel.EntryPoint, in channel.Inbound, attempts int) ([]id.Attachment, error) {
	if len(in.Remote)+len(in.Files) == 0 {
		return nil, nil
	}
	known, _, err := s.Threads.FindPost(ctx, s.DB, p.ID, in.Post)
	if err != nil || len(known.Attachments) > 0 {
		return nil, err
	}
	files, _, err := s.files(ctx, p, in, attempts)
	return files, err
}

// applyHiding keeps that an entry was hidden from the public, or is shown again. What we
// have done ourselves comes back and is there already.
func (s *Events) applyHiding(ctx context.Context, p channel.EntryPoint, in channel.Inbound) (settled, error) {
	e, found, err := s.target(ctx, p, in)
	if err != nil || !found {
		return parked(in), err
	}
	done := settled{state: Done, conversation: e.ConversationID, entry: e.ID}
	now, err := s.Threads.StandingOf(ctx, s.DB, e)
	if err != nil || slices.ContainsFunc(now.Changes, func(by conversation.Entry) bool { return told(by, in) }) {
		return done, err
	}
	n := conversation.NewEntry{Kind: conversation.Hiding, Target: e.ID, ExternalID: in.ExternalID, OccurredAt: in.OccurredAt}
	done.entry, err = s.elsewhere(ctx, e, n, remark{Off: in.Off})
	return done, err
}

// told reports whether a hiding that a channel tells of is one that we know: the same told
// of a later time, or one of ours as it comes back.
func told(by conversation.Entry, in channel.Inbound) bool {
	if by.Kind != conversation.Hiding || by.TakesBack() != in.Off || !by.DeliveryState.Stands() {
		return false
	}
	return !by.OccurredAt.Before(in.OccurredAt) || by.DeliveryState != "" && in.OccurredAt.Sub(by.OccurredAt) < echoWithin
}

// applyOwnChange keeps that an entry of ours was changed or taken back in public. What we
// have done ourselves comes back and is there already.
func (s *Events) applyOwnChange(ctx context.Context, e conversation.Entry, in channel.Inbound) (settled, error) {
	done := settled{state: Done, conversation: e.ConversationID, entry: e.ID}
	now, err := s.Threads.StandingOf(ctx, s.DB, e)
	switch {
	case err != nil || now.Deletion.ID != 0:
		return done, err
	case in.Kind == channel.KindEdit && in.Text == now.Text:
		return done, nil
	}
	if in.Kind == channel.KindEdit {
		if late, err := s.Threads.Superseded(ctx, s.DB, e, in.OccurredAt); err != nil || late {
			return done, err
		}
	}
	text, formatted := safe(in)
	n := conversation.NewEntry{Kind: conversation.Kind(in.Kind), Target: e.ID, ExternalID: in.ExternalID, Text: text, HTML: formatted, OccurredAt: in.OccurredAt}
	done.entry, err = s.elsewhere(ctx, e, n, remark{})
	return done, err
}

// elsewhere appends what one of us has done to e by other means.
func (s *Events) elsewhere(ctx context.Context, e conversation.Entry, n conversation.NewEntry, r remark) (id.Entry, error) {
	r.Elsewhere = true
	var err error
	if n.Data, err = json.Marshal(r); err != nil {
		return 0, err
	}
	n.Author = conversation.ByAgent
	var made conversation.Entry
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		c, err := s.Threads.Lock(ctx, tx, e.ConversationID)
		if err != nil {
			return err
		}
		made, _, err = s.Threads.Append(ctx, tx, &c, n)
		return err
	})
	return made.ID, err
}
