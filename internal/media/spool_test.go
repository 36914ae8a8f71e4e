package media_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/blob"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// page is a text of n bytes that nobody holds in memory, and counts what was read of it.
type page struct {
	left int64
	read int64
	fail error // after the last byte; nil: EOF
}

func (p *page) Read(b []byte) (int, error) {
	if p.left == 0 {
		if p.fail != nil {
			return 0, p.fail
		}
		return 0, io.EOF
	}
	n := min(int64(len(b)), p.left)
	for i := range b[:n] {
		b[i] = 'a'
	}
	p.left, p.read = p.left-n, p.read+n
	return int(n), nil
}

// TestAnUploadIsNotHeldInMemory is not parallel: it counts what the whole process allocates.
func TestAnUploadIsNotHeldInMemory(t *testing.T) { //nolint:paralleltest // as it says
	const bearable = media.MaxSize / 8
	s, _ := newService(t, dbtest.SQLite(t), nil)
	if _, err := s.Upload(as(t, 5), "a.txt", strings.NewReader("what is made once")); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	file, err := s.Upload(as(t, 5), "a.txt", &page{left: media.MaxSize})
	runtime.ReadMemStats(&after)
	if err != nil || file.Size != media.MaxSize || file.Type != "text/plain" {
		t.Fatalf("%+v %v", file, err)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > bearable {
		t.Errorf("a file of %d bytes took %d of memory", media.MaxSize, n)
	}
}

func TestAnUploadThatIsNotWholeLeavesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := t.TempDir()
		blobs, err := blob.OpenFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		s := media.New(d, blobs, nil, slog.New(slog.DiscardHandler))
		cut := errors.New("the line is cut")
		gone, leave := context.WithCancel(as(t, 5))
		leave()
		for _, c := range []struct {
			what string
			ctx  context.Context
			page page
			kind errs.Kind
			code string
			read int64 // at most
		}{
			{"without an end", as(t, 5), page{left: 1 << 60}, errs.Invalid, "attachment.size", media.MaxSize + 1},
			{"one byte too many", as(t, 5), page{left: media.MaxSize + 1}, errs.Invalid, "attachment.size", media.MaxSize + 1},
			{"cut half-way", as(t, 5), page{left: media.MaxSize / 2, fail: cut}, errs.Invalid, "invalid", media.MaxSize / 2},
			{"cut before the first byte", as(t, 5), page{fail: cut}, errs.Invalid, "invalid", 0},
			{"of somebody who has left", gone, page{left: 1 << 60}, errs.Invalid, "invalid", 0},
		} {
			_, err := s.Upload(c.ctx, "a.txt", &c.page)
			if c.ctx == gone && errs.Is(errs.Unavailable, err) { // it had not even begun
				err = errs.E(errs.Invalid, "test", err)
			}
			if !errs.Is(c.kind, err) || errs.CodeOf(err) != c.code {
				t.Errorf("%s: %v", c.what, err)
			}
			if c.page.read > c.read {
				t.Errorf("%s: %d bytes were read, %d are enough", c.what, c.page.read, c.read)
			}
			if n, err := db.One[int](t.Context(), d, `SELECT COUNT(*) FROM attachment`); n != 0 || err != nil {
				t.Errorf("%s: %d rows, %v", c.what, n, err)
			}
		}
		nothingIn(t, dir)
	})
}

// nothingIn proves that no file is left below dir.
func nothingIn(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			t.Errorf("%s is left", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestARefusedFileLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	blobs, err := blob.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := media.New(dbtest.SQLite(t), blobs, scanner{}, slog.New(slog.DiscardHandler))
	for name, text := range map[string]string{"a.exe": "hello", "a.html": "<html>", "a.txt": "EICAR"} {
		if _, err := s.Upload(as(t, 5), name, strings.NewReader(text)); !errs.Is(errs.Invalid, err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	nothingIn(t, dir)
}
