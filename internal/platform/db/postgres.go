package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Limits of a PostgreSQL pool.
const (
	maxConns     = 32
	connLife     = 30 * time.Minute
	maxTries     = 10                   // of a transaction that lost against another
	retryBackoff = 2 * time.Millisecond // doubled and spread for each further try
	maxBackoff   = 200 * time.Millisecond
)

func openPostgres(ctx context.Context, url string, log *slog.Logger) (*DB, error) {
	pool, err := sql.Open("pgx", url)
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(maxConns)
	pool.SetMaxIdleConns(maxConns)
	pool.SetConnMaxLifetime(connLife)
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	d := &DB{core: &core{engine: postgres, read: pool, log: log, stop: stop, facts: newFactLog(), news: make(chan struct{}, 1)}, now: clock}
	d.write = &server{pool: pool, owner: d}
	d.done.Go(func() { d.relay(life) })
	return d, nil
}

// server runs transactions on PostgreSQL, again where another was in the way.
type server struct {
	pool  *sql.DB
	owner *DB
}

func (s *server) update(ctx context.Context, now func() time.Time, fn func(tx *Tx) error) error {
	wait, doubts := retryBackoff, false
	for try := 1; ; try++ {
		wrong, err := s.once(ctx, now, fn, doubts)
		if wrong && err != nil {
			doubts = true
			continue
		}
		if err == nil || !isRetryable(err) || try == maxTries {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(wait/2 + rand.N(wait)):
		}
		wait = min(2*wait, maxBackoff)
	}
}

// once tries a transaction. It is wrong if a row was there that it took for new.
func (s *server) once(ctx context.Context, now func() time.Time, fn func(tx *Tx) error, doubts bool) (wrong bool, err error) {
	run, err := begin(ctx, s.pool, statement{text: start})
	if err != nil {
		return false, fmt.Errorf("db: begin: %w", err)
	}
	defer run.end()
	run.doubts = doubts
	tx := &Tx{run: run, engine: postgres, now: now()}
	if err := s.do(ctx, tx, run, fn); err != nil {
		return run.wrong, err
	}
	s.tell(tx)
	return false, nil
}

// do runs fn and commits.
func (s *server) do(ctx context.Context, tx *Tx, run *session, fn func(tx *Tx) error) error {
	if err := fn(tx); err != nil {
		return err
	}
	if err := tx.writeFacts(ctx); err != nil {
		return err
	}
	if len(tx.records) > 0 && time.Since(tx.records[0].ID.Time()) > recordedFor {
		return fmt.Errorf("db: not committed: it recorded its first fact more than %v ago; do less in one transaction", recordedFor)
	}
	return run.commit(ctx)
}

// tell tells whoever waits for it what was committed.
func (s *server) tell(tx *Tx) {
	if len(tx.records) > 0 {
		s.owner.facts.kick()
	}
	s.owner.stats.committed(1)
	if len(tx.topics) > 0 {
		s.owner.tell()
	}
	s.owner.topics.wake(tx.topics)
	for _, fn := range tx.after {
		fn()
	}
}

func (s *server) close() error { return nil } // the pool is the reader's too

// isRetryable reports a serialization failure (40001) or a deadlock (40P01).
func isRetryable(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "40001" || e.Code == "40P01")
}

// isUndefinedTable reports a database that was not migrated yet (42P01).
func isUndefinedTable(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "42P01"
}

func isDuplicate(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code == "23505"
	}
	return isDuplicateSQLite(err)
}
