package worklist

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Place is an entry point at which an address of a customer was met.
type Place struct {
	ContactPointID id.ContactPoint
	EntryPointID   id.EntryPoint
	Name           string
	Address        string
}

// Bounds of what is looked through for places.
const (
	placesLooked = "300" // conversations, the newest
	placesShown  = "100"
)

// Places returns where the addresses of a customer were met in the newest conversations that the actor may see, by address and name.
func (s *Service) Places(ctx context.Context, c id.Customer) ([]Place, error) {
	const op = "worklist.Places"
	v, err := look(ctx, s.db, op, false)
	if err != nil || v.scope == actor.None {
		return nil, errs.Op(op, err)
	}
	w := &db.Where{}
	w.And("c.tenant_id = ?", v.Tenant)
	w.And("c.customer_id = ?", c)
	w.And("c.contact_point_id <> 0")
	w.And(v.reach(w))
	found, err := db.Many[Place](ctx, s.db, `SELECT DISTINCT k.contact_point_id, k.entry_point_id, p.name, p.address
		FROM (SELECT c.contact_point_id, c.entry_point_id FROM conversation c`+w.SQL()+` ORDER BY c.last_at DESC, c.id DESC LIMIT `+placesLooked+`) k
		JOIN entry_point p ON p.tenant_id = `+w.Arg(v.Tenant)+` AND p.id = k.entry_point_id
		ORDER BY k.contact_point_id, p.name, k.entry_point_id LIMIT `+placesShown, w.Args()...)
	return found, errs.Op(op, err)
}
