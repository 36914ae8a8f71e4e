package check_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/check"
)

func TestEveryFaultIsNamed(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		check func(f *check.Fields)
		code  string // empty: no fault
	}{
		{"a text is needed", func(f *check.Fields) { f.Text("x", " ", 5) }, "required"},
		{"letters count, not bytes", func(f *check.Fields) { f.Text("x", "żółty", 5) }, ""},
		{"a text has a bound", func(f *check.Fields) { f.Text("x", "żółtyy", 5) }, "length.max"},
		{"no control characters", func(f *check.Fields) { f.Optional("x", "a\x00b", 5) }, "format.text"},
		{"no broken UTF-8", func(f *check.Fields) { f.Optional("x", "a\xff", 5) }, "format.text"},
		{"one of", func(f *check.Fields) { f.OneOf("x", "de", "en", "pl") }, "one_of"},
		{"too few", func(f *check.Fields) { f.Count("x", 0, 1, 3) }, "items.min"},
		{"too many", func(f *check.Fields) { f.Count("x", 4, 1, 3) }, "items.max"},
		{"an address", func(f *check.Fields) { f.Email("x", "ola@fala.example") }, ""},
		{"no name before the address", func(f *check.Fields) { f.Email("x", "Ola <ola@fala.example>") }, "format.email"},
		{"no endless address", func(f *check.Fields) { f.Email("x", strings.Repeat("a", 250)+"@fala.example") }, "format.email"},
		{"a colour", func(f *check.Fields) { f.Color("x", "#0b7285") }, ""},
		{"no name of a colour", func(f *check.Fields) { f.Color("x", "teal") }, "format.color"},
		{"a time zone", func(f *check.Fields) { f.TimeZone("x", "Europe/Budapest") }, ""},
		{"the machine's zone is no zone", func(f *check.Fields) { f.TimeZone("x", "Local") }, "format.time_zone"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var f check.Fields
			c.check(&f)
			err := f.Err("test")
			if c.code == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			e, ok := errors.AsType[*errs.Error](err)
			if !ok || e.Kind != errs.Invalid || len(e.Fields) != 1 || e.Fields[0].Code != c.code || e.Fields[0].Path != "x" {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
}
