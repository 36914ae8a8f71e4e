package privacy

import (
	"context"
	"maps"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
)

// fate says what becomes of organisations that are held to be one.
type fate struct {
	goes   []id.Organisation
	stays  []id.Organisation                 // as they are: somebody of theirs is held, or of what is held to be them
	people map[id.Organisation][]id.Customer // who go on belonging to theirs, because a hold is on them
	holds  []Hold                            // by which something stays, the newest first, 100 at most
}

// fateOf decides what becomes of organisations, the one that the others are held to be first.
func (s *Service) fateOf(ctx context.Context, q db.Queryer, brand id.Brand, all []id.Organisation) (fate, error) {
	f := fate{people: map[id.Organisation][]id.Customer{}}
	into, err := s.Organisations.Held(ctx, q, all)
	if err != nil {
		return f, err
	}
	if err := s.lookForHolds(ctx, q, brand, all, &f); err != nil {
		return f, err
	}
	f.split(all, into)
	return f, nil
}

// split decides of each organisation whether it goes. into says what each is held to be; what is not in it has gone before.
func (f *fate) split(all []id.Organisation, into map[id.Organisation]id.Organisation) {
	staying := map[id.Organisation]bool{}
	for key := range f.people {
		for range all { // a chain is no longer
			if key == 0 || staying[key] {
				break
			}
			staying[key] = true
			key = into[key]
		}
	}
	for _, key := range all {
		if _, there := into[key]; !there {
			continue
		}
		if staying[key] {
			f.stays = append(f.stays, key)
		} else {
			f.goes = append(f.goes, key)
		}
	}
}

// left says what stays, and why.
func (f *fate) left() []Left {
	left := []Left{}
	for _, key := range f.stays {
		why := Held
		if len(f.people[key]) == 0 {
			why = Needed // another is held to be it
		}
		left = append(left, Left{Kind: personal.Organisation, ThingID: int64(key), Reason: why})
	}
	held := map[id.Customer]bool{}
	for _, some := range f.people {
		for _, c := range some {
			held[c] = true
		}
	}
	for _, c := range slices.Sorted(maps.Keys(held)) {
		left = append(left, Left{Kind: personal.Customer, ThingID: int64(c), Reason: Held})
	}
	return left
}

// holdsPage is how many holds are looked at together.
const holdsPage = "200"

// lookForHolds finds the holds that stand on people of organisations, or on cases of theirs.
func (s *Service) lookForHolds(ctx context.Context, q db.Queryer, brand id.Brand, all []id.Organisation, f *fate) error {
	for before := id.Hold(1<<63 - 1); ; {
		page, err := db.Many[Hold](ctx, q, `SELECT `+holdColumns+` FROM legal_hold WHERE tenant_id = $1 AND brand_id = $2 AND released_at = 0 AND id < $3
			ORDER BY id DESC LIMIT `+holdsPage, actor.From(ctx).Tenant, brand, before)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, h := range page {
			of, err := s.heldCustomers(ctx, q, h)
			if err != nil {
				return err
			}
			members, err := s.Organisations.Belonging(ctx, q, of, all)
			if err != nil {
				return err
			}
			f.keep(h, members)
		}
		before = page[len(page)-1].ID
	}
}

// keep remembers who goes on belonging to theirs by a hold.
func (f *fate) keep(h Hold, members []customer.Belonging) {
	for _, m := range members {
		if !slices.Contains(f.people[m.OrganisationID], m.ID) {
			f.people[m.OrganisationID] = append(f.people[m.OrganisationID], m.ID)
		}
	}
	if len(members) > 0 && len(f.holds) < maxShownLeft {
		f.holds = append(f.holds, h)
	}
}
