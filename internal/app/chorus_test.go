package app

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// asks has somebody ask under the post and returns the conversation.
func (c *crowd) asks(t *testing.T, psid, thread, text string) id.Conversation {
	t.Helper()
	c.comments(t, psid, rootOf(thread), "", text)
	return c.find(t, thread)
}

// count returns a number that a statement asks for.
func (c *crowd) count(t *testing.T, text string, args ...any) int {
	t.Helper()
	n, err := db.One[int](t.Context(), c.centre.app.db, text, args...)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// member is an agent of the queue who works on a thread.
func (c *crowd) member(t *testing.T, thread string) *caller {
	t.Helper()
	desk := c.centre.desk(c.point.ID, c.find)
	desk.Take(t, thread)
	return desk.work[thread]
}

// said waits until a common answer is in a state and returns it.
func (c *crowd) answered(t *testing.T, by *caller, key, state string) (body string) {
	t.Helper()
	until(t, "the answer is "+state, func() bool {
		body = by.call("GET", "/api/v1/common-answers/"+key, nil).body
		return strings.Contains(body, `"state":"`+state+`"`)
	})
	return body
}

// One public answer settles all who ask the same, at the moment when it can be read; each of them
// is led to it once. Who asks it afterwards is settled at once, and who insists comes before a person.
func TestOnePublicAnswerSettlesManyAndWhoJoins(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d).connectPage(t, "4101").crowd(t)
		c.centre.app.services.chorus.Undo = 0
		first := c.asks(t, "61", "a", "Kiedy wróci internet?")
		c.asks(t, "61", "b", "kiedy wroci internet???") // the same person again
		c.asks(t, "62", "c", "Internet kiedy wróci")
		other := c.asks(t, "63", "d", "Ile kosztuje instalacja?")
		apart := c.asks(t, "64", "e", "Kiedy wróci internet, proszę?")
		agent := c.member(t, "a")
		shown := agent.call("GET", at(first)+"/chorus", nil)
		if field(t, shown.body, "chorus.waiting") != "4" || field(t, shown.body, "chorus.voices") != "4" {
			t.Fatalf("%d %s", shown.status, shown.body)
		}
		chorus := field(t, shown.body, "chorus.id")
		agent.make("PUT", at(apart)+"/chorus", fields{"apart": true}, "")
		listed := agent.call("GET", "/api/v1/choruses", nil)
		if field(t, listed.body, "items.waiting") != "3" || field(t, listed.body, "items.channels") != "[facebook]" {
			t.Errorf("%s", listed.body)
		}
		if voices := agent.call("GET", "/api/v1/choruses/"+chorus+"/voices", nil); strings.Count(voices.body, "conversation_id") != 4 {
			t.Errorf("%s", voices.body)
		}
		key := agent.make("POST", "/api/v1/common-answers", fields{
			"chorus_id": chorus, "text": "Do 18:00.", "link": "private", "link_text": "Odpowiedzieliśmy pod postem:", "stands_hours": 24,
		}, "id")
		body := c.answered(t, agent, key, "standing")
		if field(t, body, "settled") != "3" || field(t, body, "total") != "3" {
			t.Errorf("%s", body)
		}
		c.checkSettled(t, 3)
		if n := c.count(t, `SELECT COUNT(*) FROM conversation WHERE id IN ($1, $2) AND waiting AND unanswered_since <> 0`, other, apart); n != 2 {
			t.Errorf("%d of two who ask something else wait", n)
		}
		late := c.asks(t, "65", "f", "kiedy wróci ten internet")
		if n := c.count(t, `SELECT COUNT(*) FROM conversation WHERE id = $1 AND NOT open AND unanswered_since = 0`, late); n != 1 {
			t.Error("who joins is not settled")
		}
		if n := c.count(t, `SELECT COUNT(*) FROM offer WHERE conversation_id = $1`, late); n != 0 {
			t.Error("who joins was offered")
		}
		c.checkPointers(t, agent, key)
		c.comments(t, "65", "f-again", rootOf("f"), "kiedy wróci internet???")
		until(t, "who insists waits", func() bool {
			return c.count(t, `SELECT COUNT(*) FROM conversation WHERE id = $1 AND waiting`, late) == 1
		})
		c.checkFollowUp(t, agent, key)
	})
}

// checkSettled fails unless as many were answered when everybody could read it.
func (c *crowd) checkSettled(t *testing.T, many int) {
	t.Helper()
	if n := c.count(t, `SELECT COUNT(*) FROM interaction i JOIN common_answer a ON a.said_at = i.replied_at WHERE i.state = 'closed' AND i.outcome = 'answered'`); n != many {
		t.Errorf("%d were answered at that moment", n)
	}
	if n := c.count(t, `SELECT COUNT(*) FROM entry WHERE code = 'answered_together'`); n != many {
		t.Errorf("%d conversations say so", n)
	}
	said := 0
	for _, call := range c.centre.graph.Calls() {
		if call.Action == "comment" && call.Target == c.post && call.Message.Text == "Do 18:00." {
			said++
		}
	}
	if said != 1 {
		t.Errorf("it was said %d times: %+v", said, c.centre.graph.Calls())
	}
}

// checkPointers fails unless each author was led to the answer once, in private.
func (c *crowd) checkPointers(t *testing.T, agent *caller, key string) {
	t.Helper()
	until(t, "each author is led to it", func() bool {
		return c.count(t, `SELECT COUNT(*) FROM entry WHERE kind = 'private_reply' AND delivery_state = 'sent'`) == 3
	})
	if n := c.count(t, `SELECT COUNT(*) FROM entry WHERE kind = 'private_reply' AND body LIKE '%https://www.facebook.com/%'`); n != 3 {
		t.Errorf("%d say where the answer is", n)
	}
	items := agent.call("GET", "/api/v1/common-answers/"+key+"/items", nil)
	if strings.Count(items.body, `"link":"sent"`) != 3 || strings.Count(items.body, `"link":"had"`) != 1 {
		t.Errorf("%s", items.body)
	}
}

// checkFollowUp has somebody say something under the answer, and fails unless that comes before a person.
func (c *crowd) checkFollowUp(t *testing.T, agent *caller, key string) {
	t.Helper()
	body := agent.call("GET", "/api/v1/common-answers/"+key, nil).body
	name, err := db.One[string](t.Context(), c.centre.app.db, `SELECT external_id FROM entry WHERE client_id = $1 AND kind = 'message'`, "common-"+key)
	if err != nil || name == "" {
		t.Fatalf("%q %v", name, err)
	}
	c.page.Tell(c.page.Told(name)) // it comes back, and is known
	c.comments(t, "66", "g-thanks", name, "A w Krakowie?")
	n := c.count(t, `SELECT COUNT(*) FROM conversation WHERE CAST(id AS TEXT) = $1 AND waiting AND customer_id <> 0`, field(t, body, "conversation_id"))
	if n != 1 {
		t.Error("who asks under the answer does not wait there")
	}
	stopped := agent.call("POST", "/api/v1/common-answers/"+key+"/stop", nil)
	if stopped.status != http.StatusOK || field(t, stopped.body, "state") != "ended" {
		t.Errorf("%d %s", stopped.status, stopped.body)
	}
	last := c.asks(t, "67", "h", "kiedy wróci internet?")
	if n := c.count(t, `SELECT COUNT(*) FROM conversation WHERE id = $1 AND waiting`, last); n != 1 {
		t.Error("the answer settles although it was stopped")
	}
}

// An answer can be taken back before it is said, and one that the provider refuses ends nobody's work.
func TestACommonAnswerIsTakenBackOrRefused(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t)).connectPage(t, "4102").crowd(t)
	first := c.asks(t, "61", "a", "Kiedy wróci internet?")
	c.asks(t, "62", "b", "kiedy wroci internet???")
	agent := c.member(t, "a")
	chorus := field(t, agent.call("GET", at(first)+"/chorus", nil).body, "chorus.id")
	ask := fields{"chorus_id": chorus, "text": "Do 18:00.", "link": "none", "stands_hours": 1}
	c.centre.app.services.chorus.Undo = time.Hour
	key := agent.make("POST", "/api/v1/common-answers", ask, "id")
	if twice := agent.call("POST", "/api/v1/common-answers", ask); twice.status != http.StatusConflict || !strings.Contains(twice.body, "common_answer.under_way") {
		t.Errorf("%d %s", twice.status, twice.body)
	}
	if back := agent.call("POST", "/api/v1/common-answers/"+key+"/cancel", nil); back.status != http.StatusOK || field(t, back.body, "state") != "cancelled" {
		t.Fatalf("%d %s", back.status, back.body)
	}
	stranger := c.member(t, "b")
	if got := stranger.call("POST", "/api/v1/common-answers/"+key+"/cancel", nil); got.status != http.StatusNotFound {
		t.Errorf("somebody else's: %d %s", got.status, got.body)
	}
	c.centre.app.services.chorus.Undo = 0
	c.page.Happens(c.post, "remove", func(s *metatest.Said) { s.Gone = true })
	failing := agent.make("POST", "/api/v1/common-answers", ask, "id")
	if body := c.answered(t, agent, failing, "failed"); field(t, body, "settled") != "0" {
		t.Errorf("%s", body)
	}
	if n := c.count(t, `SELECT COUNT(*) FROM interaction WHERE state = 'active'`); n != 2 {
		t.Errorf("%d of two are still worked on", n)
	}
	if n := c.count(t, `SELECT COUNT(*) FROM audit WHERE action IN ('common_answer.start', 'common_answer.cancel')`); n != 3 {
		t.Errorf("%d lines of the audit", n)
	}
}

// The answer can stand under one of the comments; the others are led to it in public.
func TestACommonAnswerStandsUnderOneOfThem(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t)).connectPage(t, "4103").crowd(t)
	c.centre.app.services.chorus.Undo = 0
	first := c.asks(t, "61", "a", "Kiedy wróci internet?")
	second := c.asks(t, "62", "b", "kiedy wroci internet???")
	other := c.asks(t, "63", "c", "Ile kosztuje instalacja?")
	agent := c.member(t, "a")
	ask := fields{
		"chorus_id": field(t, agent.call("GET", at(first)+"/chorus", nil).body, "chorus.id"), "text": "Do 18:00.",
		"link": "public", "link_text": "Tutaj:", "stands_hours": 0, "answers_id": c.entry(t, other, "Ile kosztuje instalacja?").ID,
	}
	if got := agent.call("POST", "/api/v1/common-answers", ask); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "answers_id") {
		t.Errorf("an answer to what is not in the chorus: %d %s", got.status, got.body)
	}
	ask["answers_id"] = c.entry(t, second, "kiedy wroci internet???").ID
	key := agent.make("POST", "/api/v1/common-answers", ask, "id")
	if body := c.answered(t, agent, key, "ended"); field(t, body, "settled") != "2" {
		t.Errorf("%s", body)
	}
	until(t, "the first is led to it", func() bool {
		for _, call := range c.centre.graph.Calls() {
			if call.Target == rootOf("a") && strings.HasPrefix(call.Message.Text, "Tutaj:\nhttps://www.facebook.com/") {
				return true
			}
		}
		return false
	})
	said := 0
	for _, call := range c.centre.graph.Calls() {
		if call.Action == "comment" && call.Target == rootOf("b") {
			said++
		}
	}
	if said != 1 {
		t.Errorf("under the second it is said %d times", said)
	}
	if reopened := agent.call("POST", at(first)+"/reopen", nil); reopened.status/100 != 2 {
		t.Errorf("it is not taken up again: %d %s", reopened.status, reopened.body)
	}
}

// At the limit an answer takes as many as it may; above it nothing is begun, and the agent is told how many it can be. Who
// joins when it is full comes before a person.
func TestACommonAnswerTakesNoMoreThanItMay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d).connectPage(t, "4104").crowd(t)
		c.centre.app.services.chorus.Undo, c.centre.app.services.chorus.Most = 0, 3
		first := c.asks(t, "61", "a", "Kiedy wróci internet?")
		for i, thread := range []string{"b", "c", "d"} {
			c.asks(t, fmt.Sprint(62+i), thread, "kiedy wroci internet???")
		}
		agent := c.member(t, "a")
		ask := fields{
			"chorus_id": field(t, agent.call("GET", at(first)+"/chorus", nil).body, "chorus.id"), "text": "Do 18:00.", "link": "public", "link_text": "Tutaj:", "stands_hours": 24,
		}
		refused := agent.call("POST", "/api/v1/common-answers", ask)
		if refused.status != http.StatusTooManyRequests || !strings.Contains(refused.body, "common_answer.too_many") || !strings.Contains(refused.body, "More than 3 conversations") {
			t.Errorf("%d %s", refused.status, refused.body)
		}
		if n := c.count(t, `SELECT (SELECT COUNT(*) FROM common_answer) + (SELECT COUNT(*) FROM common_answer_item) + (SELECT COUNT(*) FROM chorus WHERE answer_id <> 0)
			+ (SELECT COUNT(*) FROM audit WHERE action = 'common_answer.start') + (SELECT COUNT(*) FROM job WHERE kind LIKE 'chorus.%')`); n != 0 {
			t.Errorf("%d things are left of what was refused", n)
		}
		if n := c.count(t, `SELECT COUNT(*) FROM conversation WHERE open AND unanswered_since <> 0`); n != 4 {
			t.Errorf("%d of four still ask", n)
		}
		agent.make("PUT", at(c.find(t, "d"))+"/chorus", fields{"apart": true}, "")
		key := agent.make("POST", "/api/v1/common-answers", ask, "id")
		if body := c.answered(t, agent, key, "standing"); field(t, body, "settled") != "3" || field(t, body, "total") != "3" {
			t.Errorf("%s", body)
		}
		late := c.asks(t, "66", "e", "kiedy wróci internet?")
		if n := c.count(t, `SELECT COUNT(*) FROM conversation WHERE id IN ($1, $2) AND waiting AND unanswered_since <> 0`, late, c.find(t, "d")); n != 2 {
			t.Errorf("%d of two for whom there is no room wait for a person", n)
		}
		if body := agent.call("GET", "/api/v1/common-answers/"+key, nil).body; field(t, body, "total") != "3" {
			t.Errorf("%s", body)
		}
	})
}

// What nobody has joined for long is forgotten, but for what an answer is on its way to; answers are kept, and work goes on.
func TestOldChorusesAreForgotten(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d).connectPage(t, "4105").crowd(t)
		chorus := c.centre.app.services.chorus
		chorus.Undo = 0
		pair := func(a, b, text string) (id.Conversation, string) {
			first := c.asks(t, "61", a, text)
			c.asks(t, "62", b, text+"!!!")
			return first, field(t, c.centre.chief.call("GET", at(first)+"/chorus", nil).body, "chorus.id")
		}
		_, over := pair("a", "b", "Kiedy wróci internet?")
		open, under := pair("c", "d", "Ile kosztuje instalacja?")
		idle, _ := pair("e", "f", "Gdzie jest najbliższy salon?")
		fresh, _ := pair("g", "h", "Czy można zmienić umowę?")
		agent := c.member(t, "a")
		answer := func(key string, hours int) string {
			return agent.make("POST", "/api/v1/common-answers", fields{"chorus_id": key, "text": "Do 18:00.", "link": "none", "stands_hours": hours}, "id")
		}
		ended, standing := answer(over, 0), answer(under, 72)
		c.answered(t, agent, ended, "ended")
		c.answered(t, agent, standing, "standing")
		long := time.Now().Add(-61 * 24 * time.Hour)
		c.centre.must(d.Update(t.Context(), func(tx *db.Tx) error {
			_, err := db.Exec(t.Context(), tx, `UPDATE chorus SET last_at = $1 WHERE id NOT IN (SELECT chorus_id FROM chorus_voice WHERE conversation_id = $2)`, long, fresh)
			return err
		}))
		before := c.count(t, `SELECT COUNT(*) FROM common_answer_item`)
		c.centre.must(chorus.Prune(t.Context()))
		for what, want := range map[string]int{
			`SELECT COUNT(*) FROM chorus`: 2, `SELECT COUNT(*) FROM chorus_voice`: 4, `SELECT COUNT(*) FROM common_answer`: 2, `SELECT COUNT(*) FROM common_answer_item`: before,
			`SELECT COUNT(*) FROM conversation WHERE waiting AND unanswered_since <> 0`: 4,
		} {
			if n := c.count(t, what); n != want {
				t.Errorf("%s: %d, not %d", what, n, want)
			}
		}
		if body := agent.call("GET", "/api/v1/common-answers/"+ended+"/items", nil).body; strings.Count(body, `"state":"settled"`) != 2 {
			t.Errorf("what was answered is not known any more: %s", body)
		}
		late := c.asks(t, "63", "i", "ile kosztuje instalacja???")
		if n := c.count(t, `SELECT COUNT(*) FROM conversation WHERE id = $1 AND NOT open`, late); n != 1 {
			t.Error("an answer that stands settles nobody who joins")
		}
		_, again := pair("j", "k", "Gdzie jest najbliższy salon?")
		if again == "" || c.count(t, `SELECT COUNT(*) FROM chorus_voice WHERE conversation_id IN ($1, $2)`, idle, open) != 1 {
			t.Error("who says the same again begins no chorus of their own")
		}
	})
}
