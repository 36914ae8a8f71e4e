package mask_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/kit/mask"
)

func TestCardNumbersAreHidden(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                                         "",
		"karta 4111 1111 1111 1111, do 12/28":      "karta •••• •••• •••• 1111, do 12/28",
		"4111111111111111":                         "••••••••••••1111",
		"5500-0000-0000-0004.":                     "••••-••••-••••-0004.",
		"378282246310005":                          "•••••••••••0005",
		"4111 1111 1111 1112":                      "4111 1111 1111 1112", // check digit
		"zamówienie 1234567890123":                 "zamówienie 1234567890123",
		"+48 22 123 45 67":                         "+48 22 123 45 67",
		"+4111111111111111":                        "+4111111111111111",
		"PL61 1090 1014 0000 0712 1981 2874":       "PL61 1090 1014 0000 0712 1981 2874", // a bank account
		"óra 4111-1111-1111-1111 és 4222222222222": "óra ••••-••••-••••-1111 és •••••••••2222",
	} {
		if got := mask.Cards(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestPeopleAreHidden(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Anna Maria Kowalska": "A. M. K.", "őry éva": "Ő. É.", "": "•••", "  ": "•••", "12": "•••", "(Béla)": "B.", "Łukasz": "Ł.",
	} {
		if got := mask.Name(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"anna@example.com": "•••@example.com", "+48221234567": "•••567", "@anna_k": "•••", "12345": "•••", "": "•••", "a@b@c": "•••",
	} {
		if got := mask.Address(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func FuzzCards(f *testing.F) {
	f.Add("4111 1111 1111 1111")
	f.Add("é4111-1111x")
	f.Fuzz(func(t *testing.T, text string) {
		masked := mask.Cards(text)
		if again := mask.Cards(masked); again != masked {
			t.Errorf("%q became %q, then %q", text, masked, again)
		}
		if utf8.ValidString(text) && !utf8.ValidString(masked) {
			t.Errorf("%q became %q", text, masked)
		}
		if utf8.RuneCountInString(text) != utf8.RuneCountInString(masked) {
			t.Errorf("%q changed its length: %q", text, masked)
		}
		if !strings.Contains(masked, "•") && masked != text {
			t.Errorf("%q changed without a mask: %q", text, masked)
		}
	})
}
