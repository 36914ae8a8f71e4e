package account

import (
	"context"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/db"
)

// Teammates returns the members of all teams of user, the user included.
func (s *Users) Teammates(ctx context.Context, q db.Queryer, user id.User) ([]id.User, error) {
	mates, err := Mates(ctx, q, actor.From(ctx).Tenant, user)
	return mates, errs.Op("account.Teammates", err)
}

// matesOf are the members m of all teams in use of the member mine.
const matesOf = `FROM team_member mine JOIN team t ON t.tenant_id = mine.tenant_id AND t.id = mine.team_id AND NOT t.archived
	JOIN team_member m ON m.tenant_id = mine.tenant_id AND m.team_id = mine.team_id`

// Mates returns the members of all teams in use of a user, the user included:
// whose work belongs to a right that reaches as far as the team.
func Mates(ctx context.Context, q db.Queryer, tenant id.Tenant, user id.User) ([]id.User, error) {
	mates, err := db.Many[id.User](ctx, q, `SELECT DISTINCT m.user_id `+matesOf+` WHERE mine.tenant_id = $1 AND mine.user_id = $2`, tenant, user)
	if err == nil && !slices.Contains(mates, user) {
		mates = append(mates, user)
	}
	return mates, err
}

// OfBrand returns those of users who are active and may see brand.
func (s *Users) OfBrand(ctx context.Context, q db.Queryer, brand id.Brand, users []id.User) ([]id.User, error) {
	var w db.Where
	w.And("u.tenant_id = ?", actor.From(ctx).Tenant)
	w.And("u.active")
	db.In(&w, "u.id", users)
	w.And(`(u.all_brands OR EXISTS (SELECT 1 FROM user_brand b WHERE b.tenant_id = u.tenant_id AND b.user_id = u.id AND b.brand_id = ?))`, brand)
	able, err := db.Many[id.User](ctx, q, `SELECT u.id FROM app_user u`+w.SQL(), w.Args()...)
	return able, errs.Op("account.OfBrand", err)
}

// AskBrands asks within q for the brands that a user may see; of one who is not active, none.
func (s *Users) AskBrands(ctx context.Context, q db.Queryer, user id.User) (answer func(ctx context.Context) (actor.Brands, error)) {
	asked := db.Ask[struct {
		All   bool
		Brand id.Brand
	}](ctx, q, `SELECT u.all_brands AS "all", COALESCE(b.brand_id, 0) AS brand FROM app_user u
		LEFT JOIN user_brand b ON b.tenant_id = u.tenant_id AND b.user_id = u.id AND NOT u.all_brands
		WHERE u.tenant_id = $1 AND u.id = $2 AND u.active`, actor.From(ctx).Tenant, user)
	return func(ctx context.Context) (may actor.Brands, err error) {
		rows, err := asked.Many(ctx)
		for _, r := range rows {
			may.All = r.All
			may.Some = append(may.Some, r.Brand)
		}
		return may, errs.Op("account.AskBrands", err)
	}
}

// Colleague is a user as others see them.
type Colleague struct {
	ID   id.User
	Name string
}

// maxColleagues bounds what is offered while somebody types a name.
const maxColleagues = 20

// Colleagues returns the active users of a brand whose name has a word that begins
// with a text, by name. Everybody who may write notes may name them.
func (s *Users) Colleagues(ctx context.Context, brand id.Brand, beginning string) ([]Colleague, error) {
	const op = "account.Colleagues"
	who, err := actor.Require(ctx, op, actor.ConversationNote)
	if err != nil {
		return nil, err
	}
	var w db.Where
	w.And("u.tenant_id = ?", who.Tenant)
	w.And("u.active")
	w.And(`(u.all_brands OR EXISTS (SELECT 1 FROM user_brand b WHERE b.tenant_id = u.tenant_id AND b.user_id = u.id AND b.brand_id = ?))`, brand)
	if like := fold.Like(beginning); like != "" {
		w.And(`u.name_key LIKE ? ESCAPE '\'`, like)
	}
	found, err := db.Many[Colleague](ctx, s.db, `SELECT u.id, u.name FROM app_user u`+w.SQL()+` ORDER BY u.name_key, u.id LIMIT `+w.Arg(maxColleagues), w.Args()...)
	return found, errs.Op(op, err)
}

// TeamsOf returns the teams in use of user.
func (s *Users) TeamsOf(ctx context.Context, q db.Queryer, user id.User) ([]id.Team, error) {
	teams, err := Memberships(ctx, q, actor.From(ctx).Tenant, user)
	return teams, errs.Op("account.TeamsOf", err)
}

// HasTeam reports whether the tenant uses a team.
func (s *Users) HasTeam(ctx context.Context, q db.Queryer, team id.Team) (bool, error) {
	return HasTeam(ctx, q, team)
}

// HasTeam reports whether the tenant of ctx uses a team.
func HasTeam(ctx context.Context, q db.Queryer, team id.Team) (bool, error) {
	_, found, err := db.Find[id.Team](ctx, q, `SELECT id FROM team WHERE tenant_id = $1 AND id = $2 AND NOT archived`, actor.From(ctx).Tenant, team)
	return found, errs.Op("account.HasTeam", err)
}

// Memberships returns the teams in use of a user, for views.
func Memberships(ctx context.Context, q db.Queryer, tenant id.Tenant, user id.User) ([]id.Team, error) {
	return db.Many[id.Team](ctx, q, `SELECT t.id FROM team_member m JOIN team t ON t.tenant_id = m.tenant_id AND t.id = m.team_id AND NOT t.archived
		WHERE m.tenant_id = $1 AND m.user_id = $2 ORDER BY t.id`, tenant, user)
}

// MembersOf returns the active members of a team who may see brand.
func (s *Users) MembersOf(ctx context.Context, q db.Queryer, brand id.Brand, team id.Team) ([]id.User, error) {
	members, err := db.Many[id.User](ctx, q, `SELECT user_id FROM team_member WHERE tenant_id = $1 AND team_id = $2 ORDER BY user_id LIMIT 1000`, actor.From(ctx).Tenant, team)
	if err != nil || len(members) == 0 {
		return nil, errs.Op("account.MembersOf", err)
	}
	return s.OfBrand(ctx, q, brand, members)
}
