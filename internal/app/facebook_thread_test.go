package app

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/channel/facebook"
	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// fetched has what was missed fetched, and returns how much of it is new.
func (f *pageFolk) fetched(t *testing.T) string {
	t.Helper()
	got := f.centre.chief.call("POST", f.path()+"/catch-up", nil)
	if got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	return field(t, got.body, "fresh")
}

// What was not posted to us is fetched: what customers wrote and what colleagues answered in Meta's inbox, each once.
func TestWhatWasMissedIsFetched(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		f := c.connectPage(t, "6666")
		desk := c.desk(f.key, f.find)
		f.writes(t, desk, "a", "pierwsza")
		desk.Take(t, "a")
		ours := desk.Reply(t, "a", "nasza odpowiedź")
		until(t, "it is sent", func() bool { return len(f.Got(t)) == 1 })
		for _, thread := range []string{"a", "b", "c"} { // more than one page of Graph's list
			f.page.Writes(psidOf(thread), "m_missed_"+thread, "przegapiona "+thread, metatest.File("file", c.graph.File("umowa.txt", []byte("treść"))))
			f.page.Native(psidOf(thread), "m_native_"+thread, "z telefonu "+thread)
		}
		f.page.Native(psidOf("d"), "m_first", "napisaliśmy pierwsi")
		// The echo of our own answer was not posted either; it is known by its name.
		f.fetched(t) // how much of it is new is not sure: the house looks by itself every quarter of an hour
		for _, thread := range []string{"a", "b", "c"} {
			until(t, "all of it is here", func() bool {
				all := desk.Entries(t, thread)
				return has(all, "przegapiona "+thread) && has(all, "z telefonu "+thread)
			})
		}
		until(t, "a thread that we began is here", func() bool { return has(desk.Entries(t, "d"), "napisaliśmy pierwsi") })
		if n := f.fetched(t); n != "0" {
			t.Errorf("the second time %s are new", n)
		}
		n := 0
		for _, e := range desk.Entries(t, "a") {
			if e.Text == "nasza odpowiedź" {
				n++
			}
		}
		if n != 1 || ours == 0 {
			t.Errorf("our answer is there %d times", n)
		}
	})
}

// Who has no name gets the one that Meta knows; who does not let us know it stays without, and nothing waits for either.
func TestPeopleGetTheirNames(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	f := c.connectPage(t, "7777")
	desk := c.desk(f.key, f.find)
	f.page.Person(psidOf("open"), "Zażółć", "Gęślą")
	f.page.Person(psidOf("private"), "Nobody", "Knows").Private = true
	f.writes(t, desk, "open", "to ja")
	f.writes(t, desk, "private", "nie powiem kto")
	name := func(thread string) string {
		row := c.chief.call("GET", "/api/v1/conversations/"+f.find(t, thread).String(), nil)
		return field(t, row.body, "customer.name")
	}
	until(t, "the name is there", func() bool { return name("open") == "Zażółć Gęślą" })
	if got := name("private"); strings.Contains(got, "Nobody") {
		t.Errorf("%q", got)
	}
}

// Files go both ways: those of customers are copied at once, ours are brought to Meta before the first part is sent.
func TestFilesGoBothWays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		f := c.connectPage(t, "8888")
		desk := c.desk(f.key, f.find)
		address := c.graph.File("umowa.txt", []byte("treść umowy"))
		f.page.Post(f.page.Writes(psidOf("files"), "m_file", "w załączniku", metatest.File("file", address)))
		until(t, "the file is here", func() bool {
			n, err := db.One[int](t.Context(), c.app.db, `SELECT COUNT(*) FROM entry WHERE attachments LIKE '%umowa.txt%'`)
			return err == nil && n == 1
		})
		desk.Take(t, "files")
		agent := desk.work["files"]
		conversation := "/api/v1/conversations/" + f.find(t, "files").String()
		up := agent.call("POST", "/api/v1/attachments", raw(picture()))
		if up.status != http.StatusCreated {
			t.Fatalf("%d %s", up.status, up.body)
		}
		sent := agent.call("POST", conversation+"/replies", fields{"text": "i odpowiedź", "client_id": "with-file", "based_on_seq": 1, "force": true, "attachment_ids": []string{field(t, up.body, "id")}})
		if sent.status/100 != 2 {
			t.Fatalf("%d %s", sent.status, sent.body)
		}
		until(t, "both parts are there", func() bool { return len(messagesTo(c.graph)) == 2 })
		calls := messagesTo(c.graph)
		if calls[0].Message.Text != "i odpowiedź" || calls[1].Message.Kind != "image" || string(c.graph.Uploaded(calls[1].Message.File)) != string(picture()) {
			t.Errorf("%+v", calls)
		}
		before := len(desk.Entries(t, "files"))
		f.page.Post(calls[0].Message.Echo(), calls[1].Message.Echo())
		f.writes(t, desk, "files", "dziękuję")
		if after := len(desk.Entries(t, "files")); after != before+1 {
			t.Errorf("the echoes are shown beside: %d entries, then %d", before, after)
		}
		// Meta lists both parts where what was missed is asked for; they are one answer still.
		f.fetched(t)
		f.writes(t, desk, "files", "i jeszcze")
		if after := len(desk.Entries(t, "files")); after != before+2 {
			t.Errorf("what is fetched is shown beside: %d entries, then %d", before, after)
		}
		f.page.Post(reactionTo(f, "files", calls[1].Message.ID))
		until(t, "who likes the file likes the answer", func() bool {
			return slices.ContainsFunc(desk.Entries(t, "files"), func(e channeltest.Seen) bool {
				return e.Kind == "reaction" && e.Target == answerTo(t, desk, "files", "i odpowiedź")
			})
		})
	})
}

// A file of an answer whose outcome was lost is known when it comes back, and is not shown again where what was missed is fetched.
func TestAFileOfALostAnswerIsKnown(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	f := c.connectPage(t, "8889")
	desk := c.desk(f.key, f.find)
	f.writes(t, desk, "lost", "proszę o zdjęcie")
	desk.Take(t, "lost")
	up := desk.work["lost"].call("POST", "/api/v1/attachments", raw(picture()))
	c.graph.Next("", metatest.Silent)
	desk.done(t, "lost", "/replies", fields{"text": "oto ono", "client_id": "lost", "based_on_seq": 0, "force": true, "attachment_ids": []string{field(t, up.body, "id")}})
	stands(t, desk, "lost", "oto ono", "ambiguous")
	before := len(desk.Entries(t, "lost"))
	calls := messagesTo(c.graph)
	f.page.Post(calls[0].Message.Echo())
	f.writes(t, desk, "lost", "tylko tekst")
	stands(t, desk, "lost", "oto ono", "ambiguous") // the text says nothing of the file behind it
	f.page.Post(calls[1].Message.Echo())
	stands(t, desk, "lost", "oto ono", "sent")
	f.fetched(t)
	f.writes(t, desk, "lost", "dziękuję")
	if after := len(desk.Entries(t, "lost")); after != before+2 {
		t.Errorf("%+v", desk.Entries(t, "lost")[before:])
	}
}

// reactionTo is that a customer puts a heart to a message of a page.
func reactionTo(f *pageFolk, thread, mid string) metatest.Event {
	e := metatest.Between(psidOf(thread), f.page.ID, time.Now())
	e["reaction"] = metatest.Event{"reaction": "love", "emoji": "❤️", "action": "react", "mid": mid}
	return e
}

// answerTo returns the answer of ours with a text.
func answerTo(t *testing.T, desk *testDesk, thread, text string) id.Entry {
	t.Helper()
	for _, e := range desk.Entries(t, thread) {
		if e.Kind == "message" && e.Author == "agent" && e.Text == text {
			return e.ID
		}
	}
	t.Fatalf("nobody has answered %q", text)
	return 0
}

// After a day a page speaks only as a person, where Meta has given leave, and after seven days not at all.
func TestAPersonMayAnswerForSevenDays(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	c.graph.Grant()
	f := c.connectPage(t, "9999")
	desk := c.desk(f.key, f.find)
	f.writes(t, desk, "slow", "kiedy dostanę paczkę")
	desk.Take(t, "slow")
	ago := func(d time.Duration) {
		c.must(c.app.db.Update(t.Context(), func(tx *db.Tx) error {
			_, err := db.Exec(t.Context(), tx, `UPDATE entry SET occurred_at = $1 WHERE author = 'customer'`, time.Now().Add(-d))
			return err
		}))
		f.page.Heard(psidOf("slow"), time.Now().Add(-d))
	}
	reply := func(text string) answer {
		return desk.work["slow"].call("POST", "/api/v1/conversations/"+f.find(t, "slow").String()+"/replies", fields{"text": text, "client_id": text, "based_on_seq": 0, "force": true})
	}
	ago(2 * 24 * time.Hour)
	if got := reply("za późno"); got.status != http.StatusConflict || !strings.Contains(got.body, "reply.window_closed") {
		t.Errorf("without leave: %d %s", got.status, got.body)
	}
	if got := c.chief.call("PATCH", f.path(), fields{"settings": fields{"human_agent": true}}); got.status != http.StatusOK {
		t.Fatal(got.body)
	}
	row := c.chief.call("GET", "/api/v1/conversations/"+f.find(t, "slow").String(), nil)
	closes, err := time.Parse(time.RFC3339, field(t, row.body, "writable_until"))
	if err != nil || time.Until(closes).Round(time.Hour) != 5*24*time.Hour {
		t.Errorf("it closes at %s: %v", closes, err)
	}
	if got := reply("jednak zdążę"); got.status/100 != 2 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	until(t, "it is sent as a person's", func() bool {
		return len(messagesTo(c.graph)) == 1 && messagesTo(c.graph)[0].Message.Tag == "HUMAN_AGENT"
	})
	ago(8 * 24 * time.Hour)
	if got := reply("naprawdę za późno"); got.status != http.StatusConflict {
		t.Errorf("after a week: %d %s", got.status, got.body)
	}
}

// A part that Meta refuses after another went out fails the answer, which is not sent again by itself: the customer has half of it.
func TestHalfAnAnswerIsNotSentAgain(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	f := c.connectPage(t, "1212")
	desk := c.desk(f.key, f.find)
	f.writes(t, desk, "half", "proszę o fakturę")
	desk.Take(t, "half")
	agent := desk.work["half"]
	up := agent.call("POST", "/api/v1/attachments", raw(picture()))
	c.graph.Next("", metatest.Refused)
	sent := agent.call("POST", "/api/v1/conversations/"+f.find(t, "half").String()+"/replies", fields{
		"text": "faktura", "client_id": "half", "based_on_seq": 1, "force": true, "attachment_ids": []string{field(t, up.body, "id")},
	})
	if sent.status/100 != 2 {
		t.Fatalf("%d %s", sent.status, sent.body)
	}
	of := func() (found channeltest.Seen) {
		for _, e := range desk.Entries(t, "half") {
			if e.Text == "faktura" {
				found = e
			}
		}
		return found
	}
	until(t, "it is told", func() bool { return of().Delivery == "failed" && of().Reason == "meta.partly_sent" })
	f.page.Post(messagesTo(c.graph)[0].Message.Echo())
	f.writes(t, desk, "half", "gdzie ona jest")
	if e := of(); e.Delivery != "failed" || len(messagesTo(c.graph)) != 1 {
		t.Errorf("%+v, and Meta has %+v", e, messagesTo(c.graph))
	}
}

// Pages are looked after without anybody asking: what Meta has stopped to tell of is mended, and what was missed comes.
func TestPagesAreTended(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		f := c.connectPage(t, "1313")
		desk := c.desk(f.key, f.find)
		f.page.Unsubscribe()
		f.page.Writes(psidOf("quiet"), "m_quiet", "nikt mnie nie słyszy")
		aDayLater := func() {
			c.must(d.Update(t.Context(), func(tx *db.Tx) error {
				_, err := db.Exec(t.Context(), tx, `UPDATE channel_account SET checked_at = 0`)
				return err
			}))
		}
		c.tended(t, "what was missed comes, and the page tells of all again", aDayLater, func() bool {
			return has(desk.Entries(t, "quiet"), "nikt mnie nie słyszy") && len(f.page.Subscribed()) == len(facebook.Fields())
		})
		c.graph.Next(metatest.Expired)
		f.page.Post(f.page.Writes(psidOf("quiet"), "m_more", "halo"))
		until(t, "it comes", func() bool { return has(desk.Entries(t, "quiet"), "halo") })
		desk.Take(t, "quiet")
		desk.Reply(t, "quiet", "już jestem")
		until(t, "the access is seen to have ended", func() bool { return field(t, c.chief.call("GET", f.path(), nil).body, "health") == "failing" })
		c.graph.Renew()
		c.tended(t, "it is seen to be well again", func() {}, func() bool { return field(t, c.chief.call("GET", f.path(), nil).body, "health") == "ok" })
	})
}

// tended has all accounts looked at as they are after prepare, until something has happened. While a look
// is not over an account gets no other: so it is asked for again.
func (c *callCentre) tended(t *testing.T, what string, prepare func(), happened func() bool) {
	t.Helper()
	until(t, what, func() bool {
		if happened() {
			return true
		}
		prepare()
		c.must(c.app.services.accounts.Tend(t.Context(), channel.Tend{}))
		return false
	})
}

// messagesTo returns the messages that Meta was given, without marks that somebody has read or types.
func messagesTo(g *metatest.Graph) []metatest.Call {
	return slices.DeleteFunc(g.Calls(), func(c metatest.Call) bool { return c.Action != "" })
}
