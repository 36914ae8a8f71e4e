package secret_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/zongler/zongler/internal/kit/secret"
)

func newBox(t testing.TB) (*secret.Box, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys", "secret.key")
	b, err := secret.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b, path
}

func TestASealedValueOpensOnlyForWhomItWasSealed(t *testing.T) {
	t.Parallel()
	b, _ := newBox(t)
	sealed := b.Seal([]byte("jelszó"), "entry point 5")
	if strings.Contains(sealed, "jelsz") || sealed == b.Seal([]byte("jelszó"), "entry point 5") {
		t.Errorf("weak seal: %s", sealed)
	}
	if value, err := b.Open(sealed, "entry point 5"); err != nil || string(value) != "jelszó" {
		t.Errorf("%q %v", value, err)
	}
	other, _ := newBox(t)
	for what, c := range map[string]struct {
		box             *secret.Box
		sealed, context string
		want            error
	}{
		"another context": {b, sealed, "entry point 6", secret.ErrForged},
		"another key":     {other, sealed, "entry point 5", secret.ErrUnknownKey},
		"changed":         {b, sealed[:len(sealed)-4] + "AAAA", "entry point 5", secret.ErrForged},
		"cut":             {b, sealed[:15], "entry point 5", secret.ErrMalformed},
		"plain":           {b, "hunter2", "entry point 5", secret.ErrMalformed},
	} {
		if _, err := c.box.Open(c.sealed, c.context); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", what, err, c.want)
		}
	}
}

func TestKeysCanBeChanged(t *testing.T) {
	t.Parallel()
	old, path := newBox(t)
	sealed := old.Seal([]byte("token"), "x")
	fresh, newPath := newBox(t)
	added, _ := os.ReadFile(newPath)
	kept, _ := os.ReadFile(path)
	if err := os.WriteFile(path, append(added, kept...), 0o600); err != nil {
		t.Fatal(err)
	}
	both, err := secret.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if value, err := both.Open(sealed, "x"); err != nil || string(value) != "token" || both.Fresh(sealed) {
		t.Errorf("%q %v, fresh %v", value, err, both.Fresh(sealed))
	}
	if again := both.Seal([]byte("token"), "x"); !both.Fresh(again) || !fresh.Fresh(again) {
		t.Error("the new key does not seal")
	}
}

func TestTheKeyFileIsMadeOnceAndKeptPrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "secret.key")
	var made sync.Map
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := secret.LoadFile(path); err != nil {
				t.Error(err)
			}
			data, _ := os.ReadFile(path)
			made.Store(string(data), true)
		})
	}
	wg.Wait()
	count := 0
	made.Range(func(any, any) bool { count++; return true })
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 || count != 1 {
		t.Errorf("%v %v, %d versions", info.Mode(), err, count)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := secret.LoadFile(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a key file open to all is taken: %v", err)
	}
}

func TestAKeyFileThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "# nothing\n", "a b\n", "a AAAA\n"} {
		path := filepath.Join(t.TempDir(), "secret.key")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := secret.LoadFile(path); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

func FuzzOpen(f *testing.F) {
	b, _ := newBox(f)
	f.Add(b.Seal([]byte("x"), "c"), "c")
	f.Add("s1..", "")
	f.Fuzz(func(t *testing.T, sealed, context string) {
		value, err := b.Open(sealed, context)
		if err == nil && !bytes.Equal(value, []byte("x")) {
			t.Errorf("%q opened as %q", sealed, value)
		}
	})
}
