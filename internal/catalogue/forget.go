package catalogue

import (
	"context"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Forget makes the documents of things anew in tx, in which their words were taken
// from them: when it commits, nothing is found that is not there any more.
func (x *Indexer) Forget(ctx context.Context, tx *db.Tx, customers []id.Customer, conversations []id.Conversation) error {
	if err := x.refreshAll(ctx, tx, customerSource(), keysOf(customers)); err != nil {
		return err
	}
	if err := x.refreshAll(ctx, tx, conversationSource(), keysOf(conversations)); err != nil {
		return err
	}
	for _, c := range conversations {
		said, err := db.Many[int64](ctx, tx, `SELECT id FROM entry WHERE tenant_id = $1 AND conversation_id = $2 ORDER BY seq`, actor.From(ctx).Tenant, c)
		if err != nil {
			return err
		}
		if err := x.refreshAll(ctx, tx, entrySource(), said); err != nil {
			return err
		}
	}
	return nil
}

// ForgetOrganisations does so for organisations.
func (x *Indexer) ForgetOrganisations(ctx context.Context, tx *db.Tx, organisations []id.Organisation) error {
	return x.refreshAll(ctx, tx, organisationSource(), keysOf(organisations))
}

// ForgetCase does so for a case.
func (x *Indexer) ForgetCase(ctx context.Context, tx *db.Tx, key id.Case) error {
	return x.refreshAll(ctx, tx, caseSource(), []int64{int64(key)})
}

func (x *Indexer) refreshAll(ctx context.Context, tx *db.Tx, s source, things []int64) error {
	for part := range slices.Chunk(things, writeAt) {
		if err := x.refresh(ctx, tx, s, part); err != nil {
			return err
		}
	}
	return nil
}

func keysOf[K ~int64](keys []K) []int64 {
	out := make([]int64, len(keys))
	for i, k := range keys {
		out[i] = int64(k)
	}
	return out
}

// Compact lets the index give up the words of documents that are gone, a piece at a time.
func (x *Indexer) Compact(ctx context.Context, tx *db.Tx, first bool) (bool, error) {
	return x.index.Compact(ctx, tx, first)
}
