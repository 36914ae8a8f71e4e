package admin

import (
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/routing"
)

// NameQuery narrows a list that is ordered by name.
type NameQuery struct {
	httpx.PageQuery

	Q        string `query:"q" maxLength:"100" doc:"Part of the name"`
	Archived bool   `query:"archived" doc:"Those instead of the living"`
}

// list returns what the use-case is asked for: one more than the page, to see whether there is a next.
func (q NameQuery) list() (routing.ListQuery, error) {
	l := routing.ListQuery{Query: q.Q, Archived: q.Archived, Limit: q.Size() + 1}
	_, err := q.After(&l.After)
	return l, err
}

// placed is a thing in a list that is ordered by name.
type placed interface{ Place() routing.Place }

// pageOf shows each thing of a page.
func pageOf[T placed, B any](things []T, size int, show func(T) B) (httpx.Page[B], error) {
	page, err := httpx.NewPage(things, size, func(last T) any { return last.Place() })
	shown := httpx.Page[B]{Items: make([]B, 0, len(page.Items)), Next: page.Next}
	for _, t := range page.Items {
		shown.Items = append(shown.Items, show(t))
	}
	return shown, err
}

// nameBody is all that there is to some things.
type nameBody struct {
	Name string `json:"name" minLength:"1" maxLength:"100"`
}
