package blob_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/blob"
)

// each runs f on every kind of store, empty.
func each(t *testing.T, f func(*testing.T, blob.Store)) {
	t.Helper()
	t.Run("folder", func(t *testing.T) {
		t.Parallel()
		s, err := blob.Open(t.Context(), "", filepath.Join(t.TempDir(), "files"))
		if err != nil {
			t.Fatal(err)
		}
		f(t, s)
	})
	for _, prefix := range []string{"", "/zongler"} {
		t.Run("S3"+prefix, func(t *testing.T) {
			t.Parallel()
			s, err := blob.Open(t.Context(), fakeS3(t)+"/files"+prefix+"?tls=0", "")
			if err != nil {
				t.Fatal(err)
			}
			f(t, s)
		})
	}
}

// fakeS3 starts a store with the bucket "files" and returns its address.
func fakeS3(t *testing.T) string {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("files"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	return "s3://key:secret@" + strings.TrimPrefix(server.URL, "http://")
}

func put(t *testing.T, s blob.Store, key, text string) {
	t.Helper()
	if err := s.Put(t.Context(), key, strings.NewReader(text), int64(len(text)), "text/plain"); err != nil {
		t.Fatal(err)
	}
}

func TestABlobComesBackAsItWasPut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s blob.Store) {
		put(t, s, "attachment/12/list.txt", "old")
		put(t, s, "attachment/12/list.txt", "żółw és tőke")
		r, info, err := s.Get(t.Context(), "attachment/12/list.txt")
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		data, err := io.ReadAll(r)
		if err != nil || string(data) != "żółw és tőke" {
			t.Errorf("%q %v", data, err)
		}
		if info.Key != "attachment/12/list.txt" || info.Size != int64(len(data)) || info.Type != "text/plain" || time.Since(info.Changed) > time.Hour {
			t.Errorf("%+v", info)
		}
		if _, err := r.Seek(-6, io.SeekEnd); err != nil {
			t.Error(err)
		}
		if tail, err := io.ReadAll(r); err != nil || string(tail) != " tőke" {
			t.Errorf("tail %q %v", tail, err)
		}
		if stat, err := s.Stat(t.Context(), "attachment/12/list.txt"); err != nil || stat.Size != info.Size || stat.Type != info.Type {
			t.Errorf("%+v %v", stat, err)
		}
	})
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s blob.Store) {
		put(t, s, "a/b", "x")
		for range 2 {
			if err := s.Delete(t.Context(), "a/b"); err != nil {
				t.Error(err)
			}
		}
		if _, err := s.Stat(t.Context(), "a/b"); !errs.Is(errs.NotFound, err) {
			t.Errorf("Stat: %v", err)
		}
		if _, _, err := s.Get(t.Context(), "a/b"); !errs.Is(errs.NotFound, err) {
			t.Errorf("Get: %v", err)
		}
	})
}

func TestAKeyLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s blob.Store) {
		for _, key := range []string{
			"", "/", "/etc/passwd", "../up", "a/../../b", "a//b", "a/", ".hidden", "a/.b", "a\\b", "a\x00b", "A", "ż", "a~", "a+b", "a.", strings.Repeat("a", 101), strings.Repeat("a/", 150) + "a",
		} {
			if err := s.Put(t.Context(), key, strings.NewReader("x"), 1, ""); !errs.Is(errs.Invalid, err) {
				t.Errorf("Put %q: %v", key, err)
			}
			if _, _, err := s.Get(t.Context(), key); !errs.Is(errs.Invalid, err) {
				t.Errorf("Get %q: %v", key, err)
			}
			if _, err := s.Stat(t.Context(), key); !errs.Is(errs.Invalid, err) {
				t.Errorf("Stat %q: %v", key, err)
			}
			if err := s.Delete(t.Context(), key); !errs.Is(errs.Invalid, err) {
				t.Errorf("Delete %q: %v", key, err)
			}
		}
	})
}

func TestHalfABlobIsNotStored(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s blob.Store) {
		put(t, s, "k", "whole")
		for _, size := range []int64{3, 9, -1} {
			if err := s.Put(t.Context(), "k", strings.NewReader("other"), size, ""); err == nil {
				t.Errorf("5 bytes taken for %d", size)
			}
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if err := s.Put(ended, "k", strings.NewReader("other"), 5, ""); err == nil {
			t.Error("stored after the end")
		}
		r, _, err := s.Get(t.Context(), "k")
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if data, _ := io.ReadAll(r); string(data) != "whole" {
			t.Errorf("%q is left", data)
		}
	})
}

func TestAllBlobsOfAPrefixAreListed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s blob.Store) {
		var want []string
		for n := range 30 {
			key := fmt.Sprintf("a/%d.txt", n)
			put(t, s, key, "x")
			want = append(want, key)
		}
		put(t, s, "ab", "x")
		put(t, s, "b/1", "x")
		var got []string
		for info, err := range s.List(t.Context(), "a/") {
			if err != nil || info.Size != 1 {
				t.Fatalf("%+v %v", info, err)
			}
			got = append(got, info.Key)
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%v", got)
		}
		for range s.List(t.Context(), "") {
			break // stopping early must not hang
		}
	})
}

func TestEmptyAndLargeBlobs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s blob.Store) {
		for _, size := range []int{0, 1, 1 << 20, 17 << 20} {
			data := bytes.Repeat([]byte{'z'}, size)
			if err := s.Put(t.Context(), "k", bytes.NewReader(data), int64(size), "application/octet-stream"); err != nil {
				t.Fatalf("%d bytes: %v", size, err)
			}
			if info, err := s.Stat(t.Context(), "k"); err != nil || info.Size != int64(size) {
				t.Errorf("%d bytes: %+v %v", size, info, err)
			}
		}
	})
}

func TestAFolderForgetsWhatACrashLeft(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := blob.OpenFolder(dir); err != nil {
		t.Fatal(err)
	}
	old, fresh := filepath.Join(dir, "tmp", "put-1"), filepath.Join(dir, "tmp", "put-2")
	for _, name := range []string{old, fresh} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	long := time.Now().Add(-48 * time.Hour)
	if err := os.Chtimes(old, long, long); err != nil {
		t.Fatal(err)
	}
	if _, err := blob.OpenFolder(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); !os.IsNotExist(err) {
		t.Error("the remains are still there")
	}
	if _, err := os.Stat(fresh); err != nil {
		t.Error("a file that is being written is gone")
	}
}

func TestAnS3AddressThatDoesNotWorkSaysWhy(t *testing.T) {
	t.Parallel()
	base := fakeS3(t)
	for address, want := range map[string]string{
		"s3://host/bucket":     "must look like",
		base + "?tls=0":        "names no bucket",
		base + "/other?tls=0":  "make it first",
		"http://k:hunter2@h/b": "must look like",
	} {
		if _, err := blob.OpenS3(t.Context(), address); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", address, err)
		}
	}
}
