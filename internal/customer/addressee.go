package customer

import (
	"context"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Addressee returns who stands behind an address at which somebody writes to a
// customer. An address never seen before becomes a contact point of theirs,
// because a person said so; one that is known stays whose it is.
func (s *Service) Addressee(ctx context.Context, tx *db.Tx, customer id.Customer, seen Seen) (Party, error) {
	const op = "customer.Addressee"
	if _, err := actor.Require(ctx, op, actor.CustomerRead); err != nil {
		return Party{}, err
	}
	seen.DisplayName, seen.Email = clip(strings.TrimSpace(seen.DisplayName), MaxName), clip(seen.Email, MaxEmail)
	if err := seen.check(op); err != nil {
		return Party{}, errs.Op(op, err)
	}
	c, err := s.lockRead(ctx, tx, customer)
	if err == nil && c.BrandID != seen.Brand {
		err = errs.E(errs.NotFound, op, nil)
	}
	if err != nil {
		return Party{}, errs.Op(op, err)
	}
	if known, found, err := s.findAddress(ctx, tx, seen); err != nil || found {
		return known.party(), errs.Op(op, err)
	}
	point := ContactPoint{
		ID: id.New[id.ContactPoint](), BrandID: seen.Brand, Provider: seen.Provider, Scope: seen.Scope,
		ExternalID: seen.ExternalID, DisplayName: seen.DisplayName, CustomerID: c.ID, CreatedAt: tx.Now(),
	}
	inserted, err := s.insertPoint(ctx, tx, point)
	if err != nil {
		return Party{}, errs.Op(op, err)
	}
	if !inserted { // another was quicker
		known, _, err := s.findAddress(ctx, tx, seen)
		return known.party(), errs.Op(op, err)
	}
	err = s.claim(ctx, tx, Claim{BrandID: seen.Brand, ContactPointID: point.ID, CustomerID: c.ID, Evidence: ByAgent})
	return Party{ContactPoint: point.ID, Customer: c.ID, Name: c.Name}, errs.Op(op, err)
}

// lockRead is lock for a customer that the actor may look at.
func (s *Service) lockRead(ctx context.Context, tx *db.Tx, customer id.Customer) (Customer, error) {
	w := scope(actor.From(ctx))
	w.And("id = ?", customer)
	if err := s.narrow(ctx, tx, w, actor.CustomerRead, "id"); err != nil {
		return Customer{}, err
	}
	return db.One[Customer](ctx, tx, `SELECT `+customerColumns+` FROM customer`+w.SQL()+tx.ForUpdate(), w.Args()...)
}
