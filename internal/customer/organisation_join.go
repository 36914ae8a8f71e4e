package customer

import (
	"context"
	"strconv"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// MaxPeopleJoined bounds the people that go from one organisation to another at once.
const MaxPeopleJoined = 10_000

// OrganisationJoin is the statement that one organisation is another.
type OrganisationJoin struct {
	ID       id.OrganisationJoin
	BrandID  id.Brand
	FromID   id.Organisation
	IntoID   id.Organisation
	Moved    int64 // how many people went with it
	MadeBy   id.User
	MadeAt   time.Time
	UndoneBy id.User
	UndoneAt time.Time

	From string `db:"-"` // in lists: how they are called
	Into string `db:"-"`
}

const organisationJoinColumns = `id, brand_id, from_id, into_id, moved, made_by, made_at, undone_by, undone_at`

// JoinInto says that an organisation is another of the same brand: its people belong to the
// other from now on, and its domains suggest the other. What was kept of it stays, so that
// Split gives everything back.
func (s *Organisations) JoinInto(ctx context.Context, from, into id.Organisation) (OrganisationJoin, error) {
	const op = "customer.JoinOrganisation"
	who, err := s.requireBrand(ctx, op)
	if err != nil {
		return OrganisationJoin{}, err
	}
	var made OrganisationJoin
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		a, b, err := s.lockPair(ctx, tx, from, into)
		if err != nil {
			return err
		}
		if err := joinableOrganisations(op, a, b); err != nil {
			return err
		}
		made = OrganisationJoin{ID: id.New[id.OrganisationJoin](), BrandID: b.BrandID, FromID: a.ID, IntoID: b.ID, MadeBy: who.User, MadeAt: tx.Now()}
		if made.Moved, err = s.moveAll(ctx, tx, op, made); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `INSERT INTO organisation_join (tenant_id, id, brand_id, from_id, into_id, moved, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			who.Tenant, made.ID, made.BrandID, made.FromID, made.IntoID, made.Moved, made.MadeBy, made.MadeAt); err != nil {
			return err
		}
		a.JoinedInto = b.ID
		if err := s.holdToBe(ctx, tx, a, b); err != nil {
			return err
		}
		return s.told(ctx, tx, audit.Entry{Action: "organisation.join", After: map[string]any{"joined_into": b.ID, "people": made.Moved}}, a, b)
	})
	return made, errs.Op(op, err)
}

// requireBrand returns the actor of ctx, who may edit the customers of their brands.
func (s *Organisations) requireBrand(ctx context.Context, op string) (actor.Actor, error) {
	a, err := actor.Require(ctx, op, actor.CustomerEdit)
	if err == nil && a.Scope(actor.CustomerEdit) < actor.InBrand {
		err = errs.New(errs.Forbidden, op, "forbidden").With(errs.Values{"permission": string(actor.CustomerEdit)})
	}
	return a, err
}

// lockPair locks two organisations in the order of their keys.
func (s *Organisations) lockPair(ctx context.Context, tx *db.Tx, from, into id.Organisation) (a, b Organisation, err error) {
	lock := func(key id.Organisation) (Organisation, error) {
		return s.find(ctx, tx, actor.CustomerEdit, key, tx.ForUpdate())
	}
	if into < from {
		if b, err = lock(into); err != nil {
			return a, b, missingField("customer.lockPair", "into_id", err)
		}
		a, err = lock(from)
		return a, b, err
	}
	if a, err = lock(from); err != nil || from == into {
		return a, a, err
	}
	b, err = lock(into)
	return a, b, missingField("customer.lockPair", "into_id", err)
}

func joinableOrganisations(op string, from, into Organisation) error {
	switch {
	case from.ID == into.ID:
		return errs.New(errs.Invalid, op, "organisation.same")
	case from.BrandID != into.BrandID:
		return errs.New(errs.Invalid, op, "customer.other_brand")
	case from.JoinedInto != 0 || into.JoinedInto != 0:
		return errs.New(errs.Conflict, op, "organisation.joined")
	case !from.ErasedAt.IsZero() || !into.ErasedAt.IsZero():
		return errs.New(errs.Conflict, op, "organisation.erased")
	}
	return nil
}

// moveAll gives the people of one organisation to another, remembers who they were and returns how many.
func (s *Organisations) moveAll(ctx context.Context, tx *db.Tx, op string, j OrganisationJoin) (int64, error) {
	tenant := actor.From(ctx).Tenant
	n, err := db.Exec(ctx, tx, `INSERT INTO organisation_moved (tenant_id, join_id, customer_id) SELECT tenant_id, CAST($3 AS BIGINT), id FROM customer
		WHERE tenant_id = $1 AND organisation_id = $2 AND organisation_id <> 0 LIMIT `+strconv.Itoa(MaxPeopleJoined+1), tenant, j.FromID, j.ID)
	if err != nil {
		return 0, err
	}
	if n > MaxPeopleJoined {
		return 0, errs.New(errs.Exhausted, op, "organisation.too_many_people").With(errs.Values{"max": MaxPeopleJoined})
	}
	_, err = db.Exec(ctx, tx, `UPDATE customer SET organisation_id = $3, rev = rev + 1, changed_at = $4 WHERE tenant_id = $1 AND organisation_id = $2 AND organisation_id <> 0`,
		tenant, j.FromID, j.IntoID, tx.Now())
	return n, err
}

// holdToBe keeps which organisation another is held to be, and by which domains both are suggested from now on.
func (s *Organisations) holdToBe(ctx context.Context, tx *db.Tx, o, other Organisation) error {
	if _, err := db.Exec(ctx, tx, `UPDATE organisation SET joined_into = $3 WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, o.ID, o.JoinedInto); err != nil {
		return err
	}
	for _, one := range []Organisation{o, other} {
		if err := s.keepDomains(ctx, tx, one); err != nil {
			return err
		}
	}
	return nil
}

// Split takes a join back: those who went with it and have not been given another organisation
// since belong again where they belonged.
func (s *Organisations) Split(ctx context.Context, key id.OrganisationJoin) (OrganisationJoin, error) {
	const op = "customer.SplitOrganisation"
	who, err := s.requireBrand(ctx, op)
	if err != nil {
		return OrganisationJoin{}, err
	}
	var j OrganisationJoin
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		w := scope(who)
		w.And("id = ?", key)
		if j, err = db.One[OrganisationJoin](ctx, tx, `SELECT `+organisationJoinColumns+` FROM organisation_join`+w.SQL()+tx.ForUpdate(), w.Args()...); err != nil {
			return err
		}
		from, into, err := s.lockPair(ctx, tx, j.FromID, j.IntoID)
		if err != nil {
			return err
		}
		switch {
		case !j.UndoneAt.IsZero():
			return errs.New(errs.Conflict, op, "join.undone")
		case into.JoinedInto != 0: // the people have gone on: the later join goes first
			return errs.New(errs.Conflict, op, "join.later")
		}
		j.UndoneBy, j.UndoneAt = who.User, tx.Now()
		return s.keepSplit(ctx, tx, from, into, j)
	})
	return j, errs.Op(op, err)
}

func (s *Organisations) keepSplit(ctx context.Context, tx *db.Tx, from, into Organisation, j OrganisationJoin) error {
	tenant := actor.From(ctx).Tenant
	back, err := db.Exec(ctx, tx, `UPDATE customer SET organisation_id = $3, rev = rev + 1, changed_at = $4 WHERE tenant_id = $1 AND organisation_id = $2
		AND id IN (SELECT customer_id FROM organisation_moved WHERE tenant_id = $1 AND join_id = $5)`, tenant, into.ID, from.ID, tx.Now(), j.ID)
	if err != nil {
		return err
	}
	if _, err := db.Exec(ctx, tx, `UPDATE organisation_join SET undone_by = $3, undone_at = $4 WHERE tenant_id = $1 AND id = $2`, tenant, j.ID, j.UndoneBy, j.UndoneAt); err != nil {
		return err
	}
	if _, err := db.Exec(ctx, tx, `DELETE FROM organisation_moved WHERE tenant_id = $1 AND join_id = $2`, tenant, j.ID); err != nil {
		return err
	}
	from.JoinedInto = 0
	if err := s.holdToBe(ctx, tx, from, into); err != nil {
		return err
	}
	return s.told(ctx, tx, audit.Entry{Action: "organisation.split", Before: map[string]any{"joined_into": into.ID}, After: map[string]any{"people": back}}, from, into)
}

// OrganisationPreview is what a join would do.
type OrganisationPreview struct {
	From, Into Organisation
	People     int // who would belong to the other; none above MaxPeopleCount
}

// PreviewJoin returns what a join would do, without doing it. What forbids it is an error, as it would be then.
func (s *Organisations) PreviewJoin(ctx context.Context, from, into id.Organisation) (OrganisationPreview, error) {
	const op = "customer.PreviewOrganisationJoin"
	a, err := s.Get(ctx, from)
	if err != nil {
		return OrganisationPreview{}, err
	}
	b, err := s.Get(ctx, into)
	if err != nil {
		return OrganisationPreview{}, missingField(op, "into_id", err)
	}
	if err := joinableOrganisations(op, a, b); err != nil {
		return OrganisationPreview{}, err
	}
	n, err := s.CountPeople(ctx, s.db, a.ID)
	return OrganisationPreview{From: a, Into: b, People: n}, errs.Op(op, err)
}

// CountPeople returns how many belong to an organisation, up to MaxPeopleCount. It asks for no permission.
func (s *Organisations) CountPeople(ctx context.Context, q db.Queryer, key id.Organisation) (int, error) {
	n, err := db.One[int](ctx, q, `SELECT COUNT(*) FROM (SELECT 1 FROM customer WHERE tenant_id = $1 AND organisation_id = $2 AND organisation_id <> 0
		AND joined_into = 0 LIMIT `+strconv.Itoa(MaxPeopleCount)+`) n`, actor.From(ctx).Tenant, key)
	return n, errs.Op("customer.CountPeople", err)
}

// Joins returns the joins of an organisation into others and of others into it, the newest first, with those taken back.
func (s *Organisations) Joins(ctx context.Context, key id.Organisation) ([]OrganisationJoin, error) {
	const op = "customer.OrganisationJoins"
	if _, err := s.Get(ctx, key); err != nil {
		return nil, err
	}
	tenant := actor.From(ctx).Tenant
	// A lane for each side: an OR would walk all joins of the tenant.
	all, err := db.Many[OrganisationJoin](ctx, s.db, `SELECT * FROM (SELECT `+organisationJoinColumns+` FROM organisation_join WHERE tenant_id = $1 AND into_id = $2
			UNION ALL SELECT `+organisationJoinColumns+` FROM organisation_join WHERE tenant_id = $1 AND from_id = $2) j ORDER BY id DESC LIMIT 100`, tenant, key)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	for i, j := range all {
		if all[i].From, err = s.called(ctx, j.FromID); err == nil {
			all[i].Into, err = s.called(ctx, j.IntoID)
		}
		if err != nil {
			return nil, errs.Op(op, err)
		}
	}
	return all, nil
}

// called returns the name of an organisation as the actor of ctx may see it.
func (s *Organisations) called(ctx context.Context, key id.Organisation) (string, error) {
	name, err := db.One[string](ctx, s.db, `SELECT name FROM organisation WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, key)
	return Organisation{Name: name}.shownTo(ctx).Name, err
}
