package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib" // also the driver "pgx"
)

// Limits of a transaction on PostgreSQL.
const (
	maxQueued = 32              // statements that wait to be sent together
	endWithin = 5 * time.Second // of taking back what was not committed
)

// Statements of which a transaction consists beside ours.
const (
	start     = "begin"
	startView = "begin isolation level repeatable read read only"
	commit    = "commit"
)

// session is a transaction on PostgreSQL. What is only written, or asked for and not yet read,
// is kept until something is read, or until the commit, and travels in one message: on a busy
// machine a statement takes a tenth of a millisecond and its way there and back twice as long.
type session struct {
	conn   *sql.Conn
	queued []statement
	begun  bool // something was sent
	ended  bool
	doubts bool // it asks whether a row is new
	wrong  bool // a row was not new that was taken for it
}

// statement is one that was not sent yet, with who takes what it returns.
type statement struct {
	text string
	args []any
	rows func(rows rowSet) error     // nil: it returns none
	tag  func(tag pgconn.CommandTag) // may be nil
	once bool                        // it must touch a row: see mustTouch
}

// errNotNew says that a row was there that was taken for new, or not there that was to be changed.
var errNotNew = errors.New("db: the row was there")

// mustTouch returns a statement that does what text does and fails with divisionByZero if it touches no row. So what
// waits behind it, the commit too, can travel with it: the server does nothing more then.
func mustTouch(text string) string {
	return "WITH touched AS (" + text + " RETURNING 1) SELECT 1 / COUNT(*) FROM touched"
}

// divisionByZero is a state of PostgreSQL (22012).
const divisionByZero = "22012"

// errUndone says that the server has taken back what it was to commit: a statement had failed before.
var errUndone = errors.New("db: commit: a statement of the transaction had failed")

// begin takes a connection for statements behind first; without first they are no transaction.
func begin(ctx context.Context, pool *sql.DB, first ...statement) (*session, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &session{conn: conn, queued: first, ended: len(first) == 0}, nil
}

// raw runs fn with the driver's connection.
func (s *session) raw(fn func(c *pgx.Conn) error) error {
	return s.conn.Raw(func(dc any) error { return fn(dc.(*stdlib.Conn).Conn()) }) //nolint:forcetypeassert // the pool is of that driver
}

// query sends what waits, and then reads.
func (s *session) query(ctx context.Context, text string, args []any, read func(rows rowSet) error) error {
	s.queued = append(s.queued, statement{text: text, args: args, rows: read})
	return s.flush(ctx)
}

// exec sends what waits, and then writes.
func (s *session) exec(ctx context.Context, text string, args []any) (touched int64, err error) {
	s.queued = append(s.queued, statement{text: text, args: args, tag: func(tag pgconn.CommandTag) { touched = tag.RowsAffected() }})
	err = s.flush(ctx)
	return touched, err
}

// later keeps a statement until the next one is read, or the commit.
func (s *session) later(ctx context.Context, q statement) error {
	s.queued = append(s.queued, q)
	if len(s.queued) < maxQueued {
		return nil
	}
	return s.flush(ctx)
}

// flush sends what waits in one message. The first that fails is the error; none after it has run.
func (s *session) flush(ctx context.Context) error {
	queued := s.queued
	if len(queued) == 0 {
		return nil
	}
	s.queued, s.begun = nil, true
	err := s.raw(func(c *pgx.Conn) error {
		batch := &pgx.Batch{}
		for _, q := range queued {
			if q.once {
				batch.Queue(mustTouch(q.text), q.args...)
			} else {
				batch.Queue(q.text, q.args...)
			}
		}
		results := c.SendBatch(ctx, batch)
		for i, q := range queued {
			if err := q.take(results); err != nil {
				s.wrong = s.wrong || errors.Is(err, errNotNew)
				_ = results.Close() // it fails with the same
				if i == len(queued)-1 {
					return err // who sends says which it was
				}
				return fmt.Errorf("%w (%s)", conflict(err), head(q.text))
			}
		}
		return results.Close()
	})
	return orGone(ctx, err)
}

// take hands over what a statement returned.
func (q statement) take(results pgx.BatchResults) error {
	if q.rows != nil {
		rows, err := results.Query()
		if err != nil {
			return err
		}
		defer rows.Close() // rows.Err tells
		if err := q.rows(driverRows{rows}); err != nil {
			return err
		}
		return rows.Err()
	}
	tag, err := results.Exec()
	if err == nil && q.tag != nil {
		q.tag(tag)
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && q.once && e.Code == divisionByZero {
		return errNotNew
	}
	return err
}

// driverRows are rows that the driver returns itself.
type driverRows struct{ pgx.Rows }

// Columns returns the names.
func (r driverRows) Columns() ([]string, error) {
	fields := r.FieldDescriptions()
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names, nil
}

// orGone says that who asked has gone, where the pool says only that the connection has:
// the driver closes the connection of a statement that is given up.
func orGone(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil && !errors.Is(err, ctx.Err()) {
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	return err
}

// commit makes the transaction durable, with what waits.
func (s *session) commit(ctx context.Context) error {
	var undone bool
	if s.wrong { // and whoever was told so went on all the same
		return fmt.Errorf("db: commit: %w", errNotNew)
	}
	s.queued = append(s.queued, statement{text: commit, tag: func(tag pgconn.CommandTag) { undone = tag.String() != "COMMIT" }})
	err := s.flush(ctx)
	if err == nil && undone {
		err = errUndone
	}
	if err != nil {
		return fmt.Errorf("db: commit: %w", err)
	}
	s.ended = true
	return nil
}

// end takes back what was not committed and gives the connection back. One that does not
// answer is closed: the server takes its transaction back then.
func (s *session) end() {
	if s.begun && !s.ended {
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
