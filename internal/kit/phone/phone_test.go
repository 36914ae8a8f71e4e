package phone_test

import (
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/kit/phone"
)

func TestOneNumberHasOneText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, region, want string }{
		{"22 123 45 67", "PL", "+48221234567"},
		{"+48 (22) 123-45-67", "HU", "+48221234567"},
		{"0048221234567", "pl", "+48221234567"},
		{"tel:+48221234567", "", "+48221234567"},
		{"06 1 234 5678", "HU", "+3612345678"},
		{"06-30/123-4567", "HU", "+36301234567"},
		{"+44 20 7946 0018", "PL", "+442079460018"},
		{"", "PL", ""},
		{"anna@example.com", "PL", ""},
		{"123", "PL", ""},
		{"22 123 45 67", "", ""},
		{strings.Repeat("2", 65), "PL", ""},
	} {
		if got, ok := phone.Normalize(c.text, c.region); got != c.want || ok != (c.want != "") {
			t.Errorf("%q in %q: %q %v, want %q", c.text, c.region, got, ok, c.want)
		}
	}
}

func TestNumbersAreShownAsAtHome(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ e164, region, want string }{
		{"+48221234567", "PL", "22 123 45 67"},
		{"+48221234567", "HU", "+48 22 123 45 67"},
		{"anonymous", "PL", "anonymous"},
		{"+", "PL", "+"},
	} {
		if got := phone.Display(c.e164, c.region); got != c.want {
			t.Errorf("%s in %s: %q, want %q", c.e164, c.region, got, c.want)
		}
	}
	if phone.Region("+36301234567") != "HU" || phone.Region("x") != "" {
		t.Error("region")
	}
}

func FuzzNormalize(f *testing.F) {
	f.Add("+48 22 123 45 67", "PL")
	f.Add("06 1 234 5678;ext=5", "HU")
	f.Fuzz(func(t *testing.T, text, region string) {
		once, ok := phone.Normalize(text, region)
		if !ok {
			return
		}
		if twice, ok := phone.Normalize(once, ""); !ok || twice != once {
			t.Errorf("%q became %q, then %q", text, once, twice)
		}
		phone.Display(once, region)
	})
}
