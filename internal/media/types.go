package media

import (
	"bytes"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Types that are often needed below.
const (
	typeText = "text/plain"
	typeZip  = "application/zip"
	typeOLE  = "application/x-ole-storage"
	typePDF  = "application/pdf"
	typeHEIC = "image/heic"
	typeBin  = "application/octet-stream"
)

// kept are the types that are stored. What is not here is refused.
func kept() []string {
	return []string{
		"image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", typeHEIC, typePDF, typeText, "text/csv",
		"audio/mpeg", "audio/wave", "audio/ogg", "audio/aac", "audio/mp4", "video/mp4", "video/webm", "video/quicktime", "application/ogg",
		typeZip, "application/gzip", "application/x-7z-compressed", typeOLE, "application/rtf",
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"application/vnd.openxmlformats-officedocument.presentationml.presentation",
		"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
		"application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint", "message/rfc822",
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

// allowed returns whether a file of this name and sniffed type may be stored.
func allowed(name, mediaType string) bool {
	return slices.Contains(kept(), mediaType) && !slices.Contains(forbiddenEnds(), strings.ToLower(path.Ext(name)))
}

// sniff returns the type of a file by its bytes. The name only chooses among
// types whose bytes look alike: a Word document is a zip archive too.
func sniff(name string, data []byte) string {
	found, _, _ := mime.ParseMediaType(http.DetectContentType(data))
	end := strings.ToLower(path.Ext(name))
	switch found {
	case typeZip, "application/x-zip-compressed":
		return byEnd(end, typeZip, map[string]string{
			".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
			".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
			".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
			".odt":  "application/vnd.oasis.opendocument.text",
			".ods":  "application/vnd.oasis.opendocument.spreadsheet",
		})
	case "application/x-gzip":
		return "application/gzip"
	case typeText:
		return byEnd(end, sniffText(data), map[string]string{".csv": "text/csv", ".eml": "message/rfc822"})
	case typeBin, "video/mp4":
		return sniffRest(end, data, found)
	}
	return found
}

func byEnd(end, otherwise string, types map[string]string) string {
	if otherwise == typeBin {
		return otherwise
	}
	if t, ok := types[end]; ok {
		return t
	}
	return otherwise
}

// sniffText tells plain text from what only looks like it.
func sniffText(data []byte) string {
	head := bytes.TrimSpace(bytes.ToLower(data[:min(len(data), 1024)]))
	switch {
	case bytes.HasPrefix(head, []byte(`{\rtf`)):
		return "application/rtf"
	case bytes.HasPrefix(head, []byte("#!")), bytes.Contains(head, []byte("<svg")), bytes.Contains(head, []byte("<script")):
		return typeBin
	case !utf8.Valid(data) && bytes.IndexByte(data, 0) >= 0:
		return typeBin
	}
	return typeText
}

// sniffRest knows formats that the standard library does not.
func sniffRest(end string, data []byte, otherwise string) string {
	switch {
	case bytes.HasPrefix(data, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")):
		return byEnd(end, typeOLE, map[string]string{
			".doc": "application/msword", ".xls": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint",
		})
	case bytes.HasPrefix(data, []byte("7z\xBC\xAF\x27\x1C")):
		return "application/x-7z-compressed"
	case bytes.HasPrefix(data, []byte("\xFF\xF1")), bytes.HasPrefix(data, []byte("\xFF\xF9")):
		return "audio/aac"
	case bytes.HasPrefix(data, []byte("\xFF\xFB")), bytes.HasPrefix(data, []byte("\xFF\xF3")):
		return "audio/mpeg"
	case len(data) >= 12 && string(data[4:8]) == "ftyp":
		return brandOf(string(data[8:12]), otherwise)
	}
	return otherwise
}

// brandOf names the ISO media format with a major brand.
func brandOf(major, otherwise string) string {
	switch major {
	case "heic", "heix", "hevc", "mif1", "msf1":
		return typeHEIC
	case "qt  ":
		return "video/quicktime"
	case "M4A ", "M4B ":
		return "audio/mp4"
	case "isom", "iso2", "iso5", "iso6", "mp41", "mp42", "avc1", "M4V ", "3gp4", "3gp5":
		return "video/mp4"
	}
	return otherwise
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
