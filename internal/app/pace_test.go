package app

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// from asks for an address as a stranger at remote does; headers are pairs.
func (h *house) from(remote, target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(h.t.Context(), http.MethodGet, target, nil)
	r.RemoteAddr = remote + ":4000"
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w
}

// fill asks n times, or until it is asked too often, and returns the last answer.
func (h *house) fill(n int, remote, target string, headers ...string) *httptest.ResponseRecorder {
	var last *httptest.ResponseRecorder
	for range n {
		last = h.from(remote, target, headers...)
		if last.Code == http.StatusTooManyRequests {
			break
		}
	}
	return last
}

func TestEachSortOfRequestHasARateOfItsOwn(t *testing.T) {
	t.Parallel()
	h := openHouse(t, dbtest.SQLite(t), "")
	const stranger = "192.0.2.1"
	if w := h.fill(300, stranger, "/api/v1/setup"); w.Code != http.StatusTooManyRequests {
		t.Fatalf("the interface: %d", w.Code)
	}
	for _, page := range []string{"/healthz", "/readyz"} {
		if w := h.fill(20, stranger, page); w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", page, w.Code, w.Body)
		}
	}
	if w := h.fill(500, stranger, "/widget.js"); w.Code == http.StatusTooManyRequests {
		t.Error("files are counted with the interface")
	}
	const page = "https://shop.example"
	if w := h.fill(500, stranger, "/w/config?key=none", "Origin", page); w.Code == http.StatusTooManyRequests {
		t.Error("five hundred customers behind one address are too many")
	}
	w := h.fill(1500, stranger, "/w/config?key=none", "Origin", page)
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" ||
		w.Header().Get("Access-Control-Allow-Origin") != page || w.Header().Get("Access-Control-Expose-Headers") != "Retry-After" {
		t.Errorf("the widget cannot read how long to wait: %d %v", w.Code, w.Header())
	}
}

func TestFiguresAreReadOnThisMachineAndNotThroughAProxy(t *testing.T) {
	t.Parallel()
	h := openHouse(t, dbtest.SQLite(t), "")
	for _, c := range []struct {
		remote string
		status int
		header []string
	}{
		{"127.0.0.1", 200, nil},
		{"192.0.2.1", 404, nil},
		{"10.0.0.7", 404, nil},
		{"127.0.0.1", 404, []string{"X-Forwarded-For", "192.0.2.1"}},
		{"127.0.0.1", 404, []string{"Forwarded", "for=127.0.0.1"}},
	} {
		if w := h.from(c.remote, "/metrics", c.header...); w.Code != c.status {
			t.Errorf("%s %v: %d", c.remote, c.header, w.Code)
		}
	}
}

func TestTheHouseTellsHowItIs(t *testing.T) {
	t.Parallel()
	h := openHouse(t, dbtest.SQLite(t), "")
	text := h.from("127.0.0.1", "/metrics").Body.String()
	for _, figure := range []string{
		`zongler_sockets{of="desk"} 0`, `zongler_sockets{of="visitor"} 0`, `zongler_jobs{state="dead"} 0`, `zongler_jobs{state="waiting"} `,
		"zongler_jobs_late_seconds ", "zongler_facts_behind ", "zongler_bus_connected 1", "zongler_live_slow_total 0", "zongler_commits_total ", "zongler_transactions_total ",
	} {
		if !strings.Contains(text, figure) || strings.Contains(text, "NaN") {
			t.Errorf("no %s in:\n%s", figure, text)
		}
	}
	if w := h.from("192.0.2.1", "/readyz"); w.Body.String() != `{"checks":{"database":"ok","files":"ok"},"ready":true}`+"\n" {
		t.Errorf("%s", w.Body)
	}
	if err := os.Rename(h.app.config.BlobDir(), h.app.config.BlobDir()+".away"); err != nil {
		t.Fatal(err)
	}
	if err := h.app.filesReady(t.Context()); err == nil {
		t.Error("ready without its files")
	}
}

func TestMadeUpTokensAreHeldToTheRateOfStrangers(t *testing.T) {
	t.Parallel()
	h := openHouse(t, dbtest.SQLite(t), "")
	if w := h.from("192.0.2.9", "/api/v1/me", "Authorization", "Bearer zk_made-up"); w.Code != http.StatusUnauthorized {
		t.Fatalf("one guess: %d", w.Code)
	}
	if w := h.fill(300, "192.0.2.9", "/api/v1/me", "Authorization", "Bearer zk_made-up"); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
		t.Errorf("three hundred guesses: %d", w.Code)
	}
	if w := h.fill(300, "192.0.2.10", "/api/v1/me", "Cookie", "zongler_session=made-up"); w.Code != http.StatusTooManyRequests {
		t.Errorf("three hundred cookies: %d", w.Code)
	}
}
