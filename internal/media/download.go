package media

import (
	"mime"
	"net/url"
	"strings"
)

// Header is what an answer with a file must say so that a browser does no harm with it.
type Header struct {
	Type        string // Content-Type
	Disposition string // Content-Disposition
	Policy      string // Content-Security-Policy
}

// inlinePolicy lets a picture be looked at and do nothing else, not even in a frame of its own.
const inlinePolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox"

// Download returns how f is handed out: pictures may be shown in the page, anything
// else is saved. That goes for a PDF too: what shows one in a browser does not run
// in a sandbox, and without one we hand out no file. Every such answer carries
// nosniff as well.
func (f Attachment) Download() Header {
	shown := strings.HasPrefix(f.Type, "image/") && f.Type != typeHEIC
	how := "attachment"
	if shown {
		how = "inline"
	}
	return Header{Type: f.Type, Disposition: how + "; " + filename(f.Name), Policy: inlinePolicy}
}

// Preview returns how the preview of f is handed out.
func (f Attachment) Preview() Header {
	return Header{Type: previewType, Disposition: "inline", Policy: inlinePolicy}
}

// filename returns the parameters of a disposition that name a file, for old and new readers (RFC 6266).
func filename(name string) string {
	ascii := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '%' {
			return '_'
		}
		return r
	}, name)
	plain := mime.FormatMediaType("x", map[string]string{"filename": ascii})
	return strings.TrimPrefix(plain, "x; ") + "; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}
