package media

import (
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/zongler/zongler/internal/kit/sniff"
)

// Types that are often needed below.
const (
	typeText = "text/plain"
	typeZip  = "application/zip"
	typeOLE  = "application/x-ole-storage"
	typePDF  = "application/pdf"
	typeHEIC = "image/heic"
	typeMail = "message/rfc822"
)

// kept are the types that are stored. What is not here is refused.
func kept() []string {
	return []string{
		"image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", typeHEIC, typePDF, typeText, "text/csv",
		"audio/mpeg", "audio/wave", "audio/ogg", "audio/aac", "audio/mp4", "video/mp4", "video/webm", "video/quicktime",
		typeZip, "application/gzip", "application/x-7z-compressed", typeOLE, "application/rtf",
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"application/vnd.openxmlformats-officedocument.presentationml.presentation",
		"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
		"application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint", typeMail,
	}
}

// forbiddenEnds are endings of names that a computer would run, whatever the bytes are.
func forbiddenEnds() []string {
	return []string{
		".exe", ".dll", ".msi", ".bat", ".cmd", ".com", ".scr", ".pif", ".cpl", ".jar", ".js", ".jse", ".vbs", ".vbe", ".wsf", ".wsh",
		".ps1", ".psm1", ".sh", ".app", ".apk", ".dmg", ".iso", ".img", ".lnk", ".reg", ".hta", ".html", ".htm", ".xhtml", ".svg", ".svgz",
		".xml", ".xsl", ".mht", ".mhtml", ".docm", ".xlsm", ".pptm", ".dotm", ".xltm", ".swf", ".one", ".chm", ".url",
	}
}

// allowed returns whether a file of this name and type may be stored.
func allowed(name, mediaType string) bool {
	return slices.Contains(kept(), mediaType) && !slices.Contains(forbiddenEnds(), strings.ToLower(path.Ext(name)))
}

// typeOf returns the type of a file by its bytes. The name only chooses among
// types whose bytes look alike: a table is a text too.
func typeOf(name string, data []byte) string {
	found := sniff.Detect(data).MIME
	if named, ok := byName()[found][strings.ToLower(path.Ext(name))]; ok {
		return named
	}
	return found
}

// byName says what a name may make of a type. A letter with a page in it looks
// like the page; as a letter it is only ever saved.
func byName() map[string]map[string]string {
	return map[string]map[string]string{
		typeText:    {".csv": "text/csv", ".eml": typeMail},
		"text/html": {".eml": typeMail},
		typeZip: {
			".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
			".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
			".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
			".odt":  "application/vnd.oasis.opendocument.text",
			".ods":  "application/vnd.oasis.opendocument.spreadsheet",
		},
		typeOLE: {".doc": "application/msword", ".xls": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint"},
	}
}

// cleanName returns the last part of a file's name without what could mislead.
func cleanName(name string) string {
	name = strings.ToValidUTF8(name, "")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || strings.ContainsRune(`"<>|:*?`, r) {
			return -1
		}
		return r
	}, name))
	name = strings.TrimLeft(name, ".")
	if runes := []rune(name); len(runes) > MaxName {
		end := []rune(path.Ext(name))
		end = end[:min(len(end), MaxName/2)]
		name = string(runes[:MaxName-len(end)]) + string(end)
	}
	if name == "" {
		return "file"
	}
	return name
}
