package sniff

import (
	"bytes"
	"strings"
)

// HeadSize is how many bytes from the beginning of a file are enough.
const HeadSize = 4096

// octets is the type of what is not known.
const octets = "application/octet-stream"

// Type is what a file is.
type Type struct {
	MIME string
	Ext  string // with its dot; "" if not known
}

// kinds are all types that get an extension.
func kinds() []Type {
	return []Type{
		{"image/png", ".png"},
		{"image/jpeg", ".jpg"},
		{"image/gif", ".gif"},
		{"image/webp", ".webp"},
		{"image/avif", ".avif"},
		{"image/bmp", ".bmp"},
		{"image/heic", ".heic"},
		{"image/svg+xml", ".svg"},
		{"audio/mpeg", ".mp3"},
		{"audio/wave", ".wav"},
		{"audio/ogg", ".ogg"},
		{"audio/mp4", ".m4a"},
		{"audio/aac", ".aac"},
		{"audio/flac", ".flac"},
		{"video/mp4", ".mp4"},
		{"video/webm", ".webm"},
		{"video/quicktime", ".mov"},
		{"video/avi", ".avi"},
		{"text/plain", ".txt"},
		{"text/html", ".html"},
		{"text/xml", ".xml"},
		{"application/pdf", ".pdf"},
		{"application/zip", ".zip"},
		{"application/gzip", ".gz"},
		{"application/x-rar-compressed", ".rar"},
		{"application/x-7z-compressed", ".7z"},
		{"application/rtf", ".rtf"},
		{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"},
		{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"},
		{"application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx"},
		{"application/vnd.oasis.opendocument.text", ".odt"},
		{"application/vnd.oasis.opendocument.spreadsheet", ".ods"},
		{"application/x-ole-storage", ".doc"},
		{"application/vnd.microsoft.portable-executable", ".exe"},
		{"application/x-elf", ""},
		{"application/x-sh", ".sh"},
	}
}

// Detect says what a file is by its first bytes, of which HeadSize are enough.
func Detect(head []byte) Type {
	head = head[:min(len(head), HeadSize)]
	mime := mimeOf(head)
	for _, k := range kinds() {
		if k.MIME == mime {
			return k
		}
	}
	return Type{MIME: octets}
}

func mimeOf(head []byte) string {
	switch mime := signature(head); mime {
	case "application/zip":
		return zipped(head)
	case "":
		return boxedOrWritten(head)
	default:
		return mime
	}
}

// signature knows files by their first bytes; dots stand for any byte.
func signature(head []byte) string {
	for _, s := range []struct{ magic, mime string }{
		{"\x89PNG\r\n\x1a\n", "image/png"},
		{"\xff\xd8\xff", "image/jpeg"},
		{"GIF87a", "image/gif"},
		{"GIF89a", "image/gif"},
		{"RIFF....WEBPVP", "image/webp"},
		{"RIFF....WAVE", "audio/wave"},
		{"RIFF....AVI ", "video/avi"},
		{"BM....\x00\x00\x00\x00", "image/bmp"},
		{"OggS\x00", "audio/ogg"},
		{"fLaC", "audio/flac"},
		{"ID3", "audio/mpeg"},
		{"\xff\xfb", "audio/mpeg"},
		{"\xff\xf3", "audio/mpeg"},
		{"\xff\xf2", "audio/mpeg"},
		{"\xff\xf1", "audio/aac"},
		{"\xff\xf9", "audio/aac"},
		{"\x1a\x45\xdf\xa3", "video/webm"},
		{"%PDF-", "application/pdf"},
		{"{\\rtf", "application/rtf"},
		{"PK\x03\x04", "application/zip"},
		{"\x1f\x8b\x08", "application/gzip"},
		{"Rar!\x1a\x07", "application/x-rar-compressed"},
		{"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"},
		{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"},
		{"MZ", "application/vnd.microsoft.portable-executable"},
		{"\x7fELF", "application/x-elf"},
		{"#!", "application/x-sh"},
	} {
		if matches(head, s.magic) {
			return s.mime
		}
	}
	return ""
}

func matches(head []byte, magic string) bool {
	if len(head) < len(magic) {
		return false
	}
	for i := range len(magic) {
		if magic[i] != '.' && head[i] != magic[i] {
			return false
		}
	}
	return true
}

func boxedOrWritten(head []byte) string {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		head = bytes.ReplaceAll(head[2:], []byte{0}, nil) // UTF-16: what is plain Latin in it is enough to find markup
	}
	if !isText(head) {
		return boxed(head, octets)
	}
	if bytes.HasPrefix(bytes.TrimLeft(head, "\ufeff \t\r\n"), []byte("<?xml")) {
		return written(head, "text/xml")
	}
	return written(head, "text/plain")
}

// isText reports whether head has no control characters that text has not. Its
// encoding may be any that continues ASCII: old tables are in Windows-1250.
func isText(head []byte) bool {
	return !bytes.ContainsFunc(head, func(r rune) bool {
		return r < ' ' && !strings.ContainsRune("\t\n\r\f\x1b", r) || r == 0x7f
	})
}

// zipped tells office documents from other archives by the names in them.
func zipped(head []byte) string {
	for _, s := range []struct{ name, mime string }{
		{"mimetypeapplication/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"},
		{"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.spreadsheet"},
		{"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		{"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		{"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
	} {
		if bytes.Contains(head, []byte(s.name)) {
			return s.mime
		}
	}
	return "application/zip"
}

// boxed reads the brand of an ISO media file (ISO/IEC 14496-12 §4.3).
func boxed(head []byte, otherwise string) string {
	const brandEnd = 12
	if len(head) < brandEnd || string(head[4:8]) != "ftyp" {
		return otherwise
	}
	switch string(head[8:brandEnd]) {
	case "avif", "avis":
		return "image/avif"
	case "heic", "heix", "hevc", "mif1", "msf1":
		return "image/heic"
	case "M4A ", "M4B ":
		return "audio/mp4"
	case "qt  ":
		return "video/quicktime"
	}
	return "video/mp4"
}

// written finds what only looks like text: markup that a browser would run.
func written(head []byte, otherwise string) string {
	low := bytes.ToLower(head)
	if bytes.Contains(low, []byte("<svg")) {
		return "image/svg+xml"
	}
	for _, tag := range []string{"<html", "<script", "<iframe", "<body", "<!doctype", "<img", "<object", "javascript:"} {
		if bytes.Contains(low, []byte(tag)) {
			return "text/html"
		}
	}
	return otherwise
}
