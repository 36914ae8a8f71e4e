package delivery_test

import (
	"errors"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// What the provider has approved is sent at any time, in its words; a channel without such refuses it.
func TestATemplateIsSentAtAnyTime(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, "own")
		b.out.window, b.out.templates = time.Hour, []channel.Template{{Name: "hello", Language: "pl", Parts: []channel.TemplatePart{
			{Kind: channel.PartBody, Text: "Dzień dobry {{body.1}}", Places: []channel.Place{{Key: "body.1"}}},
		}}}
		b.do(func(tx *db.Tx) error {
			_, err := db.Exec(b.ctx, tx, `UPDATE entry SET occurred_at = occurred_at - $1`, (2 * time.Hour).Microseconds())
			return err
		})
		in := delivery.ReplyInput{Conversation: b.conv, ClientID: "t", BasedOnSeq: 9, Template: &channel.TemplateUse{Name: "hello", Language: "pl", Values: map[string]string{"body.1": "Anno"}}}
		e, err := b.Reply(b.as(ola, actor.Agent), in)
		if err != nil || e.Body != "Dzień dobry Anno" || string(e.Data) != `{"template":{"name":"hello","language":"pl","values":{"body.1":"Anno"}}}` {
			t.Errorf("%+v %v", e, err)
		}
		b.out.unasked = errors.New("nobody may ask now")
		if again, err := b.Reply(b.as(ola, actor.Agent), in); err != nil || again.ID != e.ID {
			t.Errorf("the same answer again: %+v %v", again, err)
		}
		b.out.unasked = nil
		for name, c := range map[string]struct {
			change func(*delivery.ReplyInput)
			code   string
		}{
			"one that there is not":   {func(in *delivery.ReplyInput) { in.Template = &channel.TemplateUse{Name: "bye", Language: "pl"} }, "template.gone"},
			"one in another language": {func(in *delivery.ReplyInput) { in.Template = &channel.TemplateUse{Name: "hello", Language: "hu"} }, "template.gone"},
			"one without its values":  {func(in *delivery.ReplyInput) { in.Template = &channel.TemplateUse{Name: "hello", Language: "pl"} }, "fields"},
			"one with a text beside":  {func(in *delivery.ReplyInput) { in.Text = "and more" }, "fields"},
		} {
			other := in
			other.ClientID = name
			c.change(&other)
			if _, err := b.Reply(b.as(ola, actor.Agent), other); errs.CodeOf(err) != c.code {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	b := newBench(t, dbtest.SQLite(t), "email")
	in := delivery.ReplyInput{Conversation: b.conv, ClientID: "t", BasedOnSeq: 9, Template: &channel.TemplateUse{Name: "hello", Language: "pl"}}
	if _, err := b.Reply(b.as(ola, actor.Agent), in); errs.CodeOf(err) != "channel.cannot_send_template" {
		t.Errorf("a channel without templates: %v", err)
	}
	if _, err := b.Templates(b.as(ola, actor.Agent), b.conv); errs.CodeOf(err) != "channel.cannot_send_template" {
		t.Errorf("its list: %v", err)
	}
	if _, err := b.Templates(b.as(marta, actor.Agent), b.conv); !errs.Is(errs.NotFound, err) {
		t.Errorf("who works on something else: %v", err)
	}
}
