package fold_test

import (
	"testing"

	"github.com/zongler/zongler/internal/kit/fold"
)

func TestLikeTakesNothingForAWildcard(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{"": "", "  ": "", "Zając": "%zajac%", "a\x00b\xff": "%ab%", `50%_\`: `%50\%\_\\%`} {
		if got := fold.Like(query); got != want {
			t.Errorf("%q: %q, want %q", query, got, want)
		}
	}
}
