package knowledge

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
)

// Personal declares what is kept about customers here: what was looked for may name somebody.
func Personal() []personal.Table {
	return []personal.Table{{Name: "missing_answer", Class: personal.Logs, Of: personal.Texts, Sweep: forgetMissing}}
}

func forgetMissing(ctx context.Context, tx *db.Tx, texts []string, after int64) (changed, next int64, err error) {
	return personal.Words{Table: "missing_answer", Text: "question || ' ' || example"}.Sweep(ctx, tx, texts, after, func(key int64) error {
		_, err := db.Exec(ctx, tx, `DELETE FROM missing_answer WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, key)
		return err
	})
}
