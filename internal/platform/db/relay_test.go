package db_test

import (
	"context"
	"os"
	"sync"
	"testing"

	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// Nodes number facts of one database at the same time; each must see one sequence without a gap.
func TestNodesTogetherGiveDensePositions(t *testing.T) {
	t.Parallel()
	if os.Getenv("ZONGLER_TEST_POSTGRES") == "" {
		t.Skip("SQLite has one node; ZONGLER_TEST_POSTGRES names no server")
	}
	const nodes, writers, each = 3, 4, 50
	url, ctx := dbtest.PostgresURL(t), dbtest.As(t, 1)
	all := make([]*db.DB, nodes)
	for n := range all {
		all[n] = dbtest.Open(t, url)
	}
	var writing, reading sync.WaitGroup
	defer reading.Wait()
	for n, d := range all {
		reading.Go(func() { readAll(ctx, t, d, nodes*writers*each) })
		for w := range writers {
			writing.Go(func() {
				for i := range each {
					err := d.Update(ctx, func(tx *db.Tx) error {
						return tx.Record(ctx, fact.ReadMoved{Conversation: id.Conversation(n*writers + w + 1), Seq: int64(i + 1)})
					})
					if err != nil {
						t.Error(err)
					}
					for _, other := range all {
						other.Wake()
					}
				}
			})
		}
	}
	writing.Wait()
}

// readAll follows facts until it has seen n, and complains of each gap.
func readAll(ctx context.Context, t *testing.T, d *db.DB, n int64) {
	t.Helper()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	last := int64(0)
	err := d.Follow(ctx, "test", 0, func(_ context.Context, batch []fact.Record) error {
		for _, r := range batch {
			if r.Pos != last+1 {
				t.Errorf("position %d after %d", r.Pos, last)
			}
			last = r.Pos
		}
		if last >= n {
			cancel()
		}
		return nil
	})
	if err != nil || last != n {
		t.Errorf("%d facts of %d: %v", last, n, err)
	}
}
