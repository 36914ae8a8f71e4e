package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/zongler/zongler/internal/errs"
)

// Reading is what was asked of a transaction, a view or what goes together, and is read later. Where statements travel, all
// that was asked goes with the first that is read, so ask for everything before you read.
type Reading[T any] struct {
	from *session // nil: it has been read
	text string
	rows []T
	done bool
	err  error
}

// errUnread says that nothing was returned, because a statement before had failed.
var errUnread = errors.New("db: not read: a statement before it had failed")

// Ask asks for the rows of a statement. It sees what was written before it.
func Ask[T any](ctx context.Context, q Queryer, text string, args ...any) *Reading[T] {
	r := &Reading[T]{text: text}
	s := sessionOf(q)
	if s == nil {
		r.rows, r.err = Many[T](ctx, q, text, args...)
		return r
	}
	r.from = s
	read := collect(&r.rows)
	r.err = s.later(ctx, statement{text: text, args: plain(args), rows: func(rows rowSet) error {
		r.done = true
		return read(rows)
	}})
	return r
}

// Many returns all rows.
func (r *Reading[T]) Many(ctx context.Context) ([]T, error) {
	if r.from != nil && !r.done && r.err == nil {
		if r.err = r.from.flush(ctx); r.err == nil && !r.done {
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

// sessionOf returns the session in which statements of q travel; nil if each is run when it is given.
func sessionOf(q Queryer) *session {
	if tx, ok := q.(*Tx); ok {
		if s, ok := tx.run.(*session); ok {
			return s
		}
	}
	return nil
}
