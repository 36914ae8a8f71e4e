package fold_test

import (
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/kit/fold"
)

func TestFolding(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                              "",
		"Zażółć gęślą JAŹŃ":             "zazolc gesla jazn",
		"Árvíztűrő tükörfúrógép":        "arvizturo tukorfurogep",
		"ŁÓDŹ":                          "lodz",
		"Straße, Øre, Đorđe, Æsir":      "strasse, ore, dorde, aesir",
		"  two \t words\u00a0here\r\n ": "two words here",
		"ﬁne ＷＩＤＥ":                      "fine wide",
		"İstanbul ISTANBUL":             "istanbul istanbul",
		"z\u0307o\u0301\xff":            "zo",
		"soft\u00adhyphen":              "softhyphen",
	} {
		if got := fold.Text(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
	if got := fold.Words("Łódź: ul. Piotrkowska 12/3"); !slices.Equal(got, []string{"lodz", "ul", "piotrkowska", "12", "3"}) {
		t.Errorf("%q", got)
	}
}

func FuzzFold(f *testing.F) {
	for _, seed := range []string{"Żółw", "Őrült", "ẞ", "ǅ", "\xff", "ﬀ", "ϓ", "µ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := fold.Text(s)
		if !utf8.ValidString(once) {
			t.Errorf("%q became %q", s, once)
		}
		if twice := fold.Text(once); twice != once {
			t.Errorf("%q became %q, then %q", s, once, twice)
		}
	})
}
