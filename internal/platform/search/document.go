package search

import (
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/id"
)

// Limits of a document.
const (
	MaxTitle  = 300    // characters
	MaxBody   = 20_000 // characters; what is behind is not found
	MaxScopes = 500
)

// Document is one language of a thing.
type Document struct {
	Kind     string
	Thing    int64
	Language string // empty: the thing has no languages
	Group    int64  // finds of one group are shown as one; 0: the thing is its own group
	Scopes   []string
	Title    string
	Body     string
	At       time.Time // the younger is shown first
	Weight   int       // what else speaks for it, from -MaxWeight to MaxWeight

	place int64 // in the index
}

// MaxWeight bounds what a document's weight can do: as much as its age.
const MaxWeight = 10

var keyForm = regexp.MustCompile(`^[a-z0-9]{1,40}$`)

// complete brings d into the form in which it is stored.
func (d Document) complete() (Document, error) {
	if d.Thing == 0 || !keyForm.MatchString(d.Kind) {
		return d, fmt.Errorf("search: a document of kind %q without a key", d.Kind)
	}
	d.Scopes = slices.Sorted(slices.Values(d.Scopes))
	d.Scopes = slices.Compact(d.Scopes)
	if len(d.Scopes) > MaxScopes {
		return d, fmt.Errorf("search: %d scopes of one %s", len(d.Scopes), d.Kind)
	}
	for _, key := range d.Scopes {
		if !keyForm.MatchString(key) {
			return d, fmt.Errorf("search: %q is no scope", key)
		}
	}
	if d.Group == 0 {
		d.Group = d.Thing
	}
	d.Title, d.Body = cut(clean(d.Title), MaxTitle), cut(clean(d.Body), MaxBody)
	d.Weight = max(-MaxWeight, min(d.Weight, MaxWeight))
	return d, nil
}

// Signs before what is stored as a word and is none: no word begins with them.
const (
	placeSign = "#" // of where a document belongs
	titleSign = "=" // of a word that stands in the title; it is stored without it too
	beginSign = "~" // of the beginning of a word, in PostgreSQL
)

// Characters of the beginnings that PostgreSQL stores.
const (
	minBeginning = 3
	maxBeginning = 5
)

// tokens are all words of d as they are stored for a tenant, each once: where it belongs, and what it says.
func (d Document) tokens(tenant id.Tenant) []string {
	seen := map[string]bool{}
	var out []string
	add := func(token string) {
		if !seen[token] {
			seen[token] = true
			out = append(out, token)
		}
	}
	add(placeKey(tenant, d.Kind, ""))
	for _, key := range d.Scopes {
		add(placeKey(tenant, d.Kind, scopeKey(key)))
	}
	if d.Language != "" {
		add(placeKey(tenant, d.Kind, languageKey(d.Language)))
	}
	for word := range words(d.Title) {
		add(titleSign + word)
		add(word)
	}
	for word := range words(d.Body) {
		add(word)
	}
	return out
}

// beginnings are the tokens of d with the beginnings of its words: PostgreSQL would go through
// all words that begin so. FTS5 keeps them by itself.
func (d Document) beginnings(tenant id.Tenant) []string {
	out := d.tokens(tenant)
	for _, token := range out {
		if strings.HasPrefix(token, placeSign) || strings.HasPrefix(token, titleSign) {
			continue
		}
		for n := minBeginning; n <= maxBeginning && n <= utf8.RuneCountInString(token); n++ {
			out = append(out, beginSign+cut(token, n)) // PostgreSQL keeps each once
		}
	}
	return out
}

// words yields the words of a text as they are found: folded, and as written where that says more.
func words(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for w := range split(text) {
			for _, folded := range append(w.folded, w.exact) {
				if folded != "" && !yield(folded) {
					return
				}
			}
		}
	}
}

// What narrows a search is stored with its tenant and kind, as one word.
func placeKey(tenant id.Tenant, kind, key string) string {
	return placeSign + tenant.String() + "." + kind + "." + key
}

func scopeKey(key string) string { return "s" + key }

// languageKey writes "pt-BR" as "lptbr".
func languageKey(language string) string {
	return "l" + strings.ToLower(strings.ReplaceAll(language, "-", ""))
}
