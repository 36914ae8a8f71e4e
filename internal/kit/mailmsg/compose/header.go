package compose

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/kit/mailmsg"
)

// Widths of header lines, in bytes.
const (
	lineWidth = 76
	wordBytes = 42 // of UTF-8 in one encoded word: 75 characters with what is around
	longWord  = 200
)

// field is a header field, encoded but not folded.
type field struct {
	name  string
	value string
	utf8  bool // has an address that needs SMTPUTF8
}

// fields makes the header but for the fields of MIME.
func (m *Mail) fields() error {
	o := m.out
	id := mailmsg.NormalizeID(o.MessageID)
	if id == "" || !isASCII(id) || o.Date.IsZero() {
		return fmt.Errorf("%w: no Message-ID or no date", ErrInvalid)
	}
	m.out.MessageID = id
	m.add("Date", o.Date.Format(time.RFC1123Z))
	m.addresses("From", o.From)
	if o.Sender.Addr != "" {
		m.addresses("Sender", o.Sender)
	}
	m.addresses("Reply-To", o.ReplyTo...)
	if len(o.To)+len(o.Cc) == 0 {
		m.add("To", "undisclosed-recipients:;")
	}
	m.addresses("To", o.To...)
	m.addresses("Cc", o.Cc...)
	m.add("Subject", text(o.Subject, maxSubject))
	m.add("Message-ID", "<"+id+">")
	m.add("In-Reply-To", ids(o.InReplyTo))
	m.add("References", ids(bounded(o.References)...))
	m.automatic()
	m.add("MIME-Version", "1.0")
	return nil
}

func (m *Mail) automatic() {
	switch m.out.Automatic {
	case Replied:
		m.add("Auto-Submitted", string(Replied))
		m.add("X-Auto-Response-Suppress", "All")
		m.add("Precedence", "auto_reply")
	case Generated:
		m.add("Auto-Submitted", string(Generated))
		m.add("X-Auto-Response-Suppress", "All")
		m.add("Precedence", "bulk")
	}
	m.add("X-Loop", text(m.out.Loop, maxSubject))
	if m.out.Receipt {
		m.addresses("Disposition-Notification-To", m.out.From)
	}
}

// add notes a field whose value is encoded already; an empty one is left out.
func (m *Mail) add(name, value string) {
	if value != "" {
		m.header = append(m.header, field{name: name, value: value})
	}
}

func (m *Mail) addresses(name string, list ...mailmsg.Address) {
	var all []string
	wide := false
	for _, a := range list {
		addr, utf8Local := a.ASCII()
		if addr == "" {
			continue
		}
		wide = wide || utf8Local
		if name := phrase(a.Name); name != "" {
			addr = name + " <" + addr + ">"
		}
		all = append(all, addr)
	}
	if len(all) > 0 {
		m.header = append(m.header, field{name: name, value: strings.Join(all, ", "), utf8: wide})
	}
}

// oneLine leaves out everything that could end a line or hide in one.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	return strings.Join(strings.Fields(s), " ")
}

// text encodes free text: as it is if that is safe, else in encoded words.
func text(s string, limit int) string {
	s = oneLine(s)
	if utf8.RuneCountInString(s) > limit {
		s = string([]rune(s)[:limit])
	}
	if isASCII(s) && !strings.Contains(s, "=?") && !hasLongWord(s) {
		return s
	}
	return encodedWords(s)
}

// phrase encodes the name of a person.
func phrase(name string) string {
	name = oneLine(name)
	if runes := []rune(name); len(runes) > maxFileName {
		name = string(runes[:maxFileName])
	}
	switch {
	case name == "":
		return ""
	case !isASCII(name) || strings.Contains(name, "=?") || hasLongWord(name):
		return encodedWords(name)
	case strings.ContainsFunc(name, func(r rune) bool { return !isAtom(r) && r != ' ' }):
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
	}
	return name
}

func isAtom(r rune) bool {
	return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r))
}

// encodedWords writes s in words of RFC 2047 that never split a character.
func encodedWords(s string) string {
	var words []string
	for s != "" {
		end := min(len(s), wordBytes)
		for end < len(s) && !utf8.RuneStart(s[end]) {
			end--
		}
		words = append(words, "=?utf-8?B?"+base64.StdEncoding.EncodeToString([]byte(s[:end]))+"?=")
		s = s[end:]
	}
	return strings.Join(words, " ")
}

func ids(list ...string) string {
	var all []string
	for _, raw := range list {
		if id := mailmsg.NormalizeID(raw); id != "" && isASCII(id) {
			all = append(all, "<"+id+">")
		}
	}
	return strings.Join(all, " ")
}

// bounded keeps the first reference, which began the thread, and the last ones.
func bounded(references []string) []string {
	if len(references) <= maxReferences {
		return references
	}
	return append([]string{references[0]}, references[len(references)-maxReferences+1:]...)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func hasLongWord(s string) bool {
	for word := range strings.FieldsSeq(s) {
		if len(word) > longWord {
			return true
		}
	}
	return false
}

// String returns the field folded at its spaces, with its line end.
func (f field) String() string {
	var b strings.Builder
	b.WriteString(f.name + ":")
	width := b.Len()
	for word := range strings.SplitSeq(f.value, " ") {
		if width+1+len(word) > lineWidth && width > len(f.name)+1 {
			b.WriteString("\r\n")
			width = 0
		}
		b.WriteString(" " + word)
		width += 1 + len(word)
	}
	b.WriteString("\r\n")
	return b.String()
}
