package job

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/platform/db"
)

// Load is how much work there is for all tenants.
type Load struct {
	Waiting int           // ready, or to come
	Running int           // now, on any node
	Dead    int           // given up
	Late    time.Duration // how long the first has waited that could begin
}

// Now returns the load of all nodes.
func Now(ctx context.Context, q db.Queryer) (Load, error) {
	type row struct {
		State string
		N     int
		First time.Time
	}
	var l Load
	rows, err := db.Many[row](ctx, q, `SELECT state, COUNT(*) AS n, MIN(run_at) AS first FROM job GROUP BY state`)
	for _, r := range rows {
		switch r.State {
		case "ready":
			l.Waiting, l.Late = r.N, max(0, time.Since(r.First))
		case "running":
			l.Running = r.N
		case "dead":
			l.Dead = r.N
		}
	}
	return l, err
}
