package app

import (
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/internal/id"
)

// numberFolk are the people who write to a number at WhatsApp, and Meta between them and us.
type numberFolk struct {
	centre *callCentre
	number *metatest.Number
	key    id.EntryPoint

	mu   sync.Mutex
	told map[string]metatest.Event // by our name, so that the same comes again as it was
}

// whatsAppAccount is what connects a number of a business account.
func (c *callCentre) whatsAppAccount(business, phone, token string) fields {
	return fields{"channel": "whatsapp", "brand_id": c.brand, "queue_id": c.queue, "settings": fields{"waba_id": business, "phone_number_id": phone, "token": token}}
}

// connectWhatsApp connects a number of a business account of its own.
func (c *callCentre) connectWhatsApp(t *testing.T, phoneID string) *numberFolk {
	t.Helper()
	business := c.graph.Business("9" + phoneID)
	f := &numberFolk{centre: c, number: business.Number(phoneID, "+48 22 100 20 30", "Fala"), told: map[string]metatest.Event{}}
	made := c.chief.call("POST", accountsPath, c.whatsAppAccount(business.ID, phoneID, business.Token(metatest.WhatsAppScopes()...)))
	if made.status != http.StatusCreated {
		t.Fatalf("%d %s", made.status, made.body)
	}
	f.key = pointOf(t, made)
	return f
}

// writerOf is who writes in a thread. Some hide their number.
func (f *numberFolk) writerOf(thread string) *metatest.Writer {
	h := fnv.New32a()
	_, _ = h.Write([]byte(thread)) // it returns no error
	n := strconv.FormatUint(uint64(h.Sum32()), 10)
	w := metatest.Writer{User: "PL." + n, Name: "Zofia Wilk"}
	if h.Sum32()%2 == 0 {
		w.Phone = "48" + n
	}
	return f.number.Person(w)
}

func (f *numberFolk) find(t *testing.T, thread string) id.Conversation {
	t.Helper()
	ctx := actor.With(t.Context(), actor.ForSystem(f.centre.tenants[0].TenantID))
	c, _, err := f.centre.app.services.conversations.FindThread(ctx, f.centre.app.db, f.key, f.writerOf(thread).User)
	if err != nil {
		t.Fatal(err)
	}
	return c.ID
}

func (f *numberFolk) path() string { return accountsPath + "/" + f.key.String() }

func (f *numberFolk) Point() (channel.Adapter, channel.EntryPoint) {
	c := f.centre
	p, err := c.app.services.points.Lookup(c.t.Context(), c.app.db, c.tenants[0].TenantID, f.key)
	c.must(err)
	f.number.Writes(f.number.Person(metatest.Writer{User: "c-acts"}), "their-message", metatest.Event{"type": "text"})
	return c.app.services.numbers, p
}

func (f *numberFolk) Says(t *testing.T, happened ...channel.Inbound) {
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
	if status := f.number.Post(all...); status != http.StatusOK {
		t.Fatalf("%d", status)
	}
}

// event says in Meta's words what happened; nil: Meta tells of no such thing.
func (f *numberFolk) event(in channel.Inbound) metatest.Event {
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

func (f *numberFolk) make(in channel.Inbound) metatest.Event {
	who := f.writerOf(in.Thread)
	switch in.Kind {
	case channel.KindMessage:
		return f.number.Writes(who, in.ExternalID, metatest.Event{"type": "text", "text": metatest.Event{"body": in.Text}})
	case channel.KindReaction:
		emoji := in.Text
		if in.Off {
			emoji = ""
		}
		return f.number.Writes(who, in.ExternalID, metatest.Event{"type": "reaction", "reaction": metatest.Event{"message_id": in.Target, "emoji": emoji}})
	case channel.KindReceipt:
		return f.number.Status(in.Target, string(in.State), nil)
	case channel.KindEdit, channel.KindDeletion, channel.KindEcho, channel.KindTyping, channel.KindIdentity, channel.KindNotice, channel.KindHiding, channel.KindPost:
	}
	return nil
}

func (f *numberFolk) Next(_ *testing.T, faults ...channeltest.Fault) {
	menu := map[channeltest.Fault]metatest.Fault{
		channeltest.RateLimited: metatest.CustomLimit, channeltest.Expired: metatest.Expired, channeltest.WindowClosed: metatest.LateThere,
		channeltest.NotAllowed: metatest.NoSuchThere, channeltest.Silent: metatest.Silent, channeltest.Down: metatest.Down,
	}
	for _, fault := range faults {
		f.centre.graph.Next(menu[fault])
	}
}

func (f *numberFolk) Renew(t *testing.T) {
	t.Helper()
	until(t, "the administrator sees that the access has ended", func() bool {
		got := f.centre.chief.call("GET", f.path(), nil)
		return field(t, got.body, "health") == "failing" && field(t, got.body, "health_code") == "meta.reconnect"
	})
	f.centre.graph.Renew()
}

func (f *numberFolk) got(t metatest.Taken) channeltest.Got {
	g := channeltest.Got{Act: channel.ActSend, Name: t.ID, Text: t.Text, On: true}
	switch t.Type {
	case "typing":
		g.Act, g.Target = channel.ActShowTyping, t.Target
	case "read":
		g.Act, g.Target = channel.ActMarkRead, t.Target
	case "reaction":
		g.Act, g.Target, g.Reaction, g.On = channel.ActReact, t.Target, t.Emoji, t.Emoji != ""
		for _, before := range f.number.Taken() { // what is taken back is whatever there is
			if !g.On && before.Type == "reaction" && before.Target == t.Target && before.Emoji != "" {
				g.Reaction = before.Emoji
			}
		}
	}
	return g
}

func (f *numberFolk) BeforeAnswer(_ *testing.T, do func(channeltest.Got)) {
	f.centre.graph.BeforeAnswer(func(m metatest.Message) { do(channeltest.Got{Act: channel.ActSend, Name: m.ID, Text: m.Text}) })
}

func (f *numberFolk) Got(*testing.T) []channeltest.Got {
	var all []channeltest.Got
	for _, t := range f.number.Taken() {
		if !t.Lost {
			all = append(all, f.got(t))
		}
	}
	return all
}

// Posts posts bytes to the address of all numbers.
func (f *numberFolk) Posts(_ *testing.T, body string, signed bool) int {
	if !signed {
		return f.centre.graph.PostSigned([]byte(body), "sha256="+strings.Repeat("0", 64))
	}
	return f.centre.graph.Post([]byte(body))
}

func (f *numberFolk) Unable(s channeltest.Step) string {
	switch s { //nolint:exhaustive // the others can be done
	case channeltest.StepQuarantine:
		return "one address takes the events of all numbers and answers for none: TestWhatANumberCannotSayIsKept shows it"
	case channeltest.StepUndeclared:
		return "the Cloud API tells of messages, reactions and statuses, and of nothing else"
	}
	return ""
}
