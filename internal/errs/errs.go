package errs

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what the caller can do about an error.
type Kind uint8

// Kinds of errors.
const (
	Internal        Kind = iota // our fault; retrying may not help
	Invalid                     // the input is wrong: correct it
	Unauthenticated             // sign in first
	Forbidden                   // signed in, but not allowed
	NotFound                    // no such thing, or none this actor may know of
	Conflict                    // the thing has changed or is in the wrong state: look again
	Exhausted                   // a limit is reached: wait or ask for less
	Unavailable                 // cannot be done now: try again
)

// String returns the kind's stable name.
func (k Kind) String() string {
	names := [...]string{"internal", "invalid", "unauthenticated", "forbidden", "not_found", "conflict", "exhausted", "unavailable"}
	if int(k) < len(names) {
		return names[k]
	}
	return "internal"
}

// Values fill the holes of a text, by name.
type Values map[string]any

// Field says what is wrong with one field of the input.
type Field struct {
	Path   string // as the client sent it: "hours[0].from"
	Code   string // catalogue key without "error."; e.g. "required"
	Values Values
}

// Error is an error with a kind. Build it with E, Op, New or Fields.
type Error struct {
	Kind   Kind
	Op     string // package and use-case: "routing.Accept"
	Code   string // stable name: "offer.taken"; empty means the kind's own text
	Values Values
	Fields []Field
	Err    error
}

// E returns an error of kind from op, caused by err (which may be nil).
func E(kind Kind, op string, err error) *Error { return &Error{Kind: kind, Op: op, Err: err} }

// New returns an error of kind from op that tells a person the text of code.
func New(kind Kind, op, code string) *Error { return &Error{Kind: kind, Op: op, Code: code} }

// Fields returns an Invalid error about fields, or nil if there are none.
func Fields(op string, fields ...Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Op: op, Code: "fields", Fields: fields}
}

// Op adds the operation in front of err and keeps its kind; nil stays nil.
func Op(op string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Kind: KindOf(err), Op: op, Err: err}
}

// With returns a copy of e whose text is filled with v.
func (e *Error) With(v Values) *Error {
	c := *e
	c.Values = v
	return &c
}

// Error returns operation, code and cause on one line, for logs.
func (e *Error) Error() string {
	parts := make([]string, 0, 4+len(e.Fields))
	for _, p := range []string{e.Op, e.Code} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	for _, f := range e.Fields {
		parts = append(parts, fmt.Sprintf("%s (%s)", f.Path, f.Code))
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	} else if e.Code == "" {
		parts = append(parts, e.Kind.String())
	}
	return strings.Join(parts, ": ")
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the outermost Error in err's chain; Internal if there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is an Error of kind.
func Is(kind Kind, err error) bool { return err != nil && KindOf(err) == kind }

// CodeOf returns the first code in err's chain, or the kind's name.
func CodeOf(err error) string {
	if told := Told(err); told != nil && told.Code != "" {
		return told.Code
	}
	return KindOf(err).String()
}

// Told returns the error in err's chain that has words for a person, or nil.
func Told(err error) *Error {
	for err != nil {
		e, ok := errors.AsType[*Error](err)
		if !ok {
			return nil
		}
		if e.Code != "" {
			return e
		}
		err = e.Err
	}
	return nil
}

// Match reports whether err has the kind, operation and code that want sets; for tests.
func Match(want *Error, err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Kind != want.Kind {
		return false
	}
	return (want.Op == "" || e.Op == want.Op) && (want.Code == "" || CodeOf(err) == want.Code)
}
