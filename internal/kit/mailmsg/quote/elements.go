package quote

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/zongler/zongler/internal/kit/htmltext"
)

// isQuoteElement knows the elements into which mail programs put what they quote.
func isQuoteElement(n *html.Node) bool {
	if n.DataAtom == atom.Blockquote && (strings.EqualFold(attribute(n, "type"), "cite") || attribute(n, "cite") != "") {
		return true
	}
	return hasClass(n, "gmail_quote", "gmail_quote_container", "gmail_extra", "yahoo_quoted", "moz-cite-prefix", "moz-forward-container",
		"protonmail_quote", "zmail_extra", "tutanota_quote", "ydp-yahoo-quoted") ||
		hasID(n, "isForwardContent", "mail-editor-reference-message-container", "OLK_SRC_BODY_SECTION", "yahoo_quoted")
}

// isSignatureElement knows the elements of signatures.
func isSignatureElement(n *html.Node) bool {
	return hasClass(n, "gmail_signature", "gmail_signature_prefix", "moz-signature", "protonmail_signature_block", "elementToProof_signature") ||
		hasID(n, "Signature", "signature", "AppleMailSignature", "lineBreakAtBeginningOfSignature", "ms-outlook-mobile-signature", "ms-outlook-mobile-body-separator-line")
}

func hasClass(n *html.Node, names ...string) bool {
	for class := range strings.FieldsSeq(attribute(n, "class")) {
		if slices.Contains(names, class) {
			return true
		}
	}
	return false
}

// hasID looks through the "x_" that Outlook puts before the ids of quoted mails.
func hasID(n *html.Node, names ...string) bool {
	id := attribute(n, "id")
	if id == "" {
		return false
	}
	for _, name := range names {
		if id == name || strings.HasPrefix(id, "x_") && strings.TrimLeft(id, "x_") == name {
			return true
		}
	}
	return false
}

// maxIntroHTML is the longest text of an element that introduces a quote.
const maxIntroHTML = 2000

// beginsQuote reports whether a block is the introduction of a quote that goes
// on to the end: Outlook's reply, or what its words say.
func (m *marker) beginsQuote(n *html.Node) bool {
	if hasID(n, "appendonsend", "divRplyFwdMsg") {
		return n.NextSibling != nil || n.FirstChild != nil
	}
	if !isBlock(n.DataAtom) || m.budget <= 0 || hasBlock(n) && !isOutlookBox(n) {
		return false
	}
	source, ok := renderNode(n)
	m.budget -= len(source)
	if !ok || len(source) > 20*maxIntroHTML {
		return false
	}
	text := htmltext.ToText(source)
	if text == "" || len(text) > maxIntroHTML {
		return false
	}
	lines := strings.Split(text, "\n")
	if isForward(lines[0]) || isHead(lines, 0) {
		return true
	}
	return isReplyLine(lines, 0) == len(lines) && dated.MatchString(text)
}

// isOutlookBox is the box with a line above it that Outlook draws around From,
// Sent, To and Subject.
func isOutlookBox(n *html.Node) bool {
	style := strings.ToLower(strings.ReplaceAll(attribute(n, "style"), " ", ""))
	return strings.Contains(style, "border-top:solid#")
}

func isBlock(a atom.Atom) bool {
	switch a {
	case atom.Div, atom.P, atom.Td, atom.Pre, atom.Blockquote, atom.Center, atom.Li, atom.Span, atom.Font:
		return true
	default:
		return false
	}
}

// hasBlock reports whether there are blocks in n: then they are looked at themselves.
func hasBlock(n *html.Node) bool {
	for d := range n.Descendants() {
		switch d.DataAtom {
		case atom.Div, atom.P, atom.Table, atom.Blockquote, atom.Ul, atom.Ol:
			return true
		default:
		}
	}
	return false
}

func renderNode(n *html.Node) (string, bool) {
	var b strings.Builder
	err := html.Render(&b, n)
	return b.String(), err == nil
}
