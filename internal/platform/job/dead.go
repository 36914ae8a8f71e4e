package job

import (
	"context"
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

// ListDead returns up to limit dead jobs of the actor's tenant made before the key before (0: the newest).
func ListDead(ctx context.Context, q db.Queryer, before id.Job, limit int) ([]Dead, error) {
	who, err := actor.Require(ctx, "job.ListDead", actor.JobRead)
	if err != nil {
		return nil, err
	}
	return db.Many[Dead](ctx, q, `SELECT id, kind, attempt, last_error, created_at, finished_at FROM job
		WHERE tenant_id = $1 AND state = 'dead' AND (id < $2 OR $2 = 0) ORDER BY id DESC LIMIT $3`, who.Tenant, before, limit)
}

// Retry gives a dead job a new life with all its attempts.
func Retry(ctx context.Context, tx *db.Tx, j id.Job) error {
	const op = "job.Retry"
	who, err := actor.Require(ctx, op, actor.JobRetry)
	if err != nil {
		return err
	}
	tx.Wake(topic)
	return db.Guard(ctx, tx, errs.New(errs.NotFound, op, "job.gone"),
		`UPDATE job SET state = 'ready', attempt = 0, run_at = $1, finished_at = 0 WHERE tenant_id = $2 AND id = $3 AND state = 'dead'`,
		tx.Now(), who.Tenant, j)
}

// Discard forgets a dead job.
func Discard(ctx context.Context, tx *db.Tx, j id.Job) error {
	const op = "job.Discard"
	who, err := actor.Require(ctx, op, actor.JobRetry)
	if err != nil {
		return err
	}
	return db.Guard(ctx, tx, errs.New(errs.NotFound, op, "job.gone"),
		`DELETE FROM job WHERE tenant_id = $1 AND id = $2 AND state = 'dead'`, who.Tenant, j)
}
