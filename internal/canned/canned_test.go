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

func TestAVariantGoesBeforeTheTextOfAllChannels(t *testing.T) {
	t.Parallel()
	r := canned.Reply{
		Texts:    map[string]string{"pl": "pl", "hu": "hu"},
		Variants: canned.Variants{"sms": {"pl": "pl sms", "en": "en sms"}},
	}
	for _, c := range []struct {
		class     string
		languages []string
		want      string
	}{
		{"sms", []string{"pl"}, "pl sms"},
		{"sms", []string{"hu", "pl"}, "hu"}, // the right language before the right class
		{"sms", []string{"de"}, "en sms"},
		{"chat", []string{"pl"}, "pl"},
		{"chat", []string{"de", "pl"}, "pl"},
		{"chat", nil, "hu"},
	} {
		if got, _ := r.Text(c.class, c.languages...); got != c.want {
			t.Errorf("%s in %v: %q, want %q", c.class, c.languages, got, c.want)
		}
	}
	for name, want := range map[string]string{"": "", "Kovács Réka": "Kovács", "Anna Maria Nowak": "Anna"} {
		if got := canned.FirstName(name, "pl"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := canned.FirstName("Kovács Réka", "hu"); got != "Réka" {
		t.Errorf("%q", got)
	}
}

func TestEverybodyHasRepliesOfTheirOwn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		as := func(user id.User, role actor.BuiltIn) context.Context {
			return actor.With(t.Context(), actor.Actor{Kind: actor.User, Tenant: 1, User: user, Rights: role.Rights(), Brands: actor.Brands{Some: []id.Brand{falaNet}}})
		}
		ola, jan, boss := as(5, actor.Agent), as(6, actor.Agent), as(7, actor.Supervisor)
		own := hello("hej", 0)
		own.OwnerID = 5
		mine, err := s.Create(ola, own)
		if err != nil {
			t.Fatal(err)
		}
		own.OwnerID = 5 // he cannot make one of hers
		if his, err := s.Create(jan, own); err != nil || his.OwnerID != 6 {
			t.Errorf("%+v %v", his, err)
		}
		if _, err := s.Create(ola, hello("fala", falaNet)); !errs.Is(errs.Forbidden, err) {
			t.Errorf("an agent makes a reply of the brand: %v", err)
		}
		if _, err := s.Get(jan, mine.ID); !errs.Is(errs.NotFound, err) {
			t.Errorf("another's own reply: %v", err)
		}
		if _, err := s.Update(boss, mine.ID, canned.Change{Title: new("x")}); !errs.Is(errs.NotFound, err) {
			t.Errorf("another's own reply changed: %v", err)
		}
		if _, err := s.Update(ola, mine.ID, canned.Change{Variants: canned.Variants{"sms": {"pl": "Hej!"}}}); err != nil {
			t.Error(err)
		}
		if _, err := s.Update(ola, mine.ID, canned.Change{Variants: canned.Variants{"fax": {"pl": "Hej!"}}}); !errs.Is(errs.Invalid, err) {
			t.Errorf("a variant for nothing: %v", err)
		}
		if _, err := s.Update(ola, mine.ID, canned.Change{Texts: map[string]string{"pl": "{{order.id|x}}"}}); errs.Told(err) == nil || errs.Told(err).Fields[0].Code != "canned.variable" {
			t.Errorf("an unknown variable: %v", err)
		}
		for range 2 {
			if err := s.Used(ola, mine.ID, 99); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Used(jan, mine.ID, 99); !errs.Is(errs.NotFound, err) {
			t.Errorf("another's own reply used: %v", err)
		}
		if uses, err := s.Uses(ola, []canned.Reply{mine}); err != nil || uses[mine.ID] != 2 {
			t.Errorf("%v %v", uses, err)
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
		{"Hi {{customer.first_name|there}}, {{ agent.name | x }}{{brand.name|}}!", "Hi there, Ola!", ""},
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

func TestATeamHasItsReplies(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := dbtest.As(t, 1)
		if err := d.Update(ctx, func(tx *db.Tx) error {
			_, err := db.Exec(ctx, tx, `INSERT INTO team (tenant_id, id, name, name_key, created_at, updated_at) VALUES (1, 40, 'North', 'north', 0, 0)`)
			if err == nil {
				_, err = db.Exec(ctx, tx, `INSERT INTO team_member (tenant_id, team_id, user_id) VALUES (1, 40, 5)`)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		of := hello("north", 0)
		of.TeamID = 40
		made, err := s.Create(ctx, of)
		if err != nil {
			t.Fatal(err)
		}
		sees := func(user id.User, more actor.Scope) bool {
			rights := actor.Agent.Rights()
			rights[actor.CannedEdit] = more
			who := actor.With(ctx, actor.Actor{Kind: actor.User, Tenant: 1, User: user, Rights: rights, Brands: actor.Brands{Some: []id.Brand{falaNet}}})
			found, err := s.List(who, canned.Query{Limit: 10})
			_, missing := s.Get(who, made.ID)
			if err != nil || (len(found) == 1) != (missing == nil) {
				t.Errorf("listed %d, got: %v, %v", len(found), missing, err)
			}
			return len(found) == 1
		}
		if !sees(5, actor.None) || sees(6, actor.None) || !sees(7, actor.InBrand) {
			t.Error("a team's reply is its members', and of those who edit replies")
		}
		of.Shortcut, of.TeamID = "south", 41
		if _, err := s.Create(ctx, of); errs.Told(err) == nil || errs.Told(err).Fields[0].Path != "team_id" {
			t.Errorf("a team that there is not: %v", err)
		}
		if made, err = s.Update(ctx, made.ID, canned.Change{Team: new(id.Team(0))}); err != nil || made.TeamID != 0 || !sees(6, actor.None) {
			t.Errorf("given to all: %+v, %v", made, err)
		}
	})
}
