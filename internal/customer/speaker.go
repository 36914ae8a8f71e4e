package customer

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Speaker is who stands behind a contact point, where several people speak.
type Speaker struct {
	ContactPoint id.ContactPoint
	Customer     id.Customer
	Name         string
}

// Speakers returns who stands behind contact points of the actor's tenant. It asks for no
// permission; for those who read no names they are masked by who shows them.
func (s *Service) Speakers(ctx context.Context, q db.Queryer, points []id.ContactPoint) (map[id.ContactPoint]Speaker, error) {
	all := make(map[id.ContactPoint]Speaker, len(points))
	if len(points) == 0 {
		return all, nil
	}
	w := &db.Where{}
	w.And("p.tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "p.id", points)
	// It holds of all. Without it one index has all columns, and SQLite goes through all of the tenant's in it.
	w.And("p.provider >= ''")
	found, err := db.Many[Speaker](ctx, q, `SELECT p.id AS contact_point, p.customer_id AS customer, c.name FROM contact_point p
		JOIN customer c ON c.tenant_id = p.tenant_id AND c.id = p.customer_id`+w.SQL(), w.Args()...)
	for _, f := range found {
		all[f.ContactPoint] = f
	}
	return all, errs.Op("customer.Speakers", err)
}
