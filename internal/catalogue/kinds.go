package catalogue

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/platform/search"
)

// sourcesKnown is the reader whose place is the number of sources of whose things everything has documents.
const sourcesKnown = "catalogue.sources"

// Enlist has documents made of all that is there of kinds that have become findable since: what
// changes is found by its facts, what has been there before an upgrade by this. It does so once;
// a new kind is therefore the last of the sources.
func (x *Indexer) Enlist(ctx context.Context, held *lease.Held) error {
	return x.update(ctx, held, func(tx *db.Tx) error {
		known, err := search.Position(ctx, tx, sourcesKnown)
		if err != nil {
			return err
		}
		all := int64(len(sources()))
		if known >= all {
			return nil
		}
		tenants, err := db.Many[id.Tenant](ctx, tx, `SELECT tenant_id FROM tenant ORDER BY tenant_id`)
		if err != nil {
			return err
		}
		for _, tenant := range tenants {
			if err := job.Enqueue(actor.With(ctx, actor.ForSystem(tenant)), tx, Reindex{Source: int(known), Begun: tx.Now()}, job.Unique("kinds")); err != nil {
				return err
			}
		}
		return search.Advance(ctx, tx, sourcesKnown, all)
	})
}
