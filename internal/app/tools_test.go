package app

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/calendar"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/config"
)

func TestAnExaminationMakesNothing(t *testing.T) {
	t.Parallel()
	c := config.Default(filepath.Join(t.TempDir(), "data"))
	for _, f := range Examine(t.Context(), c, testLog(t)) {
		if f.Err != nil && f.What != "desk" { // which tests may run without
			t.Errorf("%s: %v", f.What, f.Err)
		}
	}
	if _, err := os.Stat(c.Data); !os.IsNotExist(err) {
		t.Errorf("the data folder was made: %v", err)
	}
	c.NATSURL = "nats://127.0.0.1:1"
	for _, f := range Examine(t.Context(), c, quiet()) {
		if f.What == "NATS" && (f.Err == nil || !strings.Contains(f.Text(), "nats_url")) {
			t.Errorf("nobody listens there: %q", f.Text())
		}
	}
}

func TestMigrationsKeepOutOfTheFolderOfARunningServer(t *testing.T) {
	t.Parallel()
	c := config.Default(filepath.Join(t.TempDir(), "data"))
	a, err := New(t.Context(), c, Options{Version: "test"}, testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Migrate(t.Context(), c, testLog(t)); err == nil {
		t.Error("migrated beside a running server")
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if steps, err := Migrate(t.Context(), c, testLog(t)); steps != 0 || err != nil {
		t.Errorf("%d steps, %v", steps, err)
	}
}

func TestTenantsAreMadeListedAndRenamed(t *testing.T) {
	t.Parallel()
	c := config.Default(filepath.Join(t.TempDir(), "data"))
	a, err := New(t.Context(), c, Options{Version: "test"}, testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := a.AddUser(t.Context(), Person{Email: "anna@example.com", Role: "administrator"}); err == nil {
		t.Error("a user without a tenant")
	}
	for _, host := range []string{"", "Second.example.com"} {
		if _, err := a.AddTenant(t.Context(), "Pannon", host); err != nil {
			t.Fatal(err)
		}
		if _, err := a.AddUser(t.Context(), Person{Host: host, Email: "anna@example.com", Role: "administrator"}); err != nil {
			t.Error(err)
		}
	}
	if _, err := a.AddTenant(t.Context(), "Pannon", "second.example.com"); err == nil {
		t.Error("two tenants of one host")
	}
	if _, err := a.RenameTenant(t.Context(), "second.example.com", "Fala"); err != nil {
		t.Error(err)
	}
	all, err := a.Tenants(t.Context())
	if err != nil || len(all) != 2 || all[0].Name != "Pannon" || all[1].Name != "Fala" || all[1].Host != "second.example.com" {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestFilesAreShownToTheScannerThatIsNamed(t *testing.T) {
	t.Parallel()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	answers := make(chan string, 2)
	go func() {
		for answer := range answers {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = io.CopyN(io.Discard, conn, int64(len("zINSTREAM\x00")+4+len("file")+4)) // a command, one piece, the end
			_, _ = io.WriteString(conn, answer+"\x00")
			_ = conn.Close()
		}
	}()
	c := config.Default(filepath.Join(t.TempDir(), "data"))
	c.ScannerURL = "tcp://" + l.Addr().String()
	a, err := New(t.Context(), c, Options{Version: "test"}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	for answer, want := range map[string]media.Verdict{"stream: OK": media.Clean, "stream: Eicar FOUND": media.Infected} {
		answers <- answer
		if got, err := a.scanner.Scan(t.Context(), strings.NewReader("file")); got != want || err != nil {
			t.Errorf("%s: %q, %v", answer, got, err)
		}
	}
	close(answers)
}

func TestTheExaminationNamesTheYearWithoutMovedDays(t *testing.T) {
	t.Parallel()
	day := func(year int, month time.Month) time.Time { return time.Date(year, month, 15, 12, 0, 0, 0, time.UTC) }
	known := 0
	for year := 2024; calendar.MovesKnown(calendar.Hungary, year); year++ {
		known = year
	}
	next := strconv.Itoa(known + 1)
	for _, c := range []struct {
		when  time.Time
		names bool
		warns bool
	}{
		{day(known-1, time.December), false, false},
		{day(known, time.September), true, false},
		{day(known, time.October), true, true},
		{day(known, time.December), true, true},
		{day(known+1, time.January), true, true},
	} {
		f := examineCalendars(c.when)
		if names := strings.Contains(f.Text(), next); names != c.names || (f.Warning != "") != c.warns || f.Err != nil {
			t.Errorf("%s: %+v", c.when.Format("January 2006"), f)
		}
	}
}

func TestEveryExaminationLooksAtTheCalendars(t *testing.T) {
	t.Parallel()
	all := Examine(t.Context(), config.Default(filepath.Join(t.TempDir(), "data")), testLog(t))
	if !slices.Contains(all, examineCalendars(time.Now())) {
		t.Errorf("%+v", all)
	}
}
