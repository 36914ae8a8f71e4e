package app

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// ashore is a channel by which somebody writes to one of ours alone.
type ashore interface {
	Says(t *testing.T, happened ...channel.Inbound)
	Got(t *testing.T) []channeltest.Got
}

// TestATextAndAPrivateMessageGoOnByChat: the link arrives on the telephone and in Messenger as it was written, and whoever
// follows it chats as the same customer, in the same case.
func TestATextAndAPrivateMessageGoOnByChat(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		made := c.chief.call("POST", "/api/v1/entry-points", fields{"brand_id": c.brand, "channel": "webchat", "name": "Okienko", "queue_id": c.queue, "config": fields{}})
		if made.status/100 != 2 {
			t.Fatalf("%d %s", made.status, made.body)
		}
		texters, folk := c.connectCentre(t, nil), c.connectPage(t, "4301")
		for name, of := range map[string]struct {
			channel string
			folk    ashore
			desk    *testDesk
		}{
			"a text":            {"sms", texters, c.desk(texters.key, texters.find)},
			"a private message": {"messenger", folk, c.desk(folk.key, folk.find)},
		} {
			t.Run(name, func(t *testing.T) { //nolint:paralleltest // one house
				g := &goingOn{mailHouse: &mailHouse{house: c.house, t: t, chief: c.chief}, point: field(t, made.body, "id"), key: field(t, made.body, "address")}
				g.goesOnFrom(of.channel, of.folk, of.desk)
			})
		}
	})
}

// goesOnFrom lets somebody write by a channel and go on by chat.
func (g *goingOn) goesOnFrom(by string, folk ashore, desk *testDesk) {
	g.t.Helper()
	const thread = "goes-on"
	folk.Says(g.t, channel.Inbound{Kind: channel.KindMessage, Thread: thread, ExternalID: "on-" + by, Text: "Mam problem z rachunkiem"})
	var first id.Conversation
	until(g.t, "what was written is here", func() bool { first = desk.find(g.t, thread); return first != 0 })
	desk.Take(g.t, thread)
	g.agent = desk.work[thread]
	o := opening{mail: mailThread{ID: first.String()}}
	o.customer = g.told(o.mail.ID).Customer.ID
	o.matter = g.agent.make("POST", "/api/v1/cases", fields{"conversation_id": o.mail.ID, "subject": "Rachunek"}, "id")
	g.again(&o)
	link := "https://czat.example" + o.link
	desk.atOnce().Reply(g.t, thread, "Porozmawiajmy: "+link)
	until(g.t, "the link has arrived", func() bool {
		return slices.ContainsFunc(folk.Got(g.t), func(got channeltest.Got) bool { return strings.HasSuffix(got.Text, link) })
	})
	v, _ := g.comesBy(o, nil)
	chat := g.talks(v, "To ja, z przeglądarki")
	if c := g.told(chat); c.Customer.ID != o.customer || c.Channel != "webchat" || g.told(o.mail.ID).Channel != by {
		g.t.Errorf("the chat is of %s by %s, what came before of %s by %s", c.Customer.ID, c.Channel, o.customer, g.told(o.mail.ID).Channel)
	}
	if got := g.cases(chat); !slices.Equal(got, []string{o.matter}) {
		g.t.Errorf("the chat belongs to %v", got)
	}
	if to, from := g.points(o.mail.ID, "goes_on_chat"), g.points(chat, "came_from"); !slices.Equal(to, []string{chat}) || !slices.Equal(from, []string{o.mail.ID}) {
		g.t.Errorf("it goes on in %v, the chat comes from %v", to, from)
	}
	if again := g.shows(o, nil); again.status != http.StatusCreated {
		g.t.Errorf("the link does not lead back to the chat: %d %s", again.status, again.body)
	}
}
