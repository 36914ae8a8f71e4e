package admin

import (
	"strings"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// namePlace is a place in a list by name: the folded name and the key of a thing.
type namePlace struct {
	Name string `json:"n"`
	Key  int64  `json:"k"`
}

// after returns the place behind which the page begins.
func (q NameQuery) after() (namePlace, error) {
	var p namePlace
	_, err := q.After(&p)
	return p, err
}

// showPage shows each thing of a page; at says where in the list a thing stands.
func showPage[T, B any](things []T, size int, at func(T) any, show func(T) B) (httpx.Page[B], error) {
	page, err := httpx.NewPage(things, size, at)
	return httpx.Page[B]{Items: showAll(page.Items, show), Next: page.Next}, err
}

func showAll[T, B any](things []T, show func(T) B) []B {
	shown := make([]B, 0, len(things))
	for _, t := range things {
		shown = append(shown, show(t))
	}
	return shown
}

// shortQuery narrows a list that is always short enough for one page.
type shortQuery struct {
	Q        string `query:"q" maxLength:"100" doc:"Part of the name"`
	Archived bool   `query:"archived" doc:"Those instead of the living"`
}

// named keeps the things whose name has the query in it.
func named[T any](q string, things []T, name func(T) string) []T {
	wanted := fold.Text(q)
	kept := make([]T, 0, len(things))
	for _, t := range things {
		if strings.Contains(fold.Text(name(t)), wanted) {
			kept = append(kept, t)
		}
	}
	return kept
}

// scopesOf shows rights as words.
func scopesOf(r actor.Rights) map[string]string {
	shown := map[string]string{}
	for p, scope := range r {
		if scope != actor.None {
			shown[string(p)] = account.ScopeName(scope)
		}
	}
	return shown
}

// rightsOf reads rights from words; an unknown scope becomes None, which the use-case refuses.
func rightsOf(scopes map[string]string) actor.Rights {
	rights := actor.Rights{}
	for p, scope := range scopes {
		rights[actor.Permission(p)] = account.ParseScope(scope)
	}
	return rights
}

// codesOf lists conflicts for the document.
func codesOf(kind errs.Kind, codes ...string) []httpx.Code {
	all := make([]httpx.Code, len(codes))
	for i, c := range codes {
		all[i] = httpx.Code{Kind: kind, Code: c}
	}
	return all
}

// badKey says that a parameter is no key.
func badKey(path string, cause error) error {
	return &errs.Error{
		Kind: errs.Invalid, Op: "admin.badKey", Code: "fields", Err: cause,
		Fields: []errs.Field{{Path: path, Code: "format.id"}},
	}
}
