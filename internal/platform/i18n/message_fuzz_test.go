package i18n

import (
	"strings"
	"testing"
)

func FuzzFillingAText(f *testing.F) {
	for _, seed := range []string{"", "{{name}}", "a {{ name }} b", "{{", "}}", "{{{{name}}}}", "{{na me}}", "{{name"} {
		f.Add(seed, "Nagy Ádám")
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		m := parse(text)
		if len(m.holes()) == 0 && m.fill(nil) != text {
			t.Errorf("text without holes changed: %q became %q", text, m.fill(nil))
		}
		filled := m.fill(map[string]any{"name": value})
		if m.holes()["name"] && !strings.Contains(filled, value) {
			t.Errorf("%q lacks its value: %q", text, filled)
		}
	})
}
