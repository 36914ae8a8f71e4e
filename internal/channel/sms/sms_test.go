package sms

import (
	"encoding/json"
	"net/url"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/sms/smpp"
	"github.com/zongler/zongler/internal/channel/sms/twilio"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

func point(t *testing.T, s Settings) channel.EntryPoint {
	t.Helper()
	config, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return channel.EntryPoint{ID: 7, Tenant: 1, Channel: channel.SMS, Address: s.address(), Config: config}
}

// Two tenants may send under one name; Twilio vouches for its numbers, others only for their accounts.
func TestAddressesBelongToWhoIsLetIn(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]Settings{
		"+48221234567":                         {Transport: Gateway, Number: "+48221234567", Account: "AC1"},
		"+48221234567@AC1@gateway.example":     {Transport: Gateway, Number: "+48221234567", Account: "AC1", BaseURL: "https://gateway.example/api"},
		"Fala@fala@smpp.example.com:2775":      {Transport: SMPP, Number: "Fala", SystemID: "fala", Host: "smpp.example.com:2775"},
		"+3612345678@fala@smpp.example.com:77": {Transport: SMPP, Number: "+3612345678", SystemID: "fala", Host: "smpp.example.com:77"},
	} {
		if got := s.address(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestNumbersAreWrittenInOneWay(t *testing.T) {
	t.Parallel()
	s, err := Settings{Transport: SMPP, Number: "+48 (22) 123-45-67", Host: "a:1"}.check("test")
	if err != nil || s.Number != "+48221234567" || s.Country != "PL" {
		t.Fatalf("%+v %v", s, err)
	}
	for text, want := range map[string]string{
		"601234567": "+48601234567", "48601234567": "+48601234567", "+36301234567": "+36301234567", "72880": "72880", "InfoSMS": "InfoSMS", "": "",
	} {
		if got := s.numberOf(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// Centres write the name of a message one way when they take it and another in its receipt.
func TestNamesOfMessagesMeet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ids               IDs
		answered, receipt string
	}{
		{Same, "ABC-1", "ABC-1"}, {Hex, "1A2b", "6699"}, {Hex, "00001A2B", "0000006699"}, {Decimal, "6699", "1A2B"}, {Hex, "not-a-number", "not-a-number"},
	} {
		if a, b := c.ids.known(c.answered), c.ids.receipted(c.receipt); a != b {
			t.Errorf("%s: %q and %q", c.ids, a, b)
		}
	}
}

// What the vectors of errors say to the message that met them.
func TestErrorsAreJudged(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		got     *channel.Failure
		verdict channel.Verdict
		code    string
	}{
		{"throttled", failureOf(&smpp.Refusal{Status: smpp.Throttled}), channel.Retry, "sms.busy"},
		{"queue full", failureOf(&smpp.Refusal{Status: smpp.QueueFull}), channel.Retry, "sms.busy"},
		{"system error", failureOf(&smpp.Refusal{Status: smpp.SystemError}), channel.Retry, "sms.failing"},
		{"bad destination", failureOf(&smpp.Refusal{Status: smpp.BadDest}), channel.Permanent, "sms.bad_number"},
		{"bad source", failureOf(&smpp.Refusal{Status: smpp.BadSource}), channel.Reconnect, "sms.sender"},
		{"a status of the vendor", failureOf(&smpp.Refusal{Status: 0x400}), channel.Permanent, "sms.refused"},
		{"not written", failureOf(&smpp.Lost{Err: errs.New(errs.Internal, "x", "x")}), channel.Retry, "sms.unreachable"},
		{"perhaps taken", failureOf(&smpp.Lost{Began: true, Err: errs.New(errs.Internal, "x", "x")}), channel.Ambiguous, "delivery.no_answer"},
		{"not let in", unbound(&smpp.Refusal{Status: smpp.BadPassword}), channel.Reconnect, "sms.reconnect"},
		{"left alone", unbound(&waitError{time.Second, &smpp.Refusal{Status: smpp.BadPassword}}), channel.Reconnect, "sms.reconnect"},
		{"21610", faultOf(&twilio.Fault{HTTP: 400, Code: 21610}), channel.Permanent, "sms.stopped"},
		{"21211", faultOf(&twilio.Fault{HTTP: 400, Code: 21211}), channel.Permanent, "sms.bad_number"},
		{"20003", faultOf(&twilio.Fault{HTTP: 401, Code: 20003}), channel.Reconnect, "sms.reconnect"},
		{"20429", faultOf(&twilio.Fault{HTTP: 429, Code: 20429, After: time.Minute}), channel.Retry, "sms.busy"},
		{"503 of a proxy", faultOf(&twilio.Fault{HTTP: 503}), channel.Retry, "sms.busy"},
		{"502 of a proxy", faultOf(&twilio.Fault{HTTP: 502}), channel.Ambiguous, "delivery.no_answer"},
		{"500 of theirs", faultOf(&twilio.Fault{HTTP: 500, Code: 20500}), channel.Ambiguous, "delivery.no_answer"},
		{"no line", faultOf(&outhttp.Lost{}), channel.Retry, "sms.unreachable"},
		{"a line that broke", faultOf(&outhttp.Lost{Began: true, Err: errs.New(errs.Internal, "x", "x")}), channel.Ambiguous, "delivery.no_answer"},
	} {
		if c.got.Verdict != c.verdict || c.got.Code != c.code {
			t.Errorf("%s: %s %s, want %s %s", c.name, c.got.Verdict, c.got.Code, c.verdict, c.code)
		}
	}
}

// A centre that says it is too much is left alone for longer and longer, and trusted again by and by.
func TestAThrottledCentreIsLeftAlone(t *testing.T) {
	t.Parallel()
	w, now := &wire{}, time.Now()
	for _, want := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
		if got := w.throttled(now); got != want || w.wait(now) != want {
			t.Errorf("%s, want %s", got, want)
		}
		if again := w.throttled(now); again != want { // others hear the same at that time
			t.Errorf("%s", again)
		}
		now = now.Add(want)
	}
	w.taken()
	if got := w.throttled(now); got != 4*time.Second {
		t.Errorf("%s", got)
	}
	for range 20 {
		now = now.Add(time.Hour)
		w.throttled(now)
	}
	if got := w.wait(now); got != slowestPause {
		t.Errorf("%s", got)
	}
}

// Parts make a message when all are there, whatever else has their number; after a while it is taken without the rest.
func TestPartsWaitForEachOther(t *testing.T) {
	t.Parallel()
	now := time.Now()
	part := func(digest string, ref, total, part int, age time.Duration) received {
		return received{Name: digest, Digest: digest, Sender: "+48601000000", Ref: ref, Total: total, Part: part, ReceivedAt: now.Add(-age)}
	}
	names := func(sets [][]received) (out []string) {
		for _, set := range sets {
			all := ""
			for _, r := range set {
				all += r.Digest
			}
			out = append(out, all)
		}
		return out
	}
	for name, c := range map[string]struct {
		waiting []received
		want    string
	}{
		"one alone":                     {[]received{part("a", 0, 1, 1, 0)}, `["a"]`},
		"two of two, the last first":    {[]received{part("b", 1, 2, 2, 0), part("a", 1, 2, 1, 0)}, `["ba"]`},
		"one of two":                    {[]received{part("a", 1, 2, 1, 0)}, `null`},
		"one of two, long ago":          {[]received{part("a", 1, 2, 1, time.Hour)}, `["a"]`},
		"one of them twice":             {[]received{part("a", 1, 2, 1, 0), part("a", 1, 2, 1, 0), part("b", 1, 2, 2, 0)}, `["aab"]`},
		"a number that is used again":   {[]received{part("a", 1, 2, 1, time.Minute), part("c", 1, 2, 1, 0), part("d", 1, 2, 2, 0)}, `["a","cd"]`},
		"two messages at the same time": {[]received{part("a", 1, 2, 1, 0), part("x", 2, 2, 1, 0), part("y", 2, 2, 2, 0), part("b", 1, 2, 2, 0)}, `["xy","ab"]`},
	} {
		got, err := json.Marshal(names(setsOf(c.waiting, now)))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// The example is that of Twilio's documents on validating requests.
func TestSignaturesAreTwilios(t *testing.T) {
	t.Parallel()
	form := url.Values{
		"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675309"}, "Digits": {"1234"}, "From": {"+14158675309"}, "To": {"+18005551212"},
	}
	const address, token, want = "https://mycompany.com/myapp.php?foo=1&bar=2", "12345", "RSOYDt4T1cUTdK1PDd93/VVr8B8="
	if got := twilio.Sign(token, address, form); got != want {
		t.Errorf("%s", got)
	}
	if !twilio.Signed(token, address, form, want) || twilio.Signed("12346", address, form, want) || twilio.Signed(token, address, form, "") {
		t.Error("a signature is not told from another")
	}
}

// Whatever is posted or kept is read without harm, and an event that passes is whole.
func FuzzRead(f *testing.F) {
	f.Add([]byte("MessageSid=SM1&From=%2B48601234567&To=%2B48221234567&Body=Za%C5%BC%C3%B3%C5%82%C4%87&NumMedia=1&MediaUrl0=https://a.example/1"), true)
	f.Add([]byte("MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30003"), true)
	f.Add([]byte(`{"kind":"message","id":"a","from":"+48601234567","text":"hi","at":"2026-11-29T07:00:00Z"}`), false)
	f.Add([]byte(`{"kind":"receipt","id":"r","entry_id":"7","state":"delivered","at":"2026-11-29T07:00:00Z"}`), false)
	f.Fuzz(func(t *testing.T, raw []byte, gateway bool) {
		s := Settings{Transport: SMPP, Number: "+48221234567", Country: "PL"}
		if gateway {
			s.Transport = Gateway
		}
		a := NewAdapter()
		arrived, err := a.Split(point(t, s), raw)
		if err != nil || len(arrived) != 1 || arrived[0].ID == "" {
			t.Fatalf("%+v %v", arrived, err)
		}
		in, err := a.Read(point(t, s), raw)
		if err != nil {
			if !errs.Is(errs.Invalid, err) {
				t.Fatal(err)
			}
			return
		}
		if in.Kind == channel.KindMessage && (in.Thread == "" || in.Text == "" && len(in.Remote) == 0) || in.Kind == channel.KindReceipt && in.Entry == id.Entry(0) && in.Target == "" {
			t.Fatalf("%+v", in)
		}
	})
}
