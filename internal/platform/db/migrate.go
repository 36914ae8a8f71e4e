package db

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"text/template"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Migrate brings the schema up to the newest of files and returns how many steps that took.
func (d *DB) Migrate(ctx context.Context, files fs.FS) (int, error) {
	p, err := d.migrations(files)
	if err != nil {
		return 0, fmt.Errorf("db: migrate: %w", err)
	}
	done, err := p.Up(ctx)
	if err == nil && d.engine == sqlite {
		err = tellPlanner(ctx, d.migrationPool())
	}
	if err != nil {
		return len(done), fmt.Errorf("db: migrate: %w", err)
	}
	return len(done), nil
}

// Pending returns how many migrations of files have not been applied.
func (d *DB) Pending(ctx context.Context, files fs.FS) (int, error) {
	p, err := d.migrations(files)
	if err != nil {
		return 0, fmt.Errorf("db: migrations: %w", err)
	}
	steps, err := p.Status(ctx)
	if err != nil {
		return 0, fmt.Errorf("db: migrations: %w", err)
	}
	pending := 0
	for _, s := range steps {
		if s.State == goose.StatePending {
			pending++
		}
	}
	return pending, nil
}

func (d *DB) migrations(files fs.FS) (*goose.Provider, error) {
	dialect, options := goose.DialectSQLite3, []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if d.engine == postgres {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresTableLocker() // a table, not an advisory lock: works behind pgbouncer
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithLocker(locker))
	}
	return goose.NewProvider(dialect, d.migrationPool(), engineFS{files, d.engine}, options...)
}

// migrationPool returns connections that may change the schema.
func (d *DB) migrationPool() *sql.DB {
	if g, ok := d.write.(*group); ok {
		return g.db
	}
	return d.read
}

// engineFS shows migration files as one engine needs them.
type engineFS struct {
	inner  fs.FS
	engine engine
}

// Open returns the named file with its template filled in.
func (f engineFS) Open(name string) (fs.File, error) {
	file, err := f.inner.Open(name)
	if err != nil || path.Ext(name) != ".sql" {
		return file, err
	}
	defer file.Close() // read only
	text, err := fs.ReadFile(f.inner, name)
	if err != nil {
		return nil, err
	}
	t, err := template.New(name).Funcs(f.macros()).Parse(string(text))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, nil); err != nil {
		return nil, err
	}
	return &memFile{Reader: *bytes.NewReader(out.Bytes()), name: path.Base(name)}, nil
}

// Glob finds files by pattern, as the inner file system does.
func (f engineFS) Glob(pattern string) ([]string, error) { return fs.Glob(f.inner, pattern) }

func (f engineFS) macros() template.FuncMap {
	blob := "BLOB"
	if f.engine == postgres {
		blob = "BYTEA"
	}
	return template.FuncMap{
		"blob":     func() string { return blob },
		"sqlite":   func() bool { return f.engine == sqlite },
		"postgres": func() bool { return f.engine == postgres },
	}
}

// memFile is a filled-in migration.
type memFile struct {
	bytes.Reader
	name string
}

var errNotDirectory = errors.New("not a directory")

func (m *memFile) Stat() (fs.FileInfo, error)         { return m, nil }
func (m *memFile) Close() error                       { return nil }
func (m *memFile) Name() string                       { return m.name }
func (m *memFile) Mode() fs.FileMode                  { return 0o444 }
func (m *memFile) ModTime() time.Time                 { return time.Time{} }
func (m *memFile) IsDir() bool                        { return false }
func (m *memFile) Sys() any                           { return nil }
func (m *memFile) ReadDir(int) ([]fs.DirEntry, error) { return nil, errNotDirectory }
