package conversation

import (
	"context"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// MaxPage bounds a page of entries.
const MaxPage = 200

// Window is a stretch of a conversation: the newest entries before BeforeSeq, or
// the oldest behind AfterSeq; without either the newest of all.
type Window struct {
	BeforeSeq int64
	AfterSeq  int64
	Limit     int
	External  bool // only what the customer may see
}

// Entries returns a stretch of a conversation that the actor may read, oldest
// first, and whether there is more in the direction of reading.
func (s *Service) Entries(ctx context.Context, conversation id.Conversation, w Window) ([]Entry, bool, error) {
	const op = "conversation.Entries"
	if _, err := s.Visible(ctx, s.db, actor.ConversationRead, conversation); err != nil {
		return nil, false, errs.Op(op, err)
	}
	entries, more, err := s.Page(ctx, s.db, conversation, w)
	return entries, more, errs.Op(op, err)
}

// Page is Entries for a caller that has checked the right to read, such as the customer's own channel.
func (s *Service) Page(ctx context.Context, q db.Queryer, conversation id.Conversation, win Window) ([]Entry, bool, error) {
	limit := max(1, min(win.Limit, MaxPage))
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	w.And("conversation_id = ?", conversation)
	order := " ORDER BY seq DESC"
	switch {
	case win.AfterSeq > 0:
		w.And("seq > ?", win.AfterSeq)
		order = " ORDER BY seq"
	case win.BeforeSeq > 0:
		w.And("seq < ?", win.BeforeSeq)
	}
	if win.External {
		w.And("kind <> ?", string(Note))
	}
	found, err := db.Many[Entry](ctx, q, `SELECT `+EntryColumns+` FROM entry`+w.SQL()+order+` LIMIT `+w.Arg(limit+1), w.Args()...)
	if err != nil {
		return nil, false, errs.Op("conversation.Page", err)
	}
	more := len(found) > limit
	found = found[:min(len(found), limit)]
	if win.AfterSeq == 0 {
		slices.Reverse(found)
	}
	return found, more, nil
}

// EntryOf returns one entry of a conversation that the actor may read.
func (s *Service) EntryOf(ctx context.Context, entry id.Entry) (Entry, error) {
	const op = "conversation.EntryOf"
	e, err := s.FindEntry(ctx, s.db, entry)
	if err != nil {
		return Entry{}, errs.Op(op, err)
	}
	_, err = s.Visible(ctx, s.db, actor.ConversationRead, e.ConversationID)
	return e, errs.Op(op, err)
}

// FindEntry returns an entry of the actor's tenant. It asks for no permission.
func (s *Service) FindEntry(ctx context.Context, q db.Queryer, entry id.Entry) (Entry, error) {
	e, err := db.One[Entry](ctx, q, `SELECT `+EntryColumns+` FROM entry WHERE tenant_id = $1 AND id = $2`,
		actor.From(ctx).Tenant, entry)
	return e, errs.Op("conversation.FindEntry", err)
}

// CountNewer returns how many messages the customer has written behind seq.
func (s *Service) CountNewer(ctx context.Context, q db.Queryer, conversation id.Conversation, seq int64) (int, error) {
	n, err := db.One[int](ctx, q, `SELECT COUNT(*) FROM entry
		WHERE tenant_id = $1 AND conversation_id = $2 AND seq > $3 AND author = $4`,
		actor.From(ctx).Tenant, conversation, seq, string(ByCustomer))
	return n, errs.Op("conversation.CountNewer", err)
}
