package charset

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// Words decodes the encoded words (RFC 2047) in a header's value, also where
// they stand in quotes or touch each other. What is not encoded is taken as
// UTF-8 if it is, else as what it looks like.
func Words(s string) string {
	if !strings.Contains(s, "=?") {
		return Plain(s)
	}
	var out strings.Builder
	var run wordRun
	for s != "" {
		start := strings.Index(s, "=?")
		if start < 0 {
			break
		}
		word, length, ok := parseWord(s[start:])
		if !ok {
			run.flush(&out)
			out.WriteString(Plain(s[:start+2]))
			s = s[start+2:]
			continue
		}
		if gap := s[:start]; !run.open || strings.TrimSpace(gap) != "" {
			run.flush(&out)
			out.WriteString(Plain(gap))
		}
		run.add(&out, word)
		s = s[start+length:]
	}
	run.flush(&out)
	out.WriteString(Plain(s))
	return out.String()
}

// Plain returns s if it is UTF-8, else as what it looks like.
func Plain(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	text, _ := Decode([]byte(s), "")
	return text
}

// word is one encoded word, its bytes not yet in UTF-8.
type word struct {
	charset string
	bytes   []byte
}

// wordRun gathers words that follow each other: a character may be split
// between two of them.
type wordRun struct {
	open bool
	word word
}

func (r *wordRun) add(out *strings.Builder, w word) {
	if r.open && r.word.charset == w.charset {
		r.word.bytes = append(r.word.bytes, w.bytes...)
		return
	}
	r.flush(out)
	r.open, r.word = true, w
}

func (r *wordRun) flush(out *strings.Builder) {
	if r.open {
		text, _ := Decode(r.word.bytes, r.word.charset)
		out.WriteString(text)
	}
	r.open = false
}

// maxWord is how far the end of a word is looked for. RFC 2047 allows 75.
const maxWord = 8 << 10

// parseWord reads =?charset?encoding?text?= at the start of s.
func parseWord(s string) (w word, length int, ok bool) {
	rest := s[2:]
	name, rest, found := strings.Cut(rest, "?")
	if !found || name == "" || len(name) > 60 || strings.ContainsAny(name, " \t=") {
		return word{}, 0, false
	}
	if len(rest) < 2 || rest[1] != '?' {
		return word{}, 0, false
	}
	kind, text := rest[0]|0x20, rest[2:]
	end := wordEnd(text[:min(len(text), maxWord)])
	if end < 0 {
		return word{}, 0, false
	}
	length = len(s) - len(text) + end + 2
	w = word{charset: canonical(name)}
	switch kind {
	case 'b':
		w.bytes = Base64(text[:end])
	case 'q':
		w.bytes = decodeQ(text[:end])
	default:
		return word{}, 0, false
	}
	return w, length, true
}

// wordEnd finds "?=". In Q, "?=" may be the text's own "?" and "=E9": such a
// word was written wrongly, and goes on if another end follows in the same word.
func wordEnd(text string) int {
	end := strings.Index(text, "?=")
	if end < 0 {
		return -1
	}
	if after := text[end+2:]; len(after) >= 2 && isHex(after[0]) && isHex(after[1]) {
		if next := strings.Index(after, "?="); next >= 0 && !strings.ContainsAny(after[:next], " \t") {
			return end + 2 + next
		}
	}
	return end
}

// Base64 decodes what can be decoded, whatever stands between.
func Base64(s string) []byte {
	clean := strings.Map(func(c rune) rune {
		switch {
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '+', c == '/':
			return c
		}
		return -1
	}, s)
	if len(clean)%4 == 1 {
		clean = clean[:len(clean)-1]
	}
	b, _ := base64.RawStdEncoding.DecodeString(clean) // cannot fail: alphabet and length are right
	return b
}

func decodeQ(s string) []byte {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '_':
			b = append(b, ' ')
		case s[i] == '=' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b = append(b, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		default:
			b = append(b, s[i])
		}
	}
	return b
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
