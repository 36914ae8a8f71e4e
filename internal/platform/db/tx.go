package db

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
)

// Queryer reads: a *DB (each statement by itself) or a *Tx (all in one).
type Queryer interface {
	query(ctx context.Context, text string, args []any, read func(rows rowSet) error) error
}

// rowSet is what *sql.Rows and the driver's own rows have in common.
type rowSet interface {
	Columns() ([]string, error)
	Next() bool
	Scan(dest ...any) error
	Err() error
}

// runner is what a SQLite writer's connection, a session on PostgreSQL and a View have in common.
type runner interface {
	query(ctx context.Context, text string, args []any, read func(rows rowSet) error) error
	exec(ctx context.Context, text string, args []any) (touched int64, err error)
}

// plainRunner runs each statement when it is given.
type plainRunner struct {
	on interface {
		QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
		ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error)
	}
}

func (r plainRunner) query(ctx context.Context, text string, args []any, read func(rows rowSet) error) error {
	rows, err := r.on.QueryContext(ctx, text, args...)
	return readAll(rows, err, read)
}

func (r plainRunner) exec(ctx context.Context, text string, args []any) (int64, error) {
	res, err := r.on.ExecContext(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// readAll has read take what a query returned.
func readAll(rows *sql.Rows, err error, read func(rows rowSet) error) error {
	if err != nil {
		return err
	}
	defer rows.Close() // rows.Err tells
	if err := read(rows); err != nil {
		return err
	}
	return rows.Err()
}

// Tx is a transaction in progress. It belongs to one goroutine.
type Tx struct {
	run     runner
	engine  engine
	now     time.Time
	pos     *int64 // newest position given by this group; nil where a relay gives them
	records []fact.Record
	encoded []string // the data of each record
	topics  []string
	after   []func()
}

// Now returns the instant of the transaction: one for all it writes.
func (tx *Tx) Now() time.Time { return tx.now }

func (tx *Tx) query(ctx context.Context, text string, args []any, read func(rows rowSet) error) error {
	return tx.run.query(ctx, text, args, read)
}

// AfterCommit runs fn once the transaction is durable, on the goroutine that called Update.
func (tx *Tx) AfterCommit(fn func()) { tx.after = append(tx.after, fn) }

// Wake wakes those who wait on topic (DB.Woken), once the transaction is durable.
func (tx *Tx) Wake(topic string) {
	if !slices.Contains(tx.topics, topic) {
		tx.topics = append(tx.topics, topic)
	}
}

// ForUpdate returns the words that lock the rows of a SELECT until the commit; put them at its end.
func (tx *Tx) ForUpdate() string {
	if tx.engine == postgres {
		return " FOR UPDATE"
	}
	return ""
}

// ForShare returns the words that keep others from changing the rows of a SELECT until the commit.
func (tx *Tx) ForShare() string {
	if tx.engine == postgres {
		return " FOR SHARE"
	}
	return ""
}

// SkipLocked is ForUpdate that passes over rows which others hold.
func (tx *Tx) SkipLocked() string {
	if tx.engine == postgres {
		return " FOR UPDATE SKIP LOCKED"
	}
	return ""
}

// Among returns the words that say of a column of keys that it is one of those of a JSON object, which is the argument arg.
// PostgreSQL reads them first, and looks for each by the column's index; of a list from a SELECT it makes a join that
// goes through all that a tenant has while it takes the table for small.
func (tx *Tx) Among(arg string) string {
	keys := "(SELECT CAST(key AS BIGINT) FROM json_each(" + arg + "))"
	if tx.engine == postgres {
		return "= ANY (ARRAY" + keys + ")"
	}
	return "IN " + keys
}

// DatabaseNow returns the database's clock, which all nodes share.
func (tx *Tx) DatabaseNow(ctx context.Context) (time.Time, error) {
	if tx.engine == sqlite {
		return tx.now, nil
	}
	return One[time.Time](ctx, tx, `SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)`)
}

// Record notes f, made true by the actor of ctx in its tenant, at Now. It is written
// with all other facts of the transaction, in one statement before the commit.
func (tx *Tx) Record(ctx context.Context, f fact.Fact) error {
	who := actor.From(ctx)
	if who.Tenant == 0 {
		return fmt.Errorf("db: record %s: nobody acts", f.Kind())
	}
	data, err := fact.Encode(f)
	if err != nil {
		return err
	}
	r := fact.Record{Tenant: who.Tenant, ID: id.New[id.Fact](), At: tx.now, By: fact.ByActor(who), Fact: f}
	if tx.pos != nil {
		*tx.pos++
		r.Pos = *tx.pos
	}
	tx.records, tx.encoded = append(tx.records, r), append(tx.encoded, string(data))
	return nil
}

// maxFactRows bounds the facts of one statement, and so how many statement texts there are.
const maxFactRows = 16

// writeFacts writes what was recorded. Call it when the transaction has done everything else.
func (tx *Tx) writeFacts(ctx context.Context) error {
	for from := 0; from < len(tx.records); from += maxFactRows {
		to := min(from+maxFactRows, len(tx.records))
		var (
			w    Where
			rows []string
		)
		for i, r := range tx.records[from:to] {
			rows = append(rows, w.Row(r.Tenant, r.ID, r.Pos, r.Fact.Kind(), r.Fact.Subject(), string(r.By.Kind), r.By.ID, r.At, tx.encoded[from+i]))
		}
		err := Write(ctx, tx, `INSERT INTO fact (tenant_id, id, pos, kind, subject, actor_kind, actor_id, at, data) VALUES `+
			strings.Join(rows, ", "), w.Args()...)
		if err != nil {
			return fmt.Errorf("db: record %s: %w", tx.records[from].Fact.Kind(), err)
		}
	}
	return nil
}
