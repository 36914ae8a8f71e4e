package automation_test

import (
	"slices"
	"testing"

	"github.com/zongler/zongler/internal/automation"
	"github.com/zongler/zongler/internal/automation/rule"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestRulesCompareOwnFieldsAsTheyAreDefined(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		program := func(condition string) rule.Program {
			t.Helper()
			p, err := rule.Parse([]byte(`{"when":{"on":"message.in"},"if":` + condition + `,"do":[{"do":"add_tags","tags":["x"]}]}`))
			c.must(err)
			return p
		}
		for condition, path := range map[string]string{
			`{"field":"customer.fields.gone","op":"is","values":["x"]}`:                         "if.field",
			`{"all":[{"field":"customer.fields.orders","op":"contains","values":["1"]}]}`:       "if.all[0].op",
			`{"field":"customer.fields.orders","op":"at_least","values":["many"]}`:              "if.values[0]",
			`{"field":"customer.fields.tier","op":"is","values":["platinum"]}`:                  "if.values[0]",
			`{"field":"customer.fields.since","op":"at_most","values":["yesterday"]}`:           "if.values[0]",
			`{"any":[{"field":"customer.fields.since","op":"became","values":["2026-01-01"]}]}`: "if.any[0].op",
			`{"field":"case.fields.anything","op":"is_empty"}`:                                  "if.field",
		} {
			_, err := c.rules.Create(c.ctx, automation.Rule{Name: "x", Program: program(condition)})
			if got := errs.Told(err).Fields; len(got) != 1 || got[0].Path != path {
				t.Errorf("%s: %+v, want %s", condition, got, path)
			}
		}
		talk := c.begin("1")
		tag := func(name, condition string) {
			c.rule(name, `{"when":{"on":"message.in"},"if":`+condition+`,"do":[{"do":"add_tags","tags":["`+name+`"]}]}`)
		}
		tag("gold", `{"field":"customer.fields.tier","op":"is","values":["gold"]}`)
		tag("silver", `{"field":"customer.fields.tier","op":"is","values":["silver"]}`)
		tag("many", `{"field":"customer.fields.orders","op":"at_least","values":["9"]}`) // twelve, though "12" stands before "9"
		tag("few", `{"field":"customer.fields.orders","op":"at_most","values":["9"]}`)
		tag("old", `{"field":"customer.fields.since","op":"at_most","values":["2024-12-31"]}`)
		tag("new", `{"field":"customer.fields.since","op":"at_least","values":["2025-01-01"]}`)
		c.run()
		c.write(talk.ID, conversation.ByCustomer, "Hello")
		c.heard()
		if got := c.now(talk.ID).Tags; !slices.Equal(got, []string{"gold", "many", "old"}) {
			t.Errorf("tags %v", got)
		}
	})
}

func TestRulesHearWhatAnOwnFieldWasAndBecame(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		c.begin("1")
		newest := c.begin("2")
		c.write(newest.ID, conversation.ByCustomer, "Hello")
		r := c.rule("Promoted", `{"when":{"on":"customer.changed"},"if":{"all":[{"field":"customer.fields.tier","op":"was","values":["silver"]},
			{"field":"customer.fields.tier","op":"became","values":["gold"]}]},"do":[{"do":"add_tags","tags":["promoted"]}]}`)
		c.run()
		tell := func(f fact.CustomerChanged) {
			t.Helper()
			f.Brand = falaNet
			c.must(d.Update(c.ctx, func(tx *db.Tx) error { return tx.Record(c.ctx, f) }))
		}
		tell(fact.CustomerChanged{Customer: zofia, Fields: []fact.FieldChange{{Key: "tier", Was: "gold", Became: "silver"}}})
		tell(fact.CustomerChanged{Customer: zofia, What: []string{"name"}})
		tell(fact.CustomerChanged{Customer: 77, Fields: []fact.FieldChange{{Key: "tier", Was: "silver", Became: "gold"}}}) // who never wrote
		tell(fact.CustomerChanged{Customer: zofia, Fields: []fact.FieldChange{{Key: "tier", Was: "silver", Became: "gold"}}})
		c.heard()
		log := c.fired(r, 1)
		if len(log) != 1 || log[0].ConversationID != newest.ID || log[0].Steps[0].Result != automation.Did {
			t.Errorf("%+v", log)
		}
		run, err := c.rules.Try(c.ctx, r)
		if err != nil || run.Fired != 1 {
			t.Errorf("tried: %+v, %v", run, err)
		}
	})
}
