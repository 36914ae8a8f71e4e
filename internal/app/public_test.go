package app

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// at is a conversation as the desk asks for it.
func at(key id.Conversation) string { return "/api/v1/conversations/" + key.String() }

// said is an entry as the desk shows it.
type said struct {
	ID        string
	Kind      string
	Author    string
	Text      string
	TargetID  string `json:"target_id"`
	AnswersID string `json:"answers_id"`
	By        struct {
		Name string
	}
	Delivery struct{ State, Reason string }
}

func (c *crowd) entries(t *testing.T, key id.Conversation) []said {
	t.Helper()
	var page struct{ Items []said }
	got := c.centre.chief.call("GET", at(key)+"/entries?limit=100", nil)
	if err := json.Unmarshal([]byte(got.body), &page); err != nil {
		t.Fatalf("%v: %d %s", err, got.status, got.body)
	}
	return page.Items
}

// entry returns the entry with that text.
func (c *crowd) entry(t *testing.T, key id.Conversation, text string) (found said) {
	t.Helper()
	for _, e := range c.entries(t, key) {
		if e.Text == text {
			found = e
		}
	}
	return found
}

// comments has somebody comment under the post, and waits until the desk has it.
func (c *crowd) comments(t *testing.T, psid, name, parent, text string) {
	t.Helper()
	c.page.Tell(c.page.Comments(psid, name, c.post, parent, text))
	until(t, text+" is here", func() bool { return c.stored(t, name) == 1 })
}

func (c *crowd) stored(t *testing.T, name string) int {
	t.Helper()
	n, err := db.One[int](t.Context(), c.centre.app.db, `SELECT COUNT(*) FROM entry WHERE external_id = $1 AND kind = 'message' AND entry_point_id = $2`, name, c.point.ID)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// An agent sees the post above, who of several people said what, answers for everybody to
// read and one of them in private; what that one says then comes into the conversation of the two.
func TestACommentIsAnsweredInPublicAndGoesOnInPrivate(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d).connectPage(t, "4001").crowd(t)
		desk := c.centre.desk(c.point.ID, c.find)
		c.comments(t, "51", "a-first", "", "Ile kosztuje instalacja?")
		c.comments(t, "52", "a-more", "a-first", "Też pytam")
		desk.Take(t, "a")
		agent, key := desk.work["a"], c.find(t, "a")
		shown := agent.call("GET", at(key), nil)
		if field(t, shown.body, "post.text") != "Nowa oferta od poniedziałku" || field(t, shown.body, "channel") != "facebook" || !strings.Contains(shown.body, `"public":true`) {
			t.Errorf("%s", shown.body)
		}
		one, two := c.entry(t, key, "Ile kosztuje instalacja?"), c.entry(t, key, "Też pytam")
		if one.By.Name == two.By.Name || two.By.Name == "" || two.AnswersID != one.ID {
			t.Errorf("%+v %+v", one, two)
		}
		sent := agent.call("POST", at(key)+"/replies", fields{"text": "Nic nie kosztuje.", "client_id": "p1", "based_on_seq": 9, "answers_id": one.ID})
		if sent.status/100 != 2 {
			t.Fatalf("%d %s", sent.status, sent.body)
		}
		until(t, "everybody reads it", func() bool {
			calls := c.centre.graph.Calls()
			return len(calls) == 1 && calls[0].Action == "comment" && calls[0].Target == "a-first"
		})
		private := agent.call("POST", at(key)+"/entries/"+two.ID+"/private-reply", fields{"text": "Proszę o numer klienta.", "client_id": "p2"})
		if private.status/100 != 2 {
			t.Fatalf("%d %s", private.status, private.body)
		}
		var goes id.Conversation
		until(t, "the conversation of the two is there", func() bool {
			goes = c.private(t, "52")
			return goes != 0
		})
		again := agent.call("POST", at(key)+"/entries/"+two.ID+"/private-reply", fields{"text": "I jeszcze", "client_id": "p3"})
		if again.status != http.StatusConflict || !strings.Contains(again.body, "entry.answered_privately") {
			t.Errorf("twice: %d %s", again.status, again.body)
		}
		calls := c.centre.graph.Calls()
		c.page.Post(calls[len(calls)-1].Message.Echo()) // it comes back
		c.page.Post(c.page.Writes("52", "m_then", "4711"))
		until(t, "what they say then is here", func() bool { return c.entry(t, goes, "4711").ID != "" })
		n := 0
		for _, e := range c.entries(t, goes) {
			if e.Text == "Proszę o numer klienta." && e.Author == "agent" {
				n++
			}
		}
		if n != 1 {
			t.Errorf("the private answer is there %d times: %+v", n, c.entries(t, goes))
		}
		if got := agent.call("GET", at(key), nil); !strings.Contains(got.body, goes.String()) {
			t.Errorf("the public one does not lead to the private: %s", got.body)
		}
		if got := agent.call("GET", at(goes), nil); got.status != http.StatusOK || !strings.Contains(got.body, key.String()) {
			t.Errorf("the private one does not lead to the public: %d %s", got.status, got.body)
		}
	})
}

// private returns the conversation of the page with somebody.
func (c *crowd) private(t *testing.T, psid string) id.Conversation {
	t.Helper()
	key, _, err := db.Find[id.Conversation](t.Context(), c.centre.app.db, `SELECT id FROM conversation WHERE entry_point_id = $1 AND external_key = $2`, c.key, psid)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// Whatever order Meta tells things in, the same is there at the end.
func TestTheOrderInWhichMetaTellsDoesNotMatter(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d).connectPage(t, "4002").crowd(t)
		first := c.page.Comments("51", "b-first", c.post, "", "rrrude")
		answer := c.page.Comments("52", "b-answer", c.post, "b-first", "wypraszam sobie")
		edit := c.page.Happens("b-answer", "edited", func(s *metatest.Said) { s.Text = "bardzo proszę bez tego" })
		hide := c.page.Happens("b-first", "hide", func(s *metatest.Said) { s.Hidden = true })
		gone := c.page.Happens("b-answer", "remove", func(s *metatest.Said) { s.Gone = true })
		for _, e := range []metatest.Event{gone, hide, edit, answer, first, answer, hide} {
			c.page.Tell(e)
		}
		kinds := func() string {
			all, err := db.Many[string](t.Context(), d, `SELECT kind FROM entry WHERE entry_point_id = $1 ORDER BY kind`, c.point.ID)
			if err != nil {
				t.Fatal(err)
			}
			return strings.Join(all, " ")
		}
		until(t, "all of it is here", func() bool { return kinds() == "deletion edit hiding message message" })
		n, err := db.One[int](t.Context(), d, `SELECT COUNT(*) FROM conversation WHERE entry_point_id = $1`, c.point.ID)
		if err != nil || n != 1 {
			t.Errorf("%d conversations: %v", n, err)
		}
	})
}

// A rude comment is hidden and shown again, a worse one removed; until that has gone it can
// be taken back. What Meta tells of our own acts changes nothing.
func TestCommentsAreHiddenLikedAndRemoved(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d).connectPage(t, "4003").crowd(t)
		desk := c.centre.desk(c.point.ID, c.find)
		c.comments(t, "51", "d-first", "", "Oszuści!")
		desk.Take(t, "d")
		agent, key := desk.work["d"], c.find(t, "d")
		on := at(key) + "/entries/" + c.entry(t, key, "Oszuści!").ID
		act := func(what string, body any) answer {
			got := agent.call("POST", on+"/"+what, body)
			if got.status/100 != 2 {
				t.Fatalf("%s: %d %s", what, got.status, got.body)
			}
			return got
		}
		act("hide", fields{})
		until(t, "it is hidden", func() bool { return c.page.SaidAs("d-first").Hidden })
		c.page.Tell(c.page.Happens("d-first", "hide", func(*metatest.Said) {}))
		act("hide", fields{"off": true})
		until(t, "it is shown again", func() bool { return !c.page.SaidAs("d-first").Hidden })
		act("like", fields{})
		until(t, "it is liked", func() bool { return c.page.SaidAs("d-first").Liked })
		cancelled := act("remove", nil)
		removing := field(t, cancelled.body, "id")
		if back := agent.call("POST", at(key)+"/entries/"+removing+"/cancel", nil); back.status/100 != 2 {
			t.Fatalf("taken back: %d %s", back.status, back.body)
		}
		again := act("remove", nil)
		if field(t, again.body, "id") == removing {
			t.Errorf("it is the one that was taken back: %s", again.body)
		}
		n, err := db.One[int](t.Context(), d, `SELECT COUNT(*) FROM entry WHERE kind = 'hiding' AND entry_point_id = $1`, c.point.ID)
		if err != nil || n != 2 {
			t.Errorf("%d hidings: %v", n, err)
		}
		audited, err := db.Many[string](t.Context(), d, `SELECT action FROM audit WHERE action LIKE 'entry.%' ORDER BY id`)
		if err != nil || strings.Join(audited, " ") != "entry.hide entry.show entry.like entry.remove entry.remove" {
			t.Errorf("%v %v", audited, err)
		}
		until(t, "it is gone", func() bool { return c.page.SaidAs("d-first").Gone })
		if got := agent.call("POST", on+"/private-reply", fields{"text": "x", "client_id": "gone"}); !strings.Contains(got.body, "entry.gone") {
			t.Errorf("%d %s", got.status, got.body)
		}
	})
}

// What was missed in public is fetched, each once, with posts of visitors and what stands above.
func TestWhatWasMissedInPublicIsFetched(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d).connectPage(t, "4004").crowd(t)
		c.comments(t, "51", "e-first", "", "to przyszło samo")
		c.page.Comments("52", "e-answer", c.post, "e-first", "tego nikt nie powiedział")
		c.page.CommentsNative("e-ours", c.post, "e-first", "odpowiedź z telefonu")
		c.page.Visited("53", "4004_200", "Od wczoraj nie ma internetu")
		for _, n := range []string{"1", "2", "3"} {
			c.page.Comments("54", "f-"+n, c.post, "", "przegapiony "+n)
		}
		c.fetched(t)
		for _, name := range []string{"e-answer", "e-ours", "4004_200", "f-1", "f-2", "f-3"} {
			until(t, name+" is here", func() bool { return c.stored(t, name) == 1 })
		}
		if n := c.fetched(t); n != "0" {
			t.Errorf("the second time %s are new", n)
		}
		// A comment under a post that is older than the page's being here: the post is fetched.
		c.page.Publishes("4004_300", "Stary post")
		address := c.centre.graph.File("promocja.png", picture())
		c.page.Happens("4004_300", "add", func(s *metatest.Said) { s.Picture = address })
		c.page.Tell(c.page.Comments("55", "g-first", "4004_300", "", "aktualne?"))
		until(t, "the post stands above", func() bool {
			n, err := db.One[int](t.Context(), d, `SELECT COUNT(*) FROM post WHERE external_id = '4004_300' AND known AND body = 'Stary post' AND ours`)
			return err == nil && n == 1
		})
		key, err := db.One[id.Conversation](t.Context(), d, `SELECT conversation_id FROM entry WHERE external_id = 'g-first'`)
		c.centre.must(err)
		shown := func() string { return c.centre.chief.call("GET", at(key), nil).body }
		until(t, "its picture is here", func() bool { return strings.Contains(shown(), "promocja.png") })
		if got := c.centre.chief.call("GET", field(t, shown(), "post.attachments.url"), nil); got.status != http.StatusOK || got.body != string(picture()) {
			t.Errorf("the picture: %d", got.status)
		}
		other := c.centre.hire(c.centre.tenants[0], "Nobody", account.NewUser{Roles: []account.RoleKey{account.RoleKey(actor.Agent)}, AllBrands: true})
		if got := other.call("GET", field(t, shown(), "post.attachments.url"), nil); got.status != http.StatusNotFound {
			t.Errorf("who works under no conversation of the post sees it: %d", got.status)
		}
	})
}

// The page's being told of nobody's name costs nothing: our own answer is not taken for a customer's, nor is anything lost.
func TestCommentsWithoutAuthorsAreTaken(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t)).connectPage(t, "4005").crowd(t)
	c.page.Anonymous()
	desk := c.centre.desk(c.point.ID, c.find)
	c.comments(t, "51", "h-first", "", "kto to pisze")
	desk.Take(t, "h")
	var told []metatest.Event
	c.BeforeAnswer(t, func(g channeltest.Got) {
		told = append(told, c.page.Told(g.Name))
		c.page.Tell(told...)
	})
	desk.Reply(t, "h", "to my")
	until(t, "it is sent", func() bool { return c.entry(t, c.find(t, "h"), "to my").Delivery.State == "sent" })
	c.page.Tell(told...)
	c.comments(t, "51", "h-then", "h-first", "dziękuję")
	n := 0
	for _, e := range c.entries(t, c.find(t, "h")) {
		if e.Text == "to my" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("our answer is there %d times", n)
	}
}

// What we say under the post itself comes back before we know its name, on a page that does not tell who wrote. It is ours, also where Meta's answer was lost.
func TestACommonAnswerWithoutAnAuthorIsOurs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		centre := openCentre(t, d)
		centre.app.services.chorus.Undo = 0
		for _, one := range []struct {
			page            string
			anonymous, lost bool
		}{{"40071", true, false}, {"40072", false, false}, {"40073", true, true}, {"40074", false, true}} {
			c := centre.connectPage(t, one.page).crowd(t)
			if one.anonymous {
				c.page.Anonymous()
			}
			c.checkCommonAnswerIsOurs(t, one.lost)
		}
	})
}

// checkCommonAnswerIsOurs says something under the post that comes back before Meta's answer, which may be lost, and fails unless it is there once, as ours.
func (c *crowd) checkCommonAnswerIsOurs(t *testing.T, lost bool) {
	t.Helper()
	first := c.asks(t, "51", "k", "Kiedy wróci internet?")
	c.asks(t, "52", "l", "kiedy wroci internet???")
	agent := c.member(t, "k")
	if lost {
		c.centre.graph.Next(metatest.Silent)
	}
	c.BeforeAnswer(t, func(g channeltest.Got) {
		c.page.Tell(c.page.Told(g.Name))
		until(t, "what comes back was looked at", func() bool {
			return c.count(t, `SELECT COUNT(*) FROM channel_event WHERE entry_point_id = $1 AND state = 'waiting'`, c.point.ID) == 0
		})
	})
	key := agent.make("POST", "/api/v1/common-answers", fields{
		"chorus_id": field(t, agent.call("GET", at(first)+"/chorus", nil).body, "chorus.id"), "text": "Do 18:00.", "link": "none", "stands_hours": 1,
	}, "id")
	c.answered(t, agent, key, "standing")
	until(t, "all that was told is settled", func() bool {
		return c.count(t, `SELECT COUNT(*) FROM channel_event WHERE entry_point_id = $1 AND state IN ('waiting', 'parked')`, c.point.ID) == 0
	})
	if n := c.count(t, `SELECT COUNT(*) FROM entry WHERE entry_point_id = $1 AND body = 'Do 18:00.' AND author = 'agent' AND delivery_state = 'sent' AND external_id <> ''`, c.point.ID); n != 1 {
		t.Errorf("it is there %d times as ours", n)
	}
	if n := c.count(t, `SELECT COUNT(*) FROM entry WHERE entry_point_id = $1 AND body = 'Do 18:00.' AND author <> 'agent'`, c.point.ID); n != 0 {
		t.Errorf("it is there %d times as somebody else's", n)
	}
}

// A comment is answered in private for seven days, and not where Meta says that it was done.
func TestAPrivateAnswerHasItsTime(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t)).connectPage(t, "4006").crowd(t)
	desk := c.centre.desk(c.point.ID, c.find)
	c.comments(t, "51", "i-first", "", "stare pytanie")
	c.comments(t, "51", "j-first", "", "świeże pytanie")
	desk.Take(t, "i")
	desk.Take(t, "j")
	c.centre.must(c.centre.app.db.Update(t.Context(), func(tx *db.Tx) error {
		_, err := db.Exec(t.Context(), tx, `UPDATE entry SET occurred_at = $1 WHERE external_id = 'i-first'`, time.Now().Add(-8*24*time.Hour))
		return err
	}))
	ask := func(thread, text string) answer {
		key := c.find(t, thread)
		return desk.work[thread].call("POST", at(key)+"/entries/"+c.entry(t, key, text).ID+"/private-reply", fields{"text": "tylko dla Ciebie", "client_id": thread})
	}
	if got := ask("i", "stare pytanie"); !strings.Contains(got.body, "entry.late_private") {
		t.Errorf("%d %s", got.status, got.body)
	}
	c.page.Happens("j-first", "add", func(s *metatest.Said) { s.Answered = true }) // a colleague, in Meta's inbox
	if got := ask("j", "świeże pytanie"); got.status/100 != 2 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	until(t, "it is told", func() bool {
		e := c.entry(t, c.find(t, "j"), "tylko dla Ciebie")
		return e.Delivery.State == "failed" && e.Delivery.Reason == "meta.answered_privately"
	})
}

// Who mentions the page elsewhere, and who reviews it, come to the desk as what they are: with how
// they rate us, as they change their mind, answered by a comment, and fetched where nobody told of them.
func TestMentionsAndReviewsOfAPageComeToTheDesk(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d).connectPage(t, "4009").crowd(t)
		c.page.Tell(c.page.MentionsPage("51", "51_1", "Fala, kiedy naprawicie?"), c.page.Rates("52", "52_1", "negative", "Nie polecam"))
		for _, name := range []string{"51_1", "52_1"} {
			until(t, name+" is here", func() bool { return c.stored(t, name) == 1 })
		}
		in := func(name string) id.Conversation {
			key, err := db.One[id.Conversation](t.Context(), d, `SELECT conversation_id FROM entry WHERE external_id = $1`, name)
			if err != nil {
				t.Fatal(err)
			}
			return key
		}
		mention, review := in("51_1"), in("52_1")
		for key, want := range map[id.Conversation]string{mention: `"mention":"true"`, review: `"recommendation":"negative"`} {
			if got := c.centre.chief.call("GET", at(key)+"/entries", nil); !strings.Contains(got.body, want) {
				t.Errorf("no %s: %s", want, got.body)
			}
		}
		desk := c.centre.desk(c.point.ID, func(*testing.T, string) id.Conversation { return review })
		desk.Take(t, "r")
		desk.Reply(t, "r", "Przepraszamy, naprawione.")
		until(t, "the review is answered by a comment", func() bool {
			calls := c.centre.graph.Calls()
			return len(calls) == 1 && calls[0].Action == "comment" && calls[0].Target == "52_1"
		})
		edited := c.page.Rated(metatest.Said{ID: "52_1", From: "52", Name: "Zofia Wilk 52", Review: "positive", Text: "Naprawili, polecam", At: time.Now()}, "edited")
		c.page.Tell(edited)
		until(t, "they change their mind", func() bool {
			got := c.centre.chief.call("GET", at(review)+"/entries", nil).body
			return strings.Contains(got, "Naprawili, polecam") && strings.Contains(got, `"recommendation":"positive"`)
		})
		gone := c.page.Rated(metatest.Said{ID: "52_1", From: "52", Name: "Zofia Wilk 52", At: time.Now()}, "remove")
		c.page.Tell(gone, gone)
		until(t, "the review is taken back, once", func() bool {
			return c.count(t, `SELECT COUNT(*) FROM entry WHERE conversation_id = $1 AND kind = 'deletion'`, review) == 1
		})
		c.page.MentionsPage("53", "53_1", "nikt nie powiedział")
		c.page.Rates("54", "54_1", "positive", "")
		c.page.Comments("55", "54_1_c", "54_1", "", "zgadzam się")
		c.fetched(t)
		for _, name := range []string{"53_1", "54_1", "54_1_c"} {
			until(t, name+" is here", func() bool { return c.stored(t, name) == 1 })
		}
		if e := c.entry(t, in("54_1"), "👍"); e.ID == "" || in("54_1") != in("54_1_c") {
			t.Errorf("what a review without words says, and who answers it, do not stand together")
		}
		if n := c.fetched(t); n != "0" {
			t.Errorf("the second time %s are new", n)
		}
	})
}
