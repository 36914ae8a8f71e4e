package account

import (
	"context"
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Staff answers what others ask about the users of the actor's tenant. It has no
// state: the zero value works.
type Staff struct{}

// Teammates returns the members of all teams of user, the user included.
func (Staff) Teammates(ctx context.Context, q db.Queryer, user id.User) ([]id.User, error) {
	tenant := actor.From(ctx).Tenant
	mates, err := db.Many[id.User](ctx, q, `SELECT DISTINCT m.user_id FROM team_member mine
		JOIN team t ON t.tenant_id = mine.tenant_id AND t.id = mine.team_id AND NOT t.archived
		JOIN team_member m ON m.tenant_id = mine.tenant_id AND m.team_id = mine.team_id
		WHERE mine.tenant_id = $1 AND mine.user_id = $2`, tenant, user)
	if err == nil && !slices.Contains(mates, user) {
		mates = append(mates, user)
	}
	return mates, err
}

// OfBrand returns those of users who are active and may see brand.
func (Staff) OfBrand(ctx context.Context, q db.Queryer, brand id.Brand, users []id.User) ([]id.User, error) {
	w := &db.Where{}
	w.And("u.tenant_id = ?", actor.From(ctx).Tenant)
	w.And("u.active")
	db.In(w, "u.id", users)
	w.And(`(u.all_brands OR EXISTS (SELECT 1 FROM user_brand b WHERE b.tenant_id = u.tenant_id AND b.user_id = u.id AND b.brand_id = ?))`, brand)
	return db.Many[id.User](ctx, q, `SELECT u.id FROM app_user u`+w.SQL(), w.Args()...)
}

// Serves reports whether a user is active and granted the brand.
func (s Staff) Serves(ctx context.Context, q db.Queryer, user id.User, brand id.Brand) (bool, error) {
	found, err := s.OfBrand(ctx, q, brand, []id.User{user})
	return len(found) == 1, err
}

// Reach returns those of users for whom the actor of ctx may do p: themselves, the
// members of their teams, those who share a brand with them, or all of the tenant.
func (s Staff) Reach(ctx context.Context, q db.Queryer, p actor.Permission, users []id.User) ([]id.User, error) {
	who := actor.From(ctx)
	switch scope := who.Scope(p); {
	case scope == actor.None || len(users) == 0:
		return nil, nil
	case scope == actor.Own:
		return only(users, []id.User{who.User}), nil
	case scope == actor.InTeam:
		mates, err := s.Teammates(ctx, q, who.User)
		return only(users, mates), err
	default:
		return s.sharing(ctx, q, who, scope, users)
	}
}

// sharing returns those of users who exist and, below the tenant's scope, have a brand in common with who.
func (Staff) sharing(ctx context.Context, q db.Queryer, who actor.Actor, scope actor.Scope, users []id.User) ([]id.User, error) {
	w := &db.Where{}
	w.And("u.tenant_id = ?", who.Tenant)
	db.In(w, "u.id", users)
	if scope < actor.InTenant && !who.Brands.All {
		common := make([]string, len(who.Brands.Some))
		for i, b := range who.Brands.Some {
			common[i] = w.Arg(b)
		}
		shared := "1 = 0"
		if len(common) > 0 {
			shared = `EXISTS (SELECT 1 FROM user_brand b WHERE b.tenant_id = u.tenant_id AND b.user_id = u.id AND b.brand_id IN (` +
				strings.Join(common, ", ") + `))`
		}
		w.And(`(u.all_brands OR ` + shared + `)`)
	}
	return db.Many[id.User](ctx, q, `SELECT u.id FROM app_user u`+w.SQL(), w.Args()...)
}

// only returns the elements of users that are in allowed.
func only(users, allowed []id.User) []id.User {
	var out []id.User
	for _, u := range users {
		if slices.Contains(allowed, u) {
			out = append(out, u)
		}
	}
	return out
}
