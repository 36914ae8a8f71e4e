package conversation

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// MaxChanges bounds the changes of one entry.
const MaxChanges = 200

// Standing is what has become of a message: which of the edits, deletions,
// reactions and acts about it stand. What came to nothing is as if it had never been.
type Standing struct {
	Text     string
	HTML     string
	Edit     Entry   // the newest that stands; zero: it reads as it was written
	Deletion Entry   // zero: it is there
	Reaction Entry   // the newest of ours, which may take one back; zero: we have not reacted
	Like     Entry   // the newest of ours, which may take one back
	Hiding   Entry   // the last by the channel's clock, which may show it again
	Blocking Entry   // of its author, the newest of ours, which may take one back
	Private  Entry   // the answer in private; zero: there is none
	Changes  []Entry // all that were made, the oldest first
}

// Liked reports whether we like it.
func (s Standing) Liked() bool { return s.Like.ID != 0 && !s.Like.TakesBack() }

// Hidden reports whether it is hidden from the public.
func (s Standing) Hidden() bool { return s.Hiding.ID != 0 && !s.Hiding.TakesBack() }

// Blocked reports whether its author was blocked for it.
func (s Standing) Blocked() bool { return s.Blocking.ID != 0 && !s.Blocking.TakesBack() }

// Reacted returns our reaction; empty: there is none.
func (s Standing) Reacted() string {
	if s.Reaction.TakesBack() {
		return ""
	}
	return s.Reaction.Body
}

// TakesBack reports whether a reaction takes one back.
func (e Entry) TakesBack() bool {
	var data struct {
		Off bool `json:"off"`
	}
	return len(e.Data) > 0 && json.Unmarshal(e.Data, &data) == nil && data.Off
}

// StandingOf returns what has become of a message. It asks for no permission.
func (s *Service) StandingOf(ctx context.Context, q db.Queryer, e Entry) (Standing, error) {
	changes, err := s.ChangesOf(ctx, q, e.ID)
	return standing(e, changes), errs.Op("conversation.StandingOf", err)
}

// standing applies changes, the oldest first, to a message.
func standing(e Entry, changes []Entry) Standing {
	out := Standing{Text: e.Body, HTML: e.HTML, Changes: changes}
	for _, c := range changes {
		switch {
		case !c.DeliveryState.Stands():
		case c.Kind == Edit:
			out.Text, out.HTML, out.Edit = c.Body, c.HTML, c
		case c.Kind == Deletion:
			out.Deletion = c
		case c.Kind == Reaction && c.Author != ByCustomer:
			out.Reaction = c
		case c.Kind == Like:
			out.Like = c
		case c.Kind == Hiding && !c.OccurredAt.Before(out.Hiding.OccurredAt):
			out.Hiding = c
		case c.Kind == Blocking:
			out.Blocking = c
		case c.Kind == Private:
			out.Private = c
		}
	}
	return out
}

// ChangesOf returns the edits, deletions, reactions and acts about an entry, the oldest first.
func (s *Service) ChangesOf(ctx context.Context, q db.Queryer, entry id.Entry) ([]Entry, error) {
	found, err := db.Many[Entry](ctx, q, `SELECT `+EntryColumns+` FROM entry
		WHERE tenant_id = $1 AND target_id = $2 AND target_id <> 0 AND kind <> 'system' ORDER BY seq LIMIT 500`, actor.From(ctx).Tenant, entry)
	return found, errs.Op("conversation.ChangesOf", err)
}

// AsTheyStand returns entries with the messages among them as they read now; those that
// were taken back are left out. It asks for no permission.
func (s *Service) AsTheyStand(ctx context.Context, q db.Queryer, entries []Entry) ([]Entry, error) {
	var keys []id.Entry
	for _, e := range entries {
		if e.Kind == Message {
			keys = append(keys, e.ID)
		}
	}
	if len(keys) == 0 {
		return entries, nil
	}
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "target_id", keys)
	w.And("target_id <> 0 AND kind IN ('edit', 'deletion')")
	changes, err := db.Many[Entry](ctx, q, `SELECT `+EntryColumns+` FROM entry`+w.SQL(), w.Args()...)
	if err != nil {
		return nil, errs.Op("conversation.AsTheyStand", err)
	}
	slices.SortFunc(changes, func(a, b Entry) int { return cmp.Compare(a.Seq, b.Seq) })
	of := map[id.Entry][]Entry{}
	for _, c := range changes {
		of[c.TargetID] = append(of[c.TargetID], c)
	}
	out := make([]Entry, 0, len(entries))
	for _, e := range entries {
		now := standing(e, of[e.ID])
		if e.Kind == Message {
			e.Body, e.HTML = now.Text, now.HTML
		}
		if now.Deletion.ID == 0 {
			out = append(out, e)
		}
	}
	return out, nil
}

// TakenBack returns which messages were taken back of those that are among some
// entries, or that edits among them are about. It asks for no permission.
func (s *Service) TakenBack(ctx context.Context, q db.Queryer, entries []Entry) (map[id.Entry]bool, error) {
	var keys []id.Entry
	for _, e := range entries {
		switch e.Kind { //nolint:exhaustive // the others say nothing of a message
		case Message:
			keys = append(keys, e.ID)
		case Edit:
			keys = append(keys, e.TargetID)
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "target_id", keys)
	w.And("target_id <> 0 AND kind = 'deletion' AND delivery_state <> 'failed' AND delivery_state <> 'cancelled'")
	found, err := db.Many[id.Entry](ctx, q, `SELECT target_id FROM entry`+w.SQL(), w.Args()...)
	gone := make(map[id.Entry]bool, len(found))
	for _, key := range found {
		gone[key] = true
	}
	return gone, errs.Op("conversation.TakenBack", err)
}

// Gone reports whether a message was taken back. It asks for no permission.
func (s *Service) Gone(ctx context.Context, q db.Queryer, message id.Entry) (bool, error) {
	gone, err := s.TakenBack(ctx, q, []Entry{{ID: message, Kind: Message}})
	return gone[message], errs.Op("conversation.Gone", err)
}
