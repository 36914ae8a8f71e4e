package customer

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/clip"
	"github.com/zongler/zongler/internal/platform/db"
)

// providerEmail is the provider of addresses of mail.
const providerEmail = "email"

// PointOf returns a contact point of the actor's tenant. It asks for no permission.
func (s *Service) PointOf(ctx context.Context, q db.Queryer, point id.ContactPoint) (ContactPoint, error) {
	w := scope(actor.From(ctx))
	w.And("id = ?", point)
	p, err := db.One[ContactPoint](ctx, q, `SELECT `+pointColumns+` FROM contact_point`+w.SQL(), w.Args()...)
	return p, errs.Op("customer.PointOf", err)
}

// LanguageOf returns the language of a customer; empty: it is not known. It asks for no permission.
func (s *Service) LanguageOf(ctx context.Context, q db.Queryer, customer id.Customer) (string, error) {
	language, _, err := db.Find[string](ctx, q, `SELECT language FROM customer WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, customer)
	return language, errs.Op("customer.LanguageOf", err)
}

// MarkBounced marks a mail address of a brand's customers at which nothing arrives.
// One that is nobody's is not marked.
func (s *Service) MarkBounced(ctx context.Context, tx *db.Tx, brand id.Brand, address, reason string) error {
	_, err := db.Exec(ctx, tx, `UPDATE contact_point SET bounced_at = $6, bounce_reason = $7
		WHERE tenant_id = $1 AND brand_id = $2 AND provider = $3 AND scope = $4 AND external_id = $5`,
		actor.From(ctx).Tenant, brand, providerEmail, "", address, tx.Now(), clip.Characters(reason, MaxName))
	return errs.Op("customer.MarkBounced", err)
}

// EmailOf returns the mail address on the card of a customer of the actor's tenant; empty if there is none. It asks for no permission.
func (s *Service) EmailOf(ctx context.Context, q db.Queryer, customer id.Customer) (string, error) {
	w := scope(actor.From(ctx))
	w.And("id = ?", customer)
	address, _, err := db.Find[string](ctx, q, `SELECT email FROM customer`+w.SQL(), w.Args()...)
	return address, errs.Op("customer.EmailOf", err)
}

// ClearBounce takes the mark back: somebody has written from the address.
func (s *Service) ClearBounce(ctx context.Context, tx *db.Tx, brand id.Brand, address string) error {
	err := db.Write(ctx, tx, `UPDATE contact_point SET bounced_at = 0, bounce_reason = ''
		WHERE tenant_id = $1 AND brand_id = $2 AND provider = $3 AND scope = $4 AND external_id = $5 AND bounced_at <> 0`,
		actor.From(ctx).Tenant, brand, providerEmail, "", address)
	return errs.Op("customer.ClearBounce", err)
}
