package session

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/tenant"
)

const tag = "session"

// Demo knows the people of a demonstration, who sign in with one click.
type Demo interface {
	// People returns them in the order in which they are shown.
	People(ctx context.Context) ([]Person, error)
}

// Streams bring live events to the desks of users.
type Streams interface {
	// Expect remembers from now on what the actor's desk is to be told, and returns the place at which it begins.
	Expect(ctx context.Context) (epoch string, seq int64, err error)
}

// Person is one of a demonstration.
type Person struct {
	Key    string // by which a click names them
	Role   string // name of a built-in role
	Name   string
	Tenant id.Tenant
	User   id.User

	Simulated bool // works by itself: not among those offered for a click
}

// Services are what the operations of this package call.
type Services struct {
	Tenants     *tenant.Service
	Users       *account.Users
	Sessions    *account.Sessions
	Invitations *account.Invitations
	Founder     *Founder
	Proof       Proof
	Demo        Demo    // nil: this is no demonstration
	Traffic     Traffic // of the demonstration; nil: none
	Streams     Streams // of live events; nil: none
	Version     string
}

// Register adds the operations of this package to api.
func Register(api *httpx.API, s Services) {
	s.registerSession(api)
	s.registerDemo(api)
	s.registerTraffic(api)
	s.registerMe(api)
	s.registerInvitations(api)
	s.registerSetup(api)
}

// browser is where a request comes from. Operations that sign in embed it.
type browser struct {
	from   account.Browser
	host   string
	secure bool
	local  bool // from this machine, asked for by its own name
}

// Resolve reads what a request says about its browser, as huma asks for it.
func (b *browser) Resolve(ctx huma.Context) []error {
	r, _ := humago.Unwrap(ctx)
	addr := httpx.ClientIP(r)
	b.from = account.Browser{Device: r.UserAgent(), Address: addr.String()}
	b.host, b.secure, b.local = r.Host, httpx.IsTLS(r), addr.IsLoopback() && isLoopbackHost(r.Host)
	return nil
}

// isLoopbackHost reports whether a browser asked for this machine by its own
// name. Another name that leads here is how a foreign page reaches in.
func isLoopbackHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "localhost" || err == nil && addr.Unmap().IsLoopback()
}

type sessionBody struct {
	User        meBody            `json:"user"`
	Tenant      tenantBody        `json:"tenant"`
	Permissions map[string]string `json:"permissions" doc:"What the user may do, and how far: own, team, brand, tenant"`
	Brands      []ownBrandBody    `json:"brands" doc:"The brands that the user works for, by name"`
	Live        *placeBody        `json:"live,omitempty" doc:"Where live events stand: a desk that names it when it connects is told what has happened since"`
	Demo        bool              `json:"demo" doc:"A demonstration: people sign in with one click"`
	Version     string            `json:"version" doc:"Of the program"`
}

type placeBody struct {
	Epoch string `json:"epoch"`
	Seq   int64  `json:"seq"`
}

type tenantBody struct {
	ID   id.Tenant `json:"id"`
	Name string    `json:"name"`
}

type ownBrandBody struct {
	ID        id.Brand `json:"id"`
	Name      string   `json:"name"`
	Color     string   `json:"color"`
	Languages []string `json:"languages"`
	TimeZone  string   `json:"time_zone"`
}

type sessionOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      sessionBody
}

// show returns what the desk needs to know about who acts.
func (s Services) show(ctx context.Context) (sessionBody, error) {
	const op = "session.show"
	place := s.place(ctx) // before anything is read
	me, err := s.Users.Me(ctx)
	if err != nil {
		return sessionBody{}, errs.Op(op, err)
	}
	t, err := s.Tenants.Current(ctx)
	if err != nil {
		return sessionBody{}, errs.Op(op, err)
	}
	brands, err := s.Tenants.Granted(ctx)
	if err != nil {
		return sessionBody{}, errs.Op(op, err)
	}
	body := sessionBody{
		User: meOf(me), Tenant: tenantBody{t.TenantID, t.Name}, Permissions: map[string]string{},
		Brands: make([]ownBrandBody, len(brands)), Live: place, Demo: s.Demo != nil, Version: s.Version,
	}
	for p, scope := range actor.From(ctx).Rights {
		if scope != actor.None {
			body.Permissions[string(p)] = account.ScopeName(scope)
		}
	}
	for i, b := range brands {
		body.Brands[i] = ownBrandBody{b.ID, b.Name, b.Color, b.Languages, b.TimeZone}
	}
	return body, nil
}

// place returns where the live events of a user stand. A desk that is told no place fetches once more after connecting.
func (s Services) place(ctx context.Context) *placeBody {
	if s.Streams == nil || actor.From(ctx).Kind != actor.User {
		return nil
	}
	epoch, seq, err := s.Streams.Expect(ctx)
	if err != nil || epoch == "" {
		return nil
	}
	return &placeBody{epoch, seq}
}

// signedIn answers with a new session.
func (s Services) signedIn(ctx context.Context, in account.SignedIn, secure bool) (*sessionOutput, error) {
	body, err := s.show(actor.With(ctx, in.Actor))
	if err != nil {
		return nil, err
	}
	return &sessionOutput{SetCookie: *cookieOf(in.Token, secure), Body: body}, nil
}

type showOutput struct{ Body sessionBody }

type loginInput struct {
	browser

	Body struct {
		Email    string `json:"email" minLength:"1" maxLength:"254"`
		Password string `json:"password" minLength:"1" maxLength:"200"`
	}
}

type endedOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

func (s Services) registerSession(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "getSession", Method: http.MethodGet, Path: "/api/v1/session", Tag: tag, Access: httpx.SignedIn,
		Summary: "Who is signed in, and what they may do",
	}, func(ctx context.Context, _ *struct{}) (*showOutput, error) {
		body, err := s.show(ctx)
		return &showOutput{body}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "signIn", Method: http.MethodPost, Path: "/api/v1/session", Tag: tag, Access: httpx.Public,
		Summary: "Sign in with e-mail address and password",
		Errors: []httpx.Code{
			{Kind: errs.Unauthenticated, Code: "login.failed"},
			{Kind: errs.Exhausted, Code: "login.throttled"},
			{Kind: errs.Unavailable, Code: "login.busy"},
			{Kind: errs.NotFound, Code: "tenant.unknown"},
		},
	}, s.login)
	httpx.Register(api, httpx.Operation{
		ID: "signOut", Method: http.MethodDelete, Path: "/api/v1/session", Tag: tag, Access: httpx.SignedIn,
		Summary: "Sign out", Status: http.StatusNoContent,
	}, func(ctx context.Context, in *struct{ browser }) (*endedOutput, error) {
		if session := actor.From(ctx).Session; !session.IsZero() {
			if err := s.Sessions.End(ctx, session); err != nil && !errs.Is(errs.NotFound, err) {
				return nil, err
			}
		}
		return &endedOutput{*noCookie(in.secure)}, nil
	})
}

func (s Services) login(ctx context.Context, in *loginInput) (*sessionOutput, error) {
	t, err := s.Tenants.ByHost(ctx, in.host)
	if err != nil {
		return nil, err
	}
	session, err := s.Sessions.Login(ctx, t.TenantID, in.Body.Email, in.Body.Password, in.from)
	if err != nil {
		return nil, err
	}
	return s.signedIn(ctx, session, in.secure)
}

type demoRole struct {
	Key    string `json:"key"`
	Name   string `json:"name" doc:"Name of a built-in role"`
	Person string `json:"person"`
}

type demoOutput struct {
	Body struct {
		Roles []demoRole `json:"roles"`
	}
}

type demoInput struct {
	browser

	Body struct {
		Role string `json:"role" maxLength:"100"`
	}
}

// registerDemo adds the one-click sign-in. It answers only a demonstration on this machine.
func (s Services) registerDemo(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "listDemoRoles", Method: http.MethodGet, Path: "/api/v1/session/demo", Tag: tag, Access: httpx.Public,
		Summary: "The people of the demonstration",
	}, func(ctx context.Context, in *struct{ browser }) (*demoOutput, error) {
		people, err := s.people(ctx, in.local)
		out := &demoOutput{}
		out.Body.Roles = []demoRole{}
		for _, p := range people {
			if !p.Simulated {
				out.Body.Roles = append(out.Body.Roles, demoRole{p.Key, p.Role, p.Name})
			}
		}
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "signInToDemo", Method: http.MethodPost, Path: "/api/v1/session/demo", Tag: tag, Access: httpx.Public,
		Summary: "Sign in as one of the people of the demonstration",
	}, func(ctx context.Context, in *demoInput) (*sessionOutput, error) {
		people, err := s.people(ctx, in.local)
		if err != nil {
			return nil, err
		}
		for _, p := range people {
			if p.Key != in.Body.Role {
				continue
			}
			session, err := s.Sessions.Open(ctx, p.Tenant, p.User, in.from)
			if err != nil {
				return nil, err
			}
			return s.signedIn(ctx, session, in.secure)
		}
		return nil, errs.Fields("session.Demo", errs.Field{Path: "role", Code: "reference"})
	})
}

func (s Services) people(ctx context.Context, local bool) ([]Person, error) {
	if s.Demo == nil || !local {
		return nil, errs.New(errs.NotFound, "session.Demo", "not_found")
	}
	return s.Demo.People(ctx)
}

// utc returns t as the interface shows it.
func utc(t time.Time) time.Time { return t.UTC() }
