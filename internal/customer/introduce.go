package customer

import (
	"cmp"
	"context"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/clip"
	"github.com/zongler/zongler/internal/platform/db"
)

// Introduce keeps what a provider says of who somebody is now, not in passing. A name that was the provider's so far
// changes with it, a language and a number that were missing are filled in; what people have written stands. It asks for no permission.
func (s *Service) Introduce(ctx context.Context, tx *db.Tx, seen Seen, known []Seen) error {
	const op = "customer.Introduce"
	party, err := s.ResolveKnown(ctx, tx, seen, known)
	if err != nil || party.Created {
		return errs.Op(op, err)
	}
	before, err := s.lock(ctx, tx, party.Customer)
	if err != nil {
		return errs.Op(op, err)
	}
	after := before
	if name := clip.Characters(strings.TrimSpace(seen.DisplayName), MaxName); name != "" {
		said, err := s.rename(ctx, tx, party, name)
		if err != nil {
			return errs.Op(op, err)
		}
		if before.Name == said {
			after.Name = name
		}
	}
	after.Language = cmp.Or(before.Language, clip.Characters(seen.Language, maxLanguage))
	after.Phone = cmp.Or(before.Phone, clip.Characters(seen.Phone, MaxPhone))
	if after.Name == before.Name && after.Language == before.Language && after.Phone == before.Phone {
		return nil
	}
	told, err := changesOf(ctx, tx, before, after)
	if err == nil {
		err = s.save(ctx, tx, after, told)
	}
	return errs.Op(op, err)
}

// rename keeps by which name a provider knows a contact point, and returns the one before.
func (s *Service) rename(ctx context.Context, tx *db.Tx, p Party, name string) (before string, err error) {
	tenant := actor.From(ctx).Tenant
	before, err = db.One[string](ctx, tx, `SELECT display_name FROM contact_point WHERE tenant_id = $1 AND id = $2`, tenant, p.ContactPoint)
	if err != nil || before == name {
		return before, err
	}
	_, err = db.Exec(ctx, tx, `UPDATE contact_point SET display_name = $3 WHERE tenant_id = $1 AND id = $2`, tenant, p.ContactPoint, name)
	return before, err
}
