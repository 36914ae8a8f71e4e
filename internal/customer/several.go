package customer

import (
	"context"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
)

// ResolveKnown is Resolve for somebody of whom a provider vouches that they go by further
// addresses, too. Whoever has one of them here is the customer; those never seen before
// become theirs. What is known as somebody else's stays whose it is, and a person may join
// the two. It asks for no permission.
func (s *Service) ResolveKnown(ctx context.Context, tx *db.Tx, seen Seen, known []Seen) (Party, error) {
	const op = "customer.ResolveKnown"
	if err := s.follow(ctx, tx, seen, known); err != nil {
		return Party{}, errs.Op(op, err)
	}
	party, err := s.Resolve(ctx, tx, seen)
	if err != nil {
		return party, errs.Op(op, err)
	}
	for _, k := range known {
		if _, found, err := s.findAddress(ctx, tx, k); err != nil || found {
			if err != nil {
				return party, errs.Op(op, err)
			}
			continue
		}
		if _, err := s.Proven(ctx, tx, party.Customer, k); err != nil {
			return party, errs.Op(op, err)
		}
	}
	return party, nil
}

// follow gives an address that was never seen to the customer who has one of the others.
func (s *Service) follow(ctx context.Context, tx *db.Tx, seen Seen, known []Seen) error {
	if _, found, err := s.findAddress(ctx, tx, seen); err != nil || found {
		return err
	}
	for _, k := range known {
		whose, found, err := s.findAddress(ctx, tx, k)
		if err != nil {
			return err
		}
		if found {
			_, err := s.Proven(ctx, tx, whose.CustomerID, seen)
			return err
		}
	}
	return nil
}
