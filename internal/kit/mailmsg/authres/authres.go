package authres

import (
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/kit/mailmsg"
)

// Nameless is the name of a server that puts none into its fields, as some do.
const Nameless = "-"

// field is where servers write what they found.
const field = "Authentication-Results"

// Bounds of what is read.
const (
	maxFields = 20
	maxParts  = 50 // of one field
)

// Results are the verdicts of a server, in the words of RFC 8601: pass, fail, softfail, neutral, none,
// temperror, permerror, policy. What it did not look at is empty.
type Results struct {
	SPF   string `json:"spf,omitempty"`
	DKIM  string `json:"dkim,omitempty"`
	DMARC string `json:"dmarc,omitempty"`
}

// IsZero reports whether nothing was found out.
func (r Results) IsZero() bool { return r == Results{} }

// Forged reports whether the domain in From says that the mail is not its own.
func (r Results) Forged() bool { return r.DMARC == "fail" }

// Read returns what the server called trusted says about a mail. Without a name nobody is trusted.
func Read(h mailmsg.Header, trusted string) Results {
	var all Results
	if trusted == "" {
		return all
	}
	seen := 0
	for _, f := range h.Fields() {
		if !strings.EqualFold(f.Name, field) {
			continue
		}
		if seen++; seen > maxFields {
			break
		}
		name, parts := split(f.Value())
		if !strings.EqualFold(name, trusted) {
			continue
		}
		all.take(parts)
	}
	return all
}

// take adds the verdicts of a field to those of the fields above it.
func (r *Results) take(parts []string) {
	var here Results
	for _, part := range parts {
		method, verdict := verdictOf(part)
		switch to := here.of(method); {
		case to == nil || verdict == "":
		case *to == "" || verdict == "pass": // of several signatures one that holds is enough
			*to = verdict
		}
	}
	for _, method := range []string{"spf", "dkim", "dmarc"} {
		if to := r.of(method); *to == "" {
			*to = *here.of(method)
		}
	}
}

func (r *Results) of(method string) *string {
	switch method {
	case "spf":
		return &r.SPF
	case "dkim":
		return &r.DKIM
	case "dmarc":
		return &r.DMARC
	}
	return nil
}

// split returns the name of the server that wrote a field, and what it found.
func split(value string) (name string, parts []string) {
	parts = segments(value)
	if len(parts) == 0 {
		return "", nil
	}
	if strings.Contains(parts[0], "=") { // it begins with what was found
		return Nameless, parts
	}
	words := strings.Fields(parts[0]) // a version may follow
	if len(words) == 0 {
		return "", nil
	}
	return strings.Trim(words[0], `"`), parts[1:]
}

// segments parts a value at its semicolons, without comments; those within quotes part nothing.
func segments(value string) (parts []string) {
	var (
		b      strings.Builder
		depth  int
		quoted bool
	)
	end := func() {
		parts = append(parts, strings.TrimSpace(b.String()))
		b.Reset()
	}
	for i := 0; i < len(value) && len(parts) < maxParts; i++ {
		switch c := value[i]; {
		case c == '\\' && (quoted || depth > 0):
			i++ // what follows is no sign
		case c == '"' && depth == 0:
			quoted = !quoted
		case c == '(' && !quoted:
			depth++
		case c == ')' && !quoted && depth > 0:
			depth--
		case c == ';' && !quoted && depth == 0:
			end()
		case depth == 0:
			b.WriteByte(c)
		}
	}
	end()
	return parts
}

// verdictOf reads "spf=pass smtp.mailfrom=…" and "dkim/1 = fail".
func verdictOf(part string) (method, verdict string) {
	method, rest, found := strings.Cut(part, "=")
	if !found {
		return "", ""
	}
	method, _, _ = strings.Cut(method, "/")
	words := strings.Fields(strings.ToLower(rest))
	if len(words) == 0 {
		return "", ""
	}
	verdict = words[0]
	if verdict == "hardfail" {
		verdict = "fail"
	}
	if !slices.Contains([]string{"pass", "fail", "softfail", "neutral", "none", "temperror", "permerror", "policy"}, verdict) {
		return "", ""
	}
	return strings.ToLower(strings.TrimSpace(method)), verdict
}
