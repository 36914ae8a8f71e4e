package customer

import (
	"context"
	"errors"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/clip"
	"github.com/zongler/zongler/internal/platform/db"
)

var (
	errIncomplete = errors.New("a contact point needs a brand, a provider and an external id")
	errVanished   = errors.New("a contact point that exists cannot be read")
)

// Resolve returns who stands behind an address. An address never seen before
// becomes a contact point of a new customer, claimed by first contact. A name
// that was missing until now is filled in.
func (s *Service) Resolve(ctx context.Context, tx *db.Tx, seen Seen) (Party, error) {
	const op = "customer.Resolve"
	seen.DisplayName = clip.Characters(strings.TrimSpace(seen.DisplayName), MaxName)
	seen.Email, seen.Phone = clip.Characters(seen.Email, MaxEmail), clip.Characters(seen.Phone, MaxPhone)
	if err := seen.check(op); err != nil {
		return Party{}, err
	}
	known, found, err := s.findAddress(ctx, tx, seen)
	if err != nil {
		return Party{}, errs.Op(op, err)
	}
	if found {
		return s.refresh(ctx, tx, seen, known)
	}
	party, created, err := s.create(ctx, tx, seen)
	if err != nil || created {
		return party, errs.Op(op, err)
	}
	known, found, err = s.findAddress(ctx, tx, seen) // another was quicker
	if err == nil && !found {
		err = errVanished
	}
	if err != nil {
		return Party{}, errs.Op(op, err)
	}
	return s.refresh(ctx, tx, seen, known) // they may have known less
}

// refresh learns the name and the trust that an address did not have before.
func (s *Service) refresh(ctx context.Context, tx *db.Tx, seen Seen, known address) (Party, error) {
	const op = "customer.Resolve"
	if seen.Verified && !known.Verified {
		if err := s.vouch(ctx, tx, seen, known); err != nil {
			return Party{}, errs.Op(op, err)
		}
	}
	fillsName := known.Name == "" && seen.DisplayName != ""
	if !fillsName && (known.Email != "" || seen.Email == "") {
		return known.party(), nil
	}
	c, err := s.lock(ctx, tx, known.CustomerID)
	if err != nil {
		return Party{}, errs.Op(op, err)
	}
	before := c
	if c.Name == "" {
		c.Name = seen.DisplayName
	}
	if c.Email == "" {
		c.Email = seen.Email
	}
	told, err := changesOf(ctx, tx, before, c)
	if err == nil {
		err = s.save(ctx, tx, c, told)
	}
	if err != nil {
		return Party{}, errs.Op(op, err)
	}
	known.Name = c.Name
	return known.party(), nil
}

// vouch keeps that an address is whose it says. A claim by first contact becomes a
// verified one; what a person has said of the address stands.
func (s *Service) vouch(ctx context.Context, tx *db.Tx, seen Seen, known address) error {
	weak, err := s.verify(ctx, tx, known.ID)
	if err != nil || !weak {
		return err
	}
	if err := s.takeBack(ctx, tx, known.ID); err != nil {
		return err
	}
	return s.claim(ctx, tx, Claim{
		BrandID: seen.Brand, ContactPointID: known.ID, CustomerID: known.CustomerID, Evidence: Verified, EntryPointID: seen.EntryPoint,
	})
}

// create makes contact point, customer and claim, unless the address exists by now.
func (s *Service) create(ctx context.Context, tx *db.Tx, seen Seen) (Party, bool, error) {
	point := ContactPoint{
		ID: id.New[id.ContactPoint](), BrandID: seen.Brand, Provider: seen.Provider, Scope: seen.Scope,
		ExternalID: seen.ExternalID, DisplayName: seen.DisplayName, CustomerID: id.New[id.Customer](),
		Verified: seen.Verified, CreatedAt: tx.Now(),
	}
	inserted, err := s.insertPoint(ctx, tx, point)
	if err != nil || !inserted {
		return Party{}, false, err
	}
	c := Customer{
		ID: point.CustomerID, BrandID: seen.Brand, Name: seen.DisplayName, Email: seen.Email, Phone: seen.Phone,
		Language: seen.Language, Rev: 1, CreatedAt: tx.Now(), ChangedAt: tx.Now(),
	}
	if err := s.insert(ctx, tx, c); err != nil {
		return Party{}, false, err
	}
	first := Claim{BrandID: seen.Brand, ContactPointID: point.ID, CustomerID: c.ID, Evidence: FirstContact}
	if seen.Verified {
		first.Evidence, first.EntryPointID = Verified, seen.EntryPoint
	}
	if err := s.claim(ctx, tx, first); err != nil {
		return Party{}, false, err
	}
	err = tx.Record(ctx, fact.CustomerCreated{Customer: c.ID, Brand: c.BrandID})
	return Party{ContactPoint: point.ID, Customer: c.ID, Name: c.Name, Created: true}, true, err
}

// takeBack ends the claim that stands for a contact point.
func (s *Service) takeBack(ctx context.Context, tx *db.Tx, point id.ContactPoint) error {
	old, err := s.revoke(ctx, tx, point)
	if err != nil {
		return err
	}
	return tx.Record(ctx, fact.ClaimRevoked{Customer: old.CustomerID, Brand: old.BrandID, ContactPoint: point, Claim: old.ID})
}

// claim makes the claim that stands for a contact point from now on. The one before must have been revoked.
func (s *Service) claim(ctx context.Context, tx *db.Tx, c Claim) error {
	c.ID, c.MadeBy, c.MadeAt = id.New[id.Claim](), actor.From(ctx).User, tx.Now()
	if err := s.insertClaim(ctx, tx, c); err != nil {
		return err
	}
	return tx.Record(ctx, fact.ClaimMade{
		Customer: c.CustomerID, Brand: c.BrandID, ContactPoint: c.ContactPointID, Claim: c.ID, Evidence: string(c.Evidence),
	})
}
