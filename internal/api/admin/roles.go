package admin

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
)

const (
	tagRoles  = "roles"
	rolesPath = "/api/v1/roles"
	rolePath  = rolesPath + "/{id}"
)

// RoleKey is the address of a tenant's own role.
type RoleKey struct {
	ID id.Role `path:"id"`
}

type roleBody struct {
	Key         account.RoleKey   `json:"key" doc:"By which users have the role"`
	ID          id.Role           `json:"id,omitzero" doc:"Absent for a built-in role"`
	BuiltIn     bool              `json:"built_in" doc:"Cannot be changed; its name is in the catalogues"`
	Name        string            `json:"name"`
	Permissions map[string]string `json:"permissions" doc:"Permission and how far it reaches: own, team, brand, tenant"`
	Archived    bool              `json:"archived"`
	UpdatedAt   time.Time         `json:"updated_at,omitzero"`
}

func roleOf(r account.Role) roleBody {
	return roleBody{Key: r.Key(), ID: r.ID, Name: r.Name, Permissions: scopesOf(r.Rights), Archived: r.Archived, UpdatedAt: r.UpdatedAt}
}

func builtInOf(r actor.BuiltIn) roleBody {
	return roleBody{Key: account.RoleKey(r), BuiltIn: true, Name: string(r), Permissions: scopesOf(r.Rights())}
}

type roleOutput struct{ Body roleBody }

type roleListOutput struct {
	Body struct {
		Items []roleBody `json:"items"`
	}
}

type roleCreateInput struct {
	Body struct {
		Name        string            `json:"name" minLength:"1" maxLength:"100"`
		Permissions map[string]string `json:"permissions"`
	}
}

type roleUpdateInput struct {
	RoleKey

	Body struct {
		Name        *string            `json:"name,omitempty" minLength:"1" maxLength:"100"`
		Permissions *map[string]string `json:"permissions,omitempty"`
	}
}

func (in *roleUpdateInput) patch() account.RolePatch {
	p := account.RolePatch{Name: in.Body.Name}
	if in.Body.Permissions != nil {
		rights := rightsOf(*in.Body.Permissions)
		p.Rights = &rights
	}
	return p
}

func shownRole(r account.Role, err error) (*roleOutput, error) {
	if err != nil {
		return nil, err
	}
	return &roleOutput{Body: roleOf(r)}, nil
}

type permissionBody struct {
	Name  string `json:"name"`
	Scope string `json:"scope" doc:"How far the reader has it: none, own, team, brand, tenant"`
}

type permissionsOutput struct {
	Body struct {
		Items  []permissionBody `json:"items"`
		Scopes []string         `json:"scopes" doc:"From the narrowest to the widest"`
	}
}

// RegisterRoles adds the operations on roles and the list of permissions.
func RegisterRoles(api *httpx.API, roles *account.Roles) {
	registerRoleReads(api, roles)
	registerRoleWrites(api, roles)
}

func registerRoleReads(api *httpx.API, roles *account.Roles) {
	httpx.Register(api, httpx.Operation{
		ID: "listRoles", Method: http.MethodGet, Path: rolesPath, Tag: tagRoles, Summary: "Roles: the built-in ones, then one's own by name",
		Permission: actor.UserRead,
	}, func(ctx context.Context, in *shortQuery) (*roleListOutput, error) {
		own, err := roles.List(ctx, in.Archived)
		if err != nil {
			return nil, err
		}
		out := &roleListOutput{}
		if !in.Archived {
			out.Body.Items = showAll(actor.BuiltIns(), builtInOf)
		}
		out.Body.Items = append(out.Body.Items, showAll(own, roleOf)...)
		out.Body.Items = named(in.Q, out.Body.Items, func(r roleBody) string { return r.Name })
		return out, nil
	})
	httpx.Register(api, httpx.Operation{
		ID: "getRole", Method: http.MethodGet, Path: rolePath, Tag: tagRoles, Summary: "One own role", Permission: actor.UserRead,
	}, func(ctx context.Context, in *RoleKey) (*roleOutput, error) { return shownRole(roles.Get(ctx, in.ID)) })
	httpx.Register(api, httpx.Operation{
		ID: "listPermissions", Method: http.MethodGet, Path: "/api/v1/permissions", Tag: tagRoles, Access: httpx.SignedIn,
		Summary: "All permissions there are, and how far one has them",
	}, func(ctx context.Context, _ *struct{}) (*permissionsOutput, error) {
		out := &permissionsOutput{}
		who := actor.From(ctx)
		for _, p := range actor.Permissions() {
			out.Body.Items = append(out.Body.Items, permissionBody{string(p), account.ScopeName(who.Scope(p))})
		}
		for s := actor.Own; s <= actor.InTenant; s++ {
			out.Body.Scopes = append(out.Body.Scopes, account.ScopeName(s))
		}
		return out, nil
	})
}

func registerRoleWrites(api *httpx.API, roles *account.Roles) {
	refused := append(codesOf(errs.Forbidden, "grant.rights"), codesOf(errs.Conflict, "name.taken")...)
	httpx.Register(api, httpx.Operation{
		ID: "createRole", Method: http.MethodPost, Path: rolesPath, Tag: tagRoles, Summary: "Make a role of rights that one has",
		Permission: actor.RoleEdit, Creates: true, Errors: append(refused, codesOf(errs.Exhausted, "role.too_many")...),
	}, func(ctx context.Context, in *roleCreateInput) (*roleOutput, error) {
		return shownRole(roles.Create(ctx, in.Body.Name, rightsOf(in.Body.Permissions)))
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateRole", Method: http.MethodPatch, Path: rolePath, Tag: tagRoles, Permission: actor.RoleEdit, Errors: refused,
		Summary: "Change a role, for everybody who has it at once",
	}, func(ctx context.Context, in *roleUpdateInput) (*roleOutput, error) {
		return shownRole(roles.Update(ctx, in.ID, in.patch()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "archiveRole", Method: http.MethodPost, Path: rolePath + "/archive", Tag: tagRoles, Permission: actor.RoleEdit, Errors: refused,
		Summary: "Take a role out of use: who has it loses its rights",
	}, func(ctx context.Context, in *RoleKey) (*roleOutput, error) {
		return shownRole(roles.Archive(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "restoreRole", Method: http.MethodPost, Path: rolePath + "/restore", Tag: tagRoles, Permission: actor.RoleEdit, Errors: refused,
		Summary: "Use an archived role again",
	}, func(ctx context.Context, in *RoleKey) (*roleOutput, error) {
		return shownRole(roles.Restore(ctx, in.ID))
	})
}
