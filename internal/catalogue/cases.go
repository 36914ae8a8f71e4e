package catalogue

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/search"
)

func caseSource() source {
	return source{
		kind: Cases, load: loadCases, after: `SELECT id FROM case_file WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT ` + reindexBatch,
		touched: func(f fact.Fact) []int64 {
			switch f := f.(type) {
			case fact.CaseOpened:
				return []int64{int64(f.Case)}
			case fact.CaseChanged:
				return []int64{int64(f.Case)}
			case fact.CaseNoted:
				return []int64{int64(f.Case)}
			}
			return nil
		},
	}
}

type caseRow struct {
	ID        id.Case
	BrandID   id.Brand
	Number    int64
	Subject   string
	Topic     string
	Tags      []string       `db:"tags,json"`
	Fields    map[string]any `db:"fields,json"`
	ChangedAt time.Time
}

type noteRow struct {
	CaseID id.Case
	Body   string
}

// loadCases reads cases with what was noted on them, the newest note first. One that was erased has no document.
func loadCases(ctx context.Context, q db.Queryer, things []int64) ([]search.Document, []int64, error) {
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "id", things)
	w.And("erased_at = 0")
	rows, err := db.Many[caseRow](ctx, q, `SELECT id, brand_id, number, subject, topic, tags, fields, changed_at FROM case_file`+w.SQL(), w.Args()...)
	if err != nil {
		return nil, nil, err
	}
	w = &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "case_id", things)
	// The plus: along the index by id SQLite would read all notes there are.
	written, err := db.Many[noteRow](ctx, q, `SELECT case_id, body FROM case_note`+w.SQL()+` ORDER BY +id DESC LIMIT 5000`, w.Args()...)
	if err != nil {
		return nil, nil, err
	}
	notes := map[id.Case][]string{}
	for _, n := range written {
		notes[n.CaseID] = append(notes[n.CaseID], n.Body)
	}
	out := make([]search.Document, len(rows))
	for i, c := range rows {
		out[i] = search.Document{
			Kind: string(Cases), Thing: int64(c.ID), Scopes: []string{brandKey(c.BrandID)}, Title: fmt.Sprintf("#%d %s", c.Number, c.Subject),
			Body: lines([]string{c.Topic, strings.Join(c.Tags, " · ")}, slices.Concat(texts(c.Fields), notes[c.ID])...), At: c.ChangedAt,
		}
	}
	return out, things, nil
}

// texts returns the values of fields that are words, in the order of their names.
func texts(fields map[string]any) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if text, ok := fields[name].(string); ok {
			out = append(out, text)
		}
	}
	return out
}
