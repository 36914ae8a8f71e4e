package channel

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/db"
)

const selectEntryPoint = `SELECT tenant_id, id, brand_id, channel, name, address, config, secret, queue_id, active,
	health, health_code, health_at, archived, created_at, updated_at, hides_typing, hides_read FROM entry_point`

// scope limits entry points to those of who's brands.
func scope(w *db.Where, who actor.Actor) {
	w.And("tenant_id = ?", who.Tenant)
	if !who.Brands.All {
		db.In(w, "brand_id", who.Brands.Some)
	}
}

func oneEntryPoint(ctx context.Context, q db.Queryer, who actor.Actor, point id.EntryPoint, lock string) (EntryPoint, error) {
	var w db.Where
	scope(&w, who)
	w.And("id = ?", point)
	return db.One[EntryPoint](ctx, q, selectEntryPoint+w.SQL()+lock, w.Args()...)
}

func listEntryPoints(ctx context.Context, q db.Queryer, who actor.Actor, f EntryPointFilter) ([]EntryPoint, error) {
	var w db.Where
	scope(&w, who)
	w.And("archived = ?", f.Archived)
	if like := fold.Like(f.Query); like != "" {
		w.And(`name_key LIKE ? ESCAPE '\'`, like)
	}
	if !f.Brand.IsZero() {
		w.And("brand_id = ?", f.Brand)
	}
	if f.Channel != "" {
		w.And("channel = ?", string(f.Channel))
	}
	if len(f.Channels) > 0 {
		db.In(&w, "channel", f.Channels)
	}
	if !f.After.IsZero() {
		w.And("(name_key, id) > (?, ?)", f.AfterName, f.After)
	}
	return db.Many[EntryPoint](ctx, q, selectEntryPoint+w.SQL()+` ORDER BY name_key, id LIMIT `+w.Arg(f.Limit), w.Args()...)
}

func insertEntryPoint(ctx context.Context, tx *db.Tx, p EntryPoint) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO entry_point (tenant_id, id, brand_id, channel, name, name_key, address, config, queue_id, active, health, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)`,
		p.Tenant, p.ID, p.Brand, string(p.Channel), p.Name, fold.Text(p.Name), p.Address, string(p.Config), p.Queue, p.Active, string(p.Health), p.CreatedAt)
	return err
}

func updateEntryPoint(ctx context.Context, tx *db.Tx, p EntryPoint) error {
	_, err := db.Exec(ctx, tx, `UPDATE entry_point SET name = $3, name_key = $4, config = $5, secret = $6, queue_id = $7, active = $8,
		archived = $9, updated_at = $10, hides_typing = $11, hides_read = $12 WHERE tenant_id = $1 AND id = $2`,
		p.Tenant, p.ID, p.Name, fold.Text(p.Name), string(p.Config), p.Sealed, p.Queue, p.Active, p.Archived, p.UpdatedAt, p.HidesTyping, p.HidesRead)
	return err
}
