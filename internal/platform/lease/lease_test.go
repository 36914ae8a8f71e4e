package lease_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/lease"
)

func TestALateOwnerIsRefusedByTheDatabase(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 1)
		check := func(held lease.Held) error {
			return d.Update(ctx, func(tx *db.Tx) error { return lease.Check(ctx, tx, held) })
		}
		var old lease.Held
		once(ctx, d, "first", func(held lease.Held) {
			old = held
			if err := check(held); err != nil {
				t.Errorf("the owner is refused: %v", err)
			}
		})
		once(ctx, d, "second", func(held lease.Held) {
			if held.Epoch <= old.Epoch {
				t.Errorf("epoch %d after %d", held.Epoch, old.Epoch)
			}
			if err := check(old); !errs.Is(errs.Conflict, err) {
				t.Errorf("the late owner got %v", err)
			}
		})
	})
}

// once holds the lease for one call of fn.
func once(ctx context.Context, d *db.DB, owner string, fn func(held lease.Held)) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lease.NewKeeper(d, owner, slog.New(slog.DiscardHandler)).Hold(ctx, "tenant/1", func(_ context.Context, held lease.Held) error {
		fn(held)
		cancel()
		return nil
	})
}
