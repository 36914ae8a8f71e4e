package channeltest

import (
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/id"
)

// Moderating is what our side does to what customers wrote in public.
type Moderating interface {
	// Like likes a message of a customer, or takes that back.
	Like(t *testing.T, thread string, message id.Entry, off bool) Change
	// Hide hides a message of a customer, or shows it again.
	Hide(t *testing.T, thread string, message id.Entry, off bool) Change
	// Block blocks who wrote a message, or takes that back.
	Block(t *testing.T, thread string, message id.Entry, off bool) Change
	// Remove removes a message of a customer.
	Remove(t *testing.T, thread string, message id.Entry) Change
	// ReplyPrivately answers a message of a customer so that only they read it.
	ReplyPrivately(t *testing.T, thread string, message id.Entry, text string) Change
}

// acted are the acts on what customers wrote that the provider was asked for.
func (r *run) acted(t *testing.T) (found []Got) {
	t.Helper()
	for _, g := range r.subject.Got(t) {
		switch g.Act { //nolint:exhaustive // the others are not done to what customers wrote
		case channel.ActLike, channel.ActHide, channel.ActRemove, channel.ActBlock, channel.ActReplyInPrivate:
			found = append(found, g)
		}
	}
	return found
}

// asked waits until an act of ours has gone out, and returns what the provider was asked for since before.
func (r *run) asked(t *testing.T, thread string, c Change, before int) Got {
	t.Helper()
	if c.Refused != "" {
		t.Fatalf("it is refused: %s", c.Refused)
	}
	r.comes(t, thread, c.Entry, good()...)
	until(t, "the provider was asked", func() bool { return len(r.acted(t)) > before })
	got := r.acted(t)
	if len(got) != before+1 {
		t.Fatalf("the provider was asked %d times: %+v", len(got)-before, got[before:])
	}
	return got[before]
}

// puts proves that an act is put, is put once, and is taken back.
func (r *run) puts(t *testing.T, act channel.Act, do func(thread string, message id.Entry, off bool) Change) {
	t.Helper()
	thread := r.thread(t)
	message := r.says(t, thread, thread+"-public", "Wszyscy to czytają")
	for _, off := range []bool{false, true, false} {
		before := len(r.acted(t))
		c := do(thread, message.ID, off)
		if g := r.asked(t, thread, c, before); g.Act != act || g.Target != thread+"-public" && act != channel.ActBlock || g.On == off {
			t.Errorf("off %v leads to %+v", off, g)
		}
		if again := do(thread, message.ID, off); again.Entry != c.Entry || again.Refused != "" {
			t.Errorf("once more it is another: %+v, then %+v", c, again)
		}
	}
}

func (r *run) ownLiked(t *testing.T) {
	t.Helper()
	r.puts(t, channel.ActLike, func(thread string, message id.Entry, off bool) Change { return r.desk.Like(t, thread, message, off) })
}

func (r *run) ownHidden(t *testing.T) {
	t.Helper()
	r.puts(t, channel.ActHide, func(thread string, message id.Entry, off bool) Change { return r.desk.Hide(t, thread, message, off) })
}

func (r *run) ownBlocked(t *testing.T) {
	t.Helper()
	r.puts(t, channel.ActBlock, func(thread string, message id.Entry, off bool) Change { return r.desk.Block(t, thread, message, off) })
}

func (r *run) ownPrivate(t *testing.T) {
	t.Helper()
	thread := r.thread(t)
	message := r.says(t, thread, thread+"-public", "Mój numer klienta to 4711")
	before := len(r.acted(t))
	c := r.desk.ReplyPrivately(t, thread, message.ID, "To piszemy tylko do Pani")
	if g := r.asked(t, thread, c, before); g.Act != channel.ActReplyInPrivate || g.Target != thread+"-public" || g.Text != "To piszemy tylko do Pani" {
		t.Errorf("%+v", g)
	}
	if e := r.entry(t, thread, c.Entry); e.Kind != "private_reply" || e.Target != message.ID || e.Author != "agent" {
		t.Errorf("%+v", e)
	}
	if again := r.desk.ReplyPrivately(t, thread, message.ID, "I jeszcze raz"); again.Refused != "entry.answered_privately" {
		t.Errorf("twice: %+v", again)
	}
	if n := len(r.acted(t)); n != before+1 {
		t.Errorf("the provider was asked %d times", n-before)
	}
}

// unmoderated asks for what the channel cannot do to what customers wrote.
func (r *run) unmoderated(t *testing.T) {
	t.Helper()
	thread := r.thread(t)
	message := r.says(t, thread, thread+"-kept", "To zostaje")
	before := len(r.acted(t))
	for act, do := range map[channel.Act]func() Change{
		channel.ActLike:           func() Change { return r.desk.Like(t, thread, message.ID, false) },
		channel.ActHide:           func() Change { return r.desk.Hide(t, thread, message.ID, false) },
		channel.ActBlock:          func() Change { return r.desk.Block(t, thread, message.ID, false) },
		channel.ActRemove:         func() Change { return r.desk.Remove(t, thread, message.ID) },
		channel.ActReplyInPrivate: func() Change { return r.desk.ReplyPrivately(t, thread, message.ID, "tylko dla Ciebie") },
	} {
		if r.can.Can(act) {
			continue
		}
		if c := do(); c.Refused != "channel.cannot_"+string(act) {
			t.Errorf("%s: %+v", act, c)
		}
	}
	if n := len(r.acted(t)); n != before {
		t.Errorf("the provider was asked %d times", n-before)
	}
}
