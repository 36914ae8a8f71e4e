package catalogue_test

import (
	"context"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/catalogue"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// bureau is what cases need of the house.
type bureau struct{ nobody }

func (bureau) TeamsOf(context.Context, db.Queryer, id.User) ([]id.Team, error) { return nil, nil }

func (bureau) HasTeam(context.Context, db.Queryer, id.Team) (bool, error) { return true, nil }

func (bureau) Readable(context.Context, db.Queryer, id.Conversation) (casework.Thread, error) {
	return casework.Thread{}, errs.E(errs.NotFound, "test", nil)
}

func (bureau) Find(context.Context, db.Queryer, id.Conversation) (casework.Thread, error) {
	return casework.Thread{}, errs.E(errs.NotFound, "test", nil)
}

func (bureau) OfInteraction(context.Context, db.Queryer, id.Interaction) (id.Conversation, error) {
	return 0, errs.E(errs.NotFound, "test", nil)
}

func (bureau) BrandOf(context.Context, db.Queryer, id.Customer) (id.Brand, error) {
	return 0, errs.E(errs.NotFound, "test", nil)
}

func TestCasesAreFoundByTheirWords(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		setup := casework.NewSetup(d)
		s.update(func(tx *db.Tx) error { return setup.Founded(s.ctx(), tx) })
		cases := casework.New(d, setup, bureau{}, bureau{})
		file := func(name string, o casework.Opening) casework.Case {
			t.Helper()
			o.Subject, o.Priority = name, casework.Normal
			c, err := cases.Open(s.ctx(), o)
			if err != nil {
				t.Fatal(err)
			}
			s.names[int64(c.ID)] = name
			return c
		}
		outage := file("Awaria światłowodu", casework.Opening{Brand: falaNet, Owner: ola, Topic: "internet", Tags: []string{"łódź"}})
		file("Awaria telefonu", casework.Opening{Brand: falaNet})
		file("Csomag", casework.Opening{Brand: vasarfia})
		if _, err := cases.AddNote(s.ctx(), outage.ID, "Technik wymienił gniazdko", ""); err != nil {
			t.Fatal(err)
		}
		s.catchUp()
		chief := as(t, 1, actor.Administrator.Rights())
		for name, c := range map[string]struct {
			ctx  context.Context
			text string
			want string
		}{
			"by the subject, without accents": {chief, "swiatlowod", "case:Awaria światłowodu"},
			"by the number":                   {chief, "#2", "case:Awaria telefonu"},
			"by the topic":                    {chief, "internet", "case:Awaria światłowodu"},
			"by a tag":                        {chief, "lodz", "case:Awaria światłowodu"},
			"by a note":                       {chief, "gniazdko", "case:Awaria światłowodu"},
			"all of the own brand":            {as(t, 2, actor.Supervisor.Rights(), falaNet), "awaria", "case:Awaria telefonu case:Awaria światłowodu"},
			"of no other brand":               {as(t, 2, actor.Supervisor.Rights(), falaNet), "csomag", ""},
			"own cases":                       {as(t, ola, actor.Agent.Rights(), falaNet), "awaria", "case:Awaria światłowodu"},
		} {
			if got := s.finds(c.ctx, catalogue.Query{Text: c.text, Kinds: []catalogue.Kind{catalogue.Cases}}); got != c.want {
				t.Errorf("%s: %q, want %q", name, got, c.want)
			}
		}
		s.update(func(tx *db.Tx) error {
			_, err := db.Exec(s.ctx(), tx, `UPDATE case_file SET subject = '', erased_at = 1 WHERE tenant_id = 1 AND id = $1`, outage.ID)
			if err == nil {
				err = s.indexer.ForgetCase(s.ctx(), tx, outage.ID)
			}
			return err
		})
		if got := s.finds(chief, catalogue.Query{Text: "gniazdko"}); got != "" {
			t.Errorf("an erased case is found: %s", got)
		}
	})
}
