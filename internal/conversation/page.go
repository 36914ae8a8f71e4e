package conversation

import (
	"cmp"
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

// EntryOf returns one entry of a conversation that the actor may read, as it reads now;
// NotFound if there is none, or it was taken back.
func (s *Service) EntryOf(ctx context.Context, conversation id.Conversation, entry id.Entry) (Entry, error) {
	const op = "conversation.EntryOf"
	if _, err := s.Visible(ctx, s.db, actor.ConversationRead, conversation); err != nil {
		return Entry{}, errs.Op(op, err)
	}
	e, err := s.FindEntry(ctx, s.db, entry)
	if err != nil {
		return Entry{}, errs.Op(op, err)
	}
	now, err := s.AsTheyStand(ctx, s.db, []Entry{e})
	if err != nil {
		return Entry{}, errs.Op(op, err)
	}
	if e.ConversationID != conversation || len(now) == 0 {
		return Entry{}, errs.New(errs.NotFound, op, "not_found")
	}
	return now[0], nil
}

// FindEntry returns an entry of the actor's tenant. It asks for no permission.
func (s *Service) FindEntry(ctx context.Context, q db.Queryer, entry id.Entry) (Entry, error) {
	e, err := db.One[Entry](ctx, q, `SELECT `+EntryColumns+` FROM entry WHERE tenant_id = $1 AND id = $2`,
		actor.From(ctx).Tenant, entry)
	return e, errs.Op("conversation.FindEntry", err)
}

// MaxFound bounds the entries found at once.
const MaxFound = 100

// FindEntries returns up to MaxFound entries of the actor's tenant in the order in
// which they were made. It asks for no permission.
func (s *Service) FindEntries(ctx context.Context, q db.Queryer, entries []id.Entry) ([]Entry, error) {
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "id", entries[:min(len(entries), MaxFound)])
	found, err := db.Many[Entry](ctx, q, `SELECT `+EntryColumns+` FROM entry`+w.SQL(), w.Args()...)
	// Not ORDER BY: for an order that an index has, SQLite walks all of that index.
	slices.SortFunc(found, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.ConversationID, b.ConversationID), cmp.Compare(a.Seq, b.Seq))
	})
	return found, errs.Op("conversation.FindEntries", err)
}

// Newer is what others than the actor have written behind a place in a conversation.
type Newer struct {
	Customer int     // entries by the customer
	Answers  int     // messages to the customer by colleagues
	By       id.User // who wrote the newest of those; 0: an integration
}

// FindNewer returns what others than the actor have written behind seq.
func (s *Service) FindNewer(ctx context.Context, q db.Queryer, conversation id.Conversation, seq int64) (Newer, error) {
	a := actor.From(ctx)
	n, err := db.One[Newer](ctx, q, `SELECT
			COALESCE(SUM(CASE WHEN author = $5 THEN 1 ELSE 0 END), 0) AS customer,
			COALESCE(SUM(CASE WHEN author = $6 THEN 1 ELSE 0 END), 0) AS answers,
			COALESCE((SELECT n.user_id FROM entry n WHERE n.tenant_id = $1 AND n.conversation_id = $2 AND n.seq > $3
				AND n.author = $6 AND n.kind = $7 AND n.user_id <> $4 ORDER BY n.seq DESC LIMIT 1), 0) AS by
		FROM entry WHERE tenant_id = $1 AND conversation_id = $2 AND seq > $3
			AND (author = $5 OR author = $6 AND kind = $7 AND user_id <> $4)`,
		a.Tenant, conversation, seq, a.User, string(ByCustomer), string(ByAgent), string(Message))
	return n, errs.Op("conversation.FindNewer", err)
}
