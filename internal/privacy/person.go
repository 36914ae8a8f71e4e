package privacy

import (
	"cmp"
	"context"
	"slices"

	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
)

// person is everybody who is held to be one, with what is theirs, in the order of the keys.
type person struct {
	customers     []id.Customer // whom the others are held to be first
	points        []id.ContactPoint
	conversations []conversation.Kept
	cases         []casework.Kept
}

func (s *Service) person(ctx context.Context, q db.Queryer, customers []id.Customer) (person, error) {
	p := person{customers: customers}
	for _, c := range customers {
		points, err := s.Customers.PointsOf(ctx, q, c)
		if err != nil {
			return p, err
		}
		conversations, err := s.Conversations.OfCustomer(ctx, q, c)
		if err != nil {
			return p, err
		}
		cases, err := s.Cases.OfCustomer(ctx, q, c)
		if err != nil {
			return p, err
		}
		p.points, p.conversations, p.cases = append(p.points, points...), append(p.conversations, conversations...), append(p.cases, cases...)
	}
	slices.Sort(p.points)
	slices.SortFunc(p.conversations, func(a, b conversation.Kept) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(p.cases, func(a, b casework.Kept) int { return cmp.Compare(a.ID, b.ID) })
	return p, nil
}

// things returns the keys of a kind of things of p, in their order.
func (p person) things(of personal.Thing) (keys []int64) {
	switch of { //nolint:exhaustive // texts are nobody's
	case personal.Customer:
		for _, k := range slices.Sorted(slices.Values(p.customers)) {
			keys = append(keys, int64(k))
		}
	case personal.ContactPoint:
		for _, k := range p.points {
			keys = append(keys, int64(k))
		}
	case personal.Conversation:
		for _, k := range p.conversations {
			keys = append(keys, int64(k.ID))
		}
	case personal.Case:
		for _, k := range p.cases {
			keys = append(keys, int64(k.ID))
		}
	}
	return keys
}
