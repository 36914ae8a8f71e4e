package mailmsg

import (
	"bytes"
	"io"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// fileName returns the name that a part gives itself.
func fileName(p *Part) string {
	if name := p.dispParams["filename"]; name != "" {
		return name
	}
	return p.Params["name"]
}

// nameOf returns a name for a part, made up where it has none.
func (r *reader) nameOf(p *Part) string {
	switch name := fileName(p); {
	case p.Type == "message/rfc822" || p.Type == "message/global":
		return emlName(p, name)
	case name != "":
		return safeName(name, "attachment"+extension(p.Type))
	case p.Type == "text/calendar":
		return "invite.ics"
	case p.Type == "text/html" || p.Type == "text/plain":
		return "text" + extension(p.Type)
	case strings.HasPrefix(p.Type, "message/") || p.Type == "text/rfc822-headers": // parts of reports
		_, kind, _ := strings.Cut(p.Type, "/")
		return safeName(kind, "report") + ".txt"
	}
	return "attachment" + extension(p.Type)
}

// emlName names a mail within the mail by its subject.
func emlName(p *Part, name string) string {
	if name == "" {
		inner, _ := io.ReadAll(io.LimitReader(p.Open(), maxFieldBytes)) // reading from memory cannot fail
		h, _ := ParseHeader(inner)
		name = strings.Map(func(r rune) rune {
			if strings.ContainsRune(`/\:*?"<>|`, r) {
				return '_'
			}
			return r
		}, h.Get("Subject"))
	}
	name = safeName(name, "message")
	if !strings.HasSuffix(strings.ToLower(name), ".eml") {
		name = trimRunes(name, maxName-len(".eml")) + ".eml"
	}
	return name
}

// zeroWidth is a space that nobody sees.
const zeroWidth = '\u200b'

// safeName takes from a name what leads elsewhere or deceives: folders, control
// characters, letters that turn the direction of reading, dots at its ends.
func safeName(name, fallback string) string {
	name = strings.ReplaceAll(oneLine(name), `\`, "/")
	name = name[strings.LastIndexByte(name, '/')+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) || strings.ContainsRune(`:*?"<>|`, r) || r == utf8.RuneError || r == zeroWidth {
			return -1
		}
		return r
	}, name)
	name = strings.TrimSpace(strings.Trim(name, ". "))
	if name == "" {
		return fallback
	}
	if utf8.RuneCountInString(name) > maxName { // the extension says what it is: keep it
		ext := path.Ext(name)
		if len(ext) > 20 {
			ext = ""
		}
		name = trimRunes(strings.TrimSuffix(name, ext), maxName-utf8.RuneCountInString(ext)) + ext
	}
	return name
}

// extension returns the usual end of a file's name of a media type, with its dot.
func extension(mediaType string) string {
	for _, known := range [][2]string{
		{"image/jpeg", ".jpg"},
		{"image/png", ".png"},
		{"image/gif", ".gif"},
		{"image/webp", ".webp"},
		{"image/heic", ".heic"},
		{"image/tiff", ".tif"},
		{"image/bmp", ".bmp"},
		{"image/svg+xml", ".svg"},
		{"text/plain", ".txt"},
		{"text/html", ".html"},
		{"text/csv", ".csv"},
		{"text/calendar", ".ics"},
		{"text/vcard", ".vcf"},
		{"text/x-vcard", ".vcf"},
		{"message/rfc822", ".eml"},
		{"application/pdf", ".pdf"},
		{"application/rtf", ".rtf"},
		{"application/zip", ".zip"},
		{"application/json", ".json"},
		{"application/pkcs7-mime", ".p7m"},
		{"application/x-pkcs7-mime", ".p7m"},
		{"application/pkcs7-signature", ".p7s"},
		{"application/pgp-signature", ".asc"},
		{"application/ms-tnef", ".dat"},
		{"audio/mpeg", ".mp3"},
		{"audio/wav", ".wav"},
		{"audio/ogg", ".ogg"},
		{"video/mp4", ".mp4"},
	} {
		if known[0] == mediaType {
			return known[1]
		}
	}
	return ".bin"
}

func typeOr(said string) string {
	kind, _ := mediaType(said, "application/octet-stream")
	return kind
}

func bytesOpener(b []byte) func() io.Reader {
	return func() io.Reader { return bytes.NewReader(b) }
}
