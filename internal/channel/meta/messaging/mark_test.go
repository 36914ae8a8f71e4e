package messaging

import (
	"testing"

	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/id"
)

// Our mark comes back as it went, and nobody else's is taken for one.
func TestMarksComeBack(t *testing.T) {
	t.Parallel()
	entry := id.New[id.Entry]()
	for _, m := range []meta.Mark{{Entry: entry, Of: 1}, {Entry: entry, Of: 3}, {Entry: entry, Part: 2, Of: 3}} {
		if got, ok := meta.ParseMark(m.String()); got != m || !ok {
			t.Errorf("%+v: %+v %v", m, got, ok)
		}
	}
	if got, ok := meta.ParseMark("zongler/1/5/1"); got != (meta.Mark{Entry: 5, Part: 1}) || got.More() || !ok {
		t.Errorf("as they once were: %+v %v", got, ok)
	}
	for _, foreign := range []string{
		"", "x", "zongler/1/", "zongler/1/5", "zongler/1/x/0", "zongler/1/5/x", "zongler/1/5/-1", "zongler/1/-5/0", "zongler/2/5/0",
		"zongler/1/5/0/", "zongler/1/5/0/-1", "zongler/1/5/0/2/3",
	} {
		if got, ok := meta.ParseMark(foreign); ok {
			t.Errorf("%q is taken for %+v", foreign, got)
		}
	}
}
