package mailmsg

import (
	"cmp"
	"html"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/kit/htmltext"
	"github.com/zongler/zongler/internal/kit/mailmsg/tnef"
)

// textsRead is how many times Limits.Text is read of all text parts together.
const textsRead = 4

// block is a piece of what is read: the same in one or two forms.
type block struct {
	text string
	html string
}

// body sorts the leaves of the tree into what is read and what is attached.
func (r *reader) body() {
	b := &bodyReader{reader: r, left: textsRead * r.limits.Text}
	b.visit(r.message.Root, &b.blocks)
	b.join()
	b.tnef()
	b.markInline()
	b.protection()
}

type bodyReader struct {
	*reader
	blocks []block
	left   int     // bytes that may still be read as text, of all parts
	packed []*Part // winmail.dat
}

func (b *bodyReader) visit(p *Part, blocks *[]block) {
	switch {
	case p.Type == "multipart/alternative":
		b.alternative(p, blocks)
	case len(p.Children) > 0:
		for _, child := range p.Children {
			b.visit(child, blocks)
		}
	case strings.HasPrefix(p.Type, "multipart/"): // empty, or too deep
	case isTNEF(p):
		b.packed = append(b.packed, p)
	case b.left > 0 && isBody(p, p == b.message.Root):
		*blocks = append(*blocks, b.read(p))
	default:
		b.attach(p)
	}
}

// alternative makes one block of several forms of the same. Each form may be of
// several pieces, with files among them.
func (b *bodyReader) alternative(p *Part, blocks *[]block) {
	var one block
	for _, child := range p.Children {
		if child.Type == "text/x-amp-html" || child.Type == "text/watch-html" {
			continue
		}
		var pieces []block
		b.visit(child, &pieces)
		text := ""
		var page strings.Builder
		for _, piece := range pieces {
			text = joinText(text, piece.text)
			page.WriteString(piece.html)
		}
		one.text = cmp.Or(one.text, text)
		one.html = cmp.Or(one.html, page.String())
	}
	*blocks = append(*blocks, one)
}

// isBody reports whether a leaf is to be read, not attached.
func isBody(p *Part, alone bool) bool {
	if p.disposition == "attachment" || p.dispParams["filename"] != "" && !alone {
		return false
	}
	return p.Type == "text/plain" || p.Type == "text/html"
}

func isTNEF(p *Part) bool {
	return p.Type == "application/ms-tnef" || p.Type == "application/vnd.ms-tnef" || strings.EqualFold(fileName(p), "winmail.dat")
}

func (b *bodyReader) read(p *Part) block {
	text, asSaid, cut := p.text(min(b.limits.Text, b.left))
	b.left -= len(text)
	if cut {
		b.defect(DefectText, p.Type)
	}
	if !asSaid {
		b.defect(DefectCharset, p.Params["charset"])
	}
	if p.Type == "text/html" {
		return block{html: text}
	}
	if strings.EqualFold(p.Params["format"], "flowed") {
		text = unflow(text, strings.EqualFold(p.Params["delsp"], "yes"))
	}
	return block{text: text}
}

// join makes the text and the HTML of the blocks. Where one block is HTML, all are.
func (b *bodyReader) join() {
	hasHTML := false
	for _, one := range b.blocks {
		hasHTML = hasHTML || strings.TrimSpace(one.html) != ""
	}
	var text string
	var page strings.Builder
	for _, one := range b.blocks {
		plain := one.text
		if strings.TrimSpace(plain) == "" {
			plain = htmltext.ToText(one.html)
		}
		text = joinText(text, plain)
		switch {
		case !hasHTML:
		case strings.TrimSpace(one.html) != "":
			page.WriteString(one.html)
		case strings.TrimSpace(one.text) != "":
			page.WriteString("<div>" + htmltext.FromText(one.text) + "</div>")
		}
	}
	b.message.Text = b.cut(strings.Trim(text, "\n"), "text")
	b.message.HTML = b.cut(page.String(), "html")
}

func (b *bodyReader) cut(text, what string) string {
	if len(text) <= b.limits.Text {
		return text
	}
	b.defect(DefectText, what)
	end := b.limits.Text
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

func joinText(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return strings.TrimRight(a, "\n") + "\n\n" + b
}

// unflow joins the lines of format=flowed (RFC 3676): a space at the end means
// that the line goes on, unless the depth of quoting changes.
func unflow(text string, deleteSpace bool) string {
	var out strings.Builder
	open, openDepth := false, 0
	for i, line := range strings.Split(text, "\n") {
		depth := 0
		for depth < len(line) && line[depth] == '>' {
			depth++
		}
		content := strings.TrimPrefix(line[depth:], " ")
		goesOn := strings.HasSuffix(content, " ") && content != "-- "
		if goesOn && deleteSpace {
			content = strings.TrimSuffix(content, " ")
		}
		if open && depth == openDepth && line != "-- " {
			out.WriteString(content)
		} else {
			if i > 0 {
				out.WriteByte('\n')
			}
			out.WriteString(line[:depth])
			if depth > 0 {
				out.WriteByte(' ')
			}
			out.WriteString(content)
		}
		open, openDepth = goesOn, depth
	}
	return out.String()
}

func (b *bodyReader) attach(p *Part) {
	b.message.Attachments = append(b.message.Attachments, &Attachment{
		Name:      b.nameOf(p),
		Type:      p.Type,
		ContentID: NormalizeID(p.Header.Raw("Content-ID")),
		Signature: isSignature(p.Type),
		open:      p.Open,
	})
}

func isSignature(mediaType string) bool {
	switch mediaType {
	case "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature":
		return true
	}
	return false
}

// tnef opens winmail.dat: its files, and its text where the mail has none. What
// cannot be opened stays a file.
func (b *bodyReader) tnef() {
	for _, p := range b.packed {
		raw, _ := io.ReadAll(p.Open()) // reading from memory cannot fail
		opened, err := tnef.Read(raw)
		if err != nil {
			b.defect(DefectTNEF, err.Error())
		}
		if opened.Empty() {
			b.attach(p)
			continue
		}
		b.takeTNEF(opened)
	}
}

func (b *bodyReader) takeTNEF(opened *tnef.Message) {
	m := b.message
	if strings.TrimSpace(m.Text) == "" && strings.TrimSpace(m.HTML) == "" {
		m.HTML = b.cut(opened.HTML, "html")
		if m.Text = b.cut(opened.Text, "text"); m.Text == "" {
			m.Text = htmltext.ToText(m.HTML)
		}
	}
	for _, file := range opened.Files {
		if len(m.Attachments) >= b.limits.Parts {
			b.defect(DefectParts, "winmail.dat")
			return
		}
		m.Attachments = append(m.Attachments, &Attachment{
			Name:      safeName(file.Name, "attachment"+extension(file.Type)),
			Type:      typeOr(file.Type),
			ContentID: NormalizeID(file.ContentID),
			open:      bytesOpener(file.Data),
		})
	}
}

// maxShown is how many places in the HTML are looked at for inline files.
const maxShown = 5000

// markInline finds the files that the HTML shows.
func (b *bodyReader) markInline() {
	m := b.message
	shown := map[string]bool{}
	rest := m.HTML
	for range maxShown {
		_, after, found := cutFold(rest, "cid:")
		if !found {
			break
		}
		name := after[:min(len(after), maxID)]
		if end := strings.IndexAny(name, "\"'<>) \t\r\n"); end >= 0 {
			name = name[:end]
		}
		shown[NormalizeID(unescape(html.UnescapeString(name)))] = true
		rest = after
	}
	for _, a := range m.Attachments {
		a.Inline = a.ContentID != "" && shown[a.ContentID]
	}
}

// cutFold cuts around sep in any case.
func cutFold(s, sep string) (before, after string, found bool) {
	for i := 0; i+len(sep) <= len(s); i++ {
		colon := strings.IndexByte(s[i+len(sep)-1:], sep[len(sep)-1])
		if colon < 0 {
			break
		}
		i += colon
		if strings.EqualFold(s[i:i+len(sep)], sep) {
			return s[:i], s[i+len(sep):], true
		}
	}
	return s, "", false
}
