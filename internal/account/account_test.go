package account_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

const (
	operator = id.Tenant(1)
	stranger = id.Tenant(2)
	fala     = id.Brand(11)
	vasarfia = id.Brand(12)
	password = "hosszú jelszó 1"
)

// someBrands are the brands that every tenant of a test has.
type someBrands []id.Brand

func (s someBrands) HasBrand(_ context.Context, _ db.Queryer, _ id.Tenant, brand id.Brand) (bool, error) {
	return brand == s[0] || brand == s[1], nil
}

type house struct {
	db       *db.DB
	dir      *account.Directory
	users    *account.Users
	roles    *account.Roles
	teams    *account.Teams
	sessions *account.Sessions
	keys     *account.Keys
	invites  *account.Invitations
}

// cheap is a cost of passwords that tests can afford.
func cheap() account.Params { return account.Params{MemoryKiB: 64, Time: 1, Threads: 1} }

func newHouse(d *db.DB) house {
	dir := account.NewDirectory(d, slog.New(slog.DiscardHandler))
	hasher := account.NewHasher(cheap())
	users := account.NewUsers(d, dir, hasher, someBrands{fala, vasarfia})
	return house{
		db: d, dir: dir, users: users, roles: account.NewRoles(d, dir), teams: account.NewTeams(d),
		sessions: account.NewSessions(d, dir, hasher), keys: account.NewKeys(d, dir, users), invites: account.NewInvitations(d, users),
	}
}

// hire makes a user of the operator with a password and returns a context in which they act.
func (h house) hire(t *testing.T, name string, role actor.BuiltIn, brands ...id.Brand) (account.User, context.Context) {
	t.Helper()
	u, err := h.users.Create(dbtest.As(t, operator), account.NewUser{
		Name: name, Email: name + "@operator.example", Language: "pl", Roles: []account.RoleKey{account.RoleKey(role)},
		AllBrands: len(brands) == 0, Brands: brands,
	}, password)
	if err != nil {
		t.Fatal(err)
	}
	return u, h.as(t, u)
}

func (h house) as(t *testing.T, u account.User) context.Context {
	t.Helper()
	a, err := h.dir.Actor(t.Context(), operator, u.ID)
	if err != nil {
		t.Fatal(err)
	}
	return actor.With(t.Context(), a)
}

func count(t *testing.T, d *db.DB, text string, args ...any) int {
	t.Helper()
	n, err := db.One[int](t.Context(), d, text, args...)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func wantCode(t *testing.T, what string, err error, kind errs.Kind, code string) {
	t.Helper()
	if !errs.Is(kind, err) || errs.CodeOf(err) != code {
		t.Errorf("%s: %v, want %v %s", what, err, kind, code)
	}
}

func TestAUserIsMadeFoundChangedAndAudited(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, ctx := newHouse(d), dbtest.As(t, operator)
		team, err := h.teams.Create(ctx, "Wsparcie")
		if err != nil {
			t.Fatal(err)
		}
		ola, err := h.users.Create(ctx, account.NewUser{
			Name: " Ola Nowicka ", Email: "Ola@Operator.example", Language: "pl", Roles: []account.RoleKey{"agent", "agent"},
			Brands: []id.Brand{vasarfia, fala}, Teams: []id.Team{team.ID},
		}, password)
		if err != nil {
			t.Fatal(err)
		}
		got, err := h.users.Get(ctx, ola.ID)
		if err != nil || got.Name != "Ola Nowicka" || len(got.Roles) != 1 || len(got.Brands) != 2 || got.Brands[0] != fala || len(got.Teams) != 1 {
			t.Fatalf("%+v %v", got, err)
		}
		for _, query := range []string{"NOWICKA", "ola@op", ""} {
			if users, err := h.users.List(ctx, account.UserFilter{Query: query, Brand: fala, Team: team.ID, Role: "agent", Limit: 5}); err != nil || len(users) != 1 {
				t.Errorf("%q finds %d, %v", query, len(users), err)
			}
		}
		name := "Aleksandra Nowicka"
		if _, err := h.users.Update(ctx, ola.ID, account.UserPatch{Name: &name}); err != nil {
			t.Fatal(err)
		}
		if n := count(t, d, `SELECT COUNT(*) FROM audit WHERE subject_kind = 'user' AND subject_id = $1`, ola.ID); n != 2 {
			t.Errorf("%d audit entries", n)
		}
		if n := count(t, d, `SELECT COUNT(*) FROM audit WHERE changes LIKE '%argon%' OR changes LIKE '%jelsz%'`); n != 0 {
			t.Error("a password is in the log")
		}
		if teams, err := h.teams.List(ctx, false); err != nil || teams[0].Members != 1 {
			t.Errorf("%+v %v", teams, err)
		}
	})
}

func TestBadUsersAreRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, ctx := newHouse(d), dbtest.As(t, operator)
		h.hire(t, "ola", actor.Agent)
		good := account.NewUser{Name: "Kamil", Email: "kamil@operator.example", Language: "pl", Roles: []account.RoleKey{"agent"}}
		cases := []struct {
			name     string
			change   func(n *account.NewUser)
			password string
			kind     errs.Kind
			code     string
		}{
			{"an e-mail address twice, whatever the case", func(n *account.NewUser) { n.Email = "OLA@operator.example" }, "", errs.Conflict, "user.email_taken"},
			{"no role", func(n *account.NewUser) { n.Roles = nil }, "", errs.Invalid, "fields"},
			{"a role that is not there", func(n *account.NewUser) { n.Roles = []account.RoleKey{"77"} }, "", errs.Invalid, "fields"},
			{"a brand that is not there", func(n *account.NewUser) { n.Brands = []id.Brand{99} }, "", errs.Invalid, "fields"},
			{"a team that is not there", func(n *account.NewUser) { n.Teams = []id.Team{99} }, "", errs.Invalid, "fields"},
			{"a short password", func(*account.NewUser) {}, "short", errs.Invalid, "fields"},
			{"the e-mail address as password", func(*account.NewUser) {}, "kamil@operator.example", errs.Invalid, "fields"},
		}
		for _, c := range cases {
			in := good
			c.change(&in)
			_, err := h.users.Create(ctx, in, c.password)
			wantCode(t, c.name, err, c.kind, c.code)
		}
	})
}

func TestNobodyGrantsMoreThanTheyHave(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(d)
		admin, adminCtx := h.hire(t, "grace", actor.Administrator)
		rights := actor.Agent.Rights()
		rights[actor.UserEdit], rights[actor.UserRead], rights[actor.RoleEdit], rights[actor.KeyEdit] = actor.InBrand, actor.InBrand, actor.InTenant, actor.InTenant
		lead, err := h.roles.Create(adminCtx, "Team lead", rights)
		if err != nil {
			t.Fatal(err)
		}
		marta, _ := h.hire(t, "marta", actor.Agent, fala)
		ola, _ := h.hire(t, "ola", actor.Agent, fala)
		eszter, _ := h.hire(t, "eszter", actor.Agent, vasarfia)
		roles := []account.RoleKey{lead.Key()}
		if _, err := h.users.Update(adminCtx, marta.ID, account.UserPatch{Roles: &roles}); err != nil {
			t.Fatal(err)
		}
		ctx := h.as(t, marta)
		newcomer := account.NewUser{Name: "Kamil", Email: "kamil@operator.example", Language: "pl", Roles: []account.RoleKey{"agent"}, Brands: []id.Brand{fala}}

		greater := newcomer
		greater.Roles = []account.RoleKey{"administrator"}
		_, err = h.users.Create(ctx, greater, "")
		wantCode(t, "a greater role", err, errs.Forbidden, "grant.rights")
		wider := newcomer
		wider.Brands = []id.Brand{vasarfia}
		_, err = h.users.Create(ctx, wider, "")
		wantCode(t, "another brand", err, errs.Forbidden, "grant.brands")
		wider.AllBrands = true
		_, err = h.users.Create(ctx, wider, "")
		wantCode(t, "all brands", err, errs.Forbidden, "grant.brands")
		_, _, err = h.invites.Create(ctx, greater)
		wantCode(t, "an invitation to more", err, errs.Forbidden, "grant.rights")
		_, err = h.roles.Create(ctx, "Sneaky", actor.Rights{actor.AuditRead: actor.InTenant})
		wantCode(t, "a greater own role", err, errs.Forbidden, "grant.rights")
		_, _, err = h.keys.Create(ctx, account.NewKey{Name: "k", Rights: actor.Rights{actor.UserRead: actor.InTenant}, Brands: []id.Brand{fala}})
		wantCode(t, "a greater key", err, errs.Forbidden, "grant.rights")
		_, err = h.users.Deactivate(ctx, admin.ID)
		wantCode(t, "somebody greater", err, errs.Forbidden, "grant.greater")
		_, err = h.users.Deactivate(ctx, eszter.ID)
		wantCode(t, "somebody of another brand", err, errs.NotFound, "not_found")
		if _, err = h.users.Create(ctx, newcomer, ""); err != nil {
			t.Errorf("what she has: %v", err)
		}
		if _, err = h.users.Deactivate(ctx, ola.ID); err != nil {
			t.Errorf("an agent of her brand: %v", err)
		}
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, ctx := newHouse(d), dbtest.As(t, operator)
		grace, _ := h.hire(t, "grace", actor.Administrator)
		_, err := h.users.Deactivate(ctx, grace.ID)
		wantCode(t, "deactivate", err, errs.Conflict, "user.last_administrator")
		agent := []account.RoleKey{"agent"}
		_, err = h.users.Update(ctx, grace.ID, account.UserPatch{Roles: &agent})
		wantCode(t, "another role", err, errs.Conflict, "user.last_administrator")

		sam, _ := h.hire(t, "sam", actor.Administrator)
		ended := make(chan error, 2)
		for _, u := range []id.User{grace.ID, sam.ID} {
			go func() {
				_, err := h.users.Deactivate(ctx, u)
				ended <- err
			}()
		}
		refused := 0
		for range 2 {
			if err := <-ended; errs.CodeOf(err) == "user.last_administrator" {
				refused++
			} else if err != nil {
				t.Error(err)
			}
		}
		if refused != 1 {
			t.Errorf("%d of two at once refused", refused)
		}
	})
}

func TestUsersOutsideTheScopeAreNotFound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(d)
		team, err := h.teams.Create(dbtest.As(t, operator), "Wsparcie")
		if err != nil {
			t.Fatal(err)
		}
		ola, _ := h.hire(t, "ola", actor.Agent, fala)
		kamil, _ := h.hire(t, "kamil", actor.Agent, fala)
		eszter, _ := h.hire(t, "eszter", actor.Agent, vasarfia)
		teams := []id.Team{team.ID}
		for _, u := range []id.User{ola.ID, eszter.ID} {
			if _, err := h.users.Update(dbtest.As(t, operator), u, account.UserPatch{Teams: &teams}); err != nil {
				t.Fatal(err)
			}
		}
		as := func(tenant id.Tenant, scope actor.Scope, brands ...id.Brand) context.Context {
			return actor.With(t.Context(), actor.Actor{
				Kind: actor.User, Tenant: tenant, User: ola.ID, Rights: actor.Rights{actor.UserRead: scope}, Brands: actor.Brands{Some: brands},
			})
		}
		cases := []struct {
			name string
			ctx  context.Context
			sees []id.User
		}{
			{"own", as(operator, actor.Own), []id.User{ola.ID}},
			{"team", as(operator, actor.InTeam), []id.User{ola.ID, eszter.ID}},
			{"brand", as(operator, actor.InBrand, fala), []id.User{ola.ID, kamil.ID}},
			{"no brand", as(operator, actor.InBrand), []id.User{ola.ID}},
			{"tenant", as(operator, actor.InTenant), []id.User{ola.ID, kamil.ID, eszter.ID}},
			{"another tenant", as(stranger, actor.InTenant), nil},
		}
		for _, c := range cases {
			users, err := h.users.List(c.ctx, account.UserFilter{Limit: 10})
			if err != nil || len(users) != len(c.sees) {
				t.Errorf("%s: lists %d, want %d (%v)", c.name, len(users), len(c.sees), err)
			}
			for _, u := range []id.User{ola.ID, kamil.ID, eszter.ID} {
				wanted := false
				for _, s := range c.sees {
					wanted = wanted || s == u
				}
				if _, err := h.users.Get(c.ctx, u); (err == nil) != wanted || err != nil && !errs.Is(errs.NotFound, err) {
					t.Errorf("%s: get %v: %v", c.name, u, err)
				}
			}
		}
		mates := func() []id.User {
			all, err := account.Mates(t.Context(), d, operator, ola.ID)
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		if all := mates(); len(all) != 2 {
			t.Errorf("mates %v", all)
		}
		if _, err := h.teams.Archive(dbtest.As(t, operator), team.ID); err != nil {
			t.Fatal(err)
		}
		users, err := h.users.List(as(operator, actor.InTeam), account.UserFilter{Limit: 10})
		if all := mates(); err != nil || len(all) != 1 || len(users) != 1 {
			t.Errorf("of an archived team: mates %v, lists %d (%v)", all, len(users), err)
		}
	})
}

func TestAnInvitationIsAcceptedOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, ctx := newHouse(d), dbtest.As(t, operator)
		in := account.NewUser{Email: "dora@operator.example", Language: "hu", Roles: []account.RoleKey{"expert"}, Brands: []id.Brand{vasarfia}}
		_, old, err := h.invites.Create(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		_, token, err := h.invites.Create(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.invites.Look(t.Context(), old)
		wantCode(t, "an older invitation", err, errs.NotFound, "invitation.gone")
		if i, err := h.invites.Look(t.Context(), token); err != nil || i.Email != in.Email || i.TenantID != operator {
			t.Errorf("%+v %v", i, err)
		}
		_, _, err = h.invites.Accept(t.Context(), token, "Balogh Dóra", "short")
		wantCode(t, "a short password", err, errs.Invalid, "fields")
		_, u, err := h.invites.Accept(t.Context(), token, "Balogh Dóra", password)
		if err != nil || u.Name != "Balogh Dóra" || u.Brands[0] != vasarfia {
			t.Fatalf("%+v %v", u, err)
		}
		_, _, err = h.invites.Accept(t.Context(), token, "Balogh Dóra", password)
		wantCode(t, "again", err, errs.NotFound, "invitation.gone")
		if _, err := h.sessions.Login(t.Context(), operator, in.Email, password, account.Browser{}); err != nil {
			t.Errorf("signs in: %v", err)
		}
		_, _, err = h.invites.Create(ctx, in)
		wantCode(t, "somebody who is here", err, errs.Conflict, "user.email_taken")
	})
}

func TestARevokedInvitationIsGone(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(dbtest.SQLite(t)), dbtest.As(t, operator)
	i, token, err := h.invites.Create(ctx, account.NewUser{Email: "ewa@operator.example", Language: "pl", Roles: []account.RoleKey{"agent"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.invites.Revoke(dbtest.As(t, stranger), i.ID); !errs.Is(errs.NotFound, err) {
		t.Errorf("another tenant revokes: %v", err)
	}
	if err := h.invites.Revoke(ctx, i.ID); err != nil {
		t.Fatal(err)
	}
	_, err = h.invites.Look(t.Context(), token)
	wantCode(t, "revoked", err, errs.NotFound, "invitation.gone")
	if all, err := h.invites.List(ctx, 0, 10); err != nil || len(all) != 0 {
		t.Errorf("%d open, %v", len(all), err)
	}
}
