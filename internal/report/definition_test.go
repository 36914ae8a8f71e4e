package report

import (
	"os"
	"strings"
	"testing"
)

func TestEveryFigureHasItsDefinition(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, d := range Definitions() {
		if !strings.Contains(string(doc), `<a id="`+d.Anchor+`"></a>`) {
			t.Errorf("%s: docs/metrics.md has no anchor %q", d.Figure, d.Anchor)
		}
		if seen[d.Figure] {
			t.Errorf("%s is defined twice", d.Figure)
		}
		seen[d.Figure] = true
	}
	for _, v := range Variants() {
		if !seen[string(v)] {
			t.Errorf("%s has no definition", v)
		}
	}
}
