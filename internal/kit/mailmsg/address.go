package mailmsg

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/zongler/zongler/internal/kit/mailmsg/charset"
)

// Address is a person in a header.
type Address struct {
	Name string // decoded, on one line; may be empty
	Addr string // local@domain, the domain in lower case; "" if unreadable
	Raw  string // what stood there, decoded, when Addr is empty
}

// IsZero reports whether nothing is said at all.
func (a Address) IsZero() bool { return a == Address{} }

// Key returns the address as it is compared: lower case, the domain in ASCII.
// Servers that tell "Anna@" from "anna@" exist in theory only.
func (a Address) Key() string { return AddressKey(a.Addr) }

// AddressKey returns an address as it is compared, or "" for none.
func AddressKey(addr string) string {
	local, domain, ok := splitAddress(strings.TrimSpace(addr))
	if !ok {
		return ""
	}
	return strings.ToLower(local) + "@" + asciiDomain(domain)
}

// String returns the address for a person to read: Name <local@domain>.
func (a Address) String() string {
	switch {
	case a.Addr == "":
		return strings.TrimSpace(a.Name + " " + a.Raw)
	case a.Name == "":
		return a.Addr
	}
	return a.Name + " <" + a.Addr + ">"
}

func asciiDomain(domain string) string {
	domain = strings.ToLower(domain)
	if ascii, err := idna.Lookup.ToASCII(domain); err == nil && ascii != "" {
		return ascii
	}
	return domain
}

// splitAddress parts local@domain and reports whether it could be delivered.
func splitAddress(addr string) (local, domain string, ok bool) {
	at := strings.LastIndexByte(addr, '@')
	if at <= 0 || at == len(addr)-1 || len(addr) > 320 || !utf8.ValidString(addr) {
		return "", "", false
	}
	local, domain = addr[:at], strings.TrimRight(addr[at+1:], ".")
	quoted := len(local) > 2 && local[0] == '"' && local[len(local)-1] == '"'
	if domain == "" || strings.ContainsFunc(addr, unprintable) || strings.ContainsAny(domain, "\" ()<>,;\\@") {
		return "", "", false
	}
	if quoted && !strings.ContainsAny(local[1:len(local)-1], `"\`) {
		return local, domain, true
	}
	return local, domain, !strings.ContainsAny(local, "\" ()<>,;\\@")
}

func unprintable(r rune) bool {
	return r < ' ' || r == 0x7f || r >= 0x80 && r <= 0xa0 || r == '\u2028' || r == '\u2029' || r == utf8.RuneError || r == '\u200b' || r == '\ufeff'
}

// ParseAddress reads one address.
func ParseAddress(text string) Address {
	if list := ParseAddresses(text); len(list) > 0 {
		return list[0]
	}
	return Address{}
}

// ParseAddresses reads a list as it stands in a header. What cannot be read is
// kept as text; groups are opened.
func ParseAddresses(text string) []Address {
	list := parseAddresses(text)
	return list[:min(len(list), maxAddresses)]
}

// parseAddresses reads one address more than allowed, so that it shows.
func parseAddresses(text string) []Address {
	var list []Address
	for _, chunk := range splitList(text) {
		if len(list) > maxAddresses {
			break
		}
		if a := parseOne(chunk); !a.IsZero() {
			list = append(list, a)
		}
	}
	return list
}

// splitList cuts at commas and semicolons outside quotes, comments and angles;
// "group:" before its members falls away.
func splitList(text string) []string {
	var chunks []string
	var state listState
	start := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && (state.quoted || state.comment > 0):
			i++
		case state.take(c):
		case c == ',' || c == ';':
			chunks = append(chunks, text[start:i])
			start, state = i+1, listState{}
		case c == '@' || c == '[':
			state.address = true
		case c == ':' && !state.address && !strings.EqualFold(strings.TrimSpace(text[start:i]), "mailto"):
			start = i + 1
		}
	}
	return append(chunks, text[start:])
}

// listState is where in an address list one stands.
type listState struct {
	quoted  bool
	angle   bool
	comment int
	address bool // an address has begun, so that no group can
}

// take reports whether c belongs to what is open or opens something.
func (s *listState) take(c byte) bool {
	switch {
	case s.quoted:
		s.quoted = c != '"'
	case s.comment > 0:
		s.comment += step(c, '(', ')')
	case s.angle:
		s.angle = c != '>'
	case c == '"':
		s.quoted = true
	case c == '(':
		s.comment = 1
	case c == '<':
		s.angle = true
	default:
		return false
	}
	return true
}

func step(c, up, down byte) int {
	switch c {
	case up:
		return 1
	case down:
		return -1
	}
	return 0
}

// parseOne reads one address: what stands between the last angles, else the
// whole without comments.
func parseOne(chunk string) Address {
	chunk = strings.TrimSpace(chunk)
	if chunk == "" || chunk == "<>" {
		return Address{}
	}
	if open := strings.LastIndexByte(chunk, '<'); open >= 0 {
		inner, _, _ := strings.Cut(chunk[open+1:], ">")
		return newAddress(unquote(chunk[:open]), inner, chunk)
	}
	bare := stripComments(chunk)
	return newAddress(comment(chunk), bare, chunk)
}

func newAddress(name, addr, chunk string) Address {
	name = trimRunes(oneLine(charset.Words(name)), maxName)
	addr = strings.TrimSpace(charset.Words(strings.Trim(strings.TrimSpace(addr), "<>'")))
	if len(addr) > 7 && strings.EqualFold(addr[:7], "mailto:") {
		addr = addr[7:]
	}
	local, domain, ok := splitAddress(addr)
	if !ok {
		return Address{Name: name, Raw: trimRunes(oneLine(charset.Words(chunk)), maxName)}
	}
	if strings.EqualFold(name, addr) {
		name = ""
	}
	return Address{Name: name, Addr: local + "@" + strings.ToLower(domain)}
}

// unquote takes quotes and escapes off a name.
func unquote(s string) string {
	s = strings.TrimSpace(s)
	if len(s) < 2 || (s[0] != '"' && s[0] != '\'') || s[len(s)-1] != s[0] {
		if !strings.Contains(s, `"`) {
			return s
		}
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case s[i] == '"':
		default:
			b.WriteByte(s[i])
		}
	}
	text := strings.TrimSpace(b.String())
	if len(text) >= 2 && text[0] == '\'' && text[len(text)-1] == '\'' {
		text = text[1 : len(text)-1] // Outlook's way
	}
	return text
}

// comment returns what stands in the first parentheses: the name in old mails.
func comment(s string) string {
	_, after, found := strings.Cut(s, "(")
	if !found {
		return ""
	}
	if end := strings.LastIndexByte(after, ')'); end >= 0 {
		after = after[:end]
	}
	return unquote(after)
}

func trimRunes(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit])
}

// ASCII returns the address as SMTP wants it, the domain in ASCII, and whether
// its local part needs SMTPUTF8. It is "" for what cannot be read.
func (a Address) ASCII() (addr string, needsUTF8 bool) {
	local, domain, ok := splitAddress(a.Addr)
	if !ok {
		return "", false
	}
	return local + "@" + asciiDomain(domain), strings.ContainsFunc(local, func(r rune) bool { return r >= utf8.RuneSelf })
}
