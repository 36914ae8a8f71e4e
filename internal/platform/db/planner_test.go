package db_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// planOf returns how SQLite would answer a statement.
func planOf(t *testing.T, d *db.DB, text string, args ...any) string {
	t.Helper()
	steps, err := db.Many[struct {
		ID, Parent, Notused int
		Detail              string
	}](t.Context(), d, `EXPLAIN QUERY PLAN `+text, args...)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, s := range steps {
		all = append(all, s.Detail)
	}
	return strings.Join(all, "; ")
}

// What is asked for by an index is found by it, also where the result is to be in the order of the key: nothing walks through all that a tenant has.
func TestPlansOnSQLiteAreThoseOfALargeHouse(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	for _, c := range []struct{ text, index string }{
		{`SELECT id FROM entry WHERE tenant_id = 1 AND conversation_id IN (1, 2, 3) ORDER BY id`, "entry_seq (tenant_id=? AND conversation_id=?)"},
		{`SELECT id FROM offer WHERE tenant_id = 1 AND agent_id = 2 AND state = 'made' ORDER BY id`, "offer_open (tenant_id=? AND agent_id=?)"},
		{`SELECT id FROM customer_join WHERE tenant_id = 1 AND (from_id = 2 OR into_id = 2) ORDER BY id DESC LIMIT 100`, "customer_join_into (tenant_id=? AND into_id=?)"},
		{`SELECT case_id FROM case_link WHERE tenant_id = 1 AND conversation_id = 2 AND conversation_id <> 0 GROUP BY case_id`, "case_link_conversation (tenant_id=? AND conversation_id=?)"},
		{`SELECT kind FROM fact WHERE tenant_id = 1 AND subject IN (2, 3) ORDER BY id`, "fact_subject (tenant_id=? AND subject=?)"},
		{`SELECT id FROM conversation WHERE tenant_id = 1 ORDER BY id DESC LIMIT 100`, "sqlite_autoindex_conversation_1 (tenant_id=?)"}, // all are wanted
	} {
		if plan := planOf(t, d, c.text); !strings.Contains(plan, c.index) {
			t.Errorf("%s\nis read by %s,\nnot by %s", c.text, plan, c.index)
		}
	}
}

// Connections that were open when an index was made know of it, and of what it is like.
func TestNewIndexesAreKnownWhereOneReadsAlready(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"0001_one.sql": {Data: []byte("-- +goose Up\nCREATE TABLE thing (tenant_id BIGINT, id BIGINT, brand_id BIGINT, place_id BIGINT, PRIMARY KEY (tenant_id, id));")}}
	d, err := db.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "x.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	migrate := func(want int) {
		t.Helper()
		if steps, err := d.Migrate(t.Context(), files); err != nil || steps != want {
			t.Fatalf("%d steps, %v", steps, err)
		}
	}
	const ask = `SELECT id FROM thing WHERE tenant_id = 1 AND place_id = 2 ORDER BY id`
	migrate(1)
	if plan := planOf(t, d, ask); !strings.Contains(plan, "sqlite_autoindex_thing_1 (tenant_id=?)") {
		t.Fatal(plan)
	}
	files["0002_two.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE INDEX thing_place ON thing (tenant_id, place_id);")}
	migrate(1)
	if _, err := db.Many[int64](t.Context(), d, ask); err != nil { // what is explained only does not notice that the schema is another
		t.Fatal(err)
	}
	if plan := planOf(t, d, ask+` LIMIT 9`); !strings.Contains(plan, "thing_place (tenant_id=? AND place_id=?)") { // another text: this is no plan that is kept
		t.Error(plan)
	}
	err = d.Update(t.Context(), func(tx *db.Tx) error { // on the writer's connection, which has been open the whole time
		steps, err := db.Many[struct {
			ID, Parent, Notused int
			Detail              string
		}](context.WithoutCancel(t.Context()), tx, `EXPLAIN QUERY PLAN `+ask)
		if len(steps) == 0 || !strings.Contains(steps[0].Detail, "thing_place (tenant_id=? AND place_id=?)") {
			t.Error(steps)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	before := statistics(t, d)
	migrate(0)
	if after := statistics(t, d); after != before || !strings.Contains(before, "thing_place 1000000 250000 10 noskipscan") {
		t.Errorf("%s\nbecame\n%s", before, after)
	}
}

func statistics(t *testing.T, d *db.DB) string {
	t.Helper()
	rows, err := db.Many[string](t.Context(), d, `SELECT rowid || ' ' || idx || ' ' || stat FROM sqlite_stat1 ORDER BY rowid`)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(rows, "\n")
}
