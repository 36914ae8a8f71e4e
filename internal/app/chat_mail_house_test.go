package app

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"testing"

	"github.com/zongler/zongler/internal/channel/email/mailtest"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/telemetry"
)

// goingOn is a house with a mailbox and a widget whose chats go on by e-mail.
type goingOn struct {
	*mailHouse

	brand, queue string
	point, key   string // of the widget
	guests       int
}

// widgetOf returns the settings of a widget that goes on by e-mail.
func widgetOf(box string) fields {
	return fields{
		"prechat": fields{"fields": []fields{{"name": "email", "kind": "email", "label": fields{"pl": "E-mail"}}}},
		"mail":    fields{"from_id": box, "minutes": 5},
	}
}

func openGoingOn(t *testing.T, d *db.DB) *goingOn {
	t.Helper()
	g := &goingOn{mailHouse: openMailHouse(t, d)}
	g.app.services.chat.Return = 0 // nobody was cut off
	g.get("/mailboxes/"+g.box, &struct {
		BrandID *string `json:"brand_id"`
		QueueID *string `json:"queue_id"`
	}{&g.brand, &g.queue})
	made := g.chief.call("POST", "/api/v1/entry-points", fields{"brand_id": g.brand, "channel": "webchat", "name": "Okienko", "queue_id": g.queue, "config": widgetOf(g.box)})
	if made.status/100 != 2 {
		t.Fatalf("%d %s", made.status, made.body)
	}
	g.point, g.key = field(t, made.body, "id"), field(t, made.body, "address")
	return g
}

// chat is a conversation of a visitor that an agent works on.
type chat struct {
	mailThread

	guest *guest
	email string
}

// chats lets a new visitor write and the agent take it.
func (g *goingOn) chats(email string) chat {
	g.t.Helper()
	g.guests++
	got := g.nobody().call("POST", "/w/visitors", fields{"key": g.key, "language": "pl"})
	if got.status != http.StatusCreated {
		g.t.Fatalf("no visitor: %d %s", got.status, got.body)
	}
	c := chat{email: email, guest: &guest{g.connect("/w/ws", http.Header{"Origin": {"https://fala.example"}}), g.house, field(g.t, got.body, "token")}}
	c.guest.send("hello", fields{"token": c.guest.token, "seq": 0})
	c.guest.until("welcome")
	c.guest.send("prechat", fields{"cid": "open-the-talk", "consent": true, "language": "pl", "fields": fields{"email": email}})
	c.ID = field(g.t, string(c.guest.until("opened").Data), "state.conversation")
	c.guest.send("say", fields{"cid": "first-words", "conversation": c.ID, "text": fmt.Sprintf("Czy otwarte? %d", g.guests)})
	c.guest.until("said")
	g.get("/conversations/"+c.ID, &c.mailThread)
	g.agent.make("POST", "/api/v1/interactions/"+c.InteractionID+"/pull", nil, "")
	return c
}

// leaves closes the visitor's page.
func (c chat) leaves() {
	_ = c.guest.conn.CloseNow() // it is gone either way
	<-c.guest.ended
}

// comes opens the visitor's page again.
func (g *goingOn) comes(c chat) *guest {
	g.t.Helper()
	back := &guest{g.connect("/w/ws", http.Header{"Origin": {"https://fala.example"}}), g.house, c.guest.token}
	back.send("hello", fields{"token": back.token, "seq": 0, "conversation": c.ID})
	back.until("welcome")
	return back
}

// answers has the agent answer in the chat.
func (g *goingOn) answers(c chat, text string) mailEntry {
	g.t.Helper()
	got := g.agent.call("POST", "/api/v1/conversations/"+c.ID+"/replies", fields{"text": text, "client_id": text, "based_on_seq": 0, "force": true})
	var e mailEntry
	if err := json.Unmarshal([]byte(got.body), &e); err != nil || got.status/100 != 2 {
		g.t.Fatalf("%d %s", got.status, got.body)
	}
	return e
}

// later lets the time pass after which what was not seen goes by e-mail.
func (g *goingOn) later(c chat) {
	g.t.Helper()
	g.must(g.app.db.Update(g.t.Context(), func(tx *db.Tx) error {
		for _, what := range []string{
			`UPDATE webchat_chat SET seen_at = 1 WHERE conversation_id = ` + c.ID, `UPDATE entry SET received_at = 1 WHERE conversation_id = ` + c.ID,
			`UPDATE job SET run_at = 1 WHERE kind = 'webchat.mail' AND state = 'ready'`,
		} {
			if _, err := db.Exec(g.t.Context(), tx, what); err != nil {
				return err
			}
		}
		tx.Wake("job")
		return nil
	}))
}

// system returns the system entries of a code.
func (g *goingOn) system(c chat, code string) []mailEntry {
	g.t.Helper()
	return slices.DeleteFunc(g.entries(c.ID), func(e mailEntry) bool { return e.Code != code })
}

// goes waits until what was not seen has gone by e-mail, as the nth letter of the chat, and returns the mail.
func (g *goingOn) goes(c chat, n int) (mailEntry, mailtest.Post) {
	g.t.Helper()
	var letter mailEntry
	until(g.t, "the answers go by e-mail", func() bool {
		g.later(c)
		all := g.system(c, "mailed")
		if len(all) == n {
			letter = all[n-1]
		}
		return len(all) == n && letter.Delivery.State == "sent"
	})
	return letter, g.office.Next(g.t)
}

// stays waits until nothing of a chat is looked after any more.
func (g *goingOn) stays(c chat, letters int) {
	g.t.Helper()
	until(g.t, "nobody looks after the answers any more", func() bool {
		g.later(c)
		n, err := db.One[int](g.t.Context(), g.app.db, `SELECT COUNT(*) FROM job WHERE kind = 'webchat.mail'`)
		return err == nil && n == 0
	})
	if all := g.system(c, "mailed"); len(all) != letters {
		g.t.Errorf("%d letters: %+v", len(all), all)
	}
	if got := g.office.Got(); len(got) != 0 {
		g.t.Errorf("mails: %+v", got)
	}
}

// ends closes the work on a chat.
func (g *goingOn) ends(c chat) {
	g.t.Helper()
	g.agent.make("POST", "/api/v1/interactions/"+c.InteractionID+"/end", nil, "")
	g.agent.make("POST", "/api/v1/interactions/"+c.InteractionID+"/finish", fields{}, "")
}

// restart ends the program and starts it again over the same stores.
func (g *goingOn) restart() {
	g.t.Helper()
	h, old := g.house, g.app
	h.stop()
	a := &App{
		config: old.config, options: old.options, log: old.log, node: rand.Text(), metrics: telemetry.NewMetrics("test"),
		db: old.db, box: old.box, blobs: old.blobs, texts: old.texts,
	}
	var err error
	a.tracing, err = telemetry.NewTracing(g.t.Context(), "", "test")
	g.must(err)
	listening := make(chan net.Addr, 1)
	a.options.Listening = func(addr net.Addr) { listening <- addr }
	a.build()
	a.services.chat.Return = 0
	h.app = a
	h.handler, err = a.handler(a.site)
	g.must(err)
	h.run()
	h.addr = (<-listening).String()
}
