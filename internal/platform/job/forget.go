package job

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// forgetPage is how many jobs are looked at in one transaction.
const forgetPage = 500

// ForgetErrors empties what was last said of the actor's tenant's jobs, where says reports so, behind the key after. It returns
// how many those were, and the key to go on from; 0: there are no more.
func ForgetErrors(ctx context.Context, tx *db.Tx, says func(text string) bool, after int64) (changed, next int64, err error) {
	tenant := actor.From(ctx).Tenant
	type failed struct {
		ID        id.Job
		LastError string
	}
	rows, err := db.Many[failed](ctx, tx, `SELECT id, last_error FROM job WHERE tenant_id = $1 AND id > $2 AND last_error <> '' ORDER BY id LIMIT $3`, tenant, after, forgetPage)
	if err != nil {
		return 0, 0, err
	}
	for _, r := range rows {
		if !says(r.LastError) {
			continue
		}
		if _, err := db.Exec(ctx, tx, `UPDATE job SET last_error = '' WHERE tenant_id = $1 AND id = $2`, tenant, r.ID); err != nil {
			return changed, 0, err
		}
		changed++
	}
	if len(rows) == forgetPage {
		next = int64(rows[len(rows)-1].ID)
	}
	return changed, next, nil
}
