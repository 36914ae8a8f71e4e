package delivery_test

import (
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestAnAnswerAfterTheChannelsTimeIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, "email")
		b.out.window = time.Hour
		b.reply("in time")
		late := delivery.ReplyInput{Conversation: b.conv, Text: "late", ClientID: "late", BasedOnSeq: 9, SendAt: time.Now().Add(2 * time.Hour)}
		if _, err := b.Reply(b.as(ola, actor.Agent), late); errs.CodeOf(err) != "reply.window_closed" {
			t.Errorf("an answer that is planned behind the end: %v", err)
		}
		b.do(func(tx *db.Tx) error {
			_, err := db.Exec(b.ctx, tx, `UPDATE entry SET occurred_at = occurred_at - $1`, (2 * time.Hour).Microseconds())
			return err
		})
		late.SendAt = time.Time{}
		if _, err := b.Reply(b.as(ola, actor.Agent), late); errs.CodeOf(err) != "reply.window_closed" {
			t.Errorf("an answer behind the end: %v", err)
		}
		b.hears() // which opens it again
		if _, err := b.Reply(b.as(ola, actor.Agent), late); err != nil {
			t.Error(err)
		}
	})
}

// Where a channel lets people answer for longer, rules keep to the shorter time.
func TestARuleDoesNotAnswerWhereOnlyAPersonMay(t *testing.T) {
	t.Parallel()
	b := newBench(t, dbtest.SQLite(t), "email")
	b.out.window, b.out.person = time.Hour, 24*time.Hour
	b.do(func(tx *db.Tx) error {
		_, err := db.Exec(b.ctx, tx, `UPDATE entry SET occurred_at = occurred_at - $1`, (2 * time.Hour).Microseconds())
		return err
	})
	in := delivery.ReplyInput{Conversation: b.conv, Text: "late", ClientID: "rule", BasedOnSeq: 9}
	rule := actor.ForSystem(1)
	rule.Firing = 5
	if _, err := b.Reply(actor.With(b.ctx, rule), in); errs.CodeOf(err) != "reply.window_closed" {
		t.Errorf("a rule: %v", err)
	}
	in.ClientID = "person"
	if _, err := b.Reply(b.as(ola, actor.Agent), in); err != nil {
		t.Errorf("a person: %v", err)
	}
}

func TestAProviderThatSaysWhenIsAskedThen(t *testing.T) {
	t.Parallel()
	b := newBench(t, dbtest.SQLite(t), "email")
	e := b.reply("hello")
	busy := channel.Fail(channel.Retry, "own.busy", nil)
	busy.After = 7 * time.Minute
	b.out.answers = []error{busy}
	err := b.Send(b.ctx, delivery.SendJob{Entry: e.ID})
	if err == nil || err.Error() != "job: again after 7m0s" || b.state(e.ID) != conversation.Sending {
		t.Errorf("%v, %s", err, b.state(e.ID))
	}
	if err := b.Send(b.ctx, delivery.SendJob{Entry: e.ID}); err != nil || b.state(e.ID) != conversation.Sent {
		t.Errorf("%v, %s", err, b.state(e.ID))
	}
}
