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

type invitationBody struct {
	ID        id.Invitation     `json:"id"`
	Email     string            `json:"email"`
	Name      string            `json:"name"`
	Roles     []account.RoleKey `json:"roles"`
	AllBrands bool              `json:"all_brands"`
	BrandIDs  []id.Brand        `json:"brand_ids"`
	TeamIDs   []id.Team         `json:"team_ids"`
	InvitedBy id.User           `json:"invited_by,omitzero"`
	CreatedAt time.Time         `json:"created_at"`
	ExpiresAt time.Time         `json:"expires_at"`
	Token     string            `json:"token,omitempty" doc:"Only in the answer that makes it: part of the address /invitations/{token}"`
}

func invitationOf(i account.Invitation) invitationBody {
	return invitationBody{
		ID: i.ID, Email: i.Email, Name: i.Name, Roles: full(i.Roles), AllBrands: i.AllBrands, BrandIDs: full(i.Brands), TeamIDs: full(i.Teams),
		InvitedBy: i.InvitedBy, CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt,
	}
}

type invitationOutput struct{ Body invitationBody }

type invitationPageOutput struct{ Body httpx.Page[invitationBody] }

type inviteInput struct {
	Body struct {
		GrantsBody

		Email    string `json:"email" maxLength:"254"`
		Name     string `json:"name,omitempty" maxLength:"100"`
		Language string `json:"language" enum:"en,pl,hu"`
	}
}

// InvitationKey is the address of an invitation.
type InvitationKey struct {
	ID id.Invitation `path:"id"`
}

// RegisterInvitations adds the operations on invitations. Inviting again
// replaces the invitation before.
func RegisterInvitations(api *httpx.API, invitations *account.Invitations) {
	httpx.Register(api, httpx.Operation{
		ID: "inviteUser", Method: http.MethodPost, Path: usersPath + "/invite", Tag: tagUsers, Permission: actor.UserEdit,
		Summary: "Invite somebody by e-mail address", Status: http.StatusCreated,
		Errors: append(codesOf(errs.Forbidden, "grant.rights", "grant.brands"), codesOf(errs.Conflict, "user.email_taken")...),
	}, func(ctx context.Context, in *inviteInput) (*invitationOutput, error) {
		b := in.Body
		i, token, err := invitations.Create(ctx, account.NewUser{
			Name: b.Name, Email: b.Email, Language: b.Language, Roles: b.Roles, AllBrands: b.AllBrands, Brands: b.BrandIDs, Teams: b.TeamIDs,
		})
		if err != nil {
			return nil, err
		}
		body := invitationOf(i)
		body.Token = token
		return &invitationOutput{Body: body}, nil
	})
	httpx.Register(api, httpx.Operation{
		ID: "listInvitations", Method: http.MethodGet, Path: "/api/v1/invitations", Tag: tagUsers, Permission: actor.UserEdit,
		Summary: "Open invitations, newest first",
	}, func(ctx context.Context, in *struct{ httpx.PageQuery }) (*invitationPageOutput, error) {
		var before id.Invitation
		if _, err := in.After(&before); err != nil {
			return nil, err
		}
		all, err := invitations.List(ctx, before, in.Size()+1)
		if err != nil {
			return nil, err
		}
		page, err := httpx.NewPage(showAll(all, invitationOf), in.Size(), func(last invitationBody) any { return last.ID })
		return &invitationPageOutput{Body: page}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "revokeInvitation", Method: http.MethodDelete, Path: "/api/v1/invitations/{id}", Tag: tagUsers, Permission: actor.UserEdit,
		Summary: "Take an invitation back", Status: http.StatusNoContent,
	}, func(ctx context.Context, in *InvitationKey) (*struct{}, error) {
		return nil, invitations.Revoke(ctx, in.ID)
	})
}
