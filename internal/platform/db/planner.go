package db

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// SQLite's planner knows nothing of a table until ANALYZE has counted its rows, and takes ten
// rows for what a tenant has: it then walks all of them along the key when a result is to
// be in that order. Counting helps only after the rows have come, and what is counted on an empty house
// is worse than nothing. So the planner is told once what a large house looks like (sqlite_stat1, which SQLite lets
// programs write for this: https://sqlite.org/optoverview.html, "Manual Control Of Query Plans Using SQLITE_STAT Tables").

// A table of a large house, as the planner is to see it.
const (
	tableRows   = 1_000_000
	partialRows = 10_000 // of an index over a part of the rows
	tenants     = 4      // a tenant has so small a part of all rows at the least
	fewRows     = 10     // a value that is not the whole of a unique key has so many rows at the least
)

// values is how many values a column has that names something else than one of a million.
var values = map[string]int{ //nolint:gochecknoglobals // a constant that Go cannot express
	"brand_id": 8, "provider": 8, "channel": 8, "scope": 8,
	"entry_point_id": 16, "queue_id": 50, "team_id": 50, "role": 8,
	"agent_id": 5_000, "user_id": 5_000, "owner_id": 5_000, "last_agent_id": 5_000,
	"status_id": 8, "disposition_id": 16,
	"kind": 4, "state": 4, "category": 4, "language": 4, "author": 4, "owner_kind": 4, "archived": 2,
	"actor_kind": 1, "subject_kind": 1, // nearly all have the one that is asked for
}

// otherValues is how many values the columns have that are not among values: keys, addresses, times.
const otherValues = 200_000

// index is one of SQLite's, as its planner sees it.
type index struct {
	table, name string
	unique      bool
	partial     bool
	columns     []string
}

// statistics returns what sqlite_stat1 says of x: the rows, and for each column how many of them are alike up to it.
// An index is never skipped through: its first column is the tenant's, and who does not name one wants all.
func (x index) statistics() string {
	rows := tableRows
	if x.partial {
		rows = partialRows
	}
	out := []string{strconv.Itoa(rows)}
	for i, column := range x.columns {
		alike := otherValues
		if n, known := values[column]; known {
			alike = n
		} else if i == 0 && column == "tenant_id" {
			alike = tenants
		}
		rows = max(rows/alike, fewRows)
		if x.unique && i == len(x.columns)-1 {
			rows = 1
		}
		out = append(out, strconv.Itoa(rows))
	}
	return strings.Join(append(out, "noskipscan"), " ")
}

// tellPlanner writes the statistics of all indexes, where they are not what is there.
func tellPlanner(ctx context.Context, pool *sql.DB) error {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() // goes back to its pool
	run := plainRunner{on: conn}
	all, err := indexes(ctx, run)
	if err != nil {
		return err
	}
	want := make([]string, len(all))
	for i, x := range all {
		want[i] = x.table + " " + x.name + " " + x.statistics()
	}
	slices.Sort(want)
	told, err := Many[string](ctx, run, `SELECT tbl || ' ' || idx || ' ' || stat FROM sqlite_stat1 ORDER BY 1`)
	if err == nil && slices.Equal(told, want) { // else there is no such table yet
		return nil
	}
	// A table that goes and comes is a change of the schema: connections that are open read it anew, and the statistics with it.
	steps := []string{`BEGIN IMMEDIATE`, `DROP TABLE IF EXISTS sqlite_stat1`, `ANALYZE goose_db_version`, `DELETE FROM sqlite_stat1`}
	for _, x := range all {
		steps = append(steps, fmt.Sprintf(`INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('%s', '%s', '%s')`, x.table, x.name, x.statistics()))
	}
	for _, step := range append(steps, `COMMIT`, `ANALYZE sqlite_schema`) { // the last reads them on this connection
		if _, err := run.exec(ctx, step, nil); err != nil {
			_, _ = run.exec(ctx, `ROLLBACK`, nil)
			return err
		}
	}
	return nil
}

// indexes returns those of the schema, in the order of their names.
func indexes(ctx context.Context, q Queryer) ([]index, error) {
	columns, err := Many[struct {
		Tbl, Idx, Col   string // an expression has no name
		Unique, Partial bool
	}](ctx, q, `SELECT m.name AS tbl, l.name AS idx, l."unique" AS "unique", l.partial, c.name AS col
		FROM pragma_table_list m, pragma_index_list(m.name) l, pragma_index_info(l.name) c
		WHERE m.schema = 'main' AND m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'goose_%'
		ORDER BY m.name, l.name, c.seqno`)
	var all []index
	for _, c := range columns {
		if n := len(all); n == 0 || all[n-1].name != c.Idx {
			all = append(all, index{table: c.Tbl, name: c.Idx, unique: c.Unique, partial: c.Partial})
		}
		last := &all[len(all)-1]
		last.columns = append(last.columns, c.Col)
	}
	return all, err
}
