package compose

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/kit/htmltext"
	"github.com/zongler/zongler/internal/kit/mailmsg"
)

// maxLine is the longest line of a mail, without its end (RFC 5322).
const maxLine = 998

// part is a node of a mail: several parts, a text, or a file.
type part struct {
	header   []field
	boundary string
	children []part
	text     string // with CRLF
	encoding encoding
	open     func() (io.ReadCloser, error)
}

// encoding is how a body is written.
type encoding string

const (
	sevenBit  encoding = "7bit"
	eightBit  encoding = "8bit"
	quoted    encoding = "quoted-printable"
	base64ed  encoding = "base64"
	mostWords          = 3 // of one byte that is escaped to so many that are not, from which base64 is shorter
)

// build makes the tree: the text, beside it the HTML with its images, then files.
func (m *Mail) build() (part, error) {
	plain := m.out.Text
	if strings.TrimSpace(plain) == "" {
		plain = htmltext.ToText(m.out.HTML)
	}
	body := m.textPart("text/plain", plain)
	if m.out.HTML != "" {
		page := m.textPart("text/html", document(m.out.HTML))
		if len(m.out.Inline) > 0 {
			related := []part{page}
			for _, f := range m.out.Inline {
				one, err := filePart(f, "inline")
				if err != nil {
					return part{}, err
				}
				related = append(related, one)
			}
			page = m.multipart("related", related, `; type="text/html"`)
		}
		body = m.multipart("alternative", []part{body, page}, "")
	} else if len(m.out.Inline) > 0 {
		return part{}, fmt.Errorf("%w: inline images without HTML", ErrInvalid)
	}
	if len(m.out.Files) == 0 {
		return body, nil
	}
	all := []part{body}
	for _, f := range m.out.Files {
		f.ContentID = ""
		one, err := filePart(f, "attachment")
		if err != nil {
			return part{}, err
		}
		all = append(all, one)
	}
	return m.multipart("mixed", all, ""), nil
}

// document puts a fragment into a page that says its character set.
func document(page string) string {
	if head := strings.ToLower(page[:min(len(page), 512)]); strings.Contains(head, "<html") {
		return page
	}
	return "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head><body>\n" + page + "\n</body></html>\n"
}

// multipart puts parts together. Its boundary cannot stand in base64 or in
// quoted-printable, and is the same whenever the mail is written.
func (m *Mail) multipart(kind string, children []part, more string) part {
	boundary := m.boundary(kind)
	return part{
		header:   []field{{name: "Content-Type", value: "multipart/" + kind + "; boundary=\"" + boundary + "\"" + more}},
		boundary: boundary,
		children: children,
	}
}

func (m *Mail) boundary(kind string) string {
	sum := sha256.Sum256([]byte(m.out.MessageID + "\x00" + kind))
	return "=_" + hex.EncodeToString(sum[:12])
}

func (m *Mail) textPart(mediaType, content string) part {
	content = lines(content)
	how := m.encodingOf(content)
	charset := "utf-8"
	if isASCII(content) {
		charset = "us-ascii"
	}
	return part{
		header: []field{
			{name: "Content-Type", value: mediaType + "; charset=" + charset},
			{name: "Content-Transfer-Encoding", value: string(how)},
		},
		text:     content,
		encoding: how,
	}
}

// lines makes all line ends CRLF, the last one too, and leaves out what is no text.
func lines(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	s = strings.TrimRight(s, "\n") + "\n"
	return strings.ReplaceAll(s, "\n", "\r\n")
}

// encodingOf chooses: as it is where lines and letters allow it, else what is shorter.
func (m *Mail) encodingOf(content string) encoding {
	wide := 0
	for i := range len(content) {
		if content[i] >= utf8.RuneSelf {
			wide++
		}
	}
	fits := longest(content) <= maxLine && !strings.Contains(content, "\r\n--=_") && !strings.HasPrefix(content, "--=_")
	switch {
	case wide == 0 && fits:
		return sevenBit
	case m.out.EightBit && fits:
		return eightBit
	case wide*mostWords > len(content):
		return base64ed
	}
	return quoted
}

func longest(content string) int {
	most := 0
	for line := range strings.SplitSeq(content, "\r\n") {
		most = max(most, len(line))
	}
	return most
}

func filePart(f File, disposition string) (part, error) {
	if f.Open == nil {
		return part{}, fmt.Errorf("%w: a file that cannot be opened", ErrInvalid)
	}
	name := fileName(f.Name)
	p := part{encoding: base64ed, open: f.Open, header: []field{
		{name: "Content-Type", value: fileType(f.Type) + parameter("name", name, false)},
		{name: "Content-Transfer-Encoding", value: string(base64ed)},
		{name: "Content-Disposition", value: disposition + parameter("filename", name, true)},
	}}
	if disposition == "inline" {
		id := mailmsg.NormalizeID(f.ContentID)
		if id == "" || !isASCII(id) {
			return part{}, fmt.Errorf("%w: an inline image without Content-ID", ErrInvalid)
		}
		p.header = append(p.header, field{name: "Content-ID", value: "<" + id + ">"})
	}
	return p, nil
}

// fileType checks a media type. What must not be written in base64 is sent as a
// file of no special kind.
func fileType(mediaType string) string {
	kind, _, err := mime.ParseMediaType(mediaType)
	if err != nil || strings.Count(kind, "/") != 1 || strings.HasPrefix(kind, "message/") || strings.HasPrefix(kind, "multipart/") || len(kind) > 127 || !isASCII(kind) {
		return "application/octet-stream"
	}
	return kind
}

func fileName(name string) string {
	name = strings.NewReplacer("/", "_", `\`, "_").Replace(oneLine(name))
	if runes := []rune(name); len(runes) > maxFileName {
		name = string(runes[len(runes)-maxFileName:])
	}
	if name == "" {
		return "file"
	}
	return name
}

// parameter writes "; key=value": plain, as RFC 2231 wants it, or, where old
// programs look for it, as an encoded word in quotes.
func parameter(key, value string, extended bool) string {
	if isASCII(value) && len(value) <= 60 && !strings.Contains(value, "=?") {
		return `; ` + key + `="` + strings.NewReplacer(`"`, `'`).Replace(value) + `"`
	}
	if !extended {
		return `; ` + key + `="` + encodedWords(value) + `"`
	}
	escaped := strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
	var b strings.Builder
	for n := 0; escaped != ""; n++ {
		end := min(len(escaped), 55)
		for end < len(escaped) && (escaped[end-1] == '%' || escaped[end-2] == '%') {
			end-- // not amidst %XX
		}
		b.WriteString("; " + key + "*" + strconv.Itoa(n) + "*=")
		if n == 0 {
			b.WriteString("utf-8''")
		}
		b.WriteString(escaped[:end])
		escaped = escaped[end:]
	}
	return b.String()
}

// writeBody writes a leaf.
func (p part) writeBody(w io.Writer) error {
	if p.open != nil {
		return p.writeFile(w)
	}
	switch p.encoding {
	case quoted:
		q := quotedprintable.NewWriter(w)
		if _, err := io.WriteString(q, p.text); err != nil {
			return fmt.Errorf("write text: %w", err)
		}
		return q.Close()
	case base64ed:
		return writeBase64(w, strings.NewReader(p.text))
	case sevenBit, eightBit:
	}
	_, err := io.WriteString(w, p.text)
	return err
}

func (p part) writeFile(w io.Writer) (err error) {
	r, err := p.open()
	if err != nil {
		return fmt.Errorf("open file: %w", err)
	}
	defer func() {
		if closed := r.Close(); err == nil {
			err = closed
		}
	}()
	return writeBase64(w, r)
}

func writeBase64(w io.Writer, r io.Reader) error {
	wrapped := &lineWriter{w: w}
	e := base64.NewEncoder(base64.StdEncoding, wrapped)
	if _, err := io.Copy(e, r); err != nil {
		return fmt.Errorf("write file: %w", err)
	}
	if err := e.Close(); err != nil {
		return fmt.Errorf("write file: %w", err)
	}
	_, err := io.WriteString(w, "\r\n")
	return err
}

// lineWriter ends a line after each 76 bytes.
type lineWriter struct {
	w    io.Writer
	used int
}

func (l *lineWriter) Write(p []byte) (int, error) {
	written := 0
	for len(p) > 0 {
		if l.used == lineWidth {
			if _, err := io.WriteString(l.w, "\r\n"); err != nil {
				return written, err
			}
			l.used = 0
		}
		n := min(len(p), lineWidth-l.used)
		if _, err := l.w.Write(p[:n]); err != nil {
			return written, err
		}
		l.used += n
		written += n
		p = p[n:]
	}
	return written, nil
}
