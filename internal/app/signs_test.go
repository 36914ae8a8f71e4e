package app

import (
	"slices"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// marks returns what a number was asked to show beside messages: kinds with their targets.
func (f *numberFolk) marks() (all []string) {
	for _, t := range f.number.Taken() {
		if t.Type == "read" || t.Type == "typing" {
			all = append(all, t.Type+" "+t.Target)
		}
	}
	return all
}

// Who works on a conversation shows its customer that they were read and that somebody writes,
// as often as the channel wants it; nobody else does, and no account that hides it.
func TestACustomerSeesThatTheyAreReadAndAnswered(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		f := c.connectWhatsApp(t, "106540352242922")
		desk := c.desk(f.key, f.find)
		f.says(t, desk, "seen", "wamid.first", body1("Dzień dobry"))
		key := f.find(t, "seen")
		read := func(by *caller) { by.make("PUT", at(key)+"/read", fields{"seq": 99}, "") }
		signs := c.app.services.signs
		read(c.chief)
		signs.Typing(c.tenants[0].TenantID, c.chief.user, key, true)
		desk.Take(t, "seen")
		agent := desk.work["seen"]
		read(agent)
		until(t, "they are told that they were read", func() bool { return len(f.marks()) > 0 })
		read(agent)
		for range 5 {
			signs.Typing(c.tenants[0].TenantID, agent.user, key, true)
		}
		until(t, "they see that somebody writes", func() bool { return slices.Contains(f.marks(), "typing wamid.first") })
		f.says(t, desk, "seen", "wamid.second", body1("I jeszcze jedno"))
		read(agent)
		want := []string{"read wamid.first", "typing wamid.first", "read wamid.second"}
		until(t, "the next is read", func() bool { return slices.Contains(f.marks(), "read wamid.second") })
		if got := f.marks(); !slices.Equal(got, want) {
			t.Errorf("%v", got)
		}
		f.says(t, desk, "seen", "wamid.third", body1("Halo?"))
		desk.quoteNothing(t, "seen", "Jestem")
		want = append(want, "read wamid.third")
		until(t, "who answers has read", func() bool { return slices.Contains(f.marks(), "read wamid.third") })
		// One whose account hides the reading shows no typing either: WhatsApp has no one without the other.
		shown := c.chief.call("PATCH", accountsPath+"/"+f.key.String(), fields{"shows_read": false})
		if field(t, shown.body, "shows_read") != "false" || field(t, shown.body, "shows_typing") != "true" {
			t.Fatalf("%d %s", shown.status, shown.body)
		}
		f.says(t, desk, "seen", "wamid.fourth", body1("Halo!"))
		read(agent)
		signs.Typing(c.tenants[0].TenantID, agent.user, key, true)
		desk.quoteNothing(t, "seen", "Koniec")
		until(t, "Meta has the answers", func() bool { return len(f.said()) == 2 })
		if got := f.marks(); !slices.Equal(got, want) {
			t.Errorf("%v", got)
		}
	})
}

// quoteNothing answers as who has read everything.
func (d *testDesk) quoteNothing(t *testing.T, thread, text string) {
	t.Helper()
	d.work[thread].make("POST", at(d.find(t, thread))+"/replies", fields{"text": text, "client_id": id.New[id.Entry]().String(), "based_on_seq": 99}, "")
}

// Telegram shows typing for some seconds, and so it is shown again after them and not before.
func TestABotTypesAsOftenAsTelegramWantsIt(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	x := c.connectBot(t, 123456, "ask")
	desk := c.desk(x.key, x.find)
	x.Says(t, channel.Inbound{Kind: channel.KindMessage, Thread: "typed", ExternalID: "typed-1", Text: "Halo?"})
	until(t, "agents see it", func() bool { return has(desk.Entries(t, "typed"), "Halo?") })
	desk.Take(t, "typed")
	typed := func() (n int) {
		for _, call := range x.server.Calls() {
			if call.Method == "sendChatAction" {
				n++
			}
		}
		return n
	}
	began := time.Now()
	until(t, "it is shown twice", func() bool {
		c.app.services.signs.Typing(c.tenants[0].TenantID, desk.work["typed"].user, x.find(t, "typed"), true)
		return typed() == 2
	})
	if passed := time.Since(began); passed < 3900*time.Millisecond {
		t.Errorf("it is shown again after %v", passed)
	}
}
