package quote

import "strings"

// Kind is what a section of a mail is.
type Kind string

// Kinds of sections.
const (
	New       Kind = "new"
	Quoted    Kind = "quote"
	Signature Kind = "signature"
)

// Section is a run of lines of one kind.
type Section struct {
	Kind Kind
	Text string // without the line end behind it
}

// Visible returns what is new in text, without quotes and signature. Where
// nothing is new it returns the whole text: a mail is never shown empty.
func Visible(text string) string {
	return visible(Sections(text), text)
}

func visible(sections []Section, text string) string {
	var kept []string
	for _, s := range sections {
		if s.Kind == New {
			kept = append(kept, strings.Trim(s.Text, "\n"))
		}
	}
	if fresh := strings.TrimSpace(strings.Join(kept, "\n\n")); fresh != "" {
		return fresh
	}
	return strings.TrimSpace(text)
}
