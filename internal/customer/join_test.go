package customer_test

import (
	"context"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// belonging is whose an address is, and why.
type belonging struct {
	Point    id.ContactPoint
	Customer id.Customer
	Evidence string
	Entry    id.EntryPoint
	Verified bool
}

// whole is everything that a join could lose.
type whole struct {
	Belongings []belonging
	Customers  []customer.Customer
}

func wholeOf(ctx context.Context, t *testing.T, d *db.DB) whole {
	t.Helper()
	points, err := db.Many[belonging](ctx, d, `SELECT p.id AS point, p.customer_id AS customer, c.evidence, c.entry_point_id AS entry, p.verified
		FROM contact_point p JOIN claim c ON c.tenant_id = p.tenant_id AND c.contact_point_id = p.id AND c.revoked_at = 0 AND c.customer_id = p.customer_id ORDER BY p.id`)
	if err != nil {
		t.Fatal(err)
	}
	customers, err := db.Many[customer.Customer](ctx, d, `SELECT id, brand_id, name, email, phone, company, language, about, rev, created_at, changed_at, joined_into FROM customer ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	return whole{points, customers}
}

func TestJoiningIsTakenBackWithoutLoss(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for seed := range uint64(6) {
			rnd := rand.New(rand.NewPCG(seed, 3))
			ctx, f := dbtest.As(t, id.Tenant(100+seed)), newFollower()
			s := customer.New(d, f)
			var all []id.Customer
			for n := range 6 {
				seen := visitor("v"+strconv.Itoa(n), "Zofia "+strconv.Itoa(n))
				if seen.Verified = rnd.IntN(2) == 0; seen.Verified {
					seen.EntryPoint = id.EntryPoint(7)
				}
				all = append(all, resolve(ctx, t, d, s, seen).Customer)
			}
			states := []whole{wholeOf(ctx, t, d)}
			var joins []id.Join
			for range 8 {
				from, into := all[rnd.IntN(len(all))], all[rnd.IntN(len(all))]
				j, err := s.JoinInto(ctx, from, into, "")
				if err != nil {
					if !errs.Is(errs.Conflict, err) && !errs.Is(errs.Invalid, err) {
						t.Fatal(err)
					}
					continue
				}
				joins = append(joins, j.ID)
				states = append(states, wholeOf(ctx, t, d))
			}
			if len(joins) == 0 {
				t.Fatalf("seed %d joins nothing", seed)
			}
			for _, j := range slices.Backward(joins) {
				states = states[:len(states)-1]
				if _, err := s.Split(ctx, j); err != nil {
					t.Fatal(err)
				}
				if got := wholeOf(ctx, t, d); !reflect.DeepEqual(got, states[len(states)-1]) {
					t.Fatalf("seed %d: after the split\n%+v\nbefore the join\n%+v", seed, got, states[len(states)-1])
				}
			}
			if _, err := s.Split(ctx, joins[0]); errs.CodeOf(err) != "join.undone" {
				t.Errorf("a second time: %v", err)
			}
		}
	})
}

func TestWhatAPersonSaidSinceStands(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, f := dbtest.As(t, 1), newFollower()
		s := customer.New(d, f)
		a, b, c := resolve(ctx, t, d, s, visitor("a", "Anna")), resolve(ctx, t, d, s, visitor("b", "Anna")), resolve(ctx, t, d, s, visitor("c", "Ewa"))
		j, err := s.JoinInto(ctx, a.Customer, b.Customer, "agent")
		if err != nil {
			t.Fatal(err)
		}
		if f.moved[a.ContactPoint] != b.Customer {
			t.Error("conversations did not follow")
		}
		if err := s.Link(ctx, c.Customer, a.ContactPoint); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Split(ctx, j.ID); err != nil {
			t.Fatal(err)
		}
		if got := wholeOf(ctx, t, d).Belongings[0]; got.Customer != c.Customer {
			t.Errorf("%+v", got)
		}
		if f.moved[a.ContactPoint] != c.Customer {
			t.Error("conversations went back over what a person said")
		}
	})
}

func TestWhoCannotBeJoined(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 1)
		s := customer.New(d, newFollower())
		a, b, c := resolve(ctx, t, d, s, visitor("a", "Anna")), resolve(ctx, t, d, s, visitor("b", "Anna")), resolve(ctx, t, d, s, visitor("c", "Anna"))
		other := resolve(ctx, t, d, s, customer.Seen{Brand: vasarfia, Provider: "webchat", ExternalID: "a", DisplayName: "Anna"})
		first, err := s.JoinInto(ctx, a.Customer, b.Customer, "")
		if err != nil {
			t.Fatal(err)
		}
		second, err := s.JoinInto(ctx, b.Customer, c.Customer, "")
		if err != nil {
			t.Fatal(err)
		}
		for name, x := range map[string]struct {
			from, into id.Customer
			code       string
		}{
			"one with itself": {c.Customer, c.Customer, "customer.same"}, "one of another brand": {c.Customer, other.Customer, "customer.other_brand"},
			"one that is another already": {a.Customer, c.Customer, "customer.joined"}, "into one that is another": {c.Customer, a.Customer, "customer.joined"},
		} {
			if _, err := s.JoinInto(ctx, x.from, x.into, ""); errs.CodeOf(err) != x.code {
				t.Errorf("%s: %v, want %s", name, err, x.code)
			}
		}
		if _, err := s.Split(ctx, first.ID); errs.CodeOf(err) != "join.later" {
			t.Errorf("out of order: %v", err)
		}
		for _, j := range []id.Join{second.ID, first.ID} {
			if _, err := s.Split(ctx, j); err != nil {
				t.Error(err)
			}
		}
		found, err := s.Search(ctx, customer.Query{Text: "anna", Brand: falaNet, Limit: 10})
		if err != nil || len(found) != 3 {
			t.Errorf("%d found, %v", len(found), err)
		}
	})
}

func TestSuggestionsHaveReasons(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 1)
		s := customer.New(d, newFollower())
		see := func(scope, external, name, email, phone string, verified bool) id.Customer {
			return resolve(ctx, t, d, s, customer.Seen{
				Brand: falaNet, Provider: "webchat", Scope: scope, ExternalID: external, DisplayName: name, Email: email, Phone: phone, Verified: verified,
			}).Customer
		}
		zofia := see("1", "u-17", "Zofia Wilk", "zofia@poczta.example", "+48 601 202 303", true)
		signed := see("2", "u-17", "Z. W.", "", "", true)
		phone := see("1", "x1", "Ktoś", "", "48601202303", false)
		namesake := see("1", "x2", "Wilk Zofia", "ZOFIA@poczta.example", "", false)
		see("1", "x3", "Zofia Wilk", "", "", false)                   // a name alone
		see("1", "x4", "Adam Lis", "zofia@poczta.example", "", false) // a mail address alone that nobody vouches for
		see("3", "u-17", "Zofia", "", "", false)                      // the same external id, unsigned
		see("1", "x5", "Ewa", "", "601", false)
		got, err := s.Suggestions(ctx, zofia)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, x := range got {
			for _, r := range x.Reasons {
				all = append(all, x.Customer.ID.String()+" "+string(r))
			}
		}
		want := []string{signed.String() + " same_verified_address", phone.String() + " same_phone", namesake.String() + " similar_name_same_email"}
		if !slices.Equal(all, want) {
			t.Errorf("%q, want %q", all, want)
		}
		p, err := s.PreviewJoin(ctx, signed, zofia)
		if err != nil || len(p.Points) != 1 || !slices.Equal(p.Reasons, []customer.Reason{customer.SameVerified}) {
			t.Errorf("%+v, %v", p, err)
		}
		if _, err := s.JoinInto(ctx, signed, zofia, string(customer.SameVerified)); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Suggestions(ctx, zofia); err != nil || len(got) != 2 {
			t.Errorf("who is joined is suggested: %+v, %v", got, err)
		}
		if joins, err := s.Joins(ctx, zofia); err != nil || len(joins) != 1 || joins[0].Reason != "same_verified_address" {
			t.Errorf("%+v, %v", joins, err)
		}
	})
}
