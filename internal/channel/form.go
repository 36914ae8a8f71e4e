package channel

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/check"
)

// Bounds of what is entered, where a field says none.
const (
	maxFieldText   = 300
	maxFieldSecret = 4000
	maxSettings    = 100 // fields of one form that somebody sends
)

// settingPath is where a field stands for who entered it.
func settingPath(key string) string { return "settings." + key }

// Wrong is an error about one field of a Form.
func Wrong(op, key, code string, values errs.Values) error {
	return errs.Fields(op, errs.Field{Path: settingPath(key), Code: code, Values: values})
}

// read checks what somebody has entered. With before, what was not entered stays as it
// was. It says whether something of it has to be proven.
func (f Form) read(op string, entered map[string]any, before *Account) (in Entered, proves bool, err error) {
	r := reading{form: f, entered: entered, config: map[string]any{}, secrets: Secrets{}, existing: before != nil}
	if before != nil {
		if err := json.Unmarshal(before.Config, &r.config); err != nil {
			return in, false, errs.E(errs.Internal, op, err)
		}
		maps.Copy(r.secrets, before.Secrets)
	}
	if len(entered) > maxSettings {
		r.wrong.Add("settings", "items.max", errs.Values{"max": maxSettings})
	}
	for key := range entered {
		if !slices.ContainsFunc(f.Fields, func(one FormField) bool { return one.Key == key }) {
			r.wrong.Add(settingPath(key), "settings.unknown", nil)
		}
	}
	for _, field := range f.Fields {
		r.take(field)
	}
	for _, field := range f.Fields {
		r.complete(field)
	}
	if err := r.wrong.Err(op); err != nil {
		return in, false, err
	}
	config, err := json.Marshal(r.config)
	return Entered{Config: config, Secrets: r.secrets, Before: before}, r.proves || before == nil, err
}

// reading is a Form being filled.
type reading struct {
	form     Form
	entered  map[string]any
	config   map[string]any
	secrets  Secrets
	existing bool
	proves   bool
	wrong    check.Fields
}

// take puts what was entered in a field where it belongs.
func (r *reading) take(f FormField) {
	value, said := r.entered[f.Key]
	if !said || r.existing && f.Fixed {
		return
	}
	r.proves = r.proves || f.Proves || f.Kind == FieldSecret
	switch f.Kind {
	case FieldText, FieldSecret, FieldChoice:
		r.takeText(f, value)
	case FieldNumber, FieldDuration:
		r.takeNumber(f, value)
	case FieldSwitch:
		on, is := value.(bool)
		if !is {
			r.wrong.Add(settingPath(f.Key), "type.boolean", nil)
		}
		r.keep(f.Key, on, on)
	}
}

// keep puts a value into the config, or takes it out where it says nothing.
func (r *reading) keep(key string, value any, says bool) {
	delete(r.config, key)
	if says {
		r.config[key] = value
	}
}

func (r *reading) takeText(f FormField, value any) {
	text, is := value.(string)
	text = strings.TrimSpace(text)
	if f.Kind == FieldText { // of one line: what is pasted may come in several
		text = strings.NewReplacer("\r\n", " ", "\n", " ").Replace(text)
	}
	path, most := settingPath(f.Key), f.Most
	if most == 0 {
		most = maxFieldText
		if f.Kind == FieldSecret {
			most = maxFieldSecret
		}
	}
	switch {
	case !is:
		r.wrong.Add(path, "type.string", nil)
	case f.Kind == FieldChoice && text != "":
		r.wrong.OneOf(path, text, f.Choices...)
	default:
		r.wrong.Optional(path, text, most)
	}
	if f.Kind != FieldSecret {
		r.keep(f.Key, text, text != "")
		return
	}
	delete(r.secrets, f.Key)
	if text != "" && utf8.ValidString(text) {
		r.secrets[f.Key] = text
	}
}

func (r *reading) takeNumber(f FormField, value any) {
	n, is := value.(float64)
	path := settingPath(f.Key)
	switch {
	case value == nil:
		r.keep(f.Key, 0, false)
		return
	case !is || n != math.Trunc(n):
		r.wrong.Add(path, "type.integer", nil)
	case n < float64(f.Least):
		r.wrong.Add(path, "number.min", errs.Values{"min": f.Least})
	case n > float64(f.Most):
		r.wrong.Add(path, "number.max", errs.Values{"max": f.Most})
	default:
		r.keep(f.Key, int(n), true)
	}
}

// complete fills in what is usual and notes what lacks; what is not there at present is forgotten.
func (r *reading) complete(f FormField) {
	if !f.there(r.config) {
		delete(r.config, f.Key)
		delete(r.secrets, f.Key)
		return
	}
	_, has := r.config[f.Key]
	switch {
	case f.Kind == FieldSecret:
		has = r.secrets[f.Key] != ""
	case has:
	case f.Kind == FieldChoice && len(f.Choices) > 0:
		r.config[f.Key], has = f.Choices[0], true
	case (f.Kind == FieldNumber || f.Kind == FieldDuration) && f.Default != 0:
		r.config[f.Key], has = f.Default, true
	}
	if f.Required && !has {
		r.wrong.Add(settingPath(f.Key), "required", nil)
	}
}

// there reports whether a field is among those that are entered with config.
func (f FormField) there(config map[string]any) bool {
	return f.When == nil || config[f.When.Field] == f.When.Is
}
