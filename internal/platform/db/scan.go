package db

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
)

// jsonValue is JSON text on its way into a statement.
type jsonValue string

// JSON returns v as an argument that is stored as JSON text.
func JSON(v any) any {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("db: json: %w", err) // no driver takes an error as a value: the statement fails with it
	}
	return jsonValue(data)
}

// scanner reads rows of one statement into values of one type. Where each column goes is found at the first row, unless
// the scanner has read such rows before: statements return a few sets of columns in all, and are run all the time.
type scanner struct {
	of      *layout
	begun   bool
	columns []string
	cells   []cell
	dest    []any // of each column its cell
}

// layout is what is known of a type of rows.
type layout struct {
	row    reflect.Type
	fields map[string]cell // by column; nil: the row is one value
	idle   sync.Pool       // of scanners
}

// cell receives one column.
type cell struct {
	path []int // of the field; nil: the row itself
	json bool
	to   reflect.Value
}

// scannerFor returns a scanner for rows that are each a t. It rests afterwards.
func scannerFor(t reflect.Type) *scanner {
	of := layoutOf(t)
	if s, ok := of.idle.Get().(*scanner); ok {
		return s
	}
	return &scanner{of: of}
}

// rest keeps the scanner for others. It lets go of what it has read.
func (s *scanner) rest() {
	for i := range s.cells {
		s.cells[i].to = reflect.Value{}
	}
	s.begun = false
	s.of.idle.Put(s)
}

func (s *scanner) scan(rows rowSet, row reflect.Value) error {
	if !s.begun {
		if err := s.begin(rows); err != nil {
			return err
		}
	}
	for i := range s.cells {
		c := &s.cells[i]
		c.to = row
		if c.path != nil {
			c.to = row.FieldByIndex(c.path)
		}
	}
	return rows.Scan(s.dest...)
}

// begin finds where each column goes.
func (s *scanner) begin(rows rowSet) error {
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	if !slices.Equal(columns, s.columns) || s.cells == nil {
		if s.cells, err = s.of.cells(columns); err != nil {
			s.cells = nil
			return err
		}
		s.columns, s.dest = columns, make([]any, len(columns))
		for i := range s.cells {
			s.dest[i] = &s.cells[i]
		}
	}
	s.begun = true
	return nil
}

// cells returns where each column goes.
func (l *layout) cells(columns []string) ([]cell, error) {
	cells := make([]cell, len(columns))
	if l.fields == nil {
		if len(columns) != 1 {
			return nil, fmt.Errorf("%d columns for one %s", len(columns), l.row)
		}
		return cells, nil
	}
	for i, name := range columns {
		f, ok := l.fields[name]
		if !ok {
			return nil, fmt.Errorf("%s has no field for column %q", l.row, name)
		}
		cells[i] = f
	}
	return cells, nil
}

// known keeps layouts by reflect.Type: there are as many as the program's row types.
var known sync.Map //nolint:gochecknoglobals // a cache of what never changes

func layoutOf(t reflect.Type) *layout {
	if l, ok := known.Load(t); ok {
		return l.(*layout) //nolint:forcetypeassert // nothing else is stored
	}
	made := &layout{row: t}
	if t.Kind() == reflect.Struct && t != reflect.TypeFor[time.Time]() {
		made.fields = fieldsOf(t)
	}
	l, _ := known.LoadOrStore(t, made)
	return l.(*layout) //nolint:forcetypeassert // nothing else is stored
}

// fieldsOf maps column names to the fields of t, those of embedded structs included.
func fieldsOf(t reflect.Type) map[string]cell {
	out := map[string]cell{}
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous || !f.IsExported() {
			continue
		}
		name, option, _ := strings.Cut(f.Tag.Get("db"), ",")
		if name == "" {
			name = snake(f.Name)
		}
		out[name] = cell{path: f.Index, json: option == "json"}
	}
	return out
}

// snake turns QueueID into queue_id.
func snake(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

var errColumn = errors.New("column does not fit its field")

// Scan takes what the driver has for the column. NULL leaves the zero value.
func (c *cell) Scan(src any) error {
	if src == nil {
		c.to.SetZero()
		return nil
	}
	if c.json {
		return c.scanJSON(src)
	}
	if at, isTime := reflect.TypeAssert[*time.Time](c.to.Addr()); isTime {
		us, ok := src.(int64)
		if !ok {
			return fmt.Errorf("%w: %T for a time", errColumn, src)
		}
		*at = Time(us)
		return nil
	}
	switch v := src.(type) {
	case int64:
		return c.setInt(v)
	case bool:
		return c.setBool(v)
	case float64:
		return c.setFloat(v)
	case string:
		return c.setText(v)
	case []byte:
		if c.to.Kind() == reflect.Slice {
			c.to.SetBytes(append([]byte(nil), v...))
			return nil
		}
		return c.setText(string(v))
	}
	return fmt.Errorf("%w: %T for a %s", errColumn, src, c.to.Type())
}

func (c *cell) scanJSON(src any) error {
	var data []byte
	switch v := src.(type) {
	case string:
		data = []byte(v)
	case []byte:
		data = v
	default:
		return fmt.Errorf("%w: %T for JSON", errColumn, src)
	}
	c.to.SetZero()
	if len(data) == 0 {
		return nil
	}
	if string(data) == "[]" && c.to.Kind() == reflect.Slice { // as most are
		c.to.Set(reflect.MakeSlice(c.to.Type(), 0, 0))
		return nil
	}
	return json.Unmarshal(data, c.to.Addr().Interface())
}

func (c *cell) setInt(v int64) error {
	switch c.to.Kind() { // others do not hold integers
	case reflect.Bool:
		c.to.SetBool(v != 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if c.to.OverflowInt(v) {
			return fmt.Errorf("%w: %d overflows %s", errColumn, v, c.to.Type())
		}
		c.to.SetInt(v)
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		c.to.SetUint(uint64(v)) //nolint:gosec // stored by us from the same type
	case reflect.Float32, reflect.Float64:
		c.to.SetFloat(float64(v))
	default:
		return fmt.Errorf("%w: integer for a %s", errColumn, c.to.Type())
	}
	return nil
}

func (c *cell) setBool(v bool) error {
	if c.to.Kind() != reflect.Bool {
		return fmt.Errorf("%w: boolean for a %s", errColumn, c.to.Type())
	}
	c.to.SetBool(v)
	return nil
}

func (c *cell) setFloat(v float64) error {
	if !c.to.CanFloat() {
		return fmt.Errorf("%w: float for a %s", errColumn, c.to.Type())
	}
	c.to.SetFloat(v)
	return nil
}

func (c *cell) setText(v string) error {
	switch {
	case c.to.Kind() == reflect.String:
		c.to.SetString(v)
	case c.to.Kind() == reflect.Slice && c.to.Type().Elem().Kind() == reflect.Uint8:
		c.to.SetBytes([]byte(v))
	case c.to.CanFloat(): // PostgreSQL writes numeric as text
		f, err := strconv.ParseFloat(v, 64)
		if err != nil {
			return fmt.Errorf("%w: %w", errColumn, err)
		}
		c.to.SetFloat(f)
	default:
		return fmt.Errorf("%w: text for a %s", errColumn, c.to.Type())
	}
	return nil
}
