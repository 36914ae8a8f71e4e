// Package attribute knows what may be asked of a thing beside the usual: fields
// that a tenant defines, each with a type, and whether a value fits.
//
// What must never break: a value that Fill lets in reads back from JSON as the
// same value; what no definition names stays as it is.
package attribute

import (
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/errs"
)

// Type is what sort of values a field has.
type Type string

// Types of fields.
const (
	Text   Type = "text"
	Number Type = "number"
	Date   Type = "date" // 2026-03-14
	Choice Type = "choice"
	YesNo  Type = "yes_no"
)

// Bounds of definitions and values, in characters and pieces.
const (
	MaxText      = 2000
	MaxName      = 100
	MaxChoices   = 100
	MaxLanguages = 20
)

// Option is one of the values of a choice.
type Option struct {
	Key   string            `json:"key"`
	Names map[string]string `json:"names"` // by language
}

// Definition is a field.
type Definition struct {
	Key      string
	Names    map[string]string // by language
	Type     Type
	Choices  []Option
	Required bool
}

var (
	keyForm      = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
	languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z]{2})?$`)
)

// Check names what is wrong with a definition.
func (d Definition) Check(op string) error {
	var wrong []errs.Field
	if !keyForm.MatchString(d.Key) {
		wrong = append(wrong, errs.Field{Path: "key", Code: "attribute.key"})
	}
	wrong = append(wrong, CheckNames("names", d.Names)...)
	switch d.Type {
	case Text, Number, Date, Choice, YesNo:
	default:
		wrong = append(wrong, errs.Field{Path: "type", Code: "one_of", Values: errs.Values{"allowed": "text, number, date, choice, yes_no"}})
	}
	if d.Type == Choice && len(d.Choices) == 0 || d.Type != Choice && len(d.Choices) > 0 {
		wrong = append(wrong, errs.Field{Path: "choices", Code: "attribute.choices"})
	}
	if len(d.Choices) > MaxChoices {
		wrong = append(wrong, errs.Field{Path: "choices", Code: "items.max", Values: errs.Values{"max": MaxChoices}})
	}
	seen := map[string]bool{}
	for _, o := range d.Choices {
		if !keyForm.MatchString(o.Key) {
			wrong = append(wrong, errs.Field{Path: "choices", Code: "attribute.key"})
		}
		if seen[o.Key] {
			wrong = append(wrong, errs.Field{Path: "choices", Code: "items.unique"})
		}
		seen[o.Key] = true
		wrong = append(wrong, CheckNames("choices", o.Names)...)
	}
	return errs.Fields(op, wrong...)
}

// CheckNames names what is wrong with the names of something in several languages.
func CheckNames(path string, names map[string]string) []errs.Field {
	if len(names) == 0 {
		return []errs.Field{{Path: path, Code: "required"}}
	}
	var wrong []errs.Field
	if len(names) > MaxLanguages {
		wrong = append(wrong, errs.Field{Path: path, Code: "items.max", Values: errs.Values{"max": MaxLanguages}})
	}
	for _, language := range slices.Sorted(maps.Keys(names)) {
		switch n := utf8.RuneCountInString(strings.TrimSpace(names[language])); {
		case !languageForm.MatchString(language):
			wrong = append(wrong, errs.Field{Path: path, Code: "format.language"})
		case n == 0:
			wrong = append(wrong, errs.Field{Path: path + "." + language, Code: "required"})
		case n > MaxName:
			wrong = append(wrong, errs.Field{Path: path + "." + language, Code: "length.max", Values: errs.Values{"max": MaxName}})
		}
	}
	return wrong
}

// Fill returns the values old with those of change in place; nil takes one away. A
// value that no definition knows or that does not fit is named in an Invalid error.
func Fill(op string, definitions []Definition, old, change map[string]any) (map[string]any, error) {
	out := maps.Clone(old)
	if out == nil {
		out = map[string]any{}
	}
	var wrong []errs.Field
	for _, key := range slices.Sorted(maps.Keys(change)) {
		value := change[key]
		if value == nil {
			delete(out, key)
			continue
		}
		i := slices.IndexFunc(definitions, func(d Definition) bool { return d.Key == key })
		if i < 0 {
			wrong = append(wrong, errs.Field{Path: "fields." + clip(key), Code: "attribute.unknown"})
			continue
		}
		kept, fault := definitions[i].fit(value)
		if fault != nil {
			fault.Path = "fields." + key
			wrong = append(wrong, *fault)
			continue
		}
		out[key] = kept
	}
	return out, errs.Fields(op, wrong...)
}

// Missing names the required fields that have no value.
func Missing(op string, definitions []Definition, values map[string]any) error {
	var wrong []errs.Field
	for _, d := range definitions {
		if d.Required && values[d.Key] == nil {
			wrong = append(wrong, errs.Field{Path: "fields." + d.Key, Code: "required"})
		}
	}
	return errs.Fields(op, wrong...)
}

// fit returns a value as it is kept, or what is wrong with it.
func (d Definition) fit(value any) (any, *errs.Field) {
	mistyped := &errs.Field{Code: "attribute.type", Values: errs.Values{"type": string(d.Type)}}
	switch d.Type {
	case YesNo:
		if b, ok := value.(bool); ok {
			return b, nil
		}
	case Number:
		if n, ok := value.(float64); ok && !math.IsInf(n, 0) && !math.IsNaN(n) {
			return n, nil
		}
	case Text, Date, Choice:
		if text, ok := value.(string); ok {
			return d.fitText(strings.TrimSpace(text))
		}
	}
	return nil, mistyped
}

func (d Definition) fitText(text string) (any, *errs.Field) {
	switch {
	case text == "":
		return nil, &errs.Field{Code: "required"}
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return nil, &errs.Field{Code: "format.text"}
	case utf8.RuneCountInString(text) > MaxText:
		return nil, &errs.Field{Code: "length.max", Values: errs.Values{"max": MaxText}}
	case d.Type == Date:
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return nil, &errs.Field{Code: "format.date"}
		}
	case d.Type == Choice:
		keys := make([]string, len(d.Choices))
		for i, o := range d.Choices {
			keys[i] = o.Key
		}
		if !slices.Contains(keys, text) {
			return nil, &errs.Field{Code: "one_of", Values: errs.Values{"allowed": strings.Join(keys, ", ")}}
		}
	}
	return text, nil
}

// clip bounds a key that is not ours before it is told back.
func clip(key string) string {
	const most = 40
	if utf8.RuneCountInString(key) <= most {
		return key
	}
	return string([]rune(key)[:most])
}
