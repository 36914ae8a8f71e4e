package dbtest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/schema"
)

// EachBefore runs f once on each database as it was before a migration ("0048"), in parallel; f upgrades it.
func EachBefore(t *testing.T, migration string, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	open := func(t *testing.T, url string) *db.DB {
		t.Helper()
		d := Open(t, url)
		if _, err := d.Migrate(t.Context(), before(t, migration)); err != nil {
			t.Fatal(err)
		}
		return d
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		f(t, open(t, "sqlite:"+filepath.Join(t.TempDir(), "before.db")+"?hasty"))
	})
	if os.Getenv("ZONGLER_TEST_POSTGRES") == "" {
		return
	}
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		name := fmt.Sprintf("zt_before_%d", id.New[int64]())
		if err := admin(`CREATE DATABASE ` + name); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := admin(`DROP DATABASE ` + name + ` WITH (FORCE)`); err != nil {
				t.Error(err)
			}
		})
		f(t, open(t, databaseURL(name)))
	})
}

// before returns the migrations before one.
func before(t *testing.T, migration string) fs.FS {
	t.Helper()
	names, err := fs.Glob(schema.Files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, name := range names {
		if name >= migration {
			continue
		}
		text, err := fs.ReadFile(schema.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	return files
}
