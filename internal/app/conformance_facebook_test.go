package app

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/internal/id"
)

// pageFolk are the people who write to a page, and Meta between them and us.
type pageFolk struct {
	centre  *callCentre
	page    *metatest.Page
	key     id.EntryPoint
	adapter channel.Adapter

	mu     sync.Mutex
	told   map[string]metatest.Event // by our name, so that the same comes again as it was
	native map[string]bool           // mids that a colleague has written in Meta's inbox
}

// connectPage connects a page of its own.
func (c *callCentre) connectPage(t *testing.T, pageID string) *pageFolk {
	t.Helper()
	page := c.graph.Page(pageID, "Fala "+pageID)
	return c.connectFolk(t, page, c.app.services.pageAdapter, c.pageAccount(page.Token(metatest.Scopes()...)))
}

// connectFolk connects a page, or an account at Instagram.
func (c *callCentre) connectFolk(t *testing.T, page *metatest.Page, adapter channel.Adapter, account fields) *pageFolk {
	t.Helper()
	f := &pageFolk{centre: c, page: page, adapter: adapter, told: map[string]metatest.Event{}, native: map[string]bool{}}
	made := c.chief.call("POST", accountsPath, account)
	if made.status != http.StatusCreated {
		t.Fatalf("%d %s", made.status, made.body)
	}
	var err error
	if f.key, err = id.Parse[id.EntryPoint](field(t, made.body, "id")); err != nil {
		t.Fatal(err)
	}
	return f
}

// psidOf is how a page knows who writes in a thread.
func psidOf(thread string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(thread)) // it returns no error
	return fmt.Sprintf("7%015d", h.Sum64()%1e15)
}

func (f *pageFolk) find(t *testing.T, thread string) id.Conversation {
	t.Helper()
	ctx := actor.With(t.Context(), actor.ForSystem(f.centre.tenants[0].TenantID))
	c, _, err := f.centre.app.services.conversations.FindThread(ctx, f.centre.app.db, f.key, psidOf(thread))
	if err != nil {
		t.Fatal(err)
	}
	return c.ID
}

func (f *pageFolk) Point() (channel.Adapter, channel.EntryPoint) {
	c := f.centre
	p, err := c.app.services.points.Lookup(c.t.Context(), c.app.db, c.tenants[0].TenantID, f.key)
	c.must(err)
	f.page.Person(theirs0, "Ola", "Nowak")
	return f.adapter, p
}

// theirs0 is the person to whom the suite has acts done.
const theirs0 = "c-acts"

func (f *pageFolk) Says(t *testing.T, happened ...channel.Inbound) {
	t.Helper()
	var all []metatest.Event
	for _, in := range happened {
		if e := f.event(in); e != nil {
			all = append(all, e)
		}
	}
	if len(all) == 0 {
		return
	}
	if status := f.page.Post(all...); status != http.StatusOK {
		t.Fatalf("%d", status)
	}
}

// event says in Meta's words what happened; nil: Meta tells of no such thing.
func (f *pageFolk) event(in channel.Inbound) metatest.Event {
	f.mu.Lock()
	defer f.mu.Unlock()
	name := string(in.Kind) + " " + in.ExternalID
	if e, again := f.told[name]; again {
		return e
	}
	e := f.make(in)
	f.told[name] = e
	return e
}

func (f *pageFolk) make(in channel.Inbound) metatest.Event {
	psid := psidOf(in.Thread)
	e := metatest.Between(psid, f.page.ID, in.OccurredAt)
	switch in.Kind {
	case channel.KindMessage:
		return f.page.Writes(psid, in.ExternalID, in.Text)
	case channel.KindEdit:
		number := in.ExternalID[strings.LastIndexByte(in.ExternalID, '-')+1:]
		e["message_edit"] = metatest.Event{"mid": in.Target, "text": in.Text, "num_edit": number}
	case channel.KindReaction:
		action := "react"
		if in.Off {
			action = "unreact"
		}
		e["reaction"] = metatest.Event{"mid": in.Target, "action": action, "reaction": "like", "emoji": in.Text}
	case channel.KindDeletion:
		e["message"] = metatest.Event{"mid": in.Target, "is_deleted": true}
	case channel.KindEcho:
		if m, ours := f.page.Find(in.ExternalID); ours {
			return m.Echo()
		}
		return f.page.Native(psid, in.ExternalID, in.Text)
	case channel.KindReceipt:
		return f.mark(e, in)
	case channel.KindTyping, channel.KindIdentity, channel.KindNotice, channel.KindHiding, channel.KindPost:
		return nil
	}
	return e
}

// mark is that a message, and all before it, was read or has arrived.
func (f *pageFolk) mark(e metatest.Event, in channel.Inbound) metatest.Event {
	m, _ := f.page.Find(in.Target)
	switch in.State {
	case channel.Seen:
		e["read"] = f.page.Seen(m)
	case channel.Arrived:
		delete(e, "timestamp") // it has none
		e["delivery"] = metatest.Event{"mids": []string{in.Target}, "watermark": m.At.UnixMilli()}
	case channel.Taken, channel.Refused, channel.Hidden, channel.Unhidden:
		return nil
	}
	return e
}

func (f *pageFolk) Next(_ *testing.T, faults ...channeltest.Fault) {
	menu := map[channeltest.Fault]metatest.Fault{
		channeltest.RateLimited: metatest.CustomLimit, channeltest.Expired: metatest.Expired, channeltest.WindowClosed: metatest.Closed,
		channeltest.NotAllowed: metatest.Refused, channeltest.Silent: metatest.Silent, channeltest.Down: metatest.Down,
	}
	for _, fault := range faults {
		f.centre.graph.Next(menu[fault])
	}
}

func (f *pageFolk) Renew(t *testing.T) {
	t.Helper()
	until(t, "the administrator sees that the access has ended", func() bool {
		got := f.centre.chief.call("GET", f.path(), nil)
		return field(t, got.body, "health") == "failing" && field(t, got.body, "health_code") == "meta.reconnect"
	})
	f.centre.graph.Renew()
}

func (f *pageFolk) got(c metatest.Call) channeltest.Got {
	g := channeltest.Got{Act: channel.ActSend, Name: c.Message.ID, Text: c.Message.Text, On: true}
	switch c.Action {
	case "typing_on", "typing_off":
		g.Act, g.On = channel.ActShowTyping, c.Action == "typing_on"
	case "mark_seen":
		g.Act = channel.ActMarkRead
	case "react", "unreact":
		g.Act, g.On, g.Target, g.Reaction = channel.ActReact, c.Action == "react", c.Target, "❤️"
	}
	return g
}

func (f *pageFolk) BeforeAnswer(_ *testing.T, do func(channeltest.Got)) {
	f.centre.graph.BeforeAnswer(func(m metatest.Message) { do(f.got(metatest.Call{Message: m})) })
}

func (f *pageFolk) Got(*testing.T) []channeltest.Got {
	var all []channeltest.Got
	for _, c := range f.centre.graph.Calls() {
		if c.Page == f.page.ID {
			all = append(all, f.got(c))
		}
	}
	return all
}

// Posts posts bytes to the address of all pages.
func (f *pageFolk) Posts(_ *testing.T, body string, signed bool) int {
	if !signed {
		return f.centre.graph.PostSigned([]byte(body), "sha256="+strings.Repeat("0", 64))
	}
	return f.centre.graph.Post([]byte(body))
}

func (f *pageFolk) Unable(s channeltest.Step) string {
	if s == channeltest.StepQuarantine {
		return "one address takes the events of all pages and answers for none: TestWhatAPageCannotSayIsKept shows it"
	}
	return ""
}
