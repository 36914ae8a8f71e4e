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

// Nodes number facts of one database at the same time; each must see one sequence with every fact.
func TestNodesTogetherGiveEachFactOnePosition(t *testing.T) {
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

// readAll follows facts until it has seen n, each once and by rising positions.
func readAll(ctx context.Context, t *testing.T, d *db.DB, n int) {
	t.Helper()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	last, seen := int64(0), map[id.Fact]bool{}
	err := d.Follow(ctx, "test", 0, func(_ context.Context, batch []fact.Record) error {
		for _, r := range batch {
			if r.Pos <= last || seen[r.ID] {
				t.Errorf("position %d after %d, of a fact that was seen: %v", r.Pos, last, seen[r.ID])
			}
			last, seen[r.ID] = r.Pos, true
		}
		if len(seen) >= n {
			cancel()
		}
		return nil
	})
	if err != nil || len(seen) != n {
		t.Errorf("%d facts of %d: %v", len(seen), n, err)
	}
}

// A server that crashes forgets positions it has given. Who remembers them hears of those facts again, and misses none.
func TestPositionsLostInACrashAreNotGivenAgain(t *testing.T) {
	t.Parallel()
	if os.Getenv("ZONGLER_TEST_POSTGRES") == "" {
		t.Skip("SQLite commits a fact with its position; ZONGLER_TEST_POSTGRES names no server")
	}
	ctx, cancel := context.WithCancel(dbtest.As(t, 1))
	defer cancel()
	d := dbtest.Open(t, dbtest.PostgresURL(t))
	say := func(n id.Conversation) {
		t.Helper()
		if err := d.Update(ctx, func(tx *db.Tx) error { return tx.Record(ctx, fact.ReadMoved{Conversation: n, Seq: 1}) }); err != nil {
			t.Fatal(err)
		}
	}
	heard, last := make(chan id.Conversation, 16), int64(0)
	following := make(chan error, 1)
	go func() {
		following <- d.Follow(ctx, "test", 0, func(_ context.Context, batch []fact.Record) error {
			for _, r := range batch {
				if r.Pos <= last {
					t.Errorf("position %d is given again", r.Pos)
				}
				last = r.Pos
				heard <- r.Fact.(fact.ReadMoved).Conversation
			}
			return nil
		})
	}()
	stored := begun(ctx, t, d)
	say(1)
	say(2)
	if a, b := <-heard, <-heard; a != 1 || b != 2 {
		t.Fatalf("heard %d and %d", a, b)
	}
	crash(ctx, t, d, stored)
	say(3)
	for got := range heard {
		if got == 3 {
			break
		}
	}
	cancel()
	if err := <-following; err != nil {
		t.Error(err)
	}
}

// begun waits until positions can be given and returns the newest that is on the disk.
func begun(ctx context.Context, t *testing.T, d *db.DB) int64 {
	t.Helper()
	for {
		if pos, err := db.One[int64](ctx, d, `SELECT pos FROM fact_head`); err != nil || pos > 0 {
			if err != nil {
				t.Fatal(err)
			}
			return pos
		}
	}
}

// crash leaves what a crash may: the positions behind one are lost, and all sessions have ended but one.
func crash(ctx context.Context, t *testing.T, d *db.DB, stored int64) {
	t.Helper()
	err := d.Update(ctx, func(tx *db.Tx) error {
		if err := db.Write(ctx, tx, `UPDATE fact SET pos = 0 WHERE pos > $1`, stored); err != nil {
			return err
		}
		if err := db.Write(ctx, tx, `UPDATE fact_head SET pos = $1`, stored); err != nil {
			return err
		}
		_, err := db.Many[bool](ctx, tx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
