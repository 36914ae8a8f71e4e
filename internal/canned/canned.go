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
	OwnerID   id.User  // whose own it is; 0: of all who work for the brand
	TeamID    id.Team  // or of those of them who are in this team; 0: of all
	Shortcut  string
	Title     string
	Texts     map[string]string `db:"texts,json"` // by language
	Variants  Variants          `db:"variants,json"`
	Archived  bool
	Rev       int64
	CreatedAt time.Time
	ChangedAt time.Time
}

// Variants are what a reply says in one class of channels instead: by class, then by language.
type Variants map[string]map[string]string

// classes are the classes of channels that take texts of one sort.
func classes() []string { return []string{"chat", "mail", "social", "sms"} }

// Text returns the reply for a class of channels in the first of languages that it
// has, else in any, and which one that is. In one language the variant of the class
// goes before the text of all; the right language goes before the right class.
func (r Reply) Text(class string, languages ...string) (text, language string) {
	for _, l := range languages {
		if text, ok := r.Variants[class][l]; ok {
			return text, l
		}
		if text, ok := r.Texts[l]; ok {
			return text, l
		}
	}
	for _, l := range slices.Sorted(maps.Keys(r.Variants[class])) {
		return r.Variants[class][l], l
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
	for _, class := range classes() {
		for _, l := range slices.Sorted(maps.Keys(r.Variants[class])) {
			words = append(words, r.Variants[class][l])
		}
	}
	return fold.Text(strings.Join(words, " "))
}

var (
	shortcutForm = regexp.MustCompile(`^[\p{Ll}\p{Nd}][\p{Ll}\p{Nd}_-]{0,39}$`)
	languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z]{2})?$`)
	variableForm = regexp.MustCompile(`\{\{\s*([^{}|]{1,60}?)\s*(\|[^{}|]{0,100})?\}\}`) // a name, and what is said where nothing fills it
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
	if r.OwnerID != 0 && r.TeamID != 0 {
		wrong = append(wrong, errs.Field{Path: "team_id", Code: "canned.own_or_team"})
	}
	if len(r.Texts) == 0 {
		wrong = append(wrong, errs.Field{Path: "texts", Code: "required"})
	}
	wrong = append(wrong, checkTexts("texts", r.Texts)...)
	for _, class := range slices.Sorted(maps.Keys(r.Variants)) {
		if !slices.Contains(classes(), class) {
			wrong = append(wrong, errs.Field{Path: "variants", Code: "one_of", Values: errs.Values{"allowed": strings.Join(classes(), ", ")}})
			continue
		}
		wrong = append(wrong, checkTexts("variants."+class, r.Variants[class])...)
	}
	return errs.Fields(op, wrong...)
}

// checkTexts returns what is wrong with texts by language.
func checkTexts(path string, texts map[string]string) (wrong []errs.Field) {
	if len(texts) > MaxLanguages {
		wrong = append(wrong, errs.Field{Path: path, Code: "items.max", Values: errs.Values{"max": MaxLanguages}})
	}
	for _, l := range slices.Sorted(maps.Keys(texts)) {
		switch n := utf8.RuneCountInString(strings.TrimSpace(texts[l])); {
		case !languageForm.MatchString(l):
			wrong = append(wrong, errs.Field{Path: path, Code: "format.language"})
		case n == 0:
			wrong = append(wrong, errs.Field{Path: path + "." + l, Code: "required"})
		case n > MaxText:
			wrong = append(wrong, errs.Field{Path: path + "." + l, Code: "length.max", Values: errs.Values{"max": MaxText}})
		}
		for _, name := range variablesOf(texts[l]) {
			if !slices.Contains(Variables(), name) {
				wrong = append(wrong, errs.Field{
					Path: path + "." + l, Code: "canned.variable", Values: errs.Values{"name": name, "allowed": strings.Join(Variables(), ", ")},
				})
				break
			}
		}
	}
	return wrong
}

// variablesOf returns the names of the variables in a text.
func variablesOf(text string) (names []string) {
	for _, hole := range variableForm.FindAllStringSubmatch(text, -1) {
		names = append(names, hole[1])
	}
	return names
}

// Render fills the variables of a text, and returns the names of those that it
// could not fill, each once, in order: they stay in the text as they are. What
// stands behind a bar, {{customer.first_name|there}}, is said where nothing fills it.
func Render(text string, values map[string]string) (filled string, unknown []string) {
	filled = variableForm.ReplaceAllStringFunc(text, func(hole string) string {
		found := variableForm.FindStringSubmatch(hole)
		name := found[1]
		if v := values[name]; v != "" {
			return v
		}
		if instead, ok := strings.CutPrefix(found[2], "|"); ok {
			return strings.TrimSpace(instead)
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
	CustomerName        = "customer.name"
	CustomerFirstName   = "customer.first_name"
	AgentName           = "agent.name"
	AgentFirstName      = "agent.first_name"
	BrandName           = "brand.name"
	ConversationSubject = "conversation.subject"
)

// Variables returns the names of all variables. A text with another is not stored.
func Variables() []string {
	return []string{CustomerName, CustomerFirstName, AgentName, AgentFirstName, BrandName, ConversationSubject}
}

// FirstName returns the given name within a name, as people who speak a language
// write it: Hungarians write it last.
func FirstName(name, language string) string {
	words := strings.Fields(name)
	switch {
	case len(words) == 0:
		return ""
	case strings.HasPrefix(language, "hu"):
		return words[len(words)-1]
	}
	return words[0]
}
