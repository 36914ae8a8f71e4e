package customer

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/db"
)

// OrganisationQuery is what to look for among organisations.
type OrganisationQuery struct {
	Text     string   // beginnings of words of the name
	Brand    id.Brand // 0: all that the actor may see
	Archived bool     // those put away instead of those in use
	After    OrganisationCursor
	Limit    int
}

// OrganisationCursor is a place in a list of organisations: behind the one with this name.
type OrganisationCursor struct {
	Name string          `json:"n"`
	ID   id.Organisation `json:"i"`
}

// ListedOrganisation is an organisation as a list shows it.
type ListedOrganisation struct {
	Organisation

	NameFolded string
	People     int // none above MaxPeopleCount
}

// MaxPeopleCount is where counting stops: nobody reads further.
const MaxPeopleCount = 1000

// Cursor returns the place behind o.
func (o ListedOrganisation) Cursor() OrganisationCursor {
	return OrganisationCursor{Name: o.NameFolded, ID: o.ID}
}

// Search returns organisations that match by name, one more than Limit if there are more.
// For those who read no names the order is that in which they were made: it would tell.
func (s *Organisations) Search(ctx context.Context, q OrganisationQuery) ([]ListedOrganisation, error) {
	const op = "customer.Organisations"
	a, err := actor.Require(ctx, op, actor.CustomerRead)
	if err != nil {
		return nil, err
	}
	w, err := s.seen(ctx, s.db, actor.CustomerRead)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	w.And("archived = ?", q.Archived)
	w.And("joined_into = 0") // it is found as the one that it is held to be
	w.And("erased_at = 0")
	if q.Brand != 0 {
		w.And("brand_id = ?", q.Brand)
	}
	order, nameless := "name_folded, id", a.Scope(actor.NamesRead) == actor.None
	switch {
	case nameless && len(fold.Words(q.Text)) > 0:
		return nil, nil // finding a name is knowing it
	case nameless:
		order = "id"
		w.And("id > ?", q.After.ID)
	case q.After.ID != 0:
		w.And("(name_folded, id) > (?, ?)", q.After.Name, q.After.ID)
	}
	for _, word := range fold.Words(q.Text) {
		w.And("(name_folded LIKE ? OR name_folded LIKE ?)", word+"%", "% "+word+"%")
	}
	found, err := db.Many[ListedOrganisation](ctx, s.db, `SELECT `+organisationColumns+`, name_folded,
			(SELECT COUNT(*) FROM (SELECT 1 FROM customer c WHERE c.tenant_id = organisation.tenant_id AND c.organisation_id = organisation.id
				AND c.organisation_id <> 0 AND c.joined_into = 0 LIMIT 1000) n) AS people
		FROM organisation`+w.SQL()+` ORDER BY `+order+` LIMIT `+w.Arg(max(1, min(q.Limit, maxFound))+1), w.Args()...)
	for i := range found {
		found[i].Organisation = found[i].shownTo(ctx)
		if nameless {
			found[i].NameFolded = ""
		}
	}
	return found, errs.Op(op, err)
}

// People returns the customers of an organisation, the newest first, one more than limit if there are more.
func (s *Organisations) People(ctx context.Context, key id.Organisation, after id.Customer, limit int) ([]Customer, error) {
	const op = "customer.People"
	a, err := actor.Require(ctx, op, actor.CustomerRead)
	if err != nil {
		return nil, err
	}
	if _, err := s.find(ctx, s.db, actor.CustomerRead, key, ""); err != nil {
		return nil, errs.Op(op, err)
	}
	w := scope(a)
	w.And("organisation_id <> 0")
	w.And("organisation_id = ?", key)
	w.And("joined_into = 0")
	if err := s.customers.narrow(ctx, s.db, w, actor.CustomerRead, "id"); err != nil {
		return nil, errs.Op(op, err)
	}
	if after != 0 {
		w.And("id < ?", after)
	}
	found, err := db.Many[Customer](ctx, s.db, `SELECT `+customerColumns+` FROM customer`+w.SQL()+
		` ORDER BY id DESC LIMIT `+w.Arg(max(1, min(limit, maxFound))+1), w.Args()...)
	for i := range found {
		found[i] = found[i].shownTo(ctx)
	}
	return found, errs.Op(op, err)
}

// SuggestedPeople returns customers who may belong to an organisation: in none so far,
// with a mail address of one of its domains. Nobody belongs to it by that.
func (s *Organisations) SuggestedPeople(ctx context.Context, key id.Organisation) ([]Customer, error) {
	const op = "customer.SuggestedPeople"
	a, err := actor.Require(ctx, op, actor.CustomerRead)
	if err != nil {
		return nil, err
	}
	o, err := s.find(ctx, s.db, actor.CustomerRead, key, "")
	if err != nil {
		return nil, errs.Op(op, err)
	}
	var out []Customer
	for _, domain := range o.Domains {
		w := scope(a)
		w.And("brand_id = ?", o.BrandID)
		w.And("organisation_id = 0")
		w.And("joined_into = 0")
		// The longest word of the domain is among those by which its people are found.
		words := fold.Words(domain)
		w.And("id IN (SELECT t.customer_id FROM customer_term t WHERE t.tenant_id = ? AND t.term = ? AND t.brand_id = ?)",
			a.Tenant, slices.MaxFunc(words, func(a, b string) int { return len(a) - len(b) }), o.BrandID)
		w.And("LOWER(email) LIKE ?", "%@"+domain)
		if err := s.customers.narrow(ctx, s.db, w, actor.CustomerRead, "id"); err != nil {
			return nil, errs.Op(op, err)
		}
		found, err := db.Many[Customer](ctx, s.db, `SELECT `+customerColumns+` FROM customer`+w.SQL()+` ORDER BY changed_at DESC LIMIT 20`, w.Args()...)
		if err != nil {
			return nil, errs.Op(op, err)
		}
		for _, c := range found {
			out = append(out, c.shownTo(ctx))
		}
	}
	return out[:min(len(out), maxFound)], nil
}

// SuggestedFor returns organisations to which a customer may belong, by the domains of
// the customer's mail addresses.
func (s *Organisations) SuggestedFor(ctx context.Context, key id.Customer) ([]Organisation, error) {
	const op = "customer.SuggestedOrganisations"
	card, err := s.customers.card(ctx, op, key)
	if err != nil || card.Customer.OrganisationID != 0 {
		return nil, err
	}
	domains := card.domains()
	if len(domains) == 0 {
		return nil, nil
	}
	w, err := s.seen(ctx, s.db, actor.CustomerRead)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	w.And("NOT archived")
	w.And("id IN (SELECT d.organisation_id FROM organisation_domain d WHERE d.tenant_id = ? AND d.brand_id = ? AND "+db.OneOf(w, "d.domain", domains)+")",
		actor.From(ctx).Tenant, card.Customer.BrandID)
	// Not ORDER BY: for an order that an index has, SQLite walks all of that index.
	found, err := db.Many[Organisation](ctx, s.db, `SELECT `+organisationColumns+` FROM organisation`+w.SQL()+` LIMIT 10`, w.Args()...)
	slices.SortFunc(found, func(a, b Organisation) int { return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	for i := range found {
		found[i] = found[i].shownTo(ctx)
	}
	return found, errs.Op(op, err)
}

// domains returns the domains of a customer's mail addresses.
func (c Card) domains() []string {
	mails := []string{c.Customer.Email}
	for _, p := range c.Points {
		if p.Provider == providerEmail {
			mails = append(mails, p.ExternalID)
		}
	}
	var out []string
	for _, m := range mails {
		if i := strings.LastIndexByte(m, '@'); i > 0 {
			out = append(out, strings.ToLower(m[i+1:]))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
