package customer_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

const (
	falaNet  id.Brand = 10
	vasarfia id.Brand = 11
)

// follower keeps what it was told.
type follower struct {
	mu    sync.Mutex
	names map[id.Customer]string
	moved map[id.ContactPoint]id.Customer
	own   []id.Customer
}

func newFollower() *follower {
	return &follower{names: map[id.Customer]string{}, moved: map[id.ContactPoint]id.Customer{}}
}

func (f *follower) CustomersOf(context.Context, db.Queryer, id.User) ([]id.Customer, error) {
	return f.own, nil
}

func (f *follower) CustomerRenamed(_ context.Context, _ *db.Tx, c id.Customer, name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.names[c] = name
	return nil
}

func (f *follower) ContactMoved(_ context.Context, _ *db.Tx, p id.ContactPoint, c id.Customer, _ string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.moved[p] = c
	return nil
}

func resolve(ctx context.Context, t *testing.T, d *db.DB, s *customer.Service, seen customer.Seen) customer.Party {
	t.Helper()
	var party customer.Party
	err := d.Update(ctx, func(tx *db.Tx) (err error) {
		party, err = s.Resolve(ctx, tx, seen)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return party
}

func visitor(external, name string) customer.Seen {
	return customer.Seen{Brand: falaNet, Provider: "webchat", ExternalID: external, DisplayName: name}
}

func kinds(ctx context.Context, t *testing.T, d *db.DB) []string {
	t.Helper()
	kinds, err := db.Many[string](ctx, d, `SELECT kind FROM fact ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	return kinds
}

func TestAnAddressSeenByManyAtOnceIsOneCustomer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := dbtest.As(t, 1), customer.New(d, newFollower())
		var (
			wg    sync.WaitGroup
			mu    sync.Mutex
			found = map[id.Customer]bool{}
		)
		for range 12 {
			wg.Go(func() {
				var p customer.Party
				err := d.Update(ctx, func(tx *db.Tx) (err error) {
					p, err = s.Resolve(ctx, tx, visitor("v1", "Zofia Wilk"))
					return err
				})
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				found[p.Customer] = true // not before: a try that lost may run again
			})
		}
		wg.Wait()
		if n, _ := db.One[int](ctx, d, `SELECT COUNT(*) FROM customer`); n != 1 || len(found) != 1 {
			t.Errorf("%d customers stored, %d returned", n, len(found))
		}
		if got := kinds(ctx, t, d); !slices.Equal(got, []string{"claim.made", "customer.created"}) {
			t.Errorf("facts %v", got)
		}
	})
}

func TestTheSameAddressAtAnotherBrandIsAnotherCustomer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := dbtest.As(t, 1), customer.New(d, newFollower())
		one := resolve(ctx, t, d, s, visitor("v1", ""))
		seen := visitor("v1", "")
		seen.Brand = vasarfia
		if two := resolve(ctx, t, d, s, seen); two.Customer == one.Customer {
			t.Error("one customer for two brands")
		}
		if three := resolve(dbtest.As(t, 2), t, d, s, visitor("v1", "")); three.Customer == one.Customer {
			t.Error("one customer for two tenants")
		}
	})
}

func TestAMissingNameIsLearntAndFollowed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFollower()
		ctx, s := dbtest.As(t, 1), customer.New(d, f)
		p := resolve(ctx, t, d, s, visitor("v1", ""))
		named := resolve(ctx, t, d, s, visitor("v1", "Zofia Wilk"))
		if named.Name != "Zofia Wilk" || f.names[p.Customer] != "Zofia Wilk" {
			t.Errorf("named %q, followed %q", named.Name, f.names[p.Customer])
		}
		if again := resolve(ctx, t, d, s, visitor("v1", "Somebody Else")); again.Name != "Zofia Wilk" {
			t.Errorf("a visitor renamed the customer to %q", again.Name)
		}
	})
}

// What a provider says of somebody changes with them; what people have written stands.
func TestWhoIsIntroducedAnewIsRenamed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFollower()
		ctx, s := dbtest.As(t, 1), customer.New(d, f)
		introduce := func(name, language, phone string) customer.Customer {
			seen := visitor("v1", name)
			seen.Language, seen.Phone = language, phone
			if err := d.Update(ctx, func(tx *db.Tx) error { return s.Introduce(ctx, tx, seen, nil) }); err != nil {
				t.Fatal(err)
			}
			card, err := s.Get(ctx, resolve(ctx, t, d, s, visitor("v1", "")).Customer)
			if err != nil {
				t.Fatal(err)
			}
			return card.Customer
		}
		first := introduce("Zofia Wilk", "", "")
		if got := introduce("Zofia Wilk-Nowak", "pl", "+48123"); got.ID != first.ID || got.Name != "Zofia Wilk-Nowak" || got.Language != "pl" || got.Phone != "+48123" {
			t.Errorf("%+v", got)
		}
		if f.names[first.ID] != "Zofia Wilk-Nowak" {
			t.Errorf("her conversations are told %q", f.names[first.ID])
		}
		if got := introduce("", "hu", "+36123"); got.Name != "Zofia Wilk-Nowak" || got.Language != "pl" || got.Phone != "+48123" {
			t.Errorf("what was known is lost: %+v", got)
		}
		if _, err := s.Update(ctx, first.ID, customer.Details{Name: new("Pani Zofia")}); err != nil {
			t.Fatal(err)
		}
		if got := introduce("Zofia Lis", "", ""); got.Name != "Pani Zofia" {
			t.Errorf("what a person wrote became %q", got.Name)
		}
	})
}

func TestASignedIdentityIsEvidence(t *testing.T) {
	t.Parallel()
	signed := func(external string) customer.Seen {
		seen := visitor(external, "Zofia Wilk")
		seen.Verified, seen.EntryPoint = true, 20
		return seen
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := dbtest.As(t, 1), customer.New(d, newFollower())
		claims := func(c id.Customer) (got []customer.Evidence) {
			card, err := s.Get(ctx, c)
			if err != nil {
				t.Fatal(err)
			}
			for _, cl := range card.Claims {
				got = append(got, cl.Evidence)
				if (cl.Evidence == customer.Verified) != (cl.EntryPointID == 20) {
					t.Errorf("%+v", cl)
				}
			}
			return got
		}
		fresh := resolve(ctx, t, d, s, signed("v1"))
		if got := claims(fresh.Customer); !slices.Equal(got, []customer.Evidence{customer.Verified}) {
			t.Errorf("known from the beginning: %v", got)
		}
		later := resolve(ctx, t, d, s, visitor("v2", "Adam Lis"))
		for range 2 {
			resolve(ctx, t, d, s, signed("v2"))
		}
		if got := claims(later.Customer); !slices.Equal(got, []customer.Evidence{customer.Verified, customer.FirstContact}) {
			t.Errorf("known later: %v", got)
		}
		if n, err := db.One[int](ctx, d, `SELECT COUNT(*) FROM claim WHERE contact_point_id = $1 AND revoked_at = 0`, later.ContactPoint); n != 1 || err != nil {
			t.Errorf("%d claims stand, %v", n, err)
		}
		linked := resolve(ctx, t, d, s, visitor("v3", ""))
		other := resolve(ctx, t, d, s, visitor("v4", "Ewa Lis"))
		if err := s.Link(ctx, other.Customer, linked.ContactPoint); err != nil {
			t.Fatal(err)
		}
		if got := resolve(ctx, t, d, s, signed("v3")); got.Customer != other.Customer {
			t.Errorf("a token undoes what a person said: %+v", got)
		}
		if got := claims(other.Customer); !slices.Equal(got, []customer.Evidence{customer.ByAgent, customer.FirstContact}) {
			t.Errorf("said by a person: %v", got)
		}
	})
}

func TestLinkMovesAnAddressAndUnlinkTakesItBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFollower()
		ctx, s := dbtest.As(t, 1), customer.New(d, f)
		chat := resolve(ctx, t, d, s, visitor("v1", "Zofia Wilk"))
		phone := resolve(ctx, t, d, s, visitor("v2", "Z. Wilk"))
		if err := s.Link(ctx, chat.Customer, phone.ContactPoint); err != nil {
			t.Fatal(err)
		}
		card, err := s.Get(ctx, chat.Customer)
		if err != nil || len(card.Points) != 2 || len(card.Claims) != 2 {
			t.Fatalf("%+v %v", card, err)
		}
		if f.moved[phone.ContactPoint] != chat.Customer {
			t.Error("conversations did not follow the link")
		}
		linked := card.Claims[0]
		alone, err := s.Unlink(ctx, linked.ID)
		if err != nil || alone.Name != "Z. Wilk" || f.moved[phone.ContactPoint] != alone.ID {
			t.Fatalf("%+v %v", alone, err)
		}
		if _, err := s.Unlink(ctx, linked.ID); errs.CodeOf(err) != "claim.revoked" {
			t.Errorf("a second unlink gives %v", err)
		}
		seen := visitor("v3", "")
		seen.Brand = vasarfia
		other := resolve(ctx, t, d, s, seen)
		if err := s.Link(ctx, chat.Customer, other.ContactPoint); errs.CodeOf(err) != "customer.other_brand" {
			t.Errorf("a link across brands gives %v", err)
		}
	})
}

func TestUpdateRefusesWhatAnotherHasChanged(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := dbtest.As(t, 1), customer.New(d, newFollower())
		p := resolve(ctx, t, d, s, visitor("v1", "Zofia Wilk"))
		c, err := s.Update(ctx, p.Customer, customer.Details{Name: new("Zofia Wilk-Nowak"), Rev: 1})
		if err != nil || c.Rev != 2 {
			t.Fatalf("%+v %v", c, err)
		}
		if _, err := s.Update(ctx, p.Customer, customer.Details{Name: new("X"), Rev: 1}); errs.CodeOf(err) != "customer.changed" {
			t.Errorf("an old version gives %v", err)
		}
		if _, err := s.Update(ctx, p.Customer, customer.Details{Email: new("nowhere")}); !errs.Is(errs.Invalid, err) {
			t.Errorf("a bad address gives %v", err)
		}
	})
}

func TestSearchFindsByBeginningsWithinTheActorsRights(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFollower()
		ctx, s := dbtest.As(t, 1), customer.New(d, f)
		zofia := resolve(ctx, t, d, s, visitor("v1", "Zofia Żółć"))
		resolve(ctx, t, d, s, visitor("v2", "Adam Lis-Wolny"))
		if _, err := s.Update(ctx, zofia.Customer, customer.Details{Phone: new("+48 600 700 800")}); err != nil {
			t.Fatal(err)
		}
		agent := actor.Actor{Kind: actor.User, Tenant: 1, User: 5, Rights: actor.Agent.Rights(), Brands: actor.Brands{Some: []id.Brand{falaNet}}}
		elsewhere, expert, blind := agent, agent, agent
		elsewhere.Brands.Some = []id.Brand{vasarfia}
		expert.Rights = actor.Expert.Rights()
		blind.Rights = actor.Rights{actor.CustomerRead: actor.InBrand}
		cases := []struct {
			name, text string
			who        actor.Actor
			want       []string
		}{
			{"folded beginning of the family name", "zolc", agent, []string{"Zofia Żółć"}},
			{"two beginnings in any order", "Żół zof", agent, []string{"Zofia Żółć"}},
			{"second half of a double name", "wolny", agent, []string{"Adam Lis-Wolny"}},
			{"a number with its plus", "+48 600 7", agent, []string{"Zofia Żółć"}},
			{"a number written in groups", "48 600 700", agent, []string{"Zofia Żółć"}},
			{"nothing typed lists all, newest first", "", agent, []string{"Adam Lis-Wolny", "Zofia Żółć"}},
			{"another brand's agent finds nothing", "zolc", elsewhere, nil},
			{"an expert finds only the customers of own work", "", expert, nil},
			{"without the right to names one sees initials", "zolc", blind, []string{"Z. Ż."}},
		}
		for _, c := range cases {
			found, err := s.Search(actor.With(ctx, c.who), customer.Query{Text: c.text, Limit: 10})
			var names []string
			for _, f := range found {
				names = append(names, f.Name)
			}
			if err != nil || !slices.Equal(names, c.want) {
				t.Errorf("%s: %q %v", c.name, names, err)
			}
		}
		if _, err := s.Get(actor.With(ctx, elsewhere), zofia.Customer); !errs.Is(errs.NotFound, err) {
			t.Errorf("another brand's customer gives %v", err)
		}
		if _, err := s.Search(actor.With(ctx, actor.Actor{Kind: actor.User, Tenant: 1}), customer.Query{}); !errs.Is(errs.Forbidden, err) {
			t.Errorf("no right gives %v", err)
		}
	})
}

func TestEditingReachesNoFurtherThanItsScope(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFollower()
		ctx, s := dbtest.As(t, 1), customer.New(d, f)
		mine := resolve(ctx, t, d, s, visitor("v1", "Zofia Wilk"))
		other := resolve(ctx, t, d, s, visitor("v2", "Adam Lis"))
		card, err := s.Get(ctx, other.Customer)
		if err != nil {
			t.Fatal(err)
		}
		f.own = []id.Customer{mine.Customer}
		editor := actor.With(ctx, actor.Actor{
			Kind: actor.User, Tenant: 1, User: 5, Brands: actor.Brands{Some: []id.Brand{falaNet}},
			Rights: actor.Rights{actor.CustomerEdit: actor.Own, actor.CustomerRead: actor.InBrand, actor.NamesRead: actor.InBrand},
		})
		if c, err := s.Update(editor, mine.Customer, customer.Details{Company: new("Wilk")}); err != nil || c.Name != "Zofia Wilk" {
			t.Errorf("the customer of own work: %+v %v", c, err)
		}
		refused := map[string]error{
			"an address of another's customer": s.Link(editor, mine.Customer, other.ContactPoint),
			"another's customer as the target": s.Link(editor, other.Customer, mine.ContactPoint),
		}
		_, refused["details of another's customer"] = s.Update(editor, other.Customer, customer.Details{Company: new("Lis")})
		_, refused["a claim of another's customer"] = s.Unlink(editor, card.Claims[0].ID)
		for what, err := range refused {
			if !errs.Is(errs.NotFound, err) {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

func TestAnswersToEditorsHideNamesFromThoseWhoMayNotReadThem(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := dbtest.As(t, 1), customer.New(d, newFollower())
		p := resolve(ctx, t, d, s, visitor("v1", "Zofia Wilk"))
		if _, err := s.Update(ctx, p.Customer, customer.Details{Email: new("zofia@example.pl"), Phone: new("+48600700800")}); err != nil {
			t.Fatal(err)
		}
		blind := actor.With(ctx, actor.Actor{
			Kind: actor.User, Tenant: 1, User: 5, Brands: actor.Brands{All: true},
			Rights: actor.Rights{actor.CustomerEdit: actor.InBrand, actor.CustomerRead: actor.InBrand},
		})
		c, err := s.Update(blind, p.Customer, customer.Details{Language: new("pl")})
		if err != nil || c.Name != "Z. W." || c.Email+c.Phone != "" || c.Language != "pl" {
			t.Errorf("a change answers %+v %v", c, err)
		}
		card, err := s.Get(ctx, p.Customer)
		if err != nil {
			t.Fatal(err)
		}
		if alone, err := s.Unlink(blind, card.Claims[0].ID); err != nil || alone.Name != "Z. W." {
			t.Errorf("a claim taken back answers %+v %v", alone, err)
		}
	})
}

func TestADeadAddressIsMarkedUntilSomebodyWritesFromIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := dbtest.As(t, 1), customer.New(d, newFollower())
		var p customer.Party
		do := func(fn func(tx *db.Tx) error) {
			if err := d.Update(ctx, fn); err != nil {
				t.Fatal(err)
			}
		}
		do(func(tx *db.Tx) (err error) {
			p, err = s.Resolve(ctx, tx, customer.Seen{Brand: falaNet, Provider: "email", ExternalID: "zofia@posta.example"})
			return err
		})
		marked := func() bool {
			point, err := s.PointOf(ctx, d, p.ContactPoint)
			if err != nil {
				t.Fatal(err)
			}
			return !point.BouncedAt.IsZero() && point.BounceReason == "5.1.1 gone"
		}
		do(func(tx *db.Tx) error { return s.MarkBounced(ctx, tx, vasarfia, "zofia@posta.example", "5.1.1 gone") })
		if marked() {
			t.Error("another brand's bounce marks it")
		}
		do(func(tx *db.Tx) error { return s.MarkBounced(ctx, tx, falaNet, "zofia@posta.example", "5.1.1 gone") })
		if !marked() {
			t.Error("it is not marked")
		}
		do(func(tx *db.Tx) error { return s.ClearBounce(ctx, tx, falaNet, "zofia@posta.example") })
		if marked() {
			t.Error("it is still marked")
		}
	})
}
