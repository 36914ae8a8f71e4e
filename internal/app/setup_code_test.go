package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/platform/config"
)

func TestTheSetupCodeLiesInTheDataFolderUntilItWasUsed(t *testing.T) {
	t.Parallel()
	c := config.Default(filepath.Join(t.TempDir(), "data"))
	open := func() *App {
		a, err := New(t.Context(), c, Options{Version: "test"}, testLog(t))
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := open()
	_, code, found := strings.Cut(a.SetupPath(), "/setup#code=")
	if !found || len(code) < 20 {
		t.Fatalf("path %q", a.SetupPath())
	}
	file := filepath.Join(c.Data, "setup-code")
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if a.setupCode().Fits("") || a.setupCode().Fits("guess") || !a.setupCode().Fits(code) {
		t.Error("another code fits, or the right one does not")
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	a = open()
	if _, again, _ := strings.Cut(a.SetupPath(), "="); again != code {
		t.Errorf("after a restart %q, before %q", again, code)
	}
	if _, err := a.AddTenant(t.Context(), "Pannon", ""); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	a = open()
	if a.SetupPath() != "" || a.setupCode().Fits(code) || a.setupCode().Fits("") {
		t.Errorf("a code for an installation that is set up: %q", a.SetupPath())
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}
