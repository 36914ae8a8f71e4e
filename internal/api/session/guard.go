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
// does one whose session has ended, so that it can sign in anew.
func Guard(dir Directory, renewer Renewer, problems *httpx.Problems) httpx.Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			a, err := signIn(w, r, dir, renewer)
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

func signIn(w http.ResponseWriter, r *http.Request, dir Directory, renewer Renewer) (actor.Actor, error) {
	const op = "session.Guard"
	if strings.HasPrefix(r.URL.Path, visitors) { // they show tokens of their own, which the chat judges
		return actor.Actor{}, nil
	}
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") || !strings.HasPrefix(token, account.KeyPrefix) {
			return actor.Actor{}, errs.New(errs.Unauthenticated, op, "key.refused")
		}
		a, err := dir.AuthenticateKey(r.Context(), token)
		return a, errs.Op(op, err)
	}
	cookie, err := r.Cookie(httpx.SessionCookie)
	if err != nil || cookie.Value == "" {
		return actor.Actor{}, nil //nolint:nilerr // no cookie: nobody acts
	}
	a, err := dir.Authenticate(r.Context(), cookie.Value)
	if errs.Is(errs.Unauthenticated, err) {
		http.SetCookie(w, noCookie(httpx.IsTLS(r)))
		return actor.Actor{}, nil
	}
	if err != nil || r.Header.Get("Upgrade") != "" {
		return a, errs.Op(op, err)
	}
	token, renewed, err := renewer.Renew(r.Context(), cookie.Value)
	if err != nil {
		return a, errs.Op(op, err)
	}
	if renewed {
		http.SetCookie(w, cookieOf(token, httpx.IsTLS(r)))
	}
	return a, nil
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
