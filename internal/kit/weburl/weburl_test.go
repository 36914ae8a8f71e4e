package weburl_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/kit/weburl"
)

func TestOnlyAddressesOfTheWebAreShown(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"https://posta.example/a?b#c": true, "http://localhost:80/": true, "javascript:alert(1)": false, "ftp://posta.example/": false,
		"//posta.example": false, "posta.example": false, "": false, "https:///a": false, "https://posta.example/" + strings.Repeat("a", weburl.Max): false, "https://%zz": false,
	} {
		if got := weburl.Shown(address); got != "" != want || want && got != address {
			t.Errorf("%.40q: %.40q", address, got)
		}
	}
}

func TestAServerIsWhereItsNameIs(t *testing.T) {
	t.Parallel()
	for entered, want := range map[string]string{
		" Mastodon.Example ": "https://mastodon.example", "https://Mastodon.example:8443/@fala?x#y": "https://mastodon.example:8443", "http://localhost:3000": "http://localhost:3000",
		"https://user:secret@mastodon.example": "", "ftp://mastodon.example": "", "": "", "https://": "",
	} {
		got := ""
		if u, ok := weburl.Server(entered); ok {
			got = u.String()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", entered, got, want)
		}
	}
}

func TestAFileIsCalledByTheEndOfItsAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{"https://a.example/b/zdjecie.png?x=1": "zdjecie.png", "https://a.example/b/": "file", "https://a.example": "file", "%zz": "file"} {
		if got := weburl.FileName(address, "file"); got != want {
			t.Errorf("%q: %q", address, got)
		}
	}
}

// Whatever somebody writes as an address, what is taken for one leads into the web and nowhere else.
func FuzzAddresses(f *testing.F) {
	for _, s := range []string{"https://a.example/b?c#d", "mastodon.example:8443", "javascript:alert(1)", "https://[::1]:80/", "http://a@b", "//x", "https://a.example/%00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if shown := weburl.Shown(s); shown != "" {
			u, err := url.Parse(shown)
			if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(shown) > weburl.Max {
				t.Fatalf("%q is shown as %q", s, shown)
			}
		}
		if at, ok := weburl.Server(s); ok {
			again, is := weburl.Server(at.String())
			if !is || again.String() != at.String() || at.User != nil || at.Path != "" {
				t.Fatalf("%q is the server %q, and that is %v", s, at, again)
			}
		}
		if name := weburl.FileName(s, "file"); name == "" || strings.ContainsRune(name, '/') {
			t.Fatalf("%q is called %q", s, name)
		}
	})
}
