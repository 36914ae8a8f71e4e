package htmltext_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/zongler/zongler/internal/kit/htmltext"
)

func TestCleanLeavesWhatIsHarmless(t *testing.T) {
	t.Parallel()
	c := htmltext.NewCleaner()
	for _, tc := range []struct{ what, in, want string }{
		{"text", `<p>Dzień <b>dobry</b></p>`, `<p>Dzień <b>dobry</b></p>`},
		{"a script", `a<script>alert(1)</script>b`, `ab`},
		{"a style", `<style>p{}</style><p style="position:fixed">x</p>`, `<p>x</p>`},
		{"a handler", `<p onclick="x()">x</p>`, `<p>x</p>`},
		{"a script link", `<a href="javascript:alert(1)">x</a>`, `x`},
		{"a relative link", `<a href="/logout">x</a>`, `x`},
		{"a picture", `<img src="https://evil.example/seen.gif">`, ``},
		{"a frame", `<iframe src="https://evil.example"></iframe>`, ``},
		{"a form", `<form action="https://evil.example"><input name="p"></form>`, ``},
		{"SVG", `<svg><a href="https://x.example">x</a></svg>`, ``},
		{"a link", `<a href="https://example.com/a?b=1">x</a>`, `<a href="https://example.com/a?b=1" rel="nofollow noreferrer noopener" target="_blank">x</a>`},
		{"a data link", `<a href="data:text/html,x">x</a>`, `x`},
		{"an id that covers ours", `<p id="app" class="x" name="y">x</p>`, `<p>x</p>`},
	} {
		if got := c.Clean(tc.in); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.what, got, tc.want)
		}
	}
	want := `<img src="https://example.com/a.png" alt="kot">`
	if got := c.WithImages(`<img src="https://example.com/a.png" alt="kot" onerror="x()" srcset="y">`); got != want {
		t.Errorf("picture %q, want %q", got, want)
	}
	if got := c.WithImages(`<img src="data:image/svg+xml,x">`); strings.Contains(got, "data:") {
		t.Errorf("picture %q", got)
	}
}

func TestHTMLBecomesText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                                         "",
		"<p>Jó  napot!</p><p>Üdv</p>":              "Jó napot!\n\nÜdv",
		"a<br>b<br/>c":                             "a\nb\nc",
		"<ul><li>jeden</li><li>dwa</li></ul>x":     "- jeden\n- dwa\n\nx",
		"<div>a</div><div>b</div>":                 "a\nb",
		"x &lt;b&gt; &amp;&nbsp;y":                 "x <b> & y",
		"<head><title>t</title></head>x":           "x",
		"<script>a</b>c</script>d<style>e</style>": "d",
		"<pre>a\n  b</pre>":                        "a\nb",
		"<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>": "1 2\n3",
		"<b>no</b><i>space</i> <u>here</u>":                               "nospace here",
		"<p></p><p></p><p>a</p><br><br><br><br>b":                         "a\n\nb",
	} {
		if got := htmltext.ToText(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestTextBecomesSafeHTML(t *testing.T) {
	t.Parallel()
	link := func(href, text string) string {
		return `<a href="` + href + `" rel="nofollow noreferrer noopener" target="_blank">` + text + `</a>`
	}
	for in, want := range map[string]string{
		"a\r\nb <script>":                    "a<br>b &lt;script&gt;",
		"see https://example.com/a?b=1&c=2.": "see " + link("https://example.com/a?b=1&amp;c=2", "https://example.com/a?b=1&amp;c=2") + ".",
		"(www.example.com)":                  "(" + link("https://www.example.com", "www.example.com") + ")",
		"https://en.example/a_(b)":           link("https://en.example/a_(b)", "https://en.example/a_(b)"),
		`https://example.com"onclick="x`:     link("https://example.com", "https://example.com") + "&#34;onclick=&#34;x",
		"javascript:alert(1)":                "javascript:alert(1)",
		"xhttps://example.com":               "xhttps://example.com",
		"https://bank.example@evil.example":  "https://bank.example@evil.example",
		"http://":                            "http://",
	} {
		if got := htmltext.FromText(in); got != want {
			t.Errorf("%q became\n%s, want\n%s", in, got, want)
		}
	}
}

func TestPreviewIsShort(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in    string
		limit int
		want  string
	}{
		{"krótki\n\n tekst", 20, "krótki tekst"},
		{"Dzień dobry, mam pytanie", 14, "Dzień dobry,…"},
		{"abcdefghij", 5, "abcd…"},
		{"abcdefghij", 1, "…"},
		{"abc", 0, ""},
		{"aaaz\u0301bcd", 5, "aaa…"},
	} {
		if got := htmltext.Preview(c.in, c.limit); got != c.want {
			t.Errorf("%q to %d: %q, want %q", c.in, c.limit, got, c.want)
		}
	}
}

// dangerous returns what in parsed HTML could do harm.
func dangerous(t *testing.T, source string) string {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			token := z.Token()
			switch token.Data {
			case "script", "style", "iframe", "object", "embed", "form", "input", "svg", "math", "base", "link", "meta", "img":
				return token.Data
			}
			for _, a := range token.Attr {
				low := strings.ToLower(strings.TrimSpace(a.Val))
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "href" && !strings.HasPrefix(low, "http") && !strings.HasPrefix(low, "mailto:") && !strings.HasPrefix(low, "tel:") {
					return token.String()
				}
			}
		default:
		}
	}
}

func FuzzOutsideHTML(f *testing.F) {
	c := htmltext.NewCleaner()
	for _, seed := range []string{`<a href="java&#10;script:x">y</a>`, `<svg><style><img src=x onerror=y>`, "<p>ő</p>", "https://a.example/<x>", "\xff<b", `<!--><img onerror=x>-->`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		for _, out := range []string{c.Clean(source), htmltext.FromText(source)} {
			if bad := dangerous(t, out); bad != "" {
				t.Errorf("%q became %q with %s", source, out, bad)
			}
		}
		text := htmltext.ToText(source)
		if preview := htmltext.Preview(text, 20); utf8.RuneCountInString(preview) > 20 || !utf8.ValidString(preview) {
			t.Errorf("preview %q", preview)
		}
	})
}
