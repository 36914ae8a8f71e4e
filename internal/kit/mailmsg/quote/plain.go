package quote

import (
	"strings"

	"github.com/zongler/zongler/internal/kit/htmltext"
)

// TextHTML returns a plain mail as HTML with its quotes and signatures marked;
// "" where nothing of it is to be folded.
func TextHTML(text string) string {
	sections := Sections(text)
	var b strings.Builder
	folds := false
	for _, s := range sections {
		body := strings.Trim(s.Text, "\n")
		if strings.TrimSpace(body) == "" {
			continue
		}
		if s.Kind == New {
			b.WriteString("<div>")
		} else {
			folds = true
			b.WriteString(`<div ` + Attribute + `="` + string(s.Kind) + `">`)
		}
		b.WriteString(htmltext.FromText(body) + "</div>")
	}
	if !folds {
		return ""
	}
	return b.String()
}
