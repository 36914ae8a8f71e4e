package app

import (
	"hash/fnv"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/channel/x/xtest"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/config"
)

// withX starts X, and makes a house its app.
func withX(t *testing.T) (*xtest.Server, func(*config.Config)) {
	t.Helper()
	server, err := xtest.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Close()
		if broken := server.Broken(); len(broken) > 0 {
			t.Errorf("X would not know these requests: %q", broken)
		}
	})
	server.Reason = channeltest.Reason
	return server, func(c *config.Config) {
		a := server.App
		c.XClientID, c.XClientSecret, c.XBearer, c.XConsumerSecret, c.XURL, c.BaseURL = a.ClientID, a.ClientSecret, a.Bearer, a.ConsumerSecret, server.URL(), worldURL
	}
}

// xFolk are the people at X, and X between them and us.
type xFolk struct {
	centre  *callCentre
	server  *xtest.Server
	account xtest.Account
	key     id.EntryPoint // of the account: what everybody reads
	path    string
	posted  bool

	ids  map[string]string // at X, by our name
	told map[string]xtest.Event
}

// connectX connects an account.
func (c *callCentre) connectX(t *testing.T, server *xtest.Server, account, way string) *xFolk {
	t.Helper()
	server.World = c.handler
	f := &xFolk{
		centre: c, server: server, account: server.Account(account, "fala"+account[len(account)-3:], "Fala"), posted: way == "posted",
		ids: map[string]string{}, told: map[string]xtest.Event{},
	}
	made := c.chief.call("POST", accountsPath, fields{
		"channel": "x", "brand_id": c.brand, "queue_id": c.queue, "settings": fields{"grant": server.Grant(account), "way": way},
	})
	if made.status != http.StatusCreated {
		t.Fatalf("%d %s", made.status, made.body)
	}
	f.key = pointOf(t, made)
	f.path = accountsPath + "/" + f.key.String()
	if !f.posted {
		<-server.Joined()
	}
	return f
}

// point returns an entry point of the account.
func (f *xFolk) point(t *testing.T, n channel.Name) channel.EntryPoint {
	t.Helper()
	p, err := f.centre.app.services.points.ByAddress(t.Context(), n, f.account.ID)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// idOf is X's name of something, by our name or, of what we have sent, by its own.
func (f *xFolk) idOf(name string) string {
	if _, err := strconv.ParseInt(name, 10, 64); err == nil {
		return name
	}
	if f.ids[name] == "" {
		f.ids[name] = f.server.ID()
	}
	return f.ids[name]
}

// nameOf is our name of something of theirs; of what is ours, its own.
func (f *xFolk) nameOf(id string) string {
	for name, at := range f.ids {
		if at == id {
			return name
		}
	}
	return id
}

// personOf is who writes in a thread.
func (f *xFolk) personOf(thread string) xtest.Account {
	h := fnv.New32a()
	_, _ = h.Write([]byte(thread)) // it returns no error
	n := strconv.FormatUint(uint64(h.Sum32()), 10)
	return f.server.Account("15"+n, "zofia"+n, "Zofia Wilk")
}

func (f *xFolk) find(t *testing.T, point id.EntryPoint, key string) id.Conversation {
	t.Helper()
	ctx := actor.With(t.Context(), actor.ForSystem(f.centre.tenants[0].TenantID))
	c, _, err := f.centre.app.services.conversations.FindThread(ctx, f.centre.app.db, point, key)
	if err != nil {
		t.Fatal(err)
	}
	return c.ID
}

// say tells of what happened, the same as it was told before.
func (f *xFolk) say(t *testing.T, happened []channel.Inbound, event func(channel.Inbound) xtest.Event) {
	t.Helper()
	for _, in := range happened {
		name := string(in.Kind) + in.ExternalID + in.Thread
		e, again := f.told[name]
		if !again {
			e = event(in)
			f.told[name] = e
		}
		if !f.server.Tell(e) {
			t.Fatalf("nobody hears of %s", e.Type)
		}
	}
}

func (f *xFolk) Next(_ *testing.T, faults ...channeltest.Fault) {
	menu := map[channeltest.Fault]xtest.Fault{
		channeltest.RateLimited: xtest.Busy, channeltest.Expired: xtest.Locked, channeltest.NotAllowed: xtest.Refused,
		channeltest.Silent: xtest.Silent, channeltest.Down: xtest.Away,
	}
	for _, one := range faults {
		f.server.Next(menu[one])
	}
}

func (f *xFolk) renew(t *testing.T, n channel.Name) {
	t.Helper()
	until(t, "the administrator sees that the access has ended", func() bool {
		p := f.point(t, n)
		return p.Health == channel.Failing && p.HealthCode == "x.reconnect"
	})
	f.server.Unlock()
}

func (f *xFolk) got(c xtest.Call) channeltest.Got {
	g := channeltest.Got{Name: c.Name, Text: c.Text, On: c.On}
	switch c.Action {
	case "post", "message":
		g.Act = channel.ActSend
	case "delete":
		g.Act, g.Target = channel.ActDelete, c.Target
	case "hide":
		g.Act, g.Target = channel.ActHide, f.nameOf(c.Target)
	}
	return g
}

func (f *xFolk) BeforeAnswer(_ *testing.T, do func(channeltest.Got)) {
	f.server.BeforeAnswer(func(c xtest.Call) { do(f.got(c)) })
}

func (f *xFolk) Posts(_ *testing.T, body string, signed bool) int {
	return f.server.Post("/hooks/x", []byte(body), signed)
}

func (f *xFolk) unable(s channeltest.Step) string {
	switch s { //nolint:exhaustive // the others are done
	case channeltest.StepActs:
		return "names at X are numbers, and that of this step is none: TestWhatCanBeDoneAtX shows it"
	case channeltest.StepUndeclared:
		return "X has no words for it"
	case channeltest.StepQuarantine:
		return "one address takes the events of all accounts and answers for none: TestWhatXCannotSayIsKept shows it"
	case channeltest.StepForged:
		if !f.posted {
			return "nothing is posted: we listen"
		}
	}
	return ""
}

// seasoned is how old what is said is at least, so that it is asked for again.
const seasoned = 2 * time.Minute

// xCrowd are those who answer to a post of the account.
type xCrowd struct {
	*xFolk

	root string
}

// crowd publishes a post.
func (f *xFolk) crowd(t *testing.T) *xCrowd {
	t.Helper()
	root := f.server.Publish(xtest.Post{Author: f.account.ID, Text: "Nowa oferta od poniedziałku"})
	f.server.Tell(f.server.Posted("post.create", f.account.ID, root))
	return &xCrowd{f, root.ID}
}

func (c *xCrowd) find(t *testing.T, thread string) id.Conversation {
	t.Helper()
	return c.xFolk.find(t, c.key, c.idOf(thread+"-first"))
}

func (c *xCrowd) Point() (channel.Adapter, channel.EntryPoint) {
	return c.centre.app.services.x.posts, c.point(c.centre.t, channel.X)
}

func (c *xCrowd) Says(t *testing.T, happened ...channel.Inbound) {
	t.Helper()
	if happened[0].Kind == channel.KindDeletion { // of which X tells nobody: it is asked
		c.server.TakesBack(c.idOf(happened[0].Target))
		if got := c.centre.chief.call("POST", c.path+"/catch-up", nil); got.status != http.StatusOK {
			t.Fatalf("%d %s", got.status, got.body)
		}
		return
	}
	c.say(t, happened, func(in channel.Inbound) xtest.Event {
		p := xtest.Post{ID: c.idOf(in.ExternalID), Author: c.personOf(in.Thread).ID, Text: in.Text, Above: c.root, Root: c.root, At: in.OccurredAt.Add(-seasoned)}
		kind := "post.reply.create"
		if in.ExternalID != in.Thread+"-first" {
			p.Above, p.Text, kind = c.idOf(in.Thread+"-first"), "@"+c.account.Username+" "+in.Text, "post.mention.create"
		}
		if in.Kind == channel.KindEcho {
			p.Author, p.Text, kind = c.account.ID, in.Text, "post.create"
		} else if in.Kind != channel.KindMessage {
			t.Fatalf("X tells of no %s", in.Kind)
		}
		return c.server.Posted(kind, c.account.ID, c.server.Publish(p))
	})
}

func (c *xCrowd) Got(*testing.T) []channeltest.Got {
	var all []channeltest.Got
	for _, call := range c.server.Calls() {
		if call.Account != c.account.ID {
			continue
		}
		g := c.got(call)
		if call.Action == "message" {
			g.Act, g.Target = channel.ActReplyInPrivate, c.privately(call)
		}
		all = append(all, g)
	}
	return all
}

// privately is the message of a customer that was answered in private: the last they wrote.
func (c *xCrowd) privately(call xtest.Call) string {
	last := ""
	for name, at := range c.ids {
		if p, known := c.server.Find(at); known && p.Author == call.Target && (last == "" || at > c.ids[last]) {
			last = name
		}
	}
	return last
}

func (c *xCrowd) Renew(t *testing.T) {
	t.Helper()
	c.renew(t, channel.X)
}

func (c *xCrowd) Unable(s channeltest.Step) string { return c.unable(s) }

// xWriters are those who write messages to the account.
type xWriters struct{ *xFolk }

func (w *xWriters) find(t *testing.T, thread string) id.Conversation {
	t.Helper()
	return w.xFolk.find(t, w.point(t, channel.XMessages).ID, xtest.Thread(w.personOf(thread).ID, w.account.ID))
}

func (w *xWriters) Point() (channel.Adapter, channel.EntryPoint) {
	return w.centre.app.services.x.messages, w.point(w.centre.t, channel.XMessages)
}

func (w *xWriters) Says(t *testing.T, happened ...channel.Inbound) {
	t.Helper()
	w.say(t, happened, func(in channel.Inbound) xtest.Event {
		m := xtest.Message{ID: w.idOf(in.ExternalID), From: w.personOf(in.Thread).ID, To: w.account.ID, Text: in.Text}
		kind := "dm.received"
		switch in.Kind {
		case channel.KindMessage:
		case channel.KindEcho:
			m.From, m.To, kind = m.To, m.From, "dm.sent"
		default:
			t.Fatalf("X tells of no %s", in.Kind)
		}
		return w.server.Messaged(kind, w.account.ID, w.server.Write(m))
	})
}

func (w *xWriters) Got(*testing.T) []channeltest.Got {
	var all []channeltest.Got
	for _, call := range w.server.Calls() {
		if call.Account == w.account.ID {
			all = append(all, w.got(call))
		}
	}
	return all
}

func (w *xWriters) Renew(t *testing.T) {
	t.Helper()
	w.renew(t, channel.XMessages)
}

func (w *xWriters) Unable(s channeltest.Step) string { return w.unable(s) }
