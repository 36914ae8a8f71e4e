package customer_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/attribute"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// office is a centre with its two brands.
type office struct {
	t             *testing.T
	db            *db.DB
	ctx           context.Context
	follower      *follower
	customers     *customer.Service
	organisations *customer.Organisations
	fields        *customer.Fields
}

func newOffice(t *testing.T, d *db.DB) *office {
	t.Helper()
	o := &office{t: t, db: d, ctx: dbtest.As(t, 1), follower: newFollower(), fields: customer.NewFields(d)}
	o.customers = customer.New(d, o.follower)
	o.organisations = customer.NewOrganisations(o.customers)
	err := d.Update(o.ctx, func(tx *db.Tx) error {
		_, err := db.Exec(o.ctx, tx, `INSERT INTO brand (tenant_id, id, name, name_key, color, languages, time_zone, created_at, updated_at)
			VALUES (1, $1, '', '', '', '[]', 'UTC', 0, 0), (1, $2, '', '', '', '[]', 'UTC', 0, 0)`, falaNet, vasarfia)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// firm makes an organisation of Fala Net.
func (o *office) firm(name string, domains ...string) customer.Organisation {
	o.t.Helper()
	made, err := o.organisations.Create(o.ctx, falaNet, customer.OrganisationDetails{Name: &name, Domains: &domains})
	if err != nil {
		o.t.Fatal(err)
	}
	return made
}

// person makes a customer of Fala Net with a mail address.
func (o *office) person(name, mail string) id.Customer {
	o.t.Helper()
	return resolve(o.ctx, o.t, o.db, o.customers, customer.Seen{Brand: falaNet, Provider: "email", ExternalID: mail, DisplayName: name, Email: mail}).Customer
}

func (o *office) as(user id.User, role actor.BuiltIn, brands ...id.Brand) context.Context {
	return actor.With(o.t.Context(), actor.Actor{Kind: actor.User, Tenant: 1, User: user, Rights: role.Rights(), Brands: actor.Brands{All: brands == nil, Some: brands}})
}

// faults returns what an error says is wrong.
func faults(err error) []errs.Field {
	if told := errs.Told(err); told != nil {
		return told.Fields
	}
	return nil
}

func listed(all []customer.ListedOrganisation) string {
	names := make([]string, len(all))
	for i, o := range all {
		names[i] = o.Name
	}
	return strings.Join(names, ", ")
}

func TestOrganisationsAreMadeChangedAndPutAway(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		zubr := o.firm("Żubr Sp. z o.o.", " @Zubr.Example ", "zubr.example")
		if !slices.Equal(zubr.Domains, []string{"zubr.example"}) || zubr.Rev != 1 {
			t.Errorf("%+v", zubr)
		}
		o.firm("Alfa")
		agent := o.as(30, actor.Agent, falaNet)
		changed, err := o.organisations.Update(agent, zubr.ID, customer.OrganisationDetails{Phone: new(" +48 22 1 "), Rev: 1})
		if err != nil || changed.Phone != "+48 22 1" || changed.Rev != 2 || changed.Name != zubr.Name {
			t.Errorf("%+v %v", changed, err)
		}
		if _, err := o.organisations.Update(agent, zubr.ID, customer.OrganisationDetails{Phone: new("1"), Rev: 1}); errs.CodeOf(err) != "organisation.changed" {
			t.Errorf("an older version: %v", err)
		}
		if same, err := o.organisations.Update(agent, zubr.ID, customer.OrganisationDetails{Phone: new("+48 22 1")}); err != nil || same.Rev != 2 {
			t.Errorf("nothing changed: %+v %v", same, err)
		}
		for text, want := range map[string]string{"": "Alfa, Żubr Sp. z o.o.", "zub": "Żubr Sp. z o.o.", "Z O": "Żubr Sp. z o.o.", "%": "Alfa, Żubr Sp. z o.o.", "bra": ""} {
			if got, err := o.organisations.Search(agent, customer.OrganisationQuery{Text: text, Limit: 10}); err != nil || listed(got) != want {
				t.Errorf("%q finds %q, want %q, %v", text, listed(got), want, err)
			}
		}
		if _, err := o.organisations.Update(agent, zubr.ID, customer.OrganisationDetails{Archived: new(true)}); err != nil {
			t.Fatal(err)
		}
		for archived, want := range map[bool]string{false: "Alfa", true: "Żubr Sp. z o.o."} {
			if got, err := o.organisations.Search(agent, customer.OrganisationQuery{Archived: archived, Limit: 10}); err != nil || listed(got) != want {
				t.Errorf("archived %v: %q %v", archived, listed(got), err)
			}
		}
		facts, err := db.FactsOf(o.ctx, d, 1, int64(zubr.ID), 0, 10)
		if err != nil || len(facts) != 3 {
			t.Fatalf("%d facts %v", len(facts), err)
		}
		if f, ok := facts[2].Fact.(fact.OrganisationChanged); !ok || !f.Archived || f.Brand != falaNet {
			t.Errorf("%+v", facts[2].Fact)
		}
		if n, err := db.One[int](o.ctx, d, `SELECT COUNT(*) FROM audit WHERE subject_kind = 'organisation'`); err != nil || n != 4 {
			t.Errorf("%d lines in the audit, %v", n, err)
		}
	})
}

func TestOrganisationsAreChecked(t *testing.T) {
	t.Parallel()
	o := newOffice(t, dbtest.SQLite(t))
	for name, x := range map[string]struct {
		brand id.Brand
		in    customer.OrganisationDetails
		path  string
	}{
		"a name":            {falaNet, customer.OrganisationDetails{Name: new(" ")}, "name"},
		"a long name":       {falaNet, customer.OrganisationDetails{Name: new(strings.Repeat("x", 201))}, "name"},
		"a brand":           {99, customer.OrganisationDetails{Name: new("X")}, "brand_id"},
		"a domain":          {falaNet, customer.OrganisationDetails{Name: new("X"), Domains: &[]string{"not a domain"}}, "domains"},
		"a domain with %":   {falaNet, customer.OrganisationDetails{Name: new("X"), Domains: &[]string{"%.example"}}, "domains"},
		"a known field":     {falaNet, customer.OrganisationDetails{Name: new("X"), Fields: map[string]any{"tax": "1"}}, "fields.tax"},
		"no binary nothing": {falaNet, customer.OrganisationDetails{Name: new("X\x00")}, "name"},
	} {
		_, err := o.organisations.Create(o.ctx, x.brand, x.in)
		if fields := faults(err); len(fields) != 1 || fields[0].Path != x.path {
			t.Errorf("needs %s: %v", name, err)
		}
	}
}

func TestAnOrganisationIsSeenWithinItsBrandAlone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		zubr := o.firm("Żubr", "zubr.example")
		zofia := o.person("Zofia", "zofia@zubr.example")
		if _, err := o.customers.Update(o.ctx, zofia, customer.Details{Organisation: &zubr.ID}); err != nil {
			t.Fatal(err)
		}
		expert := o.as(31, actor.Expert, falaNet)
		if _, err := o.organisations.Get(expert, zubr.ID); !errs.Is(errs.NotFound, err) {
			t.Errorf("an expert without a part in it: %v", err)
		}
		o.follower.own = []id.Customer{zofia}
		if got, err := o.organisations.Get(expert, zubr.ID); err != nil || got.Name != "Żubr" {
			t.Errorf("of the expert's own customer: %+v %v", got, err)
		}
		if _, err := o.organisations.Create(expert, falaNet, customer.OrganisationDetails{Name: new("X")}); !errs.Is(errs.Forbidden, err) {
			t.Errorf("an expert makes one: %v", err)
		}
		other := o.as(32, actor.Agent, vasarfia)
		if _, err := o.organisations.Get(other, zubr.ID); !errs.Is(errs.NotFound, err) {
			t.Errorf("of another brand: %v", err)
		}
		if _, err := o.organisations.Update(other, zubr.ID, customer.OrganisationDetails{Name: new("X")}); !errs.Is(errs.NotFound, err) {
			t.Errorf("of another brand: %v", err)
		}
		if _, err := o.organisations.Create(other, falaNet, customer.OrganisationDetails{Name: new("X")}); !errs.Is(errs.Invalid, err) {
			t.Errorf("in another brand: %v", err)
		}
		if got, err := o.organisations.Search(other, customer.OrganisationQuery{Limit: 5}); err != nil || len(got) != 0 {
			t.Errorf("%q %v", listed(got), err)
		}
		nameless := actor.With(t.Context(), actor.Actor{
			Kind: actor.User, Tenant: 1, User: 33, Rights: actor.Rights{actor.CustomerRead: actor.InBrand}, Brands: actor.Brands{All: true},
		})
		for n := range 4 {
			o.firm(fmt.Sprint("Firm ", 9-n))
		}
		var all []customer.ListedOrganisation
		q := customer.OrganisationQuery{Limit: 2}
		for {
			page, err := o.organisations.Search(nameless, q)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, page[:min(2, len(page))]...)
			if len(page) <= 2 {
				break
			}
			q.After = page[1].Cursor()
		}
		if len(all) != 5 || all[0].Name != "Ż." || all[0].NameFolded != "" || all[0].Domains != nil || all[0].People != 1 {
			t.Errorf("without names: %+v", all)
		}
		if found, err := o.organisations.Search(nameless, customer.OrganisationQuery{Text: "zubr", Limit: 5}); err != nil || len(found) != 0 {
			t.Errorf("finding a name is knowing it: %q %v", listed(found), err)
		}
	})
}

func TestADomainSuggestsAndJoinsNobody(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		zubr := o.firm("Żubr", "zubr.example", "bison.example")
		zofia := o.person("Zofia", "Zofia@ZUBR.example")
		o.person("Adam", "adam@notzubr.example")
		o.person("Ewa", "ewa@zubr.example.org")
		jan := o.person("Jan", "jan@bison.example")
		found, err := o.organisations.SuggestedPeople(o.ctx, zubr.ID)
		if err != nil || len(found) != 2 || !slices.ContainsFunc(found, func(c customer.Customer) bool { return c.ID == zofia }) {
			t.Errorf("%+v %v", found, err)
		}
		if people, err := o.organisations.People(o.ctx, zubr.ID, 0, 10); err != nil || len(people) != 0 {
			t.Errorf("somebody belongs to it by a domain: %+v %v", people, err)
		}
		for who, want := range map[id.Customer]int{zofia: 1, jan: 1, o.person("Iga", "iga@poczta.example"): 0} {
			if got, err := o.organisations.SuggestedFor(o.ctx, who); err != nil || len(got) != want {
				t.Errorf("%d suggested, want %d, %v", len(got), want, err)
			}
		}
		if _, err := o.customers.Update(o.ctx, zofia, customer.Details{Organisation: &zubr.ID}); err != nil {
			t.Fatal(err)
		}
		if people, err := o.organisations.People(o.ctx, zubr.ID, 0, 10); err != nil || len(people) != 1 || people[0].OrganisationID != zubr.ID {
			t.Errorf("%+v %v", people, err)
		}
		if got, err := o.organisations.SuggestedFor(o.ctx, zofia); err != nil || len(got) != 0 {
			t.Errorf("who belongs to one is suggested another: %+v %v", got, err)
		}
		if _, err := o.organisations.Update(o.ctx, zubr.ID, customer.OrganisationDetails{Archived: new(true)}); err != nil {
			t.Fatal(err)
		}
		if got, err := o.organisations.SuggestedFor(o.ctx, jan); err != nil || len(got) != 0 {
			t.Errorf("one that was put away is suggested: %+v %v", got, err)
		}
		if _, err := o.customers.Update(o.ctx, jan, customer.Details{Organisation: &zubr.ID}); !errs.Is(errs.Invalid, err) {
			t.Errorf("into one that was put away: %v", err)
		}
		if left, err := o.customers.Update(o.ctx, zofia, customer.Details{Organisation: new(id.Organisation(0))}); err != nil || left.OrganisationID != 0 {
			t.Errorf("leaving: %+v %v", left, err)
		}
		other, err := o.organisations.Create(o.ctx, vasarfia, customer.OrganisationDetails{Name: new("Bolt")})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.customers.Update(o.ctx, jan, customer.Details{Organisation: &other.ID}); errs.CodeOf(err) != "customer.other_brand" {
			t.Errorf("into one of another brand: %v", err)
		}
	})
}

func TestFieldsAreTypedAndOfTheirSubject(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		field := func(subject customer.FieldSubject, brand id.Brand, key string, typ attribute.Type) customer.Field {
			made, err := o.fields.Create(o.ctx, customer.Field{Subject: subject, BrandID: brand, Key: key, Type: typ, Names: map[string]string{"en": key}})
			if err != nil {
				t.Fatal(err)
			}
			return made
		}
		number := field(customer.OfCustomers, 0, "number", attribute.Number)
		field(customer.OfCustomers, vasarfia, "born", attribute.Date)
		field(customer.OfOrganisations, 0, "number", attribute.Text) // the same key, of another thing
		if _, err := o.fields.Create(o.ctx, customer.Field{Subject: customer.OfCustomers, Key: "number", Type: attribute.Text, Names: map[string]string{"en": "x"}}); errs.CodeOf(err) != "customer_field.key_taken" {
			t.Errorf("a key twice: %v", err)
		}
		if _, err := o.fields.Create(o.ctx, customer.Field{Subject: "case", Key: "x", Type: attribute.Text, Names: map[string]string{"en": "x"}}); !errs.Is(errs.Invalid, err) {
			t.Errorf("of a case: %v", err)
		}
		for brand, want := range map[id.Brand]int{falaNet: 1, vasarfia: 2} {
			if got, err := o.fields.List(o.as(30, actor.Agent, brand), customer.OfCustomers, 0, false); err != nil || len(got) != want {
				t.Errorf("brand %d has %d fields, want %d, %v", brand, len(got), want, err)
			}
		}
		zofia := o.person("Zofia", "zofia@poczta.example")
		changed, err := o.customers.Update(o.ctx, zofia, customer.Details{Fields: map[string]any{"number": 7.0}})
		if err != nil || changed.Fields["number"] != 7.0 || changed.Rev != 2 {
			t.Errorf("%+v %v", changed, err)
		}
		for value, code := range map[any]string{"seven": "attribute.type", true: "attribute.type"} {
			_, err := o.customers.Update(o.ctx, zofia, customer.Details{Fields: map[string]any{"number": value}})
			if f := faults(err); len(f) != 1 || f[0].Path != "fields.number" || f[0].Code != code {
				t.Errorf("%v: %v", value, err)
			}
		}
		if _, err := o.customers.Update(o.ctx, zofia, customer.Details{Fields: map[string]any{"born": "2000-01-01"}}); !errs.Is(errs.Invalid, err) {
			t.Errorf("a field of another brand: %v", err)
		}
		if _, err := o.fields.Update(o.ctx, number.ID, customer.FieldPatch{Archived: new(true)}); err != nil {
			t.Fatal(err)
		}
		card, err := o.customers.Get(o.ctx, zofia)
		if err != nil || card.Customer.Fields["number"] != 7.0 {
			t.Errorf("a value goes with its field: %+v %v", card.Customer, err)
		}
		if _, err := o.customers.Update(o.ctx, zofia, customer.Details{Fields: map[string]any{"number": 8.0}}); !errs.Is(errs.Invalid, err) {
			t.Errorf("a field out of use is filled: %v", err)
		}
		if gone, err := o.customers.Update(o.ctx, zofia, customer.Details{Fields: map[string]any{"number": nil}}); err != nil || len(gone.Fields) != 0 {
			t.Errorf("%+v %v", gone, err)
		}
		agent := o.as(30, actor.Agent, falaNet)
		if _, err := o.fields.Create(agent, customer.Field{Subject: customer.OfCustomers, Key: "x"}); !errs.Is(errs.Forbidden, err) {
			t.Errorf("an agent: %v", err)
		}
		chief := o.as(34, actor.Administrator, falaNet)
		if _, err := o.fields.Update(chief, number.ID, customer.FieldPatch{Position: new(int64(1))}); errs.CodeOf(err) != "customer_field.brand" {
			t.Errorf("who looks after one brand changes what holds for all: %v", err)
		}
	})
}

func TestConsentsAreLinesThatStay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		zofia, twin := o.person("Zofia", "zofia@poczta.example"), o.person("Zofia", "z@praca.example")
		note := func(of id.Customer, state customer.ConsentState, channel string, ago time.Duration) {
			_, err := o.customers.NoteConsent(o.as(30, actor.Agent, falaNet), of, customer.Consent{
				State: state, Purpose: "marketing", Channel: channel, What: " Offers ", Evidence: "on the phone", At: time.Now().Add(-ago),
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		note(zofia, customer.Given, "email", 3*time.Hour)
		note(twin, customer.Withdrawn, "email", time.Hour)
		note(zofia, customer.Given, "sms", 2*time.Hour)
		if _, err := o.customers.JoinInto(o.ctx, twin, zofia, ""); err != nil {
			t.Fatal(err)
		}
		all, holding, err := o.customers.Consents(o.ctx, zofia)
		if err != nil || len(all) != 3 || len(holding) != 2 {
			t.Fatalf("%d lines, %d hold, %v", len(all), len(holding), err)
		}
		if h := holding[0]; h.Channel != "email" || h.State != customer.Withdrawn || h.CustomerID != twin || h.What != "Offers" || h.MadeBy != 30 {
			t.Errorf("the newest of who is held to be the same counts: %+v", h)
		}
		if facts, err := db.FactsOf(o.ctx, d, 1, int64(zofia), 0, 20); err != nil || !slices.ContainsFunc(facts, func(r fact.Record) bool {
			f, ok := r.Fact.(fact.ConsentNoted)
			return ok && f.State == "given" && f.Channel == "email"
		}) {
			t.Errorf("%+v %v", facts, err)
		}
		for path, c := range map[string]customer.Consent{
			"what":    {State: customer.Given, Purpose: "marketing"},
			"state":   {State: "perhaps", Purpose: "marketing", What: "x"},
			"purpose": {State: customer.Given, Purpose: "world", What: "x"},
			"at":      {State: customer.Given, Purpose: "marketing", What: "x", At: time.Now().Add(time.Hour)},
		} {
			_, err := o.customers.NoteConsent(o.ctx, zofia, c)
			if f := faults(err); len(f) != 1 || f[0].Path != path {
				t.Errorf("%s: %v", path, err)
			}
		}
		if _, _, err := o.customers.Consents(o.as(30, actor.Agent, vasarfia), zofia); !errs.Is(errs.NotFound, err) {
			t.Errorf("of another brand: %v", err)
		}
	})
}

func TestWhatHoldsOfConsents(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	line := func(minute int, state customer.ConsentState, channel string) customer.Consent {
		return customer.Consent{ID: id.Consent(minute), State: state, Purpose: "marketing", Channel: channel, At: at.Add(time.Duration(minute) * time.Minute)}
	}
	for name, x := range map[string]struct {
		lines []customer.Consent
		want  []id.Consent
	}{
		"the newest about a channel":               {[]customer.Consent{line(1, customer.Given, "email"), line(2, customer.Withdrawn, "email")}, []id.Consent{2}},
		"whatever the order in which it was noted": {[]customer.Consent{line(2, customer.Withdrawn, "email"), line(1, customer.Given, "email")}, []id.Consent{2}},
		"channels apart":                           {[]customer.Consent{line(1, customer.Given, "email"), line(2, customer.Given, "sms")}, []id.Consent{1, 2}},
		"a later word about every channel":         {[]customer.Consent{line(1, customer.Given, "email"), line(2, customer.Withdrawn, "")}, []id.Consent{2}},
		"a later word about one channel":           {[]customer.Consent{line(1, customer.Withdrawn, ""), line(2, customer.Given, "email")}, []id.Consent{1, 2}},
	} {
		var got []id.Consent
		for _, c := range customer.Holding(x.lines) {
			got = append(got, c.ID)
		}
		if !slices.Equal(got, x.want) {
			t.Errorf("%s: %v, want %v", name, got, x.want)
		}
	}
}

func TestWhoIsTheSame(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		a, b, c, other := o.person("A", "a@x.example"), o.person("B", "b@x.example"), o.person("C", "c@x.example"), o.person("O", "o@x.example")
		var joins []id.Join
		for _, j := range [][2]id.Customer{{a, b}, {b, c}} {
			made, err := o.customers.JoinInto(o.ctx, j[0], j[1], "")
			if err != nil {
				t.Fatal(err)
			}
			joins = append(joins, made.ID)
		}
		for _, who := range []id.Customer{a, b, c} {
			if got, err := customer.Same(o.ctx, d, who); err != nil || !slices.Equal(got, []id.Customer{c, b, a}) {
				t.Errorf("%v %v", got, err)
			}
		}
		if got, err := customer.Same(o.ctx, d, other); err != nil || !slices.Equal(got, []id.Customer{other}) {
			t.Errorf("%v %v", got, err)
		}
		if _, err := o.customers.Split(o.ctx, joins[1]); err != nil {
			t.Fatal(err)
		}
		if got, err := customer.Same(o.ctx, d, a); err != nil || !slices.Equal(got, []id.Customer{b, a}) {
			t.Errorf("after a split: %v %v", got, err)
		}
	})
}
