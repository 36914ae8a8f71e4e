package posttext_test

import (
	_ "embed"
	"encoding/json"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/kit/posttext"
)

//go:embed testdata/weights.json
var vectors []byte

// The desk is held to the same vectors (web/src/features/conversation/social/weigh.test.ts).
func TestTextsAreAsLongAsXHoldsThem(t *testing.T) {
	t.Parallel()
	var all []struct {
		Text   string
		Weight int
	}
	if err := json.Unmarshal(vectors, &all); err != nil || len(all) < 15 {
		t.Fatalf("%d %v", len(all), err)
	}
	for _, v := range all {
		if got := posttext.Weight(v.Text); got != v.Weight {
			t.Errorf("%q counts %d, want %d", v.Text, got, v.Weight)
		}
	}
}

func FuzzWeight(f *testing.F) {
	f.Add("https://a.pl/\u200d👍\ufe0f")
	f.Fuzz(func(t *testing.T, text string) {
		if n := posttext.Weight(text); n < 0 || n > 2*len(text)+addressAtMost*strings.Count(text, ".") {
			t.Fatalf("%q counts %d", text, n)
		}
	})
}

const addressAtMost = 23
