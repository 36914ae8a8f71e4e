package app

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/platform/config"
	"github.com/zongler/zongler/internal/platform/db"
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

func TestWhoSetsUpServesTheFirstQueue(t *testing.T) {
	t.Parallel()
	a, err := New(t.Context(), config.Default(filepath.Join(t.TempDir(), "data")), Options{Version: "test"}, testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	handler, err := a.handler(a.site)
	if err != nil {
		t.Fatal(err)
	}
	var cookie string
	ask := func(method, path, body string, into any) {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Host, r.RemoteAddr = "localhost:8080", "127.0.0.1:5555"
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Cookie", cookie)
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, r)
		if answer.Code >= http.StatusBadRequest {
			t.Fatalf("%s %s: %d %s", method, path, answer.Code, answer.Body)
		}
		if set := answer.Header().Get("Set-Cookie"); set != "" {
			cookie, _, _ = strings.Cut(set, ";")
		}
		if err := json.Unmarshal(answer.Body.Bytes(), into); err != nil {
			t.Fatal(err)
		}
	}
	_, code, _ := strings.Cut(a.SetupPath(), "=")
	var session struct {
		User struct{ ID string }
	}
	ask("POST", "/api/v1/setup", `{"code":"`+code+`","operator":{"name":"Centrum"},
		"administrator":{"name":"Grace","email":"grace@centrum.example","password":"correct horse","language":"en"},
		"brand":{"name":"Fala","color":"#2f5bea","languages":["pl"],"time_zone":"Europe/Warsaw"},
		"widget":{"name":"Site","domains":[]},"queue":{"name":"Pomoc","target_percent":80,"target_seconds":30}}`, &session)
	var queues struct{ Items []struct{ ID string } }
	ask("GET", "/api/v1/queues", "", &queues)
	var members struct {
		Items []struct {
			UserID  string `json:"user_id"`
			Enabled bool
		}
	}
	ask("GET", "/api/v1/queues/"+queues.Items[0].ID+"/members", "", &members)
	if len(members.Items) != 1 || members.Items[0].UserID != session.User.ID || !members.Items[0].Enabled {
		t.Errorf("the first queue is served by %+v, not by %s", members.Items, session.User.ID)
	}
	if n, err := db.One[int](t.Context(), a.db, `SELECT COUNT(*) FROM audit WHERE action = 'queue.member'`); n != 1 || err != nil {
		t.Errorf("%d lines in the log, %v", n, err)
	}
}
