package search

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/zongler/zongler/internal/kit/fold"
)

// maxWord bounds a word, in characters; longer ones are cut.
const maxWord = 64

// word is one run of letters and digits in a text.
type word struct {
	folded     []string // as it is found by everybody; seldom more than one
	exact      string   // as it is written, in small letters; empty: folding changes nothing
	start, end int      // in bytes
}

// split yields the words of text in order.
func split(text string) iter.Seq[word] {
	return func(yield func(word) bool) {
		start, solid := -1, false
		for i, r := range text {
			letter := unicode.IsLetter(r) || unicode.IsDigit(r)
			if letter || start >= 0 && joins(r) {
				if start < 0 {
					start = i
				}
				solid = solid || letter
				continue
			}
			if start >= 0 && solid && !yield(wordOf(text, start, i)) {
				return
			}
			start, solid = -1, false
		}
		if start >= 0 && solid {
			yield(wordOf(text, start, len(text)))
		}
	}
}

// joins reports whether r is a mark or an invisible character within a word.
func joins(r rune) bool { return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) }

func wordOf(text string, start, end int) word {
	w := word{start: start, end: end}
	raw := cut(text[start:end], maxWord)
	if ascii(raw) {
		w.folded = []string{strings.ToLower(raw)}
		return w
	}
	w.folded = fold.Words(raw)
	if len(w.folded) != 1 {
		return w
	}
	exact := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Me, r) {
			return -1
		}
		return r
	}, strings.ToLower(norm.NFC.String(raw)))
	if exact != w.folded[0] && plainWord(exact) {
		w.exact = exact
	}
	return w
}

// plainWord reports whether every character of s is a letter or a digit.
func plainWord(s string) bool {
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return false
		}
	}
	return s != ""
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// cut returns the first n characters of s.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// clean returns s as both databases can store it.
func clean(s string) string { return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "") }
