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
	}{
		{"nothing", "", "text/plain", ".txt"},
		{"PNG", "\x89PNG\r\n\x1a\n", "image/png", ".png"},
		{"JPEG", "\xff\xd8\xff\xe0", "image/jpeg", ".jpg"},
		{"WebP", "RIFF\x00\x00\x00\x00WEBPVP", "image/webp", ".webp"},
		{"AVIF", "\x00\x00\x00\x1cftypavif", "image/avif", ".avif"},
		{"HEIC", "\x00\x00\x00\x18ftypheic", "image/heic", ".heic"},
		{"MP4", "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "video/mp4", ".mp4"},
		{"Ogg", "OggS\x00\x02", "audio/ogg", ".ogg"},
		{"PDF", "%PDF-1.7", "application/pdf", ".pdf"},
		{"ZIP", "PK\x03\x04 a.txt", "application/zip", ".zip"},
		{"a Word document", "PK\x03\x04 [Content_Types].xml word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"},
		{"a program", "MZ\x90\x00", "application/vnd.microsoft.portable-executable", ".exe"},
		{"a shell script", "#!/bin/sh", "application/x-sh", ".sh"},
		{"Polish text", "Zażółć gęślą jaźń", "text/plain", ".txt"},
		{"Polish text of an old Windows", "Za\xbf\xf3\xb3\xe6", "text/plain", ".txt"},
		{"text in UTF-16", "\xff\xfeK\x00\xe9\x00p\x00", "text/plain", ".txt"},
		{"a page in UTF-16", "\xff\xfe<\x00s\x00c\x00r\x00i\x00p\x00t\x00>\x00", "text/html", ".html"},
		{"formatted text", `{\rtf1\ansi`, "application/rtf", ".rtf"},
		{"AAC", "\xff\xf1\x50\x80", "audio/aac", ".aac"},
		{"a compressed file", "\x1f\x8b\x08\x00", "application/gzip", ".gz"},
		{"a spreadsheet", "PK\x03\x04\x14\x00mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.spreadsheet", ".ods"},
		{"a page", "<!DOCTYPE html><html>", "text/html", ".html"},
		{"a page behind words", "hello " + strings.Repeat(" ", 600) + "<script>x</script>", "text/html", ".html"},
		{"SVG", `<?xml version="1.0"?><svg xmlns="x" onload="y">`, "image/svg+xml", ".svg"},
		{"SVG without a head", "\n<SVG>", "image/svg+xml", ".svg"},
		{"XML", `<?xml version="1.0"?><a/>`, "text/xml", ".xml"},
		{"rubbish", "\x00\x01\x02\x03", "application/octet-stream", ""},
	} {
		if got := sniff.Detect([]byte(c.head)); got != (sniff.Type{MIME: c.mime, Ext: c.ext}) {
			t.Errorf("%s: %+v", c.what, got)
		}
	}
}

func FuzzDetect(f *testing.F) {
	f.Add([]byte("<svg"))
	f.Add([]byte("\x00\x00\x00\x18ftyp"))
	f.Fuzz(func(t *testing.T, head []byte) {
		got := sniff.Detect(head)
		if got.MIME == "" {
			t.Errorf("%q is nothing", head)
		}
		low := strings.ToLower(string(head[:min(len(head), sniff.HeadSize)]))
		if got.MIME == "text/plain" && strings.Contains(low, "<script") {
			t.Errorf("a script passes as text: %q", head)
		}
	})
}
