package customer

import (
	"context"
	"errors"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/attribute"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/tenant"
)

// FieldSubject says of what a field is.
type FieldSubject string

// What has fields of the tenant's own.
const (
	OfCustomers     FieldSubject = "customer"
	OfOrganisations FieldSubject = "organisation"
)

// maxFields bounds the fields of a tenant.
const maxFields = 200

// Field is what is kept of customers or of organisations beside the usual.
type Field struct {
	ID        id.CustomerField
	Subject   FieldSubject
	BrandID   id.Brand          // 0: every brand
	Key       string            `db:"name_key"`
	Names     map[string]string `db:"names,json"` // by language
	Type      attribute.Type
	Choices   []attribute.Option `db:"choices,json"`
	Position  int64
	Archived  bool
	CreatedAt time.Time
	ChangedAt time.Time
}

func (f Field) definition() attribute.Definition {
	return attribute.Definition{Key: f.Key, Names: f.Names, Type: f.Type, Choices: f.Choices}
}

func (f Field) audited() map[string]any {
	return map[string]any{
		"subject": f.Subject, "key": f.Key, "names": f.Names, "type": f.Type, "choices": f.Choices, "position": f.Position, "archived": f.Archived,
	}
}

func (f Field) about() audit.Subject {
	return audit.Subject{Kind: "customer_field", ID: int64(f.ID), Name: f.Key}
}

// FieldPatch changes what it sets. Subject, key, type and brand of a field never change: values rest on them.
type FieldPatch struct {
	Names    map[string]string
	Choices  *[]attribute.Option
	Position *int64
	Archived *bool
}

func (p FieldPatch) apply(f Field) Field {
	if p.Names != nil {
		f.Names = p.Names
	}
	if p.Choices != nil {
		f.Choices = *p.Choices
	}
	if p.Position != nil {
		f.Position = *p.Position
	}
	if p.Archived != nil {
		f.Archived = *p.Archived
	}
	if f.Choices == nil {
		f.Choices = []attribute.Option{}
	}
	return f
}

const fieldColumns = `id, subject, brand_id, name_key, names, type, choices, position, archived, created_at, changed_at`

// Fields keeps what a tenant wants to know of its customers and organisations.
type Fields struct{ db *db.DB }

// NewFields returns the fields in d.
func NewFields(d *db.DB) *Fields { return &Fields{db: d} }

// fieldsSeen returns the fields that a may know of.
func fieldsSeen(a actor.Actor) *db.Where {
	w := &db.Where{}
	w.And("tenant_id = ?", a.Tenant)
	if !a.Brands.All {
		db.In(w, "brand_id", append([]id.Brand{0}, a.Brands.Some...))
	}
	return w
}

// List returns the fields of the brands of the actor in their order. Subject and brand narrow it where they are given.
func (s *Fields) List(ctx context.Context, subject FieldSubject, brand id.Brand, archived bool) ([]Field, error) {
	const op = "customer.Fields"
	a, err := actor.Require(ctx, op, actor.CustomerRead)
	if err != nil {
		return nil, err
	}
	w := fieldsSeen(a)
	if subject != "" {
		w.And("subject = ?", string(subject))
	}
	if brand != 0 {
		w.And("brand_id IN (0, ?)", brand)
	}
	if !archived {
		w.And("NOT archived")
	}
	all, err := db.Many[Field](ctx, s.db, `SELECT `+fieldColumns+` FROM customer_field`+w.SQL()+` ORDER BY subject, position, id`, w.Args()...)
	return all, errs.Op(op, err)
}

// maySetUp refuses who may not decide what is kept: of a brand for its own, of every brand for the whole tenant.
func maySetUp(ctx context.Context, op string, brand id.Brand) error {
	a, err := actor.Require(ctx, op, actor.CustomerSetup)
	if err != nil {
		return err
	}
	if brand == 0 && !a.Brands.All || brand != 0 && !a.Brands.Has(brand) {
		return errs.New(errs.Forbidden, op, "customer_field.brand")
	}
	return nil
}

// Create makes a field of a brand, or (brand 0) of every brand.
func (s *Fields) Create(ctx context.Context, f Field) (Field, error) {
	const op = "customer.CreateField"
	if err := maySetUp(ctx, op, f.BrandID); err != nil {
		return Field{}, err
	}
	f = FieldPatch{}.apply(f)
	if err := f.check(op); err != nil {
		return Field{}, err
	}
	who := actor.From(ctx)
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		if f.BrandID != 0 {
			if _, err := tenant.Lookup(ctx, tx, who.Tenant, f.BrandID); err != nil {
				return missingField(op, "brand_id", err)
			}
		}
		n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM customer_field WHERE tenant_id = $1`, who.Tenant)
		if err != nil {
			return err
		}
		if n >= maxFields {
			return errs.New(errs.Exhausted, op, "configuration.full").With(errs.Values{"max": maxFields})
		}
		f.ID, f.CreatedAt, f.ChangedAt = id.New[id.CustomerField](), tx.Now(), tx.Now()
		_, err = db.Exec(ctx, tx, `INSERT INTO customer_field (tenant_id, `+fieldColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			who.Tenant, f.ID, string(f.Subject), f.BrandID, f.Key, db.JSON(f.Names), string(f.Type), db.JSON(f.Choices), f.Position, f.Archived, f.CreatedAt, f.ChangedAt)
		if errors.Is(err, db.ErrDuplicate) {
			return errs.New(errs.Conflict, op, "customer_field.key_taken")
		}
		if err != nil {
			return err
		}
		return audit.Changed(ctx, tx, audit.Entry{Action: "customer_field.create", Subject: f.about(), Brand: f.BrandID, After: f.audited()})
	})
	return f, errs.Op(op, err)
}

func (f Field) check(op string) error {
	if f.Subject != OfCustomers && f.Subject != OfOrganisations {
		return errs.Fields(op, errs.Field{Path: "subject", Code: "one_of", Values: errs.Values{"allowed": "customer, organisation"}})
	}
	return f.definition().Check(op)
}

// Update changes a field. Values that there are stay as they are.
func (s *Fields) Update(ctx context.Context, key id.CustomerField, p FieldPatch) (Field, error) {
	const op = "customer.UpdateField"
	who, err := actor.Require(ctx, op, actor.CustomerSetup)
	if err != nil {
		return Field{}, err
	}
	var after Field
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		w := fieldsSeen(who)
		w.And("id = ?", key)
		before, err := db.One[Field](ctx, tx, `SELECT `+fieldColumns+` FROM customer_field`+w.SQL()+tx.ForUpdate(), w.Args()...)
		if err != nil {
			return err
		}
		if err := maySetUp(ctx, op, before.BrandID); err != nil {
			return err
		}
		after = p.apply(before)
		if err := after.check(op); err != nil {
			return err
		}
		after.ChangedAt = tx.Now()
		if _, err := db.Exec(ctx, tx, `UPDATE customer_field SET names = $3, choices = $4, position = $5, archived = $6, changed_at = $7 WHERE tenant_id = $1 AND id = $2`,
			who.Tenant, key, db.JSON(after.Names), db.JSON(after.Choices), after.Position, after.Archived, after.ChangedAt); err != nil {
			return err
		}
		return audit.Changed(ctx, tx, audit.Entry{
			Action: "customer_field.update", Subject: after.about(), Brand: after.BrandID, Before: before.audited(), After: after.audited(),
		})
	})
	return after, errs.Op(op, err)
}

// fill returns the values old with those of change in place, as the fields in use of a brand allow.
func fill(ctx context.Context, q db.Queryer, op string, subject FieldSubject, brand id.Brand, old, change map[string]any) (map[string]any, error) {
	known, err := definitions(ctx, q, subject, brand)
	if err != nil {
		return nil, err
	}
	return attribute.Fill(op, known, old, change)
}

// definitions returns the fields in use of a brand.
func definitions(ctx context.Context, q db.Queryer, subject FieldSubject, brand id.Brand) ([]attribute.Definition, error) {
	all, err := db.Many[Field](ctx, q, `SELECT `+fieldColumns+` FROM customer_field WHERE tenant_id = $1 AND subject = $2 AND brand_id IN (0, $3) AND NOT archived
		ORDER BY position, id`, actor.From(ctx).Tenant, string(subject), brand)
	if err != nil {
		return nil, err
	}
	known := make([]attribute.Definition, len(all))
	for i, f := range all {
		known[i] = f.definition()
	}
	return known, nil
}

// Defined returns the field in use that has a key in a brand (0: in any), and whether there is one. It asks for no permission.
func Defined(ctx context.Context, q db.Queryer, subject FieldSubject, brand id.Brand, key string) (attribute.Definition, bool, error) {
	f, found, err := db.Find[Field](ctx, q, `SELECT `+fieldColumns+` FROM customer_field WHERE tenant_id = $1 AND subject = $2 AND name_key = $3
		AND (CAST($4 AS BIGINT) = 0 OR brand_id = 0 OR brand_id = $4) AND NOT archived ORDER BY brand_id, id LIMIT 1`, actor.From(ctx).Tenant, string(subject), key, brand)
	return f.definition(), found, errs.Op("customer.Defined", err)
}
