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

// Invited returns who stands behind an address that came by an invitation which was
// sent to a customer. One never seen before becomes theirs, with that as the
// evidence: nobody vouches for it, and a person may take it back. One that is known
// stays whose it is. It asks for no permission.
func (s *Service) Invited(ctx context.Context, tx *db.Tx, customer id.Customer, seen Seen) (Party, error) {
	const op = "customer.Invited"
	seen.DisplayName, seen.Verified = clip.Characters(strings.TrimSpace(seen.DisplayName), MaxName), false
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
	party, err := s.theirs(ctx, tx, c, seen, ByInvitation)
	return party, errs.Op(op, err)
}

// Hint keeps what was seen that speaks for two customers of one brand being one. It
// joins nobody: it is a reason of a suggestion. It asks for no permission.
func (s *Service) Hint(ctx context.Context, tx *db.Tx, one, other id.Customer, why Reason) error {
	for _, pair := range [][2]id.Customer{{one, other}, {other, one}} {
		_, err := db.Exec(ctx, tx, `INSERT INTO customer_hint (tenant_id, customer_id, other_id, reason, made_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (tenant_id, customer_id, other_id, reason) DO NOTHING`, actor.From(ctx).Tenant, pair[0], pair[1], string(why), tx.Now())
		if err != nil {
			return errs.Op("customer.Hint", err)
		}
	}
	return nil
}

// hinted finds of whom it was seen that they opened an invitation to c, or c one to them.
func (s *Service) hinted(ctx context.Context, c Customer) ([]id.Customer, error) {
	return db.Many[id.Customer](ctx, s.db, `SELECT other_id FROM customer_hint WHERE tenant_id = $1 AND customer_id = $2 AND reason = $3
		ORDER BY made_at DESC, other_id DESC LIMIT 20`, actor.From(ctx).Tenant, c.ID, string(OpenedInvitation))
}
