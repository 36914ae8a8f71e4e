package canned

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
)

// Limits of a canned reply.
const (
	MaxTitle     = 120    // characters
	MaxText      = 10_000 // characters
	MaxLanguages = 20
)

// Reply is a canned reply.
type Reply struct {
	ID        id.Canned
	BrandID   id.Brand // 0: every brand
	Shortcut  string
	Title     string
	Texts     map[string]string `db:"texts,json"` // by language
	Archived  bool
	Rev       int64
	CreatedAt time.Time
	ChangedAt time.Time
}

// Text returns the reply in the first of languages that it has, else in any, and which one that is.
func (r Reply) Text(languages ...string) (text, language string) {
	for _, l := range languages {
		if text, ok := r.Texts[l]; ok {
			return text, l
		}
	}
	for _, l := range slices.Sorted(maps.Keys(r.Texts)) {
		return r.Texts[l], l
	}
	return "", ""
}

// folded returns what the reply is searched by.
func (r Reply) folded() string {
	words := []string{r.Shortcut, r.Title}
	for _, l := range slices.Sorted(maps.Keys(r.Texts)) {
		words = append(words, r.Texts[l])
	}
	return fold.Text(strings.Join(words, " "))
}

var (
	shortcutForm = regexp.MustCompile(`^[\p{Ll}\p{Nd}][\p{Ll}\p{Nd}_-]{0,39}$`)
	languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z]{2})?$`)
	variableForm = regexp.MustCompile(`\{\{\s*([^{}]{1,60}?)\s*\}\}`)
)

func (r *Reply) check(op string) error {
	r.Shortcut = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(r.Shortcut), "/"))
	r.Title = strings.TrimSpace(r.Title)
	var wrong []errs.Field
	if !shortcutForm.MatchString(r.Shortcut) {
		wrong = append(wrong, errs.Field{Path: "shortcut", Code: "canned.shortcut"})
	}
	if n := utf8.RuneCountInString(r.Title); n == 0 {
		wrong = append(wrong, errs.Field{Path: "title", Code: "required"})
	} else if n > MaxTitle {
		wrong = append(wrong, errs.Field{Path: "title", Code: "length.max", Values: errs.Values{"max": MaxTitle}})
	}
	if len(r.Texts) == 0 {
		wrong = append(wrong, errs.Field{Path: "texts", Code: "required"})
	}
	if len(r.Texts) > MaxLanguages {
		wrong = append(wrong, errs.Field{Path: "texts", Code: "items.max", Values: errs.Values{"max": MaxLanguages}})
	}
	for _, l := range slices.Sorted(maps.Keys(r.Texts)) {
		switch n := utf8.RuneCountInString(strings.TrimSpace(r.Texts[l])); {
		case !languageForm.MatchString(l):
			wrong = append(wrong, errs.Field{Path: "texts", Code: "format.language"})
		case n == 0:
			wrong = append(wrong, errs.Field{Path: "texts." + l, Code: "required"})
		case n > MaxText:
			wrong = append(wrong, errs.Field{Path: "texts." + l, Code: "length.max", Values: errs.Values{"max": MaxText}})
		}
	}
	return errs.Fields(op, wrong...)
}

// Render fills the variables of a text and returns the names of those that it
// could not fill, each once, in order. They stay in the text as they are.
func Render(text string, values map[string]string) (filled string, unknown []string) {
	filled = variableForm.ReplaceAllStringFunc(text, func(hole string) string {
		name := variableForm.FindStringSubmatch(hole)[1]
		if v := values[name]; v != "" {
			return v
		}
		if !slices.Contains(unknown, name) {
			unknown = append(unknown, name)
		}
		return hole
	})
	return filled, unknown
}

// Names of variables that the desk fills.
const (
	CustomerName = "customer.name"
	AgentName    = "agent.name"
	BrandName    = "brand.name"
)
