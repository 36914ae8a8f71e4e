package account

import (
	"context"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/db"
)

const selectUser = `SELECT u.id, u.name, u.email, u.language, u.theme, u.density, u.active, u.all_brands, u.created_at, u.updated_at FROM app_user u`

// userScope limits users to those that who may see with p.
func userScope(w *db.Where, who actor.Actor, p actor.Permission) {
	w.And("u.tenant_id = ?", who.Tenant)
	switch who.Scope(p) {
	case actor.InTenant:
	case actor.InBrand:
		if who.Brands.All {
			return
		}
		places := []string{"0"} // no brand has this key, so that the list is never empty
		for _, b := range who.Brands.Some {
			places = append(places, w.Arg(b))
		}
		w.And(`(u.id = ? OR u.all_brands OR EXISTS (SELECT 1 FROM user_brand b
			WHERE b.tenant_id = u.tenant_id AND b.user_id = u.id AND b.brand_id IN (`+strings.Join(places, ", ")+`)))`, who.User)
	case actor.InTeam:
		w.And(`(u.id = ? OR EXISTS (SELECT 1 `+matesOf+` WHERE mine.tenant_id = u.tenant_id AND mine.user_id = ? AND m.user_id = u.id))`,
			who.User, who.User)
	default:
		w.And("u.id = ?", who.User)
	}
}

// oneUser returns a user whom who may see with p, with what belongs to them.
func oneUser(ctx context.Context, q db.Queryer, who actor.Actor, p actor.Permission, user id.User, lock string) (User, error) {
	var w db.Where
	userScope(&w, who, p)
	w.And("u.id = ?", user)
	u, err := db.One[User](ctx, q, selectUser+w.SQL()+lock, w.Args()...)
	if err != nil {
		return u, err
	}
	users := []User{u}
	err = attach(ctx, q, who.Tenant, users)
	return users[0], err
}

// UserFilter narrows a list of users.
type UserFilter struct {
	Query     string // part of the name or of the e-mail address
	Inactive  bool   // those instead of the active
	Brand     id.Brand
	Team      id.Team
	Role      RoleKey
	AfterName string // folded name and key of the last user of the page before
	After     id.User
	Limit     int
}

func listUsers(ctx context.Context, q db.Queryer, who actor.Actor, f UserFilter) ([]User, error) {
	var w db.Where
	userScope(&w, who, actor.UserRead)
	w.And("u.active = ?", !f.Inactive)
	if like := fold.Like(f.Query); like != "" {
		w.And(`(u.name_key LIKE ? ESCAPE '\' OR u.email_key LIKE ? ESCAPE '\')`, like, like)
	}
	if !f.Brand.IsZero() {
		w.And(`(u.all_brands OR EXISTS (SELECT 1 FROM user_brand b WHERE b.tenant_id = u.tenant_id AND b.user_id = u.id AND b.brand_id = ?))`, f.Brand)
	}
	if !f.Team.IsZero() {
		w.And(`EXISTS (SELECT 1 FROM team_member m WHERE m.tenant_id = u.tenant_id AND m.user_id = u.id AND m.team_id = ?)`, f.Team)
	}
	if f.Role != "" {
		w.And(`EXISTS (SELECT 1 FROM user_role r WHERE r.tenant_id = u.tenant_id AND r.user_id = u.id AND r.role = ?)`, string(f.Role))
	}
	if !f.After.IsZero() {
		w.And("(u.name_key, u.id) > (?, ?)", f.AfterName, f.After)
	}
	users, err := db.Many[User](ctx, q, selectUser+w.SQL()+` ORDER BY u.name_key, u.id LIMIT `+w.Arg(f.Limit), w.Args()...)
	if err != nil {
		return nil, err
	}
	return users, attach(ctx, q, who.Tenant, users)
}

// attach fills in the roles, brands and teams of users.
func attach(ctx context.Context, q db.Queryer, tenant id.Tenant, users []User) error {
	at := make(map[id.User]*User, len(users))
	keys := make([]id.User, len(users))
	for i := range users {
		at[users[i].ID], keys[i] = &users[i], users[i].ID
	}
	roles, err := linksOf[RoleKey](ctx, q, `SELECT user_id, role AS thing FROM user_role`, tenant, keys)
	if err != nil {
		return err
	}
	brands, err := linksOf[id.Brand](ctx, q, `SELECT user_id, brand_id AS thing FROM user_brand`, tenant, keys)
	if err != nil {
		return err
	}
	teams, err := linksOf[id.Team](ctx, q, `SELECT user_id, team_id AS thing FROM team_member`, tenant, keys)
	for user, u := range at {
		u.Roles, u.Brands, u.Teams = roles[user], brands[user], teams[user]
	}
	return err
}

// linksOf returns what text links to each of users.
func linksOf[T any](ctx context.Context, q db.Queryer, text string, tenant id.Tenant, users []id.User) (map[id.User][]T, error) {
	var w db.Where
	w.And("tenant_id = ?", tenant)
	db.In(&w, "user_id", users)
	rows, err := db.Many[struct {
		UserID id.User
		Thing  T
	}](ctx, q, text+w.SQL()+` ORDER BY thing`, w.Args()...)
	links := map[id.User][]T{}
	for _, r := range rows {
		links[r.UserID] = append(links[r.UserID], r.Thing)
	}
	return links, err
}

func insertUser(ctx context.Context, tx *db.Tx, tenant id.Tenant, u User, hash string) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO app_user (tenant_id, id, name, name_key, email, email_key, password, language, theme, density, active, all_brands, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)`,
		tenant, u.ID, u.Name, fold.Text(u.Name), u.Email, emailKey(u.Email), hash, u.Language, u.Theme, u.Density, u.Active, u.AllBrands, u.CreatedAt)
	if err != nil {
		return err
	}
	return writeLinks(ctx, tx, tenant, u)
}

func updateUser(ctx context.Context, tx *db.Tx, tenant id.Tenant, u User) error {
	_, err := db.Exec(ctx, tx, `UPDATE app_user SET name = $3, name_key = $4, email = $5, email_key = $6, language = $7, theme = $8,
		density = $9, active = $10, all_brands = $11, updated_at = $12 WHERE tenant_id = $1 AND id = $2`,
		tenant, u.ID, u.Name, fold.Text(u.Name), u.Email, emailKey(u.Email), u.Language, u.Theme, u.Density, u.Active, u.AllBrands, u.UpdatedAt)
	return err
}

// writeLinks replaces the roles, brands and teams of u.
func writeLinks(ctx context.Context, tx *db.Tx, tenant id.Tenant, u User) error {
	for _, text := range []string{
		`DELETE FROM user_role WHERE tenant_id = $1 AND user_id = $2`,
		`DELETE FROM user_brand WHERE tenant_id = $1 AND user_id = $2`,
		`DELETE FROM team_member WHERE tenant_id = $1 AND user_id = $2`,
	} {
		if _, err := db.Exec(ctx, tx, text, tenant, u.ID); err != nil {
			return err
		}
	}
	for _, r := range u.Roles {
		if _, err := db.Exec(ctx, tx, `INSERT INTO user_role (tenant_id, user_id, role) VALUES ($1, $2, $3)`, tenant, u.ID, string(r)); err != nil {
			return err
		}
	}
	for _, b := range u.Brands {
		if _, err := db.Exec(ctx, tx, `INSERT INTO user_brand (tenant_id, user_id, brand_id) VALUES ($1, $2, $3)`, tenant, u.ID, b); err != nil {
			return err
		}
	}
	for _, m := range u.Teams {
		if _, err := db.Exec(ctx, tx, `INSERT INTO team_member (tenant_id, user_id, team_id) VALUES ($1, $2, $3)`, tenant, u.ID, m); err != nil {
			return err
		}
	}
	return nil
}

// readActor loads an active user as an actor.
func readActor(ctx context.Context, q db.Queryer, tenant id.Tenant, user id.User) (actor.Actor, error) {
	u, err := oneUser(ctx, q, actor.ForSystem(tenant), actor.UserRead, user, "")
	if err != nil {
		return actor.Actor{}, err
	}
	if !u.Active {
		return actor.Actor{}, errs.E(errs.NotFound, "account.readActor", nil)
	}
	rights, err := rightsOf(ctx, q, tenant, u.Roles)
	return actor.Actor{
		Kind: actor.User, Tenant: tenant, User: user, Name: u.Name, Language: u.Language,
		Brands: actor.Brands{All: u.AllBrands, Some: u.Brands}, Rights: rights,
	}, err
}
