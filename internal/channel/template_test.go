package channel_test

import (
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
)

func parcel() channel.Template {
	return channel.Template{Name: "paczka", Language: "pl", Parts: []channel.TemplatePart{
		{Kind: channel.PartHeader, Text: "Zamówienie {{header.1}}", Places: []channel.Place{{Key: "header.1"}}},
		{Kind: channel.PartBody, Text: "Paczka będzie {{body.1}}.", Places: []channel.Place{{Key: "body.1"}}},
		{Kind: channel.PartButton, Text: "Śledź", Link: "https://fala.example/{{button.0.1}}", Places: []channel.Place{{Key: "button.0.1"}}},
		{Kind: channel.PartButton, Text: "Dziękuję"},
	}}
}

func TestATemplateIsFilledWithEachOfItsValues(t *testing.T) {
	t.Parallel()
	good := map[string]string{"header.1": "77", "body.1": "w {{header.1}}", "button.0.1": "x"}
	text, err := parcel().Fill("op", good)
	if want := "Zamówienie 77\n\nPaczka będzie w {{header.1}}.\n\n[Śledź] https://fala.example/x\n[Dziękuję]"; err != nil || text != want {
		t.Errorf("%q %v", text, err)
	}
	for name, c := range map[string]struct{ key, value, code string }{
		"a value that lacks":       {"body.1", " ", "required"},
		"a value of two lines":     {"body.1", "a\nb", "template.one_line"},
		"a value with a long gap":  {"body.1", "a     b", "template.one_line"},
		"a value that is too long": {"body.1", strings.Repeat("ő", 1001), "length.max"},
		"a value for no place":     {"body.2", "x", "reference"},
	} {
		values := map[string]string{c.key: c.value}
		for k, v := range good {
			if k != c.key {
				values[k] = v
			}
		}
		_, err := parcel().Fill("op", values)
		if told := errs.Told(err); told == nil || len(told.Fields) != 1 || told.Fields[0].Code != c.code || !strings.HasPrefix(told.Fields[0].Path, "template.values") {
			t.Errorf("%s: %v", name, err)
		}
	}
	paused := parcel()
	paused.Unfit = "template.paused"
	if _, err := paused.Fill("op", good); errs.CodeOf(err) != "template.paused" {
		t.Errorf("what cannot be sent is filled: %v", err)
	}
}
