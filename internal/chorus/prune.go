package chorus

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
)

// keep is for how long a chorus is known that nobody joins.
const keep = 60 * 24 * time.Hour

// prunePage bounds how many choruses one run forgets.
const prunePage = "2000"

// Prune forgets choruses that nobody has joined for long. What was answered is kept: figures lead to it.
func (s *Service) Prune(ctx context.Context) error {
	return errs.Op("chorus.Prune", s.DB.Update(ctx, func(tx *db.Tx) error {
		const old = `SELECT tenant_id, id FROM chorus WHERE last_at < $1 ORDER BY tenant_id, id LIMIT ` + prunePage
		before := tx.Now().Add(-keep)
		if _, err := db.Exec(ctx, tx, `DELETE FROM chorus_voice WHERE (tenant_id, chorus_id) IN (`+old+`)`, before); err != nil {
			return err
		}
		_, err := db.Exec(ctx, tx, `DELETE FROM chorus WHERE (tenant_id, id) IN (`+old+`)`, before)
		return err
	}))
}
