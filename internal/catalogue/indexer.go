package catalogue

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/lanes"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/platform/search"
)

// How the indexer keeps out of the way of those who write.
const (
	reader    = "catalogue"
	pace      = 250 * time.Millisecond // between two writings, so that many facts share one
	writeAt   = 100                    // things written in one transaction
	factBatch = 500
)

// Indexer keeps the search index up to date. One node at a time runs it, under a lease.
type Indexer struct {
	db    *db.DB
	index *search.Index
	log   *slog.Logger
}

// NewIndexer returns an indexer that does nothing until Run or CatchUp.
func NewIndexer(d *db.DB, index *search.Index, log *slog.Logger) *Indexer {
	return &Indexer{db: d, index: index, log: log}
}

// Run follows the facts until ctx ends, and writes while held is the newest of its lease.
func (x *Indexer) Run(ctx context.Context, held lease.Held) error {
	if err := x.Enlist(ctx, &held); err != nil {
		return err
	}
	pos, err := search.Position(ctx, x.db, reader)
	if err != nil {
		return err
	}
	return x.db.Follow(ctx, reader, pos, func(ctx context.Context, batch []fact.Record) error {
		if err := x.write(ctx, batch, &held); err != nil {
			return err
		}
		if len(batch) < factBatch {
			lanes.Pause(ctx, nil, pace)
		}
		return nil
	})
}

// CatchUp writes all that has happened and was not written, for those who do not Run.
func (x *Indexer) CatchUp(ctx context.Context) error {
	for {
		pos, err := search.Position(ctx, x.db, reader)
		if err != nil {
			return err
		}
		batch, err := db.Facts(ctx, x.db, pos, factBatch)
		if err != nil || len(batch) == 0 {
			return err
		}
		if err := x.write(ctx, batch, nil); err != nil {
			return err
		}
	}
}

// write brings the documents up to date that the facts of batch have changed.
func (x *Indexer) write(ctx context.Context, batch []fact.Record, held *lease.Held) error {
	all := sources()
	touched := map[id.Tenant][]map[int64]bool{}
	joined := map[id.Tenant]map[id.Conversation]bool{}
	for _, r := range batch {
		if c := taken(r.Fact); c != 0 {
			if joined[r.Tenant] == nil {
				joined[r.Tenant] = map[id.Conversation]bool{}
			}
			joined[r.Tenant][c] = true
		}
		for i, s := range all {
			for _, thing := range s.touched(r.Fact) {
				if touched[r.Tenant] == nil {
					touched[r.Tenant] = make([]map[int64]bool, len(all))
				}
				if touched[r.Tenant][i] == nil {
					touched[r.Tenant][i] = map[int64]bool{}
				}
				touched[r.Tenant][i][thing] = true
			}
		}
	}
	for tenant, kinds := range touched {
		ctx := actor.With(ctx, actor.ForSystem(tenant))
		for i, things := range kinds {
			for part := range slices.Chunk(slices.Sorted(maps.Keys(things)), writeAt) {
				if err := x.update(ctx, held, func(tx *db.Tx) error { return x.refresh(ctx, tx, all[i], part) }); err != nil {
					return err
				}
			}
		}
	}
	for tenant, conversations := range joined {
		ctx := actor.With(ctx, actor.ForSystem(tenant))
		for part := range slices.Chunk(slices.Sorted(maps.Keys(conversations)), writeAt) {
			if err := x.rejoin(ctx, held, part); err != nil {
				return err
			}
		}
	}
	return x.update(ctx, held, func(tx *db.Tx) error { return search.Advance(ctx, tx, reader, batch[len(batch)-1].Pos) })
}

// update runs fn in a transaction that fails if another node has taken over.
func (x *Indexer) update(ctx context.Context, held *lease.Held, fn func(tx *db.Tx) error) error {
	return x.db.Update(ctx, func(tx *db.Tx) error {
		if held != nil {
			if err := lease.Check(ctx, tx, *held); err != nil {
				return err
			}
		}
		return fn(tx)
	})
}

// refresh makes the documents of things of the actor's tenant anew.
func (x *Indexer) refresh(ctx context.Context, tx *db.Tx, s source, things []int64) error {
	if err := search.Lock(ctx, tx, reader); err != nil {
		return err
	}
	documents, looked, err := s.load(ctx, tx, things)
	if err != nil {
		return err
	}
	return x.index.Replace(ctx, tx, string(s.kind), looked, documents...)
}
