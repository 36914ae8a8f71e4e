package delivery_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// ends replies and has the channel answer so.
func (b *bench) ends(name string, answer error) conversation.Entry {
	b.t.Helper()
	e := b.reply(name)
	b.out.answers = []error{answer}
	if err := b.Send(b.ctx, delivery.SendJob{Entry: e.ID}); err != nil {
		b.t.Fatal(err)
	}
	return e
}

// lines are the codes of what the conversation says of itself.
func (b *bench) lines() []string {
	b.t.Helper()
	codes, err := db.Many[string](b.ctx, b.db, `SELECT code FROM entry WHERE kind = 'system' ORDER BY seq`)
	if err != nil {
		b.t.Fatal(err)
	}
	return codes
}

func TestAPersonDecidesAboutAnAnswerOfWhichNobodyKnows(t *testing.T) {
	t.Parallel()
	settled := &errs.Error{Kind: errs.Conflict, Code: "reply.settled"}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, "email")
		ctx := b.as(ola, actor.Agent)
		lost := errors.New("connection reset")

		e := b.ends("it arrived", lost)
		if _, err := b.Decide(b.as(marta, actor.Agent), b.conv, e.ID, delivery.Arrived); !errs.Is(errs.NotFound, err) {
			t.Errorf("another agent decides: %v", err)
		}
		if got, err := b.Decide(ctx, b.conv, e.ID, delivery.Arrived); err != nil || got.DeliveryState != conversation.Sent {
			t.Errorf("%+v %v", got, err)
		}
		if _, err := b.Decide(ctx, b.conv, e.ID, delivery.Again); !errs.Match(settled, err) {
			t.Errorf("what has arrived is sent again: %v", err)
		}

		e = b.ends("it did not", lost)
		if got, err := b.Decide(ctx, b.conv, e.ID, delivery.Again); err != nil || got.DeliveryState != conversation.Queued {
			t.Errorf("%+v %v", got, err)
		}
		b.out.calls = 0
		for range 2 {
			if err := b.Send(b.ctx, delivery.SendJob{Entry: e.ID}); err != nil {
				t.Error(err)
			}
		}
		if b.out.calls != 1 || b.state(e.ID) != conversation.Sent {
			t.Errorf("%d calls, delivery %q", b.out.calls, b.state(e.ID))
		}
		if got := b.lines(); !slices.Equal(got, []string{"delivery_arrived", "delivery_again"}) {
			t.Errorf("the conversation says %v", got)
		}
	})
}

func TestAFailedAnswerIsSentAgainAndNeverCalledArrived(t *testing.T) {
	t.Parallel()
	settled := &errs.Error{Kind: errs.Conflict, Code: "reply.settled"}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, "email")
		ctx := b.as(ola, actor.Agent)
		e := b.ends("refused", channel.Fail(channel.Permanent, "delivery.refused", nil))
		if _, err := b.Decide(ctx, b.conv, e.ID, delivery.Arrived); !errs.Match(settled, err) {
			t.Errorf("what was refused has arrived: %v", err)
		}
		if _, err := b.Decide(ctx, b.conv, e.ID, "perhaps"); !errs.Is(errs.Invalid, err) {
			t.Errorf("an unknown decision: %v", err)
		}
		if _, err := b.Decide(ctx, b.conv, e.ID, delivery.Again); err != nil {
			t.Fatal(err)
		}
		if err := b.Send(b.ctx, delivery.SendJob{Entry: e.ID}); err != nil || b.state(e.ID) != conversation.Sent {
			t.Errorf("%v, delivery %q", err, b.state(e.ID))
		}
		waiting := b.reply("waits")
		if _, err := b.Decide(ctx, b.conv, waiting.ID, delivery.Again); !errs.Match(settled, err) {
			t.Errorf("what waits is decided about: %v", err)
		}
	})
}
