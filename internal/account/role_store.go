package account

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/db"
)

const selectRole = `SELECT id, name, rights, archived, created_at, updated_at FROM app_role`

// rightsOf returns the union of roles. Archived roles give nothing.
func rightsOf(ctx context.Context, q db.Queryer, tenant id.Tenant, roles []RoleKey) (actor.Rights, error) {
	rights := actor.Rights{}
	var own []id.Role
	for _, r := range roles {
		if b, ok := r.builtIn(); ok {
			rights = union(rights, b.Rights())
		} else if key, err := id.Parse[id.Role](string(r)); err == nil {
			own = append(own, key)
		}
	}
	if len(own) == 0 {
		return rights, nil
	}
	var w db.Where
	w.And("tenant_id = ?", tenant)
	w.And("archived = ?", false)
	db.In(&w, "id", own)
	rows, err := db.Many[Role](ctx, q, selectRole+w.SQL(), w.Args()...)
	for _, r := range rows {
		rights = union(rights, r.Rights)
	}
	return rights, err
}

// knownRoles refuses roles that do not exist or are archived.
func knownRoles(ctx context.Context, q db.Queryer, tenant id.Tenant, roles []RoleKey) error {
	for _, r := range roles {
		if _, ok := r.builtIn(); ok {
			continue
		}
		key, err := id.Parse[id.Role](string(r))
		if err != nil {
			return unknownReference("roles")
		}
		if _, found, err := db.Find[int64](ctx, q, `SELECT id FROM app_role WHERE tenant_id = $1 AND id = $2 AND archived = $3`, tenant, key, false); err != nil {
			return err
		} else if !found {
			return unknownReference("roles")
		}
	}
	return nil
}

// unknownReference says that a field names a thing that is not there.
func unknownReference(path string) error {
	return errs.Fields("account.reference", errs.Field{Path: path, Code: "reference"})
}

func insertRole(ctx context.Context, tx *db.Tx, tenant id.Tenant, r Role) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO app_role (tenant_id, id, name, name_key, rights, archived, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`, tenant, r.ID, r.Name, fold.Text(r.Name), db.JSON(r.Rights), r.Archived, r.CreatedAt)
	return err
}

func updateRole(ctx context.Context, tx *db.Tx, tenant id.Tenant, r Role) error {
	_, err := db.Exec(ctx, tx, `UPDATE app_role SET name = $3, name_key = $4, rights = $5, archived = $6, updated_at = $7 WHERE tenant_id = $1 AND id = $2`,
		tenant, r.ID, r.Name, fold.Text(r.Name), db.JSON(r.Rights), r.Archived, r.UpdatedAt)
	return err
}
