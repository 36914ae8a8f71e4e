package customer_test

import (
	"slices"
	"testing"

	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestWhoComesByAnInvitation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, id.Tenant(1))
		s := customer.New(d, newFollower())
		zofia := resolve(ctx, t, d, s, visitor("zofia", "Zofia Wilk")).Customer
		other := resolve(ctx, t, d, s, visitor("other", "Jan Kot")).Customer
		come := func(seen customer.Seen) (party customer.Party) {
			if err := d.Update(ctx, func(tx *db.Tx) (err error) {
				party, err = s.Invited(ctx, tx, zofia, seen)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return party
		}
		seen := visitor("fresh", "")
		seen.Verified = true // whatever the channel says: having the link vouches for nobody
		first := come(seen)
		if first.Customer != zofia || first.Name != "Zofia Wilk" {
			t.Errorf("%+v", first)
		}
		if again := come(seen); again.ContactPoint != first.ContactPoint {
			t.Errorf("a second time it is %+v", again)
		}
		at := slices.IndexFunc(wholeOf(ctx, t, d).Belongings, func(b belonging) bool { return b.Point == first.ContactPoint })
		if got := wholeOf(ctx, t, d).Belongings[at]; got.Evidence != string(customer.ByInvitation) || got.Verified {
			t.Errorf("%+v", got)
		}
		if known := come(visitor("other", "")); known.Customer != other {
			t.Errorf("an address that is somebody's becomes %v's", known.Customer)
		}
	})
}

func TestAHintSuggestsBothWaysAndJoinsNobody(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, id.Tenant(1))
		s := customer.New(d, newFollower())
		one, other := resolve(ctx, t, d, s, visitor("one", "Zofia Wilk")).Customer, resolve(ctx, t, d, s, visitor("two", "Réka Kovács")).Customer
		for range 2 { // seen again, it is known
			if err := d.Update(ctx, func(tx *db.Tx) error { return s.Hint(ctx, tx, one, other, customer.OpenedInvitation) }); err != nil {
				t.Fatal(err)
			}
		}
		for of, want := range map[id.Customer]id.Customer{one: other, other: one} {
			got, err := s.Suggestions(ctx, of)
			if err != nil || len(got) != 1 || got[0].Customer.ID != want || !slices.Equal(got[0].Reasons, []customer.Reason{customer.OpenedInvitation}) {
				t.Errorf("%v, %v", got, err)
			}
		}
	})
}
