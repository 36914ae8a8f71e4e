package catalogue

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/search"
)

func conversationSource() source {
	return source{
		kind: Conversations, load: loadConversations, after: `SELECT id FROM conversation WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT ` + reindexBatch,
		touched: func(f fact.Fact) []int64 {
			if f, ok := f.(fact.ConversationStarted); ok {
				return []int64{int64(f.Conversation)}
			}
			if c := taken(f); c != 0 {
				return []int64{int64(c)}
			}
			return nil
		},
	}
}

type conversationRow struct {
	ID      id.Conversation
	BrandID id.Brand
	Subject string
	Tags    []string `db:"tags,json"`
	LastAt  time.Time
}

func loadConversations(ctx context.Context, q db.Queryer, things []int64) ([]search.Document, []int64, error) {
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "id", things)
	rows, err := db.Many[conversationRow](ctx, q, `SELECT id, brand_id, subject, tags, last_at FROM conversation`+w.SQL(), w.Args()...)
	if err != nil {
		return nil, nil, err
	}
	rows = slices.DeleteFunc(rows, func(c conversationRow) bool { return c.Subject == "" && len(c.Tags) == 0 })
	if len(rows) == 0 {
		return nil, things, nil
	}
	keys := make([]id.Conversation, len(rows))
	for i, c := range rows {
		keys[i] = c.ID
	}
	parts, err := partsIn(ctx, q, keys)
	if err != nil {
		return nil, nil, err
	}
	var out []search.Document
	for _, c := range rows {
		out = append(out, search.Document{
			Kind: string(Conversations), Thing: int64(c.ID), Scopes: append(parts[c.ID], brandKey(c.BrandID)), Title: c.Subject,
			Body: strings.Join(c.Tags, " · "), At: c.LastAt,
		})
	}
	return out, things, nil
}

func entrySource() source {
	return source{
		kind: entries, load: loadEntries,
		after: `SELECT id FROM entry WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT ` + reindexBatch,
		touched: func(f fact.Fact) []int64 {
			if moved, ok := f.(fact.DeliveryMoved); ok && again(moved.State) {
				return []int64{int64(moved.Entry)}
			}
			added, ok := f.(fact.EntryAdded)
			if !ok {
				return nil
			}
			switch conversation.Kind(added.EntryKind) { //nolint:exhaustive // the others say nothing
			case conversation.Message, conversation.Note, conversation.Edit, conversation.Deletion:
				return []int64{int64(added.Entry)}
			}
			return nil
		},
	}
}

// again reports whether a delivery that moved there may change what is to be found: an
// edit or a deletion has come to nothing, or is tried again.
func again(state string) bool {
	d := conversation.Delivery(state)
	return !d.Stands() || d == conversation.Queued
}

type entryRow struct {
	ID             int64
	ConversationID id.Conversation
	BrandID        id.Brand
	Seq            int64
	Kind           conversation.Kind
	TargetID       int64
	Body           string
	DeliveryState  conversation.Delivery
	OccurredAt     time.Time
}

// loadEntries reads what was said, as it stands: an edit and a deletion change what their target says.
func loadEntries(ctx context.Context, q db.Queryer, things []int64) ([]search.Document, []int64, error) {
	rows, err := readEntries(ctx, q, "e.id", things)
	if err != nil {
		return nil, nil, err
	}
	looked := slices.Clone(things)
	var targets []int64
	for _, e := range rows {
		if e.changes() {
			targets = append(targets, e.TargetID)
		}
	}
	if len(targets) > 0 {
		more, err := readEntries(ctx, q, "e.id", targets)
		if err != nil {
			return nil, nil, err
		}
		rows, looked = append(rows, more...), append(looked, targets...)
	}
	changes, err := readEntries(ctx, q, "e.target_id", looked, conversation.Edit, conversation.Deletion)
	if err != nil {
		return nil, nil, err
	}
	talks := make([]id.Conversation, len(rows))
	for i, e := range rows {
		talks[i] = e.ConversationID
	}
	slices.Sort(talks)
	parts, err := partsIn(ctx, q, slices.Compact(talks))
	return documentsOf(applied(rows, changes), parts), looked, err
}

// changes reports whether e is about what another entry says.
func (e entryRow) changes() bool {
	return e.Kind == conversation.Edit || e.Kind == conversation.Deletion
}

// documentsOf returns a document for each message and note that says something. What was taken back before it was
// sent was never said.
func documentsOf(rows []entryRow, parts map[id.Conversation][]string) []search.Document {
	slices.SortFunc(rows, func(a, b entryRow) int { return cmp.Compare(a.ID, b.ID) })
	rows = slices.CompactFunc(rows, func(a, b entryRow) bool { return a.ID == b.ID })
	out := make([]search.Document, 0, len(rows))
	for _, e := range rows {
		if e.Kind != conversation.Message && e.Kind != conversation.Note || e.DeliveryState == conversation.Cancelled || strings.TrimSpace(e.Body) == "" {
			continue
		}
		out = append(out, search.Document{
			Kind: string(entries), Thing: e.ID, Group: int64(e.ConversationID), Scopes: append(slices.Clone(parts[e.ConversationID]), brandKey(e.BrandID)),
			Body: e.Body, At: e.OccurredAt,
		})
	}
	return out
}

// applied returns rows as later edits and deletions have left them.
func applied(rows, changes []entryRow) []entryRow {
	slices.SortFunc(changes, func(a, b entryRow) int { return cmp.Compare(a.Seq, b.Seq) })
	of := map[int64][]entryRow{}
	for _, c := range changes {
		if c.DeliveryState.Stands() {
			of[c.TargetID] = append(of[c.TargetID], c)
		}
	}
	for i := range rows {
		for _, c := range of[rows[i].ID] {
			rows[i].Body = c.Body // a deletion has none
			if c.Kind == conversation.Deletion {
				rows[i].Body = ""
				break // what is gone is not changed any more
			}
		}
	}
	return rows
}

// readEntries reads entries in no order: along an index SQLite would read all there are.
func readEntries(ctx context.Context, q db.Queryer, column string, keys []int64, kinds ...conversation.Kind) ([]entryRow, error) {
	w := &db.Where{}
	w.And("e.tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, column, keys)
	if len(kinds) > 0 {
		w.And("e.target_id <> 0")
		db.In(w, "e.kind", kinds)
	}
	return db.Many[entryRow](ctx, q, `SELECT e.id, e.conversation_id, c.brand_id, e.seq, e.kind, e.target_id, e.body, e.delivery_state, e.occurred_at FROM entry e
		JOIN conversation c ON c.tenant_id = e.tenant_id AND c.id = e.conversation_id`+w.SQL(), w.Args()...)
}
