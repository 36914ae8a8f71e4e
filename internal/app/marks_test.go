package app

import (
	"encoding/json"
	"testing"

	"github.com/zongler/zongler/internal/api/desk"
	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/bus"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestManyMarksOfOneThingAreOne(t *testing.T) {
	t.Parallel()
	m := newMarks(bus.New(bus.Config{}, testLog(t)), "here", nil, testLog(t))
	m.Views(desk.ViewMark{Conversation: 1, Asks: true})
	m.Types(desk.TypingMark{Conversation: 1, User: 2, On: true})
	m.visitor(webchat.Typing{Conversation: 1, On: true})
	m.Views(desk.ViewMark{Conversation: 1, Viewers: []desk.UserRef{{ID: 2}}})
	m.Types(desk.TypingMark{Conversation: 1, User: 2})
	if len(m.order) != 3 || len(m.waiting) != 3 {
		t.Fatalf("%d wait, %d in order", len(m.waiting), len(m.order))
	}
	if v := m.waiting[m.order[0]].Views; len(v.Viewers) != 1 || !v.Asks {
		t.Errorf("of who looks: %+v", v)
	}
	if w := m.waiting[m.order[1]].Types; w.On {
		t.Errorf("of the agent: %+v", w)
	}
}

func TestMarksThatNobodyTakesAreLost(t *testing.T) {
	t.Parallel()
	m := newMarks(bus.New(bus.Config{}, testLog(t)), "here", nil, testLog(t))
	for n := range 2 * marksMax {
		m.visitor(webchat.Typing{Conversation: id.Conversation(n + 1)})
	}
	if len(m.order) != marksMax || len(m.waiting) != marksMax {
		t.Errorf("%d wait, %d in order", len(m.waiting), len(m.order))
	}
	alone := newMarks(nil, "here", nil, testLog(t))
	alone.visitor(webchat.Typing{Conversation: 1})
	if len(alone.order) != 0 {
		t.Error("kept for nobody")
	}
}

// fromAfar is what another node tells.
func fromAfar(t *testing.T, all ...mark) []byte {
	t.Helper()
	l := letter{Node: "far"}
	for _, m := range all {
		raw, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		l.Marks = append(l.Marks, raw)
	}
	raw, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestWhatAnotherNodeTellsIsShown(t *testing.T) {
	t.Parallel()
	h := openHouse(t, dbtest.SQLite(t), "")
	e := h.build(h.tenants[0], "Alfa")
	conversation, err := id.Parse[id.Conversation](e.ids["conversation"])
	h.must(err)
	e.tab.send("view", fields{"conversation_id": e.ids["conversation"]})
	e.tab.find("the look", hears("viewers", e.agent.user.String()))
	says := func(all ...mark) { h.app.services.marks.hear(bus.Subject{}, fromAfar(t, all...)) }
	tenant := h.tenants[0].TenantID

	says(mark{Views: &desk.ViewMark{Tenant: tenant, Conversation: conversation, Viewers: []desk.UserRef{{ID: 77, Name: "Far Away"}}}})
	e.tab.find("who looks elsewhere", hears("viewers", "Far Away"))
	says(mark{Types: &desk.TypingMark{Tenant: tenant, Conversation: conversation, User: 77, Name: "Far Away", On: true}})
	e.tab.find("who types elsewhere", hears("typing", "Far Away"))
	says(mark{Visitor: &webchat.Typing{Tenant: tenant, Conversation: conversation, On: true}})
	e.tab.find("that the customer types", hears("typing", `"who":"customer"`))

	g := e.visit()
	talk, err := id.Parse[id.Conversation](g.open())
	h.must(err)
	g.until("entry") // the greeting: now the socket is told what happens
	says(mark{Types: &desk.TypingMark{Tenant: tenant, Conversation: talk, User: 77, On: true, Note: true}},
		mark{Types: &desk.TypingMark{Tenant: tenant, Conversation: talk, User: 77, On: true}})
	g.until("typing")
	type owner struct {
		VisitorID int64
		Hash      string `db:"token_hash"`
	}
	token, err := db.One[owner](t.Context(), h.app.db, `SELECT visitor_id, token_hash FROM webchat_token ORDER BY created_at DESC LIMIT 1`)
	h.must(err)
	says(mark{Ended: &webchat.EndedToken{Tenant: tenant, Visitor: token.VisitorID, Hash: token.Hash}})
	if code := g.closed(); int(code) != int(webchat.CloseUnauthenticated) {
		t.Errorf("the socket of an ended token was closed with %d", code)
	}
	told := 0
	for _, f := range g.all() {
		if f.Type == "typing" {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the visitor was told %d times that somebody types; of a note they are not told", told)
	}
	h.app.services.marks.hear(bus.Subject{}, []byte(`{"node":"far","marks":[{"views":7},{"unknown":{}}]}`)) // left out
}
