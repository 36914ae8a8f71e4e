package app

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// listener is somebody with an open desk who may see nothing of the first brand.
type listener struct {
	who *caller
	tab *tab
}

func TestNobodyHearsWhatIsNotTheirs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		listeners := w.listeners()
		for _, l := range listeners {
			l.tab.send("board", fields{"on": true})
			l.tab.send("view", fields{"conversation_id": w.alfa.ids["conversation"]})
			l.tab.send("typing", fields{"on": true})
		}
		own := w.dial(w.alfa.chief)
		own.send("board", fields{"on": true})
		w.everythingHappens()
		w.farewell(own, listeners)
		kinds := map[string]bool{}
		for _, f := range w.alfa.tab.all() {
			kinds[f.Type] = true
		}
		for _, kind := range []string{"conversation", "entry", "offer", "offer.ended", "presence", "delivery", "read", "viewers", "typing"} {
			if !kinds[kind] {
				t.Errorf("the agent of the brand never got a frame of type %s, so nothing was proved about it", kind)
			}
		}
		for _, l := range listeners {
			for _, f := range l.tab.all() {
				if leaks := w.alfa.leaks(f.raw, "", allOf(w.alfa), w.alfa.mark); len(leaks) > 0 {
					t.Errorf("%s hears %v: %s", l.who.name, leaks, f.raw)
				}
			}
		}
	})
}

// listeners are of another tenant, of another brand in each role, and of roles that read no conversations.
func (w *town) listeners() []*listener {
	var all []*listener
	add := func(c *caller) { all = append(all, &listener{who: c, tab: w.dial(c)}) }
	add(w.gamma.chief)
	add(w.gamma.agent)
	add(w.beta.agent)
	for _, role := range actor.BuiltIns() {
		add(w.granted("a "+string(role)+" of another brand", role))
	}
	return all
}

// everythingHappens makes each event happen in the first brand.
func (w *town) everythingHappens() {
	a := w.alfa
	conversation, interaction := "/api/v1/conversations/"+a.ids["conversation"], "/api/v1/interactions/"+a.ids["interaction"]
	a.write("Kovács Réka", "first", "live-1", "is it there yet")
	a.agent.make("POST", conversation+"/replies", fields{"text": a.mark + " soon", "client_id": "live-1", "based_on_seq": 1, "force": true}, "")
	a.agent.make("POST", conversation+"/notes", fields{"text": a.mark + " a patient one", "client_id": "live-2", "mentions": []string{a.chief.user.String()}}, "")
	a.agent.make("PUT", conversation+"/read", fields{"seq": 2}, "")
	a.agent.make("PUT", conversation+"/tags", fields{"tags": []string{a.mark}}, "")
	a.agent.make("PATCH", conversation, fields{"subject": a.mark + " parcel"}, "")
	a.agent.make("PATCH", "/api/v1/customers/"+a.ids["customer"], fields{"company": a.mark + " ltd"}, "")
	a.tab.send("typing", fields{"on": true})
	a.agent.make("POST", "/api/v1/offers/"+a.ids["offer"]+"/accept", nil, "")
	a.agent.make("POST", interaction+"/park", fields{}, "")
	a.agent.make("POST", interaction+"/resume", nil, "")
	a.agent.make("POST", interaction+"/end", nil, "")
	a.agent.make("POST", interaction+"/finish", fields{"disposition_id": a.ids["disposition"], "note": a.mark}, "")
	w.chat(a)
	a.write("Őri Márton", "third", "live-3", "somebody new")
	a.chief.make("PATCH", "/api/v1/queues/"+a.ids["queue"], fields{"name": a.mark + " renamed"}, "")
	a.chief.make("PUT", "/api/v1/agents/"+a.ids["user"]+"/queues/"+a.ids["queue"], fields{"member": true, "enabled": false}, "")
	a.chief.make("PUT", "/api/v1/agents/"+a.ids["user"]+"/presence", fields{"state": "offline", "next": true}, "")
}

// chat lets a real visitor write, type, and read the answer.
func (w *town) chat(a *estate) {
	g := a.visit()
	thread := g.open()
	g.send("say", fields{"cid": "live-chat", "conversation": thread, "text": a.mark + " from a page"})
	g.until("said")
	work := field(w.t, a.chief.call("GET", "/api/v1/conversations/"+thread, nil).body, "interaction_id")
	a.agent.make("POST", "/api/v1/interactions/"+work+"/pull", nil, "")
	a.tab.send("view", fields{"conversation_id": thread})
	a.tab.find("the look at the chat", func(f frame) bool { return f.Type == "viewers" && strings.Contains(f.raw, thread) })
	g.send("typing", fields{"conversation": thread, "on": true})
	a.tab.until("typing")
	answered := a.agent.make("POST", "/api/v1/conversations/"+thread+"/replies", fields{"text": a.mark + " hello", "client_id": "live-answer", "based_on_seq": 1, "force": true}, "seq")
	g.find("the answer", func(f frame) bool { return f.Type == "entry" && strings.Contains(f.raw, a.mark+" hello") })
	seq, err := strconv.Atoi(answered)
	w.must(err)
	g.send("read", fields{"conversation": thread, "seq": seq})
	a.tab.until("delivery")
}

// farewell waits until all that happened was told. Desks are told in the order of facts and boards in rounds: when
// the brand's own administrator has seen two rounds on a board, everybody was told the first. The pong comes last.
func (w *town) farewell(own *tab, listeners []*listener) {
	for _, name := range []string{"first farewell", "second farewell"} {
		w.alfa.chief.make("PATCH", "/api/v1/queues/"+w.alfa.ids["queue"], fields{"name": w.alfa.mark + " " + name}, "")
		own.find("the "+name, func(f frame) bool { return f.Type == "queue" && strings.Contains(f.raw, name) })
	}
	for _, l := range listeners {
		l.tab.send("ping", nil)
		l.tab.until("pong")
	}
}

func TestVisitorsReachTheirOwnConversationAlone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, "")
		e := h.build(h.tenants[0], "Alfa")
		mine, theirs := e.visit(), e.visit()
		secret := e.mark + " my secret"
		thread := mine.open()
		mine.send("say", fields{"cid": "secret-cid", "conversation": thread, "text": secret})
		mine.until("said")
		theirs.open()
		for n, f := range []struct {
			kind string
			data fields
		}{
			{"say", fields{"cid": "foreign-1", "conversation": thread, "text": "let me in"}},
			{"end", fields{"cid": "foreign-2", "conversation": thread}},
			{"survey", fields{"cid": "foreign-3", "conversation": thread, "stars": 1}},
		} {
			theirs.send(f.kind, f.data)
			got := theirs.find("the answer", func(g frame) bool { return g.Type == "error" && field(t, string(g.Data), "cid") == f.data["cid"] })
			if code := field(t, string(got.Data), "code"); code != webchat.CodeNoConversation {
				t.Errorf("%d: %s on a foreign conversation: %s", n, f.kind, got.raw)
			}
		}
		theirs.send("typing", fields{"conversation": thread, "on": true})
		theirs.send("read", fields{"conversation": thread, "seq": 1})
		for _, g := range theirs.all() {
			if leaks := e.leaks(g.raw, "", nil, secret, "my secret"); len(leaks) > 0 {
				t.Errorf("a visitor hears %v: %s", leaks, g.raw)
			}
		}
		for _, query := range []string{"conversation=" + thread, "conversation=" + thread + "&after=0&wait=1"} {
			r := theirs.bearer("GET", "/w/entries?"+query)
			if r.status != http.StatusNotFound {
				t.Errorf("GET /w/entries?%s of another visitor: %d %s", query, r.status, r.body)
			}
		}
		again := e.connectVisitor(theirs.token)
		again.send("hello", fields{"token": theirs.token, "conversation": thread, "seq": 0})
		again.until("welcome")
		again.send("ping", nil)
		again.until("beat")
		for _, g := range again.all() {
			if leaks := e.leaks(g.raw, "", nil, "my secret", thread); len(leaks) > 0 {
				t.Errorf("a hello for a foreign conversation shows %v: %s", leaks, g.raw)
			}
		}
	})
}
