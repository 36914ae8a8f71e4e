package app

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/channel/own"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// A forum, a shop of apps or any other public place is told by a few events, answered for everybody to read, and in
// private where the two go on alone.
func TestAPublicPlaceOfOnesOwnIsAnswered(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		private := c.theirSystem(t, everythingOwn())
		settings := publicOwn()
		settings.Private = private.key
		q := c.square(t, settings)
		desk := c.desk(q.key, q.theirs.find)
		t.Run("what is told comes in any order", func(t *testing.T) { q.disordered(t, desk) })
		t.Run("the command says what is answered, and to whom", func(t *testing.T) { q.answered(t, desk) })
		t.Run("who moderates there is followed", func(t *testing.T) { q.moderated(t, desk) })
		t.Run("a private answer goes on", func(t *testing.T) { q.continued(t, desk, private) })
		t.Run("a review says its stars", func(t *testing.T) { q.reviewed(t, desk) })
		t.Run("what begins alone is its own post", func(t *testing.T) { q.alone(t) })
		t.Run("what is wrong is told for each event", func(t *testing.T) { q.wrong(t, private) })
		t.Run("settings that make no sense are refused", func(t *testing.T) { q.senseless(t, private) })
	})
}

// said returns what the desk shows of a thread.
func (q *square) said(t *testing.T, key id.Conversation) []said {
	t.Helper()
	var page struct{ Items []said }
	got := q.centre.chief.call("GET", at(key)+"/entries?limit=100", nil)
	if err := json.Unmarshal([]byte(got.body), &page); err != nil {
		t.Fatalf("%v: %d %s", err, got.status, got.body)
	}
	return page.Items
}

// entry waits until a thread shows a text, and returns what says it.
func (q *square) entry(t *testing.T, thread, text string) (found said) {
	t.Helper()
	until(t, thread+" shows "+text, func() bool {
		key := q.theirs.find(t, thread)
		if key == 0 {
			return false
		}
		for _, e := range q.said(t, key) {
			if e.Text == text {
				found = e
				return true
			}
		}
		return false
	})
	return found
}

// comment is one under a post.
func comment(name, post, parent, who, text string) fields {
	e := fields{"id": "event " + name, "type": "comment", "message": name, "post": post, "from": fields{"id": who, "name": "Osoba " + who}, "text": text}
	if parent != "" {
		e["parent_id"] = parent
	}
	return e
}

func (q *square) disordered(t *testing.T, desk *testDesk) {
	t.Helper()
	gallery := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(picture()) }))
	t.Cleanup(gallery.Close)
	q.tell(t, comment("c2", "p9", "c1", "52", "Też pytam"))
	q.entry(t, "c1", "Też pytam") // in the thread of what it answers
	q.tell(t, comment("c1", "p9", "p9", "51", "Ile kosztuje instalacja?"))
	q.entry(t, "c1", "Ile kosztuje instalacja?")
	q.tell(t, fields{
		"id": "p9 now", "type": "post", "post": "p9", "text": "Montaż w każdą sobotę", "link": "https://forum.example/p/9#top",
		"files": []fields{{"url": gallery.URL + "/sobota.png"}},
	})
	desk.Take(t, "c1")
	path := at(q.theirs.find(t, "c1"))
	until(t, "the post stands above with its picture", func() bool {
		got := desk.work["c1"].call("GET", path, nil)
		return field(t, got.body, "post.text") == "Montaż w każdą sobotę" && strings.Contains(got.body, "sobota.png")
	})
	got := desk.work["c1"].call("GET", path, nil)
	if field(t, got.body, "post.ours") != "true" || field(t, got.body, "post.link") != "https://forum.example/p/9#top" || field(t, got.body, "capabilities.public") != "true" {
		t.Errorf("%s", got.body)
	}
}

func (q *square) answered(t *testing.T, desk *testDesk) {
	t.Helper()
	two := q.entry(t, "c1", "Też pytam")
	desk.work["c1"].make("POST", at(q.theirs.find(t, "c1"))+"/replies", fields{"text": "Nic nie kosztuje.", "client_id": "p1", "based_on_seq": 9, "force": true, "answers_id": two.ID}, "")
	var cmd theirCommand
	until(t, "they are asked to answer", func() bool {
		var n int
		cmd, n = q.lastAsked("message.send")
		return n == 1
	})
	if cmd.Post != "p9" || cmd.ParentID != "c2" || cmd.To.ID != "52" || cmd.ReplyTo != "" || cmd.Thread != "" || cmd.Text != "Nic nie kosztuje." {
		t.Errorf("%+v", cmd)
	}
	block := desk.Block(t, "c1", entryKey(t, two.ID), false)
	until(t, "they are asked to block who wrote it", func() bool {
		cmd, n := q.lastAsked("person.block")
		return n == 1 && cmd.To.ID == "52" && cmd.On
	})
	if block.Refused != "" {
		t.Error(block.Refused)
	}
}

func entryKey(t *testing.T, text string) id.Entry {
	t.Helper()
	key, err := id.Parse[id.Entry](text)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (q *square) moderated(t *testing.T, desk *testDesk) {
	t.Helper()
	one := q.entry(t, "c1", "Ile kosztuje instalacja?")
	q.tell(t, fields{"id": "hidden", "type": "hide", "message": "c1"}, fields{"id": "p9 gone", "type": "post", "post": "p9", "removed": true})
	key := q.theirs.find(t, "c1")
	until(t, "it is hidden, and the post is gone", func() bool {
		got := desk.work["c1"].call("GET", at(key), nil)
		for _, e := range q.said(t, key) {
			if e.Kind == "hiding" && e.TargetID == one.ID {
				return field(t, got.body, "post.gone_at") != "<nil>"
			}
		}
		return false
	})
}

func (q *square) continued(t *testing.T, desk *testDesk, private *theirs) {
	t.Helper()
	q.mu.Lock()
	q.goes = "dm-52"
	q.mu.Unlock()
	two := q.entry(t, "c1", "Też pytam")
	key := q.theirs.find(t, "c1")
	agent := desk.work["c1"]
	agent.make("POST", at(key)+"/entries/"+two.ID+"/private-reply", fields{"text": "Proszę o numer klienta.", "client_id": "p2"}, "")
	until(t, "the conversation of the two is there", func() bool { return private.find(t, "dm-52") != 0 })
	if cmd, n := q.lastAsked("message.send_private"); n != 1 || cmd.ParentID != "c2" || cmd.Post != "p9" || cmd.To.ID != "52" {
		t.Errorf("%d %+v", n, cmd)
	}
	private.tell(t, fields{"id": "then", "type": "message", "thread": "dm-52", "message": "then", "from": fields{"id": "52"}, "text": "4711"})
	goes := private.find(t, "dm-52")
	until(t, "what they say then is here", func() bool {
		all := q.said(t, goes)
		return len(all) > 0 && all[len(all)-1].Text == "4711"
	})
	for from, to := range map[id.Conversation]id.Conversation{key: goes, goes: key} {
		if got := agent.call("GET", at(from), nil); got.status != http.StatusOK || !strings.Contains(got.body, to.String()) {
			t.Errorf("%s does not lead to %s: %d %s", from, to, got.status, got.body)
		}
	}
	who, err := db.Many[id.Customer](t.Context(), q.centre.app.db, `SELECT DISTINCT customer_id FROM contact_point WHERE provider = 'own' AND external_id = '52'`)
	if err != nil || len(who) != 1 {
		t.Errorf("in private it is somebody else: %v %v", who, err)
	}
	q.kept(t, entryKey(t, answerOf(t, q.said(t, key), "private_reply")))
}

// answerOf returns the key of what one of us did.
func answerOf(t *testing.T, all []said, kind string) string {
	t.Helper()
	for _, e := range all {
		if e.Kind == kind {
			return e.ID
		}
	}
	t.Fatalf("no %s in %+v", kind, all)
	return ""
}

// kept proves that the system of another brand cannot have an answer go on with it.
func (q *square) kept(t *testing.T, answer id.Entry) {
	t.Helper()
	c := q.centre
	other := &callCentre{house: c.house, chief: c.chief}
	other.brand = c.chief.make("POST", "/api/v1/brands", fields{"name": "Druga", "color": "#0b7285", "languages": []string{"pl"}, "time_zone": "Europe/Warsaw"}, "id")
	other.queue = c.chief.make("POST", "/api/v1/queues", fields{"brand_id": other.brand, "name": "Kanały", "pull_allowed": true}, "id")
	foreign := other.theirSystem(t, everythingOwn())
	foreign.tell(t, fields{"id": "claim", "type": "echo", "our_id": answer.String(), "thread": "claimed", "message": "claimed", "to": fields{"id": "spy"}, "text": "x"})
	desk := other.desk(foreign.key, foreign.find)
	until(t, "the claim is refused", func() bool { return strings.HasPrefix(desk.Refused(t)["claim"], "event.target_unknown") })
	if foreign.find(t, "claimed") != 0 {
		t.Error("it reads an answer of another brand")
	}
	s := publicOwn()
	s.URL, s.Private = foreign.url, foreign.key
	if got := c.chief.call("PATCH", q.path(), fields{"settings": s}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "own.private_channel") {
		t.Errorf("answers in private go on at another brand: %d %s", got.status, got.body)
	}
}

func (q *square) reviewed(t *testing.T, desk *testDesk) {
	t.Helper()
	q.tell(t, fields{"id": "r1", "type": "review", "message": "r1", "stars": 4, "from": fields{"id": "61", "name": "Zofia"}, "link": "https://apps.example/r/1"})
	q.entry(t, "r1", "★★★★☆")
	q.tell(t, fields{"id": "r1 again", "type": "edit", "message": "r1", "stars": 1, "text": "Zepsuło się."})
	q.entry(t, "r1", "Zepsuło się.")
	got := q.centre.chief.call("GET", at(q.theirs.find(t, "r1"))+"/entries?limit=100", nil)
	if !strings.Contains(got.body, `"rating":"4"`) || !strings.Contains(got.body, `"rating":"1"`) {
		t.Errorf("%s", got.body)
	}
	desk.Take(t, "r1")
	if post := desk.work["r1"].call("GET", at(q.theirs.find(t, "r1")), nil); field(t, post.body, "post.begins") != "true" || field(t, post.body, "post.link") != "https://apps.example/r/1" {
		t.Errorf("%s", post.body)
	}
	key := desk.Reply(t, "r1", "Już naprawione.")
	until(t, "the review is answered", func() bool {
		cmd, _ := q.lastAsked("message.send")
		return cmd.ParentID == "r1" && cmd.Post == "r1" && cmd.To.ID == "61" && cmd.ID == key.String()
	})
}

func (q *square) alone(t *testing.T) {
	t.Helper()
	q.tell(t, comment("topic", "", "", "71", "Nowy temat"), comment("below", "topic", "", "72", "Mam to samo"))
	q.entry(t, "topic", "Nowy temat")
	q.entry(t, "topic", "Mam to samo")
	q.tell(t, fields{"id": "71 now", "type": "profile", "from": fields{"id": "71", "name": "Maria Lis", "language": "pl"}})
	until(t, "who is called otherwise is so here", func() bool {
		names, err := db.Many[string](t.Context(), q.centre.app.db, `SELECT name FROM customer WHERE name = 'Maria Lis' AND language = 'pl'`)
		return err == nil && len(names) == 1
	})
}

func (q *square) wrong(t *testing.T, private *theirs) {
	t.Helper()
	for event, want := range map[string]string{
		`{"id":"w1","type":"message","thread":"t","message":"m","from":{"id":"c"},"text":"x"}`:                           `"path":"type","code":"event.private"`,
		`{"id":"w2","type":"comment","message":"m","parent_id":"c1","from":{"id":"c"},"text":"x"}`:                       `"path":"post","code":"event.post"`,
		`{"id":"w3","type":"review","message":"m","from":{"id":"c"},"text":"x"}`:                                         `"path":"stars","code":"event.stars"`,
		`{"id":"w4","type":"review","message":"m","stars":6,"from":{"id":"c"},"text":"x"}`:                               `"path":"stars","code":"event.stars"`,
		`{"id":"w5","type":"comment","message":"m","post":"p","text":"x"}`:                                               `"path":"from.id","code":"required"`,
		`{"id":"w6","type":"post","post":"p","link":"javascript:alert(1)","text":"x"}`:                                   `"path":"link","code":"event.link"`,
		`{"id":"w7","type":"comment","message":"m","post":"p","from":{"id":"c"}}`:                                        `"path":"text","code":"required"`,
		`{"id":"w8","type":"comment","message":"m","post":"p","from":{"id":"c"},"at":"2999-01-01T00:00:00Z","text":"x"}`: `"path":"at","code":"time.future"`,
	} {
		if got := q.centre.hook(t, q.hook, event, q.events); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, want) {
			t.Errorf("%s gets %d %s", event, got.status, got.body)
		}
	}
	for _, kind := range []string{"post", "comment", "review", "hide"} {
		event := `{"id":"private ` + kind + `","type":"` + kind + `","message":"m","post":"p","stars":5,"from":{"id":"c"},"text":"x"}`
		if got := q.centre.hook(t, private.hook, event, private.events); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "event.public") {
			t.Errorf("%s gets %d %s", event, got.status, got.body)
		}
	}
}

func (q *square) senseless(t *testing.T, private *theirs) {
	t.Helper()
	public := func(change func(*own.Settings)) own.Settings {
		s := publicOwn()
		s.URL = q.url
		change(&s)
		return s
	}
	for want, s := range map[string]own.Settings{
		"own.private_only":     public(func(s *own.Settings) { s.Can.OwnTyping = true }),
		"own.no_private_reply": public(func(s *own.Settings) { s.Private, s.Can.PrivateReply = private.key, false }),
		"own.private_channel":  public(func(s *own.Settings) { s.Private = q.key }),
		"own.public_only":      public(func(s *own.Settings) { s.Can.Public = false }),
	} {
		if got := q.centre.chief.call("PATCH", q.path(), fields{"settings": s}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, want) {
			t.Errorf("%s: %d %s", want, got.status, got.body)
		}
	}
	shown := q.centre.chief.call("GET", q.path(), nil)
	if field(t, shown.body, "settings.private_channel_id") != private.key.String() || field(t, shown.body, "settings.can.blocks") != "true" {
		t.Errorf("%s", shown.body)
	}
}

// A system behind a firewall does the same: it fetches what it is asked for, and tells by an echo where an answer in private goes on.
func TestAPublicPlaceBehindAFirewallFetchesItsCommands(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		private := c.theirSystem(t, everythingOwn())
		q := c.square(t, publicOwn())
		settings := publicOwn()
		settings.Pull, settings.Private = true, private.key
		c.chief.make("PATCH", q.path(), fields{"settings": settings}, "")
		if got := c.chief.call("GET", q.path(), nil); field(t, got.body, "settings.pull") != "true" {
			t.Errorf("that it fetches is not shown: %s", got.body)
		}
		desk := c.desk(q.key, q.theirs.find)
		q.tell(t, comment("c1", q.post, "", "51", "Gdzie jest paczka?"))
		one := q.entry(t, "c1", "Gdzie jest paczka?")
		desk.Take(t, "c1")
		desk.Reply(t, "c1", "Odpowiemy prywatnie.")
		answer := desk.ReplyPrivately(t, "c1", entryKey(t, one.ID), "Proszę o numer.").Entry
		desk.Hide(t, "c1", entryKey(t, one.ID), false)
		asked := map[string]theirCommand{}
		until(t, "all that is asked lies ready", func() bool {
			for _, cmd := range q.fetch(t) {
				asked[cmd.Type] = cmd
			}
			return len(asked) == 3
		})
		for _, kind := range []string{"message.send", "message.send_private"} {
			if cmd := asked[kind]; cmd.Post != q.post || cmd.ParentID != "c1" || cmd.To.ID != "51" {
				t.Errorf("%+v", cmd)
			}
		}
		if cmd := asked["message.hide"]; cmd.Message != "c1" || !cmd.On {
			t.Errorf("%+v", cmd)
		}
		private.tell(t, fields{
			"id": "sent", "type": "echo", "our_id": answer.String(), "thread": "dm-51", "message": "dm-1", "to": fields{"id": "51"}, "text": "Proszę o numer.",
		})
		until(t, "it goes on between the two", func() bool { return private.find(t, "dm-51") != 0 })
		if got := desk.work["c1"].call("GET", at(q.theirs.find(t, "c1")), nil); !strings.Contains(got.body, private.find(t, "dm-51").String()) {
			t.Errorf("the public one does not lead there: %s", got.body)
		}
	})
}

// fetch returns the commands that lie ready.
func (q *square) fetch(t *testing.T) []theirCommand {
	t.Helper()
	got := q.centre.hook(t, q.hook+"/commands", `{}`, q.events)
	var out struct{ Commands []theirCommand }
	if err := json.Unmarshal([]byte(got.body), &out); err != nil || got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	return out.Commands
}
