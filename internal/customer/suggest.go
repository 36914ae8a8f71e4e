package customer

import (
	"context"
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/db"
)

// Reason says why two customers may be one. None of them joins anybody by itself.
type Reason string

// Reasons, the strongest first.
const (
	SameVerified Reason = "same_verified_address" // of one kind, vouched for at both places: a mail address, a signed external id
	// OpenedInvitation is that who is signed in as the one opened an invitation that was sent to the other.
	OpenedInvitation Reason = "opened_invitation"
	SamePhone        Reason = "same_phone"
	NameAndEmail     Reason = "similar_name_same_email" // nobody vouches for the address
)

// Suggestion is a customer who may be the same.
type Suggestion struct {
	Customer Customer
	Reasons  []Reason // the strongest first
}

// minDigits is how long a number must be to say anything.
const minDigits = 7

// Suggestions returns customers of the same brand who may be the same as one, with
// the reasons. A cookie, a name alone or a mail address alone that nobody vouches for is none.
func (s *Service) Suggestions(ctx context.Context, customer id.Customer) ([]Suggestion, error) {
	const op = "customer.Suggestions"
	card, err := s.card(ctx, op, customer)
	if err != nil {
		return nil, err
	}
	reasons := map[id.Customer][]Reason{}
	note := func(found []id.Customer, r Reason) {
		for _, other := range found {
			if other != customer && !slices.Contains(reasons[other], r) {
				reasons[other] = append(reasons[other], r)
			}
		}
	}
	for _, find := range []struct {
		reason Reason
		by     func(context.Context, Customer) ([]id.Customer, error)
	}{{SameVerified, s.sameVerified}, {OpenedInvitation, s.hinted}, {SamePhone, s.samePhone}, {NameAndEmail, s.sameNameAndEmail}} {
		found, err := find.by(ctx, card.Customer)
		if err != nil {
			return nil, errs.Op(op, err)
		}
		note(found, find.reason)
	}
	out, err := s.suggested(ctx, reasons)
	return out, errs.Op(op, err)
}

// card returns a customer that the actor may know, unmasked, for comparisons.
func (s *Service) card(ctx context.Context, op string, customer id.Customer) (Card, error) {
	a, err := actor.Require(ctx, op, actor.CustomerRead)
	if err != nil {
		return Card{}, err
	}
	card, err := s.readCard(ctx, s.db, a, customer)
	return card, errs.Op(op, err)
}

// suggested reads those of the customers found that the actor may know, the strongest reason first.
func (s *Service) suggested(ctx context.Context, reasons map[id.Customer][]Reason) ([]Suggestion, error) {
	keys := make([]id.Customer, 0, len(reasons))
	for key := range reasons {
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, nil
	}
	w := scope(actor.From(ctx))
	db.In(w, "id", keys)
	w.And("joined_into = 0")
	if err := s.narrow(ctx, s.db, w, actor.CustomerRead, "id"); err != nil {
		return nil, err
	}
	found, err := db.Many[Customer](ctx, s.db, `SELECT `+customerColumns+` FROM customer`+w.SQL()+` ORDER BY id DESC LIMIT 20`, w.Args()...)
	if err != nil {
		return nil, err
	}
	order := []Reason{SameVerified, OpenedInvitation, SamePhone, NameAndEmail}
	out := make([]Suggestion, len(found))
	for i, c := range found {
		out[i] = Suggestion{c.shownTo(ctx), reasons[c.ID]}
	}
	slices.SortStableFunc(out, func(a, b Suggestion) int {
		return slices.Index(order, a.Reasons[0]) - slices.Index(order, b.Reasons[0])
	})
	return out, nil
}

// sameVerified finds who has an address of the same kind and text, vouched for as that of c is.
func (s *Service) sameVerified(ctx context.Context, c Customer) ([]id.Customer, error) {
	return db.Many[id.Customer](ctx, s.db, `SELECT DISTINCT o.customer_id FROM contact_point p
		JOIN contact_point o ON o.tenant_id = p.tenant_id AND o.brand_id = p.brand_id AND o.provider = p.provider AND o.external_id = p.external_id
			AND o.verified AND o.customer_id <> p.customer_id
		WHERE p.tenant_id = $1 AND p.customer_id = $2 AND p.verified LIMIT 20`, actor.From(ctx).Tenant, c.ID)
}

// samePhone finds who has the same number.
func (s *Service) samePhone(ctx context.Context, c Customer) ([]id.Customer, error) {
	digits := digitsOf(c.Phone)
	if len(digits) < minDigits {
		return nil, nil
	}
	return s.withTerm(ctx, c, digits)
}

func (s *Service) withTerm(ctx context.Context, c Customer, term string) ([]id.Customer, error) {
	return db.Many[id.Customer](ctx, s.db, `SELECT customer_id FROM customer_term WHERE tenant_id = $1 AND term = $2 AND brand_id = $3 AND customer_id <> $4
		ORDER BY customer_id DESC LIMIT 20`, actor.From(ctx).Tenant, term, c.BrandID, c.ID)
}

// sameNameAndEmail finds who has the same mail address and a word of the same name.
func (s *Service) sameNameAndEmail(ctx context.Context, c Customer) ([]id.Customer, error) {
	name, mail := fold.Words(c.Name), strings.ToLower(c.Email)
	words := fold.Words(c.Email)
	if len(name) == 0 || mail == "" || len(words) == 0 {
		return nil, nil
	}
	rare := slices.MaxFunc(words, func(a, b string) int { return len(a) - len(b) })
	likely, err := s.withTerm(ctx, c, rare)
	if err != nil || len(likely) == 0 {
		return nil, err
	}
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "id", likely)
	found, err := db.Many[Customer](ctx, s.db, `SELECT `+customerColumns+` FROM customer`+w.SQL(), w.Args()...)
	var same []id.Customer
	for _, o := range found {
		shares := slices.ContainsFunc(fold.Words(o.Name), func(word string) bool { return len(word) > 2 && slices.Contains(name, word) })
		if strings.ToLower(o.Email) == mail && shares {
			same = append(same, o.ID)
		}
	}
	return same, err
}
