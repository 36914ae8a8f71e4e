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

// plan answers at a time.
func (b *bench) plan(name string, at time.Time) (conversation.Entry, error) {
	return b.Reply(b.as(ola, actor.Agent), delivery.ReplyInput{Conversation: b.conv, Text: name, ClientID: name, BasedOnSeq: 99, SendAt: at})
}

func TestAnAnswerWaitsUntilItsTime(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, "email")
		ctx := b.as(ola, actor.Agent)
		e, err := b.plan("later", time.Now().Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Send(b.ctx, delivery.SendJob{Entry: e.ID}); err == nil || b.out.calls != 0 {
			t.Errorf("it was called for %d times before its time: %v", b.out.calls, err)
		}
		waiting, err := b.Waiting(ctx, b.conv)
		if err != nil || len(waiting) != 1 || waiting[0].Entry != e.ID || time.Until(waiting[0].DueAt) < 59*time.Minute {
			t.Errorf("%+v %v", waiting, err)
		}
		if _, err := b.Cancel(b.as(marta, actor.Agent), b.conv, e.ID); !errs.Is(errs.NotFound, err) {
			t.Errorf("another agent takes it back: %v", err)
		}
		if _, err := b.Reschedule(ctx, b.conv, e.ID, time.Now()); err != nil {
			t.Fatal(err)
		}
		if err := b.Send(b.ctx, delivery.SendJob{Entry: e.ID}); err != nil || b.out.calls != 1 {
			t.Errorf("%d calls, %v", b.out.calls, err)
		}
		if _, err := b.Cancel(ctx, b.conv, e.ID); !errs.Match(&errs.Error{Kind: errs.Conflict, Code: "reply.under_way"}, err) {
			t.Errorf("what was sent is taken back: %v", err)
		}
	})
}

func TestWhatIsTakenBackIsNeverSent(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, "email")
		e := b.reply("hello")
		after, err := b.Cancel(b.as(ola, actor.Agent), b.conv, e.ID)
		if err != nil || after.DeliveryState != conversation.Cancelled {
			t.Fatalf("%+v %v", after, err)
		}
		if err := b.Send(b.ctx, delivery.SendJob{Entry: e.ID}); err != nil || b.out.calls != 0 {
			t.Errorf("%d calls, %v", b.out.calls, err)
		}
	})
}

func TestAPlannedAnswerIsHeldBackWhenTheCustomerWrites(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, "email")
		e, err := b.plan("tomorrow", time.Now().Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		b.hears()
		b.do(func(tx *db.Tx) error {
			_, err := db.Exec(b.ctx, tx, `UPDATE dispatch SET due_at = 1`)
			return err
		})
		if err := b.Send(b.ctx, delivery.SendJob{Entry: e.ID}); err != nil || b.out.calls != 0 {
			t.Errorf("%d calls, %v", b.out.calls, err)
		}
		got, err := b.convs.FindEntry(b.ctx, d, e.ID)
		if err != nil || got.DeliveryState != conversation.Failed || got.DeliveryReason != "delivery.overtaken" {
			t.Errorf("%s %s %v", got.DeliveryState, got.DeliveryReason, err)
		}
	})
}

func TestTheWordsOfARefusalAreKept(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, "email")
		b.out.answers = []error{&channel.Failure{Verdict: channel.Permanent, Code: "delivery.refused", Words: "550 no such user"}}
		e := b.reply("hello")
		if err := b.Send(b.ctx, delivery.SendJob{Entry: e.ID}); err != nil {
			t.Fatal(err)
		}
		told, err := db.One[conversation.Entry](b.ctx, d, `SELECT `+conversation.EntryColumns+` FROM entry WHERE code = 'delivery_refused'`)
		if err != nil || told.TargetID != e.ID || string(told.Data) != `{"words":"550 no such user"}` {
			t.Errorf("%+v %v", told, err)
		}
	})
}

func TestWhatAChannelDoesNotHaveIsRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, dbtest.SQLite(t), "webchat")
	cases := []struct {
		name string
		in   delivery.ReplyInput
		path string
	}{
		{"a later time where everything goes at once", delivery.ReplyInput{Text: "x", SendAt: time.Now().Add(time.Hour)}, "send_at"},
		{"formatting", delivery.ReplyInput{HTML: "<b>x</b>"}, "html"},
		{"a subject", delivery.ReplyInput{Text: "x", Envelope: channel.Envelope{Subject: "s"}}, "subject"},
		{"recipients", delivery.ReplyInput{Text: "x", Envelope: channel.Envelope{Cc: []string{"a@b.example"}}}, "to"},
	}
	for _, c := range cases {
		c.in.Conversation, c.in.ClientID, c.in.BasedOnSeq = b.conv, c.name, 99
		_, err := b.Reply(b.as(ola, actor.Agent), c.in)
		if told := errs.Told(err); told == nil || len(told.Fields) != 1 || told.Fields[0].Path != c.path {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
