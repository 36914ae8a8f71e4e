package token_test

import (
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/kit/mailmsg/token"
)

var key = token.Key("0123456789abcdef0123456789abcdef")

const id = int64(123456789012345678)

func TestAddress(t *testing.T) {
	t.Parallel()
	address, ok := key.Address("Support@Example.pl", id)
	if !ok || !strings.HasPrefix(address, "Support+c.") || !strings.HasSuffix(address, "@Example.pl") {
		t.Fatalf("got %q, %v", address, ok)
	}
	for name, text := range map[string]string{
		"as it was written":   address,
		"in capitals":         strings.ToUpper(address),
		"in small letters":    strings.ToLower(address),
		"with white space":    " " + address + "\n",
		"at another domain":   strings.Replace(address, "Example.pl", "relay.example.com", 1),
		"at another mailbox ": strings.Replace(address, "Support", "sales", 1),
	} {
		got, base, ok := key.ReadAddress(text)
		if !ok || got != id || strings.Contains(base, "+") || !strings.Contains(base, "@") {
			t.Errorf("%s: got %d, %q, %v", name, got, base, ok)
		}
	}
	mark := address[strings.Index(address, "+")+1 : strings.Index(address, "@")]
	for name, text := range map[string]string{
		"no mark":             "support@example.pl",
		"an empty mark":       "support+@example.pl",
		"cut by one letter":   strings.Replace(address, mark, mark[:len(mark)-1], 1),
		"one letter more":     strings.Replace(address, mark, mark+"a", 1),
		"another id":          strings.Replace(address, mark, changed(mark, 3), 1),
		"another proof":       strings.Replace(address, mark, changed(mark, len(mark)-1), 1),
		"another kind":        strings.Replace(address, "+c.", "+e.", 1),
		"a leading zero":      strings.Replace(address, "+c.", "+c.0", 1),
		"a sign":              strings.Replace(address, "+c.", "+c.-", 1),
		"no mailbox":          address[strings.Index(address, "+"):],
		"the mark alone":      mark,
		"a marker's mark":     "support+" + strings.Trim(strings.TrimPrefix(key.MarkerText(id), "[ref:"), "]") + "@example.pl",
		"a message id's mark": "support+" + key.MessageID("example.pl", id),
		"very long":           strings.Repeat("a", 10_000) + address,
	} {
		if got, _, ok := key.ReadAddress(text); ok {
			t.Errorf("%s: %q was read as %d", name, text, got)
		}
	}
	if _, _, ok := token.Key("another key of thirty-two bytes!").ReadAddress(address); ok {
		t.Error("another key read it")
	}
	if _, _, ok := token.Key(nil).ReadAddress(address); ok {
		t.Error("no key read it")
	}
}

func changed(s string, at int) string {
	letter := byte('a')
	if s[at] == 'a' {
		letter = 'b'
	}
	return s[:at] + string(letter) + s[at+1:]
}

func TestAddressThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "support", "@example.pl", "support@", "support+x@example.pl", strings.Repeat("a", 40) + "@example.pl"} {
		if got, ok := key.Address(base, id); ok {
			t.Errorf("%q became %q", base, got)
		}
	}
	if _, ok := key.Address("support@example.pl", 0); ok {
		t.Error("no conversation has an address")
	}
}

func TestMessageID(t *testing.T) {
	t.Parallel()
	made := key.MessageID("example.pl", id)
	for _, text := range []string{made, "<" + made + ">", strings.ToUpper(made), strings.Replace(made, "example.pl", "relay.example.com", 1)} {
		if got, ok := key.ReadMessageID(text); !ok || got != id {
			t.Errorf("%q: got %d, %v", text, got, ok)
		}
	}
	if foreign := key.MessageID("Żółw.pl", id); !strings.HasSuffix(foreign, "@xn--w-uga1v8h.pl") {
		t.Errorf("a domain of foreign letters: %q", foreign)
	}
	for _, text := range []string{"", "<>", "@", "x@example.pl", changed(made, 2), changed(made, strings.Index(made, "@")-1), made[1:], "e.1.@x"} {
		if got, ok := key.ReadMessageID(text); ok {
			t.Errorf("%q was read as %d", text, got)
		}
	}
}

func TestMarker(t *testing.T) {
	t.Parallel()
	text, page := key.MarkerText(id), key.MarkerHTML(id)
	foreign := token.Key("another key of thirty-two bytes!").MarkerText(7)
	for name, body := range map[string]string{
		"in a quote":          "> Hello\n> " + text + "\n",
		"in HTML":             "<p>x</p>" + page,
		"after a foreign one": foreign + text,
		"in capitals":         strings.ToUpper(text),
	} {
		if got, ok := key.FindMarker(body); !ok || got != id {
			t.Errorf("%s: got %d, %v", name, got, ok)
		}
	}
	for name, body := range map[string]string{
		"nothing": "", "a foreign one": foreign, "a changed one": changed(text, 8), "a cut one": text[:len(text)-2],
		"far too many": strings.Repeat(foreign, 30) + text,
	} {
		if got, ok := key.FindMarker(body); ok {
			t.Errorf("%s was read as %d", name, got)
		}
	}
}

func TestSubject(t *testing.T) {
	t.Parallel()
	if got := token.WithNumber("Zwrot", 42); got != "Zwrot [#42]" {
		t.Errorf("got %q", got)
	}
	if got := token.WithNumber("Re: Zwrot [#42]", 42); got != "Re: Zwrot [#42]" {
		t.Errorf("got %q", got)
	}
	for subject, want := range map[string]int64{"Re: a [#42]": 42, "[#1] b [#2]": 2, "a #42": 0, "[#]": 0, "[#99999999999999999999]": 0, "": 0, "[#0]": 0} {
		if got, ok := token.Number(subject); got != want || ok != (want > 0) {
			t.Errorf("%q: got %d, %v", subject, got, ok)
		}
	}
	for subject, want := range map[string]string{
		"Re: Odp: Zwrot [#42]": "Zwrot", "RE[2]: VÁ: Számla": "Számla", "Fwd: FW: x": "x", "Regulamin: pytanie": "Regulamin: pytanie", "Re:": "", "": "",
	} {
		if got := token.BareSubject(subject); got != want {
			t.Errorf("%q: got %q, want %q", subject, got, want)
		}
	}
}

func FuzzTokens(f *testing.F) {
	address, _ := key.Address("support@example.pl", id)
	f.Add(address)
	f.Add(key.MessageID("example.pl", id))
	f.Add(key.MarkerHTML(id))
	f.Add("Re: [#42]")
	f.Fuzz(func(t *testing.T, text string) {
		if got, _, ok := key.ReadAddress(text); ok && got != id {
			t.Errorf("%q passed as an address of %d", text, got)
		}
		if got, ok := key.ReadMessageID(text); ok && got != id {
			t.Errorf("%q passed as an id of %d", text, got)
		}
		if got, ok := key.FindMarker(text); ok && got != id {
			t.Errorf("%q passed as a marker of %d", text, got)
		}
		token.Number(text)
		if bare := token.BareSubject(text); token.BareSubject(bare) != bare {
			t.Errorf("%q is not bare", bare)
		}
	})
}
