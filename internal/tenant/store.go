package tenant

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/db"
)

const selectBrand = `SELECT id, name, color, logo_key, logo_type, languages, time_zone, calendar_id, archived, created_at, updated_at FROM brand`

// scope limits brands to those that who may see.
func scope(w *db.Where, who actor.Actor) {
	w.And("tenant_id = ?", who.Tenant)
	if !who.Brands.All {
		db.In(w, "id", who.Brands.Some)
	}
}

func oneBrand(ctx context.Context, q db.Queryer, who actor.Actor, brand id.Brand, lock string) (Brand, error) {
	var w db.Where
	scope(&w, who)
	w.And("id = ?", brand)
	return db.One[Brand](ctx, q, selectBrand+w.SQL()+lock, w.Args()...)
}

func listBrands(ctx context.Context, q db.Queryer, who actor.Actor, f BrandFilter) ([]Brand, error) {
	var w db.Where
	scope(&w, who)
	w.And("archived = ?", f.Archived)
	if like := fold.Like(f.Query); like != "" {
		w.And(`name_key LIKE ? ESCAPE '\'`, like)
	}
	if !f.After.IsZero() {
		w.And("(name_key, id) > (?, ?)", f.AfterName, f.After)
	}
	return db.Many[Brand](ctx, q, selectBrand+w.SQL()+` ORDER BY name_key, id LIMIT `+w.Arg(f.Limit), w.Args()...)
}

func insertBrand(ctx context.Context, tx *db.Tx, tenant id.Tenant, b Brand) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO brand (tenant_id, id, name, name_key, color, languages, time_zone, calendar_id, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
		tenant, b.ID, b.Name, fold.Text(b.Name), b.Color, db.JSON(b.Languages), b.TimeZone, b.CalendarID, b.CreatedAt)
	return err
}

func updateBrand(ctx context.Context, tx *db.Tx, tenant id.Tenant, b Brand) error {
	_, err := db.Exec(ctx, tx, `UPDATE brand SET name = $3, name_key = $4, color = $5, logo_key = $6, logo_type = $7, languages = $8,
		time_zone = $9, calendar_id = $10, archived = $11, updated_at = $12 WHERE tenant_id = $1 AND id = $2`,
		tenant, b.ID, b.Name, fold.Text(b.Name), b.Color, b.LogoKey, b.LogoType, db.JSON(b.Languages),
		b.TimeZone, b.CalendarID, b.Archived, b.UpdatedAt)
	return err
}

// BrandKeys returns the keys of all brands of the actor's tenant, archived ones included. It asks for no permission.
func BrandKeys(ctx context.Context, q db.Queryer) ([]id.Brand, error) {
	return db.Many[id.Brand](ctx, q, `SELECT id FROM brand WHERE tenant_id = $1 ORDER BY id`, actor.From(ctx).Tenant)
}
