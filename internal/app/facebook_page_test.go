package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/channel/facebook"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

const accountsPath = "/api/v1/channel-accounts"

func (f *pageFolk) path() string { return accountsPath + "/" + f.key.String() }

// pageAccount is what connects the page of a token.
func (c *callCentre) pageAccount(token string) fields {
	return fields{"channel": "messenger", "brand_id": c.brand, "queue_id": c.queue, "settings": fields{"token": token}}
}

// writes has somebody write and waits until agents see it.
func (f *pageFolk) writes(t *testing.T, d *testDesk, thread, text string) {
	t.Helper()
	if status := f.page.Post(f.page.Writes(psidOf(thread), "m_"+text, text)); status != http.StatusOK {
		t.Fatalf("%d", status)
	}
	until(t, "agents see "+text, func() bool { return has(d.Entries(t, thread), text) })
}

func has(all []channeltest.Seen, text string) bool {
	return slices.ContainsFunc(all, func(e channeltest.Seen) bool { return strings.Contains(e.Text, text) })
}

// A page is connected only with a token that is good for it, and the form says what is wrong with another.
func TestAPageIsConnectedByWhoHoldsItsToken(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		page := c.graph.Page("1111", "Fala Sklep")
		revoked := page.Token(metatest.Scopes()...)
		c.graph.Revoke(revoked)
		for token, code := range map[string]string{
			"EAAGnonsense": "meta.token_invalid", revoked: "meta.token_invalid", page.UserToken(): "facebook.token_user",
			page.StrangeToken(): "meta.token_app", page.Token("pages_messaging"): "meta.token_scopes", "   ": "required",
		} {
			got := c.chief.call("POST", accountsPath, c.pageAccount(token))
			if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `"code":"`+code+`"`) || !strings.Contains(got.body, `"settings.token"`) {
				t.Errorf("%s: %d %s", code, got.status, got.body)
			}
		}
		// Nobody gets hold of a page by naming it.
		got := c.chief.call("POST", "/api/v1/entry-points", fields{"brand_id": c.brand, "queue_id": c.queue, "channel": "messenger", "name": "Mine", "address": "1111"})
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "entry_point.prove") {
			t.Errorf("a page is taken without a token: %d %s", got.status, got.body)
		}
		token := page.Token(metatest.Scopes()...)
		made := c.chief.call("POST", accountsPath, c.pageAccount(token))
		if made.status != http.StatusCreated || field(t, made.body, "name") != "Fala Sklep" || field(t, made.body, "address") != "1111" || field(t, made.body, "health") != "ok" {
			t.Fatalf("%d %s", made.status, made.body)
		}
		if strings.Contains(made.body, token) {
			t.Error("the token is shown")
		}
		if has := page.Subscribed(); len(has) != len(facebook.Fields()) {
			t.Errorf("the page tells us of %v", has)
		}
		if again := c.chief.call("POST", accountsPath, c.pageAccount(token)); again.status != http.StatusConflict {
			t.Errorf("twice: %d %s", again.status, again.body)
		}
		stored, err := db.One[string](t.Context(), d, `SELECT secrets FROM channel_account WHERE entry_point_id = $1`, pointOf(t, made))
		if err != nil || strings.Contains(stored, token) {
			t.Errorf("the token lies readable in the database: %v", err)
		}
	})
}

func pointOf(t *testing.T, made answer) id.EntryPoint {
	t.Helper()
	key, err := id.Parse[id.EntryPoint](field(t, made.body, "id"))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// trials are what a test of a page says, step by step: "token ok", "permissions meta.permission pages_messaging".
func (f *pageFolk) trials(t *testing.T) []string {
	t.Helper()
	got := f.centre.chief.call("POST", f.path()+"/test", nil)
	var body struct {
		Items []struct {
			Step, Code string
			OK         bool
			Values     []string
		}
	}
	if err := json.Unmarshal([]byte(got.body), &body); err != nil || got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	var all []string
	for _, i := range body.Items {
		word := "ok"
		if !i.OK {
			word = strings.Join(append([]string{i.Code}, i.Values...), " ")
		}
		all = append(all, i.Step+" "+word)
	}
	return all
}

// A test names what lacks, mends what it can, and what somebody has to do stands with the page until it is done.
func TestATestOfAPageNamesWhatLacks(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	f := c.connectPage(t, "2222")
	good := []string{"app ok", "address meta.no_address", "token ok", "permissions ok", "public ok", "page ok", "subscription ok"}
	if got := f.trials(t); !slices.Equal(got, good) {
		t.Errorf("%q", got)
	}
	f.page.Unsubscribe("messages", "leadgen")
	if got := f.trials(t); !slices.Equal(got, good) || !slices.Contains(f.page.Subscribed(), "leadgen") || len(f.page.Subscribed()) != len(facebook.Fields())+1 {
		t.Errorf("%q: the page tells of %v", got, f.page.Subscribed())
	}
	private := f.page.Token("pages_manage_metadata", "pages_messaging")
	if got := c.chief.call("PATCH", f.path(), fields{"settings": fields{"token": private}}); got.status != http.StatusOK || field(t, got.body, "health") != "ok" {
		t.Errorf("a token for the messages alone: %d %s", got.status, got.body)
	}
	if at := f.public(t); at.Health != channel.Failing || at.HealthCode != "meta.permission" {
		t.Errorf("what everybody reads: %s %s", at.Health, at.HealthCode)
	}
	if got := f.trials(t); !slices.Contains(got, "public meta.permission "+strings.Join(facebook.PublicScopes(), " ")) {
		t.Errorf("%q", got)
	}
	weak := f.page.Token("pages_manage_metadata")
	if got := c.chief.call("PATCH", f.path(), fields{"settings": fields{"token": weak}}); !strings.Contains(got.body, "meta.token_scopes") || !strings.Contains(got.body, "pages_messaging") {
		t.Errorf("a token that may not enough: %d %s", got.status, got.body)
	}
	other := c.graph.Page("2223", "Other").Token(metatest.Scopes()...)
	if got := c.chief.call("PATCH", f.path(), fields{"settings": fields{"token": other}}); !strings.Contains(got.body, "account.other") {
		t.Errorf("a token of another page: %d %s", got.status, got.body)
	}
	c.graph.Next(metatest.Expired)
	desk := c.desk(f.key, f.find)
	f.writes(t, desk, "one", "Dzień dobry")
	desk.Take(t, "one")
	desk.Reply(t, "one", "Dobry!")
	until(t, "it stands with the page", func() bool {
		return field(t, c.chief.call("GET", f.path(), nil).body, "health_code") == "meta.reconnect"
	})
	if got := f.trials(t); !slices.Contains(got, "token meta.reconnect") {
		t.Errorf("%q", got)
	}
	c.graph.Renew()
	got := c.chief.call("PATCH", f.path(), fields{"settings": fields{"token": f.page.Token(metatest.Scopes()...)}})
	if got.status != http.StatusOK || field(t, got.body, "health") != "ok" {
		t.Errorf("connected again: %d %s", got.status, got.body)
	}
	until(t, "the answer goes out", func() bool { return len(f.Got(t)) == 1 })
}

// One body brings events of pages of two tenants and of one that nobody has. Each gets its own, and whoever connects the third gets what came before.
func TestOneBodyReachesThePagesOfAll(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d, "other.example")
		f := c.connectPage(t, "3331")
		other := c.neighbour(t)
		g := other.connectPage(t, "3332")
		stray := c.graph.Page("3333", "Later")
		psid := psidOf("same person")
		body := metatest.Body(
			f.page.Entry("messaging", f.page.Writes(psid, "m_a", "do pierwszej, żółć")),
			g.page.Entry("messaging", g.page.Writes(psid, "m_b", "do drugiej, ő/ű")),
			stray.Entry("messaging", stray.Writes(psid, "m_c", "do nikogo")),
			metatest.Event{"id": "3331", "changes": []metatest.Event{{"field": "feed", "value": metatest.Event{"item": "comment", "message": "publicznie"}}}},
		)
		for range 2 { // Meta posts again what it does not know to have arrived
			if status := c.graph.Post(body); status != http.StatusOK {
				t.Fatalf("%d", status)
			}
		}
		mine, theirs := c.desk(f.key, f.find), other.desk(g.key, g.find)
		until(t, "both are there", func() bool {
			return has(mine.Entries(t, "same person"), "pierwszej, żółć") && has(theirs.Entries(t, "same person"), "drugiej, ő/ű")
		})
		if has(mine.Entries(t, "same person"), "drugiej") || has(theirs.Entries(t, "same person"), "pierwszej") || len(mine.Entries(t, "same person")) != 1 {
			t.Errorf("%+v", mine.Entries(t, "same person"))
		}
		kept := mine.Refused(t)
		if len(kept) != 0 {
			t.Errorf("what is public lies with the messages: %v", kept)
		}
		if kept := c.desk(f.public(t).ID, f.find).Refused(t); len(kept) != 1 || !strings.Contains(fmt.Sprint(kept), "event.type") {
			t.Errorf("what cannot be understood of it is not kept with its reason: %v", kept)
		}
		if other := theirs.Refused(t); len(other) != 0 {
			t.Errorf("%v", other)
		}
		h := c.connectPage(t, "3333")
		late := c.desk(h.key, h.find)
		until(t, "what came before is there", func() bool { return has(late.Entries(t, "same person"), "do nikogo") })
		if n, err := db.One[int](t.Context(), d, `SELECT COUNT(*) FROM stray_event`); err != nil || n != 0 {
			t.Errorf("%d are still nobody's: %v", n, err)
		}
	})
}

// neighbour is the second tenant of the same house.
func (c *callCentre) neighbour(t *testing.T) *callCentre {
	t.Helper()
	o := &callCentre{house: &house{t: t, app: c.app, handler: c.handler, addr: c.addr, graph: c.graph, tenants: c.tenants[1:]}}
	o.callers.Store(10_000)
	o.chief = o.hire(o.tenants[0], "Ada", account.NewUser{Roles: []account.RoleKey{account.RoleKey(actor.Administrator)}, AllBrands: true})
	o.brand = o.chief.make("POST", "/api/v1/brands", fields{"name": "Druga", "color": "#0b7285", "languages": []string{"pl"}, "time_zone": "Europe/Warsaw"}, "id")
	o.queue = o.chief.make("POST", "/api/v1/queues", fields{"brand_id": o.brand, "name": "Kanały", "pull_allowed": true}, "id")
	return o
}

// What cannot be understood is kept with its reason and can be replayed; what is nobody's to read is kept too.
func TestWhatAPageCannotSayIsKept(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		f := c.connectPage(t, "4444")
		desk := c.desk(f.key, f.find)
		body := `{"object":"page","entry":[{"id":"4444","messaging":[{"dance":{}},5,{"sender":{"id":"1"},"message":{"text":"x"}}]}]}`
		if status := c.graph.Post([]byte(body)); status != http.StatusOK {
			t.Errorf("%d", status)
		}
		kept := desk.refused(t)
		if len(kept) != 3 {
			t.Fatalf("%+v", kept)
		}
		for _, e := range kept {
			if got := c.chief.call("POST", "/api/v1/channel-events/"+e.ID+"/replay", nil); got.status/100 != 2 {
				t.Errorf("%s: replayed: %d %s", e.Detail, got.status, got.body)
			}
		}
		until(t, "they are refused again", func() bool { return len(desk.refused(t)) == 3 })
		for _, body := range []string{`{`, `"text"`, "\xff\xfe", `{"object":5}`} {
			if status := c.graph.Post([]byte(body)); status != http.StatusUnprocessableEntity {
				t.Errorf("%q: %d", body, status)
			}
		}
		if n, err := db.One[int](t.Context(), d, `SELECT COUNT(*) FROM stray_event WHERE address = '' AND reason = 'event.malformed'`); err != nil || n != 4 {
			t.Errorf("%d are kept: %v", n, err)
		}
		c.must(d.Update(t.Context(), func(tx *db.Tx) error { // a week later
			_, err := db.Exec(t.Context(), tx, `UPDATE stray_event SET received_at = $1`, time.Now().Add(-8*24*time.Hour))
			return err
		}))
		c.must(c.app.services.events.Prune(t.Context()))
		if n, err := db.One[int](t.Context(), d, `SELECT COUNT(*) FROM stray_event`); err != nil || n != 0 {
			t.Errorf("%d are kept for ever: %v", n, err)
		}
	})
}

// What comes while a page is switched off is kept, and there once somebody has it applied.
func TestWhatComesWhileAPageIsOffIsKept(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		f := c.connectPage(t, "4445")
		desk := c.desk(f.key, f.find)
		off := c.chief.call("PATCH", f.path(), fields{"active": false})
		if off.status != http.StatusOK {
			t.Fatal(off.body)
		}
		f.page.Post(f.page.Writes(psidOf("late"), "m_off", "czy ktoś tam jest"))
		c.chief.call("PATCH", f.path(), fields{"active": true})
		for _, e := range desk.refused(t) {
			if e.Reason == "event.point_off" {
				c.chief.call("POST", "/api/v1/channel-events/"+e.ID+"/replay", nil)
			}
		}
		until(t, "what came meanwhile is there", func() bool { return has(desk.Entries(t, "late"), "czy ktoś tam jest") })
	})
}

// A batch of a thousand is taken whole, and Meta's own look at the address is answered.
func TestABatchOfAThousandIsTaken(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	f := c.connectPage(t, "5555")
	events := make([]metatest.Event, 1000)
	for i := range events {
		events[i] = f.page.Writes(psidOf(fmt.Sprint(i%10)), fmt.Sprintf("m_%d", i), fmt.Sprintf("wiadomość %d.", i))
	}
	if status := f.page.Post(events...); status != http.StatusOK {
		t.Fatalf("%d", status)
	}
	n, err := db.One[int](t.Context(), c.app.db, `SELECT COUNT(*) FROM channel_event WHERE entry_point_id = $1`, f.key)
	if err != nil || n != 1000 {
		t.Errorf("%d are stored: %v", n, err)
	}
	said := c.guide(t, "messenger")
	token := said["verify"]
	if token == "" || !strings.HasSuffix(said["callback"], meta.HookPath) {
		t.Errorf("%v", said)
	}
	look := "?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
	if got := c.nobody().call("GET", meta.HookPath+look+token, nil); got.status != http.StatusOK || got.body != "1158201444" {
		t.Errorf("%d %q", got.status, got.body)
	}
	if got := c.nobody().call("GET", meta.HookPath+look+"guess", nil); got.status != http.StatusForbidden {
		t.Errorf("%d %q", got.status, got.body)
	}
}

// A page that is closed tells us of nothing more and has no token; who connects it again has its past.
func TestAPageThatIsClosedComesBackWithItsPast(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	f := c.connectPage(t, "1010")
	desk := c.desk(f.key, f.find)
	f.writes(t, desk, "old", "dawno temu")
	closed := c.chief.call("POST", f.path()+"/archive", nil)
	if closed.status != http.StatusOK || field(t, closed.body, "secrets") != "[]" || len(f.page.Subscribed()) != 0 {
		t.Errorf("%d %s, and the page tells of %v", closed.status, closed.body, f.page.Subscribed())
	}
	again := c.chief.call("POST", accountsPath, c.pageAccount(f.page.Token(metatest.Scopes()...)))
	if again.status != http.StatusCreated || field(t, again.body, "id") != f.key.String() || field(t, again.body, "archived") != "false" {
		t.Fatalf("%d %s", again.status, again.body)
	}
	f.writes(t, desk, "old", "znowu ja")
	if all := desk.Entries(t, "old"); !has(all, "dawno temu") {
		t.Errorf("%+v", all)
	}
}
