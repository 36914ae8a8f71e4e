package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/bits"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/errs"
)

// Many returns all rows of a statement, each as a T: a struct by the names of its
// fields (snake case, or the db tag), or a single value.
func Many[T any](ctx context.Context, q Queryer, text string, args ...any) ([]T, error) {
	var out []T
	if err := q.query(ctx, text, plain(args), collect(&out)); err != nil {
		return nil, fmt.Errorf("db: %w (%s)", err, head(text))
	}
	return out, nil
}

// collect returns what reads all rows into out.
func collect[T any](out *[]T) func(rows rowSet) error {
	return func(rows rowSet) error {
		s := scannerFor(reflect.TypeFor[T]())
		defer s.rest()
		for rows.Next() {
			var none T
			*out = append(*out, none) // and read there: most have many fields
			if err := s.scan(rows, reflect.ValueOf(out).Elem().Index(len(*out)-1)); err != nil {
				return err
			}
		}
		return nil
	}
}

// Find returns the first row of a statement and whether there was one.
func Find[T any](ctx context.Context, q Queryer, text string, args ...any) (T, bool, error) {
	rows, err := Many[T](ctx, q, text, args...)
	if err != nil || len(rows) == 0 {
		var none T
		return none, false, err
	}
	return rows[0], true, nil
}

// One returns the first row of a statement, or a NotFound error.
func One[T any](ctx context.Context, q Queryer, text string, args ...any) (T, error) {
	row, found, err := Find[T](ctx, q, text, args...)
	if err == nil && !found {
		err = errs.E(errs.NotFound, "db.One", sql.ErrNoRows)
	}
	return row, err
}

// Exec runs a statement that writes and returns how many rows it touched.
func Exec(ctx context.Context, tx *Tx, text string, args ...any) (int64, error) {
	n, err := tx.run.exec(ctx, text, plain(args))
	if err != nil {
		return 0, fmt.Errorf("db: %w (%s)", conflict(err), head(text))
	}
	return n, nil
}

// Write runs a statement of which nobody asks how much it touched. Where statements travel,
// it goes with the next one that is asked about, or with the commit; if it fails, that one does.
func Write(ctx context.Context, tx *Tx, text string, args ...any) error {
	if s, ok := tx.run.(*session); ok {
		return s.later(ctx, statement{text: text, args: plain(args)})
	}
	_, err := Exec(ctx, tx, text, args...)
	return err
}

// InsertOnce runs an INSERT … ON CONFLICT DO NOTHING of one row and reports whether the row is new. Where statements
// travel it takes for granted that it is, and goes with the next one that is asked about; if it was not, the whole
// transaction is run again, and then asks. So it is for rows of which a reading before has said that they are not there.
func InsertOnce(ctx context.Context, tx *Tx, text string, args ...any) (bool, error) {
	if s, ok := tx.run.(*session); ok && !s.doubts {
		return true, s.later(ctx, statement{text: text, args: plain(args), once: true})
	}
	n, err := Exec(ctx, tx, text, args...)
	return n == 1, err
}

// Guard runs a statement that must touch exactly one row; if it touches none it returns refused. Where statements
// travel it takes for granted that it does, like InsertOnce.
func Guard(ctx context.Context, tx *Tx, refused error, text string, args ...any) error {
	if s, ok := tx.run.(*session); ok && !s.doubts {
		return s.later(ctx, statement{text: text, args: plain(args), once: true})
	}
	n, err := Exec(ctx, tx, text, args...)
	if err == nil && n == 0 {
		err = refused
	}
	return err
}

// ErrDuplicate is in the chain of an error that broke a unique index.
var ErrDuplicate = errors.New("db: duplicate key")

// conflict marks a broken unique index, whatever the engine calls it.
func conflict(err error) error {
	if isDuplicate(err) {
		return fmt.Errorf("%w: %w", ErrDuplicate, err)
	}
	return err
}

// plain turns arguments into the few types that drivers treat alike.
func plain(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		out[i] = plainValue(a)
	}
	return out
}

func plainValue(a any) any {
	switch v := a.(type) {
	case nil, int64, string, bool, float64, []byte:
		return v
	case time.Time:
		return Micros(v)
	case jsonValue:
		return string(v)
	}
	switch v := reflect.ValueOf(a); v.Kind() { //nolint:exhaustive // the rest is the driver's
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return int64(v.Uint()) //nolint:gosec // 32 bits fit
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return v.Bool()
	case reflect.Float32:
		return v.Float()
	}
	return a
}

// Micros returns t as it is stored: microseconds since 1970 UTC, 0 for the zero time.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// Time returns the instant stored as us; the zero time for 0.
func Time(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// head returns the beginning of a statement, for errors. Statements hold no values.
func head(text string) string {
	const limit = 60
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > limit {
		return text[:limit] + "…"
	}
	return text
}

// Where collects conditions with their arguments.
type Where struct {
	parts []string
	args  []any
}

// And adds a condition; each ? stands for the next of args.
func (w *Where) And(condition string, args ...any) {
	for _, a := range args {
		condition = strings.Replace(condition, "?", w.Arg(a), 1)
	}
	w.parts = append(w.parts, condition)
}

// Arg adds an argument and returns its place, "$n".
func (w *Where) Arg(a any) string {
	w.args = append(w.args, a)
	return "$" + strconv.Itoa(len(w.args))
}

// In adds "column IN (…)"; for no values it adds a condition that nothing meets.
func In[T any](w *Where, column string, values []T) {
	w.parts = append(w.parts, OneOf(w, column, values))
}

// OneOf returns the condition that In adds. The list is filled up to a power of two
// with its last value, so that lists of all lengths share a few statement texts:
// an engine prepares each text once and only so many are kept.
func OneOf[T any](w *Where, column string, values []T) string {
	if len(values) == 0 {
		return "1 = 0"
	}
	places := make([]string, 1<<bits.Len(uint(len(values)-1)))
	for i := range places {
		places[i] = w.Arg(values[min(i, len(values)-1)])
	}
	return column + " IN (" + strings.Join(places, ", ") + ")"
}

// Row takes the values of one row of an INSERT and returns its places: "($1, $2)".
func (w *Where) Row(values ...any) string {
	places := make([]string, len(values))
	for i, v := range values {
		places[i] = w.Arg(v)
	}
	return "(" + strings.Join(places, ", ") + ")"
}

// SQL returns " WHERE …" with all conditions, or nothing.
func (w *Where) SQL() string {
	if len(w.parts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.parts, " AND ")
}

// Args returns the arguments in order.
func (w *Where) Args() []any { return w.args }
