package app

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// tags gives a conversation tags.
func (c *crowd) tags(key id.Conversation, tags ...string) {
	c.centre.chief.make("PUT", at(key)+"/tags", fields{"tags": tags}, "")
}

// matter waits until so many wait who are about what a conversation is about, and returns that.
func (c *crowd) matter(t *testing.T, by *caller, key id.Conversation, waiting string) (body string) {
	t.Helper()
	until(t, waiting+" wait together", func() bool {
		body = by.call("GET", at(key)+"/chorus", nil).body
		return strings.Contains(body, `"matters"`) && field(t, body, "matters.waiting") == waiting
	})
	return body
}

// posted returns the key of a post by its name at Meta.
func (c *crowd) posted(t *testing.T, name string) (key id.Post) {
	t.Helper()
	until(t, name+" is known", func() bool {
		found, there, err := db.Find[id.Post](t.Context(), c.centre.app.db, `SELECT id FROM post WHERE external_id = $1`, name)
		key = found
		return err == nil && there
	})
	return key
}

// publishes publishes another post, under which somebody comments.
func (c *crowd) publishes(t *testing.T, name, psid, thread, text string) id.Conversation {
	t.Helper()
	c.page.Tell(c.page.Publishes(name, "Prace w Gdyni"))
	c.page.Tell(c.page.Comments(psid, rootOf(thread), name, "", text))
	until(t, text+" is here", func() bool { return c.stored(t, rootOf(thread)) == 1 })
	return c.find(t, thread)
}

// part opens a case of a conversation that is a part of another.
func (c *crowd) part(key id.Conversation, whole string) string {
	made := c.centre.chief.make("POST", "/api/v1/cases", fields{"conversation_id": key, "subject": "Nie ma internetu"}, "id")
	c.centre.chief.make("POST", "/api/v1/cases/"+made+"/links", fields{"kind": "child_of", "case_id": whole}, "")
	return made
}

// closed waits until the work of a conversation is over.
func (c *crowd) closed(t *testing.T, key id.Conversation) {
	t.Helper()
	until(t, "it is settled", func() bool {
		return c.count(t, `SELECT COUNT(*) FROM conversation WHERE id = $1 AND NOT open AND unanswered_since = 0`, key) == 1
	})
}

// Who is about one topic stands together, whatever they say, under whichever post and on whichever channel; one answer under a
// post of ours settles them all, leads each of them to it, and settles who is about it later.
func TestOnePublicAnswerSettlesATopic(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d).connectPage(t, "4201").crowd(t)
		c.centre.app.services.chorus.Undo = 0
		gallery := c.centre.connectInstagram(t, "17841400000004201").gallery(t)
		second := c.page.ID + "_200"
		one := c.asks(t, "61", "a", "Kiedy wróci internet?")
		two := c.publishes(t, second, "62", "b", "U mnie w Gdyni cisza od rana")
		root := gallery.page.ID + "c"
		gallery.comments(t, "63", rootOf(root), "", "Halo, pracujecie nad tym?")
		three := gallery.find(t, root)
		four := c.asks(t, "64", "d", "Czemu nic nie ładuje?")
		apart := c.asks(t, "65", "e", "A telewizja?")
		other := c.asks(t, "66", "f", "Ile kosztuje instalacja?")
		for _, key := range []id.Conversation{one, two, three, apart} {
			c.tags(key, "Awaria Sieci")
		}
		c.tags(other, "cennik")
		c.centre.chief.make("POST", "/api/v1/cases", fields{"conversation_id": four, "subject": "Sieć", "topic": " Awaria  sieci"}, "")
		agent := c.member(t, "a")
		shown := c.matter(t, agent, one, "5")
		if field(t, shown, "matters.kind") != "topic" || field(t, shown, "matters.topic") != "awaria sieci" || strings.Contains(shown, "private") {
			t.Errorf("%s", shown)
		}
		chorus := field(t, shown, "matters.id")
		agent.make("PUT", at(apart)+"/chorus", fields{"apart": true, "chorus_id": chorus}, "")
		if listed := agent.call("GET", "/api/v1/choruses", nil); field(t, listed.body, "items.id") != chorus || field(t, listed.body, "items.waiting") != "4" ||
			field(t, listed.body, "items.channels") != "[facebook instagram_comments]" {
			t.Errorf("%s", listed.body)
		}
		c.checkPlaces(t, agent, chorus)
		c.checkStrangers(t, chorus, second)
		ask := fields{"chorus_id": chorus, "text": "Do 18:00.", "link": "public", "link_text": "Tutaj:", "stands_hours": 24}
		if got := agent.call("POST", "/api/v1/common-answers", ask); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "post_id") {
			t.Errorf("an answer that stands nowhere: %d %s", got.status, got.body)
		}
		ask["post_id"] = c.posted(t, second)
		key := agent.make("POST", "/api/v1/common-answers", ask, "id")
		if body := c.answered(t, agent, key, "standing"); field(t, body, "settled") != "4" || field(t, body, "total") != "4" {
			t.Errorf("%s", body)
		}
		c.checkTopicSettled(t, agent, key, second)
		if n := c.count(t, `SELECT COUNT(*) FROM conversation WHERE id IN ($1, $2) AND waiting AND unanswered_since <> 0`, other, apart); n != 2 {
			t.Errorf("%d of two who ask something else wait", n)
		}
		c.checkWhoJoinsATopic(t, agent, key)
	})
}

// checkPlaces fails unless the posts are named under which most of it waits, and then others of ours.
func (c *crowd) checkPlaces(t *testing.T, agent *caller, chorus string) {
	t.Helper()
	got := agent.call("GET", "/api/v1/choruses/"+chorus+"/places", nil)
	if strings.Count(got.body, `"post_id"`) != 3 || field(t, got.body, "items.waiting") != "2" || !strings.Contains(got.body, `"channel":"instagram_comments"`) {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// checkStrangers fails unless who reaches none of it settles none of it.
func (c *crowd) checkStrangers(t *testing.T, chorus, post string) {
	t.Helper()
	h := c.centre.house
	hire := func(name string, in account.NewUser) *caller {
		in.Roles = []account.RoleKey{account.RoleKey(actor.Agent)}
		return h.hire(h.tenants[0], name, in)
	}
	ask := fields{"chorus_id": chorus, "post_id": c.posted(t, post), "text": "Nie.", "link": "none", "stands_hours": 1}
	idle := hire("Of no queue", account.NewUser{AllBrands: true})
	if got := idle.call("POST", "/api/v1/common-answers", ask); got.status != http.StatusConflict || !strings.Contains(got.body, "common_answer.nobody") {
		t.Errorf("of no queue: %d %s", got.status, got.body)
	}
	if got := idle.call("GET", "/api/v1/choruses", nil); strings.Contains(got.body, chorus) {
		t.Errorf("of no queue: %s", got.body)
	}
	elsewhere := c.centre.chief.make("POST", "/api/v1/brands", fields{"name": "Inna", "color": "#0b7285", "languages": []string{"pl"}, "time_zone": "Europe/Warsaw"}, "id")
	brand, err := id.Parse[id.Brand](elsewhere)
	if err != nil {
		t.Fatal(err)
	}
	away := hire("Of another brand", account.NewUser{Brands: []id.Brand{brand}})
	for _, got := range []answer{away.call("POST", "/api/v1/common-answers", ask), away.call("GET", "/api/v1/choruses/"+chorus+"/places", nil)} {
		if got.status != http.StatusNotFound {
			t.Errorf("of another brand: %d %s", got.status, got.body)
		}
	}
}

// checkTopicSettled fails unless four were answered when it could be read, it was said once, and each was led to it.
func (c *crowd) checkTopicSettled(t *testing.T, agent *caller, key, post string) {
	t.Helper()
	if n := c.count(t, `SELECT COUNT(*) FROM interaction i JOIN common_answer a ON a.said_at = i.replied_at WHERE i.state = 'closed' AND i.outcome = 'answered'`); n != 4 {
		t.Errorf("%d were answered at that moment", n)
	}
	said := 0
	for _, call := range c.centre.graph.Calls() {
		if call.Message.Text == "Do 18:00." {
			said++
			if call.Action != "comment" || call.Target != post {
				t.Errorf("%+v", call)
			}
		}
	}
	if said != 1 {
		t.Errorf("it was said %d times", said)
	}
	until(t, "each author is led to it", func() bool {
		body := agent.call("GET", "/api/v1/common-answers/"+key+"/items", nil).body
		return strings.Count(body, `"link":"sent"`) == 4
	})
	until(t, "it has come to them", func() bool {
		return c.count(t, `SELECT COUNT(*) FROM entry WHERE client_id = $1 AND body LIKE 'Tutaj:%' AND delivery_state = 'sent'`, "common-"+key) == 4
	})
}

// checkWhoJoinsATopic fails unless who comes to the topic by a rule is settled, whoever is worked on is not, and an answer that was stopped settles nobody.
func (c *crowd) checkWhoJoinsATopic(t *testing.T, agent *caller, key string) {
	t.Helper()
	c.centre.chief.make("POST", "/api/v1/rules", fields{"brand_id": c.centre.brand, "name": "Awarie", "active": true, "program": fields{
		"when": fields{"on": "message.in"}, "if": fields{"field": "message.text", "op": "contains", "values": []string{"łącza"}},
		"do": []fields{{"do": "add_tags", "tags": []string{"awaria sieci"}}},
	}}, "")
	c.closed(t, c.asks(t, "71", "g", "Nie mam łącza"))
	if body := agent.call("GET", "/api/v1/common-answers/"+key, nil).body; field(t, body, "total") != "5" || field(t, body, "settled") != "5" {
		t.Errorf("%s", body)
	}
	mine := c.asks(t, "72", "h", "Dzień dobry")
	c.member(t, "h")
	c.tags(mine, "awaria sieci")
	until(t, "it belongs to the topic", func() bool {
		return c.count(t, `SELECT COUNT(*) FROM chorus_voice WHERE conversation_id = $1 AND kind = 'topic'`, mine) == 1
	})
	agent.make("POST", "/api/v1/common-answers/"+key+"/stop", nil, "")
	last := c.asks(t, "73", "i", "I znowu bez łącza")
	until(t, "it belongs to the topic", func() bool {
		return c.count(t, `SELECT COUNT(*) FROM chorus_voice WHERE conversation_id = $1 AND kind = 'topic'`, last) == 1
	})
	if n := c.count(t, `SELECT COUNT(*) FROM conversation WHERE id IN ($1, $2) AND open`, mine, last); n != 2 {
		t.Errorf("%d of two are open: one is worked on, and for the other nothing stands any more", n)
	}
	if n := c.count(t, `SELECT COUNT(*) FROM common_answer_item WHERE conversation_id IN ($1, $2)`, mine, last); n != 0 {
		t.Errorf("%d items", n)
	}
	c.checkClosedAreForgotten(t)
	c.tags(last, "inne") // it was something else
	until(t, "it leaves the topic", func() bool {
		return c.count(t, `SELECT COUNT(*) FROM chorus_voice v JOIN chorus h ON h.tenant_id = v.tenant_id AND h.id = v.chorus_id
			WHERE v.conversation_id = $1 AND h.topic = 'awaria sieci'`, last) == 0
	})
}

// checkClosedAreForgotten fails unless it is forgotten after some days who was in a topic and is closed, and kept who is open.
func (c *crowd) checkClosedAreForgotten(t *testing.T) {
	t.Helper()
	s := c.centre.app.services.chorus
	open := c.count(t, `SELECT COUNT(*) FROM chorus_voice v JOIN conversation c ON c.tenant_id = v.tenant_id AND c.id = v.conversation_id WHERE v.kind = 'topic' AND c.open`)
	long := time.Now().Add(-73 * time.Hour)
	c.centre.must(c.centre.app.db.Update(t.Context(), func(tx *db.Tx) error {
		_, err := db.Exec(t.Context(), tx, `UPDATE chorus_voice SET at = $1 WHERE kind = 'topic'`, long)
		return err
	}))
	c.centre.must(s.Prune(t.Context()))
	if n := c.count(t, `SELECT COUNT(*) FROM chorus_voice WHERE kind = 'topic'`); n != open || open == 0 {
		t.Errorf("%d are known, of which %d are open", n, open)
	}
}

// Whose cases are parts of one outage stand together, in public and in private. The answer stands once where everybody reads it;
// who asked in private gets it in their conversation. It can be taken back, and settles whose case becomes a part later.
func TestOneAnswerSettlesAnOutage(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d).connectPage(t, "4202").crowd(t)
		public := c.asks(t, "61", "a", "Kiedy wróci internet?")
		private := c.writes(t, "62", "m_one", "Nie działa mi internet")
		agent := c.member(t, "a")
		whole := c.centre.chief.make("POST", "/api/v1/cases", fields{"brand_id": c.centre.brand, "subject": "Awaria w Gdyni"}, "id")
		c.part(public, whole)
		c.part(private, whole)
		shown := c.matter(t, agent, public, "2")
		if field(t, shown, "matters.kind") != "outage" || field(t, shown, "matters.private") != "1" || field(t, shown, "matters.channels") != "[facebook messenger]" {
			t.Errorf("%s", shown)
		}
		if named := c.centre.chief.call("GET", at(public)+"/chorus", nil).body; field(t, named, "matters.case.subject") != "Awaria w Gdyni" || field(t, named, "matters.case.id") != whole {
			t.Errorf("%s", named)
		}
		ask := fields{"chorus_id": field(t, shown, "matters.id"), "post_id": c.posted(t, c.post), "text": "Do 18:00.", "link": "none", "stands_hours": 24}
		c.centre.app.services.chorus.Undo = time.Hour
		back := agent.make("POST", "/api/v1/common-answers", ask, "id")
		if got := agent.call("POST", "/api/v1/common-answers/"+back+"/cancel", nil); field(t, got.body, "state") != "cancelled" {
			t.Errorf("%d %s", got.status, got.body)
		}
		if n := c.count(t, `SELECT COUNT(*) FROM conversation WHERE open AND unanswered_since <> 0`) + c.count(t, `SELECT COUNT(*) FROM common_answer_item WHERE state = 'cancelled'`); n != 4 {
			t.Errorf("%d of two that are open and two that were passed by", n)
		}
		c.centre.app.services.chorus.Undo = 0
		key := agent.make("POST", "/api/v1/common-answers", ask, "id")
		if body := c.answered(t, agent, key, "standing"); field(t, body, "settled") != "2" || field(t, body, "total") != "2" {
			t.Errorf("%s %s", body, agent.call("GET", "/api/v1/common-answers/"+key+"/items", nil).body)
		}
		if n := c.count(t, `SELECT COUNT(*) FROM interaction WHERE state = 'closed' AND outcome = 'answered' AND replied_at <> 0`); n != 2 {
			t.Errorf("%d of two count as answered", n)
		}
		c.checkGiven(t, private)
		late := c.writes(t, "63", "m_two", "U mnie też nie działa")
		c.part(late, whole)
		c.closed(t, late)
		c.checkGiven(t, late)
		c.page.Post(c.page.Writes("63", "m_three", "Nadal nie działa"))
		until(t, "who insists waits", func() bool {
			return c.count(t, `SELECT COUNT(*) FROM conversation WHERE id = $1 AND waiting`, late) == 1
		})
	})
}

// writes has somebody write to the page in private.
func (c *crowd) writes(t *testing.T, psid, name, text string) (key id.Conversation) {
	t.Helper()
	c.page.Post(c.page.Writes(psid, name, text))
	until(t, text+" is here", func() bool {
		key = c.private(t, psid)
		return key != 0
	})
	return key
}

// checkGiven fails unless a private conversation got the answer, once.
func (c *crowd) checkGiven(t *testing.T, key id.Conversation) {
	t.Helper()
	until(t, "it gets the answer", func() bool {
		return c.count(t, `SELECT COUNT(*) FROM entry WHERE conversation_id = $1 AND body = 'Do 18:00.' AND author = 'agent' AND delivery_state = 'sent'`, key) == 1
	})
}

// What a private channel does not carry is not settled: its item says why, and the work goes on.
func TestWhatAPrivateChannelDoesNotCarryGoesOn(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t)).connectPage(t, "4203").crowd(t)
	c.centre.app.services.chorus.Undo = 0
	public := c.asks(t, "61", "a", "Kiedy wróci internet?")
	private := c.writes(t, "62", "m_one", "Nie działa mi internet")
	agent := c.member(t, "a")
	whole := c.centre.chief.make("POST", "/api/v1/cases", fields{"brand_id": c.centre.brand, "subject": "Awaria w Gdyni"}, "id")
	c.part(public, whole)
	c.part(private, whole)
	chorus := field(t, c.matter(t, agent, public, "2"), "matters.id")
	key := agent.make("POST", "/api/v1/common-answers", fields{
		"chorus_id": chorus, "post_id": c.posted(t, c.post), "text": strings.Repeat("Pracujemy nad tym. ", 150), "link": "none", "stands_hours": 0,
	}, "id")
	if body := c.answered(t, agent, key, "ended"); field(t, body, "settled") != "1" || field(t, body, "total") != "2" {
		t.Errorf("%s", body)
	}
	items := c.centre.chief.call("GET", "/api/v1/common-answers/"+key+"/items", nil).body
	if strings.Count(items, `"state":"skipped"`) != 1 || !strings.Contains(items, `"code":"`) {
		t.Errorf("%s", items)
	}
	if n := c.count(t, `SELECT COUNT(*) FROM conversation WHERE id = $1 AND waiting AND unanswered_since <> 0`, private); n != 1 {
		t.Error("who got no answer does not wait")
	}
}
