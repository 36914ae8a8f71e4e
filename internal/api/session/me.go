package session

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

type meBody struct {
	ID       id.User `json:"id"`
	Name     string  `json:"name"`
	Email    string  `json:"email"`
	Language string  `json:"language" enum:"en,pl,hu"`
	Theme    string  `json:"theme" enum:"light,dark,system"`
	Density  string  `json:"density" enum:"comfortable,compact"`
}

func meOf(u account.User) meBody {
	return meBody{u.ID, u.Name, u.Email, u.Language, u.Theme, u.Density}
}

type meOutput struct{ Body meBody }

type mePatch struct {
	Body struct {
		Name     *string `json:"name,omitempty" maxLength:"100"`
		Language *string `json:"language,omitempty" enum:"en,pl,hu"`
		Theme    *string `json:"theme,omitempty" enum:"light,dark,system"`
		Density  *string `json:"density,omitempty" enum:"comfortable,compact"`
	}
}

type passwordInput struct {
	Body struct {
		Old   string `json:"old_password" maxLength:"200"`
		Young string `json:"password" maxLength:"200" doc:"At least 10 characters"`
	}
}

type sessionItem struct {
	ID        id.Session `json:"id"`
	Device    string     `json:"device" doc:"As the browser calls itself"`
	Address   string     `json:"address"`
	CreatedAt time.Time  `json:"created_at"`
	SeenAt    time.Time  `json:"seen_at"`
	Current   bool       `json:"current" doc:"The session of this very request"`
}

type sessionsOutput struct {
	Body struct {
		Items []sessionItem `json:"items"`
	}
}

type sessionKey struct {
	ID id.Session `path:"id"`
}

func (s Services) registerMe(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "getMe", Method: http.MethodGet, Path: "/api/v1/me", Tag: tag, Access: httpx.SignedIn, Summary: "The user who is signed in",
	}, func(ctx context.Context, _ *struct{}) (*meOutput, error) {
		me, err := s.Users.Me(ctx)
		return &meOutput{meOf(me)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateMe", Method: http.MethodPatch, Path: "/api/v1/me", Tag: tag, Access: httpx.SignedIn,
		Summary: "Change one's own name and the desk's language and looks",
	}, func(ctx context.Context, in *mePatch) (*meOutput, error) {
		b := in.Body
		me, err := s.Users.UpdateMe(ctx, account.MePatch{Name: b.Name, Language: b.Language, Theme: b.Theme, Density: b.Density})
		return &meOutput{meOf(me)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "changePassword", Method: http.MethodPost, Path: "/api/v1/me/password", Tag: tag, Access: httpx.SignedIn,
		Summary: "Change one's own password", Description: "All other sessions of the user end.", Status: http.StatusNoContent,
		Errors: []httpx.Code{{Kind: errs.Exhausted, Code: "login.throttled"}},
	}, func(ctx context.Context, in *passwordInput) (*struct{}, error) {
		return nil, s.Users.ChangePassword(ctx, in.Body.Old, in.Body.Young)
	})
	httpx.Register(api, httpx.Operation{
		ID: "listMySessions", Method: http.MethodGet, Path: "/api/v1/me/sessions", Tag: tag, Access: httpx.SignedIn,
		Summary: "One's own sessions, the latest used first",
	}, s.listSessions)
	httpx.Register(api, httpx.Operation{
		ID: "endMySession", Method: http.MethodDelete, Path: "/api/v1/me/sessions/{id}", Tag: tag, Access: httpx.SignedIn,
		Summary: "End one of one's own sessions", Status: http.StatusNoContent,
	}, func(ctx context.Context, in *sessionKey) (*struct{}, error) {
		return nil, s.Sessions.End(ctx, in.ID)
	})
}

func (s Services) listSessions(ctx context.Context, _ *struct{}) (*sessionsOutput, error) {
	all, err := s.Sessions.Mine(ctx)
	if err != nil {
		return nil, err
	}
	out := &sessionsOutput{}
	out.Body.Items = make([]sessionItem, len(all))
	for i, one := range all {
		out.Body.Items[i] = sessionItem{
			ID: one.ID, Device: one.Device, Address: one.Address, CreatedAt: utc(one.CreatedAt), SeenAt: utc(one.SeenAt),
			Current: one.ID == actor.From(ctx).Session,
		}
	}
	return out, nil
}
