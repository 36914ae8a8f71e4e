package chorus

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// keep is for how long a chorus is known that nobody joins.
const keep = 60 * 24 * time.Hour

// prunePage bounds how many choruses one transaction forgets.
const prunePage = 200

// old is a chorus that may be forgotten.
type old struct {
	TenantID id.Tenant
	ID       id.Chorus
}

// Prune forgets choruses that nobody has joined for long. What was answered is kept: figures lead
// to it; and a chorus is, as long as an answer to it is on its way or settles who joins.
func (s *Service) Prune(ctx context.Context) error {
	for n := prunePage; n == prunePage; {
		err := s.DB.Update(ctx, func(tx *db.Tx) (err error) {
			n, err = s.prune(ctx, tx)
			return err
		})
		if err != nil {
			return errs.Op("chorus.Prune", err)
		}
	}
	return nil
}

// prune forgets some, and returns how many. One that somebody joins just now is theirs, and not old any more.
func (s *Service) prune(ctx context.Context, tx *db.Tx) (int, error) {
	all, err := db.Many[old](ctx, tx, `SELECT tenant_id, id FROM chorus WHERE last_at < $1 AND NOT EXISTS (SELECT 1 FROM common_answer a
			WHERE a.tenant_id = chorus.tenant_id AND a.chorus_id = chorus.id AND a.state IN ('waiting', 'sending', 'settling', 'standing'))
		ORDER BY tenant_id, id LIMIT 200`+tx.SkipLocked(), tx.Now().Add(-keep))
	for _, c := range all {
		if err == nil {
			err = db.Write(ctx, tx, `DELETE FROM chorus_voice WHERE tenant_id = $1 AND chorus_id = $2`, c.TenantID, c.ID)
		}
		if err == nil {
			err = db.Write(ctx, tx, `DELETE FROM chorus WHERE tenant_id = $1 AND id = $2`, c.TenantID, c.ID)
		}
	}
	return len(all), err
}
