package whatsapp

import (
	"errors"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

func TestAnErrorSaysWhatBecomesOfAMessage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		err     error
		verdict channel.Verdict
		code    string
		after   time.Duration
	}{
		{"something went wrong at Meta", &meta.Fault{Code: 131000}, channel.Retry, "meta.failing", 0},
		{"it is not there", &meta.Fault{Code: 131016}, channel.Retry, "meta.failing", 0},
		{"the server is down for repair", &meta.Fault{Code: 133004}, channel.Retry, "meta.failing", 0},
		{"an unknown error", &meta.Fault{Code: 1}, channel.Retry, "meta.failing", 0},
		{"a service error", &meta.Fault{Code: 2}, channel.Retry, "meta.failing", 0},
		{"too often to the same person", &meta.Fault{Code: 131056}, channel.Retry, "meta.busy", pairPause},
		{"too many of the number", &meta.Fault{Code: 130429}, channel.Retry, "meta.busy", ratePause},
		{"too many of the business account", &meta.Fault{Code: 80007}, channel.Retry, "meta.busy", 0},
		{"the token is good no more", &meta.Fault{Code: 190}, channel.Reconnect, "meta.reconnect", 0},
		{"a permission lacks", &meta.Fault{Code: 10}, channel.Reconnect, "meta.permission", 0},
		{"nobody has paid", &meta.Fault{Code: 131042}, channel.Reconnect, "whatsapp.payment", 0},
		{"the number is not registered", &meta.Fault{Code: 133010}, channel.Reconnect, "whatsapp.unregistered", 0},
		{"a day has passed", &meta.Fault{Code: 131047}, channel.WindowClosed, "reply.window_closed", 0},
		{"it cannot be delivered", &meta.Fault{Code: 131026}, channel.Permanent, "whatsapp.undeliverable", 0},
		{"enough advertising", &meta.Fault{Code: 131049}, channel.Permanent, "whatsapp.marketing", 0},
		{"too many values", &meta.Fault{Code: 132000}, channel.Permanent, "template.gone", 0},
		{"no such template", &meta.Fault{Code: 132001}, channel.Permanent, "template.gone", 0},
		{"a paused template", &meta.Fault{Code: 132015}, channel.Permanent, "template.paused", 0},
		{"blocked for a policy", &meta.Fault{Code: 368}, channel.Permanent, "meta.restricted", 0},
		{"a wrong parameter", &meta.Fault{Code: 100}, channel.Permanent, "meta.refused", 0},
		{"a proxy that gave up", &meta.Fault{Status: 502}, channel.Ambiguous, "delivery.no_answer", 0},
		{"an answer that was lost", &outhttp.Lost{Began: true, Err: errors.New("cut")}, channel.Ambiguous, "delivery.unknown", 0},
		{"nobody was reached", &outhttp.Lost{Err: errors.New("refused")}, channel.Retry, "meta.unreachable", 0},
	} {
		f := failure(c.err)
		if f.Verdict != c.verdict || f.Code != c.code || f.After != c.after {
			t.Errorf("%s: %s %s after %s", c.name, f.Verdict, f.Code, f.After)
		}
		if again := failure(f); again != f {
			t.Errorf("%s is judged twice", c.name)
		}
	}
	if f := failure(&meta.Fault{Code: 131026, Message: "(#131026)", Details: "no WhatsApp"}); f.Words != "no WhatsApp" {
		t.Errorf("the words are %q", f.Words)
	}
}

// Templates are asked for once, and again when Meta says that they have changed.
func TestTemplatesAreAsMetaHasThem(t *testing.T) {
	t.Parallel()
	a, number, out := desk(t)
	business := number.Business()
	business.Template(metatest.Event{"name": "foto", "language": "pl", "status": "APPROVED", "category": "MARKETING", "components": []metatest.Event{{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "x"}}})
	business.Template(metatest.Event{"name": "kod", "language": "pl", "status": "APPROVED", "category": "AUTHENTICATION", "components": []metatest.Event{{"type": "BODY", "text": "{{1}}"}}})
	business.Template(metatest.Event{"name": "akcja", "language": "hu", "status": "REJECTED", "category": "MARKETING", "components": []metatest.Event{{"type": "BODY", "text": "x"}}})
	unfit := func() map[string]string {
		all, err := a.Templates(t.Context(), out.EntryPoint)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]string{}
		for _, one := range all {
			found[one.Name] = one.Unfit
		}
		return found
	}
	got := unfit()
	if len(got) != 4 || got["paczka_w_drodze"] != "" || got["foto"] != "template.kind" || got["kod"] != "template.kind" || got["akcja"] != "template.pending" {
		t.Errorf("%v", got)
	}
	told := business.SetStatus("paczka_w_drodze", "PAUSED")
	looked := business.Looked()
	if unfit()["paczka_w_drodze"] != "" || business.Looked() != looked {
		t.Error("it was asked for again within five minutes")
	}
	pieces, err := meta.Split(number.Body(told))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pieces {
		for _, one := range a.Arrive(p) {
			if one.Err != nil || one.Address != business.ID || one.Kind != channel.KindNotice {
				t.Errorf("%+v", one)
			}
		}
	}
	if got := unfit()["paczka_w_drodze"]; got != "template.paused" {
		t.Errorf("it is %q", got)
	}
}

// What Meta refuses of a message is refused here, too: the counterpart is as strict as its documents.
func TestTheCounterpartRefusesWhatMetaRefuses(t *testing.T) {
	t.Parallel()
	a, number, out := desk(t)
	number.Pace()
	out.Text = "pierwsza"
	if _, err := a.Send(t.Context(), out); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Send(t.Context(), out); channel.Judge(err).After != pairPause {
		t.Errorf("two messages within six seconds: %v", err)
	}
	nobody := out
	nobody.To.ExternalID = "PL.0"
	if _, err := a.Send(t.Context(), nobody); channel.Judge(err).Verdict != channel.Permanent {
		t.Errorf("nobody of this business: %v", err)
	}
	use := channel.TemplateUse{Name: "paczka_w_drodze", Language: "pl", Values: map[string]string{"header.1": "77"}}
	short := out
	short.Template = &use
	short.To.ExternalID = "48600100200"
	if _, err := a.SendTemplate(t.Context(), short); channel.Judge(err).Code != "template.gone" {
		t.Errorf("values that lack: %v", err)
	}
}
