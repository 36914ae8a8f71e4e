package app

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// listener is somebody with an open desk who may see nothing of the first brand, or not all of it.
type listener struct {
	who *caller
	tab *tab

	kinds  []string // of frames that they may hear; nil: any
	secret []string // texts that they may not read; nil: all of the brand, and its ids
}

func TestNobodyHearsWhatIsNotTheirs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		strangers, neighbours := w.strangers(), w.neighbours()
		for _, l := range append(strangers, neighbours...) {
			l.tab.send("board", fields{"on": true})
			l.tab.send("view", fields{"conversation_id": w.alfa.ids["conversation"]})
			l.tab.send("typing", fields{"on": true})
		}
		own := w.dial(w.alfa.chief)
		own.send("board", fields{"on": true})
		w.everythingHappens()
		w.farewell(own)
		heard := map[string]bool{}
		for _, tb := range []*tab{w.alfa.tab, own} {
			for _, f := range tb.settled() {
				heard[f.Type] = true
			}
		}
		for _, l := range neighbours {
			for _, f := range l.tab.settled() {
				heard[f.Type] = true
				w.checkNeighbour(t, l, f)
			}
		}
		for _, l := range strangers {
			for _, f := range l.tab.settled() {
				if leaks := w.alfa.leaks(f.raw, "", allOf(w.alfa), w.alfa.mark); len(leaks) > 0 {
					t.Errorf("%s hears %v: %s", l.who.name, leaks, f.raw)
				}
			}
		}
		for _, kind := range frameKinds(t) {
			if !heard[kind] {
				t.Errorf("nobody of the brand ever got a frame of type %s, so nothing was proved about it", kind)
			}
		}
	})
}

// checkNeighbour proves that somebody of the brand hears what they may alone.
func (w *town) checkNeighbour(t *testing.T, l *listener, f frame) {
	t.Helper()
	if l.kinds != nil && !slices.Contains(l.kinds, f.Type) {
		t.Errorf("%s hears a frame of type %s: %s", l.who.name, f.Type, f.raw)
	}
	kinds := allOf(w.alfa)
	if f.Type == "conversation.gone" { // whose key is said to those of the brand, in case they had it
		kinds = slices.DeleteFunc(kinds, func(kind string) bool { return kind == "conversation" })
	}
	if f.Type == "case.gone" {
		kinds = slices.DeleteFunc(kinds, func(kind string) bool { return kind == "case" || kind == "part" })
	}
	marks := []string{w.alfa.mark}
	if l.secret != nil {
		kinds, marks = nil, l.secret
	}
	if leaks := w.alfa.leaks(f.raw, "", kinds, marks...); len(leaks) > 0 {
		t.Errorf("%s hears %v: %s", l.who.name, leaks, f.raw)
	}
}

// sentKind finds the types of frames in the source of the feed.
var sentKind = regexp.MustCompile(`frameOf\("([a-z_.]+)"`)

// frameKinds returns every type of frame that the feed sends. One that is new has to happen in everythingHappens.
func frameKinds(t *testing.T) (kinds []string) {
	t.Helper()
	files, err := filepath.Glob("../api/desk/feed*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no source of the feed", err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range sentKind.FindAllStringSubmatch(string(source), -1) {
			kinds = append(kinds, m[1])
		}
	}
	return kinds
}

// strangers are of another tenant, of another brand in each role, and of roles that read no conversations.
func (w *town) strangers() []*listener {
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

// customerNames are those of the customers of the brand.
func customerNames() []string {
	return []string{"Kovács", "Réka", "Tóth", "Gergő", "Őri", "Márton"}
}

// neighbours are of the same brand and may see less of it than its agent.
func (w *town) neighbours() []*listener {
	hire := func(name, role string) *caller {
		return w.hire(w.tenants[0], name, account.NewUser{Roles: []account.RoleKey{account.RoleKey(role)}, Brands: []id.Brand{w.brand(w.alfa)}})
	}
	reader := w.alfa.chief.make("POST", "/api/v1/roles", fields{
		"name": "a reader of no names", "permissions": fields{"conversation.read": "brand", "customer.read": "brand", "board.read": "brand"},
	}, "id")
	about := []string{"hello", "pong", "error", "resync"}
	nothing := append([]string{"conversation.gone", "case.gone", "presence", "chorus"}, about...)
	texts := []string{"is it there yet", " soon", "a patient one", " parcel", " ltd", "from a page", "somebody new", " hello"}
	all := []*listener{
		{who: hire("an agent of no queue", string(actor.Agent)), kinds: nothing},
		{who: hire("an expert", string(actor.Expert)), kinds: nothing},
		{
			who: hire("a viewer of the brand", string(actor.BrandViewer)), kinds: append([]string{"queue", "agent", "board"}, about...),
			secret: append(texts, customerNames()...),
		},
		{who: hire("a reader of no names", reader), secret: customerNames()},
	}
	for _, l := range all {
		l.tab = w.dial(l.who)
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
	a.agent.make("PUT", conversation+"/chorus", fields{"apart": true}, "")
	a.tab.send("typing", fields{"on": true})
	a.agent.make("POST", "/api/v1/offers/"+a.ids["offer"]+"/accept", nil, "")
	a.agent.make("POST", interaction+"/park", fields{}, "")
	a.agent.make("POST", interaction+"/resume", nil, "")
	a.agent.make("POST", interaction+"/end", nil, "")
	a.agent.make("POST", interaction+"/finish", fields{"disposition_id": a.ids["disposition"], "note": a.mark}, "")
	w.chat(a)
	w.beLate(a)
	w.tell(a)
	a.write("Őri Márton", "third", "live-3", "somebody new")
	a.chief.make("PATCH", "/api/v1/queues/"+a.ids["queue"], fields{"name": a.mark + " renamed"}, "")
	a.tab.until("own_queue") // told in rounds, to members alone
	a.chief.make("PUT", "/api/v1/agents/"+a.ids["user"]+"/queues/"+a.ids["queue"], fields{"member": true, "enabled": false}, "")
	a.chief.make("PUT", "/api/v1/agents/"+a.ids["user"]+"/presence", fields{"state": "offline", "next": true}, "")
}

// tell has somebody told of a conversation by a macro.
func (w *town) tell(a *estate) {
	macro := a.chief.make("POST", "/api/v1/macros", fields{
		"brand_id": a.ids["brand"], "name": a.mark + " tell", "do": []fields{{"do": "notify", "user_id": a.ids["user"]}},
	}, "id")
	a.chief.make("POST", "/api/v1/macros/"+macro+"/uses", fields{"conversation_id": a.ids["conversation"], "client_id": "live-tell"}, "")
}

// beLate lets a promise be broken.
func (w *town) beLate(a *estate) {
	a.chief.make("POST", "/api/v1/sla-policies", fields{
		"brand_id": a.ids["brand"], "name": a.mark + " haste", "topic": "haste", "targets": fields{"resolution": 1}, "hours": "always", "warn_percent": 0,
		"pauses": []string{}, "escalations": []fields{{"on": "breached", "act": "notify_owner"}},
	}, "")
	a.agent.make("POST", "/api/v1/cases", fields{
		"brand_id": a.ids["brand"], "subject": a.mark + " late", "topic": "haste", "owner_id": a.ids["user"],
	}, "")
	a.tab.until("case.alert")
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
	a.tab.find("the customer's typing", func(f frame) bool { return f.Type == "typing" && strings.Contains(f.raw, thread) })
	answered := a.agent.make("POST", "/api/v1/conversations/"+thread+"/replies", fields{"text": a.mark + " hello", "client_id": "live-answer", "based_on_seq": 1, "force": true}, "seq")
	g.find("the answer", func(f frame) bool { return f.Type == "entry" && strings.Contains(f.raw, a.mark+" hello") })
	seq, err := strconv.Atoi(answered)
	w.must(err)
	g.send("read", fields{"conversation": thread, "seq": seq})
	a.tab.find("that the answer was read", func(f frame) bool {
		return f.Type == "read" && strings.Contains(f.raw, thread) && strings.Contains(f.raw, `"customer"`)
	})
	a.tab.find("the delivery of the answer", func(f frame) bool { return f.Type == "delivery" && strings.Contains(f.raw, thread) })
}

// farewell waits until all that happened was told. Desks are told in the order of facts and boards in rounds: when
// the brand's own administrator has seen two rounds on a board, everybody was told the first.
func (w *town) farewell(own *tab) {
	for _, name := range []string{"first farewell", "second farewell"} {
		w.alfa.chief.make("PATCH", "/api/v1/queues/"+w.alfa.ids["queue"], fields{"name": w.alfa.mark + " " + name}, "")
		own.find("the "+name, func(f frame) bool { return f.Type == "queue" && strings.Contains(f.raw, name) })
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
