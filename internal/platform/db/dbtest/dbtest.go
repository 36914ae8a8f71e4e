// Package dbtest runs storage tests on both databases.
//
// SQLite runs always, each test on its own copy of a migrated file. PostgreSQL
// runs where ZONGLER_TEST_POSTGRES names a server on which databases may be made,
// each test in its own database. What must never break: two tests never see each
// other's rows.
package dbtest

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/schema"
)

// Each runs f once on each database, in parallel.
func Each(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		f(t, SQLite(t))
	})
	if os.Getenv("ZONGLER_TEST_POSTGRES") == "" {
		return
	}
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		f(t, Postgres(t))
	})
}

// SQLite returns a fresh migrated SQLite database that ends with the test.
func SQLite(tb testing.TB) *db.DB {
	tb.Helper()
	image, err := sqliteImage()
	if err != nil {
		tb.Fatal(err)
	}
	file := filepath.Join(tb.TempDir(), "test.db")
	if err := os.WriteFile(file, image, 0o600); err != nil {
		tb.Fatal(err)
	}
	return Open(tb, "sqlite:"+file+"?hasty")
}

// Durable returns a fresh migrated SQLite database with the durability of production, for benchmarks.
func Durable(tb testing.TB) *db.DB {
	tb.Helper()
	file := filepath.Join(tb.TempDir(), "bench.db")
	if err := migrate("sqlite:" + file); err != nil {
		tb.Fatal(err)
	}
	return Open(tb, "sqlite:"+file)
}

// Open opens the database at url until the test ends.
func Open(tb testing.TB, url string) *db.DB {
	tb.Helper()
	d, err := db.Open(context.Background(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := d.Close(); err != nil {
			tb.Error(err)
		}
	})
	return d
}

// As returns a context in which the system acts for tenant.
func As(tb testing.TB, tenant id.Tenant) context.Context {
	tb.Helper()
	return actor.With(tb.Context(), actor.ForSystem(tenant))
}

// sqliteImage is a migrated SQLite file, made once a process.
var sqliteImage = sync.OnceValues(func() ([]byte, error) { //nolint:gochecknoglobals // a cache
	dir, err := os.MkdirTemp("", "zongler-dbtest-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) // the system cleans its temporary folder
	file := filepath.Join(dir, "image.db")
	if err := migrate("sqlite:" + file); err != nil {
		return nil, err
	}
	return os.ReadFile(file) //nolint:gosec // our own file
})

func migrate(url string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, url, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	if _, err := d.Migrate(ctx, schema.Files); err != nil {
		return err
	}
	return d.Close()
}

// Postgres returns a fresh migrated database on the server that ZONGLER_TEST_POSTGRES names.
func Postgres(tb testing.TB) *db.DB {
	tb.Helper()
	return Open(tb, PostgresURL(tb))
}

// PostgresURL makes such a database for somebody else to open, until the test ends.
func PostgresURL(tb testing.TB) string {
	tb.Helper()
	template, err := postgresTemplate()
	if err != nil {
		tb.Fatal(err)
	}
	name := fmt.Sprintf("zt_%d", id.New[int64]())
	if err := admin(fmt.Sprintf(`CREATE DATABASE %s TEMPLATE %s`, name, template)); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := admin(`DROP DATABASE ` + name + ` WITH (FORCE)`); err != nil {
			tb.Error(err)
		}
	})
	return databaseURL(name)
}

// postgresTemplate is the name of a migrated database, made once a process.
var postgresTemplate = sync.OnceValues(func() (string, error) { //nolint:gochecknoglobals // a cache
	name := fmt.Sprintf("zt_template_%d", id.New[int64]())
	if err := admin(`CREATE DATABASE ` + name); err != nil {
		return "", err
	}
	return name, migrate(databaseURL(name))
})

func databaseURL(name string) string {
	u, err := url.Parse(os.Getenv("ZONGLER_TEST_POSTGRES"))
	if err != nil {
		return "postgres:" + err.Error()
	}
	u.Path = "/" + name
	return u.String()
}
