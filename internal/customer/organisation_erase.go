package customer

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Reach returns an organisation with which the actor of ctx may do p, or NotFound. lock is empty or that of a transaction.
func (s *Organisations) Reach(ctx context.Context, q db.Queryer, p actor.Permission, key id.Organisation, lock string) (Organisation, error) {
	const op = "customer.ReachOrganisation"
	if _, err := actor.Require(ctx, op, p); err != nil {
		return Organisation{}, err
	}
	o, err := s.find(ctx, q, p, key, lock)
	return o, errs.Op(op, err)
}

// Same returns an organisation with all that are held to be it, itself first. It asks for no permission.
func (s *Organisations) Same(ctx context.Context, q db.Queryer, key id.Organisation) ([]id.Organisation, error) {
	all, err := db.Many[id.Organisation](ctx, q, `WITH RECURSIVE same (id, hops) AS (SELECT CAST($2 AS BIGINT), 0 UNION ALL
			SELECT o.id, s.hops + 1 FROM same s JOIN organisation o ON o.tenant_id = $1 AND o.joined_into = s.id WHERE o.joined_into <> 0 AND s.hops < 100)
		SELECT id FROM same ORDER BY hops, id LIMIT `+MaxSame, actor.From(ctx).Tenant, key)
	return all, errs.Op("customer.SameOrganisation", err)
}

// Belonging says that somebody belongs to an organisation.
type Belonging struct {
	ID             id.Customer
	OrganisationID id.Organisation
}

// Belonging returns those of customers who belong to one of organisations. It asks for no permission.
func (s *Organisations) Belonging(ctx context.Context, q db.Queryer, customers []id.Customer, organisations []id.Organisation) ([]Belonging, error) {
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "id", customers)
	db.In(w, "organisation_id", organisations)
	found, err := db.Many[Belonging](ctx, q, `SELECT id, organisation_id FROM customer`+w.SQL()+` ORDER BY id`, w.Args()...)
	return found, errs.Op("customer.Belonging", err)
}

// Held returns what each of organisations is held to be; 0: itself. What was erased is not among them. It asks for no permission.
func (s *Organisations) Held(ctx context.Context, q db.Queryer, organisations []id.Organisation) (map[id.Organisation]id.Organisation, error) {
	type joined struct {
		ID         id.Organisation
		JoinedInto id.Organisation
	}
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	w.And("erased_at = 0")
	db.In(w, "id", organisations)
	rows, err := db.Many[joined](ctx, q, `SELECT id, joined_into FROM organisation`+w.SQL(), w.Args()...)
	into := map[id.Organisation]id.Organisation{}
	for _, r := range rows {
		into[r.ID] = r.JoinedInto
	}
	return into, errs.Op("customer.Held", err)
}

// LetGo says of all people of an organisation but some that they belong to none, and returns how many those were. It asks for no permission.
func (s *Organisations) LetGo(ctx context.Context, tx *db.Tx, key id.Organisation, but []id.Customer) (int64, error) {
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	w.And("organisation_id = ?", key)
	w.And("organisation_id <> 0")
	if len(but) > 0 {
		w.And("NOT " + db.OneOf(w, "id", but))
	}
	n, err := db.Exec(ctx, tx, `UPDATE customer SET organisation_id = 0, rev = rev + 1, changed_at = `+w.Arg(tx.Now())+w.SQL(), w.Args()...)
	return n, errs.Op("customer.LetGo", err)
}

// Forget removes all that is known of organisations that are held to be one, and that their people
// belong to them. The rows stay, for what names them. It asks for no permission, nor for holds: that
// is for the desk of privacy, which tells why it was done.
func (s *Organisations) Forget(ctx context.Context, tx *db.Tx, brand id.Brand, all []id.Organisation) (people int64, err error) {
	const op = "customer.ForgetOrganisation"
	tenant := actor.From(ctx).Tenant
	for _, key := range all {
		n, err := s.LetGo(ctx, tx, key, nil)
		if err != nil {
			return 0, errs.Op(op, err)
		}
		people += n
		for _, text := range []string{
			`DELETE FROM organisation_domain WHERE tenant_id = $1 AND organisation_id = $2`,
			`DELETE FROM organisation_moved WHERE tenant_id = $1 AND join_id IN (SELECT id FROM organisation_join WHERE tenant_id = $1 AND into_id = $2)`,
			`DELETE FROM organisation_moved WHERE tenant_id = $1 AND join_id IN (SELECT id FROM organisation_join WHERE tenant_id = $1 AND from_id = $2)`,
			`DELETE FROM organisation_join WHERE tenant_id = $1 AND into_id = $2`,
			`DELETE FROM organisation_join WHERE tenant_id = $1 AND from_id = $2`,
		} {
			if err := db.Write(ctx, tx, text, tenant, key); err != nil {
				return 0, errs.Op(op, err)
			}
		}
		if _, err := db.Exec(ctx, tx, `UPDATE organisation SET name = '', name_folded = '', phone = '', website = '', about = '', domains = '[]', fields = '{}', archived = TRUE,
			rev = rev + 1, changed_at = $3, erased_at = $3 WHERE tenant_id = $1 AND id = $2`, tenant, key, tx.Now()); err != nil {
			return 0, errs.Op(op, err)
		}
		if err := tx.Record(ctx, fact.OrganisationChanged{Organisation: key, Brand: brand, Archived: true, Erased: true}); err != nil {
			return 0, errs.Op(op, err)
		}
	}
	return people, nil
}
