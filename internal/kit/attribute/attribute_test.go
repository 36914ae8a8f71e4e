package attribute_test

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/attribute"
)

func names(text string) map[string]string { return map[string]string{"en": text} }

func definitions() []attribute.Definition {
	return []attribute.Definition{
		{Key: "order", Names: names("Order"), Type: attribute.Text, Required: true},
		{Key: "amount", Names: names("Amount"), Type: attribute.Number},
		{Key: "bought", Names: names("Bought"), Type: attribute.Date},
		{Key: "kind", Names: names("Kind"), Type: attribute.Choice, Choices: []attribute.Option{{Key: "loan", Names: names("Loan")}, {Key: "card", Names: names("Card")}}},
		{Key: "vip", Names: names("VIP"), Type: attribute.YesNo},
	}
}

func TestValuesFitTheirFields(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, key string
		value     any
		want      any
		code      string
	}{
		{"a text is trimmed", "order", " A-17 ", "A-17", ""},
		{"a text that is a number", "order", 17.0, nil, "attribute.type"},
		{"an empty text", "order", " ", nil, "required"},
		{"a number", "amount", 12.5, 12.5, ""},
		{"a number as text", "amount", "12", nil, "attribute.type"},
		{"infinity", "amount", math.Inf(1), nil, "attribute.type"},
		{"a day", "bought", "2026-02-28", "2026-02-28", ""},
		{"a day that there is not", "bought", "2026-02-30", nil, "format.date"},
		{"one of the choices", "kind", "card", "card", ""},
		{"none of the choices", "kind", "house", nil, "one_of"},
		{"yes", "vip", true, true, ""},
		{"yes as text", "vip", "yes", nil, "attribute.type"},
		{"what nobody defined", "shoe", "42", nil, "attribute.unknown"},
	}
	for _, c := range cases {
		got, err := attribute.Fill("test", definitions(), nil, map[string]any{c.key: c.value})
		if c.code != "" {
			if told := errs.Told(err); told == nil || len(told.Fields) != 1 || told.Fields[0].Code != c.code || told.Fields[0].Path != "fields."+c.key {
				t.Errorf("%s: %v, want %s", c.name, err, c.code)
			}
			continue
		}
		if err != nil || got[c.key] != c.want {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
		data, _ := json.Marshal(got)
		var back map[string]any
		if err := json.Unmarshal(data, &back); err != nil || !reflect.DeepEqual(back, got) {
			t.Errorf("%s: reads back as %v", c.name, back)
		}
	}
}

func TestNullTakesAValueAwayAndTheRestStays(t *testing.T) {
	t.Parallel()
	old := map[string]any{"order": "A", "old_field": "kept"}
	got, err := attribute.Fill("test", definitions(), old, map[string]any{"order": nil, "vip": false})
	if want := map[string]any{"old_field": "kept", "vip": false}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	if len(old) != 2 {
		t.Error("the old values were changed")
	}
	if err := attribute.Missing("test", definitions(), got); errs.Told(err) == nil || errs.Told(err).Fields[0].Path != "fields.order" {
		t.Errorf("a required value is not missed: %v", err)
	}
	if err := attribute.Missing("test", definitions(), map[string]any{"order": "A"}); err != nil {
		t.Error(err)
	}
}

func TestDefinitionsAreChecked(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]attribute.Definition{
		"a key with a space":      {Key: "a b", Names: names("x"), Type: attribute.Text},
		"no names":                {Key: "a", Type: attribute.Text},
		"an unknown type":         {Key: "a", Names: names("x"), Type: "colour"},
		"a choice of nothing":     {Key: "a", Names: names("x"), Type: attribute.Choice},
		"choices of a text":       {Key: "a", Names: names("x"), Type: attribute.Text, Choices: []attribute.Option{{Key: "a", Names: names("x")}}},
		"the same choice twice":   {Key: "a", Names: names("x"), Type: attribute.Choice, Choices: []attribute.Option{{Key: "a", Names: names("x")}, {Key: "a", Names: names("y")}}},
		"a language that is none": {Key: "a", Names: map[string]string{"english": "x"}, Type: attribute.Text},
	} {
		if err := d.Check("test"); !errs.Is(errs.Invalid, err) {
			t.Errorf("%s is taken: %v", name, err)
		}
	}
	for _, d := range definitions() {
		if err := d.Check("test"); err != nil {
			t.Error(err)
		}
	}
}
