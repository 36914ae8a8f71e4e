package app

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/live"
)

// lose ends the tab of c, who has a conversation open, as a lost network does. It returns when the server has
// noticed, which witness sees, who has it open too.
func (h *house) lose(tb *tab, c *caller, conversation string, witness *tab) {
	h.t.Helper()
	lookers := func(with bool) func(f frame) bool {
		return func(f frame) bool {
			return f.Type == "viewers" && strings.Contains(f.raw, conversation) && strings.Contains(f.raw, c.user.String()) == with
		}
	}
	with := witness.find("the look", lookers(true))
	_ = tb.conn.CloseNow()
	without := lookers(false)
	witness.find("the end of the look", func(f frame) bool { return f.Seq > with.Seq && without(f) })
}

func hears(kind, text string) func(f frame) bool {
	return func(f frame) bool { return f.Type == kind && strings.Contains(f.raw, text) }
}

func TestADeskThatComesBackHasMissedNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, "")
		e := h.build(h.tenants[0], "Alfa")
		look := fields{"conversation_id": e.ids["conversation"]}
		watching := h.dial(e.chief)
		watching.send("view", look)

		place := e.tab.place()
		h.lose(e.tab, e.agent, e.ids["conversation"], watching)
		e.agent.make("POST", "/api/v1/offers/"+e.ids["offer"]+"/decline", fields{"reason": "elsewhere"}, "")
		e.write("Kovács Réka", "first", "gap-1", "in the gap of the only tab")
		watching.find("what happened", hears("entry", "in the gap of the only tab"))
		back := h.redial(e.agent, place)
		if !strings.Contains(back.until("hello").raw, `"resumed":true`) {
			t.Errorf("not resumed: %s", back.until("hello").raw)
		}
		back.find("the end of the offer in the gap", hears("offer.ended", e.ids["offer"]))
		back.find("the entry in the gap", hears("entry", "in the gap of the only tab"))
		back.send("view", look)

		// The administrator does not work on it: it is told to them because one of two tabs has it open.
		h.dial(e.chief)
		place = watching.place()
		h.lose(watching, e.chief, e.ids["conversation"], back)
		e.write("Kovács Réka", "first", "gap-2", "in the gap of one tab of two")
		back.find("what happened", hears("entry", "in the gap of one tab of two"))
		h.redial(e.chief, place).find("the entry in the gap", hears("entry", "in the gap of one tab of two"))
	})
}

func TestADeskThatBeginsMissesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, "")
		e := h.build(h.tenants[0], "Alfa")
		c := h.hire(h.tenants[0], "a supervisor", account.NewUser{Roles: []account.RoleKey{account.RoleKey(actor.Supervisor)}, AllBrands: true})
		session := c.call("GET", "/api/v1/session", nil).body
		place := fmt.Sprintf("?epoch=%s&seq=%s", field(t, session, "live.epoch"), field(t, session, "live.seq"))
		e.chief.make("PATCH", "/api/v1/customers/"+e.ids["customer"], fields{"name": "Szabó Zsófia"}, "")
		e.tab.find("the row with the new name", hears("conversation", "Szabó Zsófia"))
		desk := h.redial(c, place)
		if hello := desk.until("hello").raw; !strings.Contains(hello, `"resumed":true`) {
			t.Errorf("not resumed: %s", hello)
		}
		desk.find("what happened before it connected", hears("conversation", "Szabó Zsófia"))
		for _, f := range desk.settled() {
			if f.Type == "resync" {
				t.Error("told to fetch everything again")
			}
		}
	})
}

func TestNothingOfABrandIsHeardAfterItsGrantIsRevoked(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, "")
		e := h.build(h.tenants[0], "Alfa")
		brand, err := id.Parse[id.Brand](e.ids["brand"])
		h.must(err)
		c := h.hire(h.tenants[0], "a supervisor", account.NewUser{Roles: []account.RoleKey{account.RoleKey(actor.Supervisor)}, Brands: []id.Brand{brand}})
		own, other := h.dial(e.chief), h.dial(c)
		for n := range 20 {
			own.send("view", fields{"conversation_id": e.ids["conversation"]})
			other.send("view", fields{"conversation_id": e.ids["conversation"]})
			other.find("their look", hears("viewers", c.user.String()))
			own.find("one's own look", hears("viewers", e.chief.user.String()))
			seen, secret := fmt.Sprintf("seen %d.", n), fmt.Sprintf("secret %d.", n)
			e.write("Kovács Réka", "first", seen, seen)
			heard := other.find("what may be heard", hears("entry", seen))
			e.chief.make("PATCH", "/api/v1/users/"+c.user.String(), fields{"brand_ids": []string{}}, "")
			e.write("Kovács Réka", "first", secret, secret)
			e.tab.send("typing", fields{"on": true})
			own.find("what happened", hears("entry", secret))
			e.write("Kovács Réka", "first", secret+"end", "everybody was told what was before")
			own.find("the end", hears("conversation", "everybody was told"))
			for _, f := range other.settled() {
				if strings.Contains(f.raw, secret) {
					t.Fatalf("round %d: heard after the revocation: %s", n, f.raw)
				}
			}
			other.find("that what is shown is stale", func(f frame) bool { return f.Type == "resync" && f.Seq > heard.Seq })
			place := other.place()
			_ = other.conn.CloseNow()
			e.chief.make("PATCH", "/api/v1/users/"+c.user.String(), fields{"brand_ids": []string{e.ids["brand"]}}, "")
			other = h.redial(c, place)
		}
	})
}

func TestATabOfAnEndedSessionIsClosed(t *testing.T) {
	t.Parallel()
	h := openHouse(t, dbtest.SQLite(t), "")
	c := h.hire(h.tenants[0], "an agent", account.NewUser{Roles: []account.RoleKey{account.RoleKey(actor.Agent)}, AllBrands: true})
	in, err := h.app.services.sessions.Open(t.Context(), c.tenant, c.user, account.Browser{Device: "test"})
	h.must(err)
	h.must(h.app.services.sessions.End(actor.With(t.Context(), in.Actor), in.Actor.Session))
	// The request was let in before the session ended.
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.app.services.feed.Socket(h.app.site.problems).ServeHTTP(w, r.WithContext(actor.With(r.Context(), in.Actor)))
	}))
	t.Cleanup(server.Close)
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, server.URL, nil)
	h.must(err)
	for err == nil {
		_, _, err = conn.Read(ctx)
	}
	if code := websocket.CloseStatus(err); code != websocket.StatusCode(live.CloseSessionEnded) {
		t.Errorf("closed with %d: %v", code, err)
	}
}

func TestARenamedCustomerIsShownAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, "")
		e := h.build(h.tenants[0], "Alfa")
		e.chief.make("PATCH", "/api/v1/customers/"+e.ids["customer"], fields{"name": "Szabó Zsófia"}, "")
		e.tab.find("the row with the new name", hears("conversation", "Szabó Zsófia"))
		e.tab.find("that the customer changed", hears("customer", e.ids["customer"]))
	})
}

func TestWhoReadsNoNamesSeesNoNameTyping(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, "")
		e := h.build(h.tenants[0], "Alfa")
		role := e.chief.make("POST", "/api/v1/roles", fields{"name": "a quiet reader", "permissions": fields{"conversation.read": "brand"}}, "id")
		c := h.hire(h.tenants[0], "a quiet reader", account.NewUser{Roles: []account.RoleKey{account.RoleKey(role)}, AllBrands: true})
		feed := h.app.services.feed
		conversation, err := id.Parse[id.Conversation](e.ids["conversation"])
		h.must(err)
		reader := h.dial(c)
		reader.send("view", fields{"conversation_id": e.ids["conversation"]})
		e.tab.find("the look", hears("viewers", c.user.String())) // who has had it open from the start
		feed.CustomerTyping(c.tenant, conversation, "Kovács Réka", true)
		if f := reader.until("typing"); !strings.Contains(f.raw, `"K. R."`) {
			t.Errorf("who may not read names hears %s", f.raw)
		}
		if f := e.tab.until("typing"); !strings.Contains(f.raw, "Kovács Réka") {
			t.Errorf("the agent hears %s", f.raw)
		}
	})
}

func TestARefusedSocketIsToldWhy(t *testing.T) {
	t.Parallel()
	h := openHouse(t, dbtest.SQLite(t), "")
	c := h.hire(h.tenants[0], "an agent", account.NewUser{Roles: []account.RoleKey{account.RoleKey(actor.Agent)}, AllBrands: true})
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/ws", nil)
	c.sign(r.Header)
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	if kind := w.Header().Get("Content-Type"); kind != "application/problem+json" || field(t, w.Body.String(), "code") != "invalid" {
		t.Errorf("a request that is no websocket: %d %s %s", w.Code, kind, w.Body)
	}
}
