package mastodon

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxHTML bounds the content of a status that is read, in bytes.
const maxHTML = 256 << 10

// plainText returns what the content of a status says: its HTML is foreign, and nothing
// but its words is kept. Addresses are written out as they lead, not as they are shown;
// the names of those who are addressed at the beginning are left out.
func plainText(content string) string {
	r := reader{leading: true}
	z := html.NewTokenizer(strings.NewReader(content[:min(len(content), maxHTML)]))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		switch kind {
		case html.TextToken:
			r.say(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			r.start(z.Token(), kind == html.SelfClosingTagToken)
		case html.EndTagToken:
			r.end(z.Token().DataAtom)
		case html.ErrorToken, html.CommentToken, html.DoctypeToken:
		}
	}
	return tidy(r.out.String())
}

// reader makes text of the content of a status.
type reader struct {
	out     strings.Builder
	leading bool // nothing but names was said
	link    int  // how deep within a link whose words are not kept
	mute    int  // how deep within what is not shown
	breaks  int  // line ends that are due
}

// say writes words.
func (r *reader) say(words string) {
	if r.link > 0 || r.mute > 0 {
		return
	}
	words = strings.Map(func(c rune) rune {
		if c == '\n' || c == '\r' || c == '\t' {
			return ' '
		}
		return c
	}, html.UnescapeString(words))
	if r.leading {
		if words = strings.TrimLeftFunc(words, unicode.IsSpace); words == "" {
			return
		}
		r.leading = false
	}
	r.flush()
	r.out.WriteString(words)
}

// flush writes the line ends that are due.
func (r *reader) flush() {
	if r.out.Len() > 0 {
		r.out.WriteString(strings.Repeat("\n", r.breaks))
	}
	r.breaks = 0
}

func (r *reader) start(t html.Token, closed bool) {
	if r.link > 0 || r.mute > 0 { // what stands within is not kept; elements without an end do not count
		if !closed && t.DataAtom != atom.Br && t.DataAtom != atom.Img {
			r.deeper(1)
		}
		return
	}
	switch t.DataAtom {
	case atom.Br:
		r.breaks = min(r.breaks+1, 2)
	case atom.P, atom.Blockquote, atom.Pre, atom.Ul, atom.Ol:
		if hasClass(t, "quote-inline") && !closed { // a quoted status, for those who do not know quotes
			r.mute = 1
			return
		}
		r.breaks = 2
	case atom.Li:
		r.breaks = max(r.breaks, 1)
		r.say("• ")
	case atom.Script, atom.Style:
		if !closed {
			r.mute = 1
		}
	case atom.A:
		r.address(t, closed)
	default:
	}
}

// address writes where a link leads. Names and hashtags are links, too: their words are kept.
func (r *reader) address(t html.Token, closed bool) {
	to := attribute(t, "href")
	u, err := url.Parse(to)
	switch {
	case hasClass(t, "mention") && !hasClass(t, "hashtag"):
		if r.leading && !closed {
			r.link = 1 // who is addressed
		}
		return
	case hasClass(t, "hashtag") || err != nil || u.Scheme != "https" && u.Scheme != "http":
		return
	}
	r.say(to)
	if !closed {
		r.link = 1
	}
}

// deeper counts elements within what is not kept.
func (r *reader) deeper(by int) {
	if r.link > 0 {
		r.link += by
	} else if r.mute > 0 {
		r.mute += by
	}
}

func (r *reader) end(a atom.Atom) {
	if r.link > 0 || r.mute > 0 {
		r.deeper(-1)
		return
	}
	if a == atom.P || a == atom.Blockquote || a == atom.Pre || a == atom.Ul || a == atom.Ol {
		r.breaks = 2
	}
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasClass(t html.Token, class string) bool {
	for one := range strings.FieldsSeq(attribute(t, "class")) {
		if one == class {
			return true
		}
	}
	return false
}

// tidy leaves out what no text has.
func tidy(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRightFunc(line, unicode.IsSpace)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// length is how long a server counts a text: an address as link characters, a name
// without its server. Characters that belong together it counts as one; that is not
// more, so what we hold to be short enough is.
func length(text string, link int) int {
	n := 0
	for rest := text; rest != ""; {
		var word string
		word, rest = nextWord(rest)
		switch {
		case strings.HasPrefix(word, "https://") || strings.HasPrefix(word, "http://"):
			n += link
		case strings.HasPrefix(word, "@") && strings.Count(word, "@") == 2:
			local, _, _ := strings.Cut(word[1:], "@")
			n += 1 + utf8.RuneCountInString(local)
		default:
			n += utf8.RuneCountInString(word)
		}
	}
	return n
}

// nextWord parts what is up to the next end of a word, or the space that is there, from the rest.
func nextWord(s string) (word, rest string) {
	space := unicode.IsSpace(firstOf(s))
	at := strings.IndexFunc(s, func(c rune) bool { return unicode.IsSpace(c) != space })
	if at < 0 {
		return s, ""
	}
	return s[:at], s[at:]
}

func firstOf(s string) rune {
	c, _ := utf8.DecodeRuneInString(s)
	return c
}

// mentions reports whether a text addresses somebody by name.
func mentions(text, acct string) bool {
	name := "@" + strings.ToLower(acct)
	for rest := strings.ToLower(text); ; {
		at := strings.Index(rest, name)
		if at < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(rest[:at])
		rest = rest[at+len(name):]
		after := firstOf(rest)
		if (at == 0 || !isName(before)) && (rest == "" || !isName(after) && after != '@') {
			return true
		}
	}
}

// isName reports whether c belongs to a name.
func isName(c rune) bool { return c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c) }
