package actor

import (
	"context"
	"slices"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
)

// Kind says what sort of thing acts.
type Kind string

// Kinds of actors.
const (
	User    Kind = "user"    // a person with a sign-in
	Visitor Kind = "visitor" // a customer through one of our own pages
	Key     Kind = "key"     // an integration
	System  Kind = "system"  // ourselves: jobs, routing, start-up
)

// Actor is who acts. The zero Actor may do nothing.
type Actor struct {
	Kind     Kind
	Tenant   id.Tenant
	User     id.User         // set for User
	Key      id.APIKey       // set for Key
	Session  id.Session      // set for User with a browser
	Contact  id.ContactPoint // set for Visitor
	Firing   id.Firing       // set for System where a rule acts
	Name     string          // as others see it
	Language string          // of the texts made for it: en, pl, hu
	Brands   Brands
	Rights   Rights
}

// Brands is the set of brands that an actor may see.
type Brands struct {
	All  bool
	Some []id.Brand
}

// Has reports whether brand is in the set.
func (b Brands) Has(brand id.Brand) bool { return b.All || slices.Contains(b.Some, brand) }

// Rights maps each permission that an actor has to its widest scope.
type Rights map[Permission]Scope

// ForSystem returns an actor that may do everything in tenant, for our own work.
func ForSystem(tenant id.Tenant) Actor {
	return Actor{Kind: System, Tenant: tenant, Name: "Zongler", Brands: Brands{All: true}}
}

type ctxKey struct{}

// With returns ctx with a acting in it.
func With(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, ctxKey{}, a) }

// From returns who acts in ctx; the zero Actor if nobody does.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(ctxKey{}).(Actor)
	return a
}

// Can reports whether a has p in at least scope.
func (a Actor) Can(p Permission, scope Scope) bool {
	return a.Kind == System && a.Tenant != 0 || a.Rights[p] >= scope && scope > None
}

// Scope returns how far a may use p.
func (a Actor) Scope(p Permission) Scope {
	if a.Kind == System && a.Tenant != 0 {
		return InTenant
	}
	return a.Rights[p]
}

// Require returns the actor of ctx if it has p in any scope, else an
// Unauthenticated or Forbidden error. The caller narrows rows by a.Scope(p) and a.Brands.
func Require(ctx context.Context, op string, p Permission) (Actor, error) {
	a := From(ctx)
	switch {
	case a.Tenant == 0:
		return a, errs.New(errs.Unauthenticated, op, "unauthenticated")
	case a.Scope(p) == None:
		return a, errs.New(errs.Forbidden, op, "forbidden").With(errs.Values{"permission": string(p)})
	}
	return a, nil
}
