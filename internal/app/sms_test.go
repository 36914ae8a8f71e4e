package app

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/channel/sms/smpp"
	"github.com/zongler/zongler/internal/channel/sms/smpptest"
	"github.com/zongler/zongler/internal/channel/sms/twiliotest"
	"github.com/zongler/zongler/internal/kit/smstext"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// writer is somebody who writes to a number of ours, and the desk that reads it.
type writer interface {
	channeltest.Subject
	fails(t *testing.T, code string)
}

// says has somebody write text, and waits until agents see it.
func says(t *testing.T, x writer, d *testDesk, thread, text string) {
	t.Helper()
	in := channel.Inbound{Kind: channel.KindMessage, Thread: thread, ExternalID: thread + " " + text, Text: text}
	x.Says(t, in)
	until(t, "agents see "+text, func() bool { return has(d.Entries(t, thread), text) })
}

// stands waits until an answer is in a state, and returns why.
func stands(t *testing.T, d *testDesk, thread, text, state string) (reason string) {
	t.Helper()
	until(t, text+" is "+state, func() bool {
		for _, e := range d.Entries(t, thread) {
			if e.Text == text && e.Delivery == state {
				reason = e.Reason
				return true
			}
		}
		return false
	})
	return reason
}

// Who writes STOP gets nothing more from that number until they write START.
func TestStopIsHeeded(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		const confirmed = "Więcej nie napiszemy."
		centre, gateway := c.connectCentre(t, fields{"confirm_pl": confirmed}), c.connectGateway(t)
		for name, x := range map[string]writer{"centre": centre, "gateway": gateway} {
			find := centre.find
			if name == "gateway" {
				find = gateway.find
			}
			_, p := x.Point()
			desk := c.desk(p.ID, find)
			thread := "stop-" + name
			says(t, x, desk, thread, "Dzień dobry")
			desk.Take(t, thread)
			says(t, x, desk, thread, "Leiratkozás!")
			until(t, "it is kept with the customer", func() bool {
				row := c.chief.call("GET", "/api/v1/conversations/"+find(t, thread).String(), nil)
				kept := c.chief.call("GET", "/api/v1/customers/"+field(t, row.body, "customer.id")+"/consents", nil)
				return strings.Contains(kept.body, "withdrawn") && strings.Contains(kept.body, "Leiratkozás!") && strings.Contains(kept.body, `"sms"`)
			})
			if name == "centre" {
				until(t, "it is confirmed", func() bool {
					return slices.ContainsFunc(x.Got(t), func(g channeltest.Got) bool { return g.Text == confirmed })
				})
				says(t, x, desk, thread, "STOP")
			}
			desk.Reply(t, thread, "Szkoda")
			if why := stands(t, desk, thread, "Szkoda", "failed"); why != "sms.stopped" {
				t.Errorf("%s: the reason is %q", name, why)
			}
			says(t, x, desk, thread, "START")
			until(t, "an answer goes out again", func() bool {
				desk.Reply(t, thread, "Witamy")
				return slices.ContainsFunc(x.Got(t), func(g channeltest.Got) bool { return g.Text == "Witamy" })
			})
			for _, g := range x.Got(t) {
				if g.Text == "Szkoda" {
					t.Errorf("%s: it was sent", name)
				}
			}
			says(t, x, desk, thread, "WYPISZ") // again on the same day
			until(t, "nothing goes out any more", func() bool {
				desk.Reply(t, thread, "Nic")
				return slices.ContainsFunc(desk.Entries(t, thread), func(e channeltest.Seen) bool { return e.Text == "Nic" && e.Reason == "sms.stopped" })
			})
			told := slices.DeleteFunc(slices.Clone(x.Got(t)), func(g channeltest.Got) bool { return g.Text != confirmed })
			if want := map[string]int{"centre": 1}[name]; len(told) != want {
				t.Errorf("%s: confirmed %d times", name, len(told))
			}
		}
	})
}

// A long text goes out in segments and has arrived when all of them have; one that comes
// in parts, in whatever order, is one message.
func TestLongTextsAreOneMessage(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		x := c.connectCentre(t, nil)
		desk := c.desk(x.key, x.find)
		const thread = "long"
		long := strings.Repeat("Zażółć gęślą jaźń 👍. ", 8)
		texts, a := smstext.Split(long)
		if len(texts) != 3 {
			t.Fatal(len(texts))
		}
		for _, i := range []int{2, 0, 0, 1} { // one comes twice
			m := smpptest.Text(numberOf(thread), ourNumber, texts[i], a).WithHeader(smstext.Header{Ref: 7, Total: 3, Part: i + 1})
			if status, err := x.smsc.Deliver(m); err != nil || status != smpp.OK {
				t.Fatal(status, err)
			}
		}
		until(t, "agents see it whole", func() bool { return has(desk.Entries(t, thread), strings.TrimSpace(long)) })
		desk.Take(t, thread)
		answer := strings.Repeat("Dziękujemy! ", 20)
		desk.Reply(t, thread, answer)
		answer = strings.TrimSpace(answer)
		stands(t, desk, thread, answer, "sent")
		got := x.smsc.Got()
		if len(got) != 1 || got[0].Text != answer || got[0].Parts != 4 || len(got[0].IDs) != 4 {
			t.Fatalf("%+v", got)
		}
		for i, id := range []int{3, 1, 0, 2} {
			if err := x.smsc.Receipt(numberOf(thread), ourNumber, got[0].IDs[id], smpp.Delivered, ""); err != nil {
				t.Fatal(err)
			}
			if i < 3 {
				stands(t, desk, thread, answer, "sent")
			}
		}
		stands(t, desk, thread, answer, "delivered")
	})
}

// What a centre refuses for ever is told; a part that does not arrive is, too.
func TestRefusalsAreTold(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	x := c.connectCentre(t, fields{"ids": "hex", "plain": true})
	desk := c.desk(x.key, x.find)
	const thread = "refused"
	says(t, x, desk, thread, "Dzień dobry")
	desk.Take(t, thread)
	x.smsc.Next(smpptest.Refused)
	desk.Reply(t, thread, "Nie dojdzie")
	if why := stands(t, desk, thread, "Nie dojdzie", "failed"); why != "sms.bad_number" {
		t.Errorf("%q", why)
	}
	long := strings.Repeat("Część. ", 30)
	desk.Reply(t, thread, long)
	long = strings.TrimSpace(long)
	stands(t, desk, thread, long, "sent")
	got := x.smsc.Got()
	if len(got) != 1 || got[0].Alphabet != smstext.GSM || got[0].Parts != 2 || !strings.HasPrefix(got[0].Text, "Czesc.") {
		t.Fatalf("plain texts cost less: %+v", got)
	}
	named, err := strconv.ParseUint(got[0].IDs[1], 16, 64) // this centre writes names in decimal in its receipts
	if err != nil {
		t.Fatal(err)
	}
	if err := x.smsc.Receipt(numberOf(thread), ourNumber, strconv.FormatUint(named, 10), smpp.Expired, "011"); err != nil {
		t.Fatal(err)
	}
	until(t, "it has failed", func() bool {
		return slices.ContainsFunc(desk.Entries(t, thread), func(e channeltest.Seen) bool {
			return e.Text == long && e.Delivery == "failed" && e.Reason == "sms.expired"
		})
	})
}

// What cannot be understood of a centre is kept with the reason, and the line goes on.
func TestWhatACentreCannotSayIsKept(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	x := c.connectCentre(t, nil)
	desk := c.desk(x.key, x.find)
	binary := smpptest.Text(numberOf("b"), ourNumber, "BEGIN:VCARD", smstext.GSM)
	binary.Coding = 4
	nameless := smpptest.Text(numberOf("b"), ourNumber, "stat:DELIVRD", smstext.GSM)
	nameless.ESMClass = 4
	for code, m := range map[string]smpp.Message{"sms.binary": binary, "sms.receipt": nameless} {
		if status, err := x.smsc.Deliver(m); err != nil || status != smpp.OK {
			t.Fatal(status, err)
		}
		if kept := desk.refused(t); !slices.ContainsFunc(kept, func(e keptEvent) bool { return e.Reason == code }) {
			t.Errorf("%s is not kept: %+v", code, kept)
		}
	}
	says(t, x, desk, "after", "Halo?")
}

// What cannot be understood of a gateway is kept with the reason; what is forged is not.
func TestWhatAGatewayCannotSayIsKept(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	x := c.connectGateway(t)
	desk := c.desk(x.key, x.find)
	for i, body := range []string{`{`, "%zz", "\xff\xfe", "MessageSid=SM1", "Body=x"} {
		if status := x.Posts(t, body, true); body != "%zz" && status != http.StatusUnprocessableEntity || body == "%zz" && status != http.StatusUnauthorized {
			t.Errorf("%d %q gets %d", i, body, status)
		}
	}
	if kept := desk.refused(t); len(kept) != 4 {
		t.Errorf("%+v", kept)
	}
	form := x.gateway.Inbound("SM9", numberOf("g"), ourNumber, "Zażółć")
	for name, signature := range map[string]string{
		"of another address": x.gateway.Sign("https://other.example"+x.path(), form), "of another body": x.gateway.Sign(worldURL+x.path(), url.Values{}), "none": "",
	} {
		if got := x.post(form.Encode(), signature); got.status != http.StatusUnauthorized {
			t.Errorf("a signature %s gets %d", name, got.status)
		}
	}
}

// A number is connected by who is let in with it, and an account that has it.
func TestNumbersAreProven(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	smsc, err := smpptest.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(smsc.Close)
	g := twiliotest.New(ourNumber)
	t.Cleanup(g.Close)
	centre := fields{"transport": "smpp", "number": ourNumber, "host": smsc.Addr(), "unsafe": true, "system_id": smsc.SystemID, "password": smsc.Password}
	gateway := fields{"transport": "gateway", "number": ourNumber, "account": g.SID, "token": g.Token, "base_url": g.URL()}
	with := func(of fields, key string, value any) fields {
		out := maps.Clone(of)
		out[key] = value
		return out
	}
	for name, x := range map[string]struct {
		settings fields
		want     string
	}{
		"a wrong password":                {with(centre, "password", "zle"), "sms.sign_in"},
		"no port":                         {with(centre, "host", "localhost"), "sms.host"},
		"no number":                       {with(centre, "number", "Fala contact centre"), "sms.number"},
		"nobody there":                    {with(centre, "host", "127.0.0.1:9"), "sms.unreachable"},
		"a wrong token":                   {with(gateway, "token", "zle"), "sms.sign_in"},
		"a number that is not theirs":     {with(gateway, "number", "+48221234568"), "sms.not_yours"},
		"an address that is none":         {with(gateway, "base_url", "ftp://x"), "format.url"},
		"a password that others can read": {with(centre, "unsafe", false), "sms.unreachable"},
	} {
		got := c.chief.call("POST", accountsPath, fields{"channel": "sms", "brand_id": c.brand, "queue_id": c.queue, "settings": x.settings})
		if got.status/100 == 2 || !strings.Contains(got.body, x.want) {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
		if strings.Contains(got.body, smsc.Password) || strings.Contains(got.body, g.Token) {
			t.Errorf("%s: a secret is shown: %s", name, got.body)
		}
	}
	if n := smsc.Binds(); n != 0 {
		t.Errorf("somebody was bound %d times", n)
	}
	c.app.services.texts.BaseURL = worldURL
	n := c.connectNumber(t, gateway)
	got := c.chief.call("POST", accountsPath+"/"+n.key.String()+"/test", nil)
	if got.status != http.StatusOK || strings.Contains(got.body, `"ok":false`) {
		t.Errorf("%d %s", got.status, got.body)
	}
	if _, p := n.Point(); g.HookOf(ourNumber) != worldURL+"/hooks/sms/"+p.Address {
		t.Errorf("it posts to %q", g.HookOf(ourNumber))
	}
}

// A line that breaks comes back by itself, and one that is closed is left.
func TestALineToACentreIsKept(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	x := c.connectCentre(t, nil)
	desk := c.desk(x.key, x.find)
	says(t, x, desk, "line", "Raz")
	before := x.smsc.Binds()
	x.smsc.Cut()
	says(t, x, desk, "line", "Dwa")
	if n := x.smsc.Binds(); n != before+1 {
		t.Errorf("%d lines instead of one", n-before)
	}
	if got := c.chief.call("POST", accountsPath+"/"+x.key.String()+"/archive", nil); got.status/100 != 2 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	until(t, "nobody is bound", func() bool { return x.smsc.Lines() == 0 })
}

// A centre may bring what is for one number on the line of another of the same account.
func TestNumbersOfOneAccountShareItsLines(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	x := c.connectCentre(t, nil)
	const other = "+48221234599"
	second := c.connectNumber(t, fields{
		"transport": "smpp", "number": other, "host": x.smsc.Addr(), "unsafe": true, "system_id": x.smsc.SystemID, "password": x.smsc.Password,
	})
	for _, to := range []string{other, ourNumber} {
		if err := x.smsc.Says(numberOf("shared"), to, "Do "+to); err != nil {
			t.Fatal(err)
		}
	}
	first, then := c.desk(x.key, x.find), c.desk(second.key, second.find)
	until(t, "each gets its own", func() bool {
		return has(first.Entries(t, "shared"), "Do "+ourNumber) && has(then.Entries(t, "shared"), "Do "+other)
	})
	if has(first.Entries(t, "shared"), "Do "+other) || has(then.Entries(t, "shared"), "Do "+ourNumber) {
		t.Error("what is for one is read at the other")
	}
}
