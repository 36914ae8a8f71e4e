package app

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func (g *gallery) stored(t *testing.T, name string) int {
	t.Helper()
	n, err := db.One[int](t.Context(), g.centre.app.db, `SELECT COUNT(*) FROM entry WHERE external_id = $1 AND kind = 'message' AND entry_point_id = $2`, name, g.point.ID)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// comments has somebody comment under the post, and waits until the desk has it.
func (g *gallery) comments(t *testing.T, igsid, name, parent, text string) {
	t.Helper()
	g.page.TellThere(g.page.CommentsThere(igsid, name, g.media, parent, text))
	until(t, text+" is here", func() bool { return g.stored(t, name) == 1 })
}

// conversation returns that in which an entry stands.
func (g *gallery) conversation(t *testing.T, name string) id.Conversation {
	t.Helper()
	key, err := db.One[id.Conversation](t.Context(), g.centre.app.db, `SELECT conversation_id FROM entry WHERE external_id = $1 AND entry_point_id = $2`, name, g.point.ID)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// entryOf returns the entry of a conversation with that text.
func (c *callCentre) entryOf(t *testing.T, key id.Conversation, text string) (found said) {
	t.Helper()
	var page struct{ Items []said }
	got := c.chief.call("GET", at(key)+"/entries?limit=100", nil)
	if err := json.Unmarshal([]byte(got.body), &page); err != nil {
		t.Fatalf("%v: %d %s", err, got.status, got.body)
	}
	for _, e := range page.Items {
		if e.Text == text {
			found = e
		}
	}
	return found
}

// A comment at Instagram has the post above it; it is answered for everybody, hidden and shown
// again, and goes on in private, once: in both ways of signing in.
func TestACommentAtInstagramIsAnsweredHiddenAndGoesOnInPrivate(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		for way, f := range map[string]*pageFolk{"by its page": c.connectInstagram(t, "17841400000007001"), "by itself": c.connectOwnInstagram(t, "17841400000007002")} {
			t.Run(way, func(t *testing.T) { f.gallery(t).checkComment(t) })
		}
	})
}

func (g *gallery) checkComment(t *testing.T) {
	t.Helper()
	c := g.centre
	desk := c.desk(g.point.ID, g.find)
	root := g.page.ID + "a"
	g.comments(t, "51", rootOf(root), "", "Ile kosztuje?")
	g.comments(t, "52", root+"-more", rootOf(root), "Też pytam")
	desk.Take(t, root)
	agent, key := desk.work[root], g.find(t, root)
	until(t, "the post stands above", func() bool {
		shown := agent.call("GET", at(key), nil)
		return field(t, shown.body, "post.text") == "Nowa kolekcja" && field(t, shown.body, "post.ours") == "true" && field(t, shown.body, "channel") == "instagram_comments"
	})
	one, two := c.entryOf(t, key, "Ile kosztuje?"), c.entryOf(t, key, "Też pytam")
	if one.By.Name != "@u51" || two.By.Name != "@u52" || two.AnswersID != one.ID {
		t.Errorf("%+v %+v", one, two)
	}
	if sent := agent.call("POST", at(key)+"/replies", fields{"text": "120 zł.", "client_id": "p1", "based_on_seq": 9, "answers_id": two.ID}); sent.status/100 != 2 {
		t.Fatalf("%d %s", sent.status, sent.body)
	}
	until(t, "everybody reads it", func() bool { return c.entryOf(t, key, "120 zł.").Delivery.State == "sent" })
	on := at(key) + "/entries/" + two.ID
	for _, off := range []bool{false, true} {
		if got := agent.call("POST", on+"/hide", fields{"off": off}); got.status/100 != 2 {
			t.Fatalf("%d %s", got.status, got.body)
		}
		until(t, "it is hidden or shown", func() bool { return g.page.SaidAs(root+"-more").Hidden == !off })
	}
	if got := agent.call("POST", on+"/like", fields{}); !strings.Contains(got.body, "channel.cannot_like") {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := agent.call("POST", on+"/private-reply", fields{"text": "Proszę o numer.", "client_id": "p2"}); got.status/100 != 2 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	var goes id.Conversation
	until(t, "the conversation of the two is there", func() bool {
		var err error
		goes, _, err = db.Find[id.Conversation](t.Context(), c.app.db, `SELECT id FROM conversation WHERE entry_point_id = $1 AND external_key = '52'`, g.key)
		return err == nil && goes != 0
	})
	calls := c.graph.Calls()
	g.page.Post(calls[len(calls)-1].Message.Echo(), g.page.Writes("52", "m_then"+root, "4711"))
	until(t, "what they say then is here", func() bool { return c.entryOf(t, goes, "4711").ID != "" })
	n, err := db.One[int](t.Context(), c.app.db, `SELECT COUNT(*) FROM entry WHERE conversation_id = $1 AND body = 'Proszę o numer.'`, goes)
	if err != nil || n != 1 {
		t.Errorf("the private answer is there %d times: %v", n, err)
	}
	if again := agent.call("POST", on+"/private-reply", fields{"text": "I jeszcze", "client_id": "p3"}); !strings.Contains(again.body, "entry.answered_privately") {
		t.Errorf("twice: %d %s", again.status, again.body)
	}
	if got := agent.call("POST", on+"/remove", nil); got.status/100 != 2 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	until(t, "it is removed", func() bool { return g.page.SaidAs(root + "-more").Gone })
}

// Who names us elsewhere comes to the desk with what they say, and is answered there. What only
// the owner of a post can do is refused with the reason.
func TestAMentionAtInstagramIsAnsweredWhereItStands(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		g := c.connectInstagram(t, "17841400000007003").gallery(t)
		g.page.TellThere(g.page.Mentions("ola", "9001", "", "Polecam @fala.foto"))
		under := g.page.Mentions("jan", "9002", "9003", "@fala.foto kiedy paczka?")
		g.page.TellThere(under, under)
		for _, name := range []string{"mention/9001", "mention/9002/9003"} {
			until(t, name+" is here", func() bool { return g.stored(t, name) == 1 })
		}
		caption, comment := g.conversation(t, "mention/9001"), g.conversation(t, "mention/9002/9003")
		if e := c.entryOf(t, caption, "Polecam @fala.foto"); e.By.Name != "@ola" {
			t.Errorf("%+v", e)
		}
		if shown := c.chief.call("GET", at(comment), nil); field(t, shown.body, "post.ours") != "false" || field(t, shown.body, "customer.name") != "@jan" {
			t.Errorf("%s", shown.body)
		}
		if all := c.chief.call("GET", at(comment)+"/entries", nil); !strings.Contains(all.body, `"mention":"true"`) {
			t.Errorf("it does not say that it is a mention: %s", all.body)
		}
		desk := c.desk(g.point.ID, func(*testing.T, string) id.Conversation { return comment })
		desk.Take(t, "m")
		desk.Reply(t, "m", "Jutro!")
		until(t, "it is answered there", func() bool {
			calls := c.graph.Calls()
			return len(calls) == 1 && calls[0].Action == "comment" && calls[0].Target == "9003" && calls[0].Message.Text == "Jutro!"
		})
		said := c.entryOf(t, comment, "@fala.foto kiedy paczka?")
		hiding := desk.work["m"].call("POST", at(comment)+"/entries/"+said.ID+"/hide", fields{})
		if hiding.status/100 != 2 {
			t.Fatalf("%d %s", hiding.status, hiding.body)
		}
		until(t, "it is refused with the reason", func() bool {
			n, err := db.One[int](t.Context(), d, `SELECT COUNT(*) FROM entry WHERE kind = 'hiding' AND delivery_state = 'failed' AND delivery_reason = 'instagram.not_our_post'`)
			return err == nil && n == 1
		})
	})
}

// Where an account signs in by itself, Instagram does not tell what a mention says: that there is one comes to the desk all the same.
func TestAMentionOfAnAccountBySelfIsNotLost(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	g := c.connectOwnInstagram(t, "17841400000007004").gallery(t)
	g.page.TellThere(g.page.Mentions("jan", "9004", "9005", "nikt nie wie, co tu jest"))
	until(t, "it is here", func() bool { return g.stored(t, "mention/9004/9005") == 1 })
}

// What was missed under the posts is fetched, each once, with answers, pages behind the first, and what we wrote by other means.
func TestWhatWasMissedUnderPostsAtInstagramIsFetched(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		for way, f := range map[string]*pageFolk{"by its page": c.connectInstagram(t, "17841400000007005"), "by itself": c.connectOwnInstagram(t, "17841400000007006")} {
			g := f.gallery(t)
			root := g.page.ID + "e-first"
			g.comments(t, "51", root, "", "to przyszło samo")
			names := []string{root + "1", root + "2", root + "3", root + "4", root + "answer", root + "ours"}
			for _, name := range names[:4] {
				g.page.CommentsThere("54", name, g.media, "", "przegapiony "+name)
			}
			g.page.CommentsThere("52", names[4], g.media, root, "tego nikt nie powiedział")
			g.page.CommentsThere(g.page.ID, names[5], g.media, root, "odpowiedź z telefonu")
			g.fetched(t)
			for _, name := range names {
				until(t, way+": "+name+" is here", func() bool { return g.stored(t, name) == 1 })
			}
			if n := g.fetched(t); n != "0" {
				t.Errorf("%s: the second time %s are new", way, n)
			}
			if n, err := db.One[int](t.Context(), d, `SELECT COUNT(*) FROM entry WHERE external_id = $1 AND author = 'agent'`, names[5]); err != nil || n != 1 {
				t.Errorf("%s: ours is not ours: %v", way, err)
			}
		}
	})
}

// A token that is good for the messages alone leaves what everybody reads aside, and says what lacks.
func TestMessagesAtInstagramGoOnWithoutWhatIsPublic(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	f := c.connectInstagram(t, "17841400000007007")
	own := c.connectOwnInstagram(t, "17841400000007008")
	page := c.graph.Page("1777777", "Fala Bez")
	page.Instagram("17841400000007009", "bez")
	made := c.chief.call("POST", accountsPath, c.instagramAccount("facebook", page.Token("instagram_basic", "instagram_manage_messages", "pages_manage_metadata")))
	if made.status != http.StatusCreated || field(t, made.body, "health") != "ok" {
		t.Fatalf("%d %s", made.status, made.body)
	}
	g := &pageFolk{centre: c, page: f.page, key: pointOf(t, made)}
	if got := strings.Join(g.trials(t), ", "); !strings.Contains(got, "public meta.permission instagram_manage_comments pages_read_engagement") {
		t.Errorf("%s", got)
	}
	for _, good := range []*pageFolk{f, own} {
		if got := strings.Join(good.trials(t), ", "); !strings.Contains(got, "public ok") {
			t.Errorf("%s", got)
		}
		if p := good.shownAt(t); p.Health != channel.Healthy {
			t.Errorf("%+v", p)
		}
	}
	without, err := c.app.services.points.ByAddress(t.Context(), channel.InstagramComments, "17841400000007009")
	if err != nil || without.HealthCode != "meta.permission" {
		t.Errorf("%+v %v", without, err)
	}
	if status := c.graph.Post(metatest.Body(metatest.Event{"id": "1", "changes": []metatest.Event{{"field": "comments"}}})); status != http.StatusOK {
		t.Errorf("%d", status)
	}
}
