package admin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/api/admin"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/calendar"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/secret"
	"github.com/zongler/zongler/internal/platform/blob"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/platform/idempotency"
	"github.com/zongler/zongler/internal/tenant"
)

// keyTexts gives the keys of texts for the texts.
type keyTexts struct{}

func (keyTexts) Language(string) string                         { return "en" }
func (keyTexts) Text(_, _, key string, _ map[string]any) string { return key }

// chat is an adapter with nothing in it.
type chat struct{}

func (chat) Channel() channel.Name              { return channel.Webchat }
func (chat) Capabilities() channel.Capabilities { return channel.Capabilities{} }
func (chat) Send(context.Context, channel.Outgoing) (channel.Sent, error) {
	return channel.Sent{}, nil
}

type anyQueue struct{}

func (anyQueue) HasQueue(context.Context, db.Queryer, id.Tenant, id.Brand, id.Queue) (bool, error) {
	return true, nil
}

// office is the administration of one tenant over HTTP.
type office struct {
	t       *testing.T
	db      *db.DB
	handler http.Handler
	who     actor.Actor
}

func newOffice(t *testing.T, d *db.DB) *office {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	calendars := calendar.New(d)
	tenants := tenant.New(d, calendars)
	dir := account.NewDirectory(d, log)
	users := account.NewUsers(d, dir, account.NewHasher(account.Params{MemoryKiB: 64, Time: 1, Threads: 1}), tenants)
	blobs, err := blob.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	box, err := secret.LoadFile(filepath.Join(t.TempDir(), "secret.key"))
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	api := httpx.NewAPI(mux, httpx.Config{Title: "Zongler", Version: "test", Problems: httpx.NewProblems(keyTexts{}, log), Idempotency: idempotency.New(d, box)})
	admin.RegisterUsers(api, users)
	admin.RegisterInvitations(api, account.NewInvitations(d, users))
	admin.RegisterRoles(api, account.NewRoles(d, dir))
	admin.RegisterTeams(api, account.NewTeams(d))
	admin.RegisterBrands(api, tenants, admin.NewLogos(tenants, blobs, log))
	admin.RegisterEntryPoints(api, channel.NewEntryPoints(d, channel.NewRegistry(chat{}), tenants, anyQueue{}, box))
	admin.RegisterCalendars(api, calendars)
	admin.RegisterAPIKeys(api, account.NewKeys(d, dir, users))
	admin.RegisterAudit(api, audit.New(d))
	admin.RegisterJobs(api, d)
	o := &office{t: t, db: d}
	o.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r.WithContext(actor.With(r.Context(), o.who)))
	})
	err = d.Update(t.Context(), func(tx *db.Tx) error {
		made, _, err := tenants.Found(t.Context(), tx, "Centrum", "")
		o.who = actor.Actor{
			Kind: actor.User, Tenant: made.TenantID, User: 5, Name: "Grace Allen",
			Rights: actor.Administrator.Rights(), Brands: actor.Brands{All: true},
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *office) send(method, path string, body io.Reader, header ...string) *httptest.ResponseRecorder {
	o.t.Helper()
	r := httptest.NewRequestWithContext(o.t.Context(), method, "/api/v1"+path, body)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	o.handler.ServeHTTP(w, r)
	return w
}

// want sends a request and checks status and code of a problem ("" for none).
func (o *office) want(status int, code, method, path, body string, header ...string) map[string]any {
	o.t.Helper()
	w := o.send(method, path, strings.NewReader(body), header...)
	var fields map[string]any
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &fields); err != nil {
			o.t.Fatalf("%s %s: %s", method, path, w.Body)
		}
	}
	got, _ := fields["code"].(string)
	if w.Code != status || got != code {
		o.t.Fatalf("%s %s: %d %q, want %d %q (%s)", method, path, w.Code, got, status, code, w.Body)
	}
	return fields
}

// recorded checks how many entries of the log and facts a subject has.
func (o *office) recorded(kind, key string, want int) {
	o.t.Helper()
	n, err := id.Parse[id.Of[struct{}]](key)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, text := range []string{
		`SELECT COUNT(*) FROM audit WHERE subject_kind = '` + kind + `' AND subject_id = $1`,
		`SELECT COUNT(*) FROM fact WHERE kind = 'configuration.changed' AND subject = $1`,
	} {
		if got, err := db.One[int](o.t.Context(), o.db, text, int64(n)); got != want || err != nil {
			o.t.Errorf("%s: %d, want %d (%v)", text, got, want, err)
		}
	}
}

func items(fields map[string]any) []any { return fields["items"].([]any) }

const brand = `{"name":"Fala Net","color":"#0b7285","languages":["pl"],"time_zone":"Europe/Warsaw"}`

func TestEachThingIsMadeFoundChangedArchivedAndRestored(t *testing.T) {
	t.Parallel()
	week := `"week":[[],[{"from":480,"to":1020}],[],[],[],[],[]]`
	cases := []struct {
		path, kind, body string
		patch            string
		field            string
		value            any
		bad              string // answered with 422
	}{
		{"/brands", "brand", brand, `{"name":"Fala"}`, "name", "Fala", `{"color":"teal"}`},
		{"/teams", "team", `{"name":"Wsparcie"}`, `{"name":"Support"}`, "name", "Support", `{"name":""}`},
		{"/roles", "role", `{"name":"Quality","permissions":{"conversation.read":"brand"}}`, `{"permissions":{"audit.read":"tenant"}}`, "name", "Quality", `{"permissions":{"audit.read":"galaxy"}}`},
		{"/users", "user", `{"name":"Ola Nowicka","email":"ola@centrum.example","language":"pl","roles":["agent"],"all_brands":true,"password":"zielony rower"}`, `{"language":"en"}`, "language", "en", `{"roles":[]}`},
		{"/calendars", "calendar", `{"name":"Biuro","time_zone":"Europe/Warsaw","country":"PL",` + week + `}`, `{"country":"HU"}`, "country", "HU", `{"holiday_hours":[{"from":60,"to":30}]}`},
		{"/entry-points", "entry_point", `{"brand_id":"%brand","channel":"webchat","name":"Czat","config":{"title":"Pomoc"}}`, `{"active":false}`, "active", false, `{"name":""}`},
	}
	for _, c := range cases {
		t.Run(c.kind, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				o := newOffice(t, d)
				body := c.body
				if strings.Contains(body, "%brand") {
					made := o.want(201, "", "POST", "/brands", brand)
					body = strings.Replace(body, "%brand", made["id"].(string), 1)
				}
				key := o.want(201, "", "POST", c.path, body)["id"].(string)
				at := c.path + "/" + key
				if got := o.want(200, "", "GET", at, "")["id"]; got != key {
					t.Errorf("got %v", got)
				}
				if got := o.want(200, "", "PATCH", at, c.patch)[c.field]; got != c.value {
					t.Errorf("%s is %v", c.field, got)
				}
				o.want(422, "fields", "PATCH", at, c.bad)
				o.want(200, "", "POST", at+"/archive", "")
				if got := items(o.want(200, "", "GET", c.path+"?archived=true", "")); len(got) != 1 {
					t.Errorf("%d archived", len(got))
				}
				o.want(200, "", "POST", at+"/restore", "")
				o.recorded(c.kind, key, 4)

				o.who.Rights = actor.Rights{}
				o.want(403, "forbidden", "PATCH", at, c.patch)
				o.want(403, "forbidden", "GET", at, "")
				o.who.Rights, o.who.Tenant = actor.Administrator.Rights(), o.who.Tenant+1
				o.want(404, "not_found", "GET", at, "")
				o.want(404, "not_found", "PATCH", at, c.patch)
				o.want(404, "not_found", "POST", at+"/archive", "")
				o.who = actor.Actor{}
				o.want(401, "unauthenticated", "GET", c.path, "")
			})
		})
	}
}

func TestListsHavePages(t *testing.T) {
	t.Parallel()
	o := newOffice(t, dbtest.SQLite(t))
	for _, name := range []string{"Żabka", "Ananas", "ćma", "Banan"} {
		o.want(201, "", "POST", "/brands", strings.Replace(brand, "Fala Net", name, 1))
	}
	var names []string
	for next := "/brands?limit=3"; next != ""; {
		page := o.want(200, "", "GET", next, "")
		for _, b := range items(page) {
			names = append(names, b.(map[string]any)["name"].(string))
		}
		cursor, more := page["next"].(string)
		if next = ""; more {
			next = "/brands?limit=3&cursor=" + cursor
		}
	}
	if got := strings.Join(names, " "); got != "Ananas Banan ćma Żabka" {
		t.Errorf("%s", got)
	}
	if got := items(o.want(200, "", "GET", "/brands?q=zab", "")); len(got) != 1 {
		t.Errorf("%d found", len(got))
	}
	o.want(422, "fields", "GET", "/brands?cursor=foreign", "")
}

func TestARepeatedCallMakesOneThing(t *testing.T) {
	t.Parallel()
	o := newOffice(t, dbtest.SQLite(t))
	first := o.want(201, "", "POST", "/brands", brand, "Idempotency-Key", "one")
	again := o.want(201, "", "POST", "/brands", brand, "Idempotency-Key", "one")
	if first["id"] != again["id"] {
		t.Errorf("%v and %v", first["id"], again["id"])
	}
	o.want(422, "idempotency.mismatch", "POST", "/brands", strings.Replace(brand, "pl", "hu", 1), "Idempotency-Key", "one")
}

func TestTokensAreShownOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t, dbtest.SQLite(t))
	const crm = `{"name":"CRM","permissions":{"customer.read":"brand"},"all_brands":true}`
	key := o.want(201, "", "POST", "/api-keys", crm, "Idempotency-Key", "k")
	token := key["token"].(string)
	if again := o.want(201, "", "POST", "/api-keys", crm, "Idempotency-Key", "k"); again["token"] != token {
		t.Errorf("an answer that was lost comes again as %v", again)
	}
	invitation := o.want(201, "", "POST", "/users/invite", `{"email":"ola@centrum.example","language":"pl","roles":["agent"],"all_brands":true}`)
	b := o.want(201, "", "POST", "/brands", brand)
	point := o.want(201, "", "POST", "/entry-points", `{"brand_id":"`+b["id"].(string)+`","channel":"webchat","name":"Czat"}`)
	secret := o.want(200, "", "POST", "/entry-points/"+point["id"].(string)+"/secret", "")["secret"].(string)
	for _, path := range []string{"/api-keys", "/api-keys/" + key["id"].(string), "/invitations", "/entry-points", "/audit"} {
		answer := o.send("GET", path, http.NoBody).Body.String()
		for _, hidden := range []string{token, invitation["token"].(string), secret} {
			if strings.Contains(answer, hidden) {
				t.Errorf("%s shows %s", path, hidden)
			}
		}
	}
	for _, text := range []string{
		`SELECT COUNT(*) FROM idempotency WHERE CAST(body AS TEXT) LIKE $1`, `SELECT COUNT(*) FROM api_key WHERE token_hash LIKE $1`,
		`SELECT COUNT(*) FROM invitation WHERE token_hash LIKE $1`, `SELECT COUNT(*) FROM audit WHERE changes LIKE $1`,
	} {
		if n, err := db.One[int](t.Context(), o.db, text, "%"+token+"%"); n != 0 || err != nil {
			t.Errorf("%s: %d %v", text, n, err)
		}
	}
	o.want(200, "", "POST", "/api-keys/"+key["id"].(string)+"/archive", "")
	o.want(204, "", "DELETE", "/invitations/"+invitation["id"].(string), "")
	if got := items(o.want(200, "", "GET", "/invitations", "")); len(got) != 0 {
		t.Errorf("%d open", len(got))
	}
}

func TestInvitationsComeInPages(t *testing.T) {
	t.Parallel()
	o := newOffice(t, dbtest.SQLite(t))
	for n := range 3 {
		o.want(201, "", "POST", "/users/invite", fmt.Sprintf(`{"email":"u%d@centrum.example","language":"pl","roles":["agent"],"all_brands":true}`, n))
	}
	first := o.want(200, "", "GET", "/invitations?limit=2", "")
	rest := o.want(200, "", "GET", "/invitations?limit=2&cursor="+first["next"].(string), "")
	if len(items(first)) != 2 || len(items(rest)) != 1 || rest["next"] != nil || items(rest)[0].(map[string]any)["email"] != "u0@centrum.example" {
		t.Errorf("%v then %v", first, rest)
	}
}

func TestTheAuditLogIsRead(t *testing.T) {
	t.Parallel()
	o := newOffice(t, dbtest.SQLite(t))
	b := o.want(201, "", "POST", "/brands", brand)["id"].(string)
	o.want(200, "", "PATCH", "/brands/"+b, `{"name":"Fala"}`)
	all := items(o.want(200, "", "GET", "/audit?subject_kind=brand&subject_id="+b, ""))
	if len(all) != 2 {
		t.Fatalf("%d entries", len(all))
	}
	entry := all[0].(map[string]any)
	changes, _ := json.Marshal(entry["changes"])
	if entry["action"] != "brand.update" || entry["actor_name"] != "Grace Allen" || entry["actor_id"] != "5" || string(changes) != `[{"after":"Fala","before":"Fala Net","path":"name"}]` {
		t.Errorf("%v", entry)
	}
	page := o.want(200, "", "GET", "/audit?limit=2", "")
	if rest := o.want(200, "", "GET", "/audit?limit=2&cursor="+page["next"].(string), ""); len(items(rest)) != 1 {
		t.Errorf("%d on the last page", len(items(rest)))
	}
	o.want(422, "fields", "GET", "/audit?subject_id=x", "")
}

func TestACalendarShowsItsYear(t *testing.T) {
	t.Parallel()
	o := newOffice(t, dbtest.SQLite(t))
	c := o.want(201, "", "POST", "/calendars", `{"name":"Iroda","time_zone":"Europe/Budapest","country":"HU","week":[[],[],[],[],[],[{"from":480,"to":960}],[]]}`)
	days := items(o.want(200, "", "GET", "/calendars/"+c["id"].(string)+"/preview?year=2026", ""))
	if len(days) != 19 {
		t.Fatalf("%d days", len(days))
	}
	saturday := days[2].(map[string]any)
	if saturday["date"] != "2026-01-10" || saturday["moved"] != true || len(saturday["spans"].([]any)) != 1 {
		t.Errorf("%v", saturday)
	}
	o.want(422, "fields", "GET", "/calendars/"+c["id"].(string)+"/preview", "")
}

func TestPermissionsAreListed(t *testing.T) {
	t.Parallel()
	o := newOffice(t, dbtest.SQLite(t))
	o.who.Rights = actor.Rights{actor.BrandRead: actor.InBrand}
	all := items(o.want(200, "", "GET", "/permissions", ""))
	if len(all) != len(actor.Permissions()) {
		t.Errorf("%d permissions", len(all))
	}
	o.who.Rights = actor.Administrator.Rights()
	if got := items(o.want(200, "", "GET", "/roles", "")); len(got) != len(actor.BuiltIns()) {
		t.Errorf("%d roles", len(got))
	}
}

func TestALogoIsAPicture(t *testing.T) {
	t.Parallel()
	o := newOffice(t, dbtest.SQLite(t))
	b := o.want(201, "", "POST", "/brands", brand)["id"].(string)
	var picture, wide bytes.Buffer
	for size, to := range map[int]*bytes.Buffer{40: &picture, 5000: &wide} {
		if err := png.Encode(to, image.NewGray(image.Rect(0, 0, size, 4))); err != nil {
			t.Fatal(err)
		}
	}
	put := func(data []byte) *httptest.ResponseRecorder {
		return o.send("PUT", "/brands/"+b+"/logo", bytes.NewReader(data), "Content-Type", "application/octet-stream")
	}
	if w := put(picture.Bytes()); w.Code != 200 || !strings.Contains(w.Body.String(), `"logo_url":"/api/v1/brands/`+b+`/logo"`) {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	w := o.send("GET", "/brands/"+b+"/logo", http.NoBody)
	if w.Code != 200 || w.Header().Get("Content-Type") != "image/png" || !bytes.Equal(w.Body.Bytes(), picture.Bytes()) {
		t.Errorf("%d %s %d bytes", w.Code, w.Header(), w.Body.Len())
	}
	for name, c := range map[string]struct {
		data   []byte
		status int
	}{
		"a drawing with scripts": {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), 422},
		"a broken picture":       {picture.Bytes()[:12], 422},
		"too wide":               {wide.Bytes(), 422},
		"too large":              {append(picture.Bytes(), make([]byte, 600<<10)...), 413},
		"nothing":                {nil, 400},
	} {
		if w := put(c.data); w.Code != c.status {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	o.want(200, "", "DELETE", "/brands/"+b+"/logo", "")
	o.want(404, "not_found", "GET", "/brands/"+b+"/logo", "")
	o.recorded("brand", b, 3)
}
