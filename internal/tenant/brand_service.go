package tenant

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Create makes a brand. Who is granted single brands only cannot: they could not see it afterwards.
func (s *Service) Create(ctx context.Context, in NewBrand) (Brand, error) {
	const op = "tenant.Create"
	var b Brand
	err := s.db.Update(ctx, func(tx *db.Tx) (err error) {
		b, err = s.CreateIn(ctx, tx, in)
		return err
	})
	return b, errs.Op(op, err)
}

// CreateIn is Create within tx.
func (s *Service) CreateIn(ctx context.Context, tx *db.Tx, in NewBrand) (Brand, error) {
	const op = "tenant.CreateIn"
	who, err := actor.Require(ctx, op, actor.BrandEdit)
	if err != nil {
		return Brand{}, err
	}
	if !who.Brands.All {
		return Brand{}, errs.New(errs.Forbidden, op, "brand.all_needed")
	}
	b := BrandPatch{Name: &in.Name, Color: &in.Color, Languages: &in.Languages, TimeZone: &in.TimeZone, CalendarID: &in.CalendarID}.apply(Brand{})
	b.ID, b.CreatedAt, b.UpdatedAt = id.New[id.Brand](), tx.Now(), tx.Now()
	if err := b.check().Err(op); err != nil {
		return Brand{}, err
	}
	if err := s.room(ctx, tx, who.Tenant); err != nil {
		return Brand{}, errs.Op(op, err)
	}
	if err := s.checkCalendar(ctx, tx, who.Tenant, b.CalendarID); err != nil {
		return Brand{}, errs.Op(op, err)
	}
	if err := insertBrand(ctx, tx, who.Tenant, b); err != nil {
		return Brand{}, errs.Op(op, err)
	}
	return b, errs.Op(op, audit.Changed(ctx, tx, audit.Entry{Action: "brand.create", Subject: b.subject(), Brand: b.ID, After: b.audited()}))
}

// room refuses one brand more than a tenant may have. The lock makes callers wait for each other.
func (s *Service) room(ctx context.Context, tx *db.Tx, tenant id.Tenant) error {
	if _, err := db.One[Tenant](ctx, tx, selectTenant+` WHERE tenant_id = $1`+tx.ForUpdate(), tenant); err != nil {
		return err
	}
	n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM brand WHERE tenant_id = $1`, tenant)
	if err == nil && n >= maxBrands {
		err = errs.New(errs.Exhausted, "tenant.room", "brand.too_many").With(errs.Values{"max": maxBrands})
	}
	return err
}

// checkCalendar refuses a calendar that the tenant has not.
func (s *Service) checkCalendar(ctx context.Context, q db.Queryer, tenant id.Tenant, calendar id.Calendar) error {
	if calendar.IsZero() {
		return nil
	}
	has, err := s.calendars.Has(ctx, q, tenant, calendar)
	if err == nil && !has {
		err = errs.Fields("tenant.checkCalendar", errs.Field{Path: "calendar_id", Code: "reference"})
	}
	return err
}

// Update changes a brand.
func (s *Service) Update(ctx context.Context, brand id.Brand, p BrandPatch) (Brand, error) {
	return s.change(ctx, "tenant.Update", "brand.update", brand, p.apply)
}

// Archive hides a brand from new work; its past stays.
func (s *Service) Archive(ctx context.Context, brand id.Brand) (Brand, error) {
	return s.change(ctx, "tenant.Archive", "brand.archive", brand, func(b Brand) Brand { b.Archived = true; return b })
}

// Restore undoes Archive.
func (s *Service) Restore(ctx context.Context, brand id.Brand) (Brand, error) {
	return s.change(ctx, "tenant.Restore", "brand.restore", brand, func(b Brand) Brand { b.Archived = false; return b })
}

// SetLogo says where the brand's logo lies in the blob store, and its media type; both empty: it has none.
func (s *Service) SetLogo(ctx context.Context, brand id.Brand, key, mediaType string) (Brand, error) {
	return s.change(ctx, "tenant.SetLogo", "brand.logo", brand, func(b Brand) Brand {
		b.LogoKey, b.LogoType = key, mediaType
		return b
	})
}

func (s *Service) change(ctx context.Context, op, action string, brand id.Brand, apply func(Brand) Brand) (Brand, error) {
	who, err := actor.Require(ctx, op, actor.BrandEdit)
	if err != nil {
		return Brand{}, err
	}
	var after Brand
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := oneBrand(ctx, tx, who, brand, tx.ForUpdate())
		if err != nil {
			return err
		}
		after = apply(before)
		after.UpdatedAt = tx.Now()
		if err := after.check().Err(op); err != nil {
			return err
		}
		if after.CalendarID != before.CalendarID {
			if err := s.checkCalendar(ctx, tx, who.Tenant, after.CalendarID); err != nil {
				return err
			}
		}
		if err := updateBrand(ctx, tx, who.Tenant, after); err != nil {
			return err
		}
		return audit.Changed(ctx, tx, audit.Entry{
			Action: action, Subject: after.subject(), Brand: brand, Before: before.audited(), After: after.audited(),
		})
	})
	return after, errs.Op(op, err)
}

// Get returns a brand that the actor may see.
func (s *Service) Get(ctx context.Context, brand id.Brand) (Brand, error) {
	const op = "tenant.Get"
	who, err := actor.Require(ctx, op, actor.BrandRead)
	if err != nil {
		return Brand{}, err
	}
	b, err := oneBrand(ctx, s.db, who, brand, "")
	return b, errs.Op(op, err)
}

// BrandFilter narrows a list of brands.
type BrandFilter struct {
	Query     string // part of the name
	Archived  bool   // those instead of the living
	AfterName string // folded name and key of the last brand of the page before
	After     id.Brand
	Limit     int
}

// List returns the brands that the actor may see, by name.
func (s *Service) List(ctx context.Context, f BrandFilter) ([]Brand, error) {
	const op = "tenant.List"
	who, err := actor.Require(ctx, op, actor.BrandRead)
	if err != nil {
		return nil, err
	}
	brands, err := listBrands(ctx, s.db, who, f)
	return brands, errs.Op(op, err)
}

// Granted returns the living brands of the actor's grants, by name, whatever else
// the actor may do: everybody may know the names of the brands they work for.
func (s *Service) Granted(ctx context.Context) ([]Brand, error) {
	brands, err := listBrands(ctx, s.db, actor.From(ctx), BrandFilter{Limit: maxBrands})
	return brands, errs.Op("tenant.Granted", err)
}

// Lookup returns a brand by its key alone, for our own work within a transaction
// in which the actor's right to the thing that names the brand was checked before.
func Lookup(ctx context.Context, q db.Queryer, tenant id.Tenant, brand id.Brand) (Brand, error) {
	b, err := db.One[Brand](ctx, q, selectBrand+` WHERE tenant_id = $1 AND id = $2`, tenant, brand)
	return b, errs.Op("tenant.Lookup", err)
}

// HasBrand reports whether tenant has the brand, for those who name brands.
func (s *Service) HasBrand(ctx context.Context, q db.Queryer, tenant id.Tenant, brand id.Brand) (bool, error) {
	_, found, err := db.Find[id.Brand](ctx, q, `SELECT id FROM brand WHERE tenant_id = $1 AND id = $2`, tenant, brand)
	return found, errs.Op("tenant.HasBrand", err)
}
