package public_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestAVisitorIsAnsweredAndJudges(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := open(t, d)
		_, tab := newcomer(c)
		st := tab.begin("open-0001")
		if st.Phase != webchat.PhaseQueued {
			t.Fatalf("opened in %+v", st)
		}
		key := st.Conversation
		if said := tab.say(key, "say-00001", "Nie działa internet"); said.Seq == 0 || said.At.IsZero() {
			t.Errorf("said %+v", said)
		}
		tab.hears("Dzień dobry!")
		if e := tab.hears("Nie działa internet"); e.CID != "say-00001" || e.Author.Kind != webchat.AuthorVisitor {
			t.Errorf("own entry %+v", e)
		}
		var waits webchat.State
		tab.next("state", &waits, func() bool { return waits.Position == 1 })

		it := c.take(key)
		if st := tab.phase(webchat.PhaseActive); st.Agent == nil || st.Agent.Name != "Ola" || st.Agent.Initials != "ON" || st.Delivered == 0 {
			t.Errorf("active %+v %+v", st, st.Agent)
		}
		c.reply(key, "Już sprawdzam")
		e := tab.hears("Już sprawdzam")
		if e.Author.Kind != webchat.AuthorAgent || e.Author.Name != "Ola" || e.CID != "" {
			t.Errorf("reply %+v", e)
		}
		tab.send(&webchat.VisitorRead{Conversation: key, Seq: e.Seq})
		var read webchat.State
		tab.next("state", &read, func() bool { return read.VisitorRead == e.Seq })
		if got := c.entries(key)[e.Seq-1].DeliveryState; got != conversation.Read {
			t.Errorf("delivery %q", got)
		}
		c.must(c.routing.EndContact(c.asAgent(), it.ID))
		if st := tab.phase(webchat.PhaseWrapUp); st.Survey != webchat.SurveyAsked {
			t.Errorf("wrap-up %+v", st)
		}
		tab.send(&webchat.Survey{CID: "judge-001", Conversation: key, Stars: 5, Comment: "Szybko!"})
		tab.next("done", &webchat.Done{})
		var judged webchat.State
		tab.next("state", &judged, func() bool { return judged.Survey == webchat.SurveyDone })
		stars, err := db.One[int](t.Context(), d, `SELECT stars FROM survey_answer`)
		if err != nil || stars != 5 {
			t.Errorf("%d stars %v", stars, err)
		}
	})
}

func TestSaidTwiceIsThereOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := open(t, d)
		token, tab := newcomer(c)
		key := tab.begin("open-0001").Conversation
		if again := tab.begin("open-0001").Conversation; again != key {
			t.Errorf("opened twice: %v and %v", key, again)
		}
		if other := tab.begin("open-0002").Conversation; other != key {
			t.Errorf("two open conversations: %v and %v", key, other)
		}
		first := tab.say(key, "say-00001", "raz")
		second := tab.say(key, "say-00001", "raz")
		third, _ := c.enter(webchat.Hello{Token: token})
		over := third.say(key, "say-00001", "raz")
		var http webchat.Said
		raw, err := webchat.Encode(&webchat.Say{CID: "say-00001", Conversation: key, Text: "raz"})
		c.must(err)
		a := c.ask("POST", "/w/messages", raw, bearer(token)...)
		var f frame
		c.must(json.Unmarshal(a.body, &f))
		c.must(json.Unmarshal(f.Data, &http))
		for _, s := range []webchat.Said{second, over, http} {
			if s.Seq != first.Seq || s.Conversation != key || !s.At.Equal(first.At) {
				t.Errorf("%+v, first %+v", s, first)
			}
		}
		n := 0
		for _, e := range c.entries(key) {
			if e.Kind == conversation.Message {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d messages", n)
		}
	})
}

func TestComingBackBringsExactlyWhatWasMissed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := open(t, d)
		token, tab := newcomer(c)
		key := tab.begin("open-0001").Conversation
		tab.say(key, "say-00001", "jeden")
		c.take(key)
		seen := tab.hears("jeden").Seq
		c.must(tab.ws.CloseNow())
		for i := range 3 {
			c.reply(key, fmt.Sprintf("odpowiedź %d", i))
		}
		back, w := c.enter(webchat.Hello{Token: token, Conversation: key, Seq: seen})
		if w.State == nil || w.State.Conversation != key || w.State.Phase != webchat.PhaseActive {
			t.Fatalf("welcome %+v", w)
		}
		last := back.hears("odpowiedź 2").Seq
		var texts []string
		for _, f := range back.settle() {
			if f.Type == "entry" {
				var e webchat.EntryFrame
				c.must(json.Unmarshal(f.Data, &e))
				if e.Kind == webchat.EntryMessage { // that the agent joined is an entry too
					texts = append(texts, e.Text)
				}
			}
		}
		if got := strings.Join(texts, ","); got != "odpowiedź 0,odpowiedź 1" { // the last was taken out above
			t.Errorf("replayed %q", got)
		}
		again, _ := c.enter(webchat.Hello{Token: token, Conversation: key, Seq: last})
		for _, f := range again.settle() {
			if f.Type == "entry" {
				t.Errorf("nothing was missed, but %s came", f.Data)
			}
		}
	})
}

func TestALongAbsenceIsAResync(t *testing.T) {
	t.Parallel()
	c := open(t, dbtest.SQLite(t))
	token, tab := newcomer(c)
	key := tab.begin("open-0001").Conversation
	tab.say(key, "say-00001", "jeden")
	c.take(key)
	c.must(tab.ws.CloseNow())
	for i := range webchat.ReplayMax + 5 {
		c.reply(key, fmt.Sprintf("linia %d", i))
	}
	back, _ := c.enter(webchat.Hello{Token: token})
	var r webchat.Resync
	back.next("resync", &r)
	if r.Conversation != key {
		t.Errorf("resync %+v", r)
	}
	after, pages, total := int64(0), 0, 0
	for more := true; more; pages++ {
		a := c.ask("GET", fmt.Sprintf("/w/entries?conversation=%s&after=%d", key, after), nil, bearer(token)...)
		var page webchat.Entries
		c.must(json.Unmarshal(a.body, &page))
		for _, e := range page.Entries {
			if e.Seq <= after {
				t.Fatalf("entry %d after %d", e.Seq, after)
			}
			after = e.Seq
		}
		total, more = total+len(page.Entries), page.More
	}
	if pages < 3 || total != webchat.ReplayMax+5+3 { // and the greeting, the question and that the agent joined
		t.Errorf("%d entries on %d pages", total, pages)
	}
	c.reply(key, "na żywo")
	back.hears("na żywo")
}

func TestTwoTabsSeeTheSame(t *testing.T) {
	t.Parallel()
	c := open(t, dbtest.SQLite(t))
	token, one := newcomer(c)
	key := one.begin("open-0001").Conversation
	two, w := c.enter(webchat.Hello{Token: token})
	if w.State == nil || w.State.Conversation != key {
		t.Fatalf("the second tab is at %+v", w.State)
	}
	one.say(key, "say-00001", "z pierwszej")
	two.hears("z pierwszej")
	two.say(key, "say-00002", "z drugiej")
	one.hears("z drugiej")
	two.send(&webchat.End{CID: "end-00001", Conversation: key})
	two.next("done", &webchat.Done{})
	one.hears(webchat.EventEndedByVisitor)
	one.phase(webchat.PhaseClosed)
}

func TestNotesNeverReachAVisitor(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const secret = "klient zalega z płatnościami"
		c := open(t, d)
		token, tab := newcomer(c)
		key := tab.begin("open-0001").Conversation
		tab.say(key, "say-00001", "dzień dobry")
		it := c.take(key)
		c.must(d.Update(c.ctx, func(tx *db.Tx) error {
			row, err := c.conversations.Lock(c.ctx, tx, key)
			if err != nil {
				return err
			}
			for _, n := range []conversation.NewEntry{
				{Kind: conversation.Note, Author: conversation.ByAgent, User: c.agent.User, Text: secret},
				{Kind: conversation.System, Author: conversation.BySystem, Code: "finished", Text: secret},
				{Kind: conversation.System, Author: conversation.BySystem, Code: "transferred", Text: secret, Data: json.RawMessage(`{"queue":"` + secret + `"}`)},
				{Kind: conversation.System, Author: conversation.BySystem, Code: "prechat", Data: json.RawMessage(`{"x":"` + secret + `"}`)},
				{Kind: conversation.Survey, Author: conversation.ByCustomer, Text: secret},
			} {
				if _, _, err := c.conversations.Append(c.ctx, tx, &row, n); err != nil {
					return err
				}
			}
			return nil
		}))
		c.reply(key, "już jestem")
		tab.hears("już jestem")
		_ = it
		told := tab.came()
		for _, f := range tab.settle() {
			told += string(f.Data)
		}
		back, _ := c.enter(webchat.Hello{Token: token})
		back.hears("już jestem")
		for _, f := range back.settle() {
			told += string(f.Data)
		}
		told += string(c.ask("GET", "/w/entries?after=0", nil, bearer(token)...).body)
		v := c.visit(webchat.VisitorRequest{Token: token})
		told += fmt.Sprint(v)
		if strings.Contains(told, secret) {
			t.Error("a note went out")
		}
		if len(v.Conversations) != 1 || v.Conversations[0].Text != "już jestem" || v.Conversations[0].Unread == 0 {
			t.Errorf("history %+v", v.Conversations)
		}
	})
}

func TestAnothersConversationDoesNotExist(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := open(t, d)
		_, tab := newcomer(c)
		key := tab.begin("open-0001").Conversation
		tab.say(key, "say-00001", "moje")
		token, thief := newcomer(c)
		thief.begin("open-0009")
		for _, m := range []webchat.Message{
			&webchat.Say{CID: "steal-001", Conversation: key, Text: "x"},
			&webchat.End{CID: "steal-002", Conversation: key},
			&webchat.Survey{CID: "steal-003", Conversation: key, Stars: 1},
			&webchat.VisitorRead{Conversation: key, Seq: 1},
			&webchat.VisitorTyping{Conversation: key, On: true},
		} {
			thief.send(m)
			if f := thief.refused(); f.Code != webchat.CodeNoConversation || f.Text == "" {
				t.Errorf("%T: %+v", m, f)
			}
		}
		a := c.ask("GET", "/w/entries?conversation="+key.String(), nil, bearer(token)...)
		if a.status != http.StatusNotFound || a.code() != webchat.CodeNoConversation {
			t.Errorf("entries: %d %s", a.status, a.body)
		}
		_, w := c.enter(webchat.Hello{Token: token, Conversation: key})
		if w.State == nil || w.State.Conversation == key {
			t.Errorf("hello led to %+v", w.State)
		}
		if row := c.row(key); row.LastAuthor != conversation.ByCustomer || !row.Open {
			t.Errorf("touched: %+v", row)
		}
	})
}

func TestEndWhileWaitingIsAbandoned(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := open(t, d)
		_, tab := newcomer(c)
		key := tab.begin("open-0001").Conversation
		tab.say(key, "say-00001", "jednak nie")
		for range 2 { // the answer may get lost
			tab.send(&webchat.End{CID: "end-00001", Conversation: key})
			tab.next("done", &webchat.Done{})
		}
		tab.hears(webchat.EventEndedByVisitor)
		if st := tab.phase(webchat.PhaseClosed); st.Survey != webchat.SurveyOff {
			t.Errorf("nobody was there, yet %+v", st)
		}
		outcome, err := db.One[string](t.Context(), d, `SELECT outcome FROM interaction`)
		if err != nil || outcome != "abandoned" {
			t.Errorf("outcome %q %v", outcome, err)
		}
		tab.send(&webchat.Say{CID: "say-00002", Conversation: key, Text: "halo?"})
		if f := tab.refused(); f.Code != webchat.CodeEnded || f.CID != "say-00002" {
			t.Errorf("after the end: %+v", f)
		}
		if again := tab.say(key, "say-00001", "jednak nie"); again.Seq == 0 {
			t.Error("what was said before is answered as before")
		}
		if next := tab.begin("open-0002"); next.Conversation == key || next.Phase != webchat.PhaseQueued {
			t.Errorf("a new one: %+v", next)
		}
	})
}

func TestTypingGoesBothWays(t *testing.T) {
	t.Parallel()
	c := open(t, dbtest.SQLite(t))
	_, tab := newcomer(c)
	key := tab.begin("open-0001").Conversation
	tab.say(key, "say-00001", "hej")
	tab.send(&webchat.VisitorTyping{Conversation: key, On: true})
	tab.send(&webchat.VisitorTyping{Conversation: key, On: true}) // too soon: dropped
	tab.send(&webchat.VisitorTyping{Conversation: key, On: false})
	for _, on := range []bool{true, false} {
		select {
		case m := <-c.typed:
			if m.On != on || m.Conversation != key || m.Name != "Łukasz Żak" {
				t.Errorf("typing %+v, want %v", m, on)
			}
		case <-time.After(patience):
			t.Fatal("the desk hears nothing")
		}
	}
	c.chat.AgentTyping(c.system.Tenant, key, true)
	var m webchat.AgentTyping
	tab.next("typing", &m)
	if !m.On || m.Conversation != key {
		t.Errorf("typing %+v", m)
	}
	c.chat.AgentTyping(c.system.Tenant+1, key, false)
	for _, f := range tab.settle() {
		if f.Type == "typing" {
			t.Error("another tenant's agent types here")
		}
	}
}

func TestPrechatIsKept(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := open(t, d)
		_, tab := newcomer(c)
		tab.send(&webchat.Prechat{CID: "open-0001", Fields: map[string]string{"email": "nobody"}, Consent: true, ConsentVersion: "3"})
		if f := tab.refused(); f.Code != "fields" || f.CID != "open-0001" || len(f.Fields) != 1 || f.Fields[0].Path != "fields.email" || f.Fields[0].Text == "" {
			t.Errorf("a bad address: %+v", f)
		}
		tab.send(&webchat.Prechat{CID: "open-0001"})
		if f := tab.refused(); f.Code != webchat.CodeConsent {
			t.Errorf("without consent: %+v", f)
		}
		tab.send(&webchat.Prechat{CID: "open-0001", Consent: true, ConsentVersion: "2"})
		if f := tab.refused(); f.Code != webchat.CodeConsent {
			t.Errorf("with consent to another text: %+v", f)
		}
		tab.send(&webchat.Prechat{
			CID: "open-0001", Fields: map[string]string{"name": "Łukasz Żak", "email": "lukasz@example.com"}, Consent: true, ConsentVersion: "3",
			Pages: []webchat.Page{{URL: "https://fala.example/"}, {URL: "https://fala.example/oferta", Title: "Oferta"}},
		})
		var o webchat.Opened
		tab.next("opened", &o)
		key := o.State.Conversation
		first := c.entries(key)[0]
		if first.Code != "prechat" || !strings.Contains(string(first.Data), "lukasz@example.com") || !strings.Contains(string(first.Data), `"consent":"3"`) {
			t.Errorf("first entry %+v %s", first, first.Data)
		}
		card, err := c.customers.Get(c.ctx, c.row(key).CustomerID)
		c.must(err)
		if card.Customer.Name != "Łukasz Żak" || card.Customer.Email != "lukasz@example.com" || card.Points[0].Verified {
			t.Errorf("customer %+v", card)
		}
		visit, found, err := c.chat.VisitOf(c.ctx, d, key)
		if err != nil || !found || visit.ConsentVersion != "3" || visit.ConsentAt.IsZero() || len(visit.Pages) != 2 {
			t.Errorf("visit %+v %v %v", visit, found, err)
		}
	})
}

func TestVanishedVisitorMayGoOn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := open(t, d)
		token, tab := newcomer(c)
		key := tab.begin("open-0001").Conversation
		tab.say(key, "say-00001", "jestem w tunelu")
		c.must(tab.ws.CloseNow())
		c.must(d.Update(c.ctx, func(tx *db.Tx) error { // what the watch does, two minutes later
			if err := c.routing.CustomerLeft(c.ctx, tx, key); err != nil {
				return err
			}
			_, err := db.Exec(c.ctx, tx, `UPDATE webchat_chat SET ended = 'gone'`)
			return err
		}))
		back, w := c.enter(webchat.Hello{Token: token, Conversation: key})
		if w.State == nil || w.State.Phase != webchat.PhaseClosed || !w.State.Gone {
			t.Fatalf("welcome %+v", w.State)
		}
		back.say(key, "say-00002", "już jestem")
		back.phase(webchat.PhaseQueued)
		if row := c.row(key); !row.Open {
			t.Errorf("nobody works on it: %+v", row)
		}
		jobs, err := db.One[int](t.Context(), d, `SELECT COUNT(*) FROM job WHERE kind = 'webchat.watch'`)
		if err != nil || jobs != 2 {
			t.Errorf("%d watches %v", jobs, err)
		}
	})
}

func TestLongPollsWaitForNews(t *testing.T) {
	t.Parallel()
	c := open(t, dbtest.SQLite(t))
	token, tab := newcomer(c)
	key := tab.begin("open-0001").Conversation
	tab.say(key, "say-00001", "dzień dobry")
	c.take(key)
	poll := func(after int64, version string) webchat.Entries {
		a := c.ask("GET", fmt.Sprintf("/w/entries?conversation=%s&after=%d&wait=20&version=%s", key, after, version), nil, bearer(token)...)
		var page webchat.Entries
		c.must(json.Unmarshal(a.body, &page))
		return page
	}
	tab.phase(webchat.PhaseActive)
	page := poll(0, "")
	last := page.Entries[len(page.Entries)-1].Seq
	got := make(chan webchat.Entries, 1)
	go func() { got <- poll(last, page.Version) }()
	c.reply(key, "odpowiedź")
	next := <-got
	for len(next.Entries) == 0 {
		next = poll(last, next.Version)
	}
	if next.Entries[0].Text != "odpowiedź" {
		t.Errorf("polled %+v", next)
	}
}

func TestFilesTravelBothWays(t *testing.T) {
	t.Parallel()
	c := open(t, dbtest.SQLite(t))
	token, tab := newcomer(c)
	key := tab.begin("open-0001").Conversation
	up := c.ask("POST", "/w/attachments", []byte("Numer umowy: 12/2026"), append(bearer(token), "X-File-Name", "zgłoszenie%20nr%201.txt")...)
	var file webchat.Attachment
	c.must(json.Unmarshal(up.body, &file))
	if up.status != http.StatusCreated || file.Name != "zgłoszenie nr 1.txt" || file.Type != "text/plain" {
		t.Fatalf("%d %s", up.status, up.body)
	}
	tab.send(&webchat.Say{CID: "say-00001", Conversation: key, Attachments: []id.Attachment{file.ID}})
	tab.next("said", &webchat.Said{})
	var e webchat.EntryFrame
	tab.next("entry", &e, func() bool { return len(e.Attachments) == 1 })
	down := c.ask("GET", e.Attachments[0].URL, nil)
	if down.status != http.StatusOK || string(down.body) != "Numer umowy: 12/2026" || down.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %q %v", down.status, down.body, down.header)
	}
	forged := strings.Replace(e.Attachments[0].URL, "exp=", "exp=9", 1)
	if a := c.ask("GET", forged, nil); a.status != http.StatusNotFound || a.code() != webchat.CodeFileGone {
		t.Errorf("a changed address: %d %s", a.status, a.body)
	}
	_, thief := newcomer(c)
	theirs := thief.begin("open-0009").Conversation
	thief.send(&webchat.Say{CID: "steal-001", Conversation: theirs, Attachments: []id.Attachment{file.ID}})
	if f := thief.refused(); f.Code != webchat.CodeFileGone {
		t.Errorf("another's file: %+v", f)
	}
	for name, body := range map[string][]byte{"a.exe": []byte("MZ"), "pusty.txt": {}} {
		if a := c.ask("POST", "/w/attachments", body, append(bearer(token), "X-File-Name", name)...); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	big := c.ask("POST", "/w/attachments", make([]byte, webchat.AttachmentBytesMax+2), append(bearer(token), "X-File-Name", "big.bin")...)
	if big.code() != webchat.CodeFileSize {
		t.Errorf("too big: %d %s", big.status, big.body)
	}
}
