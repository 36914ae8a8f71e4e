package httpx

import (
	"encoding/base64"
	"encoding/json"

	"github.com/zongler/zongler/internal/errs"
)

// Bounds of a page.
const (
	DefaultPage = 50
	MaxPage     = 100
	maxCursor   = 512 // characters of an encoded cursor
)

// Page is one part of a list. Next is empty on the last one.
type Page[T any] struct {
	Items []T    `json:"items" doc:"The things of this page, in the list's order"`
	Next  string `json:"next,omitempty" doc:"Cursor of the next page; absent on the last"`
}

// PageQuery is embedded in the input of an operation that lists things.
type PageQuery struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"How many things at most"`
	Cursor string `query:"cursor" maxLength:"512" doc:"Where to go on: the value of next of the page before"`
}

// Size returns how many things are asked for, within the bounds of a page.
func (q PageQuery) Size() int {
	if q.Limit <= 0 {
		return DefaultPage
	}
	return min(q.Limit, MaxPage)
}

// After reads the position at which the page starts into at. It reports false
// for the first page and an Invalid error for a cursor that was not made by EncodeCursor.
func (q PageQuery) After(at any) (bool, error) {
	if q.Cursor == "" {
		return false, nil
	}
	return true, DecodeCursor(q.Cursor, at)
}

// NewPage makes a page of items, which may hold one more than size: its being
// there says that a next page exists, and at gives the position of the last item shown.
func NewPage[T any](items []T, size int, at func(last T) any) (Page[T], error) {
	if len(items) <= size {
		if items == nil {
			items = []T{}
		}
		return Page[T]{Items: items}, nil
	}
	items = items[:size]
	next, err := EncodeCursor(at(items[size-1]))
	return Page[T]{Items: items, Next: next}, err
}

// EncodeCursor returns a position in a list as a text that clients hand back
// unread. It is not secret and not signed: the query that uses it enforces rights again.
func EncodeCursor(at any) (string, error) {
	const op = "httpx.EncodeCursor"
	data, err := json.Marshal(at)
	if err != nil {
		return "", errs.E(errs.Internal, op, err)
	}
	text := base64.RawURLEncoding.EncodeToString(data)
	if len(text) > maxCursor {
		return "", errs.New(errs.Internal, op, "")
	}
	return text, nil
}

// DecodeCursor reads a cursor into at. It returns an Invalid error for a foreign one.
func DecodeCursor(cursor string, at any) error {
	const op = "httpx.DecodeCursor"
	bad := &errs.Error{
		Kind: errs.Invalid, Op: op, Code: codeFields,
		Fields: []errs.Field{{Path: "query.cursor", Code: "format.cursor"}},
	}
	if len(cursor) > maxCursor {
		return bad
	}
	data, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		bad.Err = err
		return bad
	}
	if err := json.Unmarshal(data, at); err != nil {
		bad.Err = err
		return bad
	}
	return nil
}
