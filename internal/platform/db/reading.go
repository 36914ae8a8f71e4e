package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/zongler/zongler/internal/errs"
)

// Reading is what was asked of a transaction and is read later. Where statements travel, all
// that was asked goes with the first that is read, so ask for everything before you read.
type Reading[T any] struct {
	tx   *Tx
	text string
	rows []T
	done bool
	err  error
}

// errUnread says that nothing was returned, because a statement before had failed.
var errUnread = errors.New("db: not read: a statement before it had failed")

// Ask asks for the rows of a statement. It sees what was written before it.
func Ask[T any](ctx context.Context, tx *Tx, text string, args ...any) *Reading[T] {
	r := &Reading[T]{tx: tx, text: text}
	s, ok := tx.run.(*session)
	if !ok {
		r.rows, r.err = Many[T](ctx, tx, text, args...)
		r.done = true
		return r
	}
	read := collect(&r.rows)
	r.err = s.later(ctx, statement{text: text, args: plain(args), rows: func(rows rowSet) error {
		r.done = true
		return read(rows)
	}})
	return r
}

// Many returns all rows.
func (r *Reading[T]) Many(ctx context.Context) ([]T, error) {
	if s, ok := r.tx.run.(*session); ok && !r.done && r.err == nil {
		if r.err = s.flush(ctx); r.err == nil && !r.done {
			r.err = errUnread
		}
	}
	if r.err != nil {
		return nil, fmt.Errorf("db: %w (%s)", r.err, head(r.text))
	}
	return r.rows, nil
}

// Find returns the first row and whether there was one.
func (r *Reading[T]) Find(ctx context.Context) (T, bool, error) {
	rows, err := r.Many(ctx)
	if err != nil || len(rows) == 0 {
		var none T
		return none, false, err
	}
	return rows[0], true, nil
}

// One returns the first row, or a NotFound error.
func (r *Reading[T]) One(ctx context.Context) (T, error) {
	row, found, err := r.Find(ctx)
	if err == nil && !found {
		err = errs.E(errs.NotFound, "db.One", sql.ErrNoRows)
	}
	return row, err
}
