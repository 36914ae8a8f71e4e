package search

import (
	"context"
	"fmt"
	"slices"
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

// rowsAtOnce bounds the rows that one statement writes.
const rowsAtOnce = 32

// stored is a document as it lies in the table.
type stored struct {
	ID       int64
	ThingID  int64
	Language string
	GroupID  int64
	Scopes   string
	Title    string
	Body     string
	At       time.Time
	Weight   int
}

// place is where a document belongs among those of its kind.
type place struct {
	thing    int64
	language string
}

// Replace writes documents in place of all that is stored of things of a kind of the
// actor's tenant: a language without a document goes. What says the same keeps its words.
func (x *Index) Replace(ctx context.Context, tx *db.Tx, kind string, things []int64, documents ...Document) error {
	before, err := x.storedOf(ctx, tx, kind, things)
	if err != nil {
		return fmt.Errorf("search: read %s: %w", kind, err)
	}
	var fresh []Document
	for _, d := range documents {
		if d, err = d.complete(); err != nil {
			return err
		}
		if d.Kind != kind {
			return fmt.Errorf("search: a document of kind %s among those of kind %s", d.Kind, kind)
		}
		old, known := before[place{d.Thing, d.Language}]
		if !known || !old.says(d) {
			fresh = append(fresh, d)
			continue
		}
		delete(before, place{d.Thing, d.Language})
		_, err := db.Exec(ctx, tx, `UPDATE search_document SET at = $3, weight = $4, written = $5 WHERE tenant_id = $1 AND id = $2`,
			actor.From(ctx).Tenant, old.ID, d.At, d.Weight, tx.Now())
		if err != nil {
			return fmt.Errorf("search: keep %s: %w", kind, err)
		}
	}
	for _, old := range before {
		if err := x.drop(ctx, tx, old.ID); err != nil {
			return fmt.Errorf("search: drop %s: %w", kind, err)
		}
	}
	for i := range fresh {
		fresh[i].place = id.New[int64]()
	}
	slices.Reverse(fresh) // SQLite begins a new piece of its index with every row that comes before the last one
	for part := range slices.Chunk(fresh, rowsAtOnce) {
		if err := x.insert(ctx, tx, kind, part); err != nil {
			return fmt.Errorf("search: write %s: %w", kind, err)
		}
	}
	return nil
}

// storedOf returns what is stored of things, locked in tx.
func (x *Index) storedOf(ctx context.Context, tx *db.Tx, kind string, things []int64) (map[place]stored, error) {
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	w.And("kind = ?", kind)
	db.In(w, "thing_id", things)
	rows, err := db.Many[stored](ctx, tx, `SELECT id, thing_id, language, group_id, scopes, title, body, at, weight FROM search_document`+w.SQL()+tx.ForUpdate(), w.Args()...)
	before := make(map[place]stored, len(rows))
	for _, r := range rows {
		before[place{r.ThingID, r.Language}] = r
	}
	return before, err
}

// Oldest returns the scopes of the oldest document of each group of a kind of the actor's tenant, where there is one.
func (x *Index) Oldest(ctx context.Context, q db.Queryer, kind string, groups []int64) (map[int64][]string, error) {
	w := &db.Where{}
	tenant, of := w.Arg(actor.From(ctx).Tenant), w.Arg(kind)
	rows, err := db.Many[struct {
		GroupID int64
		Scopes  string
	}](ctx, q, `SELECT d.group_id, d.scopes FROM (SELECT MIN(id) AS id FROM search_document WHERE tenant_id = `+tenant+` AND kind = `+of+` AND `+
		db.OneOf(w, "group_id", groups)+` GROUP BY group_id) o JOIN search_document d ON d.tenant_id = `+tenant+` AND d.id = o.id`, w.Args()...)
	out := make(map[int64][]string, len(rows))
	for _, r := range rows {
		out[r.GroupID] = strings.Fields(r.Scopes)
	}
	return out, err
}

// says reports whether a stored document has the words and readers of d.
func (r stored) says(d Document) bool {
	return r.GroupID == d.Group && r.Scopes == strings.Join(d.Scopes, " ") && r.Title == d.Title && r.Body == d.Body
}

// insert writes documents of a kind that are not stored.
func (x *Index) insert(ctx context.Context, tx *db.Tx, kind string, documents []Document) error {
	var (
		rows, texts      db.Where
		places, textRows []string
	)
	tenant := actor.From(ctx).Tenant
	for _, d := range documents {
		row := rows.Row(tenant, d.place, kind, d.Thing, d.Language, d.Group, strings.Join(d.Scopes, " "), d.Title, d.Body, d.At, d.Weight, tx.Now())
		if x.postgres() {
			row = strings.TrimSuffix(row, ")") + ", CAST(CAST(" + rows.Arg("'"+strings.Join(d.beginnings(tenant), "' '")+"'") + " AS TEXT) AS TSVECTOR))"
		} else {
			textRows = append(textRows, texts.Row(-d.place, strings.Join(d.tokens(tenant), " ")))
		}
		places = append(places, row)
	}
	columns := `tenant_id, id, kind, thing_id, language, group_id, scopes, title, body, at, weight, written`
	if x.postgres() {
		columns += `, words`
	}
	_, err := db.Exec(ctx, tx, `INSERT INTO search_document (`+columns+`) VALUES `+strings.Join(places, ", "), rows.Args()...)
	if err != nil || x.postgres() {
		return err
	}
	_, err = db.Exec(ctx, tx, `INSERT INTO search_text (rowid, words) VALUES `+strings.Join(textRows, ", "), texts.Args()...)
	return err
}

// drop takes a document out of the index by its place.
func (x *Index) drop(ctx context.Context, tx *db.Tx, place int64) error {
	if !x.postgres() {
		if _, err := db.Exec(ctx, tx, `DELETE FROM search_text WHERE rowid = $1`, -place); err != nil {
			return err
		}
	}
	_, err := db.Exec(ctx, tx, `DELETE FROM search_document WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, place)
	return err
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
