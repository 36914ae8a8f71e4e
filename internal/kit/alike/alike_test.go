package alike_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/kit/alike"
)

func TestWhatSaysTheSame(t *testing.T) {
	t.Parallel()
	for sentence, pair := range map[string][2]string{
		"the same words":                            {"When will the internet work again?", "When will the internet work again?"},
		"case and punctuation do not matter":        {"When will the internet work again?", "WHEN WILL THE INTERNET WORK AGAIN!!!"},
		"accents do not matter in Polish":           {"Kiedy wróci internet w Łodzi?", "kiedy wroci internet w lodzi"},
		"accents do not matter in Hungarian":        {"Mikor lesz újra internet Győrben?", "mikor lesz ujra internet gyorben"},
		"the order of words does not matter":        {"Mikor lesz újra internet?", "Internet mikor lesz újra???"},
		"a word more changes nothing":               {"When will the internet work again?", "So when will the internet work again please?"},
		"a slip changes nothing":                    {"When will the internet work again?", "When will the intenret work again?"},
		"other endings change nothing":              {"Nie działa internet od rana", "Internet nie dziala od samego rana"},
		"numbers do not matter":                     {"My order 4711 has not come yet", "my order 88123 has not come yet!"},
		"whom it calls does not matter":             {"@fala kiedy wróci internet?", "kiedy wróci internet?"},
		"a link does not matter":                    {"Kiedy wróci internet? https://fala.example/status", "kiedy wróci internet"},
		"excitement does not matter":                {"Heeeelp, no internet!!!", "help no internet"},
		"a greeting around it changes nothing":      {"Dzień dobry, kiedy wróci internet? Dziękuję", "kiedy wróci internet?"},
		"what says little is like its equal":        {"+1", "+1"},
		"a short word is like the same short word":  {"cena?", "Cena"},
		"a long text is like itself but for a word": {strings.Repeat("abonament telewizja router sygnał ", 20) + "dziś", strings.Repeat("abonament telewizja router sygnał ", 20)},
	} {
		if a, b := alike.Of(pair[0]), alike.Of(pair[1]); !alike.Alike(a, b) || !alike.Alike(b, a) {
			t.Errorf("%s: %q and %q are taken for different", sentence, pair[0], pair[1])
		}
	}
}

func TestWhatSaysSomethingElse(t *testing.T) {
	t.Parallel()
	for sentence, pair := range map[string][2]string{
		"another question":                {"When will the internet work again?", "How much does the installation cost?"},
		"another question in Polish":      {"Kiedy wróci internet?", "Ile kosztuje instalacja?"},
		"another question in Hungarian":   {"Mikor lesz újra internet?", "Mennyibe kerül a kiszállítás?"},
		"thanks and a question":           {"Thank you for the quick help!", "When will the internet work again?"},
		"a rude word and a question":      {"Oszuści!", "Kiedy wróci internet?"},
		"a yes and a no":                  {"tak", "nie"},
		"nothing at all":                  {"", ""},
		"pictures alone":                  {"😀😀", "😀😀"},
		"who is called, and nothing else": {"@fala", "@fala"},
		"a short word within a long text": {"internet", "Od trzech dni nie mam internetu, telewizji ani telefonu, a na infolinii nikt nie odbiera"},
		"a question within a long complaint": {"kiedy wróci internet", "Kiedy wróci internet? Płacę za abonament od dziesięciu lat, dzwoniłem trzy razy na infolinię, technik nie przyjechał w umówionym " +
			"terminie, a faktura przyszła dwa razy wyższa niż w umowie, więc żądam zwrotu pieniędzy i rozwiązania umowy"},
	} {
		if a, b := alike.Of(pair[0]), alike.Of(pair[1]); alike.Alike(a, b) || alike.Alike(b, a) {
			t.Errorf("%s: %q and %q are taken for the same (%.2f)", sentence, pair[0], pair[1], alike.Likeness(a, b))
		}
	}
}

func TestASketchIsStoredAndBounded(t *testing.T) {
	t.Parallel()
	var long strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&long, "słowo%c%c ", 'a'+i%26, 'a'+i/26%26)
	}
	s := alike.Of(long.String())
	if len(s) > alike.MaxPieces {
		t.Errorf("%d pieces", len(s))
	}
	if back := alike.Parse(s.String()); !slices.Equal(back, s) {
		t.Errorf("%v became %v", s, back)
	}
	for _, wrong := range []string{"?", "AAA", strings.Repeat("AAAA", 400), alike.Sketch{2, 1}.String()} {
		if s := alike.Parse(wrong); len(s) != 0 {
			t.Errorf("%q is taken for %v", wrong, s)
		}
	}
	// What was stored by an earlier version must be found by a later one.
	if got := alike.Of("Ile to kosztuje?").String(); got != "AGqGCgfjfIQ7y4RxQvcfwFMQWABf1vm8Ytt7o3H8QESZKMsYouOCp6y2UKq5IFyX1FBrFA" {
		t.Errorf("the sketch is another: %s", got)
	}
}

func FuzzAlike(f *testing.F) {
	for _, seed := range []string{"Żółw", "Őrült", "@", "://", "\xff", "aaa\u0300", "१२३", strings.Repeat("x", 3000)} {
		f.Add(seed, "kiedy wróci internet")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := alike.Of(a), alike.Of(b)
		if len(x) > alike.MaxPieces || !slices.IsSorted(x) || !slices.Equal(alike.Parse(x.String()), x) {
			t.Fatalf("%v", x)
		}
		if alike.Likeness(x, y) != alike.Likeness(y, x) || len(x) > 0 && !alike.Alike(x, x) {
			t.Fatalf("%q %q", a, b)
		}
	})
}
