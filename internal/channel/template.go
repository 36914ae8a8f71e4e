package channel

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/errs"
)

// Template is a message that a provider has approved: fixed words with places for values.
type Template struct {
	Name     string
	Language string         // the provider's word for it: "hu", "en_US"
	Category string         // the provider's word for what it is for; may be empty
	Adverts  bool           // it advertises: who gets it must have agreed to that
	Parts    []TemplatePart // as customers read them
	Unfit    string         // why it cannot be sent from here, a key of the errors; empty: it can
}

// PartKind is what a part of a template is to who reads it.
type PartKind string

// Kinds of parts.
const (
	PartHeader PartKind = "header"
	PartBody   PartKind = "body"
	PartFooter PartKind = "footer"
	PartButton PartKind = "button"
)

// TemplatePart is a piece of a template.
type TemplatePart struct {
	Kind   PartKind
	Text   string  // with {{key}} for each place
	Link   string  // of a button that leads somewhere: where, with {{key}} for a place
	Places []Place // in their order
}

// Place is where a value goes.
type Place struct {
	Key     string // one in a template
	Example string
}

// TemplateUse is a template with its values.
type TemplateUse struct {
	Name     string            `json:"name"`
	Language string            `json:"language"`
	Values   map[string]string `json:"values,omitempty"` // by the keys of its places
}

// maxTemplateValue bounds a value, in characters.
const maxTemplateValue = 1000

// Find returns the template that u means, and whether there is one.
func (u TemplateUse) Find(all []Template) (Template, bool) {
	for _, t := range all {
		if t.Name == u.Name && t.Language == u.Language {
			return t, true
		}
	}
	return Template{}, false
}

// Compare orders templates by name and language.
func (t Template) Compare(o Template) int {
	return cmp.Or(strings.Compare(t.Name, o.Name), strings.Compare(t.Language, o.Language))
}

// Fill returns what customers read of t with values. Each place needs one, of one line.
func (t Template) Fill(op string, values map[string]string) (string, error) {
	if t.Unfit != "" {
		return "", errs.New(errs.Conflict, op, t.Unfit)
	}
	var (
		wrong          []errs.Field
		lines, buttons []string
		used           int
	)
	for _, part := range t.Parts {
		for _, place := range part.Places {
			value, given := values[place.Key]
			if given {
				used++
			}
			if f, bad := checkValue(place.Key, value); bad {
				wrong = append(wrong, f)
			}
		}
		line := part.filled(values)
		switch {
		case line == "":
		case part.Kind == PartButton:
			buttons = append(buttons, line)
		default:
			lines = append(lines, line)
		}
	}
	if len(buttons) > 0 {
		lines = append(lines, "")
	}
	if used < len(values) {
		wrong = append(wrong, errs.Field{Path: "template.values", Code: "reference"})
	}
	return strings.Join(lines, "\n\n") + strings.Join(buttons, "\n"), errs.Fields(op, wrong...)
}

func checkValue(key, value string) (errs.Field, bool) {
	f := errs.Field{Path: "template.values." + key}
	switch {
	case strings.TrimSpace(value) == "":
		f.Code = "required"
	case strings.ContainsAny(value, "\r\n\t\x00") || strings.Contains(value, "     ") || !utf8.ValidString(value):
		f.Code = "template.one_line"
	case utf8.RuneCountInString(value) > maxTemplateValue:
		f.Code, f.Values = "length.max", errs.Values{"max": maxTemplateValue}
	default:
		return f, false
	}
	return f, true
}

// filled returns what a part reads with values. A button is marked as one.
func (p TemplatePart) filled(values map[string]string) string {
	pairs := make([]string, 0, 2*len(p.Places))
	for _, place := range p.Places {
		pairs = append(pairs, "{{"+place.Key+"}}", values[place.Key])
	}
	fill := strings.NewReplacer(pairs...) // at once: a value may read like a place
	text, link := fill.Replace(p.Text), fill.Replace(p.Link)
	switch {
	case p.Kind != PartButton:
		return text
	case link != "":
		return "[" + text + "] " + link
	}
	return "[" + text + "]"
}
