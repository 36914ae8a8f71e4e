package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of a query.
const (
	MaxQuery  = 400 // characters that are looked at
	maxAll    = 8   // words that a document must have
	maxAny    = 16  // words of which a document has some
	minPrefix = 3   // characters of a word that may be the beginning of another
	minLast   = 2   // … of the last one, that may not be written to its end yet
	maxPrefix = 8   // letters of a word that are looked at where it may be a beginning: it is found with other endings, too
	stemFrom  = 6   // characters of a word whose ending is not looked at, where any word will do
	stemOff   = 2   // … the last ones
)

// term is one word that is looked for.
type term struct {
	folded string
	exact  string // as typed: with its accents, if it has any
	prefix bool   // folded may be a beginning
	last   bool   // it may not be written to its end yet
}

// parse reads what a person typed. Whatever it is, it is words and nothing else.
func parse(text string, anyWord bool) []term {
	text = cut(clean(text), MaxQuery)
	most := maxAll
	if anyWord {
		most = maxAny
	}
	var terms []term
	for w := range split(text) {
		for _, folded := range w.folded {
			t := term{folded: folded, exact: folded, prefix: utf8.RuneCountInString(folded) >= minPrefix}
			if w.exact != "" {
				t.exact = w.exact
			}
			if anyWord {
				t.folded = stem(t.folded)
			} else if !strings.ContainsFunc(t.folded, unicode.IsDigit) {
				t.folded = cut(t.folded, maxPrefix)
			}
			if !slices.ContainsFunc(terms, func(o term) bool { return o.folded == t.folded }) {
				terms = append(terms, t)
			}
		}
		if len(terms) >= most {
			terms = terms[:most]
			break
		}
	}
	if n := len(terms); n > 0 && !anyWord && utf8.RuneCountInString(terms[n-1].folded) >= minLast {
		terms[n-1].last, terms[n-1].prefix = true, true
	}
	return terms
}

// stem leaves off the ending of a long word: both languages with many endings put them there.
func stem(word string) string {
	if n := utf8.RuneCountInString(word); n >= stemFrom {
		return cut(word, n-stemOff)
	}
	return word
}

// Normal returns text as the words that are looked for, to tell one question from another.
func Normal(text string) string {
	var words []string
	for _, t := range parse(text, false) {
		words = append(words, t.folded)
	}
	return strings.Join(words, " ")
}

// lane is one way to look: which words, where, and what a find is worth.
type lane struct {
	terms []term
	title bool // in the title alone
	exact bool // as typed
	worth float64
}

// What the lanes of a search for all words are worth. Age and weight add at most one each.
const (
	worthTitleExact = 10.0
	worthTitle      = 7.5
	worthExact      = 5.0
	worthFolded     = 2.5
)

// lanes returns the ways to look for terms: all of them, or each by itself.
func lanes(terms []term, anyWord bool) []lane {
	if !anyWord {
		return []lane{
			{terms, true, true, worthTitleExact},
			{terms, true, false, worthTitle},
			{terms, false, true, worthExact},
			{terms, false, false, worthFolded},
		}
	}
	var out []lane
	for _, t := range terms {
		one := []term{t}
		out = append(out, lane{one, true, false, 2}, lane{one, false, false, 1})
	}
	return out
}

// syntax is how an engine writes a question.
type syntax interface {
	// oneOf asks for one of some words.
	oneOf(words []string) string
	// word asks for a word, or for all that begin so.
	word(text string, prefix bool) string
	// and joins questions.
	and(parts []string) string
}

// expression writes what l asks, of documents that have one word of each list of places.
func (l lane) expression(s syntax, places [][]string) string {
	var parts []string
	sign := ""
	if l.title {
		sign = titleSign
	}
	for _, t := range l.terms { // they come first: there are fewer documents that have them
		if l.exact {
			parts = append(parts, s.word(sign+t.exact, t.last && utf8.RuneCountInString(t.exact) < maxPrefix))
		} else {
			parts = append(parts, s.word(sign+t.folded, t.prefix))
		}
	}
	for _, words := range places {
		parts = append(parts, s.oneOf(words))
	}
	return s.and(parts)
}

// fts5 writes for SQLite.
type fts5 struct{}

func (fts5) oneOf(words []string) string { return `"` + strings.Join(words, `" OR "`) + `"` }

func (fts5) word(text string, prefix bool) string {
	if prefix {
		return `"` + text + `" *`
	}
	return `"` + text + `"`
}

func (fts5) and(parts []string) string { return "(" + strings.Join(parts, ") AND (") + ")" }

// tsquery writes for PostgreSQL.
type tsquery struct{}

func (tsquery) oneOf(words []string) string { return `'` + strings.Join(words, `' | '`) + `'` }

func (tsquery) word(text string, prefix bool) string {
	n := utf8.RuneCountInString(text)
	switch {
	case !prefix:
		return `'` + text + `'`
	case n >= minBeginning && n <= maxBeginning && !strings.HasPrefix(text, titleSign):
		return `'` + beginSign + text + `'`
	}
	return `'` + text + `':*`
}

func (tsquery) and(parts []string) string { return "(" + strings.Join(parts, ") & (") + ")" }
