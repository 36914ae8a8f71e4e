package channeltest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/channel"
)

// good are the states of an answer that has gone out.
func good() []string { return []string{"sent", "delivered", "read"} }

func (r *run) answered(t *testing.T) {
	t.Helper()
	thread := r.thread(t)
	const text = "Już sprawdzam, chwileczkę…"
	key := r.desk.Reply(t, thread, text)
	r.comes(t, thread, key, good()...)
	until(t, "the provider has it", func() bool { return len(r.gotOf(t, text)) > 0 })
	if got := r.gotOf(t, text); len(got) != 1 || got[0].Thread != "" && got[0].Thread != thread {
		t.Errorf("%+v", got)
	}
}

// receipt tells of an answer by the provider's name for it.
func (r *run) receipt(thread string, g Got, state channel.State) channel.Inbound {
	in := r.about(channel.KindReceipt, thread, g.Name, thread+"-"+g.Name+"-"+string(state))
	in.State = state
	return in
}

func (r *run) receipts(t *testing.T) {
	t.Helper()
	thread := r.thread(t)
	first := r.desk.Reply(t, thread, "Pierwsza odpowiedź")
	second := r.desk.Reply(t, thread, "Druga odpowiedź")
	r.comes(t, thread, first, good()...)
	r.comes(t, thread, second, good()...)
	g := r.gotOf(t, "Druga odpowiedź")[0]
	if r.can.ReadMarks {
		r.subject.Says(t, r.receipt(thread, g, channel.Seen), r.receipt(thread, g, channel.Arrived))
		r.comes(t, thread, second, "read")
		r.comes(t, thread, first, "read") // who reads the second has read the first
		r.subject.Says(t, r.receipt(thread, g, channel.Taken), r.receipt(thread, g, channel.Arrived))
		r.says(t, thread, thread+"-end", "koniec")
		if e := r.entry(t, thread, second); e.Delivery != "read" {
			t.Errorf("a late receipt makes it %s", e.Delivery)
		}
		return
	}
	r.subject.Says(t, r.receipt(thread, g, channel.Arrived))
	r.comes(t, thread, second, "delivered")
}

func (r *run) early(t *testing.T) {
	t.Helper()
	between, able := r.subject.(Meddling)
	if !able {
		t.Fatal("a subject that is able to do this is Meddling")
	}
	thread := r.thread(t)
	between.BeforeAnswer(t, func(g Got) { r.subject.Says(t, r.receipt(thread, g, channel.Arrived)) })
	r.comes(t, thread, r.desk.Reply(t, thread, "Zaraz wracam"), "delivered")
}

// echo is an answer as it comes back.
func (r *run) echo(thread, name, text string) channel.Inbound {
	in := r.happened(channel.KindEcho, thread, name)
	in.Text, in.Sender = text, channel.Party{}
	return in
}

func (r *run) echoed(t *testing.T) {
	t.Helper()
	between, able := r.subject.(Meddling)
	if !able {
		t.Fatal("a subject that is able to do this is Meddling")
	}
	thread := r.thread(t)
	const text = "Paczka jest w drodze"
	between.BeforeAnswer(t, func(g Got) { r.subject.Says(t, r.echo(thread, g.Name, text)) })
	r.comes(t, thread, r.desk.Reply(t, thread, text), good()...)
	r.subject.Says(t, r.echo(thread, r.gotOf(t, text)[0].Name, text))
	r.says(t, thread, thread+"-end", "koniec")
	if n := r.count(t, thread, func(e Seen) bool { return e.Text == text }); n != 1 {
		t.Errorf("it is there %d times", n)
	}
}

// parts proves that an answer which the provider takes as several messages is one for us: as each of them comes
// back, and as a customer reacts to each.
func (r *run) parts(t *testing.T) {
	t.Helper()
	thread := r.thread(t)
	const text = "W załączniku jest zdjęcie"
	before := len(r.subject.Got(t))
	key := r.desk.ReplyWithFile(t, thread, text)
	r.comes(t, thread, key, good()...)
	messages := slices.DeleteFunc(slices.Clone(r.subject.Got(t)[before:]), func(g Got) bool { return g.Act != channel.ActSend || g.Name == "" })
	if len(messages) == 0 {
		t.Error("the provider has nothing of it")
	}
	for i, g := range messages {
		if r.can.Echoes {
			r.subject.Says(t, r.echo(thread, g.Name, text))
		}
		if !r.can.Reactions {
			continue
		}
		in := r.about(channel.KindReaction, thread, g.Name, fmt.Sprintf("%s-likes-%d", thread, i))
		in.Text = "👍"
		r.subject.Says(t, in)
		until(t, "who reacts to a part of it has reacted to it", func() bool {
			return r.count(t, thread, func(e Seen) bool { return e.Kind == "reaction" && e.Target == key }) == i+1
		})
	}
	r.says(t, thread, thread+"-end", "koniec")
	if n := r.count(t, thread, func(e Seen) bool { return e.Kind == "message" && e.Author == "agent" }); n != 1 {
		t.Errorf("of %d messages there are %d answers", len(messages), n)
	}
}

func (r *run) elsewhere(t *testing.T) {
	t.Helper()
	thread := r.thread(t)
	in := r.echo(thread, thread+"-native", "Odpisałam z telefonu")
	r.subject.Says(t, in, in)
	e := r.shown(t, thread, in.Text)
	r.says(t, thread, thread+"-end", "koniec")
	if e.Author != "agent" || e.Delivery != "sent" || r.count(t, thread, func(e Seen) bool { return e.Text == in.Text }) != 1 {
		t.Errorf("%+v", e)
	}
}

// recovers proves that an answer goes out once after a fault, and where nothing is answered that
// what is said meanwhile is there once.
func (r *run) recovers(t *testing.T, f Fault, text string) {
	t.Helper()
	thread := r.thread(t)
	if !r.can.Can(channel.ActSend) {
		r.hears(t, thread, f)
		return
	}
	r.subject.Next(t, f)
	r.comes(t, thread, r.desk.Reply(t, thread, text), good()...)
	if got := r.gotOf(t, text); len(got) != 1 {
		t.Errorf("the provider has it %d times", len(got))
	}
}

func (r *run) limited(t *testing.T) {
	t.Helper()
	r.recovers(t, RateLimited, "Odpowiedź w ścisku")
}

func (r *run) down(t *testing.T) {
	t.Helper()
	r.recovers(t, Down, "Odpowiedź w próżnię")
}

func (r *run) expired(t *testing.T) {
	t.Helper()
	access, able := r.subject.(Renewable)
	if !able {
		t.Fatal("a subject that is able to do this is Renewable")
	}
	thread := r.thread(t)
	if !r.can.Can(channel.ActSend) {
		r.hears(t, thread, Expired)
		return
	}
	r.subject.Next(t, Expired)
	key := r.desk.Reply(t, thread, "Odpowiedź bez dostępu")
	access.Renew(t)
	r.comes(t, thread, key, good()...)
}

// hears proves that what is said while we cannot listen is heard once, when we can again.
func (r *run) hears(t *testing.T, thread string, f Fault) {
	t.Helper()
	r.subject.Next(t, f)
	in := r.happened(channel.KindMessage, thread, thread+"-meanwhile")
	in.Text = "powiedziane w międzyczasie"
	r.subject.Says(t, in)
	if f == Expired {
		if n := r.count(t, thread, func(e Seen) bool { return strings.Contains(e.Text, in.Text) }); n > 0 {
			t.Error("it is heard without access")
		}
		r.subject.(Renewable).Renew(t)
	}
	r.shown(t, thread, in.Text)
	r.says(t, thread, thread+"-end", "koniec")
	if n := r.count(t, thread, func(e Seen) bool { return strings.Contains(e.Text, in.Text) }); n != 1 {
		t.Errorf("it is there %d times", n)
	}
}

// mute proves that nobody can answer where the channel takes no answers.
func (r *run) mute(t *testing.T) {
	t.Helper()
	thread := r.thread(t)
	before := len(r.desk.Entries(t, thread))
	if c := r.desk.TryReply(t, thread, "To nigdzie nie pójdzie"); c.Refused != "channel.cannot_send" {
		t.Errorf("%+v", c)
	}
	if after := r.desk.Entries(t, thread); len(after) != before || len(r.subject.Got(t)) > 0 {
		t.Errorf("something of it stays: %+v", after)
	}
}

// fails proves that an answer is told to have failed, with a reason, and is not sent again.
func (r *run) fails(t *testing.T, f Fault, text string) Seen {
	t.Helper()
	thread := r.thread(t)
	r.subject.Next(t, f)
	e := r.comes(t, thread, r.desk.Reply(t, thread, text), "failed")
	if e.Reason == "" {
		t.Error("it does not say why")
	}
	if got := r.gotOf(t, text); len(got) != 0 {
		t.Errorf("the provider has %+v", got)
	}
	if f == NotAllowed && r.count(t, thread, func(e Seen) bool { return e.FromSystem && strings.Contains(e.Data, Reason) }) != 1 {
		t.Errorf("the provider's words are not told: %+v", r.desk.Entries(t, thread))
	}
	return e
}

func (r *run) refusal(t *testing.T) {
	t.Helper()
	r.fails(t, NotAllowed, "Odpowiedź niechciana")
}

func (r *run) window(t *testing.T) {
	t.Helper()
	if e := r.fails(t, WindowClosed, "Odpowiedź spóźniona"); e.Reason != "reply.window_closed" {
		t.Errorf("the reason is %s", e.Reason)
	}
}

func (r *run) ambiguous(t *testing.T) {
	t.Helper()
	thread := r.thread(t)
	const text = "Odpowiedź w niewiadome"
	r.subject.Next(t, Silent)
	key := r.desk.Reply(t, thread, text)
	r.comes(t, thread, key, "ambiguous")
	until(t, "the provider has it", func() bool { return len(r.gotOf(t, text)) > 0 })
	r.says(t, thread, thread+"-then", "Dziękuję")
	got := r.gotOf(t, text)
	if len(got) != 1 {
		t.Fatalf("the provider has it %d times", len(got))
	}
	if !r.can.Echoes {
		return
	}
	r.subject.Says(t, r.echo(thread, got[0].Name, text))
	r.comes(t, thread, key, good()...)
	if n := r.count(t, thread, func(e Seen) bool { return e.Text == text }); n != 1 {
		t.Errorf("it is there %d times", n)
	}
}
