package htmltext

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxBlank is how many empty lines may stand together.
const maxBlank = 1

// ToText returns the text of html as a reader sees it: blocks on their own
// lines, items with a dash, no scripts, styles or titles.
func ToText(source string) string {
	w := &textWriter{}
	z := html.NewTokenizer(strings.NewReader(bounded(source)))
	for {
		switch z.Next() {
		case html.ErrorToken: // the end; the tokenizer knows no other error in a string
			return w.text()
		case html.TextToken:
			w.write(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			w.open(atom.Lookup(name))
		case html.EndTagToken:
			name, _ := z.TagName()
			w.close(atom.Lookup(name))
		case html.CommentToken, html.DoctypeToken:
		}
	}
}

// textWriter gathers text, knowing which white space matters.
type textWriter struct {
	lines  []string
	line   strings.Builder
	space  bool
	hidden atom.Atom // the element whose content is being left out
	pre    int
}

func (w *textWriter) open(a atom.Atom) {
	switch {
	case w.hidden != 0:
	case a == atom.Script || a == atom.Style || a == atom.Title || a == atom.Template || a == atom.Svg:
		w.hidden = a
	case a == atom.Br:
		w.newLine()
	case a == atom.Pre:
		w.breakLine()
		w.pre++
	case a == atom.Li:
		w.breakLine()
		w.line.WriteString("- ")
	case a == atom.Td || a == atom.Th:
		w.space = true
	case block(a):
		w.breakLine()
	}
	if w.hidden == 0 && paragraph(a) {
		w.blankLine()
	}
}

func (w *textWriter) close(a atom.Atom) {
	switch {
	case w.hidden != 0:
		if a == w.hidden {
			w.hidden = 0
		}
		return
	case a == atom.Pre:
		w.pre = max(0, w.pre-1)
		w.breakLine()
	case block(a):
		w.breakLine()
	}
	if paragraph(a) {
		w.blankLine()
	}
}

func (w *textWriter) write(text string) {
	if w.hidden != 0 {
		return
	}
	text = html.UnescapeString(text)
	for _, r := range text {
		switch r {
		case '\r', '\x00':
		case '\n':
			if w.pre > 0 {
				w.newLine()
			} else {
				w.space = true
			}
		case ' ', '\t', '\f', '\u00a0':
			w.space = true
		default:
			if w.space && w.line.Len() > 0 && !strings.HasSuffix(w.line.String(), " ") {
				w.line.WriteByte(' ')
			}
			w.space = false
			w.line.WriteRune(r)
		}
	}
}

func (w *textWriter) newLine() {
	w.lines = append(w.lines, strings.TrimRight(w.line.String(), " "))
	w.line.Reset()
	w.space = false
}

// breakLine ends a line that has begun.
func (w *textWriter) breakLine() {
	if w.line.Len() > 0 {
		w.newLine()
	}
	w.space = false
}

// blankLine leaves one line empty, unless one is empty already.
func (w *textWriter) blankLine() {
	w.breakLine()
	if n := len(w.lines); n > 0 && w.lines[n-1] != "" {
		w.lines = append(w.lines, "")
	}
}

func (w *textWriter) text() string {
	w.breakLine()
	var kept []string
	blank := 0
	for _, line := range w.lines {
		if line == "" {
			if blank++; blank > maxBlank {
				continue
			}
		} else {
			blank = 0
		}
		kept = append(kept, line)
	}
	return strings.Trim(strings.Join(kept, "\n"), "\n")
}

func paragraph(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Blockquote, atom.Pre, atom.Ul, atom.Ol, atom.Dl, atom.Table,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Hr:
		return true
	default:
		return false
	}
}

func block(a atom.Atom) bool {
	switch a {
	case atom.Div, atom.Li, atom.Tr, atom.Dt, atom.Dd, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Main,
		atom.Nav, atom.Aside, atom.Form, atom.Fieldset, atom.Figure, atom.Figcaption, atom.Address, atom.Caption, atom.Center, atom.Body:
		return true
	default:
		return paragraph(a)
	}
}
