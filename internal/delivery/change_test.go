package delivery_test

import (
	"context"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// sent is an answer of Ola that has gone out.
func (b *bench) sent(name string) conversation.Entry {
	b.t.Helper()
	e := b.reply(name)
	b.send(e.ID)
	return e
}

func (b *bench) send(e id.Entry) {
	b.t.Helper()
	if err := b.Send(b.ctx, delivery.SendJob{Entry: e}); err != nil {
		b.t.Fatal(err)
	}
}

// first is what the customer wrote, as the channel calls it.
func (b *bench) first() id.Entry {
	b.t.Helper()
	key, err := db.One[id.Entry](b.ctx, b.db, `SELECT id FROM entry WHERE author = 'customer' ORDER BY seq LIMIT 1`)
	if err != nil {
		b.t.Fatal(err)
	}
	b.do(func(tx *db.Tx) error { return b.convs.NameSent(b.ctx, tx, key, "theirs") })
	return key
}

// standing is what has become of an entry.
func (b *bench) standing(key id.Entry) conversation.Standing {
	b.t.Helper()
	e, err := b.convs.FindEntry(b.ctx, b.db, key)
	if err != nil {
		b.t.Fatal(err)
	}
	s, err := b.convs.StandingOf(b.ctx, b.db, e)
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

func (b *bench) change(e id.Entry, text string) delivery.Change {
	return delivery.Change{Conversation: b.conv, Entry: e, Text: text, Reaction: text}
}

// refuses proves that a change is refused with a code.
func (b *bench) refuses(what string, want *errs.Error, do func() (conversation.Entry, error)) {
	b.t.Helper()
	if _, err := do(); !errs.Match(want, err) {
		b.t.Errorf("%s: %v, want %s", what, err, want.Code)
	}
}

func conflict(code string) *errs.Error { return &errs.Error{Kind: errs.Conflict, Code: code} }

func TestAnAnswerIsChangedAndTakenBackAtTheChannel(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, "own")
		ctx := b.as(ola, actor.Agent)
		e := b.sent("Friday")

		edit, err := b.Edit(ctx, b.change(e.ID, " Saturday "))
		if err != nil || edit.Kind != conversation.Edit || edit.TargetID != e.ID || edit.DeliveryState != conversation.Queued || edit.UserID != ola {
			t.Fatalf("%+v %v", edit, err)
		}
		if again, err := b.Edit(ctx, b.change(e.ID, "Saturday")); err != nil || again.ID != edit.ID {
			t.Errorf("the same again is %+v, %v", again, err)
		}
		b.send(edit.ID)
		if got := b.out.sent[len(b.out.sent)-1]; got.Entry.ID != edit.ID || got.Entry.Body != "Saturday" || got.Target.ID != e.ID || got.Target.ExternalID == "" {
			t.Errorf("the channel is asked for %+v", got)
		}
		if b.state(edit.ID) != conversation.Sent || b.standing(e.ID).Text != "Saturday" {
			t.Errorf("%s, %+v", b.state(edit.ID), b.standing(e.ID))
		}

		if got := b.preview(); got != "Saturday" {
			t.Errorf("lists show %q", got)
		}
		gone, err := b.TakeBack(ctx, b.change(e.ID, ""))
		if err != nil || gone.Kind != conversation.Deletion {
			t.Fatalf("%+v %v", gone, err)
		}
		if got := b.preview(); got != "" {
			t.Errorf("lists show %q", got)
		}
		b.send(gone.ID)
		if again, err := b.TakeBack(ctx, b.change(e.ID, "")); err != nil || again.ID != gone.ID {
			t.Errorf("taken back again: %+v, %v", again, err)
		}
		b.refuses("what is gone is changed", conflict("entry.gone"), func() (conversation.Entry, error) { return b.Edit(ctx, b.change(e.ID, "Sunday")) })
		if n := b.out.calls; n != 3 {
			t.Errorf("%d calls", n)
		}
		if n := b.audited(); n != 0 {
			t.Errorf("one's own is audited %d times", n)
		}
	})
}

// preview is what lists show of the conversation.
func (b *bench) preview() string {
	b.t.Helper()
	c, err := b.convs.Find(b.ctx, b.db, b.conv)
	if err != nil {
		b.t.Fatal(err)
	}
	return c.LastPreview
}

// audited counts what the audit knows of answers that were taken back.
func (b *bench) audited() int {
	b.t.Helper()
	n, err := db.One[int](b.ctx, b.db, `SELECT COUNT(*) FROM audit WHERE action = 'entry.delete'`)
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

func TestWhoMayChangeAnAnswer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, "own")
		e := b.sent("Hello")
		b.refuses("one who is not in it", &errs.Error{Kind: errs.NotFound, Code: "not_found"}, func() (conversation.Entry, error) {
			return b.Edit(b.as(marta, actor.Agent), b.change(e.ID, "x"))
		})
		b.do(func(tx *db.Tx) error { // she takes it over: it is her work, and not her answer
			return b.convs.ShowWork(b.ctx, tx, b.conv, conversation.Work{Interaction: 6, State: "active", Agent: marta})
		})
		b.refuses("one who works on it and did not write it", conflict("reply.not_yours"), func() (conversation.Entry, error) {
			return b.TakeBack(b.as(marta, actor.Agent), b.change(e.ID, ""))
		})
		if _, err := b.Edit(b.as(ola, actor.Agent), b.change(e.ID, "Hello!")); err != nil {
			t.Errorf("the author, who has handed it on: %v", err)
		}
		if _, err := b.TakeBack(b.as(marta, actor.Supervisor), b.change(e.ID, "")); err != nil {
			t.Errorf("a supervisor: %v", err)
		}
		if n := b.audited(); n != 1 {
			t.Errorf("that another's answer was taken back is audited %d times", n)
		}
		b.refuses("one who only reads", &errs.Error{Kind: errs.Forbidden, Code: "forbidden"}, func() (conversation.Entry, error) {
			return b.React(b.as(marta, actor.Manager), b.change(b.first(), "👍"))
		})
	})
}

func TestWhatCannotBeChangedSaysWhy(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, "own")
		ctx := b.as(ola, actor.Agent)
		edit := func(key id.Entry, text string) func() (conversation.Entry, error) {
			return func() (conversation.Entry, error) { return b.Edit(ctx, b.change(key, text)) }
		}
		react := func(key id.Entry, text string) func() (conversation.Entry, error) {
			return func() (conversation.Entry, error) { return b.React(ctx, b.change(key, text)) }
		}
		waits, e, theirs := b.reply("waits"), b.sent("sent"), b.first()
		b.refuses("what has not gone out", conflict("entry.not_sent"), edit(waits.ID, "x"))
		b.refuses("a customer's message", conflict("reply.not_yours"), edit(theirs, "x"))
		b.refuses("a reaction to one's own", conflict("entry.not_theirs"), react(e.ID, "👍"))
		b.refuses("an emoji that the channel does not take", &errs.Error{Kind: errs.Invalid, Code: "fields"}, react(theirs, "🎉"))
		b.refuses("no text", &errs.Error{Kind: errs.Invalid, Code: "fields"}, edit(e.ID, "  "))
		b.refuses("another conversation's", &errs.Error{Kind: errs.NotFound, Code: "not_found"}, func() (conversation.Entry, error) {
			return b.Edit(ctx, delivery.Change{Conversation: 999, Entry: e.ID, Text: "x"})
		})
		later := delivery.New(b.Config)
		later.DB = b.db.At(func() time.Time { return time.Now().Add(16 * time.Minute) })
		b.refuses("too late to change", conflict("entry.late_edit"), func() (conversation.Entry, error) { return later.Edit(ctx, b.change(e.ID, "x")) })
		if _, err := later.TakeBack(ctx, b.change(e.ID, "")); err != nil {
			t.Errorf("what can be taken back at any time: %v", err)
		}
	})
}

func TestAChannelThatCannotChangeAnythingIsNotAsked(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, "email")
		ctx, e := b.as(ola, actor.Agent), b.sent("a letter")
		b.refuses("an edit", conflict("channel.cannot_edit"), func() (conversation.Entry, error) { return b.Edit(ctx, b.change(e.ID, "x")) })
		b.refuses("a deletion", conflict("channel.cannot_delete"), func() (conversation.Entry, error) { return b.TakeBack(ctx, b.change(e.ID, "")) })
		b.refuses("a reaction", conflict("channel.cannot_react"), func() (conversation.Entry, error) { return b.React(ctx, b.change(b.first(), "👍")) })
		if b.out.calls != 1 {
			t.Errorf("%d calls", b.out.calls)
		}
	})
}

func TestWeHaveOneReactionAtATime(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, "own")
		ctx, theirs := b.as(ola, actor.Agent), b.first()
		put := func(reaction string, off bool) conversation.Entry {
			t.Helper()
			e, err := b.React(ctx, delivery.Change{Conversation: b.conv, Entry: theirs, Reaction: reaction, Off: off})
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
		if got := put("", true); got.ID != theirs {
			t.Errorf("there was nothing to take back: %+v", got)
		}
		first := put("👍", false)
		if put("👍", false).ID != first.ID {
			t.Error("the same is put twice")
		}
		second := put("❤️", false)
		back := put("", true)
		if b.standing(theirs).Reacted() != "" || back.Body != "❤️" || !back.TakesBack() || second.ID == first.ID {
			t.Errorf("%+v", b.standing(theirs))
		}
		b.send(first.ID)
		b.send(second.ID)
		b.send(back.ID)
		if b.out.calls != 1 || b.state(first.ID) != conversation.Cancelled || b.state(second.ID) != conversation.Cancelled || b.state(back.ID) != conversation.Sent {
			t.Errorf("%d calls, %s, %s, %s: what was overtaken is not asked for", b.out.calls, b.state(first.ID), b.state(second.ID), b.state(back.ID))
		}
	})
}

func TestAChangeThatFailedIsAsIfItHadNotBeenAndCanBeTriedAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, "own")
		ctx := b.as(ola, actor.Agent)
		e := b.sent("old")
		edit, err := b.Edit(ctx, b.change(e.ID, "new"))
		if err != nil {
			t.Fatal(err)
		}
		refused := channel.Fail(channel.Permanent, "own.refused", nil)
		refused.Words = "too old"
		b.out.answers = []error{refused}
		b.send(edit.ID)
		if b.state(edit.ID) != conversation.Failed || b.standing(e.ID).Text != "old" || b.state(e.ID) != conversation.Sent {
			t.Errorf("%s, %+v", b.state(edit.ID), b.standing(e.ID))
		}
		if got := b.lines(); len(got) != 1 || got[0] != "change_refused" {
			t.Errorf("the conversation says %v", got)
		}
		if _, err := b.Decide(ctx, b.conv, edit.ID, delivery.Again); err != nil {
			t.Fatal(err)
		}
		b.send(edit.ID)
		if b.state(edit.ID) != conversation.Sent || b.standing(e.ID).Text != "new" {
			t.Errorf("%s, %+v", b.state(edit.ID), b.standing(e.ID))
		}
		other, err := b.Edit(ctx, b.change(e.ID, "newer"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := b.Cancel(ctx, b.conv, other.ID); err != nil || got.DeliveryState != conversation.Cancelled || b.standing(e.ID).Text != "new" {
			t.Errorf("called off: %+v, %v", got, err)
		}
		if found, err := b.Waiting(b.ctx, b.conv); err != nil || len(found) != 0 {
			t.Errorf("changes are among the answers that wait: %+v, %v", found, err)
		}
	})
}

func TestWhereCustomersReadTheConversationAChangeIsDoneAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, "chat")
		ctx := b.as(ola, actor.Agent)
		e := b.reply("hello")
		edit, err := b.Edit(ctx, b.change(e.ID, "hello!"))
		if err != nil || edit.DeliveryState != conversation.Sent || b.standing(e.ID).Text != "hello!" {
			t.Errorf("%+v %v", edit, err)
		}
		b.refuses("what the channel cannot", conflict("channel.cannot_react"), func() (conversation.Entry, error) { return b.React(ctx, b.change(b.first(), "👍")) })
		b.do(func(tx *db.Tx) error { // who reads on has read the answer, not its correction
			return b.convs.MoveRead(context.WithoutCancel(b.ctx), tx, b.conv, edit.Seq)
		})
		if b.state(e.ID) != conversation.Read || b.state(edit.ID) != conversation.Sent {
			t.Errorf("%s, %s", b.state(e.ID), b.state(edit.ID))
		}
	})
}
