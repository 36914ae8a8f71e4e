package customer

import (
	"context"
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
)

// Personal declares what is kept about customers here.
func Personal() []personal.Table {
	const ofCustomer = `tenant_id = $1 AND customer_id = $2`
	return []personal.Table{
		{
			Name: "customer_term", Class: personal.Identity, Of: personal.Customer, Where: ofCustomer,
		},
		{
			Name: "customer_hint", Class: personal.Identity, Of: personal.Customer, Where: `tenant_id = $1 AND (customer_id = $2 OR other_id = $2)`,
			Show: `customer_id, other_id, reason, made_at`,
		},
		{
			Name: "claim", Class: personal.Identity, Of: personal.Customer, Where: ofCustomer, Key: "id",
			Show: `id, contact_point_id, customer_id, evidence, made_at, revoked_at`,
		},
		{
			Name: "contact_point", Class: personal.Identity, Of: personal.Customer, Where: ofCustomer, Key: "id",
			Show: `id, provider, scope, external_id, display_name, verified, created_at, bounced_at, bounce_reason`,
		},
		{
			Name: "customer_join", Class: personal.Identity, Of: personal.Customer, Where: `tenant_id = $1 AND (from_id = $2 OR into_id = $2)`, Key: "id",
			Show: `id, from_id, into_id, reason, made_at, undone_at`,
		},
		{
			Name: "organisation_moved", Class: personal.Identity, Of: personal.Customer, Where: ofCustomer,
		},
		{
			Name: "consent", Class: personal.Identity, Of: personal.Customer, Where: ofCustomer, Key: "id",
			Show:  `id, state, purpose, channel, what, evidence, at, made_at`,
			Empty: personal.Columns("what", "evidence"),
		},
		{
			Name: "customer", Class: personal.Identity, Of: personal.Customer, Where: `tenant_id = $1 AND id = $2`, Mark: "erased_at",
			Show:  `id, name, email, phone, company, language, about, fields, organisation_id, created_at, changed_at`,
			Empty: personal.Columns("name", "email", "phone", "company", "language", "about", "fields={}", "organisation_id=#0"),
		},
	}
}

// Reach returns a customer with whom the actor of ctx may do p, or NotFound.
func (s *Service) Reach(ctx context.Context, q db.Queryer, p actor.Permission, customer id.Customer) (Customer, error) {
	const op = "customer.Reach"
	a, err := actor.Require(ctx, op, p)
	if err != nil {
		return Customer{}, err
	}
	w := scope(a)
	w.And("id = ?", customer)
	if err := s.narrow(ctx, q, w, p, "id"); err != nil {
		return Customer{}, errs.Op(op, err)
	}
	c, err := db.One[Customer](ctx, q, `SELECT `+customerColumns+` FROM customer`+w.SQL(), w.Args()...)
	return c, errs.Op(op, err)
}

// maxGroup bounds how many customers are held to be one.
const maxGroup = 1000

// Group returns all who are held to be the same as a customer, whom they are held to be
// first. It asks for no permission.
func (s *Service) Group(ctx context.Context, q db.Queryer, customer id.Customer) ([]id.Customer, error) {
	const op = "customer.Group"
	tenant := actor.From(ctx).Tenant
	root := customer
	for range maxGroup {
		into, found, err := db.Find[id.Customer](ctx, q, `SELECT joined_into FROM customer WHERE tenant_id = $1 AND id = $2`, tenant, root)
		if err != nil {
			return nil, errs.Op(op, err)
		}
		if !found {
			return nil, errs.E(errs.NotFound, op, nil)
		}
		if into == 0 {
			break
		}
		root = into
	}
	all := []id.Customer{root}
	for i := 0; i < len(all); i++ {
		joined, err := db.Many[id.Customer](ctx, q, `SELECT id FROM customer WHERE tenant_id = $1 AND joined_into = $2 AND joined_into <> 0 ORDER BY id LIMIT 1000`, tenant, all[i])
		if err != nil {
			return nil, errs.Op(op, err)
		}
		all = append(all, joined...)
		if len(all) > maxGroup {
			return nil, errs.New(errs.Exhausted, op, "customer.too_many_addresses")
		}
	}
	return all, nil
}

// PointsOf returns the keys of the addresses of a customer. It asks for no permission.
func (s *Service) PointsOf(ctx context.Context, q db.Queryer, customer id.Customer) ([]id.ContactPoint, error) {
	found, err := db.Many[id.ContactPoint](ctx, q, `SELECT id FROM contact_point WHERE tenant_id = $1 AND customer_id = $2 ORDER BY id LIMIT 10000`,
		actor.From(ctx).Tenant, customer)
	return found, errs.Op("customer.PointsOf", err)
}

// Traces returns by what a customer is recognised in texts: addresses, numbers and the full name. It asks for no permission.
func (s *Service) Traces(ctx context.Context, q db.Queryer, customer id.Customer) ([]string, error) {
	const op = "customer.Traces"
	tenant := actor.From(ctx).Tenant
	c, err := db.One[Customer](ctx, q, `SELECT `+customerColumns+` FROM customer WHERE tenant_id = $1 AND id = $2`, tenant, customer)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	points, err := db.Many[ContactPoint](ctx, q, `SELECT `+pointColumns+` FROM contact_point WHERE tenant_id = $1 AND customer_id = $2 ORDER BY id LIMIT 10000`, tenant, customer)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	traces := []string{c.Email, c.Phone}
	names := []string{c.Name}
	for _, p := range points {
		traces, names = append(traces, p.ExternalID), append(names, p.DisplayName)
	}
	for _, n := range names {
		if strings.ContainsRune(strings.TrimSpace(n), ' ') { // one word may be anybody
			traces = append(traces, n)
		}
	}
	traces = slices.DeleteFunc(traces, func(t string) bool { return strings.TrimSpace(t) == "" })
	slices.Sort(traces)
	return slices.Compact(traces), nil
}
