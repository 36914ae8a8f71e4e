package report

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/routing"
)

// Staff is what reports need of the accounts.
type Staff interface {
	// Teammates returns the members of all teams of user, the user included.
	Teammates(ctx context.Context, q db.Queryer, user id.User) ([]id.User, error)
}

// Service answers questions about figures. Make it with NewService.
type Service struct {
	db    *db.DB
	staff Staff
	live  routing.Live
}

// NewService returns the use-cases over d. live tells how queues stand now.
func NewService(d *db.DB, staff Staff, live routing.Live) *Service {
	return &Service{db: d, staff: staff, live: live}
}

// reach is which rows an actor may see.
type reach struct {
	tenant id.Tenant
	brands actor.Brands
	agents []id.User // nil: everybody's
	names  bool      // customers' names unmasked
	staff  bool      // the whole time of people who serve other brands, too
}

// reachOf returns how far the actor of ctx may use p.
func (s *Service) reachOf(ctx context.Context, op string, p actor.Permission) (reach, error) {
	who, err := actor.Require(ctx, op, p)
	if err != nil {
		return reach{}, err
	}
	r := reach{
		tenant: who.Tenant, brands: who.Brands, names: who.Can(actor.NamesRead, actor.Own),
		staff: who.Brands.All || who.Can(actor.UserRead, actor.InBrand),
	}
	switch who.Scope(p) {
	case actor.None, actor.Own:
		r.agents = []id.User{who.User}
	case actor.InTeam:
		mates, err := s.staff.Teammates(ctx, s.db, who.User)
		if err != nil {
			return r, errs.Op(op, err)
		}
		r.agents = append(mates, who.User)
	case actor.InBrand, actor.InTenant:
	}
	return r, nil
}

// where begins the conditions of a statement whose tables are named by prefix ("v." or "").
func (r reach) where(prefix string) *db.Where {
	w := &db.Where{}
	w.And(prefix+"tenant_id = ?", r.tenant)
	if !r.brands.All {
		db.In(w, prefix+"brand_id", r.brands.Some)
	}
	return w
}
