package check

import (
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/errs"
)

// Fields collects faults. The zero value is empty and ready.
type Fields struct{ all []errs.Field }

// maxEmail is the longest address that mail knows (RFC 5321).
const maxEmail = 254

// Add notes a fault of the field at path.
func (f *Fields) Add(path, code string, values errs.Values) {
	f.all = append(f.all, errs.Field{Path: path, Code: code, Values: values})
}

// Err returns an Invalid error from op with all faults, or nil if there are none.
func (f *Fields) Err(op string) error { return errs.Fields(op, f.all...) }

// Text checks a text that must be there, of at most limit characters on one line.
func (f *Fields) Text(path, text string, limit int) {
	if strings.TrimSpace(text) == "" {
		f.Add(path, "required", nil)
		return
	}
	f.Optional(path, text, limit)
}

// Optional checks a text that may be missing, of at most limit characters on one line.
func (f *Fields) Optional(path, text string, limit int) {
	switch {
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		f.Add(path, "format.text", nil)
	case utf8.RuneCountInString(text) > limit:
		f.Add(path, "length.max", errs.Values{"max": limit})
	}
}

// OneOf checks that value is among allowed.
func (f *Fields) OneOf(path, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		f.Add(path, "one_of", errs.Values{"allowed": strings.Join(allowed, ", ")})
	}
}

// Count checks that a list has from least to most items.
func (f *Fields) Count(path string, n, least, most int) {
	switch {
	case n < least:
		f.Add(path, "items.min", errs.Values{"min": least})
	case n > most:
		f.Add(path, "items.max", errs.Values{"max": most})
	}
}

// Email checks a bare e-mail address.
func (f *Fields) Email(path, address string) {
	if address == "" {
		f.Add(path, "required", nil)
		return
	}
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || parsed.Name != "" || len(address) > maxEmail {
		f.Add(path, "format.email", nil)
	}
}

// Color checks a colour of the form #rrggbb.
func (f *Fields) Color(path, color string) {
	const digits = "0123456789abcdefABCDEF"
	if len(color) != 7 || color[0] != '#' || strings.Trim(color[1:], digits) != "" {
		f.Add(path, "format.color", nil)
	}
}

// TimeZone checks the IANA name of a time zone.
func (f *Fields) TimeZone(path, name string) {
	if name == "" || name == "Local" {
		f.Add(path, "format.time_zone", nil)
		return
	}
	if _, err := time.LoadLocation(name); err != nil {
		f.Add(path, "format.time_zone", nil)
	}
}
