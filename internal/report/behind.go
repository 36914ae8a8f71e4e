package report

import (
	"context"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
)

// Behind returns by how many positions the rollup, wherever it runs, is behind the newest fact: as many facts as it has
// not worked into the figures yet, or more where a node has begun in between.
func (r *Rollup) Behind(ctx context.Context) (int64, error) {
	done, err := cursor(ctx, r.db)
	if err != nil {
		return 0, errs.Op("report.Behind", err)
	}
	last, err := db.LastFact(ctx, r.db)
	return max(0, last-done), errs.Op("report.Behind", err)
}
