package routing

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/db"
)

// maxName is the longest name, in characters, of what is configured here.
const maxName = 100

// ListQuery narrows a list of configured things, which are ordered by name.
type ListQuery struct {
	Query    string // part of the name, written with or without accents
	Archived bool   // those instead of the living
	After    Place  // the last one of the page before
	Limit    int
}

// Place is where a list goes on. The zero Place is its beginning.
type Place struct {
	Name string `json:"n"` // folded
	ID   int64  `json:"i"`
}

// named is a thing in a list.
type named interface {
	Place() Place
	archived() bool
}

// narrow returns the part of all that l asks for. Whoever calls it keeps the
// number of all things bounded, so that sorting them here is cheap and the
// order is the same on both databases.
func narrow[T named](all []T, l ListQuery) []T {
	query := fold.Text(l.Query)
	found := slices.DeleteFunc(all, func(t T) bool {
		return t.archived() != l.Archived || !strings.Contains(t.Place().Name, query) || comparePlaces(t.Place(), l.After) <= 0
	})
	slices.SortFunc(found, func(a, b T) int { return comparePlaces(a.Place(), b.Place()) })
	return found[:min(len(found), max(l.Limit, 0))]
}

func comparePlaces(a, b Place) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
}

func placeOf[K any](name string, key id.Of[K]) Place {
	return Place{Name: fold.Text(name), ID: int64(key)}
}

// archivedAt returns what a thing's stamp becomes: archiving twice keeps the first.
func archivedAt(now, before time.Time) time.Time {
	if before.IsZero() {
		return now
	}
	return before
}

// inTenant returns the actor if it may change queues everywhere in its tenant:
// what is changed here concerns all brands.
func inTenant(ctx context.Context, op string) (actor.Actor, error) {
	who, err := actor.Require(ctx, op, actor.QueueEdit)
	if err == nil && !who.Can(actor.QueueEdit, actor.InTenant) {
		err = errs.New(errs.Forbidden, op, "forbidden").With(errs.Values{"permission": string(actor.QueueEdit)})
	}
	return who, err
}

// taken says that a name is in use, if that is what err means.
func taken(op string, err error) error {
	if errors.Is(err, db.ErrDuplicate) {
		return errs.Fields(op, errs.Field{Path: "name", Code: "name.taken"})
	}
	return err
}

// room refuses one thing more than a tenant may have.
func room(ctx context.Context, tx *db.Tx, op, count string, most int) error {
	n, err := db.One[int](ctx, tx, count, actor.From(ctx).Tenant)
	if err == nil && n >= most {
		err = errs.New(errs.Exhausted, op, "configuration.full").With(errs.Values{"max": most})
	}
	return err
}

// between checks that a number is from least to most.
func between(f *check.Fields, path string, n, least, most int) {
	switch {
	case n < least:
		f.Add(path, "number.min", errs.Values{"min": least})
	case n > most:
		f.Add(path, "number.max", errs.Values{"max": most})
	}
}

// set takes over what a patch gives.
func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// missing returns err, or that there is no such thing.
func missing(op, code string, err error) error {
	if err != nil {
		return errs.Op(op, err)
	}
	return errs.New(errs.NotFound, op, code)
}
