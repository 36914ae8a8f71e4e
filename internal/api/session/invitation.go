package session

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/httpx"
)

type invitationKey struct {
	Token string `path:"token" maxLength:"200"`
}

type invitationOutput struct {
	Body struct {
		Tenant    string    `json:"tenant" doc:"Name of the company that invites"`
		Email     string    `json:"email"`
		Name      string    `json:"name"`
		Language  string    `json:"language"`
		ExpiresAt time.Time `json:"expires_at"`
	}
}

type acceptInput struct {
	browser

	Token string `path:"token" maxLength:"200"`
	Body  struct {
		Name     string `json:"name" minLength:"1" maxLength:"100"`
		Password string `json:"password" maxLength:"200" doc:"At least 10 characters"`
	}
}

func (s Services) registerInvitations(api *httpx.API) {
	gone := []httpx.Code{{Kind: errs.NotFound, Code: "invitation.gone"}}
	httpx.Register(api, httpx.Operation{
		ID: "getInvitation", Method: http.MethodGet, Path: "/api/v1/invitations/{token}", Tag: tag, Access: httpx.Public,
		Summary: "What an invitation says", Errors: gone,
	}, func(ctx context.Context, in *invitationKey) (*invitationOutput, error) {
		i, err := s.Invitations.Look(ctx, in.Token)
		if err != nil {
			return nil, err
		}
		t, err := s.Tenants.Current(actor.With(ctx, actor.Actor{Tenant: i.TenantID}))
		out := &invitationOutput{}
		out.Body.Tenant, out.Body.Email, out.Body.Name = t.Name, i.Email, i.Name
		out.Body.Language, out.Body.ExpiresAt = i.Language, utc(i.ExpiresAt)
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "acceptInvitation", Method: http.MethodPost, Path: "/api/v1/invitations/{token}/accept", Tag: tag, Access: httpx.Public,
		Summary: "Accept an invitation and sign in", Errors: append(gone, httpx.Code{Kind: errs.Conflict, Code: "user.email_taken"}),
	}, func(ctx context.Context, in *acceptInput) (*sessionOutput, error) {
		i, u, err := s.Invitations.Accept(ctx, in.Token, in.Body.Name, in.Body.Password)
		if err != nil {
			return nil, err
		}
		session, err := s.Sessions.Open(ctx, i.TenantID, u.ID, in.from)
		if err != nil {
			return nil, err
		}
		return s.signedIn(ctx, session, in.secure)
	})
}
