package public_test

import (
	"net/http"
	"testing"

	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestOnlyWhatTheWidgetHasShownIsRead(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := open(t, d)
		token, tab := newcomer(c)
		key := tab.begin("open-0001").Conversation
		tab.say(key, "say-00001", "Nie działa internet")
		c.take(key)
		c.reply(key, "Już sprawdzam")
		answer := tab.hears("Już sprawdzam").Seq
		unread := func() int { return c.visit(webchat.VisitorRequest{Token: token}).Conversations[0].Unread }

		own := tab.say(key, "say-00002", "Halo?").Seq // from the outbox: nobody has seen the answer
		if own < answer {
			t.Fatalf("said at %d, answered at %d", own, answer)
		}
		if read := c.row(key).CustomerReadSeq; read != 0 || unread() != 1 {
			t.Errorf("own words have read up to %d, %d unread", read, unread())
		}

		tab.send(&webchat.VisitorRead{Conversation: key, Seq: answer})
		var told webchat.State
		tab.next("state", &told, func() bool { return told.VisitorRead == answer })
		if unread() != 0 {
			t.Errorf("%d unread after all was shown", unread())
		}

		c.reply(key, "Działa?")
		later := tab.hears("Działa?").Seq
		raw, err := webchat.Encode(&webchat.VisitorRead{Conversation: key, Seq: later + 100})
		c.must(err)
		if a := c.ask("POST", "/w/messages", raw, bearer(token)...); a.status != http.StatusOK {
			t.Fatalf("%d %s", a.status, a.body)
		}
		if row := c.row(key); row.CustomerReadSeq != row.LastSeq {
			t.Errorf("read up to %d of %d", row.CustomerReadSeq, row.LastSeq)
		}
	})
}
