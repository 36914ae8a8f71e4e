package casework

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/attribute"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/tenant"
)

// Field is what is asked of a case beside the usual.
type Field struct {
	ID        id.CaseField
	BrandID   id.Brand          // 0: every brand
	Key       string            `db:"name_key"`
	Names     map[string]string `db:"names,json"` // by language
	Type      attribute.Type
	Choices   []attribute.Option `db:"choices,json"`
	Required  bool               // before the case may be done
	Position  int64
	Archived  bool
	CreatedAt time.Time
	ChangedAt time.Time
}

func (f Field) definition() attribute.Definition {
	return attribute.Definition{Key: f.Key, Names: f.Names, Type: f.Type, Choices: f.Choices, Required: f.Required}
}

func (f Field) audited() map[string]any {
	return map[string]any{
		"key": f.Key, "names": f.Names, "type": f.Type, "choices": f.Choices, "required": f.Required, "position": f.Position, "archived": f.Archived,
	}
}

func (f Field) subject() audit.Subject {
	return audit.Subject{Kind: "case_field", ID: int64(f.ID), Name: f.Key}
}

// FieldPatch changes what it sets. Key, type and brand of a field never change: values rest on them.
type FieldPatch struct {
	Names    map[string]string
	Choices  *[]attribute.Option
	Required *bool
	Position *int64
	Archived *bool
}

func (p FieldPatch) apply(f Field) Field {
	if p.Names != nil {
		f.Names = p.Names
	}
	set(&f.Choices, p.Choices)
	set(&f.Required, p.Required)
	set(&f.Position, p.Position)
	set(&f.Archived, p.Archived)
	if f.Choices == nil {
		f.Choices = []attribute.Option{}
	}
	return f
}

const fieldColumns = `id, brand_id, name_key, names, type, choices, required, position, archived, created_at, changed_at`

// fieldsSeen returns the fields that a may know of.
func fieldsSeen(a actor.Actor) *db.Where {
	w := &db.Where{}
	w.And("tenant_id = ?", a.Tenant)
	if !a.Brands.All {
		db.In(w, "brand_id", append([]id.Brand{0}, a.Brands.Some...))
	}
	return w
}

// Fields returns the fields of the brands of the actor in their order.
func (s *Setup) Fields(ctx context.Context, brand id.Brand, archived bool) ([]Field, error) {
	const op = "casework.Fields"
	a, err := actor.Require(ctx, op, actor.CaseRead)
	if err != nil {
		return nil, err
	}
	w := fieldsSeen(a)
	if brand != 0 {
		w.And("brand_id IN (0, ?)", brand)
	}
	if !archived {
		w.And("NOT archived")
	}
	all, err := db.Many[Field](ctx, s.db, `SELECT `+fieldColumns+` FROM case_field`+w.SQL()+` ORDER BY position, id`, w.Args()...)
	return all, errs.Op(op, err)
}

// Field returns one field.
func (s *Setup) Field(ctx context.Context, key id.CaseField) (Field, error) {
	const op = "casework.Field"
	a, err := actor.Require(ctx, op, actor.CaseRead)
	if err != nil {
		return Field{}, err
	}
	f, err := s.findField(ctx, s.db, a, key, "")
	return f, errs.Op(op, err)
}

func (s *Setup) findField(ctx context.Context, q db.Queryer, a actor.Actor, key id.CaseField, lock string) (Field, error) {
	w := fieldsSeen(a)
	w.And("id = ?", key)
	return db.One[Field](ctx, q, `SELECT `+fieldColumns+` FROM case_field`+w.SQL()+lock, w.Args()...)
}

// CreateField makes a field of a brand, or (brand 0) of every brand.
func (s *Setup) CreateField(ctx context.Context, f Field) (Field, error) {
	const op = "casework.CreateField"
	if err := mayEdit(ctx, op, f.BrandID); err != nil {
		return Field{}, err
	}
	f = FieldPatch{}.apply(f)
	if err := f.definition().Check(op); err != nil {
		return Field{}, err
	}
	who := actor.From(ctx)
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		if f.BrandID != 0 {
			if _, err := tenant.Lookup(ctx, tx, who.Tenant, f.BrandID); err != nil {
				return missing(op, "brand_id", err)
			}
		}
		n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM case_field WHERE tenant_id = $1`, who.Tenant)
		if err != nil {
			return err
		}
		if n >= maxFields {
			return errs.New(errs.Exhausted, op, "configuration.full").With(errs.Values{"max": maxFields})
		}
		f.ID, f.CreatedAt, f.ChangedAt = id.New[id.CaseField](), tx.Now(), tx.Now()
		_, err = db.Exec(ctx, tx, `INSERT INTO case_field (tenant_id, `+fieldColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			who.Tenant, f.ID, f.BrandID, f.Key, db.JSON(f.Names), string(f.Type), db.JSON(f.Choices), f.Required, f.Position, f.Archived, f.CreatedAt, f.ChangedAt)
		if errors.Is(err, db.ErrDuplicate) {
			return errs.New(errs.Conflict, op, "case_field.key_taken")
		}
		if err != nil {
			return err
		}
		return audit.Changed(ctx, tx, audit.Entry{Action: "case_field.create", Subject: f.subject(), Brand: f.BrandID, After: f.audited()})
	})
	return f, errs.Op(op, err)
}

// UpdateField changes a field. Values that there are stay as they are.
func (s *Setup) UpdateField(ctx context.Context, key id.CaseField, p FieldPatch) (Field, error) {
	const op = "casework.UpdateField"
	who, err := actor.Require(ctx, op, actor.CaseSetup)
	if err != nil {
		return Field{}, err
	}
	var after Field
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := s.findField(ctx, tx, who, key, tx.ForUpdate())
		if err != nil {
			return err
		}
		if err := mayEdit(ctx, op, before.BrandID); err != nil {
			return err
		}
		after = p.apply(before)
		if err := after.definition().Check(op); err != nil {
			return err
		}
		after.ChangedAt = tx.Now()
		if _, err := db.Exec(ctx, tx, `UPDATE case_field SET names = $3, choices = $4, required = $5, position = $6, archived = $7, changed_at = $8
			WHERE tenant_id = $1 AND id = $2`, who.Tenant, key, db.JSON(after.Names), db.JSON(after.Choices), after.Required, after.Position,
			after.Archived, after.ChangedAt); err != nil {
			return err
		}
		return audit.Changed(ctx, tx, audit.Entry{
			Action: "case_field.update", Subject: after.subject(), Brand: after.BrandID, Before: before.audited(), After: after.audited(),
		})
	})
	return after, errs.Op(op, err)
}

// definitions returns the fields in use of a brand.
func (s *Setup) definitions(ctx context.Context, q db.Queryer, brand id.Brand) ([]attribute.Definition, error) {
	all, err := db.Many[Field](ctx, q, `SELECT `+fieldColumns+` FROM case_field WHERE tenant_id = $1 AND brand_id IN (0, $2) AND NOT archived
		ORDER BY position, id`, actor.From(ctx).Tenant, brand)
	out := make([]attribute.Definition, len(all))
	for i, f := range all {
		out[i] = f.definition()
	}
	return out, err
}

// fill returns the values old with those of change in place.
func (s *Setup) fill(ctx context.Context, q db.Queryer, op string, brand id.Brand, old, change map[string]any) (map[string]any, error) {
	known, err := s.definitions(ctx, q, brand)
	if err != nil {
		return nil, err
	}
	return attribute.Fill(op, known, old, change)
}

// complete refuses a case that lacks a value without which it may not be done.
func (s *Setup) complete(ctx context.Context, q db.Queryer, op string, c Case) error {
	known, err := s.definitions(ctx, q, c.BrandID)
	if err != nil {
		return err
	}
	return attribute.Missing(op, known, c.Fields)
}

func sameFields(a, b map[string]any) bool { return maps.Equal(a, b) }

// Defined returns the field in use that has a key in a brand (0: in any), and whether there is one. It asks for no permission.
func (s *Setup) Defined(ctx context.Context, q db.Queryer, brand id.Brand, key string) (attribute.Definition, bool, error) {
	f, found, err := db.Find[Field](ctx, q, `SELECT `+fieldColumns+` FROM case_field WHERE tenant_id = $1 AND name_key = $2
		AND (CAST($3 AS BIGINT) = 0 OR brand_id = 0 OR brand_id = $3) AND NOT archived ORDER BY brand_id, id LIMIT 1`, actor.From(ctx).Tenant, key, brand)
	return f.definition(), found, errs.Op("casework.Defined", err)
}
