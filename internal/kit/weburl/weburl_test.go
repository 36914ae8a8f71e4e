package weburl_test

import (
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
