package channeltest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/id"
)

// acts asks for everything that there is to be asked of a channel.
func (r *run) acts(t *testing.T) {
	t.Helper()
	for _, act := range channel.Acts() {
		if r.can.Can(act) && slices.Contains([]channel.Act{channel.ActSend, channel.ActTemplate, channel.ActEdit, channel.ActDelete, channel.ActReact}, act) {
			continue // the desk does it in other steps
		}
		cmd := channel.Command{
			Act: act, Target: "their-message", Reaction: "❤️",
			Out: channel.Outgoing{EntryPoint: r.point, Entry: id.New[id.Entry](), Thread: "acts", Text: "inny tekst", To: customer("acts")},
		}
		before := len(r.subject.Got(t))
		_, err := channel.Do(t.Context(), r.adapter, cmd)
		got := r.subject.Got(t)[before:]
		if !r.can.Can(act) {
			if f := channel.Judge(err); err == nil || f.Verdict != channel.Permanent || f.Code != "channel.cannot_"+string(act) || len(got) > 0 {
				t.Errorf("%s: %v, and the provider has %+v", act, err, got)
			}
			continue
		}
		if err != nil || len(got) != 1 || got[0].Act != act {
			t.Errorf("%s: %v, and the provider has %+v", act, err, got)
			continue
		}
		// Some providers know only that all of a thread was read.
		about := act != channel.ActShowTyping && act != channel.ActBlock && (act != channel.ActMarkRead || got[0].Target != "")
		if g := got[0]; about && g.Target != "their-message" {
			t.Errorf("%s: the provider has %+v", act, g)
		}
	}
}

// undeclared tells of everything that the channel does not say that it tells of.
func (r *run) undeclared(t *testing.T) {
	t.Helper()
	thread := r.thread(t)
	unsaid := map[channel.Kind]bool{
		channel.KindEdit: !r.can.Edits, channel.KindDeletion: !r.can.Deletions, channel.KindReaction: !r.can.Reactions,
		channel.KindEcho: !r.can.Echoes, channel.KindReceipt: !r.can.Receipts && !r.can.ReadMarks,
	}
	before := len(r.desk.Entries(t, thread))
	for kind, refused := range unsaid {
		if !refused {
			continue
		}
		in := r.about(kind, thread, thread+"-first", thread+"-unsaid-"+string(kind))
		in.Text, in.State = "x", channel.Arrived
		r.subject.Says(t, in)
		until(t, fmt.Sprintf("%s is refused", kind), func() bool {
			for name, why := range r.desk.Refused(t) {
				if strings.HasSuffix(name, in.ExternalID) {
					return strings.Contains(why, "event.undeclared")
				}
			}
			return false
		})
	}
	if after := len(r.desk.Entries(t, thread)); after != before {
		t.Errorf("%d entries more", after-before)
	}
}

// quarantine posts what cannot be understood.
func (r *run) quarantine(t *testing.T) {
	t.Helper()
	raw, able := r.subject.(Raw)
	if !able {
		t.Fatal("a subject that is able to do this is Raw")
	}
	before := len(r.desk.Refused(t))
	for i, body := range []string{`{`, `"text"`, `{"id":"strange-1","type":"dance"}`, "\xff\xfe", `{"id":"strange-2","type":"message"}`} {
		if status := raw.Posts(t, body, true); status != http.StatusUnprocessableEntity {
			t.Errorf("%q gets %d", body, status)
		}
		kept := r.desk.Refused(t)
		if len(kept) != before+i+1 {
			t.Fatalf("%q is not kept: %v", body, kept)
		}
	}
	kept := r.desk.Refused(t)
	if !strings.Contains(kept["strange-1"], "event.type") || !strings.Contains(kept["strange-2"], "message") {
		t.Errorf("no reasons: %v", kept)
	}
	if status := r.desk.Replay(t, "strange-1"); status/100 != 2 && status != http.StatusConflict {
		t.Errorf("replayed: %d", status)
	}
	until(t, "it is refused again", func() bool { return strings.Contains(r.desk.Refused(t)["strange-1"], "event.type") })
}

// forged posts what is not from the provider.
func (r *run) forged(t *testing.T) {
	t.Helper()
	raw, able := r.subject.(Raw)
	if !able {
		t.Fatal("a subject that is able to do this is Raw")
	}
	before := len(r.desk.Refused(t))
	if status := raw.Posts(t, `{"id":"forged-1","type":"message","thread":"forged","message":"m","from":{"id":"c"},"text":"x"}`, false); status != http.StatusUnauthorized {
		t.Errorf("it gets %d", status)
	}
	if after := len(r.desk.Refused(t)); after != before || len(r.desk.Entries(t, "forged")) > 0 {
		t.Error("strangers fill our tables")
	}
}
