package admin_test

import (
	"testing"

	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestWhatIsDoneWithDeadJobsIsAudited(t *testing.T) {
	t.Parallel()
	o := newOffice(t, dbtest.SQLite(t))
	err := o.db.Update(t.Context(), func(tx *db.Tx) error {
		_, err := db.Exec(t.Context(), tx, `INSERT INTO job (tenant_id, id, kind, state, args, run_at, attempt, max_attempts, created_at, finished_at)
			VALUES ($1, 71, 'delivery.send', 'dead', '{}', 1, 20, 20, 1, 1), ($1, 72, 'delivery.send', 'dead', '{}', 1, 20, 20, 1, 1)`, o.who.Tenant)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	o.want(204, "", "POST", "/jobs/71/retry", "")
	o.want(204, "", "POST", "/jobs/72/discard", "")
	o.want(404, "job.gone", "POST", "/jobs/72/retry", "")
	entries := items(o.want(200, "", "GET", "/audit?subject_kind=job", ""))
	if len(entries) != 2 {
		t.Fatalf("%v", entries)
	}
	for i, action := range []string{"job.discard", "job.retry"} {
		if e := entries[i].(map[string]any); e["action"] != action || e["subject_name"] != "delivery.send" || e["actor_name"] != "Grace Allen" {
			t.Errorf("%v, want %s", e, action)
		}
	}
}
