package delivery_test

import (
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestReplyAsksAgainWhatMayHaveChangedWhileItWaited(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		now  conversation.Work
		want *errs.Error
	}{
		{"it was closed", conversation.Work{Interaction: 5, State: "closed", Agent: ola}, &errs.Error{Kind: errs.Conflict, Code: "reply.closed"}},
		{"it went to another", conversation.Work{Interaction: 5, State: "active", Agent: marta}, &errs.Error{Kind: errs.Conflict, Code: "reply.not_yours"}},
		{"it waits again", conversation.Work{Interaction: 5, State: "queued"}, &errs.Error{Kind: errs.Conflict, Code: "reply.not_yours"}},
		{"the next began", conversation.Work{Interaction: 6, State: "active", Agent: ola}, &errs.Error{Kind: errs.Conflict, Code: "interaction.moved_on"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				b := newBench(t, d, "email")
				b.out.meanwhile = func(tx *db.Tx) error { return b.convs.ShowWork(b.ctx, tx, b.conv, c.now) }
				_, err := b.Reply(b.as(ola, actor.Agent), delivery.ReplyInput{Conversation: b.conv, Text: "x", ClientID: "x", BasedOnSeq: 1})
				if !errs.Match(c.want, err) {
					t.Errorf("%v", err)
				}
				if n, _ := db.One[int](b.ctx, d, `SELECT COUNT(*) FROM job`); n != 0 {
					t.Errorf("%d jobs", n)
				}
			})
		})
	}
}

func TestAColleaguesAnswerIsShownBeforeOneSends(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, "email")
		in := delivery.ReplyInput{Conversation: b.conv, Text: "by Marta", ClientID: "m1", BasedOnSeq: 1}
		if _, err := b.Reply(b.as(marta, actor.Supervisor), in); err != nil {
			t.Fatal(err)
		}
		in.Text, in.ClientID = "again by Marta", "m2"
		if _, err := b.Reply(b.as(marta, actor.Supervisor), in); err != nil {
			t.Errorf("one's own answer is in the way: %v", err)
		}
		in.Text, in.ClientID = "by Ola", "o1"
		_, err := b.Reply(b.as(ola, actor.Agent), in)
		told := errs.Told(err)
		if told == nil || told.Code != "reply.answered" || told.Values["agent"] != "Marta" || told.Values["count"] != 2 {
			t.Errorf("%+v", told)
		}
		b.do(func(tx *db.Tx) error { // a note is no answer
			c, err := b.convs.Lock(b.ctx, tx, b.conv)
			if err == nil {
				_, _, err = b.convs.Append(b.ctx, tx, &c, conversation.NewEntry{Kind: conversation.Note, Author: conversation.ByAgent, User: marta, Text: "psst"})
			}
			return err
		})
		in.BasedOnSeq = 3
		if _, err := b.Reply(b.as(ola, actor.Agent), in); err != nil {
			t.Errorf("all is seen: %v", err)
		}
	})
}
