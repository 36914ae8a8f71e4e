package customer

import (
	"context"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/clip"
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
	seen.DisplayName, seen.Email = clip.Characters(strings.TrimSpace(seen.DisplayName), MaxName), clip.Characters(seen.Email, MaxEmail)
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
	party, err := s.theirs(ctx, tx, c, seen, ByAgent)
	return party, errs.Op(op, err)
}

// Proven returns who stands behind an address that was shown to be a customer's:
// they answered from there what was sent there. One never seen before becomes
// theirs; one that is known stays whose it is, and a person may join the two.
// Where the customer is gone, it is somebody's whom nobody knows. It asks for no
// permission.
func (s *Service) Proven(ctx context.Context, tx *db.Tx, customer id.Customer, seen Seen) (Party, error) {
	const op = "customer.Proven"
	seen.DisplayName, seen.Email = clip.Characters(strings.TrimSpace(seen.DisplayName), MaxName), clip.Characters(seen.Email, MaxEmail)
	if err := seen.check(op); err != nil {
		return Party{}, errs.Op(op, err)
	}
	c, err := s.lock(ctx, tx, customer)
	if errs.Is(errs.NotFound, err) || err == nil && (c.BrandID != seen.Brand || !c.ErasedAt.IsZero()) {
		return s.Resolve(ctx, tx, seen)
	}
	if err != nil {
		return Party{}, errs.Op(op, err)
	}
	seen.Verified = true
	party, err := s.theirs(ctx, tx, c, seen, Verified)
	return party, errs.Op(op, err)
}

// theirs claims an address for a customer, who is locked, unless somebody has it.
func (s *Service) theirs(ctx context.Context, tx *db.Tx, c Customer, seen Seen, why Evidence) (Party, error) {
	if known, found, err := s.findAddress(ctx, tx, seen); err != nil || found {
		return known.party(), err
	}
	point := ContactPoint{
		ID: id.New[id.ContactPoint](), BrandID: seen.Brand, Provider: seen.Provider, Scope: seen.Scope,
		ExternalID: seen.ExternalID, DisplayName: seen.DisplayName, CustomerID: c.ID, Verified: seen.Verified, CreatedAt: tx.Now(),
	}
	inserted, err := s.insertPoint(ctx, tx, point)
	if err != nil {
		return Party{}, err
	}
	if !inserted { // another was quicker
		known, _, err := s.findAddress(ctx, tx, seen)
		return known.party(), err
	}
	claim := Claim{BrandID: seen.Brand, ContactPointID: point.ID, CustomerID: c.ID, Evidence: why}
	if why == Verified || why == ByInvitation {
		claim.EntryPointID = seen.EntryPoint
	}
	return Party{ContactPoint: point.ID, Customer: c.ID, Name: c.Name}, s.claim(ctx, tx, claim)
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
