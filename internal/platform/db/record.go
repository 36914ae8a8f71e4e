package db

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Record is a row as it lies in the table, for those who hand out whole rows. As JSON
// its columns stand in their order: keys as text, times as RFC 3339. A column called x_json
// holds JSON and stands as x.
type Record struct {
	columns []string
	values  []any
}

// Int returns the value of a column that holds numbers.
func (r Record) Int(column string) (int64, bool) {
	for i, name := range r.columns {
		if name == column {
			n, ok := r.values[i].(int64)
			return n, ok
		}
	}
	return 0, false
}

// Raw returns everything in the row, for those who look whether it says something.
func (r Record) Raw() string {
	var b strings.Builder
	for _, v := range r.values {
		switch v := v.(type) {
		case []byte:
			b.Write(v)
		default:
			fmt.Fprint(&b, v)
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// MarshalJSON writes the row; what is empty is left out.
func (r Record) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, name := range r.columns {
		name, isJSON := strings.CutSuffix(name, "_json")
		value := shownValue(name, r.values[i])
		if text, is := value.(string); is && isJSON && json.Valid([]byte(text)) {
			value = json.RawMessage(text)
		}
		if value == nil {
			continue
		}
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Quote(name) + ":")
		b.Write(text)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// shownValue returns a value as people and programs elsewhere read it; nil for one that says nothing.
func shownValue(column string, value any) any {
	switch v := value.(type) {
	case int64:
		switch {
		case v == 0:
			return nil
		case column == "at" || strings.HasSuffix(column, "_at"):
			return Time(v).Format(time.RFC3339Nano)
		case column == "id" || strings.HasSuffix(column, "_id"):
			return strconv.FormatInt(v, 10)
		}
		return v
	case []byte:
		return shownValue(column, string(v))
	case string:
		switch {
		case v == "":
			return nil
		case !utf8.ValidString(v):
			return strings.ToValidUTF8(v, "\uFFFD")
		}
		return v
	}
	return value
}

// Records returns all rows of a statement as they lie. Bound their number in the statement.
func Records(ctx context.Context, q Queryer, text string, args ...any) ([]Record, error) {
	var out []Record
	err := q.query(ctx, text, plain(args), func(rows rowSet) error {
		columns, err := rows.Columns()
		for err == nil && rows.Next() {
			r := Record{columns: columns, values: make([]any, len(columns))}
			err = rows.Scan(r.places()...)
			out = append(out, r)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("db: %w (%s)", err, head(text))
	}
	return out, nil
}

// places returns where the values of a row go.
func (r *Record) places() []any {
	places := make([]any, len(r.values))
	for i := range places {
		places[i] = place{&r.values[i]}
	}
	return places
}

// place takes a column as the driver has it, which may use its bytes again.
type place struct{ to *any }

// Scan keeps src.
func (p place) Scan(src any) error {
	if b, is := src.([]byte); is {
		src = bytes.Clone(b)
	}
	*p.to = src
	return nil
}
