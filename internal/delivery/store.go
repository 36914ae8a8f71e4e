package delivery

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// dispatch is an answer whose outcome is not known.
type dispatch struct {
	Attempts   int
	InFlight   bool
	DueAt      time.Time // not before
	BasedOnSeq int64     // newest message of the customer that its writer knew, of an answer planned for later; 0: it is not asked
}

func (s *Service) insertDispatch(ctx context.Context, tx *db.Tx, entry id.Entry, d dispatch) error {
	err := db.Write(ctx, tx, `INSERT INTO dispatch (tenant_id, entry_id, due_at, based_on_seq) VALUES ($1, $2, $3, $4)`,
		actor.From(ctx).Tenant, entry, d.DueAt, d.BasedOnSeq)
	return err
}

// plan moves an answer that waits to another time.
func (s *Service) plan(ctx context.Context, tx *db.Tx, entry id.Entry, d dispatch) error {
	err := db.Write(ctx, tx, `UPDATE dispatch SET due_at = $3, based_on_seq = $4 WHERE tenant_id = $1 AND entry_id = $2`,
		actor.From(ctx).Tenant, entry, d.DueAt, d.BasedOnSeq)
	return err
}

func (s *Service) lockDispatch(ctx context.Context, tx *db.Tx, entry id.Entry) (dispatch, bool, error) {
	return db.Find[dispatch](ctx, tx, `SELECT attempts, in_flight, due_at, based_on_seq FROM dispatch WHERE tenant_id = $1 AND entry_id = $2`+tx.ForUpdate(),
		actor.From(ctx).Tenant, entry)
}

func (s *Service) markInFlight(ctx context.Context, tx *db.Tx, entry id.Entry, attempts int, inFlight bool) error {
	err := db.Write(ctx, tx, `UPDATE dispatch SET attempts = $3, in_flight = $4 WHERE tenant_id = $1 AND entry_id = $2`,
		actor.From(ctx).Tenant, entry, attempts, inFlight)
	return err
}

func (s *Service) deleteDispatch(ctx context.Context, tx *db.Tx, entry id.Entry) error {
	err := db.Write(ctx, tx, `DELETE FROM dispatch WHERE tenant_id = $1 AND entry_id = $2`, actor.From(ctx).Tenant, entry)
	return err
}

// dueAt returns when those of entries will be sent that have not been.
func (s *Service) dueAt(ctx context.Context, entries []id.Entry) ([]Waiting, error) {
	var w db.Where
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(&w, "entry_id", entries)
	return db.Many[Waiting](ctx, s.DB, `SELECT entry_id AS entry, due_at FROM dispatch`+w.SQL(), w.Args()...)
}
