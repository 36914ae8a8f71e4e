package delivery

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// dispatch is an answer whose outcome is not known.
type dispatch struct {
	Attempts int
	InFlight bool
}

func (s *Service) insertDispatch(ctx context.Context, tx *db.Tx, entry id.Entry) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO dispatch (tenant_id, entry_id) VALUES ($1, $2)`, actor.From(ctx).Tenant, entry)
	return err
}

func (s *Service) lockDispatch(ctx context.Context, tx *db.Tx, entry id.Entry) (dispatch, bool, error) {
	return db.Find[dispatch](ctx, tx, `SELECT attempts, in_flight FROM dispatch WHERE tenant_id = $1 AND entry_id = $2`+tx.ForUpdate(),
		actor.From(ctx).Tenant, entry)
}

func (s *Service) markInFlight(ctx context.Context, tx *db.Tx, entry id.Entry, attempts int, inFlight bool) error {
	_, err := db.Exec(ctx, tx, `UPDATE dispatch SET attempts = $3, in_flight = $4 WHERE tenant_id = $1 AND entry_id = $2`,
		actor.From(ctx).Tenant, entry, attempts, inFlight)
	return err
}

func (s *Service) deleteDispatch(ctx context.Context, tx *db.Tx, entry id.Entry) error {
	_, err := db.Exec(ctx, tx, `DELETE FROM dispatch WHERE tenant_id = $1 AND entry_id = $2`, actor.From(ctx).Tenant, entry)
	return err
}
