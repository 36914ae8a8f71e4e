package mailmsg

import (
	"bytes"
	"io"
	"strings"

	"github.com/zongler/zongler/internal/kit/mailmsg/charset"
)

// Part is a node in the tree of a mail: a multipart with children, or a leaf.
type Part struct {
	Header   Header
	Type     string            // media type in lower case
	Params   map[string]string // of Content-Type, names in lower case
	Children []*Part

	body        []byte // encoded
	disposition string
	dispParams  map[string]string
	encoding    string
}

// Walk calls visit for p and all below it, until one returns false.
func (p *Part) Walk(visit func(*Part) bool) bool {
	if !visit(p) {
		return false
	}
	for _, child := range p.Children {
		if !child.Walk(visit) {
			return false
		}
	}
	return true
}

// Find returns the first part of a media type, p included, or nil.
func (p *Part) Find(mediaType string) *Part {
	var found *Part
	p.Walk(func(one *Part) bool {
		if one.Type == mediaType {
			found = one
		}
		return found == nil
	})
	return found
}

// Open returns the decoded body of a leaf.
func (p *Part) Open() io.Reader {
	switch p.encoding {
	case "base64":
		return &decoder{src: p.body, fill: fillBase64}
	case "quoted-printable":
		return &decoder{src: p.body, fill: fillQuoted}
	}
	return bytes.NewReader(p.body)
}

// Text returns a leaf as text of at most limit bytes, with \n as line ends.
func (p *Part) Text(limit int) string {
	text, _, _ := p.text(limit)
	return text
}

// text returns the text, whether its character set was as said, and whether it
// was cut.
func (p *Part) text(limit int) (text string, asSaid, cut bool) {
	raw, _ := io.ReadAll(io.LimitReader(p.Open(), int64(limit)+1)) // reading from memory cannot fail
	if cut = len(raw) > limit; cut {
		raw = raw[:limit]
		for i := 0; i < 3 && len(raw) > 0 && raw[len(raw)-1] >= 0x80; i++ { // half a character of UTF-8
			raw = raw[:len(raw)-1]
		}
	}
	name := p.Params["charset"]
	if name == "" && p.Type == "text/html" {
		name = htmlCharset(raw)
	}
	text, asSaid = charset.Decode(raw, name)
	text = strings.TrimPrefix(text, "\ufeff")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	return strings.ReplaceAll(text, "\x00", ""), asSaid, cut
}

// htmlCharset reads what a page says of itself in its head.
func htmlCharset(raw []byte) string {
	head := bytes.ToLower(raw[:min(len(raw), 1024)])
	_, after, found := bytes.Cut(head, []byte("charset="))
	if !found {
		return ""
	}
	name := strings.TrimLeft(string(after), `"' `)
	if end := strings.IndexAny(name, "\"'; />\r\n"); end >= 0 {
		name = name[:end]
	}
	return name
}
