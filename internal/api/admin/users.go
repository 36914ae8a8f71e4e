package admin

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/httpx"
)

const (
	tagUsers  = "users"
	usersPath = "/api/v1/users"
	userPath  = usersPath + "/{id}"
)

// UserKey is the address of a user.
type UserKey struct {
	ID id.User `path:"id"`
}

type userBody struct {
	ID        id.User           `json:"id"`
	Name      string            `json:"name"`
	Email     string            `json:"email"`
	Language  string            `json:"language"`
	Active    bool              `json:"active"`
	Roles     []account.RoleKey `json:"roles" doc:"Names of built-in roles and keys of own ones"`
	AllBrands bool              `json:"all_brands" doc:"Sees every brand, those to come too"`
	BrandIDs  []id.Brand        `json:"brand_ids"`
	TeamIDs   []id.Team         `json:"team_ids"`
	CreatedAt time.Time         `json:"created_at"`
	UpdatedAt time.Time         `json:"updated_at"`
}

func userOf(u account.User) userBody {
	return userBody{
		ID: u.ID, Name: u.Name, Email: u.Email, Language: u.Language, Active: u.Active, Roles: full(u.Roles), AllBrands: u.AllBrands,
		BrandIDs: full(u.Brands), TeamIDs: full(u.Teams), CreatedAt: u.CreatedAt, UpdatedAt: u.UpdatedAt,
	}
}

// full returns l, never nil: a list is shown even when it is empty.
func full[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

type userOutput struct{ Body userBody }

type userPageOutput struct{ Body httpx.Page[userBody] }

func shownUser(u account.User, err error) (*userOutput, error) {
	if err != nil {
		return nil, err
	}
	return &userOutput{Body: userOf(u)}, nil
}

type userListInput struct {
	httpx.PageQuery

	Q        string   `query:"q" maxLength:"100" doc:"Part of the name or of the e-mail address"`
	Archived bool     `query:"archived" doc:"Those who left instead of the active"`
	Brand    id.Brand `query:"brand" doc:"Who works for this brand"`
	Team     id.Team  `query:"team" doc:"Who belongs to this team"`
	Role     string   `query:"role" maxLength:"40" doc:"Who has this role"`
}

// GrantsBody is what somebody may do and see. It is exported because only such
// embedded fields are read and documented.
type GrantsBody struct {
	Roles     []account.RoleKey `json:"roles" minItems:"1" maxItems:"20" doc:"Names of built-in roles and keys of own ones"`
	AllBrands bool              `json:"all_brands,omitempty"`
	BrandIDs  []id.Brand        `json:"brand_ids,omitempty" maxItems:"500"`
	TeamIDs   []id.Team         `json:"team_ids,omitempty" maxItems:"100"`
}

type userCreateInput struct {
	Body struct {
		GrantsBody

		Name     string `json:"name" minLength:"1" maxLength:"100"`
		Email    string `json:"email" maxLength:"254"`
		Language string `json:"language" enum:"en,pl,hu"`
		Password string `json:"password,omitempty" maxLength:"200" doc:"At least 10 characters; without one the user cannot sign in by a password"`
	}
}

type userUpdateInput struct {
	UserKey

	Body struct {
		Name      *string            `json:"name,omitempty" minLength:"1" maxLength:"100"`
		Email     *string            `json:"email,omitempty" maxLength:"254"`
		Language  *string            `json:"language,omitempty" enum:"en,pl,hu"`
		Roles     *[]account.RoleKey `json:"roles,omitempty" minItems:"1" maxItems:"20"`
		AllBrands *bool              `json:"all_brands,omitempty"`
		BrandIDs  *[]id.Brand        `json:"brand_ids,omitempty" maxItems:"500"`
		TeamIDs   *[]id.Team         `json:"team_ids,omitempty" maxItems:"100"`
	}
}

func (in *userUpdateInput) patch() account.UserPatch {
	b := in.Body
	return account.UserPatch{
		Name: b.Name, Email: b.Email, Language: b.Language, Roles: b.Roles, AllBrands: b.AllBrands, Brands: b.BrandIDs, Teams: b.TeamIDs,
	}
}

// RegisterUsers adds the operations on users.
func RegisterUsers(api *httpx.API, users *account.Users) {
	registerUserReads(api, users)
	registerUserWrites(api, users)
}

func registerUserReads(api *httpx.API, users *account.Users) {
	httpx.Register(api, httpx.Operation{
		ID: "listUsers", Method: http.MethodGet, Path: usersPath, Tag: tagUsers, Summary: "Users by name", Permission: actor.UserRead,
	}, func(ctx context.Context, in *userListInput) (*userPageOutput, error) {
		after, err := NameQuery{PageQuery: in.PageQuery}.after()
		if err != nil {
			return nil, err
		}
		found, err := users.List(ctx, account.UserFilter{
			Query: in.Q, Inactive: in.Archived, Brand: in.Brand, Team: in.Team, Role: account.RoleKey(in.Role),
			AfterName: after.Name, After: id.User(after.Key), Limit: in.Size() + 1,
		})
		if err != nil {
			return nil, err
		}
		page, err := showPage(found, in.Size(), func(u account.User) any { return namePlace{fold.Text(u.Name), int64(u.ID)} }, userOf)
		return &userPageOutput{Body: page}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getUser", Method: http.MethodGet, Path: userPath, Tag: tagUsers, Summary: "One user", Permission: actor.UserRead,
	}, func(ctx context.Context, in *UserKey) (*userOutput, error) { return shownUser(users.Get(ctx, in.ID)) })
}

func registerUserWrites(api *httpx.API, users *account.Users) {
	refused := append(codesOf(errs.Forbidden, "grant.rights", "grant.brands", "grant.greater"), codesOf(errs.Conflict, "user.email_taken", "user.last_administrator")...)
	httpx.Register(api, httpx.Operation{
		ID: "createUser", Method: http.MethodPost, Path: usersPath, Tag: tagUsers, Summary: "Make a user", Permission: actor.UserEdit,
		Creates: true, Errors: refused,
	}, func(ctx context.Context, in *userCreateInput) (*userOutput, error) {
		b := in.Body
		return shownUser(users.Create(ctx, account.NewUser{
			Name: b.Name, Email: b.Email, Language: b.Language, Roles: b.Roles, AllBrands: b.AllBrands, Brands: b.BrandIDs, Teams: b.TeamIDs,
		}, b.Password))
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateUser", Method: http.MethodPatch, Path: userPath, Tag: tagUsers, Permission: actor.UserEdit, Errors: refused,
		Summary: "Change a user; what is taken away is gone at once",
	}, func(ctx context.Context, in *userUpdateInput) (*userOutput, error) {
		return shownUser(users.Update(ctx, in.ID, in.patch()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "archiveUser", Method: http.MethodPost, Path: userPath + "/archive", Tag: tagUsers, Permission: actor.UserEdit, Errors: refused,
		Summary: "Let a user sign in no more", Description: "Their sessions end at once; their past stays.",
	}, func(ctx context.Context, in *UserKey) (*userOutput, error) {
		return shownUser(users.Deactivate(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "restoreUser", Method: http.MethodPost, Path: userPath + "/restore", Tag: tagUsers, Permission: actor.UserEdit, Errors: refused,
		Summary: "Let a user sign in again",
	}, func(ctx context.Context, in *UserKey) (*userOutput, error) {
		return shownUser(users.Reactivate(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "endUserSessions", Method: http.MethodDelete, Path: userPath + "/sessions", Tag: tagUsers, Permission: actor.UserEdit,
		Errors: refused, Summary: "Sign a user out everywhere", Status: http.StatusNoContent,
	}, func(ctx context.Context, in *UserKey) (*struct{}, error) { return nil, users.EndSessions(ctx, in.ID) })
}
