package search

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
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

// tokens are the words of a text as they are stored, each once.
func tokens(text string) []string {
	seen := map[string]bool{}
	var out []string
	add := func(token string) {
		if token != "" && !seen[token] {
			seen[token] = true
			out = append(out, token)
		}
	}
	for w := range split(text) {
		for _, folded := range w.folded {
			add(folded)
		}
		add(w.exact)
	}
	return out
}

// vector writes the words of d as PostgreSQL stores them: those of the title with
// weight A, those of the body with B, and its scopes behind a sign that no word has.
func (d Document) vector(scopes []string) string {
	places := map[string]string{}
	order := []string{}
	for place, text := range map[string]string{"1A": d.Title, "2B": d.Body} {
		for _, token := range tokens(text) {
			if places[token] == "" {
				order = append(order, token)
				places[token] = place
			} else {
				places[token] = "1A,2B"
			}
		}
	}
	slices.Sort(order)
	var b strings.Builder
	for _, key := range scopes {
		b.WriteString("'#" + key + "' ")
	}
	for _, token := range order {
		b.WriteString("'" + token + "':" + places[token] + " ")
	}
	return b.String()
}
