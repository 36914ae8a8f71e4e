package job

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Dead is a job that was given up.
type Dead struct {
	ID         id.Job
	Kind       string
	Attempt    int
	LastError  string
	CreatedAt  time.Time
	FinishedAt time.Time
}

const selectDead = `SELECT id, kind, attempt, last_error, created_at, finished_at FROM job`

// ListDead returns up to limit dead jobs of the actor's tenant made before the key before (0: the newest).
func ListDead(ctx context.Context, q db.Queryer, before id.Job, limit int) ([]Dead, error) {
	who, err := actor.Require(ctx, "job.ListDead", actor.JobRead)
	if err != nil {
		return nil, err
	}
	return db.Many[Dead](ctx, q, selectDead+` WHERE tenant_id = $1 AND state = 'dead' AND (id < $2 OR $2 = 0) ORDER BY id DESC LIMIT $3`, who.Tenant, before, limit)
}

// DeadOfInstallation returns up to limit dead jobs that belong to no tenant, the
// newest first: periodic ones. They are forgotten when their kind succeeds again.
func DeadOfInstallation(ctx context.Context, q db.Queryer, limit int) ([]Dead, error) {
	return db.Many[Dead](ctx, q, selectDead+` WHERE tenant_id = 0 AND state = 'dead' ORDER BY id DESC LIMIT $1`, limit)
}

// Retry gives a dead job a new life with all its attempts, and returns its kind.
func Retry(ctx context.Context, tx *db.Tx, j id.Job) (string, error) {
	const op = "job.Retry"
	who, err := actor.Require(ctx, op, actor.JobRetry)
	if err != nil {
		return "", err
	}
	kind, found, err := db.Find[string](ctx, tx, `SELECT kind FROM job WHERE tenant_id = $1 AND id = $2 AND state = 'dead'`+tx.ForUpdate(), who.Tenant, j)
	if err != nil || !found {
		return "", cmp.Or(err, error(errs.New(errs.NotFound, op, "job.gone")))
	}
	_, err = db.Exec(ctx, tx, `UPDATE job SET state = 'ready', attempt = 0, run_at = $1, finished_at = 0 WHERE tenant_id = $2 AND id = $3`,
		tx.Now(), who.Tenant, j)
	if errors.Is(err, db.ErrDuplicate) {
		return "", errs.New(errs.Conflict, op, "job.living")
	}
	tx.Wake(topic)
	return kind, err
}

// Discard forgets a dead job, and returns its kind.
func Discard(ctx context.Context, tx *db.Tx, j id.Job) (string, error) {
	const op = "job.Discard"
	who, err := actor.Require(ctx, op, actor.JobRetry)
	if err != nil {
		return "", err
	}
	kind, found, err := db.Find[string](ctx, tx, `DELETE FROM job WHERE tenant_id = $1 AND id = $2 AND state = 'dead' RETURNING kind`, who.Tenant, j)
	if err == nil && !found {
		err = errs.New(errs.NotFound, op, "job.gone")
	}
	return kind, err
}
