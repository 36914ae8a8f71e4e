package app

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/bus/bustest"
	"github.com/zongler/zongler/internal/platform/config"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/job"
)

// nodeOf starts a node of which only what connects nodes runs.
func nodeOf(t *testing.T, database, nats string) *App {
	t.Helper()
	c := config.Default(t.TempDir())
	c.DatabaseURL, c.NATSURL = database, nats
	a, err := New(t.Context(), c, Options{Version: "test"}, testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := a.reach(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- runAll(ctx, a.log, []process{{"news", a.spread}}) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the node did not end well: %v", err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

func TestANodeHearsOfAnothersCommitsAtOnce(t *testing.T) {
	t.Parallel()
	if os.Getenv("ZONGLER_TEST_POSTGRES") == "" {
		t.Skip("several nodes need PostgreSQL")
	}
	database, nats, ctx := dbtest.PostgresURL(t), bustest.Server(t), dbtest.As(t, 1)
	here, there := nodeOf(t, database, nats), nodeOf(t, database, nats)
	woken, end := there.db.Woken("job") // nothing polls behind this one
	defer end()
	tell := map[string]func(tx *db.Tx) error{
		"a job":  func(tx *db.Tx) error { return job.Enqueue(ctx, tx, prune{}) },
		"a fact": func(tx *db.Tx) error { return tx.Record(ctx, fact.CustomerCreated{Customer: id.Customer(7)}) },
	}
	meet(t, here, woken)
	for what, act := range tell {
		drain(woken)
		if err := here.db.Update(ctx, act); err != nil {
			t.Fatal(err)
		}
		select {
		case <-woken:
		case <-time.After(within):
			t.Errorf("the other node never heard of %s", what)
		}
	}
	if pos, err := db.LastFact(ctx, there.db); pos < 1 || err != nil {
		t.Errorf("it was woken before the fact had its place: %d, %v", pos, err)
	}
}

// meet waits until both nodes have subscribed.
func meet(t *testing.T, here *App, woken <-chan struct{}) {
	t.Helper()
	ctx := dbtest.As(t, 1)
	deadline := time.After(within)
	for {
		if err := here.db.Update(ctx, func(tx *db.Tx) error { tx.Wake("hello"); return nil }); err != nil {
			t.Fatal(err)
		}
		select {
		case <-woken:
			return
		case <-deadline:
			t.Fatal("the nodes never met")
		case <-time.After(spreadEvery):
		}
	}
}

// drain takes what is left of hellos, until none has come for a while.
func drain(woken <-chan struct{}) {
	for {
		select {
		case <-woken:
		case <-time.After(20 * spreadEvery):
			return
		}
	}
}
