package automation_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/automation"
	"github.com/zongler/zongler/internal/automation/rule"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// as is an agent of Fala Net.
func (c *centre) as(user id.User, more actor.Rights) context.Context {
	rights := actor.Agent.Rights()
	maps.Copy(rights, more)
	return actor.With(c.ctx, actor.Actor{Kind: actor.User, Tenant: 1, User: user, Name: "Ola Nowicka", Rights: rights, Brands: actor.Brands{Some: []id.Brand{falaNet}}})
}

func (c *centre) macro(ctx context.Context, m automation.Macro) automation.Macro {
	c.t.Helper()
	if m.Name == "" {
		m.Name = "Refund"
	}
	made, err := c.macros.Create(ctx, m)
	c.must(err)
	return made
}

func TestAMacroShowsWhatItDoesAndDoesIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		talk, ola := c.begin("1"), c.as(ola, nil)
		m := c.macro(c.ctx, automation.Macro{Commands: []rule.Command{
			{Do: rule.AddTags, Tags: []string{"Refund"}},
			{Do: rule.SetTopic, Topic: "x"},
			{Do: rule.SendReply, Text: "Cześć {{customer.first_name}}, tu {{agent.first_name}}"},
			{Do: rule.InsertReply, Text: "PS"},
			{Do: rule.AddNote, Text: "Refunded"},
		}})
		before := c.counted("")
		shown, err := c.macros.Preview(ola, m.ID, talk.ID)
		c.must(err)
		if shown.Steps[0].Result != automation.Did || shown.Steps[1].Code != rule.NoCase || shown.Texts[2].Text != "Cześć Zofia, tu Ola" || shown.Insert != "PS" {
			t.Errorf("%+v", shown)
		}
		if after := c.counted(""); after != before {
			t.Errorf("a preview changed something: %d facts", after-before)
		}
		for range 2 { // sent again, nothing is written twice
			used, err := c.macros.Apply(ola, m.ID, talk.ID, "use-1")
			c.must(err)
			if used.Steps[4].Result != automation.Did || used.Insert != "PS" {
				t.Errorf("%+v", used)
			}
		}
		if got := c.now(talk.ID).Tags; !slices.Equal(got, []string{"refund"}) {
			t.Errorf("tags %v", got)
		}
		if notes, said := c.entries(talk.ID, conversation.Note), c.entries(talk.ID, conversation.Message); len(notes) != 1 || len(said) != 1 {
			t.Errorf("notes %q, messages %q", notes, said)
		}
	})
}

func TestAMacroStopsAtWhatIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		talk, ola := c.begin("1"), c.as(ola, nil)
		m := c.macro(c.ctx, automation.Macro{Commands: []rule.Command{
			{Do: rule.AddTags, Tags: []string{"a"}}, {Do: rule.MoveToQueue, QueueID: billing}, {Do: rule.AddNote, Text: "never"},
		}})
		used, err := c.macros.Apply(ola, m.ID, talk.ID, "use-1")
		c.must(err)
		if s := used.Steps; s[0].Result != automation.Did || s[1].Result != automation.Refused || s[1].Code != "interaction.moved_on" || s[2].Result != "" {
			t.Errorf("%+v", s)
		}
		gap := c.macro(c.ctx, automation.Macro{Commands: []rule.Command{{Do: rule.AddTags, Tags: []string{"b"}}, {Do: rule.SendReply, Text: "{{order.number}}"}}})
		if _, err := c.macros.Apply(ola, gap.ID, talk.ID, "use-2"); errs.CodeOf(err) != "rule.unfilled" {
			t.Errorf("a reply with a gap: %v", err)
		}
		if got := c.now(talk.ID).Tags; !slices.Equal(got, []string{"a"}) {
			t.Errorf("tags %v", got)
		}
		stranger := c.as(31, nil)
		if _, err := c.macros.Preview(stranger, m.ID, talk.ID); !errs.Is(errs.NotFound, err) {
			t.Errorf("who may not read the conversation previews it: %v", err)
		}
	})
}

func TestAMacroIsOfWhomItIs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		do := []rule.Command{{Do: rule.AddTags, Tags: []string{"a"}}}
		inNorth, stranger, lead := c.as(ola, nil), c.as(31, nil), c.as(32, actor.Rights{actor.CannedEdit: actor.InBrand})
		c.macro(inNorth, automation.Macro{Name: "own", OwnerID: ola, Commands: do})
		c.macro(c.ctx, automation.Macro{Name: "team", TeamID: north, Commands: do})
		c.macro(c.ctx, automation.Macro{Name: "all", Commands: do})
		c.macro(lead, automation.Macro{Name: "brand", BrandID: falaNet, Commands: do})
		c.macro(c.ctx, automation.Macro{Name: "other brand", BrandID: 11, Commands: do})
		for _, row := range []struct {
			who  string
			ctx  context.Context
			want []string
		}{
			{"who is in the team", inNorth, []string{"all", "brand", "own", "team"}},
			{"who is not", stranger, []string{"all", "brand"}},
			{"who edits canned replies", lead, []string{"all", "brand", "team"}},
		} {
			found, err := c.macros.List(row.ctx, 0, false)
			c.must(err)
			var names []string
			for _, m := range found {
				names = append(names, m.Name)
			}
			if !slices.Equal(names, row.want) {
				t.Errorf("%s has %v, not %v", row.who, names, row.want)
			}
		}
		for _, row := range []struct {
			name  string
			ctx   context.Context
			macro automation.Macro
			want  string
		}{
			{"an agent makes none for a brand", inNorth, automation.Macro{Name: "x", BrandID: falaNet, Commands: do}, "forbidden"},
			{"a lead of one brand none for all", lead, automation.Macro{Name: "x", Commands: do}, "macro.brand"},
			{"it is one's own or a team's", lead, automation.Macro{Name: "x", OwnerID: 32, TeamID: north, Commands: do}, "team_id: macro.own_or_team"},
			{"it does something", c.ctx, automation.Macro{Name: "x"}, "do: items.min"},
		} {
			if _, err := c.macros.Create(row.ctx, row.macro); said(err) != row.want {
				t.Errorf("%s: %q, not %q", row.name, said(err), row.want)
			}
		}
		own, err := c.macros.List(inNorth, 0, false)
		c.must(err)
		m := own[slices.IndexFunc(own, func(m automation.Macro) bool { return m.OwnerID != 0 })]
		if _, err := c.macros.Update(inNorth, m.ID, automation.MacroChange{Name: new("mine"), Rev: 9}); errs.CodeOf(err) != "macro.changed" {
			t.Errorf("an older version is written over: %v", err)
		}
		if _, err := c.macros.Update(inNorth, m.ID, automation.MacroChange{Archived: new(true)}); err != nil {
			t.Error(err)
		}
	})
}
