package customer

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// MaxSame bounds how many customers that are held to be one are looked at together.
const MaxSame = "200"

// Same returns a customer with all who are held to be the same: whoever the customer
// is now, first, then those who were joined into that one. It asks for no permission.
func Same(ctx context.Context, q db.Queryer, customer id.Customer) ([]id.Customer, error) {
	all, err := db.Many[id.Customer](ctx, q, `WITH RECURSIVE up (id, hops) AS (SELECT CAST($2 AS BIGINT), 0 UNION ALL
			SELECT c.joined_into, u.hops + 1 FROM up u JOIN customer c ON c.tenant_id = $1 AND c.id = u.id WHERE c.joined_into <> 0 AND u.hops < 100),
		same (id, hops) AS (SELECT * FROM (SELECT id, 0 FROM up ORDER BY hops DESC LIMIT 1) top UNION ALL
			SELECT c.id, s.hops + 1 FROM same s JOIN customer c ON c.tenant_id = $1 AND c.joined_into = s.id WHERE c.joined_into <> 0 AND s.hops < 100)
		SELECT id FROM same ORDER BY hops, id LIMIT `+MaxSame, actor.From(ctx).Tenant, customer)
	return all, errs.Op("customer.Same", err)
}

// PeopleOf returns the customers of an organisation with all who are held to be the
// same as one of them. It asks for no permission.
func PeopleOf(ctx context.Context, q db.Queryer, organisation id.Organisation) ([]id.Customer, error) {
	all, err := db.Many[id.Customer](ctx, q, `WITH RECURSIVE people (id, hops) AS (
			SELECT * FROM (SELECT id, 0 FROM customer WHERE tenant_id = $1 AND organisation_id = $2 AND organisation_id <> 0 ORDER BY id DESC LIMIT `+MaxSame+`) newest UNION ALL
			SELECT c.id, p.hops + 1 FROM people p JOIN customer c ON c.tenant_id = $1 AND c.joined_into = p.id WHERE c.joined_into <> 0 AND p.hops < 100)
		SELECT DISTINCT id FROM people LIMIT `+MaxSame, actor.From(ctx).Tenant, organisation)
	return all, errs.Op("customer.PeopleOf", err)
}
