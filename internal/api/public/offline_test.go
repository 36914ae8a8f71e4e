package public_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestClosedAndFullAreSaid(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		outlook outlook
		want    string
	}{{"closed", outlook{closed: true}, webchat.CodeClosed}, {"full", outlook{full: true}, webchat.CodeFull}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := open(t, dbtest.SQLite(t))
			*c.outlook = tt.outlook
			_, tab := newcomer(c)
			tab.send(&webchat.Prechat{CID: "open-0001", Consent: true, ConsentVersion: "3"})
			if f := tab.refused(); f.Code != tt.want || f.Retry != 0 || f.Text == "" {
				t.Errorf("%+v", f)
			}
		})
	}
}

func TestWithoutTheOfflineFormTheConversationWaits(t *testing.T) {
	t.Parallel()
	c := openWith(t, dbtest.SQLite(t), func(s *webchat.Settings) { s.Offline = false })
	c.outlook.closed = true
	_, tab := newcomer(c)
	st := tab.begin("open-0001")
	if st.Phase != webchat.PhaseOffline || st.OpensAt.IsZero() {
		t.Errorf("state %+v", st)
	}
}

func TestAMessageForLater(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := open(t, d)
		c.outlook.closed = true
		in := webchat.OfflineRequest{Key: c.point.Address, CID: "later-0001", Name: "Réka", Email: "reka@example.hu", Text: "Hívjanak vissza.", Consent: true, ConsentVersion: "3"}
		for range 2 {
			if a := c.ask("POST", "/w/offline", in); a.status != http.StatusAccepted {
				t.Fatalf("%d %s", a.status, a.body)
			}
		}
		n, err := db.One[int](t.Context(), d, `SELECT COUNT(*) FROM entry WHERE kind = 'message'`)
		if err != nil || n != 1 {
			t.Errorf("%d messages %v", n, err)
		}
		found, err := c.customers.Search(c.ctx, customer.Query{Text: "Réka", Limit: 5})
		if err != nil || len(found) != 1 || found[0].Email != "reka@example.hu" {
			t.Errorf("customers %+v %v", found, err)
		}
		jobs, err := db.One[int](t.Context(), d, `SELECT COUNT(*) FROM job WHERE kind = 'webchat.watch'`)
		if err != nil || jobs != 0 {
			t.Errorf("%d watches over somebody who does not wait (%v)", jobs, err)
		}
		mine := c.leave(in)
		if mine.VisitorAnswer != nil || mine.Conversation != 0 {
			t.Errorf("who shows no token is told whose it is: %+v", mine)
		}
		token := c.visit(webchat.VisitorRequest{}).Token
		in.CID, in.Token = "later-0003", token
		for range 2 { // the first answer may get lost
			mine = c.leave(in)
			if mine.VisitorAnswer == nil || mine.Token != token || mine.Conversation == 0 || len(mine.Conversations) != 1 {
				t.Fatalf("the visitor finds nothing: %+v", mine)
			}
		}
		in.Token = c.visit(webchat.VisitorRequest{}).Token
		if other := c.leave(in); other.VisitorAnswer != nil || other.Conversation != 0 {
			t.Errorf("another visitor is told whose it is: %+v", other)
		}
		c.outlook.closed = false
		c.take(mine.Conversation)
		c.reply(mine.Conversation, "Rögtön hívjuk")
		back, w := c.enter(webchat.Hello{Token: token, Conversation: mine.Conversation})
		if w.State == nil || w.State.Conversation != mine.Conversation {
			t.Errorf("welcome %+v", w.State)
		}
		back.hears("Hívjanak vissza.")
		back.hears("Rögtön hívjuk")
		in.CID, in.Email = "later-0002", "nobody"
		a := c.ask("POST", "/w/offline", in, "Accept-Language", "hu")
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(string(a.body), `"path":"email"`) {
			t.Errorf("%d %s", a.status, a.body)
		}
	})
}

// leave leaves a message for later.
func (c *centre) leave(in webchat.OfflineRequest) webchat.OfflineAnswer {
	c.tb.Helper()
	a := c.ask("POST", "/w/offline", in)
	if a.status != http.StatusAccepted {
		c.tb.Fatalf("%d %s", a.status, a.body)
	}
	var out webchat.OfflineAnswer
	c.must(json.Unmarshal(a.body, &out))
	return out
}
