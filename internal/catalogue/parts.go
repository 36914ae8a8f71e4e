package catalogue

import (
	"context"
	"maps"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/platform/search"
)

// maxParts bounds the users of one conversation whose part in it is a word.
const maxParts = 200

// userKey is the scope of what a user has a part in.
func userKey(user id.User) string { return "u" + user.String() }

// taken returns the conversation of which a fact may say that a user has a part in it from now on; 0: of none.
func taken(f fact.Fact) id.Conversation {
	switch f := f.(type) {
	case fact.InteractionStarted:
		return f.Conversation
	case fact.UserMentioned:
		return f.Conversation
	case fact.UserTold:
		return f.Conversation
	case fact.ConversationChanged:
		return f.Conversation
	case fact.EntryAdded:
		if f.User != 0 {
			return f.Conversation
		}
	}
	return 0
}

// partsIn returns the scopes of those who have a part in conversations of the actor's tenant.
func partsIn(ctx context.Context, q db.Queryer, conversations []id.Conversation) (map[id.Conversation][]string, error) {
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "conversation_id", conversations)
	w.And("involved")
	rows, err := db.Many[struct {
		ConversationID id.Conversation
		UserID         id.User
	}](ctx, q, `SELECT conversation_id, user_id FROM participant`+w.SQL()+` ORDER BY conversation_id, last_at DESC, user_id`, w.Args()...)
	out := map[id.Conversation][]string{}
	for _, r := range rows {
		if users := out[r.ConversationID]; len(users) < maxParts {
			out[r.ConversationID] = append(users, userKey(r.UserID))
		}
	}
	return out, err
}

// rejoin makes what was said in conversations anew where somebody has a part since it was written.
func (x *Indexer) rejoin(ctx context.Context, held *lease.Held, conversations []id.Conversation) error {
	behind, err := x.behind(ctx, conversations)
	if err != nil || len(behind) == 0 {
		return err
	}
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "conversation_id", behind)
	said, err := db.Many[int64](ctx, x.db, `SELECT id FROM entry`+w.SQL()+` ORDER BY id`, w.Args()...)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(said, writeAt) {
		if err := x.update(ctx, held, func(tx *db.Tx) error { return x.refresh(ctx, tx, entrySource(), part) }); err != nil {
			return err
		}
	}
	return nil
}

// behind returns those of conversations whose oldest document lacks somebody. What is younger has whoever the oldest has.
func (x *Indexer) behind(ctx context.Context, conversations []id.Conversation) ([]id.Conversation, error) {
	parts, err := partsIn(ctx, x.db, conversations)
	if err != nil || len(parts) == 0 {
		return nil, err
	}
	groups := make([]int64, 0, len(parts))
	for c := range parts {
		groups = append(groups, int64(c))
	}
	oldest, err := x.index.Oldest(ctx, x.db, string(entries), groups)
	var behind []id.Conversation
	for _, c := range slices.Sorted(maps.Keys(parts)) {
		has, there := oldest[int64(c)]
		if there && slices.ContainsFunc(parts[c], func(key string) bool { return !slices.Contains(has, key) }) {
			behind = append(behind, c)
		}
	}
	return behind, err
}

// own narrows a query to what the actor may see who does not see all: by a part in it, or besides.
func (s *Service) own(ctx context.Context, query *search.Query) error {
	users, besides, err := s.reach.Parts(ctx)
	for _, user := range users[:min(len(users), search.MaxScopes)] {
		query.Own = append(query.Own, userKey(user))
	}
	query.Besides = besides
	return err
}
