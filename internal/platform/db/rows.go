package db

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// Rows are many rows as one argument of one statement, on both databases:
// FROM json_each($1) gives each as a key and a value, in the order in which they were
// added; value ->> 'name' is a member of it, as text. One argument for each cell costs
// SQLite the square of their number, and PostgreSQL a way there and back for each few rows.
type Rows struct {
	text []byte
	n    int
	err  error
}

// Add adds a row, an object once it is JSON, under its key.
func (r *Rows) Add(key int64, row any) {
	data, err := json.Marshal(row)
	if err != nil {
		r.err = fmt.Errorf("db: rows: %w", err)
		return
	}
	r.text = append(r.text, `,"`...)
	r.text = strconv.AppendInt(r.text, key, 10)
	r.text = append(r.text, `":`...)
	r.text = append(r.text, data...)
	r.n++
}

// Len returns how many rows there are.
func (r *Rows) Len() int { return r.n }

// Arg returns the rows as an argument.
func (r *Rows) Arg() any {
	switch {
	case r.err != nil:
		return jsonValue(r.err.Error()) // which is no JSON: the statement fails
	case r.n == 0:
		return jsonValue("{}")
	}
	return jsonValue("{" + string(r.text[1:]) + "}")
}
