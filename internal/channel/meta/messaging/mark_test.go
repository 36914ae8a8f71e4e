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
	if got, part, ok := meta.ParseMark(meta.Mark(entry, 3)); got != entry || part != 3 || !ok {
		t.Errorf("%v %d %v", got, part, ok)
	}
	for _, foreign := range []string{"", "x", "zongler/1/", "zongler/1/5", "zongler/1/x/0", "zongler/1/5/x", "zongler/1/5/-1", "zongler/1/-5/0", "zongler/2/5/0"} {
		if got, part, ok := meta.ParseMark(foreign); ok {
			t.Errorf("%q is taken for %v/%d", foreign, got, part)
		}
	}
}
