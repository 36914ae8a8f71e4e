package search

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Index is what can be found in one database.
type Index struct {
	db *db.DB
}

// New returns the index of d.
func New(d *db.DB) *Index { return &Index{db: d} }

func (x *Index) postgres() bool { return x.db.Engine() == "postgres" }

func (x *Index) syntax() syntax {
	if x.postgres() {
		return tsquery{}
	}
	return fts5{}
}

// stored is a document as it lies in the table.
type stored struct {
	ID      int64
	GroupID int64
	Scopes  string
	Title   string
	Body    string
	At      time.Time
	Weight  int
}

// Put writes documents of the actor's tenant in place of those of the same thing
// and language. What has not changed costs one look.
func (x *Index) Put(ctx context.Context, tx *db.Tx, documents ...Document) error {
	for _, d := range documents {
		if err := x.put(ctx, tx, d); err != nil {
			return fmt.Errorf("search: put %s: %w", d.Kind, err)
		}
	}
	return nil
}

func (x *Index) put(ctx context.Context, tx *db.Tx, d Document) error {
	d, err := d.complete()
	if err != nil {
		return err
	}
	tenant := actor.From(ctx).Tenant
	before, known, err := db.Find[stored](ctx, tx, `SELECT id, group_id, scopes, title, body, at, weight FROM search_document
		WHERE tenant_id = $1 AND kind = $2 AND thing_id = $3 AND language = $4`+tx.ForUpdate(), tenant, d.Kind, d.Thing, d.Language)
	if err != nil {
		return err
	}
	after := stored{GroupID: d.Group, Scopes: strings.Join(d.Scopes, " "), Title: d.Title, Body: d.Body, At: d.At, Weight: d.Weight}
	if known {
		same := after
		same.ID, same.At, same.Weight = before.ID, before.At, before.Weight
		if same == before {
			_, err = db.Exec(ctx, tx, `UPDATE search_document SET at = $3, weight = $4, written = $5 WHERE tenant_id = $1 AND id = $2`,
				tenant, before.ID, d.At, d.Weight, tx.Now())
			return err
		}
		if err := x.drop(ctx, tx, before.ID); err != nil {
			return err
		}
	}
	after.ID = id.New[int64]()
	return x.insert(ctx, tx, d, after)
}

func (x *Index) insert(ctx context.Context, tx *db.Tx, d Document, row stored) error {
	tenant := actor.From(ctx).Tenant
	scopes := append(keysOf(d.Scopes, scopeKey), tenantKey(tenant), kindKey(d.Kind))
	if d.Language != "" {
		scopes = append(scopes, languageKey(d.Language))
	}
	args := []any{tenant, row.ID, d.Kind, d.Thing, d.Language, row.GroupID, row.Scopes, row.Title, row.Body, row.At, row.Weight, tx.Now()}
	const columns = `INSERT INTO search_document (tenant_id, id, kind, thing_id, language, group_id, scopes, title, body, at, weight, written`
	const values = `VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12`
	if x.postgres() {
		_, err := db.Exec(ctx, tx, columns+`, words) `+values+`, CAST(CAST($13 AS TEXT) AS TSVECTOR))`, append(args, d.vector(scopes))...)
		return err
	}
	if _, err := db.Exec(ctx, tx, columns+`) `+values+`)`, args...); err != nil {
		return err
	}
	_, err := db.Exec(ctx, tx, `INSERT INTO search_text (rowid, scope, title, body) VALUES ($1, $2, $3, $4)`,
		row.ID, strings.Join(scopes, " "), strings.Join(tokens(d.Title), " "), strings.Join(tokens(d.Body), " "))
	return err
}

// drop takes a document out of the index by its place.
func (x *Index) drop(ctx context.Context, tx *db.Tx, place int64) error {
	if !x.postgres() {
		if _, err := db.Exec(ctx, tx, `DELETE FROM search_text WHERE rowid = $1`, place); err != nil {
			return err
		}
	}
	_, err := db.Exec(ctx, tx, `DELETE FROM search_document WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, place)
	return err
}

// Remove takes a thing out of the index, in all its languages but those to keep.
func (x *Index) Remove(ctx context.Context, tx *db.Tx, kind string, thing int64, keep ...string) error {
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	w.And("kind = ?", kind)
	w.And("thing_id = ?", thing)
	for _, language := range keep {
		w.And("language <> ?", language)
	}
	return x.dropAll(ctx, tx, w)
}

// sweepBatch bounds how many documents one transaction takes out.
const sweepBatch = "500"

// Sweep takes out documents of a kind that nobody has written since, some at a
// time; it reports whether there may be more.
func (x *Index) Sweep(ctx context.Context, tx *db.Tx, kind string, since time.Time) (more bool, err error) {
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	w.And("kind = ?", kind)
	w.And("written < ?", since)
	old, err := db.Many[int64](ctx, tx, `SELECT id FROM search_document`+w.SQL()+` LIMIT `+sweepBatch, w.Args()...)
	for _, place := range old {
		if err = x.drop(ctx, tx, place); err != nil {
			return false, err
		}
	}
	return len(old) > 0, err
}

func (x *Index) dropAll(ctx context.Context, tx *db.Tx, w *db.Where) error {
	places, err := db.Many[int64](ctx, tx, `SELECT id FROM search_document`+w.SQL(), w.Args()...)
	for _, place := range places {
		if err = x.drop(ctx, tx, place); err != nil {
			return err
		}
	}
	return err
}

// compactPages is how many pages of the index one piece of Compact writes.
const compactPages = 200

// Compact rewrites a piece of the index without the words of documents that were taken
// out: SQLite marks them only. It reports whether there is more to do; first begins
// anew. PostgreSQL sees to it by itself.
func (x *Index) Compact(ctx context.Context, tx *db.Tx, first bool) (more bool, err error) {
	if x.postgres() {
		return false, nil
	}
	pages := compactPages
	if first {
		pages = -compactPages // takes all of the index into one merge
	}
	const changes = `SELECT total_changes()`
	before, err := db.One[int64](ctx, tx, changes)
	if err != nil {
		return false, err
	}
	if _, err := db.Exec(ctx, tx, `INSERT INTO search_text (search_text, rank) VALUES ('merge', $1)`, pages); err != nil {
		return false, err
	}
	after, err := db.One[int64](ctx, tx, changes)
	return after-before >= 2, err // one change is the command itself
}

// Position returns how far the reader called name has read the facts.
func Position(ctx context.Context, q db.Queryer, name string) (int64, error) {
	pos, _, err := db.Find[int64](ctx, q, `SELECT pos FROM search_reader WHERE name = $1`, name)
	return pos, err
}

// Lock keeps other transactions that hold the reader's name from writing until the
// commit. Take it before the things are read: an older picture must not be written
// over a newer one.
func Lock(ctx context.Context, tx *db.Tx, name string) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO search_reader (name, pos) VALUES ($1, 0) ON CONFLICT (name) DO NOTHING`, name)
	if err == nil {
		_, err = db.One[int64](ctx, tx, `SELECT pos FROM search_reader WHERE name = $1`+tx.ForUpdate(), name)
	}
	return err
}

// Advance notes how far the reader called name has read the facts, with what it wrote of them.
func Advance(ctx context.Context, tx *db.Tx, name string, pos int64) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO search_reader (name, pos) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET pos = excluded.pos`, name, pos)
	return err
}

// What narrows a search is stored as words of its own, which begin with what they are.
func tenantKey(t id.Tenant) string { return "t" + t.String() }
func kindKey(kind string) string   { return "k" + kind }
func scopeKey(key string) string   { return "s" + key }

// languageKey writes "pt-BR" as "lptbr".
func languageKey(language string) string {
	return "l" + strings.ToLower(strings.ReplaceAll(language, "-", ""))
}
