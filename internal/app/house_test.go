package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/secret"
	"github.com/zongler/zongler/internal/platform/blob"
	"github.com/zongler/zongler/internal/platform/config"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/platform/telemetry"
	"github.com/zongler/zongler/internal/tenant"
)

// house is the whole program over an empty database, serving on a port of its own.
type house struct {
	t       *testing.T
	app     *App
	handler http.Handler // the same site without a connection between
	addr    string
	graph   *metatest.Graph // Meta, as this house calls it
	tenants []tenant.Tenant
	callers atomic.Int64
	stop    func() // ends the processes; the handler goes on answering
}

// openHouse starts everything, with tenants of the given hosts; the first host is empty.
func openHouse(t *testing.T, d *db.DB, hosts ...string) *house {
	t.Helper()
	return openHouseWith(t, d, func(*config.Config) {}, hosts...)
}

// openHouseWith is openHouse with a change of its configuration.
func openHouseWith(t *testing.T, d *db.DB, change func(*config.Config), hosts ...string) *house {
	t.Helper()
	a := &App{
		config: config.Default(t.TempDir()), options: Options{Version: "test"}, log: testLog(t), node: "test",
		metrics: telemetry.NewMetrics("test"), db: d,
	}
	a.config.HTTPAddr, a.config.InsideAllow = "127.0.0.1:0", []string{"127.0.0.0/8"}
	h := &house{t: t, app: a, graph: metatest.New(t)}
	ours := h.graph.App()
	a.config.MetaAppID, a.config.MetaAppSecret, a.config.MetaGraphURL = ours.ID, ours.Secret, ours.GraphURL
	a.config.MetaInstagram, a.config.MetaInstagramURL = ours.InstagramSecret, h.graph.InstagramURL()
	change(&a.config)
	h.graph.Hook(h.metaHook)
	var err error
	a.box, err = secret.LoadFile(a.config.SecretFile)
	h.must(err)
	a.blobs, err = blob.Open(t.Context(), "", a.config.BlobDir())
	h.must(err)
	h.must(a.openTexts())
	a.tracing, err = telemetry.NewTracing(t.Context(), "", "test")
	h.must(err)
	listening := make(chan net.Addr, 1)
	a.options.Listening = func(addr net.Addr) { listening <- addr }
	a.build()
	for _, host := range hosts {
		h.must(d.Update(t.Context(), func(tx *db.Tx) error {
			made, _, err := a.services.tenants.Found(t.Context(), tx, "Operator "+host, host)
			h.tenants = append(h.tenants, made)
			return err
		}))
	}
	h.handler, err = a.handler(a.site)
	h.must(err)
	h.run()
	h.addr = (<-listening).String()
	return h
}

// run runs every process until the test ends.
func (h *house) run() {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.app.Run(ctx) }()
	h.stop = sync.OnceFunc(func() {
		stop()
		if err := <-ended; err != nil {
			h.t.Errorf("the house did not end well: %v", err)
		}
	})
	h.t.Cleanup(h.stop)
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// caller is somebody who sends requests: a user with sessions, a key, or nobody.
type caller struct {
	house  *house
	name   string
	tenant id.Tenant
	user   id.User
	key    string
	renew  func() string // makes another key with the same rights; nil: there is only one
	cookie string
	used   int
}

// perSession is how many requests one session, or key, sends before it is replaced: fewer than its rate allows at once.
const perSession = 150

// somebody is a user of a tenant, whoever they are.
func (h *house) somebody(name string, t id.Tenant, u id.User) *caller {
	return &caller{house: h, name: name, tenant: t, user: u}
}

// nobody has not signed in.
func (h *house) nobody() *caller { return &caller{house: h, name: "nobody"} }

// hire makes a user and returns them.
func (h *house) hire(t tenant.Tenant, name string, in account.NewUser) *caller {
	h.t.Helper()
	in.Name, in.Language = name, "en"
	if in.Email == "" {
		in.Email = fmt.Sprintf("u%d@operator.example", id.New[id.User]())
	}
	var made account.User
	ctx := actor.With(h.t.Context(), actor.ForSystem(t.TenantID))
	h.must(h.app.db.Update(ctx, func(tx *db.Tx) (err error) {
		made, err = h.app.services.users.CreateIn(ctx, tx, in, "")
		return err
	}))
	return h.somebody(name, t.TenantID, made.ID)
}

// token returns the session with which c signs its next request.
func (c *caller) token() string {
	if c.used++; c.cookie == "" || c.used > perSession {
		in, err := c.house.app.services.sessions.Open(c.house.t.Context(), c.tenant, c.user, account.Browser{Device: "test"})
		c.house.must(err)
		c.cookie, c.used = in.Token, 1
	}
	return c.cookie
}

// sign puts what proves who c is on a request.
func (c *caller) sign(header http.Header) {
	switch {
	case c.key != "":
		if c.used++; c.used > perSession && c.renew != nil {
			c.key, c.used = c.renew(), 1
		}
		header.Set("Authorization", "Bearer "+c.key)
	case c.user != 0:
		header.Set("Cookie", httpx.SessionCookie+"="+c.token())
	}
}

// answer is what came back.
type answer struct {
	status int
	body   string
}

// raw is a body that is not JSON.
type raw string

// call sends a request through all that a request passes.
func (c *caller) call(method, path string, body any) answer {
	c.house.t.Helper()
	var in io.Reader
	kind := "application/json"
	switch b := body.(type) {
	case nil:
	case raw:
		in, kind = strings.NewReader(string(b)), "application/octet-stream"
	default:
		text, err := json.Marshal(b)
		c.house.must(err)
		in = bytes.NewReader(text)
	}
	r := httptest.NewRequestWithContext(c.house.t.Context(), method, path, in)
	if in != nil {
		r.Header.Set("Content-Type", kind)
		r.Header.Set("X-Filename", "zdjecie.png")
	}
	n := c.house.callers.Add(1) // each from another address, for strangers share the rate of theirs
	r.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:4000", n>>16&255, n>>8&255, n&255)
	c.sign(r.Header)
	w := httptest.NewRecorder()
	c.house.handler.ServeHTTP(w, r)
	return answer{w.Code, w.Body.String()}
}

// make calls an operation that must succeed and returns the member of its answer.
func (c *caller) make(method, path string, body any, member string) string {
	c.house.t.Helper()
	got := c.call(method, path, body)
	if got.status/100 != 2 {
		c.house.t.Fatalf("%s: %s %s: %d %s", c.name, method, path, got.status, got.body)
	}
	return field(c.house.t, got.body, member)
}

// field returns the member of a JSON object as text; empty if member is.
func field(t *testing.T, body, member string) string {
	t.Helper()
	if member == "" {
		return ""
	}
	var all map[string]any
	if err := json.Unmarshal([]byte(body), &all); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	var v any = all
	for name := range strings.SplitSeq(member, ".") {
		switch now := v.(type) {
		case map[string]any:
			v = now[name]
		case []any:
			v = now[0].(map[string]any)[name]
		}
	}
	return fmt.Sprint(v)
}

// testLog writes what the house warns of to the test.
func testLog(t *testing.T) *slog.Logger {
	t.Helper()
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// metaHook takes what Meta posts, and returns the status.
func (h *house) metaHook(body []byte, signature string) int {
	r := httptest.NewRequestWithContext(h.t.Context(), http.MethodPost, meta.HookPath, bytes.NewReader(body))
	r.RemoteAddr = "10.201.1.1:4000"
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Hub-Signature-256", signature)
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w.Code
}
