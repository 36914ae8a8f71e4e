package catalogue

import (
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
			switch f := f.(type) {
			case fact.ConversationStarted:
				return []int64{int64(f.Conversation)}
			case fact.ConversationChanged:
				return []int64{int64(f.Conversation)}
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
	var out []search.Document
	for _, c := range rows {
		if c.Subject == "" && len(c.Tags) == 0 {
			continue
		}
		out = append(out, search.Document{
			Kind: string(Conversations), Thing: int64(c.ID), Scopes: []string{brandKey(c.BrandID)}, Title: c.Subject,
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
	Kind           conversation.Kind
	TargetID       int64
	Body           string
	DeliveryState  conversation.Delivery
	OccurredAt     time.Time
}

// loadEntries reads what was said. An edit and a deletion change what their target says.
func loadEntries(ctx context.Context, q db.Queryer, things []int64) ([]search.Document, []int64, error) {
	rows, err := readEntries(ctx, q, "e.id", things)
	if err != nil {
		return nil, nil, err
	}
	var targets, threads []int64
	for _, e := range rows {
		if e.Kind == conversation.Edit || e.Kind == conversation.Deletion {
			targets, threads = append(targets, e.TargetID), append(threads, int64(e.ConversationID))
		}
	}
	if len(targets) > 0 {
		more, err := readEntries(ctx, q, "e.id", targets)
		if err != nil {
			return nil, nil, err
		}
		changes, err := readEntries(ctx, q, "e.conversation_id", threads, conversation.Edit, conversation.Deletion)
		if err != nil {
			return nil, nil, err
		}
		rows = applied(append(rows, more...), changes)
	}
	documents := map[int64]search.Document{}
	for _, e := range rows {
		if (e.Kind == conversation.Message || e.Kind == conversation.Note) && strings.TrimSpace(e.Body) != "" {
			documents[e.ID] = search.Document{
				Kind: string(entries), Thing: e.ID, Group: int64(e.ConversationID), Scopes: []string{brandKey(e.BrandID)}, Body: e.Body, At: e.OccurredAt,
			}
		}
	}
	out := make([]search.Document, 0, len(documents))
	for _, d := range documents {
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b search.Document) int { return int(min(1, max(-1, a.Thing-b.Thing))) })
	return out, append(targets, things...), nil
}

// applied returns rows as later edits and deletions have left them; changes are in order.
func applied(rows, changes []entryRow) []entryRow {
	for i := range rows {
		for _, c := range changes {
			switch {
			case c.TargetID != rows[i].ID || !c.DeliveryState.Stands():
			case c.Kind == conversation.Edit:
				rows[i].Body = c.Body
			default:
				rows[i].Body = ""
			}
		}
	}
	return rows
}

func readEntries(ctx context.Context, q db.Queryer, column string, keys []int64, kinds ...conversation.Kind) ([]entryRow, error) {
	w := &db.Where{}
	w.And("e.tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, column, keys)
	if len(kinds) > 0 {
		db.In(w, "e.kind", kinds)
	}
	return db.Many[entryRow](ctx, q, `SELECT e.id, e.conversation_id, c.brand_id, e.kind, e.target_id, e.body, e.delivery_state, e.occurred_at FROM entry e
		JOIN conversation c ON c.tenant_id = e.tenant_id AND c.id = e.conversation_id`+w.SQL()+` ORDER BY e.id`, w.Args()...)
}
