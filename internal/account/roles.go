package account

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/platform/db"
)

// maxOwnRoles bounds the roles that a tenant makes.
const maxOwnRoles = 200

// Role is a tenant's own role.
type Role struct {
	ID        id.Role
	Name      string
	Rights    actor.Rights `db:"rights,json"`
	Archived  bool
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Key returns the name under which users have the role.
func (r Role) Key() RoleKey { return RoleKey(r.ID.String()) }

// RolePatch changes what it sets.
type RolePatch struct {
	Name   *string
	Rights *actor.Rights
}

func (r Role) check() *check.Fields {
	var f check.Fields
	f.Text("name", r.Name, maxName)
	checkRights(&f, "rights", r.Rights)
	return &f
}

func (r Role) audited() map[string]any {
	scopes := map[string]string{}
	for p, s := range r.Rights {
		scopes[string(p)] = ScopeName(s)
	}
	return map[string]any{"name": r.Name, "rights": scopes, "archived": r.Archived}
}

func (r Role) subject() audit.Subject {
	return audit.Subject{Kind: whatRole, ID: int64(r.ID), Name: r.Name}
}

// ScopeName returns the word for a scope: own, team, brand, tenant; none for no scope.
func ScopeName(s actor.Scope) string {
	switch s {
	case actor.Own:
		return "own"
	case actor.InTeam:
		return "team"
	case actor.InBrand:
		return "brand"
	case actor.InTenant:
		return "tenant"
	case actor.None:
	}
	return "none"
}

// ParseScope returns the scope of that name; None for an unknown one.
func ParseScope(name string) actor.Scope {
	for s := actor.Own; s <= actor.InTenant; s++ {
		if ScopeName(s) == name {
			return s
		}
	}
	return actor.None
}

// Roles keeps the tenants' own roles.
type Roles struct {
	db  *db.DB
	dir *Directory
}

// NewRoles returns Roles over d.
func NewRoles(d *db.DB, dir *Directory) *Roles { return &Roles{db: d, dir: dir} }

// Create makes a role, of rights that the actor has.
func (s *Roles) Create(ctx context.Context, name string, rights actor.Rights) (Role, error) {
	const op = "account.CreateRole"
	who, err := actor.Require(ctx, op, actor.RoleEdit)
	if err != nil {
		return Role{}, err
	}
	r := Role{ID: id.New[id.Role](), Name: strings.TrimSpace(name), Rights: rights}
	if err := r.check().Err(op); err != nil {
		return Role{}, err
	}
	if err := mayGrant(op, who, grants{Rights: rights}); err != nil {
		return Role{}, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM app_role WHERE tenant_id = $1`, who.Tenant)
		if err != nil {
			return err
		}
		if n >= maxOwnRoles {
			return errs.New(errs.Exhausted, op, "role.too_many").With(errs.Values{"max": maxOwnRoles})
		}
		r.CreatedAt, r.UpdatedAt = tx.Now(), tx.Now()
		if err := insertRole(ctx, tx, who.Tenant, r); err != nil {
			return nameTaken(op, err)
		}
		return audit.Changed(ctx, tx, audit.Entry{Action: "role.create", Subject: r.subject(), After: r.audited()})
	})
	return r, errs.Op(op, err)
}

// nameTaken turns a broken unique index on names into words.
func nameTaken(op string, err error) error {
	if errors.Is(err, db.ErrDuplicate) {
		return errs.New(errs.Conflict, op, "name.taken")
	}
	return err
}

// Update changes a role, and with it what everybody who has it may do, at once.
func (s *Roles) Update(ctx context.Context, role id.Role, p RolePatch) (Role, error) {
	return s.change(ctx, "account.UpdateRole", "role.update", role, func(r Role) Role {
		set(&r.Name, p.Name)
		set(&r.Rights, p.Rights)
		r.Name = strings.TrimSpace(r.Name)
		return r
	})
}

// Archive takes a role out of use: who has it loses its rights.
func (s *Roles) Archive(ctx context.Context, role id.Role) (Role, error) {
	return s.change(ctx, "account.ArchiveRole", "role.archive", role, func(r Role) Role { r.Archived = true; return r })
}

// Restore undoes Archive.
func (s *Roles) Restore(ctx context.Context, role id.Role) (Role, error) {
	return s.change(ctx, "account.RestoreRole", "role.restore", role, func(r Role) Role { r.Archived = false; return r })
}

func (s *Roles) change(ctx context.Context, op, action string, role id.Role, apply func(Role) Role) (Role, error) {
	who, err := actor.Require(ctx, op, actor.RoleEdit)
	if err != nil {
		return Role{}, err
	}
	var after Role
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := db.One[Role](ctx, tx, selectRole+` WHERE tenant_id = $1 AND id = $2`+tx.ForUpdate(), who.Tenant, role)
		if err != nil {
			return err
		}
		after = apply(before)
		after.UpdatedAt = tx.Now()
		if err := after.check().Err(op); err != nil {
			return err
		}
		if err := mayGrant(op, who, grants{Rights: union(before.Rights, after.Rights)}); err != nil {
			return err
		}
		if err := updateRole(ctx, tx, who.Tenant, after); err != nil {
			return nameTaken(op, err)
		}
		if err := renewSessionsOfRole(ctx, tx, who.Tenant, after.Key()); err != nil {
			return err
		}
		s.dir.forgetAfter(tx, who.Tenant, whatRole, int64(role))
		return audit.Changed(ctx, tx, audit.Entry{Action: action, Subject: after.subject(), Before: before.audited(), After: after.audited()})
	})
	return after, errs.Op(op, err)
}

// Get returns a tenant's own role.
func (s *Roles) Get(ctx context.Context, role id.Role) (Role, error) {
	const op = "account.GetRole"
	who, err := actor.Require(ctx, op, actor.UserRead)
	if err != nil {
		return Role{}, err
	}
	r, err := db.One[Role](ctx, s.db, selectRole+` WHERE tenant_id = $1 AND id = $2`, who.Tenant, role)
	return r, errs.Op(op, err)
}

// List returns the tenant's own roles by name: the living, or the archived.
func (s *Roles) List(ctx context.Context, archived bool) ([]Role, error) {
	const op = "account.ListRoles"
	who, err := actor.Require(ctx, op, actor.UserRead)
	if err != nil {
		return nil, err
	}
	roles, err := db.Many[Role](ctx, s.db, selectRole+` WHERE tenant_id = $1 AND archived = $2 ORDER BY name_key, id`, who.Tenant, archived)
	return roles, errs.Op(op, err)
}
