package db

import "context"

// turns lets only so many read at a time, in the order in which they came. A pool of
// database/sql alone wakes any of those that wait; and with more readers than processors
// those that are woken run one after another, while one that was interrupted in the middle
// of its reading waits until the scheduler's slice of 10 ms is over: with eight readers on
// two processors one in a hundred waited six times as long as usual. Nil lets everybody in.
type turns chan struct{}

// take waits for the caller's turn, which lasts until done is called. It returns the error of ctx if that ends before.
func (t turns) take(ctx context.Context) (done func(), err error) {
	if t == nil {
		return func() {}, nil
	}
	select {
	case t <- struct{}{}:
		return func() { <-t }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
