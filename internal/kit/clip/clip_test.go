package clip_test

import (
	"testing"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/kit/clip"
)

func TestTextsAreCutBetweenCharacters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cut  func(string, int) string
		text string
		n    int
		want string
	}{
		{clip.Bytes, "żółw", 3, "ż"},
		{clip.Bytes, "żółw", 100, "żółw"},
		{clip.Bytes, "a\x00b\xffc", 10, "abc"},
		{clip.Bytes, "", 0, ""},
		{clip.Characters, "żółw", 3, "żół"},
		{clip.Characters, "żółw", 4, "żółw"},
		{clip.Characters, "żółw", 0, ""},
	} {
		if got := c.cut(c.text, c.n); got != c.want {
			t.Errorf("%q of %q, want %q", got, c.text, c.want)
		}
	}
}

func FuzzBytes(f *testing.F) {
	f.Add("Zażółć\x00", 5)
	f.Fuzz(func(t *testing.T, s string, n int) {
		n = max(0, n)
		if got := clip.Bytes(s, n); len(got) > n || !utf8.ValidString(got) {
			t.Errorf("%q of %q by %d", got, s, n)
		}
	})
}
