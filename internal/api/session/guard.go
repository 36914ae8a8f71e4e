package session

import (
	"context"
	"net/http"
	"strings"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// Directory knows who acts.
type Directory interface {
	// Authenticate returns who acts with a session's token.
	Authenticate(ctx context.Context, token string) (actor.Actor, error)
	// Remembers reports whether a token of either sort is in memory, so that no look into the database is needed.
	Remembers(token string) bool
	// AuthenticateKey returns who acts with an API key.
	AuthenticateKey(ctx context.Context, token string) (actor.Actor, error)
}

// Renewer gives a session a new token where its rights have changed.
type Renewer interface {
	// Renew returns the new token and whether there is one.
	Renew(ctx context.Context, token string) (string, bool, error)
}

// visitors is where visitors of web pages ask: nobody there is signed in to the desk.
const visitors = "/w/"

// Guard returns the middleware that signs requests in, by "Authorization: Bearer
// zk_…" or by the session's cookie. A request with neither passes as nobody's; so
// does one whose session has ended, so that it can sign in anew. Whoever tries
// made-up tokens is held to limits before and after each is looked up.
func Guard(dir Directory, renewer Renewer, limits *httpx.Limiter, problems *httpx.Problems) httpx.Middleware {
	g := guard{dir, renewer, limits}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			a, err := g.signIn(w, r)
			if err != nil {
				problems.Write(w, r, err)
				return
			}
			if !a.Tenant.IsZero() {
				r = r.WithContext(actor.With(r.Context(), a))
			}
			next.ServeHTTP(w, r)
		})
	}
}

type guard struct {
	dir     Directory
	renewer Renewer
	limits  *httpx.Limiter
}

func (g guard) signIn(w http.ResponseWriter, r *http.Request) (actor.Actor, error) {
	if strings.HasPrefix(r.URL.Path, visitors) { // they show tokens of their own, which the chat judges
		return actor.Actor{}, nil
	}
	if header := r.Header.Get("Authorization"); header != "" {
		return g.byKey(w, r, header)
	}
	cookie, err := r.Cookie(httpx.SessionCookie)
	if err != nil || cookie.Value == "" {
		return actor.Actor{}, nil //nolint:nilerr // no cookie: nobody acts
	}
	return g.bySession(w, r, cookie.Value)
}

func (g guard) byKey(w http.ResponseWriter, r *http.Request, header string) (actor.Actor, error) {
	const op = "session.Guard"
	scheme, token, _ := strings.Cut(header, " ")
	refused := error(errs.New(errs.Unauthenticated, op, "key.refused"))
	var a actor.Actor
	if strings.EqualFold(scheme, "Bearer") && strings.HasPrefix(token, account.KeyPrefix) {
		a, refused = g.lookUp(w, r, token, g.dir.AuthenticateKey)
	}
	if errs.Is(errs.Unauthenticated, refused) {
		if err := g.limits.Refused(w, r); err != nil {
			return a, err
		}
	}
	return a, errs.Op(op, refused)
}

func (g guard) bySession(w http.ResponseWriter, r *http.Request, token string) (actor.Actor, error) {
	const op = "session.Guard"
	a, err := g.lookUp(w, r, token, g.dir.Authenticate)
	if errs.Is(errs.Unauthenticated, err) { // goes on as nobody, who is held to the rate of strangers
		http.SetCookie(w, noCookie(httpx.IsTLS(r)))
		return actor.Actor{}, nil
	}
	if err != nil || r.Header.Get("Upgrade") != "" {
		return a, errs.Op(op, err)
	}
	young, renewed, err := g.renewer.Renew(r.Context(), token)
	if err != nil {
		return a, errs.Op(op, err)
	}
	if renewed {
		http.SetCookie(w, cookieOf(young, httpx.IsTLS(r)))
	}
	return a, nil
}

// lookUp returns who acts with a token, and holds those back who make us look up
// too many that are none.
func (g guard) lookUp(w http.ResponseWriter, r *http.Request, token string,
	authenticate func(ctx context.Context, token string) (actor.Actor, error),
) (actor.Actor, error) {
	remembered := g.dir.Remembers(token)
	if !remembered {
		if err := g.limits.Unknown(w, r); err != nil {
			return actor.Actor{}, err
		}
	}
	a, err := authenticate(r.Context(), token)
	if err == nil && !remembered {
		g.limits.Known(r)
	}
	return a, err
}

// cookieOf returns the cookie that carries a session's token.
func cookieOf(token string, secure bool) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // not Secure only where the page itself came without TLS
		Name: httpx.SessionCookie, Value: token, Path: "/", MaxAge: int(account.SessionLasts.Seconds()),
		HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	}
}

// noCookie takes the session's cookie away.
func noCookie(secure bool) *http.Cookie {
	c := cookieOf("", secure) //nolint:gosec // as above
	c.MaxAge = -1
	return c
}
