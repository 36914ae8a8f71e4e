package bus

import (
	"strings"

	"github.com/zongler/zongler/internal/errs"
)

const (
	nodePrefix = "n."
	// maxSubject bounds a subject's length.
	maxSubject = 200
)

// ErrSubject refuses a subject that has no or forbidden tokens.
var ErrSubject = errs.New(errs.Internal, "bus.Subject", "")

// Subject names what a message is about. Build one with Node; the zero Subject is refused.
type Subject struct{ name string }

// Node returns the subject n.<tokens…> of what nodes tell each other and what
// belongs to no tenant. A token is letters, digits, '_' and '-'.
func Node(tokens ...string) Subject {
	for _, token := range tokens {
		if !validToken(token) {
			return Subject{}
		}
	}
	name := nodePrefix + strings.Join(tokens, ".")
	if len(tokens) == 0 || len(name) > maxSubject {
		return Subject{}
	}
	return Subject{name: name}
}

// String returns the subject as it travels.
func (s Subject) String() string { return s.name }

func validToken(token string) bool {
	for i := range len(token) {
		c := token[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return token != ""
}
