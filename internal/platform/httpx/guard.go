package httpx

import (
	"net/http"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
)

// guard stands before an operation: who, how much, and whether it was done already.
func (a *API) guard(op Operation, next http.Handler) http.Handler {
	if op.keyed() && a.store != nil {
		next = a.once(op, next)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := op.allow(r); err != nil {
			a.problems.Write(w, r, err)
			return
		}
		if err := checkQuery(op.ID, r); err != nil {
			a.problems.Write(w, r, err)
			return
		}
		if r.ContentLength > op.MaxBody {
			a.problems.Write(w, r, tooLarge(op.ID, op.MaxBody))
			return
		}
		if op.uploads {
			r.Body = Incoming(w, r, op.MaxBody)
		} else {
			r.Body = http.MaxBytesReader(w, r.Body, op.MaxBody)
		}
		next.ServeHTTP(w, r)
	})
}

func (op *Operation) allow(r *http.Request) error {
	switch op.Access {
	case Public:
		return nil
	case SignedIn:
		if actor.From(r.Context()).Tenant.IsZero() {
			return errs.New(errs.Unauthenticated, op.ID, errs.Unauthenticated.String())
		}
		return nil
	case ByPermission:
	}
	_, err := actor.Require(r.Context(), op.ID, op.Permission)
	return err
}

func tooLarge(op string, limit int64) error {
	return errs.New(errs.Invalid, op, codeTooLarge).With(limited(limit))
}

// limited fills the text about a body that is too large.
func limited(limit int64) errs.Values { return errs.Values{"limit": inWords(limit)} }

func noRoute() error { return errs.New(errs.NotFound, "httpx.Route", codeNoRoute) }

func wrongMethod(allowed []string) error {
	return errs.New(errs.Invalid, "httpx.Route", codeMethod).With(errs.Values{"allowed": strings.Join(allowed, ", ")})
}
