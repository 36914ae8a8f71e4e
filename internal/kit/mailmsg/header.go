package mailmsg

import (
	"bytes"
	"strings"

	"github.com/zongler/zongler/internal/kit/mailmsg/charset"
)

// Header holds the fields of a mail or a part in their order.
type Header struct {
	fields []Field
}

// Field is one field of a header.
type Field struct {
	Name string
	raw  string // unfolded, as sent
}

// Value returns the field's text, decoded, on one line.
func (f Field) Value() string { return oneLine(charset.Words(f.raw)) }

// Fields returns all fields in their order.
func (h Header) Fields() []Field { return h.fields }

// Has reports whether there is such a field.
func (h Header) Has(name string) bool {
	_, ok := h.find(name)
	return ok
}

// Get returns the first field of that name, decoded, or "".
func (h Header) Get(name string) string {
	f, _ := h.find(name)
	return f.Value()
}

// Raw returns the first field of that name as sent, unfolded, or "".
func (h Header) Raw(name string) string {
	f, _ := h.find(name)
	return f.raw
}

// Values returns all fields of that name, decoded.
func (h Header) Values(name string) []string {
	var values []string
	for _, f := range h.fields {
		if strings.EqualFold(f.Name, name) {
			values = append(values, f.Value())
		}
	}
	return values
}

// Token returns the first word of a field in lower case, without comments and
// parameters: "auto-replied" of "Auto-Replied (vacation)".
func (h Header) Token(name string) string {
	return strings.ToLower(firstWord(stripComments(h.Raw(name))))
}

func (h Header) find(name string) (Field, bool) {
	for _, f := range h.fields {
		if strings.EqualFold(f.Name, name) {
			return f, true
		}
	}
	return Field{}, false
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(s), ";")
	if fields := strings.Fields(word); len(fields) > 0 {
		return fields[0]
	}
	return ""
}

// ParseHeader reads fields until an empty line, within bounds, and returns what
// follows. It is how a part that holds the header of another mail is read.
func ParseHeader(raw []byte) (Header, []byte) {
	r := &reader{limits: Limits{}.orDefaults(), message: &Message{}}
	return r.header(raw)
}

// header reads fields until an empty line. A line that is no field belongs to
// the field above, unless what follows is no field either: then the empty line
// was forgotten and the body has begun.
func (r *reader) header(raw []byte) (Header, []byte) {
	var b headerBuilder
	for first := true; len(raw) > 0; first = false {
		line, rest := cutLine(raw)
		blank := len(bytes.TrimSpace(line)) == 0
		switch {
		case len(line) == 0 || blank && !headerGoesOn(rest):
			return b.header(), rest
		case first && (bytes.HasPrefix(line, []byte("From ")) || bytes.HasPrefix(line, []byte(">From "))):
		case isFold(line):
			r.fold(&b, line)
		case fieldName(line) > 0:
			r.field(&b, line)
		case headerGoesOn(rest):
			r.defect(DefectMalformed, clip(line))
			r.fold(&b, line)
		default:
			r.defect(DefectMalformed, clip(line))
			return b.header(), raw
		}
		raw = rest
	}
	return b.header(), nil
}

// headerBuilder gathers the lines of fields.
type headerBuilder struct {
	names  []string
	values [][]byte
}

func (b *headerBuilder) header() Header {
	fields := make([]Field, len(b.names))
	for i, name := range b.names {
		fields[i] = Field{Name: name, raw: string(bytes.TrimSpace(b.values[i]))}
	}
	return Header{fields: fields}
}

func (r *reader) field(b *headerBuilder, line []byte) {
	if !r.affords(len(line)) || len(b.names) >= maxFields {
		r.defect(DefectHeader, "")
		return
	}
	colon := fieldName(line)
	b.names = append(b.names, strings.TrimRight(string(line[:colon]), " \t"))
	value := bytes.TrimSpace(line[colon+1:])
	b.values = append(b.values, append([]byte(nil), value[:min(len(value), maxFieldBytes)]...))
}

// fold adds a line to the last field.
func (r *reader) fold(b *headerBuilder, line []byte) {
	text := bytes.TrimSpace(line)
	if len(b.names) == 0 || len(text) == 0 {
		return
	}
	last := len(b.names) - 1
	if !r.affords(len(line)) || len(b.values[last])+len(text) > maxFieldBytes {
		r.defect(DefectHeader, b.names[last])
		return
	}
	b.values[last] = append(append(b.values[last], ' '), text...)
}

// maxFieldBytes is where a folded field ends growing.
const maxFieldBytes = 64 << 10

func (r *reader) affords(n int) bool {
	if r.headerBytes+n > r.limits.Header {
		return false
	}
	r.headerBytes += n
	return true
}

// cutLine returns the first line without its end, and what follows. LF and CR
// alone end lines too.
func cutLine(raw []byte) (line, rest []byte) {
	end := bytes.IndexAny(raw, "\r\n")
	if end < 0 {
		return raw, nil
	}
	rest = raw[end+1:]
	if raw[end] == '\r' && len(rest) > 0 && rest[0] == '\n' {
		rest = rest[1:]
	}
	return raw[:end], rest
}

func isFold(line []byte) bool { return line[0] == ' ' || line[0] == '\t' }

// fieldName returns where the colon is, or 0 if the line is no field.
func fieldName(line []byte) int {
	colon := bytes.IndexByte(line, ':')
	if colon <= 0 || colon > 200 {
		return 0
	}
	for _, c := range bytes.TrimRight(line[:colon], " \t") {
		if c <= ' ' || c >= 0x7f {
			return 0
		}
	}
	return colon
}

func headerGoesOn(rest []byte) bool {
	next, _ := cutLine(rest)
	return len(next) > 0 && (isFold(next) || fieldName(next) > 0)
}

func clip(b []byte) string { return oneLine(string(b[:min(len(b), 80)])) }

// oneLine makes every control character a space and leaves out what is not UTF-8.
func oneLine(s string) string {
	s = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f || c >= 0x80 && c < 0xa0 || c == '\u2028' || c == '\u2029' {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(s, "\ufffd"))
	return strings.Join(strings.Fields(s), " ")
}

// stripComments leaves out what stands in parentheses, outside quotes.
func stripComments(s string) string {
	var b strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s):
			if depth == 0 {
				b.WriteString(s[i : i+2])
			}
			i++
		case c == '"' && depth == 0:
			quoted = !quoted
			b.WriteByte(c)
		case c == '(' && !quoted:
			depth++
		case c == ')' && !quoted && depth > 0:
			depth--
		case depth == 0:
			b.WriteByte(c)
		}
	}
	return strings.TrimSpace(b.String())
}
