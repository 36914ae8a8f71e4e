package channeltest

import (
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/id"
)

// sent answers in a new thread, and returns the answer once the provider has it.
func (r *run) sent(t *testing.T, text string) (thread string, key id.Entry, at Got) {
	t.Helper()
	thread = r.thread(t)
	key = r.desk.Reply(t, thread, text)
	r.comes(t, thread, key, good()...)
	until(t, "the provider has it", func() bool { return len(r.gotOf(t, text)) > 0 })
	return thread, key, r.gotOf(t, text)[0]
}

// changed waits until a change of ours has gone out, and returns what the provider was asked for since before.
func (r *run) changed(t *testing.T, thread string, c Change, before int) Got {
	t.Helper()
	if c.Refused != "" {
		t.Fatalf("it is refused: %s", c.Refused)
	}
	r.comes(t, thread, c.Entry, good()...)
	until(t, "the provider was asked", func() bool { return len(r.ours(t)) > before })
	if got := r.ours(t); len(got) != before+1 {
		t.Fatalf("the provider was asked %d times: %+v", len(got)-before, got[before:])
	}
	return r.ours(t)[before]
}

// ours are the changes that the provider was asked for.
func (r *run) ours(t *testing.T) (found []Got) {
	t.Helper()
	for _, g := range r.subject.Got(t) {
		if g.Act == channel.ActEdit || g.Act == channel.ActDelete || g.Act == channel.ActReact {
			found = append(found, g)
		}
	}
	return found
}

func (r *run) ownEdited(t *testing.T) {
	t.Helper()
	thread, key, at := r.sent(t, "Paczka będzie w piątek")
	before := len(r.ours(t))
	c := r.desk.Edit(t, thread, key, "Paczka będzie w sobotę")
	if g := r.changed(t, thread, c, before); g.Act != channel.ActEdit || g.Target != at.Name || g.Text != "Paczka będzie w sobotę" {
		t.Errorf("%+v", g)
	}
	if again := r.desk.Edit(t, thread, key, "Paczka będzie w sobotę"); again.Entry != c.Entry {
		t.Errorf("the same text is another edit: %+v", again)
	}
	if e := r.entry(t, thread, c.Entry); e.Kind != "edit" || e.Target != key || e.Author != "agent" {
		t.Errorf("%+v", e)
	}
	if e := r.entry(t, thread, key); e.Text != "Paczka będzie w piątek" {
		t.Errorf("what was written first is lost: %+v", e)
	}
}

func (r *run) ownDeleted(t *testing.T) {
	t.Helper()
	thread, key, at := r.sent(t, "To było do kogoś innego")
	before := len(r.ours(t))
	c := r.desk.TakeBack(t, thread, key)
	if g := r.changed(t, thread, c, before); g.Act != channel.ActDelete || g.Target != at.Name {
		t.Errorf("%+v", g)
	}
	if again := r.desk.TakeBack(t, thread, key); again.Entry != c.Entry {
		t.Errorf("it is taken back twice: %+v", again)
	}
	if e := r.entry(t, thread, c.Entry); e.Kind != "deletion" || e.Target != key {
		t.Errorf("%+v", e)
	}
	if r.can.OwnEdits {
		if late := r.desk.Edit(t, thread, key, "inny tekst"); late.Refused != "entry.gone" {
			t.Errorf("what is gone is changed: %+v", late)
		}
	}
}

func (r *run) ownReacted(t *testing.T) {
	t.Helper()
	thread := r.thread(t)
	message := r.says(t, thread, thread+"-good", "Dziękuję, działa!")
	set := r.can.ReactionSet
	if len(set) == 0 {
		set = []string{"👍", "❤️"}
	}
	type said struct {
		reaction string
		off      bool
		want     string
	}
	all := []said{}
	for _, one := range set[:min(len(set), 2)] { // where there is one alone, it cannot be changed
		all = append(all, said{one, false, one})
	}
	all = append(all, said{"", true, all[len(all)-1].want})
	for _, one := range all {
		before := len(r.ours(t))
		g := r.changed(t, thread, r.desk.React(t, thread, message.ID, one.reaction, one.off), before)
		if g.Act != channel.ActReact || g.Target != thread+"-good" || g.Reaction != one.want || g.On == one.off {
			t.Errorf("%+v leads to %+v", one, g)
		}
	}
	if n := r.count(t, thread, func(e Seen) bool { return e.Kind == "reaction" && e.Author == "agent" && e.Target == message.ID }); n != len(all) {
		t.Errorf("%d reactions of %d", n, len(all))
	}
}

func (r *run) ownRefused(t *testing.T) {
	t.Helper()
	thread, key, _ := r.sent(t, "Zwrot w ciągu 14 dni")
	before := len(r.ours(t))
	r.subject.Next(t, NotAllowed)
	c := r.desk.Edit(t, thread, key, "Zwrot w ciągu 30 dni")
	if c.Refused != "" {
		t.Fatalf("it is refused at once: %s", c.Refused)
	}
	if e := r.comes(t, thread, c.Entry, "failed"); e.Reason == "" {
		t.Error("it does not say why")
	}
	if n := len(r.ours(t)); n != before {
		t.Errorf("the provider has %d changes more", n-before)
	}
	if n := r.count(t, thread, func(e Seen) bool { return e.FromSystem && strings.Contains(e.Data, Reason) }); n != 1 {
		t.Errorf("the provider's words are told %d times", n)
	}
	if e := r.entry(t, thread, key); e.Delivery == "failed" {
		t.Errorf("the answer itself is called failed: %+v", e)
	}
}

// ownUnable asks for what the channel cannot do.
func (r *run) ownUnable(t *testing.T) {
	t.Helper()
	thread := r.thread(t)
	var first Seen
	for _, e := range r.desk.Entries(t, thread) {
		if e.Kind == "message" {
			first = e
		}
	}
	before := len(r.ours(t))
	if !r.can.OwnReactions {
		if c := r.desk.React(t, thread, first.ID, "👍", false); c.Refused != "channel.cannot_react" {
			t.Errorf("%+v", c)
		}
	}
	if !r.can.Can(channel.ActSend) {
		return
	}
	key := r.desk.Reply(t, thread, "Odpowiedź na zawsze")
	r.comes(t, thread, key, good()...)
	if !r.can.OwnEdits {
		if c := r.desk.Edit(t, thread, key, "inna"); c.Refused != "channel.cannot_edit" {
			t.Errorf("%+v", c)
		}
	}
	if !r.can.OwnDeletions {
		if c := r.desk.TakeBack(t, thread, key); c.Refused != "channel.cannot_delete" {
			t.Errorf("%+v", c)
		}
	}
	if n := len(r.ours(t)); n != before {
		t.Errorf("the provider was asked %d times", n-before)
	}
}
