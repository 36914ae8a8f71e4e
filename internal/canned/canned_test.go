package canned_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/canned"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

const (
	falaNet  id.Brand = 10
	vasarfia id.Brand = 11
)

// open returns a service over d, in which the first tenant has both brands.
func open(t *testing.T, d *db.DB) *canned.Service {
	t.Helper()
	err := d.Update(t.Context(), func(tx *db.Tx) error {
		for _, brand := range []id.Brand{falaNet, vasarfia} {
			_, err := db.Exec(t.Context(), tx, `INSERT INTO brand (tenant_id, id, name, name_key, color, languages, time_zone, created_at, updated_at)
				VALUES (1, $1, '', '', '#0b7285', '["pl"]', 'Europe/Warsaw', 0, 0)`, brand)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return canned.New(d)
}

func hello(shortcut string, brand id.Brand) canned.Reply {
	return canned.Reply{BrandID: brand, Shortcut: shortcut, Title: "Powitanie", Texts: map[string]string{"pl": "Dzień dobry, {{customer.name}}!", "hu": "Jó napot!"}}
}

func TestRepliesAreFoundWithinTheBrands(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := dbtest.As(t, 1)
		for _, r := range []canned.Reply{hello("/Hej", 0), hello("fala", falaNet), hello("nap", vasarfia)} {
			if _, err := s.Create(ctx, r); err != nil {
				t.Fatal(err)
			}
		}
		agent := actor.With(ctx, actor.Actor{Kind: actor.User, Tenant: 1, User: 5, Rights: actor.Agent.Rights(), Brands: actor.Brands{Some: []id.Brand{falaNet}}})
		cases := []struct {
			name string
			ctx  context.Context
			q    canned.Query
			want string
		}{
			{"all of the tenant", ctx, canned.Query{}, "hej fala nap"},
			{"own brands and those of all", agent, canned.Query{}, "hej fala"},
			{"of one brand", ctx, canned.Query{Brand: vasarfia}, "hej nap"},
			{"of a foreign brand", agent, canned.Query{Brand: vasarfia}, "hej"},
			{"by a folded word of the text", agent, canned.Query{Text: "DZIEN"}, "hej fala"},
			{"by shortcut", ctx, canned.Query{Text: "nap"}, "hej fala nap"}, // the Hungarian text has the word too
			{"by what is not there", ctx, canned.Query{Text: "100%"}, ""},
			{"another tenant", dbtest.As(t, 2), canned.Query{}, ""},
		}
		for _, c := range cases {
			c.q.Limit = 10
			found, err := s.List(c.ctx, c.q)
			var names []string
			for _, r := range found {
				names = append(names, r.Shortcut)
			}
			if got := strings.Join(names, " "); err != nil || got != c.want {
				t.Errorf("%s: %q, want %q, %v", c.name, got, c.want, err)
			}
		}
		kinds, _ := db.Many[string](ctx, d, `SELECT kind FROM fact ORDER BY id`)
		actions, _ := db.Many[string](ctx, d, `SELECT action FROM audit ORDER BY id`)
		if len(kinds) != 3 || kinds[0] != "configuration.changed" || !slices.Equal(actions, slices.Repeat([]string{"canned.create"}, 3)) {
			t.Errorf("facts %v, audit %v", kinds, actions)
		}
	})
}

func TestUpdateKeepsShortcutsApart(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := dbtest.As(t, 1)
		one, err := s.Create(ctx, hello("one", falaNet))
		if err != nil {
			t.Fatal(err)
		}
		two, err := s.Create(ctx, hello("two", falaNet))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Create(ctx, hello("one", falaNet)); errs.CodeOf(err) != "canned.shortcut_taken" {
			t.Errorf("a second reply of one name gives %v", err)
		}
		if _, err := s.Update(ctx, two.ID, canned.Change{Shortcut: new("one")}); errs.CodeOf(err) != "canned.shortcut_taken" {
			t.Errorf("a rename onto another gives %v", err)
		}
		if _, err := s.Update(ctx, one.ID, canned.Change{Archived: new(true), Rev: 1}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Update(ctx, one.ID, canned.Change{Title: new("x"), Rev: 1}); errs.CodeOf(err) != "canned.changed" {
			t.Errorf("an old version gives %v", err)
		}
		if r, err := s.Update(ctx, two.ID, canned.Change{Shortcut: new("one")}); err != nil || r.Shortcut != "one" {
			t.Errorf("an archived name is not free: %v", err)
		}
		supervisor := actor.With(ctx, actor.Actor{Kind: actor.User, Tenant: 1, Rights: actor.Supervisor.Rights(), Brands: actor.Brands{Some: []id.Brand{falaNet}}})
		if _, err := s.Create(supervisor, hello("all", 0)); errs.CodeOf(err) != "canned.brand" {
			t.Errorf("a reply of all brands by one brand's supervisor gives %v", err)
		}
	})
}

func TestWrongFieldsAreNamed(t *testing.T) {
	t.Parallel()
	s := open(t, dbtest.SQLite(t))
	_, err := s.Create(dbtest.As(t, 1), canned.Reply{Shortcut: "two words", Texts: map[string]string{"polski": "x", "en": " "}})
	told := errs.Told(err)
	if told == nil {
		t.Fatal(err)
	}
	var paths []string
	for _, f := range told.Fields {
		paths = append(paths, f.Path)
	}
	if want := []string{"shortcut", "title", "texts.en", "texts"}; !slices.Equal(paths, want) {
		t.Errorf("fields %v, want %v", paths, want)
	}
}

func TestRenderFillsAndReports(t *testing.T) {
	t.Parallel()
	values := map[string]string{canned.CustomerName: "Zofia {{agent.name}}", canned.AgentName: "Ola"}
	cases := []struct{ text, want, unknown string }{
		{"plain", "plain", ""},
		{"{{customer.name}} {{ agent.name }}", "Zofia {{agent.name}} Ola", ""}, // values are not filled again
		{"{{order.id}} {{order.id}} {{brand.name}}", "{{order.id}} {{order.id}} {{brand.name}}", "order.id brand.name"},
		{"{{}} {{{agent.name}}} {x}", "{{}} {Ola} {x}", ""},
	}
	for _, c := range cases {
		got, unknown := canned.Render(c.text, values)
		if got != c.want || strings.Join(unknown, " ") != c.unknown {
			t.Errorf("%q: %q, unknown %q", c.text, got, unknown)
		}
	}
}

func FuzzRender(f *testing.F) {
	f.Add("{{customer.name}}", "x")
	f.Fuzz(func(t *testing.T, text, value string) {
		if _, unknown := canned.Render(text, map[string]string{"a": value}); slices.Contains(unknown, "a") && value != "" {
			t.Error("a known name is unknown")
		}
	})
}
