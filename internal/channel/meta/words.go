package meta

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// Number is a number, which Meta writes with or without quotes.
type Number int64

// UnmarshalJSON reads a number. What is none is 0.
func (n *Number) UnmarshalJSON(raw []byte) error {
	value, err := strconv.ParseFloat(strings.Trim(string(raw), `"`), 64)
	if err == nil && value >= 0 && value < 1e15 {
		*n = Number(value)
	}
	return nil
}

// seconds is where times in milliseconds begin: smaller ones are in seconds.
const seconds = 1e11

// Time returns when n is: milliseconds, or seconds in some of Meta's documents. Zero is never.
func (n Number) Time() time.Time {
	switch {
	case n == 0:
		return time.Time{}
	case n < seconds:
		return time.Unix(int64(n), 0).UTC()
	}
	return time.UnixMilli(int64(n)).UTC()
}

// MaxID bounds an id of Meta's, in bytes. A longer one is none.
const MaxID = 300

// ID is an id, which Meta writes with or without quotes.
type ID string

// UnmarshalJSON reads an id.
func (t *ID) UnmarshalJSON(raw []byte) error {
	var s string
	if bytes.HasPrefix(raw, []byte(`"`)) {
		if err := json.Unmarshal(raw, &s); err != nil {
			return err
		}
	} else if _, err := strconv.ParseUint(string(raw), 10, 64); err == nil {
		s = string(raw)
	}
	if len(s) > MaxID || strings.ContainsRune(s, 0) {
		s = ""
	}
	*t = ID(s)
	return nil
}
