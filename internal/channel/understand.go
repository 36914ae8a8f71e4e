package channel

import (
	"encoding/json"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/clip"
)

// maxMember bounds the name of a member that an error tells, in bytes.
const maxMember = 200

// Understand reads a piece of a body, a JSON object of at most most bytes, into a value. Its errors are
// for whoever looks at what was refused: they name the member that is of another kind.
func Understand(op string, raw []byte, most int, into any) error {
	switch {
	case len(raw) > most:
		return errs.New(errs.Invalid, op, "event.too_large").With(errs.Values{"max": most >> 10})
	case len(raw) == 0 || raw[0] != '{' || !utf8.Valid(raw):
		return errs.New(errs.Invalid, op, "event.malformed")
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return Malformed(op, err)
	}
	return nil
}

// Malformed returns what is told of an error of encoding/json.
func Malformed(op string, err error) error {
	path := "event"
	if wrong, is := err.(*json.UnmarshalTypeError); is && wrong.Field != "" { //nolint:errorlint // json returns it bare
		path = clip.Bytes(wrong.Field, maxMember)
	}
	return errs.Fields(op, errs.Field{Path: path, Code: "event.malformed"})
}
