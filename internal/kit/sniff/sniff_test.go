package sniff_test

import (
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/kit/sniff"
)

func TestFilesAreKnownByTheirBytes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what, head, mime, ext string
		inline                bool
	}{
		{"nothing", "", "text/plain", ".txt", true},
		{"PNG", "\x89PNG\r\n\x1a\n", "image/png", ".png", true},
		{"JPEG", "\xff\xd8\xff\xe0", "image/jpeg", ".jpg", true},
		{"WebP", "RIFF\x00\x00\x00\x00WEBPVP", "image/webp", ".webp", true},
		{"AVIF", "\x00\x00\x00\x1cftypavif", "image/avif", ".avif", true},
		{"HEIC", "\x00\x00\x00\x18ftypheic", "image/heic", ".heic", false},
		{"MP4", "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "video/mp4", ".mp4", true},
		{"Ogg", "OggS\x00\x02", "audio/ogg", ".ogg", true},
		{"PDF", "%PDF-1.7", "application/pdf", ".pdf", false},
		{"ZIP", "PK\x03\x04 a.txt", "application/zip", ".zip", false},
		{"a Word document", "PK\x03\x04 [Content_Types].xml word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx", false},
		{"a program", "MZ\x90\x00", "application/vnd.microsoft.portable-executable", ".exe", false},
		{"a shell script", "#!/bin/sh", "application/x-sh", ".sh", false},
		{"Polish text", "Zażółć gęślą jaźń", "text/plain", ".txt", true},
		{"Polish text of an old Windows", "Za\xbf\xf3\xb3\xe6", "text/plain", ".txt", true},
		{"text in UTF-16", "\xff\xfeK\x00\xe9\x00p\x00", "text/plain", ".txt", true},
		{"a page in UTF-16", "\xff\xfe<\x00s\x00c\x00r\x00i\x00p\x00t\x00>\x00", "text/html", ".html", false},
		{"formatted text", `{\rtf1\ansi`, "application/rtf", ".rtf", false},
		{"AAC", "\xff\xf1\x50\x80", "audio/aac", ".aac", true},
		{"a compressed file", "\x1f\x8b\x08\x00", "application/gzip", ".gz", false},
		{"a spreadsheet", "PK\x03\x04\x14\x00mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.spreadsheet", ".ods", false},
		{"a page", "<!DOCTYPE html><html>", "text/html", ".html", false},
		{"a page behind words", "hello " + strings.Repeat(" ", 600) + "<script>x</script>", "text/html", ".html", false},
		{"SVG", `<?xml version="1.0"?><svg xmlns="x" onload="y">`, "image/svg+xml", ".svg", false},
		{"SVG without a head", "\n<SVG>", "image/svg+xml", ".svg", false},
		{"XML", `<?xml version="1.0"?><a/>`, "text/xml", ".xml", false},
		{"rubbish", "\x00\x01\x02\x03", "application/octet-stream", "", false},
	} {
		if got := sniff.Detect([]byte(c.head)); got != (sniff.Type{MIME: c.mime, Ext: c.ext, Inline: c.inline}) {
			t.Errorf("%s: %+v", c.what, got)
		}
	}
}

func FuzzDetect(f *testing.F) {
	f.Add([]byte("<svg"))
	f.Add([]byte("\x00\x00\x00\x18ftyp"))
	f.Fuzz(func(t *testing.T, head []byte) {
		got := sniff.Detect(head)
		if got.Inline && (strings.Contains(got.MIME, "html") || strings.Contains(got.MIME, "xml") || got.MIME == "") {
			t.Errorf("%q is shown as %s", head, got.MIME)
		}
		low := strings.ToLower(string(head[:min(len(head), sniff.HeadSize)]))
		if got.MIME == "text/plain" && strings.Contains(low, "<script") {
			t.Errorf("a script passes as text: %q", head)
		}
	})
}
