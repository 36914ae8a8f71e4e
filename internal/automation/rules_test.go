package automation_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/automation"
	"github.com/zongler/zongler/internal/automation/rule"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

const outage = `{"when":{"on":"message.in"},"if":{"field":"message.text","op":"contains","values":["awaria"]},"do":[{"do":"add_tags","tags":["outage"]},{"do":"add_note","text":"Known outage"}]}`

func TestARuleDoesWhatItSaysOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		with, without, before := c.begin("1"), c.begin("2"), c.begin("3")
		c.write(before.ID, conversation.ByCustomer, "Awaria!") // before there was the rule
		r := c.rule("Outage", outage)
		stop := c.run()
		c.write(without.ID, conversation.ByCustomer, "Dzień dobry")
		c.write(with.ID, conversation.ByCustomer, "Czy to AWARIA?")
		c.fired(r, 1)
		c.heard()
		stop()
		c.write(with.ID, conversation.ByCustomer, "I znów awaria") // while nobody asks
		c.run()
		log := c.fired(r, 2)
		if got := log[1]; len(log) != 2 || got.ConversationID != with.ID || got.Steps[0].Result != automation.Did || got.Steps[1].Result != automation.Did {
			t.Errorf("%+v", log)
		}
		if log[0].Steps[0].Result != automation.Idle || log[0].Steps[0].Code != rule.DoneAlready {
			t.Errorf("tags that were there: %+v", log[0].Steps)
		}
		if got := c.now(with.ID).Tags; !slices.Equal(got, []string{"outage"}) {
			t.Errorf("tags %v", got)
		}
		if notes := c.entries(with.ID, conversation.Note); len(notes) != 2 {
			t.Errorf("notes %q", notes)
		}
		if got := c.now(before.ID).Tags; len(got) != 0 {
			t.Errorf("what was before is tagged %v", got)
		}
		all, _, err := c.conversations.Entries(c.ctx, with.ID, conversation.Window{Limit: 10})
		c.must(err)
		if note := all[1]; note.Author != conversation.BySystem || note.Code != conversation.CodeRule || !strings.Contains(string(note.Data), "Outage") {
			t.Errorf("the note does not name its author: %+v", note)
		}
	})
}

func TestRulesAreAskedInTheirOrder(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		talk := c.begin("1")
		tag := `{"when":{"on":"message.in"},"if":{"field":"conversation.tags","op":"has_not","values":["first","second"]},"do":[{"do":"add_tags","tags":["%s"]}]}`
		first, second := c.rule("First", fmt.Sprintf(tag, "first")), c.rule("Second", fmt.Sprintf(tag, "second"))
		c.must(c.rules.Order(c.ctx, []id.Rule{second.ID, first.ID}))
		c.run()
		c.write(talk.ID, conversation.ByCustomer, "Hello")
		c.heard()
		if got := c.now(talk.ID).Tags; !slices.Equal(got, []string{"second"}) {
			t.Errorf("tags %v: the second was to be asked first, and the first then by what it left", got)
		}
	})
}

func TestARuleDoesNotSetItselfOff(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		talk := c.begin("1")
		answer := `{"when":{"on":"note.added"},"do":[{"do":"add_note","text":"%s"}]}`
		c.rule("Echo", fmt.Sprintf(answer, "echo"))
		c.rule("Reply", fmt.Sprintf(answer, "reply"))
		c.run()
		c.append(talk.ID, conversation.NewEntry{Kind: conversation.Note, Author: conversation.ByAgent, User: ola, Text: "word"})
		c.heard()
		c.heard() // what the rules did themselves is behind the first
		notes := c.entries(talk.ID, conversation.Note)
		slices.Sort(notes)
		if !slices.Equal(notes, []string{"echo", "echo", "reply", "reply", "word"}) { // each by the word, and by the other
			t.Errorf("notes %v", notes)
		}
	})
}

func TestARuleThatIsSetOffTooOftenIsPaused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		talk := c.begin("1")
		r := c.rule("Outage", outage)
		c.run()
		for range 12 {
			c.write(talk.ID, conversation.ByCustomer, "awaria")
		}
		c.fired(r, 10)
		c.heard()
		paused, err := c.rules.Get(c.ctx, r.ID)
		if err != nil || paused.State != automation.RulePaused || paused.Why != automation.WhyLoop {
			t.Errorf("%+v, %v", paused, err)
		}
		if log := c.fired(r, 10); len(log) != 10 {
			t.Errorf("set off %d times", len(log))
		}
		on := true
		if r, err = c.rules.Update(c.ctx, r.ID, automation.RuleChange{Active: &on}); err != nil || r.State != automation.RuleActive || r.Why != "" {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

// TestWhatWasBegunIsEndedOnce cuts a rule off before and after its second command was done.
func TestWhatWasBegunIsEndedOnce(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		t.Run(map[bool]string{false: "before", true: "after"}[after], func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB) { cutOff(t, newCentre(t, d), after) })
		})
	}
}

func cutOff(t *testing.T, c *centre, after bool) {
	t.Helper()
	talk := c.begin("1")
	r := c.rule("Receipt", `{"when":{"on":"message.in"},"do":[{"do":"add_tags","tags":["in"]},{"do":"send_reply","text":"Dziękujemy"},{"do":"add_note","text":"sent"}]}`)
	reached, gone := make(chan struct{}), make(chan struct{})
	cut := func() error {
		close(reached)
		<-gone // the process is being ended
		return context.Canceled
	}
	if after {
		c.post.after = cut
	} else {
		c.post.before = cut
	}
	stop := c.run()
	c.write(talk.ID, conversation.ByCustomer, "Dzień dobry")
	<-reached
	ended := make(chan struct{})
	go func() { defer close(ended); stop() }()
	c.ending(gone)
	<-ended
	c.post.before, c.post.after = nil, nil
	c.run()
	log := c.fired(r, 1)
	for i, s := range log[0].Steps {
		if s.Result != automation.Did {
			t.Errorf("command %d: %+v", i, s)
		}
	}
	if len(c.post.sent) != 1 || c.counted("conversation.changed") != 1 || len(c.entries(talk.ID, conversation.Note)) != 1 {
		t.Errorf("sent %d, tagged %d times, notes %v", len(c.post.sent), c.counted("conversation.changed"), c.entries(talk.ID, conversation.Note))
	}
}

func TestARuleWaits(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		waits, answered := c.begin("1"), c.begin("2")
		r := c.rule("Late", `{"when":{"since":"unanswered","minutes":60},"if":{"field":"conversation.open","op":"is","values":["yes"]},"do":[{"do":"add_tags","tags":["late"]},{"do":"notify","user_id":"30"}]}`)
		c.run()
		for _, talk := range []conversation.Conversation{waits, answered} {
			c.write(talk.ID, conversation.ByCustomer, "Halo?")
		}
		c.write(waits.ID, conversation.ByCustomer, "Jest tam kto?")
		c.write(answered.ID, conversation.ByAgent, "Jestem")
		c.heard()
		timers, err := db.Many[int64](c.ctx, d, `SELECT conversation_id FROM rule_timer`)
		if err != nil || !slices.Equal(timers, []int64{int64(waits.ID)}) {
			t.Fatalf("time is counted for %v, %v", timers, err)
		}
		c.pass()
		log := c.fired(r, 1)
		if len(log) != 1 || log[0].ConversationID != waits.ID || log[0].Event != string(rule.Unanswered) || log[0].Steps[1].Result != automation.Did {
			t.Errorf("%+v", log)
		}
		if got := c.now(waits.ID).Tags; !slices.Equal(got, []string{"late"}) {
			t.Errorf("tags %v", got)
		}
		told, err := c.conversations.Notifications(actor.With(c.ctx, actor.Actor{Kind: actor.User, Tenant: 1, User: ola}), 0, 10)
		if err != nil || len(told) != 1 || told[0].Kind != conversation.KindRule || told[0].ConversationID != waits.ID {
			t.Errorf("%+v, %v", told, err)
		}
	})
}

// pass lets all time pass that rules count.
func (c *centre) pass() {
	c.t.Helper()
	c.must(c.db.Update(c.ctx, func(tx *db.Tx) error {
		tx.Wake("rule_timer")
		_, err := db.Exec(c.ctx, tx, `UPDATE rule_timer SET due_at = 1`)
		return err
	}))
}

func TestACaseIsClosedAfterItsCustomerWasWaitedFor(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		talk := c.begin("1")
		waits, err := c.cases.Open(c.ctx, casework.Opening{Conversation: talk.ID, Subject: "Umowa", Priority: casework.Normal})
		c.must(err)
		works, err := c.cases.Open(c.ctx, casework.Opening{Brand: falaNet, Subject: "Inna", Priority: casework.Normal})
		c.must(err)
		r := c.rule("Close", `{"when":{"since":"case_status","minutes":4320},"if":{"field":"case.category","op":"is","values":["waiting_customer"]},"do":[{"do":"set_status","status_id":"5"},{"do":"add_note","text":"Closed by itself"}]}`)
		became := c.rule("Done", `{"when":{"on":"case.moved"},"if":{"all":[{"field":"case.category","op":"became","values":["done"]},{"field":"case.status","op":"was","values":["3"]}]},"do":[{"do":"add_case_tags","tags":["silent"]}]}`)
		c.run()
		for key, status := range map[id.Case]id.CaseStatus{waits.ID: 3, works.ID: 2} {
			_, err := c.cases.Update(c.ctx, key, casework.Change{Status: &status})
			c.must(err)
		}
		c.heard()
		c.pass()
		c.fired(r, 1)
		c.fired(became, 1)
		after, err := c.cases.Find(c.ctx, d, waits.ID)
		if err != nil || after.Category != casework.Done || !slices.Equal(after.Tags, []string{"silent"}) {
			t.Errorf("%+v, %v", after, err)
		}
		if other, err := c.cases.Find(c.ctx, d, works.ID); err != nil || other.Category != casework.Working {
			t.Errorf("%+v, %v", other, err)
		}
		if notes := c.entries(talk.ID, conversation.Note); !slices.Equal(notes, []string{"Closed by itself"}) {
			t.Errorf("notes %v", notes)
		}
	})
}

func TestMachinesAreNotAnswered(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		talk := c.begin("1")
		r := c.rule("Receipt", `{"when":{"on":"message.in"},"do":[{"do":"send_reply","text":"Dziękujemy, {{customer.first_name}}! {{brand.name}}"}]}`)
		c.run()
		c.append(talk.ID, conversation.NewEntry{Kind: conversation.Message, Author: conversation.ByCustomer, Text: "Urlop", Quiet: true})
		c.write(talk.ID, conversation.ByCustomer, "Dzień dobry")
		log := c.fired(r, 2)
		if log[1].Steps[0].Code != rule.Automatic || log[0].Steps[0].Result != automation.Did {
			t.Errorf("%+v", log)
		}
		if sent := c.post.sent; len(sent) != 1 || sent[0].Text != "Dziękujemy, Zofia! Fala Net" {
			t.Errorf("%+v", sent)
		}
	})
}

func TestARuleAnswersInPublicOnlyWhereItSaysSo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		talk := c.begin("1")
		const answer = `"do":[{"do":"send_reply","text":"Dziękujemy"`
		silent := c.rule("Does not say", `{"when":{"on":"message.in"},`+answer+`}]}`)
		chosen := c.rule("Chosen", `{"when":{"on":"message.in"},`+answer+`,"public":true}]}`)
		named := c.rule("Named", `{"when":{"on":"message.in"},"if":{"any":[{"field":"conversation.channel","op":"is","values":["`+talk.Channel+`"]}]},`+answer+`}]}`)
		denied := c.rule("Denied", `{"when":{"on":"message.in"},"if":{"field":"conversation.channel","op":"is_not","values":["email"]},`+answer+`}]}`)
		c.run()
		c.must(d.Update(c.ctx, func(tx *db.Tx) error {
			_, err := db.Exec(c.ctx, tx, `UPDATE conversation SET post_id = 5 WHERE id = $1`, talk.ID)
			return err
		}))
		c.write(talk.ID, conversation.ByCustomer, "Dzień dobry wszystkim")
		for name, in := range map[string]struct {
			rule automation.Rule
			code string
		}{"without a word": {silent, rule.InPublic}, "chosen": {chosen, ""}, "by the channel's name": {named, ""}, "by what the channel is not": {denied, rule.InPublic}} {
			if step := c.fired(in.rule, 1)[0].Steps[0]; step.Code != in.code || (step.Result == automation.Did) != (in.code == "") {
				t.Errorf("%s: %+v", name, step)
			}
		}
		if len(c.post.sent) != 2 {
			t.Errorf("sent %+v", c.post.sent)
		}
	})
}

func TestWhatIsRefusedStandsInTheLog(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		talk := c.begin("1")
		r := c.rule("Much", `{"when":{"on":"message.in"},"do":[{"do":"move_to_queue","queue_id":"60"},{"do":"set_topic","topic":"x"},{"do":"call_webhook","webhook_id":"77"},{"do":"send_reply","text":"{{customer.shoe}}"},{"do":"open_case","topic":"billing"},{"do":"set_priority","priority":"high"}]}`)
		c.run()
		c.write(talk.ID, conversation.ByCustomer, "Dzień dobry")
		var came []string
		for _, s := range c.fired(r, 1)[0].Steps {
			came = append(came, string(s.Result)+" "+s.Code)
		}
		want := []string{"failed interaction.moved_on", "nothing no_case", "failed not_found", "failed rule.unfilled", "did ", "did "}
		if !slices.Equal(came, want) {
			t.Errorf("%q", came)
		}
		m, found, err := c.cases.Surviving(c.ctx, d, talk.ID)
		if err != nil || !found || m.Priority != casework.High || m.Topic != "billing" {
			t.Errorf("%+v, %v", m, err)
		}
	})
}

func TestARuleIsTriedWithoutChangingAnything(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		talk, other := c.begin("1"), c.begin("2")
		c.write(talk.ID, conversation.ByCustomer, "awaria")
		c.write(talk.ID, conversation.ByAgent, "już nie")
		c.write(talk.ID, conversation.ByCustomer, "znów awaria")
		c.write(other.ID, conversation.ByCustomer, "faktura")
		before := c.counted("")
		p, err := rule.Parse([]byte(outage))
		c.must(err)
		run, err := c.rules.Try(c.ctx, automation.Rule{Program: p})
		c.must(err)
		if run.Conversations != 2 || run.Fired != 2 || run.Trials[0].Conversation != talk.ID || run.Trials[0].CustomerName != "Zofia Nowak" ||
			run.Trials[0].Steps[0].Result != automation.Did || run.Trials[0].At.Before(run.Trials[1].At) {
			t.Errorf("%+v", run)
		}
		p, err = rule.Parse([]byte(`{"when":{"since":"unanswered","minutes":1},"do":[{"do":"add_tags","tags":["x"]}]}`))
		c.must(err)
		if run, err = c.rules.Try(c.ctx, automation.Rule{Program: p}); err != nil || run.Fired != 0 { // no minute has passed
			t.Errorf("%+v, %v", run, err)
		}
		if after := c.counted(""); after != before || len(c.now(talk.ID).Tags) != 0 {
			t.Errorf("something was changed: %d facts", after-before)
		}
		blind := actor.With(c.ctx, actor.Actor{Kind: actor.User, Tenant: 1, User: 5, Brands: actor.Brands{All: true}, Rights: actor.Rights{actor.RuleEdit: actor.InTenant}})
		p, _ = rule.Parse([]byte(outage))
		if run, err = c.rules.Try(blind, automation.Rule{Program: p}); err != nil || run.Fired != 2 || run.Trials[0].Subject != "" || run.Trials[0].CustomerName != "" {
			t.Errorf("who reads no conversations reads %+v, %v", run.Trials[0], err)
		}
	})
}

func TestWhatARuleCannotBe(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		ofBrand := actor.With(c.ctx, actor.Actor{
			Kind: actor.User, Tenant: 1, User: 5, Rights: actor.Rights{actor.RuleEdit: actor.InBrand}, Brands: actor.Brands{Some: []id.Brand{falaNet}},
		})
		p, err := rule.Parse([]byte(outage))
		c.must(err)
		strange, err := rule.Parse([]byte(`{"when":{"on":"message.in"},"if":{"any":[{"field":"conversation.queue","op":"is","values":["5000"]}]},"do":[{"do":"move_to_queue","queue_id":"6000"}]}`))
		c.must(err)
		for _, row := range []struct {
			name string
			ctx  context.Context
			rule automation.Rule
			want string
		}{
			{"a rule has a name", c.ctx, automation.Rule{Program: p}, "name: required"},
			{"it names what there is", c.ctx, automation.Rule{Name: "a", Program: strange}, "if.any[0].values[0]: reference"},
			{"and a brand of the tenant", c.ctx, automation.Rule{Name: "a", Program: p, BrandID: 4000}, "brand_id: reference"},
			{"who looks after one brand makes rules for it alone", ofBrand, automation.Rule{Name: "a", Program: p}, "rule.brand"},
			{"nor for another", ofBrand, automation.Rule{Name: "a", Program: p, BrandID: 11}, "rule.brand"},
			{"for the own brand they may", ofBrand, automation.Rule{Name: "a", Program: p, BrandID: falaNet}, ""},
		} {
			_, err := c.rules.Create(row.ctx, row.rule)
			if got := said(err); got != row.want {
				t.Errorf("%s: %q, not %q", row.name, got, row.want)
			}
		}
		all := c.rule("of all", outage)
		if _, err := c.rules.Get(ofBrand, all.ID); !errs.Is(errs.NotFound, err) {
			t.Errorf("the rule of all brands shows itself to one: %v", err)
		}
		if seen, err := c.rules.List(ofBrand, false); err != nil || len(seen) != 1 {
			t.Errorf("%+v, %v", seen, err)
		}
		if _, err := c.rules.Update(c.ctx, all.ID, automation.RuleChange{Name: new("b"), Rev: 7}); errs.CodeOf(err) != "rule.changed" {
			t.Errorf("an older version is written over: %v", err)
		}
		if _, err := c.rules.Archive(c.ctx, all.ID); err != nil {
			t.Error(err)
		}
		if _, err := c.rules.Update(c.ctx, all.ID, automation.RuleChange{Name: new("b")}); errs.CodeOf(err) != "rule.archived" {
			t.Errorf("what has ended is changed: %v", err)
		}
	})
}

func TestRulesForgetWhatTheyDidLongAgo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		r := c.rule("Outage", outage)
		old := c.db.At(func() time.Time { return time.Now().Add(-31 * 24 * time.Hour) })
		c.must(old.Update(c.ctx, func(tx *db.Tx) error {
			for i, at := range []time.Time{tx.Now(), time.Now()} {
				if _, err := db.Exec(c.ctx, tx, `INSERT INTO rule_firing (tenant_id, id, rule_id, fact_id, event, steps, running, at) VALUES (1, $1, $2, $1, 'message.in', '[]', FALSE, $3)`,
					i+1, r.ID, at); err != nil {
					return err
				}
			}
			return nil
		}))
		c.must(c.rules.Prune(c.ctx))
		if log := c.fired(r, 1); len(log) != 1 || log[0].ID != 2 {
			t.Errorf("%+v", log)
		}
	})
}
