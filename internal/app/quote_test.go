package app

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/internal/channel/telegram/telegramtest"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// saidIn returns an entry of a thread with a text, as the desk shows it.
func (d *testDesk) saidIn(t *testing.T, thread, text string) said {
	t.Helper()
	var page struct{ Items []said }
	got := d.chief.call("GET", at(d.find(t, thread))+"/entries", nil)
	if err := json.Unmarshal([]byte(got.body), &page); err != nil {
		t.Fatalf("%v: %d %s", err, got.status, got.body)
	}
	i := slices.IndexFunc(page.Items, func(e said) bool { return e.Text == text })
	if i < 0 {
		t.Fatalf("nobody has said %q: %+v", text, page.Items)
	}
	return page.Items[i]
}

// quote answers one entry of a thread in particular.
func (d *testDesk) quote(t *testing.T, thread, entry, text string) answer {
	t.Helper()
	return d.work[thread].call("POST", at(d.find(t, thread))+"/replies", fields{"text": text, "answers_id": entry, "client_id": id.New[id.Entry]().String(), "based_on_seq": 99})
}

// said returns the messages that a number was asked to send, without marks of reading and typing.
func (f *numberFolk) said() []metatest.Taken {
	return slices.DeleteFunc(f.number.Taken(), func(t metatest.Taken) bool { return t.Type == "read" || t.Type == "typing" })
}

// Each side answers a certain message of the other, and both see which one.
func TestAMessageIsQuotedBothWays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		f := c.connectWhatsApp(t, "106540352242922")
		desk := c.desk(f.key, f.find)
		f.says(t, desk, "two", "wamid.first", body1("Gdzie jest paczka?"))
		f.says(t, desk, "two", "wamid.second", body1("I kiedy będzie faktura?"))
		f.says(t, desk, "other", "wamid.other", body1("Nie z tej rozmowy"))
		desk.Take(t, "two")
		first := desk.saidIn(t, "two", "Gdzie jest paczka?")
		if got := desk.quote(t, "two", first.ID, "W drodze"); got.status/100 != 2 || field(t, got.body, "answers_id") != first.ID {
			t.Fatalf("%d %s", got.status, got.body)
		}
		until(t, "Meta has it", func() bool { return len(f.said()) == 1 })
		taken := f.said()[0]
		if taken.Context != "wamid.first" || taken.Text != "W drodze" {
			t.Errorf("%+v", taken)
		}
		desk.Reply(t, "two", "Zaraz sprawdzę")
		until(t, "Meta has both", func() bool { return len(f.said()) == 2 })
		if taken := f.said()[1]; taken.Context != "" {
			t.Errorf("it quotes what nobody has chosen: %+v", taken)
		}
		until(t, "ours has a name", func() bool {
			return slices.ContainsFunc(desk.Entries(t, "two"), func(e channeltest.Seen) bool { return e.External == taken.ID })
		})
		f.says(t, desk, "two", "wamid.quoting", metatest.Event{"type": "text", "text": metatest.Event{"body": "Dziękuję!"}, "context": metatest.Event{"id": taken.ID}})
		ours := desk.saidIn(t, "two", "W drodze")
		if got := desk.saidIn(t, "two", "Dziękuję!"); got.AnswersID != ours.ID {
			t.Errorf("it answers %q, not %q", got.AnswersID, ours.ID)
		}
		if got := desk.quote(t, "two", ours.ID, "Numer 77"); got.status/100 != 2 {
			t.Errorf("one of ours cannot be quoted: %d %s", got.status, got.body)
		}
		elsewhere := desk.saidIn(t, "other", "Nie z tej rozmowy")
		if got := desk.quote(t, "two", elsewhere.ID, "x"); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "answers_id") {
			t.Errorf("of another conversation: %d %s", got.status, got.body)
		}
		c.must(d.Update(t.Context(), func(tx *db.Tx) error {
			_, err := db.Exec(t.Context(), tx, `UPDATE entry SET external_id = '' WHERE external_id = 'wamid.second'`)
			return err
		}))
		unnamed := desk.saidIn(t, "two", "I kiedy będzie faktura?")
		if got := desk.quote(t, "two", unnamed.ID, "x"); got.status != http.StatusConflict || !strings.Contains(got.body, "reply.unnamed") {
			t.Errorf("without a name: %d %s", got.status, got.body)
		}
		one := at(f.find(t, "two")) + "/entries/"
		if got := c.chief.call("GET", one+first.ID, nil); got.status != http.StatusOK || field(t, got.body, "text") != first.Text {
			t.Errorf("%d %s", got.status, got.body)
		}
		if got := c.chief.call("GET", one+elsewhere.ID, nil); got.status != http.StatusNotFound {
			t.Errorf("an entry of another conversation: %d %s", got.status, got.body)
		}
	})
}

// Messages of a page, and of an account at Instagram in both ways of signing in, quote what was chosen: once however many
// parts an answer has. What was taken back meanwhile is answered without, and what may have been taken is not sent again.
func TestAMessageAtMetaQuotesWhatWasChosen(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		for way, f := range map[string]*pageFolk{
			"a page": c.connectPage(t, "40099"), "an account by its page": c.connectInstagram(t, "17841400000009001"), "an account by itself": c.connectOwnInstagram(t, "17841400000009002"),
		} {
			t.Run(way, func(t *testing.T) { f.checkQuotes(t) })
		}
	})
}

// spoken returns the messages that Meta has of the page, the oldest first.
func (f *pageFolk) spoken() (all []metatest.Message) {
	for _, call := range f.centre.graph.Calls() {
		if call.Page == f.page.ID && call.Action == "" {
			all = append(all, call.Message)
		}
	}
	return all
}

// checkQuotes fails unless answers quote what was chosen, and are there once.
func (f *pageFolk) checkQuotes(t *testing.T) {
	t.Helper()
	desk := f.centre.desk(f.key, f.find)
	mid := func(n string) string { return "m_" + f.page.ID + n }
	for n, text := range map[string]string{"1": "Gdzie jest paczka?", "2": "I kiedy faktura?"} {
		f.page.Post(f.page.Writes(psidOf("quoting"+f.page.ID), mid(n), text))
		until(t, "it is here", func() bool { return f.stored(t, mid(n)) == 1 })
	}
	thread := "quoting" + f.page.ID
	desk.Take(t, thread)
	first, second := desk.saidIn(t, thread, "Gdzie jest paczka?"), desk.saidIn(t, thread, "I kiedy faktura?")
	says := func(entry, text, want string, n int) metatest.Message {
		t.Helper()
		if got := desk.quote(t, thread, entry, text); got.status/100 != 2 || field(t, got.body, "answers_id") != entry {
			t.Fatalf("%d %s", got.status, got.body)
		}
		until(t, "Meta has it", func() bool { return len(f.spoken()) == n })
		m := f.spoken()[n-1]
		if m.Text != text || m.Quotes != want {
			t.Errorf("%+v, and it should quote %q", m, want)
		}
		return m
	}
	ours := says(first.ID, "W drodze", mid("1"), 1)
	desk.Reply(t, thread, "Zaraz sprawdzę")
	until(t, "Meta has both", func() bool { return len(f.spoken()) == 2 })
	if m := f.spoken()[1]; m.Quotes != "" {
		t.Errorf("it quotes what nobody has chosen: %+v", m)
	}
	until(t, "ours has a name", func() bool {
		return slices.ContainsFunc(desk.Entries(t, thread), func(e channeltest.Seen) bool { return e.External == ours.ID })
	})
	says(desk.saidIn(t, thread, "W drodze").ID, "Numer 77", ours.ID, 3)
	f.page.Unsends(mid("2")) // Meta has not told us yet
	says(second.ID, "Faktura jutro", "", 4)
	f.centre.graph.Next(metatest.Silent)
	got := desk.quote(t, thread, first.ID, "Jest u kuriera")
	if got.status/100 != 2 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	until(t, "nobody knows whether it was taken", func() bool {
		return slices.ContainsFunc(desk.Entries(t, thread), func(e channeltest.Seen) bool { return e.Text == "Jest u kuriera" && e.Delivery == "ambiguous" })
	})
	if all := f.spoken(); len(all) != 5 || all[4].Quotes != mid("1") {
		t.Errorf("%+v", all)
	}
}

// stored returns how often something is here.
func (f *pageFolk) stored(t *testing.T, name string) int {
	t.Helper()
	n, err := db.One[int](t.Context(), f.centre.app.db, `SELECT COUNT(*) FROM entry WHERE external_id = $1 AND kind = 'message' AND entry_point_id = $2`, name, f.key)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// An answer at Telegram quotes what was chosen and nothing else, and once however many parts it has.
func TestABotQuotesWhatWasChosen(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	x := c.connectBot(t, 123456, "ask")
	desk := c.desk(x.key, x.find)
	x.Says(t, channel.Inbound{Kind: channel.KindMessage, Thread: "quote", ExternalID: "quote-1", Text: "Gdzie jest paczka?"},
		channel.Inbound{Kind: channel.KindMessage, Thread: "quote", ExternalID: "quote-2", Text: "Halo?"})
	until(t, "agents see both", func() bool { return has(desk.Entries(t, "quote"), "Halo?") })
	desk.Take(t, "quote")
	sent := func(n int) []telegramtest.Call {
		until(t, "Telegram has it", func() bool { return len(x.server.Calls()) >= n })
		return x.server.Calls()
	}
	desk.Reply(t, "quote", "Już sprawdzam")
	if calls := sent(1); calls[0].Fields["reply_parameters"] != nil {
		t.Errorf("it quotes what nobody has chosen: %+v", calls[0].Fields)
	}
	first := desk.saidIn(t, "quote", "Gdzie jest paczka?")
	file := desk.work["quote"].make("POST", "/api/v1/attachments", raw(picture()), "id")
	got := desk.work["quote"].call("POST", at(x.find(t, "quote"))+"/replies", fields{
		"text": "Tu jest", "answers_id": first.ID, "attachment_ids": []string{file}, "client_id": "two-parts", "based_on_seq": 99,
	})
	if got.status/100 != 2 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	calls := sent(3)
	if quoted, _ := calls[1].Fields["reply_parameters"].(map[string]any); quoted == nil || quoted["message_id"] == nil {
		t.Errorf("it quotes nothing: %+v", calls[1].Fields)
	}
	if calls[2].Fields["reply_parameters"] != nil {
		t.Errorf("its file quotes again: %+v", calls[2].Fields)
	}
}
