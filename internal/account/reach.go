package account

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Reach returns those of users for whom the actor may do p, by the scope of p and the actor's brands.
func (s *Users) Reach(ctx context.Context, q db.Queryer, p actor.Permission, users []id.User) ([]id.User, error) {
	const op = "account.Reach"
	who, err := actor.Require(ctx, op, p)
	if err != nil || len(users) == 0 {
		return nil, err
	}
	var w db.Where
	userScope(&w, who, p)
	db.In(&w, "u.id", users)
	reached, err := db.Many[id.User](ctx, q, `SELECT u.id FROM app_user u`+w.SQL()+` ORDER BY u.id`, w.Args()...)
	return reached, errs.Op(op, err)
}

// Names returns the names of users of the actor's tenant; unknown ones are left out.
// Everybody may know what a colleague whose key they were given is called.
func (s *Users) Names(ctx context.Context, users []id.User) (map[id.User]string, error) {
	names := make(map[id.User]string, len(users))
	if len(users) == 0 {
		return names, nil
	}
	var w db.Where
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(&w, "id", users)
	rows, err := db.Many[struct {
		ID   id.User
		Name string
	}](ctx, s.db, `SELECT id, name FROM app_user`+w.SQL(), w.Args()...)
	for _, r := range rows {
		names[r.ID] = r.Name
	}
	return names, errs.Op("account.Names", err)
}
