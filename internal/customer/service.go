package customer

import (
	"context"
	"maps"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/attribute"
	"github.com/zongler/zongler/internal/platform/db"
)

// Followers keep copies of what a customer is called and whose an address is,
// and know for whom the customer's conversations are work of their own.
type Followers interface {
	// CustomersOf returns the customers of the newest conversations that are a user's own work.
	CustomersOf(ctx context.Context, q db.Queryer, user id.User) ([]id.Customer, error)
	// CustomerRenamed shows name wherever the customer is shown.
	CustomerRenamed(ctx context.Context, tx *db.Tx, customer id.Customer, name string) error
	// ContactMoved shows that a contact point's conversations belong to customer, called name.
	ContactMoved(ctx context.Context, tx *db.Tx, point id.ContactPoint, customer id.Customer, name string) error
}

// Service is all that can be done with customers.
type Service struct {
	db        *db.DB
	followers Followers
}

// New returns a Service that stores in d and tells followers.
func New(d *db.DB, followers Followers) *Service { return &Service{db: d, followers: followers} }

// Card is everything about one customer.
type Card struct {
	Customer Customer
	Points   []ContactPoint
	Claims   []Claim // newest first, revoked ones included
}

// Get returns a customer with addresses and claims.
func (s *Service) Get(ctx context.Context, customer id.Customer) (Card, error) {
	const op = "customer.Get"
	a, err := actor.Require(ctx, op, actor.CustomerRead)
	if err != nil {
		return Card{}, err
	}
	var card Card
	err = s.db.View(ctx, func(q db.Queryer) error {
		card, err = s.readCard(ctx, q, a, customer)
		return err
	})
	if err == nil && a.Scope(actor.NamesRead) == actor.None {
		card = card.masked()
	}
	return card, errs.Op(op, err)
}

// Update changes details of a customer. An editor who saw an older version gets a Conflict.
func (s *Service) Update(ctx context.Context, customer id.Customer, d Details) (Customer, error) {
	const op = "customer.Update"
	if _, err := actor.Require(ctx, op, actor.CustomerEdit); err != nil {
		return Customer{}, err
	}
	var changed Customer
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		c, err := s.lockEdited(ctx, tx, customer)
		if err != nil {
			return err
		}
		changed = c
		if !c.ErasedAt.IsZero() {
			return errs.New(errs.Conflict, op, "customer.erased")
		}
		if d.Rev != 0 && d.Rev != c.Rev {
			return errs.New(errs.Conflict, op, "customer.changed")
		}
		other := d.apply(&changed)
		if err := s.complete(ctx, tx, op, c, &changed, d); err != nil {
			return err
		}
		if !other && maps.Equal(c.Fields, changed.Fields) {
			return nil
		}
		changed.Rev, changed.ChangedAt = c.Rev+1, tx.Now()
		told, err := changesOf(ctx, tx, c, changed)
		if err != nil {
			return err
		}
		return s.save(ctx, tx, changed, told)
	})
	return changed.shownTo(ctx), errs.Op(op, err)
}

// complete checks what d made of a customer, and looks up what it names.
func (s *Service) complete(ctx context.Context, tx *db.Tx, op string, before Customer, after *Customer, d Details) (err error) {
	if err := after.check(op); err != nil {
		return err
	}
	if d.Fields != nil {
		if after.Fields, err = fill(ctx, tx, op, OfCustomers, before.BrandID, before.Fields, d.Fields); err != nil {
			return err
		}
	}
	if after.OrganisationID == before.OrganisationID || after.OrganisationID == 0 {
		return nil
	}
	w := scope(actor.From(ctx))
	w.And("id = ?", after.OrganisationID)
	w.And("NOT archived")
	w.And("joined_into = 0")
	brand, err := db.One[id.Brand](ctx, tx, `SELECT brand_id FROM organisation`+w.SQL(), w.Args()...)
	if err != nil {
		return missingField(op, "organisation_id", err)
	}
	if brand != after.BrandID {
		return errs.New(errs.Invalid, op, "customer.other_brand")
	}
	return nil
}

// changesOf returns the fact that tells what differs between two states of a customer.
func changesOf(ctx context.Context, q db.Queryer, before, after Customer) (fact.CustomerChanged, error) {
	f := fact.CustomerChanged{Customer: after.ID, Brand: after.BrandID}
	for _, one := range []struct{ name, was, became string }{
		{"name", before.Name, after.Name},
		{"email", before.Email, after.Email},
		{"phone", before.Phone, after.Phone},
		{"company", before.Company, after.Company},
		{"language", before.Language, after.Language},
	} {
		if one.was != one.became {
			f.What = append(f.What, one.name)
		}
	}
	if maps.Equal(before.Fields, after.Fields) {
		return f, nil
	}
	known, err := definitions(ctx, q, OfCustomers, after.BrandID)
	if err != nil {
		return f, err
	}
	for _, c := range attribute.Changes(known, before.Fields, after.Fields) {
		f.Fields = append(f.Fields, fact.FieldChange(c))
	}
	return f, nil
}

// save stores a changed customer that is locked, and tells of it.
func (s *Service) save(ctx context.Context, tx *db.Tx, c Customer, told fact.CustomerChanged) error {
	if err := s.update(ctx, tx, c); err != nil {
		return err
	}
	if slices.Contains(told.What, "name") {
		if err := s.followers.CustomerRenamed(ctx, tx, c.ID, c.Name); err != nil {
			return err
		}
	}
	return tx.Record(ctx, told)
}

// Link claims a contact point for a customer of the same brand: from now on its conversations are theirs.
func (s *Service) Link(ctx context.Context, customer id.Customer, point id.ContactPoint) error {
	const op = "customer.Link"
	if _, err := actor.Require(ctx, op, actor.CustomerEdit); err != nil {
		return err
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		to, err := s.lockEdited(ctx, tx, customer)
		if err != nil {
			return err
		}
		if !to.ErasedAt.IsZero() {
			return errs.New(errs.Conflict, op, "customer.erased")
		}
		p, err := s.lockPoint(ctx, tx, point)
		if err != nil {
			return err
		}
		if p.BrandID != to.BrandID {
			return errs.New(errs.Invalid, op, "customer.other_brand")
		}
		if p.CustomerID == to.ID {
			return nil
		}
		return s.move(ctx, tx, p, to, ByAgent)
	}))
}

// Unlink takes a standing claim back. The contact point becomes a customer of its own.
func (s *Service) Unlink(ctx context.Context, claim id.Claim) (Customer, error) {
	const op = "customer.Unlink"
	if _, err := actor.Require(ctx, op, actor.CustomerEdit); err != nil {
		return Customer{}, err
	}
	var alone Customer
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		standing, err := s.standing(ctx, tx, claim)
		if err != nil {
			return err
		}
		p, err := s.lockPoint(ctx, tx, standing.ContactPointID)
		if err != nil {
			return err
		}
		if p.CustomerID != standing.CustomerID {
			return errs.New(errs.Conflict, op, "claim.revoked")
		}
		alone = Customer{
			ID: id.New[id.Customer](), BrandID: p.BrandID, Name: p.DisplayName, Rev: 1, CreatedAt: tx.Now(), ChangedAt: tx.Now(),
		}
		if err := s.insert(ctx, tx, alone); err != nil {
			return err
		}
		if err := tx.Record(ctx, fact.CustomerCreated{Customer: alone.ID, Brand: alone.BrandID}); err != nil {
			return err
		}
		return s.move(ctx, tx, p, alone, Unlinked)
	})
	return alone.shownTo(ctx), errs.Op(op, err)
}

// move revokes the claim that stands for p and makes one for to.
func (s *Service) move(ctx context.Context, tx *db.Tx, p ContactPoint, to Customer, why Evidence) error {
	if err := s.takeBack(ctx, tx, p.ID); err != nil {
		return err
	}
	if err := s.claim(ctx, tx, Claim{BrandID: p.BrandID, ContactPointID: p.ID, CustomerID: to.ID, Evidence: why}); err != nil {
		return err
	}
	if err := s.assign(ctx, tx, p.ID, to.ID); err != nil {
		return err
	}
	return s.followers.ContactMoved(ctx, tx, p.ID, to.ID, to.Name)
}

// Query is what to look for among customers.
type Query struct {
	Text  string   // beginnings of words of the name, of an address or a number
	Brand id.Brand // 0: all that the actor may see
	After id.Customer
	Limit int
}

// maxFound bounds a page of a search.
const maxFound = 100

// Search returns customers that match, newest first, one more than Limit if there are more.
func (s *Service) Search(ctx context.Context, q Query) ([]Customer, error) {
	const op = "customer.Search"
	a, err := actor.Require(ctx, op, actor.CustomerRead)
	if err != nil {
		return nil, err
	}
	q.Limit = max(1, min(q.Limit, maxFound))
	found, err := s.search(ctx, a, q)
	for i := range found {
		found[i] = found[i].shownTo(ctx)
	}
	return found, errs.Op(op, err)
}
