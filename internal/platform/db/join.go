package db

import (
	"context"
	"sync/atomic"
)

type joinKey struct{}

// join is work that the first transaction of a context takes along.
type join struct {
	work func(ctx context.Context, tx *Tx) error
	done atomic.Bool
}

// Joining returns a context whose first Update to commit also does work, before
// its own and in the same transaction: both remain, or neither. An error of work
// is the transaction's. done reports whether a commit is known that took it along.
func Joining(ctx context.Context, work func(ctx context.Context, tx *Tx) error) (_ context.Context, done func() bool) {
	j := &join{work: work}
	return context.WithValue(ctx, joinKey{}, j), j.done.Load
}

// Apart returns ctx without what Joining gave it, for bookkeeping that is not what the caller came for.
func Apart(ctx context.Context) context.Context {
	return context.WithValue(ctx, joinKey{}, (*join)(nil))
}

// joined returns fn with the work that ctx still has to do.
func joined(ctx context.Context, fn func(tx *Tx) error) func(tx *Tx) error {
	j, _ := ctx.Value(joinKey{}).(*join)
	if j == nil || j.done.Load() {
		return fn
	}
	return func(tx *Tx) error {
		if err := j.work(ctx, tx); err != nil {
			return err
		}
		tx.AfterCommit(func() { j.done.Store(true) })
		return fn(tx)
	}
}
