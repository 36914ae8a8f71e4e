package automation

import (
	"context"
	"strconv"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// names are the things that a rule or a macro names.
type names struct {
	things Things
	brand  id.Brand // of the rule; 0: all
	all    []named
}

type named struct {
	path, ref string
	key       int64
}

// add notes a thing; the key was checked to be a number.
func (n *names) add(path, ref, key string) {
	number, err := strconv.ParseInt(key, 10, 64)
	if err == nil {
		n.all = append(n.all, named{path, ref, number})
	}
}

// check refuses what is not there, or what the actor may not see.
func (n *names) check(ctx context.Context, q db.Queryer, op string) error {
	var wrong []errs.Field
	known := map[named]bool{}
	for _, one := range n.all {
		at := named{ref: one.ref, key: one.key}
		has, asked := known[at]
		if !asked {
			var err error
			if has, err = n.things.Has(ctx, q, n.brand, one.ref, one.key); err != nil {
				return err
			}
			known[at] = has
		}
		if !has {
			wrong = append(wrong, errs.Field{Path: one.path, Code: "reference"})
		}
	}
	return errs.Fields(op, wrong...)
}

func itoa(i int) string { return strconv.Itoa(i) }
