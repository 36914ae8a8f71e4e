package quote

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/zongler/zongler/internal/kit/htmltext"
)

// Attribute marks what a screen folds; its value is a Kind.
const Attribute = "data-fold"

// Folded is HTML whose quotes and signatures are marked.
type Folded struct {
	HTML    string // the content of the body; still to be cleaned
	Visible string // the text of what is new
	Folds   bool   // something is marked
}

// OfMessage folds both forms of a mail: visible is the text of what is new,
// folded the HTML with its marks, "" for plain mail.
func OfMessage(text, page string) (visible, folded string) {
	if strings.TrimSpace(page) == "" {
		return Visible(text), ""
	}
	f := HTML(page)
	if f.Folds || strings.TrimSpace(text) == "" {
		return f.Visible, f.HTML
	}
	return Visible(text), f.HTML
}

// HTML marks the quotes and signatures in a page. Nothing is marked where
// nothing else would be left to see.
func HTML(source string) Folded {
	plain := Folded{HTML: source, Visible: Visible(htmltext.ToText(source))}
	if len(source) > maxText {
		return plain
	}
	body, ok := parseBody(source)
	if !ok {
		return plain
	}
	m := &marker{budget: maxLooked}
	m.visit(body)
	if !m.marked {
		return plain
	}
	folded, ok := render(body, false)
	if !ok {
		return plain
	}
	fresh, ok := render(body, true)
	if !ok || htmltext.ToText(fresh) == "" && !strings.Contains(fresh, "<img") {
		return plain
	}
	return Folded{HTML: folded, Visible: Visible(htmltext.ToText(fresh)), Folds: true}
}

func parseBody(source string) (*html.Node, bool) {
	root, err := html.Parse(strings.NewReader(source))
	if err != nil {
		return nil, false // nested too deep
	}
	for n := range root.Descendants() {
		if n.DataAtom == atom.Body {
			return n, true
		}
	}
	return nil, false
}

// render writes the content of the body, all of it or only what is new.
func render(body *html.Node, freshOnly bool) (string, bool) {
	if freshOnly {
		for _, n := range slices.Collect(body.Descendants()) {
			if n.Parent != nil && attribute(n, Attribute) != "" {
				n.Parent.RemoveChild(n)
			}
		}
	}
	var b strings.Builder
	for n := range body.ChildNodes() {
		if err := html.Render(&b, n); err != nil {
			return "", false
		}
	}
	return b.String(), true
}

// maxLooked bounds how much text is looked at for introductions, in bytes.
const maxLooked = 4 << 20

// marker walks a page and marks it.
type marker struct {
	marked bool
	budget int
}

// visit marks in n and below. What is marked is not looked into. It returns
// false where the rest of the page is quoted already.
func (m *marker) visit(n *html.Node) bool {
	for _, child := range slices.Collect(n.ChildNodes()) {
		if child.Type != html.ElementNode {
			continue
		}
		removeAttribute(child, Attribute) // the marks are ours alone
		switch {
		case isQuoteElement(child):
			m.set(child, Quoted)
		case isSignatureElement(child):
			m.set(child, Signature)
		case m.beginsQuote(child):
			m.quoteRest(child)
			return false
		case !m.visit(child):
			return false
		}
	}
	return true
}

func (m *marker) set(n *html.Node, kind Kind) {
	removeAttribute(n, Attribute)
	n.Attr = append(n.Attr, html.Attribute{Key: Attribute, Val: string(kind)})
	m.marked = true
}

// quoteRest marks n and everything after it in the page: what follows beside n
// and beside each element around it.
func (m *marker) quoteRest(n *html.Node) {
	first := n
	for parent := n.Parent; parent != nil; parent = parent.Parent {
		m.wrap(parent, first)
		if parent.DataAtom == atom.Body {
			return
		}
		first = parent.NextSibling
	}
}

// wrap puts first and what follows it into an element that is marked. In tables
// and lists no such element may stand: there each is marked by itself.
func (m *marker) wrap(parent, first *html.Node) {
	if !hasContent(first) {
		return
	}
	box := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	switch parent.DataAtom {
	case atom.Table, atom.Tbody, atom.Thead, atom.Tfoot, atom.Tr, atom.Ul, atom.Ol, atom.Dl:
		for n := first; n != nil; n = n.NextSibling {
			if n.Type == html.ElementNode {
				m.set(n, Quoted)
			}
		}
		return
	case atom.P:
		box.Data, box.DataAtom = "span", atom.Span
	default:
	}
	parent.InsertBefore(box, first)
	for n := box.NextSibling; n != nil; n = box.NextSibling {
		parent.RemoveChild(n)
		box.AppendChild(n)
	}
	m.set(box, Quoted)
}

// hasContent reports whether anything but white space stands from n on.
func hasContent(n *html.Node) bool {
	for ; n != nil; n = n.NextSibling {
		if n.Type == html.ElementNode || n.Type == html.TextNode && strings.TrimSpace(n.Data) != "" {
			return true
		}
	}
	return false
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func removeAttribute(n *html.Node, key string) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}
