package search

import (
	"strings"
	"unicode/utf8"
)

// Run is a stretch of a text that is, or is not, what was looked for. It is plain
// text: whoever shows it decides how a hit looks.
type Run struct {
	Text string
	Hit  bool
}

// Size of an excerpt, in characters.
const (
	excerptSize = 200
	excerptLead = 50 // before the first hit
)

// hits reports whether w is one of the terms.
func (w word) hits(terms []term) bool {
	for _, t := range terms {
		for _, folded := range w.folded {
			if folded == t.folded || t.prefix && strings.HasPrefix(folded, t.folded) {
				return true
			}
		}
	}
	return false
}

// mark parts text into runs.
func mark(text string, terms []term) []Run {
	var out []Run
	from := 0
	for w := range split(text) {
		if !w.hits(terms) {
			continue
		}
		if w.start > from {
			out = append(out, Run{Text: text[from:w.start]})
		}
		out = append(out, Run{Text: text[w.start:w.end], Hit: true})
		from = w.end
	}
	if from < len(text) {
		out = append(out, Run{Text: text[from:]})
	}
	return out
}

// excerpt returns the part of text around the first hit, in one line, marked.
func excerpt(text string, terms []term) []Run {
	first := 0
	for w := range split(text) {
		if w.hits(terms) {
			first = w.start
			break
		}
	}
	start := back(text, first, excerptLead)
	part := cut(text[start:], excerptSize)
	ended := start+len(part) == len(text)
	if !ended {
		part = toWord(part)
	}
	runs := mark(strings.Join(strings.Fields(part), " "), terms)
	if start > 0 {
		runs = append([]Run{{Text: "… "}}, runs...)
	}
	if !ended {
		runs = append(runs, Run{Text: " …"})
	}
	return runs
}

// back returns a place n characters before at, moved to the beginning of a word.
func back(text string, at, n int) int {
	place := at
	for ; n > 0 && place > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:place])
		place -= size
	}
	if place == 0 {
		return 0
	}
	if space := strings.IndexAny(text[place:at], " \t\n"); space >= 0 {
		return place + space + 1
	}
	return at
}

// toWord leaves off what may be half a word.
func toWord(text string) string {
	if space := strings.LastIndexAny(text, " \t\n"); space > len(text)/2 {
		return text[:space]
	}
	return text
}
