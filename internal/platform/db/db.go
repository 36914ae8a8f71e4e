package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// engine is which database stands behind a DB.
type engine string

const (
	sqlite   engine = "sqlite"
	postgres engine = "postgres"
)

// DB is an open database. It is a Queryer for single reads.
type DB struct {
	*core

	now func() time.Time
}

// At returns the same database whose transactions happen at the times that now
// gives: for bringing in what happened elsewhere before.
func (d *DB) At(now func() time.Time) *DB { return &DB{core: d.core, now: now} }

// core is what all handles of one open database share.
type core struct {
	engine engine
	read   *sql.DB
	single turns // of single statements at read; nil for PostgreSQL, whose processes share the machine by themselves
	views  turns // of views at read; who holds one may ask for single statements beside it
	write  writer
	log    *slog.Logger
	facts  *factLog
	topics topics
	stats  counters
	news   chan struct{} // PostgreSQL: what News returns
	plans  statements

	stop   context.CancelFunc
	done   sync.WaitGroup
	closed sync.Once
}

// writer runs transactions that write.
type writer interface {
	update(ctx context.Context, now func() time.Time, fn func(tx *Tx) error) error
	close() error
}

// Open opens the database at url, "sqlite:<file>" or "postgres://…", without migrating it.
func Open(ctx context.Context, url string, log *slog.Logger) (*DB, error) {
	var (
		d   *DB
		err error
	)
	switch scheme, rest, _ := strings.Cut(url, ":"); scheme {
	case "sqlite":
		d, err = openSQLite(ctx, strings.TrimPrefix(rest, "//"), log)
	case "postgres", "postgresql":
		d, err = openPostgres(ctx, url, log)
	default:
		return nil, fmt.Errorf("db: %q is neither sqlite:<file> nor postgres://<user>@<host>/<database>", scheme)
	}
	if err != nil {
		return nil, fmt.Errorf("db: open: %w", err)
	}
	return d, nil
}

// Close waits for running transactions and closes the database. A second call does nothing.
func (d *DB) Close() (err error) {
	d.closed.Do(func() {
		d.stop()
		d.done.Wait()
		err = errors.Join(d.plans.close(), d.read.Close(), d.write.close())
	})
	return err
}

// Engine returns "sqlite" or "postgres", for doctors and benchmarks only.
func (d *DB) Engine() string { return string(d.engine) }

// SingleNode reports whether one process alone can hold the database, so that
// what a dead process held is free at once.
func (d *DB) SingleNode() bool { return d.engine == sqlite }

// Ping reports whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	_, err := One[int64](ctx, d, `SELECT 1`)
	return err
}

// Update runs fn in one transaction that may write, and returns after it is durable.
// If fn returns an error nothing of it remains. fn may run more than once, so it
// has no effect outside tx; what must follow the commit is given to tx.AfterCommit.
func (d *DB) Update(ctx context.Context, fn func(tx *Tx) error) error {
	return d.write.update(ctx, d.now, joined(ctx, fn))
}

// View runs fn over one unchanging picture of the database.
func (d *DB) View(ctx context.Context, fn func(q Queryer) error) error {
	done, err := d.views.take(ctx)
	if err != nil {
		return fmt.Errorf("db: view: %w", err)
	}
	defer done()
	if d.engine == postgres {
		return d.visit(ctx, fn, statement{text: startView})
	}
	tx, err := d.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("db: view: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	return fn(&Tx{run: plainRunner{tx}, engine: d.engine, now: d.now()})
}

// Together runs fn, which reads each thing for itself. What it asks for before it reads goes there and back together.
func (d *DB) Together(ctx context.Context, fn func(q Queryer) error) error {
	if d.engine == postgres {
		return d.visit(ctx, fn)
	}
	return fn(d)
}

// visit runs fn over a session of PostgreSQL that begins with first.
func (d *DB) visit(ctx context.Context, fn func(q Queryer) error, first ...statement) error {
	run, err := begin(ctx, d.read, first...)
	if err != nil {
		return fmt.Errorf("db: view: %w", err)
	}
	defer run.end()
	return fn(&Tx{run: run, engine: d.engine, now: d.now()})
}

// query makes DB a Queryer.
func (d *DB) query(ctx context.Context, text string, args []any, read func(rows rowSet) error) error {
	done, err := d.single.take(ctx)
	if err != nil {
		return err
	}
	defer done()
	rows, err := d.rows(ctx, text, args)
	return readAll(rows, err, read)
}

func (d *DB) rows(ctx context.Context, text string, args []any) (*sql.Rows, error) {
	if d.engine == postgres { // pgx keeps its own statements
		return d.read.QueryContext(ctx, text, args...)
	}
	stmt, err := d.plans.get(ctx, d.read, text) //nolint:sqlclosecheck // kept for the next time
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return d.read.QueryContext(ctx, text, args...)
	}
	return stmt.QueryContext(ctx, args...)
}

// clock returns the present at the precision that is stored.
func clock() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
