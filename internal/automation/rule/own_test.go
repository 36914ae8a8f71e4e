package rule_test

import (
	"testing"

	"github.com/zongler/zongler/internal/automation/rule"
)

func TestOwnFieldsCompareByWhatTheyHold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what  string
		op    rule.Op
		has   string
		value string
		want  bool
	}{
		{"a number by its size", rule.AtLeast, "12", "9", true},
		{"a number by its size, the other way", rule.AtMost, "12", "9", false},
		{"a day by its place in the year", rule.AtLeast, "2026-03-14", "2026-03-01", true},
		{"the same day is at least it", rule.AtMost, "2026-03-14", "2026-03-14", true},
		{"a later day is not at most it", rule.AtMost, "2026-04-01", "2026-03-14", false},
		{"a day and a number have no order", rule.AtLeast, "2026-03-14", "3", false},
		{"a text without its accents", rule.Contains, "Łódź Główna", "lodz", true},
		{"what is not there has no size", rule.AtLeast, "", "1", false},
	} {
		s := rule.Subject{Values: map[string][]string{"customer.fields.x": {c.has}}}
		if got := (rule.Condition{Field: "customer.fields.x", Op: c.op, Values: []string{c.value}}).Holds(s); got != c.want {
			t.Errorf("%s: %v", c.what, got)
		}
	}
}

func TestOwnFieldsTellWhatTheyWere(t *testing.T) {
	t.Parallel()
	s := rule.Subject{Changed: map[string]rule.Change{"case.fields.size": {Was: "small", Became: "large"}}}
	for op, values := range map[rule.Op][]string{rule.Was: {"small"}, rule.Became: {"large"}, rule.Changed: nil} {
		if !(rule.Condition{Field: "case.fields.size", Op: op, Values: values}).Holds(s) {
			t.Errorf("%s does not hold", op)
		}
	}
	if (rule.Condition{Field: "case.fields.other", Op: rule.Changed}).Holds(s) {
		t.Error("another field has changed")
	}
}
