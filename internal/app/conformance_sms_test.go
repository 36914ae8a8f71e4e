package app

import (
	"fmt"
	"hash/fnv"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/channel/sms/smpp"
	"github.com/zongler/zongler/internal/channel/sms/smpptest"
	"github.com/zongler/zongler/internal/channel/sms/twiliotest"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/smstext"
)

// numberOf is the telephone of who writes in a thread.
func numberOf(thread string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(thread)) // it returns no error
	return fmt.Sprintf("+48601%06d", h.Sum64()%1e6)
}

// number is a number of ours.
type number struct {
	centre *callCentre
	key    id.EntryPoint
}

// connectNumber connects a number with settings.
func (c *callCentre) connectNumber(t *testing.T, settings fields) number {
	t.Helper()
	made := c.chief.call("POST", accountsPath, fields{"channel": "sms", "brand_id": c.brand, "queue_id": c.queue, "settings": settings})
	if made.status != http.StatusCreated {
		t.Fatalf("%d %s", made.status, made.body)
	}
	return number{c, pointOf(t, made)}
}

func (n number) find(t *testing.T, thread string) id.Conversation {
	t.Helper()
	ctx := actor.With(t.Context(), actor.ForSystem(n.centre.tenants[0].TenantID))
	c, _, err := n.centre.app.services.conversations.FindThread(ctx, n.centre.app.db, n.key, numberOf(thread))
	if err != nil {
		t.Fatal(err)
	}
	return c.ID
}

func (n number) Point() (channel.Adapter, channel.EntryPoint) {
	c := n.centre
	p, err := c.app.services.points.Lookup(c.t.Context(), c.app.db, c.tenants[0].TenantID, n.key)
	c.must(err)
	return c.app.services.textAdapter, p
}

// fails waits until administrators see why a number does not work.
func (n number) fails(t *testing.T, code string) {
	t.Helper()
	until(t, "the administrator sees that it does not work", func() bool {
		got := n.centre.chief.call("GET", accountsPath+"/"+n.key.String(), nil)
		return field(t, got.body, "health") == "failing" && field(t, got.body, "health_code") == code
	})
}

// texters write to a number that goes over a message centre.
type texters struct {
	number

	smsc *smpptest.Centre

	told map[string]bool // what the centre has had an answer to
}

// ourNumber is under which we write.
const ourNumber = "+48221234567"

// connectCentre starts a message centre and connects a number that goes over it.
func (c *callCentre) connectCentre(t *testing.T, more fields) *texters {
	t.Helper()
	smsc, err := smpptest.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(smsc.Close)
	settings := fields{
		"transport": "smpp", "number": ourNumber, "host": smsc.Addr(), "unsafe": true, "system_id": smsc.SystemID, "password": smsc.Password,
	}
	maps.Copy(settings, more)
	return &texters{number: c.connectNumber(t, settings), smsc: smsc, told: map[string]bool{}}
}

func (x *texters) Says(t *testing.T, happened ...channel.Inbound) {
	t.Helper()
	var again []channel.Inbound
	for _, in := range happened {
		if x.told[in.ExternalID] {
			again = append(again, in)
			continue
		}
		x.say(t, in)
		x.told[in.ExternalID] = true
	}
	for len(again) > 0 { // a centre brings again only what it had no answer to, on another line, and once
		x.smsc.Cut()
		var later []channel.Inbound
		brought := map[string]bool{}
		for _, in := range again {
			if brought[in.ExternalID] {
				later = append(later, in)
				continue
			}
			x.say(t, in)
			brought[in.ExternalID] = true
		}
		again = later
	}
}

func (x *texters) say(t *testing.T, in channel.Inbound) {
	t.Helper()
	var err error
	switch in.Kind {
	case channel.KindMessage:
		a := smstext.AlphabetOf(in.Text)
		var status smpp.Status
		if status, err = x.smsc.Deliver(smpptest.Text(numberOf(in.Thread), ourNumber, in.Text, a)); err == nil && status != smpp.OK {
			err = fmt.Errorf("it is answered %s", status)
		}
	case channel.KindReceipt:
		state := map[channel.State]smpp.State{channel.Arrived: smpp.Delivered, channel.Taken: smpp.Accepted, channel.Refused: smpp.Undeliverable}[in.State]
		err = x.smsc.Receipt(numberOf(in.Thread), ourNumber, in.Target, state, "")
	default:
		err = fmt.Errorf("a centre tells of no %s", in.Kind)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (x *texters) Next(_ *testing.T, faults ...channeltest.Fault) {
	for _, f := range faults {
		switch f {
		case channeltest.RateLimited:
			x.smsc.Next(smpptest.Throttled)
		case channeltest.NotAllowed:
			x.smsc.Next(smpptest.Refused)
		case channeltest.Silent:
			x.smsc.Next(smpptest.Silent)
		case channeltest.Down:
			x.smsc.Away(1)
		case channeltest.Expired:
			x.smsc.Lock()
		case channeltest.WindowClosed:
		}
	}
}

func (x *texters) Renew(t *testing.T) {
	t.Helper()
	x.fails(t, "sms.reconnect")
	x.smsc.Unlock()
}

func (x *texters) got(m smpptest.Message) channeltest.Got {
	return channeltest.Got{Act: channel.ActSend, Name: m.ID, Text: m.Text}
}

func (x *texters) BeforeAnswer(_ *testing.T, do func(channeltest.Got)) {
	x.smsc.BeforeAnswer(func(m smpptest.Message) { do(x.got(m)) })
}

func (x *texters) Got(t *testing.T) []channeltest.Got {
	t.Helper()
	if broken := x.smsc.Broken(); len(broken) > 0 {
		t.Errorf("rules were broken: %q", broken)
	}
	var all []channeltest.Got
	for _, m := range x.smsc.Got() {
		all = append(all, x.got(m))
	}
	return all
}

func (x *texters) Unable(s channeltest.Step) string {
	return map[channeltest.Step]string{
		channeltest.StepRefusal:    "a centre gives a number as its reason, no words: TestRefusalsAreTold shows it",
		channeltest.StepUndeclared: "a centre brings messages and receipts, and knows no way to tell of anything else",
		channeltest.StepQuarantine: "nothing is posted: TestWhatACentreCannotSayIsKept shows what is not understood",
		channeltest.StepForged:     "nothing is posted: who is not signed in at the centre is brought nothing",
	}[s]
}

// gatewayFolk write to a number that goes over a gateway.
type gatewayFolk struct {
	number

	gateway *twiliotest.Gateway
}

// worldURL is how the world reaches the house of a test.
const worldURL = "https://fala.example"

// connectGateway starts a gateway and connects a number that goes over it.
func (c *callCentre) connectGateway(t *testing.T) *gatewayFolk {
	t.Helper()
	c.app.services.texts.BaseURL = worldURL
	g := twiliotest.New(ourNumber)
	g.Reason = channeltest.Reason
	t.Cleanup(g.Close)
	n := c.connectNumber(t, fields{"transport": "gateway", "number": ourNumber, "account": g.SID, "token": g.Token, "base_url": g.URL()})
	return &gatewayFolk{n, g}
}

// path is where a gateway posts.
func (x *gatewayFolk) path() string {
	_, p := x.Point()
	return "/hooks/sms/" + p.Address
}

// post posts a form as the gateway would, with a signature.
func (x *gatewayFolk) post(body, signature string) answer {
	r := httptest.NewRequestWithContext(x.centre.t.Context(), http.MethodPost, (&url.URL{Path: x.path()}).String(), strings.NewReader(body))
	r.RemoteAddr = "10.200.1.1:4000"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Twilio-Signature", signature)
	w := httptest.NewRecorder()
	x.centre.handler.ServeHTTP(w, r)
	return answer{w.Code, w.Body.String()}
}

func (x *gatewayFolk) form(t *testing.T, form url.Values) {
	t.Helper()
	if got := x.post(form.Encode(), x.gateway.Sign(worldURL+x.path(), form)); got.status != http.StatusAccepted {
		t.Fatalf("%d %s", got.status, got.body)
	}
}

func (x *gatewayFolk) Says(t *testing.T, happened ...channel.Inbound) {
	t.Helper()
	for _, in := range happened {
		switch in.Kind {
		case channel.KindMessage:
			x.form(t, x.gateway.Inbound(in.ExternalID, numberOf(in.Thread), ourNumber, in.Text))
		case channel.KindReceipt:
			status := map[channel.State]string{channel.Arrived: "delivered", channel.Taken: "sent", channel.Refused: "undelivered"}[in.State]
			x.form(t, x.gateway.Status(in.Target, status, ""))
		default:
			t.Fatalf("a gateway tells of no %s", in.Kind)
		}
	}
}

func (x *gatewayFolk) Posts(_ *testing.T, body string, signed bool) int {
	signature := "AAAA"
	if signed {
		form, _ := url.ParseQuery(body) // what is none is signed as far as it goes
		signature = x.gateway.Sign(worldURL+x.path(), form)
	}
	return x.post(body, signature).status
}

func (x *gatewayFolk) Next(_ *testing.T, faults ...channeltest.Fault) {
	menu := map[channeltest.Fault]twiliotest.Fault{
		channeltest.RateLimited: twiliotest.Busy, channeltest.Expired: twiliotest.Locked, channeltest.NotAllowed: twiliotest.Refused,
		channeltest.Silent: twiliotest.Silent, channeltest.Down: twiliotest.Away,
	}
	for _, f := range faults {
		x.gateway.Next(menu[f])
	}
}

func (x *gatewayFolk) Renew(t *testing.T) {
	t.Helper()
	x.fails(t, "sms.reconnect")
	x.gateway.Unlock()
}

func (x *gatewayFolk) got(m twiliotest.Message) channeltest.Got {
	return channeltest.Got{Act: channel.ActSend, Name: m.SID, Text: m.Body}
}

func (x *gatewayFolk) BeforeAnswer(_ *testing.T, do func(channeltest.Got)) {
	x.gateway.BeforeAnswer(func(m twiliotest.Message) { do(x.got(m)) })
}

func (x *gatewayFolk) Got(*testing.T) []channeltest.Got {
	var all []channeltest.Got
	for _, m := range x.gateway.Got() {
		all = append(all, x.got(m))
	}
	return all
}

func (x *gatewayFolk) Unable(s channeltest.Step) string {
	return map[channeltest.Step]string{
		channeltest.StepUndeclared: "a gateway posts messages and what became of ours, and knows no way to tell of anything else",
		channeltest.StepQuarantine: "it posts forms: TestWhatAGatewayCannotSayIsKept shows what is not understood",
	}[s]
}
