package i18n_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"github.com/zongler/zongler/internal/platform/i18n"
)

// bundle loads catalogues given as text, one for each language.
func bundle(t *testing.T, en, pl, hu string) *i18n.Bundle {
	t.Helper()
	b, err := i18n.Load(fstest.MapFS{
		"en/app.json": {Data: []byte(en)}, "pl/app.json": {Data: []byte(pl)}, "hu/app.json": {Data: []byte(hu)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTheRealCataloguesAreComplete(t *testing.T) {
	t.Parallel()
	b, err := i18n.Load(os.DirFS("../../../web/i18n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range b.Missing() {
		t.Error(line)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	b := bundle(t,
		`{"queue":{"waiting_one":"{{count}} waits","waiting_other":"{{count}} wait"},"hello":"Hello {{ name }}","only":"Only English"}`,
		`{"queue.waiting_one":"{{count}} czeka","queue.waiting_few":"{{count}} czekają","queue.waiting_many":"{{count}} czeka.","hello":"Cześć, {{name}}"}`,
		`{"queue":{"waiting_one":"{{count}} vár","waiting_other":"{{count}} várakozik"},"hello":"Szia, {{name}}!"}`)
	for _, c := range []struct {
		what, lang, key string
		values          map[string]any
		want            string
	}{
		{"one waits", "en", "queue.waiting", map[string]any{"count": 1}, "1 waits"},
		{"Polish counts few", "pl", "queue.waiting", map[string]any{"count": int64(23)}, "23 czekają"},
		{"Polish counts the teens as many", "pl", "queue.waiting", map[string]any{"count": 12}, "12 czeka."},
		{"English stands in for a form that is missing", "pl", "queue.waiting", map[string]any{"count": 1.5}, "1.5 wait"},
		{"a hole is filled", "hu", "hello", map[string]any{"name": "Kovács Éva"}, "Szia, Kovács Éva!"},
		{"a value is not read for holes", "en", "hello", map[string]any{"name": "{{name}}"}, "Hello {{name}}"},
		{"a hole without a value is empty", "en", "hello", nil, "Hello "},
		{"English stands in for a key", "hu", "only", nil, "Only English"},
		{"an unknown language is English", "xx", "only", nil, "Only English"},
		{"an unknown key is itself", "en", "no.such", nil, "no.such"},
	} {
		if got := b.Text(c.lang, "app", c.key, c.values); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
	if !b.Has("app", "queue.waiting") || b.Has("app", "queue") {
		t.Error("Has is wrong about what there is")
	}
}

func TestPluralsAgreeWithCLDR(t *testing.T) {
	t.Parallel()
	names := map[plural.Form]i18n.Form{plural.One: i18n.One, plural.Few: i18n.Few, plural.Many: i18n.Many, plural.Other: i18n.Other}
	for _, lang := range i18n.Languages() {
		for n := range 1300 {
			want := names[plural.Cardinal.MatchPlural(language.Make(lang), n, 0, 0, 0, 0)]
			if got := i18n.PluralOf(lang, n); got != want {
				t.Fatalf("%s %d: %s, want %s", lang, n, got, want)
			}
		}
	}
	if got := i18n.PluralOf("pl", "many"); got != i18n.Other {
		t.Errorf("a text counts as %s", got)
	}
}

func TestLanguageIsTheBestOfOurs(t *testing.T) {
	t.Parallel()
	b := bundle(t, `{}`, `{}`, `{}`)
	for accept, want := range map[string]string{
		"": "en", "pl": "pl", "hu-HU,hu;q=0.9,en;q=0.5": "hu", "de,pl;q=0.3": "pl", "de": "en", ";;;": "en",
		"en-GB,pl": "en", strings.Repeat("pl,", 500): "en",
	} {
		if got := b.Language(accept); got != want {
			t.Errorf("%.30q: %s, want %s", accept, got, want)
		}
	}
}

func TestMissingNamesWhatDiffers(t *testing.T) {
	t.Parallel()
	b := bundle(t,
		`{"a":"A {{x}}","n_one":"a minute","n_other":"{{count}} minutes","phase_one":"First phase"}`,
		`{"a":"A","n_one":"{{count}} minuta","n_few":"{{count}} minuty","n_other":"{{count}} minuty","phase_one":"Etap 1"}`,
		`{"n_one":"{{count}} perc","n_few":"x {{count}}","n_other":"perc","phase_one":"Első szakasz"}`)
	want := []string{
		"pl/app: a lacks the hole {{x}}",
		"pl/app: n_many is missing",
		"hu/app: a is missing",
		"hu/app: n_other lacks the hole {{count}}",
		"hu/app: n_few is a form that the language does not have",
	}
	if got := b.Missing(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestLoadRefusesWhatIsNoCatalogue(t *testing.T) {
	t.Parallel()
	for what, text := range map[string]string{
		"not JSON": `{`, "a number": `{"a":1}`, "a list": `{"a":["b"]}`, "twice": `{"a":{"b":"1"},"a.b":"2"}`,
		"too deep": strings.Repeat(`{"a":`, 40) + `"x"` + strings.Repeat(`}`, 40),
	} {
		files := fstest.MapFS{"en/app.json": {Data: []byte(text)}, "pl/app.json": {Data: []byte(`{}`)}, "hu/app.json": {Data: []byte(`{}`)}}
		if _, err := i18n.Load(files); err == nil {
			t.Errorf("%s is taken", what)
		}
	}
	if _, err := i18n.Load(fstest.MapFS{"en/app.json": {Data: []byte(`{}`)}}); err == nil {
		t.Error("a language may be absent")
	}
}

func TestNumbersAndDatesInEachLanguage(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 4, 17, 5, 0, 0, time.UTC)
	for lang, want := range map[string][3]string{
		"en": {"-1,234.5", "12", "4 Mar 2026 17:05"},
		"pl": {"-1\u00a0234,5", "12", "04.03.2026 17:05"},
		"hu": {"-1\u00a0234,5", "12", "2026. 03. 04. 17:05"},
	} {
		got := [3]string{i18n.Number(lang, -1234.5, 1), i18n.Number(lang, 12, 0), i18n.DateTime(lang, at)}
		if got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
	if got := i18n.Number("pl", 1234567, 0); got != "1\u00a0234\u00a0567" {
		t.Errorf("millions: %q", got)
	}
}
