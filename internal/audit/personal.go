package audit

import (
	"context"
	"encoding/json"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
)

// Personal declares what is kept about customers here.
func Personal() []personal.Table {
	return []personal.Table{
		{Name: "audit", Class: personal.Logs, Of: personal.Case, Where: `tenant_id = $1 AND subject_kind = 'case' AND subject_id = $2`, Forget: forget("case")},
		{Name: "audit", Class: personal.Logs, Of: personal.Customer, Where: `tenant_id = $1 AND subject_kind = 'customer' AND subject_id = $2`, Forget: forget("customer")},
	}
}

// erased stands in place of a value that was about a person.
var erased = json.RawMessage(`"erased"`) //nolint:gochecknoglobals // a constant that Go cannot express

// Forget takes the values and the name out of the entries about a subject that was erased: who did what and when stays.
func Forget(ctx context.Context, tx *db.Tx, s Subject) error {
	if _, err := forget(s.Kind)(ctx, tx, s.ID); err != nil {
		return err
	}
	_, err := db.Exec(ctx, tx, `UPDATE audit SET subject_name = '' WHERE tenant_id = $1 AND subject_kind = $2 AND subject_id = $3`, actor.From(ctx).Tenant, s.Kind, s.ID)
	return errs.Op("audit.Forget", err)
}

// forget takes the values out of the entries about a thing: who did what and when stays.
func forget(kind string) func(ctx context.Context, tx *db.Tx, thing int64) (int64, error) {
	return func(ctx context.Context, tx *db.Tx, thing int64) (changed int64, err error) {
		const op = "audit.forget"
		tenant := actor.From(ctx).Tenant
		rows, err := db.Many[Record](ctx, tx, `SELECT id, changes FROM audit WHERE tenant_id = $1 AND subject_kind = $2 AND subject_id = $3 ORDER BY id LIMIT 10000`,
			tenant, kind, thing)
		if err != nil {
			return 0, errs.Op(op, err)
		}
		for _, r := range rows {
			touched := false
			for i, c := range r.Changes {
				if !isText(c.Before) && !isText(c.After) {
					continue
				}
				touched = true
				if c.Before != nil {
					r.Changes[i].Before = erased
				}
				if c.After != nil {
					r.Changes[i].After = erased
				}
			}
			if !touched {
				continue
			}
			changed++
			if _, err := db.Exec(ctx, tx, `UPDATE audit SET changes = $3 WHERE tenant_id = $1 AND id = $2`, tenant, r.ID, db.JSON(r.Changes)); err != nil {
				return changed, errs.Op(op, err)
			}
		}
		return changed, nil
	}
}

// isText reports a value that may say something of a person: anything but a number, yes or no, and what was erased before.
func isText(value json.RawMessage) bool {
	return len(value) > 0 && string(value) != string(erased) && (value[0] == '"' || value[0] == '{' || value[0] == '[') && !isKey(value)
}

// isKey reports a text of digits alone: the key of a thing.
func isKey(value json.RawMessage) bool {
	if len(value) < 12 || value[0] != '"' {
		return false
	}
	for _, b := range value[1 : len(value)-1] {
		if b < '0' || b > '9' {
			return false
		}
	}
	return true
}
