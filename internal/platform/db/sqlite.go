package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"runtime"
	"strings"
	"time"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

// Limits of the SQLite writer.
const (
	maxGroup        = 128                    // transactions in one commit
	maxWaiting      = 1024                   // callers waiting for the writer before Update blocks
	checkpointEvery = 250 * time.Millisecond // keeps the write-ahead log short without a pause in commits
	busyTimeout     = 5 * time.Second        // for another process on the same file
	pageCacheKiB    = 16 * 1024              // of one connection
	viewsAtOnce     = 2                      // views at once, beside single statements: one of these for each processor
)

// hastySuffix on the file's name gives up durability, for tests that do not pull the plug.
const hastySuffix = "?hasty"

func openSQLite(ctx context.Context, file string, log *slog.Logger) (*DB, error) {
	if file == "" {
		return nil, errors.New("sqlite: needs a file name")
	}
	file, hasty := strings.CutSuffix(file, hastySuffix)
	synchronous := "synchronous(FULL)"
	if hasty {
		synchronous = "synchronous(OFF)"
	}
	readers := max(2, runtime.NumCPU())
	write, err := sql.Open("sqlite", dsn(file, "journal_mode(WAL)", synchronous, "wal_autocheckpoint(0)")+"&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(2) // the writer and the checkpointer
	read, err := sql.Open("sqlite", dsn(file, "query_only(true)"))
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	read.SetMaxOpenConns(readers + viewsAtOnce)
	read.SetMaxIdleConns(readers + viewsAtOnce)
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	d := &DB{core: &core{engine: sqlite, read: read, single: make(turns, readers), views: make(turns, viewsAtOnce), log: log, stop: stop, facts: newFactLog()}, now: clock}
	group, err := startGroup(life, write, d)
	if err != nil {
		stop()
		return nil, errors.Join(err, write.Close(), read.Close())
	}
	d.write = group
	return d, nil
}

func dsn(file string, pragmas ...string) string {
	q := url.Values{}
	common := []string{
		fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()), fmt.Sprintf("cache_size(-%d)", pageCacheKiB),
		"temp_store(MEMORY)", "foreign_keys(false)", "mmap_size(268435456)",
	}
	for _, p := range append(common, pragmas...) {
		q.Add("_pragma", p)
	}
	return "file:" + (&url.URL{Path: file}).EscapedPath() + "?" + q.Encode()
}

// group is the one writer of a SQLite file: it runs the waiting transactions one
// after another, each in a savepoint, and makes them durable with one commit.
type group struct {
	db    *sql.DB
	conn  *sql.Conn
	plans statements
	owner *DB
	queue chan *request
	dirty chan struct{}   // something was committed since the last checkpoint
	ended <-chan struct{} // no more is taken
	gone  chan struct{}   // the writer has returned: what it has not answered it never will
}

// request is one call of Update.
type request struct {
	ctx  context.Context //nolint:containedctx // it travels to the writer with its transaction
	now  func() time.Time
	fn   func(tx *Tx) error
	tx   *Tx
	err  error
	grip any // what fn panicked with
	done chan struct{}
}

func startGroup(life context.Context, db *sql.DB, owner *DB) (*group, error) {
	conn, err := db.Conn(life)
	if err != nil {
		return nil, err
	}
	g := &group{db: db, conn: conn, owner: owner, queue: make(chan *request, maxWaiting), dirty: make(chan struct{}, 1), ended: life.Done(), gone: make(chan struct{})}
	owner.done.Go(func() { g.work(life) })
	owner.done.Go(func() { g.checkpoint(life) })
	return g, nil
}

var errClosed = errors.New("db: closed")

func (g *group) update(ctx context.Context, now func() time.Time, fn func(tx *Tx) error) error {
	r := &request{ctx: context.WithoutCancel(ctx), now: now, fn: fn, done: make(chan struct{})}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-g.ended:
		return errClosed
	default:
	}
	select {
	case g.queue <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-g.ended:
		return errClosed
	}
	select { // not ctx: once begun, its outcome must be known
	case <-r.done:
	case <-g.gone:
		select {
		case <-r.done:
		default:
			return errClosed // put into the queue after it was drained
		}
	}
	if r.grip != nil {
		panic(r.grip)
	}
	if r.err != nil {
		return r.err
	}
	g.owner.topics.wake(r.tx.topics)
	for _, fn := range r.tx.after {
		fn()
	}
	return nil
}

func (g *group) work(life context.Context) {
	defer close(g.gone)
	for {
		select {
		case first := <-g.queue:
			g.commit(g.gather(first))
		case <-life.Done():
			g.drain()
			return
		}
	}
}

// drain refuses what came too late.
func (g *group) drain() {
	for {
		select {
		case r := <-g.queue:
			r.err = errClosed
			close(r.done)
		default:
			return
		}
	}
}

func (g *group) gather(first *request) []*request {
	batch := []*request{first}
	for len(batch) < maxGroup {
		select {
		case r := <-g.queue:
			batch = append(batch, r)
		default:
			return batch
		}
	}
	return batch
}

// commit runs a batch and tells every caller the outcome.
func (g *group) commit(batch []*request) {
	ctx := context.Background()
	err := g.run(ctx, batch)
	if err != nil {
		_, _ = g.exec(ctx, `ROLLBACK`, nil)
	} else {
		g.owner.stats.committed(len(batch))
	}
	for _, r := range batch {
		if r.err == nil && r.grip == nil {
			r.err = err
		}
		if r.err == nil && r.grip == nil {
			g.owner.facts.add(r.tx.records)
		}
	}
	for _, r := range batch {
		close(r.done)
	}
	select {
	case g.dirty <- struct{}{}:
	default:
	}
}

func (g *group) run(ctx context.Context, batch []*request) error {
	if _, err := g.exec(ctx, `BEGIN IMMEDIATE`, nil); err != nil {
		return fmt.Errorf("db: begin: %w", err)
	}
	shell := &Tx{run: g, engine: sqlite}
	pos, _, err := Find[int64](ctx, shell, `SELECT pos FROM fact WHERE pos > 0 ORDER BY pos DESC LIMIT 1`)
	if err != nil && !isMissingTable(err) { // before the first migration there are no facts
		return err
	}
	for _, r := range batch {
		if err := g.one(r, &pos); err != nil {
			return err
		}
	}
	if _, err := g.exec(ctx, `COMMIT`, nil); err != nil {
		return fmt.Errorf("db: commit: %w", err)
	}
	return nil
}

// one runs a request in its savepoint. Its own failure is kept in r; the error returned is the group's.
func (g *group) one(r *request, pos *int64) error {
	if _, err := g.exec(r.ctx, `SAVEPOINT one`, nil); err != nil {
		return err
	}
	before := *pos
	r.tx = &Tx{run: g, engine: sqlite, now: r.now(), pos: pos}
	r.call()
	if r.err != nil || r.grip != nil {
		*pos = before
		if _, err := g.exec(r.ctx, `ROLLBACK TO one`, nil); err != nil {
			return err
		}
	}
	_, err := g.exec(r.ctx, `RELEASE one`, nil)
	return err
}

func (r *request) call() {
	defer func() { r.grip = recover() }()
	if r.err = r.fn(r.tx); r.err == nil {
		r.err = r.tx.writeFacts(r.ctx)
	}
}

// whole returns ctx without its end, or its error if it has ended. A statement
// that is interrupted on its way takes the whole transaction of the group with it
// (sqlite3_interrupt), so a caller may leave between statements only.
func whole(ctx context.Context) (context.Context, error) {
	return context.WithoutCancel(ctx), ctx.Err()
}

// query runs text prepared on the writer's connection.
func (g *group) query(ctx context.Context, text string, args []any, read func(rows rowSet) error) error {
	ctx, stmt, err := g.prepared(ctx, text) //nolint:sqlclosecheck // kept for the next time
	switch {
	case err != nil:
		return err
	case stmt == nil:
		return plainRunner{g.conn}.query(ctx, text, args, read)
	}
	rows, err := stmt.QueryContext(ctx, args...)
	return readAll(rows, err, read)
}

// exec runs text prepared on the writer's connection.
func (g *group) exec(ctx context.Context, text string, args []any) (int64, error) {
	ctx, stmt, err := g.prepared(ctx, text) //nolint:sqlclosecheck // kept for the next time
	switch {
	case err != nil:
		return 0, err
	case stmt == nil:
		return plainRunner{g.conn}.exec(ctx, text, args)
	}
	res, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// prepared returns text prepared, nil if enough are, and the ctx in which it runs.
func (g *group) prepared(ctx context.Context, text string) (context.Context, *sql.Stmt, error) {
	ctx, err := whole(ctx)
	if err != nil {
		return ctx, nil, err
	}
	stmt, err := g.plans.get(ctx, g.conn, text)
	return ctx, stmt, err
}

// checkpoint moves the write-ahead log into the file beside the commits, not inside them.
func (g *group) checkpoint(life context.Context) {
	rest := newRest()
	defer rest.Stop()
	for {
		select {
		case <-life.Done():
			return
		case <-g.dirty:
			rest.pause(life, nil, checkpointEvery)
			if _, err := g.db.ExecContext(life, `PRAGMA wal_checkpoint(PASSIVE)`); err != nil && life.Err() == nil {
				g.owner.log.Warn("checkpoint", "err", err)
			}
		}
	}
}

func (g *group) close() error { // the last connection to close empties the write-ahead log
	return errors.Join(g.plans.close(), g.conn.Close(), g.db.Close())
}

func isMissingTable(err error) bool {
	var e *driver.Error
	return errors.As(err, &e) && e.Code() == codes.SQLITE_ERROR
}

func isDuplicateSQLite(err error) bool {
	var e *driver.Error
	return errors.As(err, &e) && (e.Code() == codes.SQLITE_CONSTRAINT_UNIQUE || e.Code() == codes.SQLITE_CONSTRAINT_PRIMARYKEY)
}
