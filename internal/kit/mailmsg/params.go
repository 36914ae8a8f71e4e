package mailmsg

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/zongler/zongler/internal/kit/mailmsg/charset"
)

// maxParams bounds the parameters of one field.
const maxParams = 100

// parseParams reads "value; name=value; …": quoted or not, in pieces and with a
// character set (RFC 2231), with encoded words where none belong, with a space
// where a semicolon is missing.
func parseParams(raw string) (value string, params map[string]string) {
	value, rest := cutParam(raw)
	value = strings.TrimSpace(stripComments(value))
	if at := strings.IndexAny(value, " \t"); at > 0 && strings.Contains(value[at:], "=") {
		value, rest = value[:at], value[at+1:]+";"+rest
	}
	found := map[string]string{}
	for rest != "" && len(found) < maxParams {
		var one string
		one, rest = cutParam(rest)
		name, text, ok := strings.Cut(one, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := found[name]; ok && name != "" && !twice {
			found[name] = paramValue(text)
		}
	}
	return strings.ToLower(value), joinPieces(found)
}

// cutParam cuts at the first semicolon outside quotes. A quote that is never
// closed is no quote.
func cutParam(s string) (one, rest string) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted && strings.IndexByte(s[i+1:], '"') >= 0
		case c == ';' && !quoted:
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

func paramValue(text string) string {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, `"`) {
		return strings.TrimRight(text, `"`)
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text) && (text[i+1] == '"' || text[i+1] == '\\'):
			i++
			b.WriteByte(text[i])
		case c == '"':
			return b.String()
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// piece is one of name*0, name*1*, … of a long value.
type piece struct {
	number  int
	text    string
	encoded bool
}

// joinPieces puts values together that RFC 2231 parted, and decodes them.
func joinPieces(found map[string]string) map[string]string {
	params := map[string]string{}
	pieces := map[string][]piece{}
	for name, text := range found {
		base, suffix, starred := strings.Cut(name, "*")
		if !starred {
			if _, better := params[name]; !better {
				params[name] = oneLine(charset.Words(text))
			}
			continue
		}
		encoded := suffix == "" || strings.HasSuffix(suffix, "*")
		number, _ := strconv.Atoi(strings.TrimSuffix(suffix, "*")) // none is the first
		pieces[base] = append(pieces[base], piece{number: number, text: text, encoded: encoded})
	}
	for base, list := range pieces {
		slices.SortFunc(list, func(a, b piece) int {
			return cmp.Or(cmp.Compare(a.number, b.number), strings.Compare(a.text, b.text))
		})
		params[base] = decodePieces(list)
	}
	return params
}

func decodePieces(list []piece) string {
	var b strings.Builder
	set := ""
	for i, p := range list {
		text := p.text
		if i == 0 && p.encoded {
			if parts := strings.SplitN(text, "'", 3); len(parts) == 3 {
				set, text = parts[0], parts[2]
			}
		}
		if p.encoded {
			text = unescape(text)
		}
		b.WriteString(text)
	}
	if set == "" {
		return oneLine(charset.Words(b.String()))
	}
	text, _ := charset.Decode([]byte(b.String()), set)
	return oneLine(text)
}

// unescape decodes %XX and leaves wrong ones as they are.
func unescape(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			high, ok := hexValue(s[i+1])
			low, ok2 := hexValue(s[i+2])
			if ok && ok2 {
				b.WriteByte(high<<4 | low)
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
