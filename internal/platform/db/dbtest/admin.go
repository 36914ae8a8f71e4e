package dbtest

import (
	"context"
	"os"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/zongler/zongler/internal/platform/db"
)

var adminLock sync.Mutex //nolint:gochecknoglobals // copying one template database is one at a time

// admin runs a statement that no transaction may hold, on the server itself.
func admin(statement string) error {
	adminLock.Lock()
	defer adminLock.Unlock()
	return execute(context.Background(), os.Getenv("ZONGLER_TEST_POSTGRES"), statement)
}

func execute(ctx context.Context, url, statement string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx) // a test's connection
	_, err = conn.Exec(ctx, statement)
	return err
}

// Rest has PostgreSQL finish with what was just stored in bulk: mark its rows, count
// them and bring them to disk. It does so by itself within the next minutes, and a
// benchmark would measure how the disk is busy with it.
func Rest(tb testing.TB, d *db.DB) {
	tb.Helper()
	if d.Engine() != "postgres" {
		return
	}
	name, err := db.One[string](tb.Context(), d, `SELECT CAST(current_database() AS TEXT)`)
	for _, statement := range []string{`VACUUM (FREEZE, ANALYZE)`, `CHECKPOINT`} {
		if err == nil {
			err = execute(tb.Context(), databaseURL(name), statement)
		}
	}
	if err != nil {
		tb.Fatal(err)
	}
}
