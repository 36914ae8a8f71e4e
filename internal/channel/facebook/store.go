package facebook

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// row is what is kept of a page beside its entry point.
type row struct {
	Token      string // sealed
	ExpiresAt  time.Time
	CheckedAt  time.Time
	CaughtUpAt time.Time
}

const selectRow = `SELECT token, expires_at, checked_at, caught_up_at FROM facebook_page WHERE tenant_id = $1 AND entry_point_id = $2`

func findRow(ctx context.Context, q db.Queryer, tenant id.Tenant, point id.EntryPoint) (row, bool, error) {
	return db.Find[row](ctx, q, selectRow, tenant, point)
}

// rowsOf returns what is kept of pages of a tenant.
func rowsOf(ctx context.Context, q db.Queryer, pages []channel.EntryPoint) (map[id.EntryPoint]row, error) {
	if len(pages) == 0 {
		return nil, nil
	}
	w := &db.Where{}
	w.And("tenant_id = ?", pages[0].Tenant)
	db.In(w, "entry_point_id", channel.KeysOf(pages))
	type kept struct {
		row

		EntryPointID id.EntryPoint
	}
	found, err := db.Many[kept](ctx, q, `SELECT entry_point_id, token, expires_at, checked_at, caught_up_at FROM facebook_page`+w.SQL(), w.Args()...)
	all := make(map[id.EntryPoint]row, len(found))
	for _, k := range found {
		all[k.EntryPointID] = k.row
	}
	return all, err
}

// saveRow keeps a token. How far a page was caught up stays where it is known.
func saveRow(ctx context.Context, tx *db.Tx, tenant id.Tenant, point id.EntryPoint, r row) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO facebook_page (tenant_id, entry_point_id, token, expires_at, checked_at, caught_up_at)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (tenant_id, entry_point_id) DO UPDATE SET token = excluded.token, expires_at = excluded.expires_at, checked_at = excluded.checked_at`,
		tenant, point, r.Token, r.ExpiresAt, r.CheckedAt, r.CaughtUpAt)
	return err
}

// saveChecked keeps when a page was looked at, and until when its token is good.
func saveChecked(ctx context.Context, tx *db.Tx, tenant id.Tenant, point id.EntryPoint, expires time.Time) error {
	_, err := db.Exec(ctx, tx, `UPDATE facebook_page SET checked_at = $3, expires_at = $4 WHERE tenant_id = $1 AND entry_point_id = $2`,
		tenant, point, tx.Now(), expires)
	return err
}

// saveCaughtUp keeps up to when everything is here. It never goes back.
func saveCaughtUp(ctx context.Context, tx *db.Tx, tenant id.Tenant, point id.EntryPoint, at time.Time) error {
	_, err := db.Exec(ctx, tx, `UPDATE facebook_page SET caught_up_at = $3 WHERE tenant_id = $1 AND entry_point_id = $2 AND caught_up_at < $3`,
		tenant, point, at)
	return err
}

// forgetToken removes the token of a page that was closed.
func forgetToken(ctx context.Context, tx *db.Tx, tenant id.Tenant, point id.EntryPoint) error {
	_, err := db.Exec(ctx, tx, `UPDATE facebook_page SET token = '' WHERE tenant_id = $1 AND entry_point_id = $2`, tenant, point)
	return err
}
