package channeltest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/id"
)

// run is a subject on its way.
type run struct {
	subject Subject
	desk    Desk
	adapter channel.Adapter
	point   channel.EntryPoint
	can     channel.Capabilities
	begun   int
}

// within bounds how long what must happen may take.
const within = 30 * time.Second

// until waits until look says that it is so.
func until(t *testing.T, what string, look func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !look() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("it did not happen that %s", what)
		}
	}
}

// customer is who writes in a thread.
func customer(thread string) channel.Party {
	return channel.Party{Provider: "test", ExternalID: "c-" + thread, DisplayName: "Zofia Wilk"}
}

// happened is something of a thread; its own name is made of thread, kind and what it is about.
func (r *run) happened(kind channel.Kind, thread, name string) channel.Inbound {
	return channel.Inbound{
		EntryPoint: r.point.ID, Kind: kind, Thread: thread, ExternalID: name, Sender: customer(thread), OccurredAt: time.Now(), ReceivedAt: time.Now(),
	}
}

// says has a customer write, and waits until agents see it.
func (r *run) says(t *testing.T, thread, name, text string) Seen {
	t.Helper()
	in := r.happened(channel.KindMessage, thread, name)
	in.Text = text
	r.subject.Says(t, in)
	return r.shown(t, thread, text)
}

// shown waits for a message of the customer and returns it.
func (r *run) shown(t *testing.T, thread, text string) (found Seen) {
	t.Helper()
	until(t, "agents see "+text, func() bool {
		for _, e := range r.desk.Entries(t, thread) {
			if e.Kind == "message" && strings.Contains(e.Text, text) {
				found = e
				return true
			}
		}
		return false
	})
	return found
}

// thread begins a thread that an agent works on.
func (r *run) thread(t *testing.T) string {
	t.Helper()
	r.begun++
	name := fmt.Sprintf("thread-%d", r.begun)
	r.says(t, name, name+"-first", "Dzień dobry, żółć "+name)
	r.desk.Take(t, name)
	return name
}

// count returns how many entries of a thread fulfil a condition.
func (r *run) count(t *testing.T, thread string, is func(Seen) bool) (n int) {
	t.Helper()
	for _, e := range r.desk.Entries(t, thread) {
		if is(e) {
			n++
		}
	}
	return n
}

func (r *run) entry(t *testing.T, thread string, key id.Entry) Seen {
	t.Helper()
	all := r.desk.Entries(t, thread)
	i := slices.IndexFunc(all, func(e Seen) bool { return e.ID == key })
	if i < 0 {
		t.Fatalf("no entry %v in %v", key, all)
	}
	return all[i]
}

// comes waits until an answer is in one of states.
func (r *run) comes(t *testing.T, thread string, key id.Entry, states ...string) (e Seen) {
	t.Helper()
	until(t, fmt.Sprintf("an answer is %s", strings.Join(states, " or ")), func() bool {
		e = r.entry(t, thread, key)
		return slices.Contains(states, e.Delivery)
	})
	return e
}

// gotOf returns the messages with that text that the provider has.
func (r *run) gotOf(t *testing.T, text string) (found []Got) {
	t.Helper()
	for _, g := range r.subject.Got(t) {
		if g.Act == channel.ActSend && strings.Contains(g.Text, text) {
			found = append(found, g)
		}
	}
	return found
}

func (r *run) begins(t *testing.T) {
	t.Helper()
	thread := r.thread(t)
	all := r.desk.Entries(t, thread)
	i := slices.IndexFunc(all, func(e Seen) bool { return e.Kind == "message" })
	if i < 0 || all[i].Author != "customer" || !strings.Contains(all[i].Text, "żółć") {
		t.Errorf("%+v", all)
	}
}

func (r *run) twice(t *testing.T) {
	t.Helper()
	thread := r.thread(t)
	in := r.happened(channel.KindMessage, thread, thread+"-again")
	in.Text = "Czy ktoś tu jest?"
	r.subject.Says(t, in)
	r.shown(t, thread, in.Text)
	r.subject.Says(t, in)
	r.subject.Says(t, in, in)
	r.says(t, thread, thread+"-then", "Halo?")
	if n := r.count(t, thread, func(e Seen) bool { return strings.Contains(e.Text, in.Text) }); n != 1 {
		t.Errorf("it is there %d times", n)
	}
}

// about is something about a message of a thread.
func (r *run) about(kind channel.Kind, thread, target, name string) channel.Inbound {
	in := r.happened(kind, thread, name)
	in.Target = target
	return in
}

func (r *run) edited(t *testing.T) {
	t.Helper()
	thread := r.thread(t)
	early := r.about(channel.KindEdit, thread, thread+"-late", thread+"-edit-1")
	early.Text = "poprawione"
	later := r.about(channel.KindEdit, thread, thread+"-late", thread+"-edit-2")
	later.Text, later.OccurredAt = "ostatnie", early.OccurredAt.Add(time.Second)
	r.subject.Says(t, later)
	e := r.says(t, thread, thread+"-late", "pierwotne")
	until(t, "the edit finds its message", func() bool {
		return r.count(t, thread, func(x Seen) bool { return x.Kind == "edit" && x.Target == e.ID }) == 1
	})
	r.subject.Says(t, early, later) // the first comes last, the last twice
	r.says(t, thread, thread+"-end", "koniec")
	all := r.desk.Entries(t, thread)
	last := ""
	for _, x := range all {
		if x.Kind == "edit" && x.Target == e.ID {
			last = x.Text
		}
	}
	if last != "ostatnie" {
		t.Errorf("the message reads %q at last: %+v", last, all)
	}
}

func (r *run) reacted(t *testing.T) {
	t.Helper()
	thread := r.thread(t)
	put := r.about(channel.KindReaction, thread, thread+"-first", thread+"-put")
	put.Text = "👍"
	back := put
	back.ExternalID, back.Off = thread+"-back", true
	r.subject.Says(t, put)
	r.subject.Says(t, back, put)
	until(t, "both are there", func() bool {
		return r.count(t, thread, func(e Seen) bool { // some providers do not say which one was taken back
			return e.Kind == "reaction" && (e.Text == "👍" || e.Text == "" && strings.Contains(e.Data, `"off":true`)) && e.Target != 0
		}) == 2
	})
	r.says(t, thread, thread+"-end", "koniec")
	if n := r.count(t, thread, func(e Seen) bool { return e.Kind == "reaction" }); n != 2 {
		t.Errorf("%d reactions", n)
	}
	if n := r.count(t, thread, func(e Seen) bool { return e.Kind == "reaction" && strings.Contains(e.Data, `"off":true`) }); n != 1 {
		t.Errorf("%d of them take it back", n)
	}
}

func (r *run) deleted(t *testing.T) {
	t.Helper()
	thread := r.thread(t)
	e := r.says(t, thread, thread+"-regret", "numer karty")
	r.subject.Says(t, r.about(channel.KindDeletion, thread, thread+"-regret", thread+"-gone"))
	until(t, "the message is taken back", func() bool {
		return r.count(t, thread, func(x Seen) bool { return x.Kind == "deletion" && x.Target == e.ID }) == 1
	})
}

// outage has a hundred things happen that are told at once, the newest first and some twice.
func (r *run) outage(t *testing.T) {
	t.Helper()
	const missed = 100
	thread := r.thread(t)
	var all []channel.Inbound
	for i := range missed {
		in := r.happened(channel.KindMessage, thread, fmt.Sprintf("%s-missed-%d", thread, i))
		in.Text = fmt.Sprintf("przegapione-%d.", i)
		all = append(all, in)
	}
	slices.Reverse(all)
	r.subject.Says(t, append(all, all[:10]...)...)
	is := func(e Seen) bool { return strings.Contains(e.Text, "przegapione-") }
	until(t, "all of it is here", func() bool { return r.count(t, thread, is) >= missed })
	r.says(t, thread, thread+"-end", "koniec")
	if n := r.count(t, thread, is); n != missed {
		t.Errorf("%d messages of %d", n, missed)
	}
}
