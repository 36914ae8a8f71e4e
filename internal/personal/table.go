package personal

import (
	"context"
	"strconv"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/platform/db"
)

// Thing is what rows of a table belong to.
type Thing string

// Things.
const (
	Customer     Thing = "customer"
	ContactPoint Thing = "contact_point"
	Conversation Thing = "conversation"
	Case         Thing = "case"
	Organisation Thing = "organisation" // a firm: it stays or goes as a whole, and has no tables of its own here
	Texts        Thing = "texts"        // rows that nothing ties to a person but what they say
)

// Class is a kind of data, as people are told of it and as retention knows it.
type Class string

// Classes.
const (
	Identity Class = "identity"
	Messages Class = "messages"
	Files    Class = "files"
	Mails    Class = "mails"
	Visits   Class = "visits"
	Cases    Class = "cases"
	Opinions Class = "opinions"
	Logs     Class = "logs"
)

// Classes returns all there are, in the order in which they are shown.
func Classes() []Class {
	return []Class{Identity, Messages, Files, Mails, Visits, Cases, Opinions, Logs}
}

// Table is one table with what of it is a person's. Its conditions name the tenant $1 and the thing $2.
type Table struct {
	Name  string
	Class Class
	Of    Thing
	Where string // which rows are the thing's

	Show string // columns that are handed out; empty: the person has them from elsewhere, or they are no words
	Key  string // of the columns shown: grows and is unique; empty: there are never more rows than ShowPage

	Empty []Column // what is emptied; none: the rows go
	Mark  string   // a column that says when they were emptied, where nothing else would

	Bytes []Bytes // columns that name blobs of the rows
	Only  string  // narrows what is emptied to what may be; empty: all of Where
	// Forget does what columns cannot say, in place of Empty, and returns how many rows it has changed.
	Forget func(ctx context.Context, tx *db.Tx, thing int64) (int64, error)
	// Sweep is for Texts: it looks at rows behind the key after, and changes those that say one of texts.
	Sweep func(ctx context.Context, tx *db.Tx, texts []string, after int64) (changed, next int64, err error)
}

// Column is a column with what stands in it when nothing does.
type Column struct {
	Name  string
	Value string // as SQL
}

// Bytes is a column with keys of blobs.
type Bytes struct {
	Column string
	Folder string // in the archive that a person gets; empty: they are not handed out
	Name   string // expression of the file's name there
}

// Columns reads names such as "body" and "tags=[]": what is not said is the empty text; after # stands a number.
func Columns(names ...string) []Column {
	out := make([]Column, len(names))
	for i, n := range names {
		name, value, _ := strings.Cut(n, "=")
		out[i] = Column{Name: name, Value: "'" + value + "'"}
		if number, is := strings.CutPrefix(value, "#"); is {
			out[i].Value = number
		}
	}
	return out
}

// ShowPage is how many rows are handed out at once.
const ShowPage = 200

// Rows returns the next rows that are handed out of a thing, behind the key after, and the key to go on from; 0: these were the last.
func (t Table) Rows(ctx context.Context, q db.Queryer, thing, after int64) ([]db.Record, int64, error) {
	if t.Show == "" {
		return nil, 0, nil
	}
	args := []any{actor.From(ctx).Tenant, thing}
	text := "SELECT " + t.Show + " FROM " + t.Name + " WHERE " + t.Where
	if t.Key != "" {
		args = append(args, after)
		text += " AND " + t.Key + " > $3 ORDER BY " + t.Key
	}
	rows, err := db.Records(ctx, q, text+" LIMIT "+strconv.Itoa(ShowPage), args...)
	if err != nil || len(rows) < ShowPage || t.Key == "" {
		return rows, 0, err
	}
	next, _ := rows[len(rows)-1].Int(t.Key)
	return rows, next, nil
}

// Count returns how many rows of a thing there are to be emptied.
func (t Table) Count(ctx context.Context, q db.Queryer, thing int64) (int64, error) {
	if t.Of == Texts {
		return 0, nil
	}
	return db.One[int64](ctx, q, "SELECT COUNT(*) FROM "+t.Name+" WHERE "+t.dirty(), actor.From(ctx).Tenant, thing)
}

// dirty is the condition of the rows that Erase changes.
func (t Table) dirty() string {
	where := t.Where
	if t.Only != "" {
		where += " AND " + t.Only
	}
	if len(t.Empty) == 0 || t.Forget != nil {
		return where
	}
	full := make([]string, len(t.Empty), len(t.Empty)+1)
	for i, c := range t.Empty {
		full[i] = c.Name + " <> " + c.Value
	}
	if t.Mark != "" {
		full = append(full, t.Mark+" = 0")
	}
	return where + " AND (" + strings.Join(full, " OR ") + ")"
}

// Erase empties the rows of a thing, or removes them, and returns how many.
func (t Table) Erase(ctx context.Context, tx *db.Tx, thing int64) (int64, error) {
	switch {
	case t.Of == Texts:
		return 0, nil
	case t.Forget != nil:
		return t.Forget(ctx, tx, thing)
	}
	args := []any{actor.From(ctx).Tenant, thing}
	if len(t.Empty) == 0 {
		return db.Exec(ctx, tx, "DELETE FROM "+t.Name+" WHERE "+t.dirty(), args...)
	}
	sets := make([]string, len(t.Empty), len(t.Empty)+1)
	for i, c := range t.Empty {
		sets[i] = c.Name + " = " + c.Value
	}
	if t.Mark != "" {
		sets = append(sets, t.Mark+" = $3")
		args = append(args, tx.Now())
	}
	return db.Exec(ctx, tx, "UPDATE "+t.Name+" SET "+strings.Join(sets, ", ")+" WHERE "+t.dirty(), args...)
}

// Blob is a blob of a thing.
type Blob struct {
	Key  string
	Name string // in the archive, below its folder
}

// Blobs returns the keys of blobs of a thing: those that are handed out alone, if shown is asked for.
func (t Table) Blobs(ctx context.Context, q db.Queryer, thing int64, shown bool) ([]Blob, error) {
	var out []Blob
	for _, b := range t.Bytes {
		if shown && b.Folder == "" {
			continue
		}
		name := b.Name
		if name == "" {
			name = "''"
		}
		where := t.Where
		if t.Only != "" && !shown {
			where += " AND " + t.Only
		}
		found, err := db.Many[Blob](ctx, q, "SELECT "+b.Column+" AS key, "+name+" AS name FROM "+t.Name+" WHERE "+where+
			" AND "+b.Column+" <> '' ORDER BY "+b.Column, actor.From(ctx).Tenant, thing)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			if b.Folder != "" {
				f.Name = b.Folder + "/" + f.Name
			}
			out = append(out, f)
		}
	}
	return out, nil
}
