package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib" // also the driver "pgx"
)

// Limits of a transaction on PostgreSQL.
const (
	maxQueued = 32              // statements that wait to be sent together
	endWithin = 5 * time.Second // of taking back what was not committed
)

// session is a transaction on PostgreSQL. What is only written is kept until something is
// read, or until the commit, and travels in one message: on a busy machine a statement
// takes a tenth of a millisecond and its way there and back twice as long.
type session struct {
	conn   *sql.Conn
	queued []statement
	ended  bool
}

// statement is one that was not sent yet.
type statement struct {
	text string
	args []any
}

// errUndone says that the server has taken back what it was to commit: a statement had failed before.
var errUndone = errors.New("db: commit: a statement of the transaction had failed")

func begin(ctx context.Context, pool *sql.DB) (*session, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	s := &session{conn: conn}
	if err := s.raw(func(c *pgx.Conn) error { _, err := c.Exec(ctx, "begin"); return err }); err != nil {
		s.end()
		return nil, err
	}
	return s, nil
}

// raw runs fn with the driver's connection.
func (s *session) raw(fn func(c *pgx.Conn) error) error {
	return s.conn.Raw(func(dc any) error { return fn(dc.(*stdlib.Conn).Conn()) }) //nolint:forcetypeassert // the pool is of that driver
}

// QueryContext sends what waits, and then reads.
func (s *session) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if err := s.flush(ctx); err != nil {
		return nil, err
	}
	rows, err := s.conn.QueryContext(ctx, text, args...)
	return rows, orGone(ctx, err)
}

// ExecContext sends what waits, and then writes.
func (s *session) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if err := s.flush(ctx); err != nil {
		return nil, err
	}
	res, err := s.conn.ExecContext(ctx, text, args...)
	return res, orGone(ctx, err)
}

// orGone says that who asked has gone, where the pool says only that the connection has:
// the driver closes the connection of a statement that is given up.
func orGone(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil && !errors.Is(err, ctx.Err()) {
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	return err
}

// later keeps a statement until the next one is read, or the commit.
func (s *session) later(ctx context.Context, text string, args []any) error {
	s.queued = append(s.queued, statement{text, args})
	if len(s.queued) < maxQueued {
		return nil
	}
	return s.flush(ctx)
}

func (s *session) flush(ctx context.Context) error {
	if len(s.queued) == 0 {
		return nil
	}
	queued := s.queued
	s.queued = nil
	return s.send(ctx, queued)
}

// send sends statements in one message. The first that fails is the error; none after it has run.
func (s *session) send(ctx context.Context, all []statement) error {
	err := s.raw(func(c *pgx.Conn) error {
		batch := &pgx.Batch{}
		for _, q := range all {
			batch.Queue(q.text, q.args...)
		}
		results := c.SendBatch(ctx, batch)
		for _, q := range all {
			tag, err := results.Exec()
			if err == nil && q.text == commit && tag.String() != "COMMIT" {
				err = errUndone
			}
			if err != nil {
				_ = results.Close() // it fails with the same
				return fmt.Errorf("db: %w (%s)", conflict(err), head(q.text))
			}
		}
		return results.Close()
	})
	return orGone(ctx, err)
}

const commit = "commit"

// commit makes the transaction durable, with what waits.
func (s *session) commit(ctx context.Context) error {
	queued := append(s.queued, statement{text: commit})
	s.queued = nil
	err := s.send(ctx, queued)
	s.ended = err == nil
	return err
}

// end takes back what was not committed and gives the connection back. One that does not
// answer is closed: the server takes its transaction back then.
func (s *session) end() {
	if !s.ended {
		_ = s.raw(func(c *pgx.Conn) error {
			ctx, cancel := context.WithTimeout(context.Background(), endWithin)
			defer cancel()
			if _, err := c.Exec(ctx, "rollback"); err != nil {
				return driver.ErrBadConn
			}
			return nil
		})
	}
	_ = s.conn.Close() // of the pool
}
