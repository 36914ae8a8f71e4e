package personal

import (
	"context"
	"strconv"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/db"
)

// sweepPage is how many rows are looked at in one transaction.
const sweepPage = 500

// Words says where the words of rows stand that nothing else ties to a person.
type Words struct {
	Table  string
	Text   string // expression of a row's words
	Narrow string // condition of the rows; empty: all
}

// said is one such row.
type said struct {
	ID   int64
	Text []byte
}

// Sweep looks at the next rows behind the key after and calls change for those that
// say one of texts. It returns how many those were, and the key to go on from; 0: there are no more.
func (w Words) Sweep(ctx context.Context, tx *db.Tx, texts []string, after int64, change func(key int64) error) (changed, next int64, err error) {
	text := "SELECT id, " + w.Text + " AS text FROM " + w.Table + " WHERE tenant_id = $1 AND id > $2"
	if w.Narrow != "" {
		text += " AND " + w.Narrow
	}
	rows, err := db.Many[said](ctx, tx, text+" ORDER BY id LIMIT "+strconv.Itoa(sweepPage), actor.From(ctx).Tenant, after)
	if err != nil {
		return 0, 0, err
	}
	for _, r := range rows {
		if Says(string(r.Text), texts) {
			if err := change(r.ID); err != nil {
				return changed, 0, err
			}
			changed++
		}
	}
	if len(rows) == sweepPage {
		next = rows[len(rows)-1].ID
	}
	return changed, next, nil
}

// shortest is how long a text must be to say that a row is about somebody.
const shortest = 6

// Says reports whether a text holds one of texts, however they are accented or written in capitals.
func Says(text string, texts []string) bool {
	folded := fold.Text(text)
	for _, t := range texts {
		if t = fold.Text(strings.TrimSpace(t)); len(t) >= shortest && strings.Contains(folded, t) {
			return true
		}
	}
	return false
}
