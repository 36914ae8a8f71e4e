package report

import (
	"context"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
)

// Behind returns how many facts the rollup, wherever it runs, has not worked into the figures yet.
func (r *Rollup) Behind(ctx context.Context) (int64, error) {
	done, err := cursor(ctx, r.db)
	if err != nil {
		return 0, errs.Op("report.Behind", err)
	}
	last, err := db.LastFact(ctx, r.db)
	return max(0, last-done), errs.Op("report.Behind", err)
}
