package importer

import (
	"context"
	"strconv"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
)

// Personal declares what is kept about customers here: rows of files that are not customers yet.
func Personal() []personal.Table {
	return []personal.Table{{Name: "import_row", Class: personal.Identity, Of: personal.Texts, Sweep: forgetStaged}}
}

const sweepPage = 1000

// forgetStaged takes rows of a person out of files that were not applied. after is the key of a file.
func forgetStaged(ctx context.Context, tx *db.Tx, texts []string, after int64) (changed, next int64, err error) {
	tenant := actor.From(ctx).Tenant
	file, found, err := db.Find[id.Import](ctx, tx, `SELECT id FROM import_file WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT 1`, tenant, after)
	if err != nil || !found {
		return 0, 0, err
	}
	line := int64(0)
	for {
		rows, err := db.Many[stagedRow](ctx, tx, `SELECT line, data FROM import_row WHERE tenant_id = $1 AND import_id = $2 AND line > $3 ORDER BY line LIMIT `+strconv.Itoa(sweepPage), tenant, file, line)
		if err != nil || len(rows) == 0 {
			return changed, int64(file), err
		}
		for _, r := range rows {
			line = r.Line
			if !personal.Says(r.Data, texts) {
				continue
			}
			if _, err := db.Exec(ctx, tx, `DELETE FROM import_row WHERE tenant_id = $1 AND import_id = $2 AND line = $3`, tenant, file, line); err != nil {
				return changed, 0, err
			}
			changed++
		}
	}
}
