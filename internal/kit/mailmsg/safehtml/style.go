package safehtml

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Bounds of a style.
const (
	maxStyle = 8 << 10 // bytes
	maxRules = 100
)

// withStyle sifts the style of an element.
func withStyle(attrs []html.Attribute) []html.Attribute {
	style := value(attrs, "style")
	attrs = without(attrs, "style")
	if clean := cleanStyle(style); clean != "" {
		attrs = append(attrs, attribute("style", clean))
	}
	return attrs
}

// cleanStyle keeps the declarations that only change how text looks where it stands.
func cleanStyle(style string) string {
	if len(style) > maxStyle {
		return ""
	}
	var kept []string
	for declaration := range strings.SplitSeq(style, ";") {
		name, text, found := strings.Cut(declaration, ":")
		name = strings.ToLower(strings.TrimSpace(name))
		text = strings.Join(strings.Fields(text), " ")
		if found && len(kept) < maxRules && styleName(name) && styleValue(name, text) {
			kept = append(kept, name+":"+text)
		}
	}
	return strings.Join(kept, ";")
}

func styleName(name string) bool {
	switch name {
	case "color", "background", "background-color", "text-align", "text-decoration", "text-transform", "text-indent", "letter-spacing", "line-height",
		"white-space", "vertical-align", "width", "height", "max-width", "min-width", "max-height", "min-height", "list-style-type", "table-layout",
		"display", "visibility", "direction", "overflow", "float", "clear", "word-break", "word-wrap", "overflow-wrap", "margin", "padding":
		return true
	}
	family, _, _ := strings.Cut(name, "-")
	return slices.Contains([]string{"font", "border", "margin", "padding"}, family) && styleWord.MatchString(name) && !strings.Contains(name, "image")
}

var (
	styleWord = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	plainText = regexp.MustCompile(`^[\pL0-9#%.,()'" !-]+$`) // a bound here would repeat all letters so often: megabytes
	function  = regexp.MustCompile(`(?i)([\pL0-9_-]*)[ ]*\(`)
	negative  = regexp.MustCompile(`(^|[ ,(])-[0-9.]`)
	displays  = regexp.MustCompile(`(?i)^(none|block|inline|inline-block|table|table-cell|table-row|list-item)( ?!important)?$`)
)

const maxStyleValue = 600 // bytes

// styleValue accepts numbers, words, names of fonts and colours. Without "/",
// "\", ":" and with colour functions alone, nothing can be loaded or computed.
func styleValue(name, text string) bool {
	if len(text) > maxStyleValue || !plainText.MatchString(text) || negative.MatchString(text) || strings.Count(text, `"`)%2 != 0 || strings.Count(text, "'")%2 != 0 {
		return false
	}
	if name == "display" && !displays.MatchString(text) {
		return false
	}
	for _, match := range function.FindAllStringSubmatch(text, -1) {
		if !slices.Contains([]string{"rgb", "rgba", "hsl", "hsla"}, strings.ToLower(match[1])) {
			return false
		}
	}
	return true
}
