package session_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/api/session"
	"github.com/zongler/zongler/internal/calendar"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/secret"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/tenant"
)

// plain gives the keys of texts for the texts.
type plain struct{}

func (plain) Language(string) string                         { return "en" }
func (plain) Text(_, _, key string, _ map[string]any) string { return key }

// chat is an adapter with nothing in it.
type chat struct{}

func (chat) Channel() channel.Name              { return channel.Webchat }
func (chat) Capabilities() channel.Capabilities { return channel.Capabilities{} }
func (chat) Send(context.Context, channel.Outgoing) (channel.Sent, error) {
	return channel.Sent{}, nil
}

// queues makes queue 21 of whatever brand asks; one called "bad" it refuses.
type queues struct{}

func (queues) FirstQueue(_ context.Context, _ *db.Tx, q session.FirstQueue) (id.Queue, error) {
	if q.Name == "bad" {
		return 0, io.ErrUnexpectedEOF
	}
	return 21, nil
}

func (queues) HasQueue(_ context.Context, _ db.Queryer, _ id.Tenant, _ id.Brand, q id.Queue) (bool, error) {
	return q == 21, nil
}

type desk struct {
	t       *testing.T
	db      *db.DB
	handler http.Handler
	users   *account.Users
	keys    *account.Keys
	invites *account.Invitations
	demo    *demo
	streams *streams
	cookie  *http.Cookie
}

// demo has one person once it knows them.
type demo struct{ people []session.Person }

func (d *demo) People(context.Context) ([]session.Person, error) { return d.people, nil }

// streams are known to begin at a place, unless they fail.
type streams struct{ err error }

func (s *streams) Expect(context.Context) (string, int64, error) { return "dawn", 7, s.err }

// paper has the set-up code on it.
type paper struct{ code string }

func (p *paper) Fits(code string) bool { return p.code != "" && code == p.code }

func (p *paper) End() { p.code = "" }

func newDesk(t *testing.T, d *db.DB) *desk {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	dir := account.NewDirectory(d, log)
	tenants := tenant.New(d, calendar.New(d))
	hasher := account.NewHasher(account.Params{MemoryKiB: 64, Time: 1, Threads: 1})
	users := account.NewUsers(d, dir, hasher, tenants)
	sessions := account.NewSessions(d, dir, hasher)
	invites := account.NewInvitations(d, users)
	box, err := secret.LoadFile(filepath.Join(t.TempDir(), "secret.key"))
	if err != nil {
		t.Fatal(err)
	}
	points := channel.NewEntryPoints(d, channel.NewRegistry(chat{}), tenants, queues{}, box)
	problems := httpx.NewProblems(plain{}, log)
	mux := http.NewServeMux()
	api := httpx.NewAPI(mux, httpx.Config{Title: "Zongler", Version: "test", Problems: problems})
	show, live := &demo{}, &streams{}
	session.Register(api, session.Services{
		Tenants: tenants, Users: users, Sessions: sessions, Invitations: invites, Demo: show, Streams: live, Version: "test",
		Founder: session.NewFounder(d, tenants, users, points, queues{}), Proof: &paper{"abracadabra"},
	})
	return &desk{
		t: t, db: d, handler: session.Guard(dir, sessions, httpx.NewLimiter(httpx.DefaultRates()), problems)(mux), users: users,
		keys: account.NewKeys(d, dir, users), invites: invites, demo: show, streams: live,
	}
}

// call sends a request with the desk's cookie and keeps the cookie of the answer.
func (d *desk) call(method, path, body string, header ...string) (*http.Response, map[string]any) {
	d.t.Helper()
	r := httptest.NewRequestWithContext(d.t.Context(), method, path, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:5555"
	if strings.HasPrefix(path, "/") {
		r.Host = "localhost:8080"
	}
	r.Header.Set("User-Agent", "Firefox")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	if d.cookie != nil {
		r.AddCookie(d.cookie)
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	answer := w.Result()
	for _, c := range answer.Cookies() {
		if d.cookie = c; c.MaxAge < 0 {
			d.cookie = nil
		}
	}
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	var fields map[string]any
	if len(bytes.TrimSpace(data)) > 0 {
		if err := json.Unmarshal(data, &fields); err != nil {
			d.t.Fatalf("%s %s: %s", method, path, data)
		}
	}
	return answer, fields
}

// want calls and checks status and code of a problem ("" for none).
func (d *desk) want(status int, code, method, path, body string, header ...string) map[string]any {
	d.t.Helper()
	answer, fields := d.call(method, path, body, header...)
	got, _ := fields["code"].(string)
	if answer.StatusCode != status || got != code {
		d.t.Fatalf("%s %s: %d %q, want %d %q (%v)", method, path, answer.StatusCode, got, status, code, fields)
	}
	return fields
}

const setup = `{"code":"abracadabra","operator":{"name":"Centrum"},"administrator":{"name":"Grace Allen","email":"grace@centrum.example","password":"correct horse","language":"en"},
	"brand":{"name":"Fala Net","color":"#0b7285","languages":["pl"],"time_zone":"Europe/Warsaw"},"widget":{"name":"Czat","domains":["fala.example"]},
	"queue":{"name":"%s","target_percent":80,"target_seconds":30}}`

func setupWith(queue string) string { return strings.Replace(setup, "%s", queue, 1) }

func (d *desk) count(text string, args ...any) int {
	d.t.Helper()
	n, err := db.One[int](d.t.Context(), d.db, text, args...)
	if err != nil {
		d.t.Fatal(err)
	}
	return n
}

func TestSetupHappensOnceAndWhole(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, x *db.DB) {
		d := newDesk(t, x)
		if got := d.want(200, "", "GET", "/api/v1/setup", ""); got["needed"] != true {
			t.Errorf("%v", got)
		}
		d.want(404, "tenant.unknown", "POST", "/api/v1/session", `{"email":"a@b.example","password":"x"}`)
		d.want(500, "internal", "POST", "/api/v1/setup", setupWith("bad"))
		for _, table := range []string{"tenant", "app_user", "brand", "entry_point", "audit", "fact", "setting"} {
			if n := d.count(`SELECT COUNT(*) FROM ` + table); n != 0 {
				t.Errorf("half a set-up: %d rows of %s", n, table)
			}
		}
		got := d.want(422, "fields", "POST", "/api/v1/setup", strings.Replace(setupWith("Pomoc"), "abracadabra", "guessed", 1))
		if fault := got["errors"].([]any)[0].(map[string]any); fault["path"] != "code" || fault["code"] != "setup.code" {
			t.Errorf("a guessed code: %v", fault)
		}
		bad := strings.Replace(setupWith("Pomoc"), "correct horse", "short", 1)
		got = d.want(422, "fields", "POST", "/api/v1/setup", bad)
		if path := got["errors"].([]any)[0].(map[string]any)["path"]; path != "administrator.password" {
			t.Errorf("path %v", path)
		}
		got = d.want(201, "", "POST", "/api/v1/setup", setupWith("Pomoc"))
		if got["tenant"].(map[string]any)["name"] != "Centrum" || got["permissions"].(map[string]any)["user.edit"] != "tenant" || len(got["brands"].([]any)) != 1 {
			t.Errorf("%v", got)
		}
		if d.cookie == nil || !d.cookie.HttpOnly || d.cookie.SameSite != http.SameSiteLaxMode || d.cookie.Secure {
			t.Errorf("cookie %+v", d.cookie)
		}
		for table, want := range map[string]int{"tenant": 1, "app_user": 1, "brand": 1, "entry_point": 1, "audit": 4} {
			if n := d.count(`SELECT COUNT(*) FROM ` + table); n != want {
				t.Errorf("%d rows of %s, want %d", n, table, want)
			}
		}
		if n := d.count(`SELECT COUNT(*) FROM fact WHERE kind = 'configuration.changed'`); n != 4 {
			t.Errorf("%d facts", n)
		}
		d.want(409, "setup.done", "POST", "/api/v1/setup", setupWith("Pomoc"))
		if got := d.want(200, "", "GET", "/api/v1/setup", ""); got["needed"] != false {
			t.Errorf("%v", got)
		}
	})
}

func TestSigningInAndOut(t *testing.T) {
	t.Parallel()
	d := newDesk(t, dbtest.SQLite(t))
	d.want(201, "", "POST", "/api/v1/setup", setupWith("Pomoc"))
	answer, _ := d.call("DELETE", "/api/v1/session", "")
	if answer.StatusCode != http.StatusNoContent || d.cookie != nil {
		t.Fatalf("%d %v", answer.StatusCode, d.cookie)
	}
	if n := d.count(`SELECT COUNT(*) FROM session`); n != 0 {
		t.Errorf("%d sessions", n)
	}
	d.want(401, "unauthenticated", "GET", "/api/v1/session", "")
	d.want(401, "login.failed", "POST", "/api/v1/session", `{"email":"grace@centrum.example","password":"wrong"}`)
	d.want(401, "login.failed", "POST", "/api/v1/session", `{"email":"nobody@centrum.example","password":"wrong"}`)
	d.want(422, "fields", "POST", "/api/v1/session", `{"email":""}`)
	answer, _ = d.call("POST", "https://centrum.example/api/v1/session", `{"email":"Grace@centrum.example","password":"correct horse"}`)
	if answer.StatusCode != http.StatusOK || d.cookie == nil || !d.cookie.Secure {
		t.Fatalf("%d %+v", answer.StatusCode, d.cookie)
	}
	got := d.want(200, "", "GET", "/api/v1/session", "")
	if got["user"].(map[string]any)["email"] != "grace@centrum.example" || got["demo"] != true || fmt.Sprint(got["live"]) != "map[epoch:dawn seq:7]" {
		t.Errorf("%v", got)
	}
	d.streams.err = errors.New("no place to name")
	if got := d.want(200, "", "GET", "/api/v1/session", ""); got["live"] != nil {
		t.Errorf("a place although there is none: %v", got)
	}
	items := d.want(200, "", "GET", "/api/v1/me/sessions", "")["items"].([]any)
	one := items[0].(map[string]any)
	if len(items) != 1 || one["current"] != true || one["device"] != "Firefox" || one["address"] != "127.0.0.1" {
		t.Errorf("%v", items)
	}
	d.want(404, "not_found", "DELETE", "/api/v1/me/sessions/12345", "")
	d.cookie = &http.Cookie{Name: httpx.SessionCookie, Value: "made up"}
	if d.want(401, "unauthenticated", "GET", "/api/v1/me", ""); d.cookie != nil {
		t.Error("a dead cookie stays")
	}
}

func TestPeopleChangeThemselves(t *testing.T) {
	t.Parallel()
	d := newDesk(t, dbtest.SQLite(t))
	d.want(201, "", "POST", "/api/v1/setup", setupWith("Pomoc"))
	if got := d.want(200, "", "PATCH", "/api/v1/me", `{"language":"hu","theme":"dark"}`); got["language"] != "hu" || got["theme"] != "dark" || got["name"] != "Grace Allen" {
		t.Errorf("%v", got)
	}
	d.want(422, "fields", "PATCH", "/api/v1/me", `{"language":"de"}`)
	d.want(422, "fields", "POST", "/api/v1/me/password", `{"old_password":"wrong","password":"zupełnie inne hasło"}`)
	before := d.cookie.Value
	d.want(204, "", "POST", "/api/v1/me/password", `{"old_password":"correct horse","password":"zupełnie inne hasło"}`)
	d.want(200, "", "GET", "/api/v1/me", "")
	if d.cookie.Value == before {
		t.Error("the session keeps its token after a new password")
	}
	d.want(200, "", "GET", "/api/v1/me", "")
	if n := d.count(`SELECT COUNT(*) FROM audit WHERE action IN ('user.self', 'user.password')`); n != 2 {
		t.Errorf("%d audit entries", n)
	}
}

func TestKeysSignRequestsIn(t *testing.T) {
	t.Parallel()
	d := newDesk(t, dbtest.SQLite(t))
	d.want(201, "", "POST", "/api/v1/setup", setupWith("Pomoc"))
	tenantID, err := db.One[id.Tenant](t.Context(), d.db, `SELECT tenant_id FROM tenant`)
	if err != nil {
		t.Fatal(err)
	}
	_, token, err := d.keys.Create(dbtest.As(t, tenantID), account.NewKey{Name: "CRM", Rights: actor.Rights{actor.BrandRead: actor.InTenant}, AllBrands: true})
	if err != nil {
		t.Fatal(err)
	}
	d.cookie = nil
	d.want(403, "me.no_person", "GET", "/api/v1/me", "", "Authorization", "Bearer "+token)
	for _, bad := range []string{"Bearer zk_made-up", "Bearer something", "Basic " + token, "Bearer"} {
		d.want(401, "key.refused", "GET", "/api/v1/setup", "", "Authorization", bad)
	}
}

func TestAnInvitationLeadsIn(t *testing.T) {
	t.Parallel()
	d := newDesk(t, dbtest.SQLite(t))
	d.want(201, "", "POST", "/api/v1/setup", setupWith("Pomoc"))
	d.cookie = nil
	tenantID, err := db.One[id.Tenant](t.Context(), d.db, `SELECT tenant_id FROM tenant`)
	if err != nil {
		t.Fatal(err)
	}
	_, token, err := d.invites.Create(dbtest.As(t, tenantID), account.NewUser{Email: "ola@centrum.example", Language: "pl", Roles: []account.RoleKey{"agent"}, AllBrands: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := d.want(200, "", "GET", "/api/v1/invitations/"+token, ""); got["tenant"] != "Centrum" || got["email"] != "ola@centrum.example" {
		t.Errorf("%v", got)
	}
	d.want(422, "fields", "POST", "/api/v1/invitations/"+token+"/accept", `{"name":"Ola Nowicka","password":"short"}`)
	got := d.want(200, "", "POST", "/api/v1/invitations/"+token+"/accept", `{"name":"Ola Nowicka","password":"zielony rower"}`)
	if got["user"].(map[string]any)["name"] != "Ola Nowicka" || d.cookie == nil {
		t.Errorf("%v", got)
	}
	d.want(404, "invitation.gone", "GET", "/api/v1/invitations/"+token, "")
}

func TestADemonstrationSignsInWithOneClickOnThisMachineAlone(t *testing.T) {
	t.Parallel()
	d := newDesk(t, dbtest.SQLite(t))
	d.want(201, "", "POST", "/api/v1/setup", setupWith("Pomoc"))
	d.cookie = nil
	type row struct {
		TenantID id.Tenant
		ID       id.User
	}
	grace, err := db.One[row](t.Context(), d.db, `SELECT tenant_id, id FROM app_user`)
	if err != nil {
		t.Fatal(err)
	}
	d.demo.people = []session.Person{{Key: "grace", Role: "administrator", Name: "Grace Allen", Tenant: grace.TenantID, User: grace.ID}}
	if got := d.want(200, "", "GET", "/api/v1/session/demo", "")["roles"].([]any); len(got) != 1 {
		t.Errorf("%v", got)
	}
	d.want(422, "fields", "POST", "/api/v1/session/demo", `{"role":"nobody"}`)
	d.want(200, "", "POST", "/api/v1/session/demo", `{"role":"grace"}`)

	d.want(404, "not_found", "POST", "http://rebound.example/api/v1/session/demo", `{"role":"grace"}`)
	d.want(404, "not_found", "GET", "http://rebound.example:8080/api/v1/session/demo", "")
	d.want(200, "", "GET", "http://[::1]:8080/api/v1/session/demo", "")

	r := httptest.NewRequestWithContext(t.Context(), "POST", "http://localhost/api/v1/session/demo", strings.NewReader(`{"role":"grace"}`))
	r.RemoteAddr = "192.0.2.1:1"
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	if w.Code != 404 {
		t.Errorf("from elsewhere: %d", w.Code)
	}
}
