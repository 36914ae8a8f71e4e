package catalogue

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// How a re-indexing keeps out of the way of those who write: after an upgrade it may go on for an hour.
const (
	reindexBatch = "50" // things that one transaction looks at
	reindexPause = 100 * time.Millisecond
)

// Reindex is the job that makes all documents of a tenant anew, a batch at a time:
// each leaves the next behind.
type Reindex struct {
	Source int       `json:"source"`
	After  int64     `json:"after"`
	Begun  time.Time `json:"begun"` // documents that nobody has looked at since are of things that are gone
}

// Kind names the job.
func (Reindex) Kind() string { return "catalogue.reindex" }

// StartReindex has all documents of the actor's tenant made anew. What can be found stays so meanwhile.
func (x *Indexer) StartReindex(ctx context.Context) error {
	const op = "catalogue.StartReindex"
	if _, err := actor.Require(ctx, op, actor.JobRetry); err != nil {
		return err
	}
	return errs.Op(op, x.db.Update(ctx, func(tx *db.Tx) error {
		if err := audit.Write(ctx, tx, audit.Entry{Action: "search.reindex", Subject: audit.Subject{Kind: "search"}}); err != nil {
			return err
		}
		return job.Enqueue(ctx, tx, Reindex{Begun: tx.Now()}, job.Unique("first"))
	}))
}

// Reindex does one batch.
func (x *Indexer) Reindex(ctx context.Context, j Reindex) error {
	all := sources()
	if j.Source >= len(all) {
		return nil
	}
	s := all[j.Source]
	return x.db.Update(ctx, func(tx *db.Tx) error {
		things, err := db.Many[int64](ctx, tx, s.after, actor.From(ctx).Tenant, j.After)
		if err != nil {
			return err
		}
		if len(things) > 0 {
			if err := x.refresh(ctx, tx, s, things); err != nil {
				return err
			}
			return job.Enqueue(ctx, tx, Reindex{Source: j.Source, After: things[len(things)-1], Begun: j.Begun}, job.At(tx.Now().Add(reindexPause)))
		}
		more, err := x.index.Sweep(ctx, tx, string(s.kind), j.Begun)
		if err != nil {
			return err
		}
		if more {
			return job.Enqueue(ctx, tx, j)
		}
		return job.Enqueue(ctx, tx, Reindex{Source: j.Source + 1, Begun: j.Begun})
	})
}
