package audit_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestDiffKeepsOnlyWhatDiffers(t *testing.T) {
	t.Parallel()
	type brand struct {
		Name     string         `json:"name"`
		Color    string         `json:"color"`
		Open     bool           `json:"open"`
		Config   map[string]any `json:"config,omitempty"`
		Secret   string         `json:"identity_secret,omitempty"`
		Calendar id.Calendar    `json:"calendar_id"`
	}
	fala := brand{Name: "Fala Net", Color: "#0b7285", Open: true, Config: map[string]any{"title": "Pomoc", "domains": []string{"fala.example"}}}
	renamed := fala
	renamed.Name, renamed.Open = "Fala", false
	retitled := fala
	retitled.Config = map[string]any{"title": "Czat", "domains": []string{"fala.example"}}
	secret := fala
	secret.Secret = "poisoned"
	cases := []struct {
		name          string
		before, after any
		want          string
	}{
		{"nothing differs", fala, fala, `null`},
		{"a new thing has only after", nil, brand{Name: "Fala"}, `[{"path":"name","after":"Fala"},{"path":"open","after":false}]`},
		{"a thing that is gone has only before", brand{Name: "Fala"}, nil, `[{"path":"name","before":"Fala"},{"path":"open","before":false}]`},
		{"two fields", fala, renamed, `[{"path":"name","before":"Fala Net","after":"Fala"},{"path":"open","before":true,"after":false}]`},
		{"a field of an object", fala, retitled, `[{"path":"config.title","before":"Pomoc","after":"Czat"}]`},
		{"a secret shows no value", fala, secret, `[{"path":"identity_secret","after":"changed"}]`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			changes, err := audit.Diff(c.before, c.after)
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := json.Marshal(changes); string(got) != c.want {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestDiffCutsLongValues(t *testing.T) {
	t.Parallel()
	changes, err := audit.Diff(nil, map[string]string{"text": strings.Repeat("ł", 5000)})
	if err != nil || len(changes) != 1 || len(changes[0].After) > 2100 || !json.Valid(changes[0].After) {
		t.Errorf("%d changes, %v", len(changes), err)
	}
}

func TestALateChangeOfSomethingLongIsSeen(t *testing.T) {
	t.Parallel()
	type day struct {
		Day   string `json:"day"`
		Label string `json:"label"`
	}
	type calendar struct {
		Exceptions []day  `json:"exceptions"`
		About      string `json:"about"`
	}
	build := func(change func(c *calendar)) calendar {
		c := calendar{About: strings.Repeat("ł", 3000)}
		for i := range 100 {
			c.Exceptions = append(c.Exceptions, day{strings.Repeat("2027-01-01", 3), string(rune('a' + i%26))})
		}
		change(&c)
		return c
	}
	cases := []struct {
		name   string
		change func(c *calendar)
		path   string
		before string // part of it; empty: absent
		after  string
	}{
		{"an item", func(c *calendar) { c.Exceptions[90].Label = "late" }, "exceptions.90", `"m"`, `"late"`},
		{"an item more", func(c *calendar) { c.Exceptions = append(c.Exceptions, day{"2028", "more"}) }, "exceptions.100", "", `"more"`},
		{"an item less", func(c *calendar) { c.Exceptions = c.Exceptions[:99] }, "exceptions.99", `"v"`, ""},
		{"the end of a text", func(c *calendar) { c.About += "!" }, "about", "ł", "!"},
	}
	for _, c := range cases {
		changes, err := audit.Diff(build(func(*calendar) {}), build(c.change))
		if err != nil || len(changes) != 1 {
			t.Fatalf("%s: %d changes, %v", c.name, len(changes), err)
		}
		got := changes[0]
		if got.Path != c.path || (got.Before == nil) != (c.before == "") || (got.After == nil) != (c.after == "") ||
			!strings.Contains(string(got.Before), c.before) || !strings.Contains(string(got.After), c.after) || string(got.Before) == string(got.After) {
			t.Errorf("%s: %s %s → %s", c.name, got.Path, got.Before, got.After)
		}
	}
}

func TestListShowsWhatTheReaderMaySee(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write(dbtest.As(t, 1), t, d, audit.Entry{Action: "user.create", Subject: audit.Subject{Kind: "user", ID: 5, Name: "Ola"}, After: map[string]string{"name": "Ola"}})
		write(dbtest.As(t, 1), t, d, audit.Entry{Action: "brand.update", Subject: audit.Subject{Kind: "brand", ID: 7}, Brand: 7})
		write(dbtest.As(t, 1), t, d, audit.Entry{Action: "brand.update", Subject: audit.Subject{Kind: "brand", ID: 8}, Brand: 8})
		write(dbtest.As(t, 2), t, d, audit.Entry{Action: "brand.update", Subject: audit.Subject{Kind: "brand", ID: 9}, Brand: 9})
		reader := func(scope actor.Scope, brands ...id.Brand) context.Context {
			return actor.With(t.Context(), actor.Actor{
				Kind: actor.User, Tenant: 1, Rights: actor.Rights{actor.AuditRead: scope}, Brands: actor.Brands{All: scope == actor.InTenant && brands == nil, Some: brands},
			})
		}
		cases := []struct {
			name string
			ctx  context.Context
			f    audit.Filter
			want int
		}{
			{"the whole tenant", reader(actor.InTenant), audit.Filter{}, 3},
			{"the whole tenant but for the other brands", reader(actor.InTenant, 7), audit.Filter{}, 2},
			{"one's brands alone", reader(actor.InBrand, 7), audit.Filter{}, 1},
			{"no brand, nothing", reader(actor.InBrand), audit.Filter{}, 0},
			{"by subject", reader(actor.InTenant), audit.Filter{SubjectKind: "user", SubjectID: 5}, 1},
			{"by action", reader(actor.InTenant), audit.Filter{Action: "brand.update"}, 2},
			{"by brand", reader(actor.InTenant), audit.Filter{Brand: 8}, 1},
			{"by actor", reader(actor.InTenant), audit.Filter{ActorKind: actor.User}, 0},
		}
		for _, c := range cases {
			c.f.Limit = 10
			records, err := audit.New(d).List(c.ctx, c.f)
			if err != nil || len(records) != c.want {
				t.Errorf("%s: %d entries, want %d (%v)", c.name, len(records), c.want, err)
			}
		}
		records, err := audit.New(d).List(reader(actor.InTenant), audit.Filter{SubjectKind: "user", Limit: 1})
		if err != nil || records[0].SubjectName != "Ola" || records[0].ActorKind != actor.System || records[0].Changes[0].Path != "name" || records[0].At.IsZero() {
			t.Errorf("%+v %v", records, err)
		}
		if _, err := audit.New(d).List(t.Context(), audit.Filter{}); !errs.Is(errs.Unauthenticated, err) {
			t.Errorf("nobody reads: %v", err)
		}
	})
}

func write(ctx context.Context, t *testing.T, d *db.DB, e audit.Entry) {
	t.Helper()
	if err := d.Update(ctx, func(tx *db.Tx) error { return audit.Changed(ctx, tx, e) }); err != nil {
		t.Fatal(err)
	}
}
