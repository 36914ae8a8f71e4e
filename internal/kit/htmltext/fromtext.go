package htmltext

import (
	"html"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLink is the longest address that becomes a link, in bytes.
const maxLink = 2048

// FromText returns text as safe HTML: line ends as <br>, web addresses as links.
func FromText(text string) string {
	var b strings.Builder
	for i, line := range strings.Split(strings.ReplaceAll(bounded(text), "\r\n", "\n"), "\n") {
		if i > 0 {
			b.WriteString("<br>")
		}
		linkify(&b, line)
	}
	return b.String()
}

// linkify writes one line with its web addresses as links.
func linkify(b *strings.Builder, line string) {
	for line != "" {
		at := linkStart(line)
		if at < 0 {
			b.WriteString(html.EscapeString(line))
			return
		}
		b.WriteString(html.EscapeString(line[:at]))
		line = line[at:]
		link := line[:linkEnd(line)]
		if !writeLink(b, link) {
			b.WriteString(html.EscapeString(link))
		}
		line = line[len(link):]
	}
}

// linkStart returns where the first address begins, at the start of a word; -1 if there is none.
func linkStart(line string) int {
	for i := 0; i < len(line); {
		next := strings.IndexAny(line[i:], "hHwW")
		if next < 0 {
			return -1
		}
		i += next
		before, _ := utf8.DecodeLastRuneInString(line[:i])
		if (i == 0 || !unicode.IsLetter(before) && !unicode.IsDigit(before)) && hasLinkPrefix(line[i:]) {
			return i
		}
		i++
	}
	return -1
}

func hasLinkPrefix(s string) bool {
	for _, prefix := range []string{"https://", "http://", "www."} {
		if len(s) > len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
			return true
		}
	}
	return false
}

// linkEnd returns where the address at the start of s ends: before white space,
// quotes and angles, without the sentence's own punctuation behind it.
func linkEnd(s string) int {
	end := strings.IndexFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("<>\"'`{}|\\^„”»«", r)
	})
	if end < 0 {
		end = len(s)
	}
	for end > 1 {
		switch last := s[end-1]; {
		case strings.IndexByte(".,;:!?*_~", last) >= 0:
		case last == ')' && strings.Count(s[:end], "(") < strings.Count(s[:end], ")"):
		case last == ']' && strings.Count(s[:end], "[") < strings.Count(s[:end], "]"):
		default:
			return end
		}
		end--
	}
	return end
}

func writeLink(b *strings.Builder, link string) bool {
	target := link
	if !strings.Contains(link[:min(len(link), len("https://"))], "://") {
		target = "https://" + link
	}
	u, err := url.Parse(target)
	if err != nil || len(link) > maxLink || u.Hostname() == "" || u.User != nil { // user@host pretends to lead elsewhere
		return false
	}
	b.WriteString(`<a href="` + html.EscapeString(u.String()) + `" rel="nofollow noreferrer noopener" target="_blank">`)
	b.WriteString(html.EscapeString(link) + "</a>")
	return true
}

// Preview returns the beginning of a text on one line, of at most limit
// characters, cut at the end of a word where one is near. It is text, not HTML.
func Preview(text string, limit int) string {
	line := strings.Join(strings.FieldsFunc(bounded(text), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if utf8.RuneCountInString(line) <= limit {
		return line
	}
	if limit < 1 {
		return ""
	}
	runes := []rune(line)
	cut := limit - 1
	for i := cut - 1; i > cut*2/3; i-- {
		if runes[i] == ' ' {
			cut = i
			break
		}
	}
	for cut > 0 && (unicode.Is(unicode.Mn, runes[cut]) || runes[cut] == '\u200d' || runes[cut-1] == '\u200d') {
		cut-- // do not part a letter from its accent, nor a joined emoji
	}
	return strings.TrimRight(string(runes[:cut]), " ") + "…"
}
