package app

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// TestEveryCreatingCallIsDoneOnceUnderItsKey sends everything that makes something twice under one key.
func TestEveryCreatingCallIsDoneOnceUnderItsKey(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, "")
		e := h.build(h.tenants[0], "Alfa")
		all, tried := probes(), 0
		for _, op := range h.app.site.api.Operations() {
			makes := op.Creates || op.Status == http.StatusCreated
			if !makes || op.Access == httpx.Public || all[op.ID].absent || all[op.ID].owner != nil {
				continue // there is nothing to make, or it is refused
			}
			tried++
			r := all[op.ID].aim(op, e)
			who := e.chief
			if all[op.ID].agent {
				who = e.agent
			}
			once, again := h.keyed(who, r), h.keyed(who, r)
			if once.Code/100 != 2 || again.Code != once.Code || again.Body.String() != once.Body.String() {
				t.Errorf("%s: %d %s and then %d %s", op.ID, once.Code, once.Body, again.Code, again.Body)
			}
			if once.Header().Get("Idempotency-Replayed") != "" || again.Header().Get("Idempotency-Replayed") != "true" {
				t.Errorf("%s: the second answer is not the first one again", op.ID)
			}
		}
		if tried < 15 {
			t.Errorf("only %d operations make something", tried)
		}
	})
}

// keyed sends a request under the name of its operation.
func (h *house) keyed(c *caller, r request) *httptest.ResponseRecorder {
	h.t.Helper()
	n := nasty{
		method: r.method, path: r.path,
		header: http.Header{"Idempotency-Key": {"the only " + r.op.ID}, "X-Filename": {"a.png"}},
	}
	if data, ok := r.body.(raw); ok {
		n.kind, n.body = "application/octet-stream", string(data)
	} else if r.body != nil {
		text, err := json.Marshal(r.body)
		h.must(err)
		n.body = string(text)
	}
	return h.send(c, n)
}

// TestTheAddressesStayWhatTheyAre asks at every address that others rely on.
func TestTheAddressesStayWhatTheyAre(t *testing.T) {
	t.Parallel()
	h := openHouse(t, dbtest.SQLite(t), "")
	for _, c := range []struct {
		path, kind string
		status     int
	}{
		{"/healthz", "text/plain", 200},
		{"/readyz", "application/json", 200},
		{"/metrics", "text/plain", 200},
		{"/api/openapi.json", "application/openapi+json", 200},
		{"/api/docs", "text/html", 200},
		{"/api/v1/me", "application/problem+json", 401},
		{"/ws", "application/problem+json", 401},
		{"/w/config?key=none", "application/problem+json", 404},
		{"/w/ws", "", 426},
	} {
		w := h.from("127.0.0.1", c.path)
		if w.Code != c.status || !strings.HasPrefix(w.Header().Get("Content-Type"), c.kind) {
			t.Errorf("%s: %d %s %.100s", c.path, w.Code, w.Header().Get("Content-Type"), w.Body)
		}
	}
	for _, path := range []string{"/", "/widget.js"} { // whose files a test may run without
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		if pattern := httpx.Route(h.app.site.mux)(r); pattern != path {
			t.Errorf("%s is answered by %q", path, pattern)
		}
	}
	var spec struct {
		OpenAPI string         `json:"openapi"`
		Paths   map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(h.from("127.0.0.1", "/api/openapi.json").Body.Bytes(), &spec); err != nil || !strings.HasPrefix(spec.OpenAPI, "3.1") {
		t.Errorf("OpenAPI %q, %v", spec.OpenAPI, err)
	}
	for path := range spec.Paths {
		if !strings.HasPrefix(path, "/api/v1/") {
			t.Errorf("%s is documented and no address of the interface", path)
		}
	}
}
