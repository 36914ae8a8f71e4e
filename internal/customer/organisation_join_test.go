package customer_test

import (
	"slices"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// belongs gives a person to an organisation.
func (o *office) belongs(who id.Customer, to id.Organisation) {
	o.t.Helper()
	if _, err := o.customers.Update(o.ctx, who, customer.Details{Organisation: &to}); err != nil {
		o.t.Fatal(err)
	}
}

// people returns who belongs to an organisation, the newest first.
func (o *office) people(of id.Organisation) []id.Customer {
	o.t.Helper()
	found, err := o.organisations.People(o.ctx, of, 0, 50)
	if err != nil {
		o.t.Fatal(err)
	}
	var keys []id.Customer
	for _, c := range found {
		keys = append(keys, c.ID)
	}
	return keys
}

// suggested returns to which organisations a person may belong.
func (o *office) suggested(who id.Customer) []id.Organisation {
	o.t.Helper()
	found, err := o.organisations.SuggestedFor(o.ctx, who)
	if err != nil {
		o.t.Fatal(err)
	}
	var keys []id.Organisation
	for _, f := range found {
		keys = append(keys, f.ID)
	}
	return keys
}

func TestJoinedOrganisationsAreOneUntilTheyAreSeparated(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		branch, head, other := o.firm("Żubr oddział", "oddzial.example"), o.firm("Żubr", "zubr.example"), o.firm("Inna")
		ala, jan, ewa := o.person("Ala", "ala@posta.example"), o.person("Jan", "jan@posta.example"), o.person("Ewa", "ewa@posta.example")
		o.belongs(ala, branch.ID)
		o.belongs(jan, branch.ID)
		o.belongs(ewa, head.ID)
		someone := o.person("Ktoś", "ktos@oddzial.example")

		p, err := o.organisations.PreviewJoin(o.ctx, branch.ID, head.ID)
		if err != nil || p.People != 2 || p.From.Name != "Żubr oddział" || p.Into.Name != "Żubr" {
			t.Fatalf("%+v %v", p, err)
		}
		j, err := o.organisations.JoinInto(o.ctx, branch.ID, head.ID)
		if err != nil || j.Moved != 2 {
			t.Fatalf("%+v %v", j, err)
		}
		if got := o.people(head.ID); !slices.Equal(got, []id.Customer{ewa, jan, ala}) || len(o.people(branch.ID)) != 0 {
			t.Errorf("%v belong to the one, %v to the other", got, o.people(branch.ID))
		}
		if got := o.suggested(someone); !slices.Equal(got, []id.Organisation{head.ID}) {
			t.Errorf("the domain of the branch suggests %v", got)
		}
		if _, err := o.organisations.Update(o.ctx, head.ID, customer.OrganisationDetails{Phone: new("+48 22 1")}); err != nil {
			t.Fatal(err)
		}
		if got := o.suggested(someone); !slices.Equal(got, []id.Organisation{head.ID}) {
			t.Errorf("after a change it suggests %v", got)
		}
		if found, err := o.organisations.Search(o.ctx, customer.OrganisationQuery{Limit: 10}); err != nil || listed(found) != "Inna, Żubr" {
			t.Errorf("listed are %q, %v", listed(found), err)
		}
		if _, err := o.organisations.Update(o.ctx, branch.ID, customer.OrganisationDetails{Phone: new("1")}); errs.CodeOf(err) != "organisation.joined" {
			t.Errorf("what is held to be another is changed: %v", err)
		}
		if _, err := o.customers.Update(o.ctx, someone, customer.Details{Organisation: &branch.ID}); len(faults(err)) != 1 {
			t.Errorf("somebody is given to it: %v", err)
		}
		joins, err := o.organisations.Joins(o.ctx, head.ID)
		if err != nil || len(joins) != 1 || joins[0].From != "Żubr oddział" || joins[0].Into != "Żubr" {
			t.Errorf("%+v %v", joins, err)
		}

		o.belongs(jan, other.ID) // somebody has said so since
		back, err := o.organisations.Split(o.ctx, j.ID)
		if err != nil || back.UndoneAt.IsZero() {
			t.Fatalf("%+v %v", back, err)
		}
		if !slices.Equal(o.people(branch.ID), []id.Customer{ala}) || !slices.Equal(o.people(head.ID), []id.Customer{ewa}) || !slices.Equal(o.people(other.ID), []id.Customer{jan}) {
			t.Errorf("%v, %v, %v", o.people(branch.ID), o.people(head.ID), o.people(other.ID))
		}
		if got := o.suggested(someone); !slices.Equal(got, []id.Organisation{branch.ID}) {
			t.Errorf("separated, the domain suggests %v", got)
		}
		if _, err := o.organisations.Split(o.ctx, j.ID); errs.CodeOf(err) != "join.undone" {
			t.Errorf("taken back twice: %v", err)
		}
	})
}

func TestOrganisationsThatAreNotJoined(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		a, b, c := o.firm("A"), o.firm("B"), o.firm("C")
		foreign, err := o.organisations.Create(o.ctx, vasarfia, customer.OrganisationDetails{Name: new("Vásár")})
		if err != nil {
			t.Fatal(err)
		}
		first, err := o.organisations.JoinInto(o.ctx, a.ID, b.ID)
		if err != nil {
			t.Fatal(err)
		}
		later, err := o.organisations.JoinInto(o.ctx, b.ID, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.organisations.Split(o.ctx, first.ID); errs.CodeOf(err) != "join.later" {
			t.Errorf("the first of two: %v", err)
		}
		for what, one := range map[string]struct {
			from, into id.Organisation
			code       string
		}{
			"itself": {c.ID, c.ID, "organisation.same"}, "one of another brand": {c.ID, foreign.ID, "customer.other_brand"}, "one that is joined": {c.ID, a.ID, "organisation.joined"},
			"joined twice": {b.ID, c.ID, "organisation.joined"},
		} {
			if _, err := o.organisations.JoinInto(o.ctx, one.from, one.into); errs.CodeOf(err) != one.code {
				t.Errorf("%s: %v", what, err)
			}
		}
		own := o.as(31, actor.Expert, falaNet)
		if _, err := o.organisations.JoinInto(own, a.ID, b.ID); !errs.Is(errs.Forbidden, err) {
			t.Errorf("who knows their own customers alone joins: %v", err)
		}
		if _, err := o.organisations.Split(o.as(30, actor.Agent, vasarfia), later.ID); !errs.Is(errs.NotFound, err) {
			t.Errorf("of another brand: %v", err)
		}
		for _, key := range []id.OrganisationJoin{later.ID, first.ID} {
			if _, err := o.organisations.Split(o.ctx, key); err != nil {
				t.Error(err)
			}
		}
	})
}
