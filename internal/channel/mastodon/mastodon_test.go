package mastodon

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/weburl"
)

func TestWhatAStatusSaysIsReadAsText(t *testing.T) {
	t.Parallel()
	const us = `<span class="h-card" translate="no"><a href="https://fala.example/@fala" class="u-url mention">@<span>fala</span></a></span>`
	for name, c := range map[string]struct{ html, want string }{
		"those who are addressed at the beginning are left out": {`<p>` + us + ` ` + us + ` Dzień dobry</p>`, "Dzień dobry"},
		"those who are named within are kept":                   {`<p>Pytam ` + us + ` o paczkę</p>`, "Pytam @fala o paczkę"},
		"nothing but a name is nothing":                         {`<p>` + us + `</p>`, ""},
		"lines and paragraphs stay":                             {`<p>a<br>b<br />c</p><p>d</p>`, "a\nb\nc\n\nd"},
		"an address is written out as it leads": {
			`<p>Zob. <a href="https://example.com/very/long" class="x"><span class="invisible">https://</span><span class="ellipsis">example.com/ve</span><span class="invisible">ry/long</span></a>.</p>`,
			"Zob. https://example.com/very/long.",
		},
		"a hashtag is a word":                   {`<p>To <a href="https://x.example/tags/fala" class="mention hashtag" rel="tag">#<span>fala</span></a></p>`, "To #fala"},
		"what would run is not there":           {`<p>a<script>alert(1)</script><style>p{}</style>b</p><img src=x onerror=y>`, "ab"},
		"an address that would run is no link":  {`<p><a href="javascript:alert(1)">klik</a></p>`, "klik"},
		"signs that are written out are signs":  {`<p>1 &lt; 2 &amp;&amp; &#128512; :blobcat:</p>`, "1 < 2 && 😀 :blobcat:"},
		"a list is a list":                      {`<ul><li>raz</li><li>dwa</li></ul>`, "• raz\n• dwa"},
		"a quoted post is shown by its own":     {`<p class="quote-inline">RE: <a href="https://x">x</a></p><p>właśnie</p>`, "właśnie"},
		"what is not closed ends with the text": {`<p>a<a href="https://x.example/">b`, "ahttps://x.example/"},
		"white space between tags is none":      {"<p>\n  a\n  b</p>\n", "a   b"},
	} {
		if got := plainText(c.html); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestATextIsAsLongAsTheServerSays(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"": 0, "żółć": 4, "@zofia@far.example tak": 10, "https://example.com/" + strings.Repeat("x", 200): 23, "a http://x.hu b": 27, "ab@c": 4, "  x ": 4,
	} {
		if got := length(text, 23); got != want {
			t.Errorf("%q is %d long, want %d", text, got, want)
		}
	}
}

func TestAnAnswerNamesWhoIsAnswered(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, acct, want string }{
		{"Dzień dobry", "zofia@far.example", "@zofia@far.example Dzień dobry"},
		{"Dzień dobry, @Zofia@far.example!", "zofia@far.example", "Dzień dobry, @Zofia@far.example!"},
		{"@zofia tak", "zofia", "@zofia tak"},
		{"@zofia2 tak", "zofia", "@zofia @zofia2 tak"},
		{"@zofia@far.example tak", "zofia", "@zofia @zofia@far.example tak"},
		{"me@zofia", "zofia", "@zofia me@zofia"},
		{"tak", "", "tak"},
		{"tak", "zofia <script>", "tak"},
	} {
		if got := addressed(c.text, c.acct); got != c.want {
			t.Errorf("%q to %s: %q, want %q", c.text, c.acct, got, c.want)
		}
	}
}

func TestNobodyReadsAnAnswerWhoCouldNotReadTheQuestion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ asked, answers, want string }{
		{"public", asAsked, "public"},
		{"unlisted", asAsked, "unlisted"},
		{"private", asAsked, "private"},
		{"direct", asAsked, "direct"},
		{"public", unlisted, "unlisted"},
		{"private", unlisted, "private"},
		{"direct", unlisted, "direct"},
		{"local", asAsked, "direct"},
		{"", unlisted, "direct"},
	} {
		if got := narrower(c.asked, c.answers); got != c.want {
			t.Errorf("%q with %q is answered for %q, want %q", c.asked, c.answers, got, c.want)
		}
	}
}

func TestAListIsPagedByItsHeader(t *testing.T) {
	t.Parallel()
	const link = `<https://x.example/api/v1/notifications?max_id=34975861>; rel="next", <https://evil.example/?min_id=34975900&access_token=a>; rel="prev"`
	for _, c := range []struct{ header, rel, name, want string }{
		{link, "next", "max_id", "34975861"},
		{link, "prev", "min_id", "34975900"},
		{link, "prev", "max_id", ""},
		{"", "next", "max_id", ""},
		{`<%zz>; rel="next"`, "next", "max_id", ""},
		{`<https://x/?max_id=../../me>; rel="next"`, "next", "max_id", ""},
	} {
		if got := linked(c.header, c.rel, c.name); got != c.want {
			t.Errorf("%s of %s: %q", c.name, c.rel, got)
		}
	}
}

// point returns an entry point of an account.
func point(n channel.Name) channel.EntryPoint {
	return channel.EntryPoint{ID: 7, Channel: n, Address: "fala@fala.example", Config: json.RawMessage(`{"server":"https://fala.example","account":"1"}`)}
}

// vector is an event with what it means.
type vector struct {
	Name    string
	Source  string
	Private bool
	Event   json.RawMessage
	Want    map[string]string
}

func vectors(t testing.TB) []vector {
	t.Helper()
	raw, err := os.ReadFile("testdata/events.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []vector
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// seen is what came in, by words of a vector.
func seen(in channel.Inbound) map[string]string {
	all := map[string]string{
		"kind": string(in.Kind), "id": in.ExternalID, "thread": in.Thread, "target": in.Target, "post": in.Post, "from": in.Sender.ExternalID, "to": in.To.ExternalID,
		"name": in.Sender.DisplayName, "text": in.Text, "link": in.Link, "visibility": in.Data["visibility"], "at": in.OccurredAt.UTC().Format(time.RFC3339),
	}
	if in.Quiet {
		all["quiet"] = "true"
	}
	for i, f := range in.Remote {
		all[fmt.Sprint("file", i)] = f.Name + " " + f.URL
	}
	return all
}

func TestEventsMeanWhatTheySay(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		p := point(channel.Mastodon)
		if v.Private {
			p = point(channel.MastodonPrivate)
		}
		in, err := NewAdapter().Read(p, v.Event)
		if err != nil {
			t.Errorf("%s: %v", v.Name, err)
			continue
		}
		got := seen(in)
		for word, want := range v.Want {
			if got[word] != want {
				t.Errorf("%s: %s is %q, want %q", v.Name, word, got[word], want)
			}
		}
		if v.Source == "" {
			t.Errorf("%s names no source", v.Name)
		}
		if first, again := arrivalOf(p, v.Event), arrivalOf(p, v.Event); first.Err != nil || first.ID == "" || first.ID != again.ID || first.Lane == "" && in.Kind != channel.KindDeletion {
			t.Errorf("%s: %+v", v.Name, first)
		}
	}
}

func TestWhatCannotBeReadSaysWhy(t *testing.T) {
	t.Parallel()
	for raw, code := range map[string]string{
		`{`: "event.malformed", "\xff": "event.malformed", `{"event":"dance"}`: "event.type", `{"event":"delete","id":"../x"}`: "event.malformed",
		`{"event":"mention","us":"1","domain":"a.example","status":{"id":"5"}}`:                                                           "event.malformed",
		`{"event":"mention","us":"1","domain":"a.example","status":{"id":"5","in_reply_to_id":"a/b","account":{"id":"2","acct":"x"}}}`:    "event.malformed",
		`{"event":"mention","us":"1","domain":"a.example","status":{"id":"5","account":{"id":"2","acct":"x y"}}}`:                         "event.malformed",
		`{"event":"mention","status":{"id":"5","account":{"id":"2","acct":"x"}}}`:                                                         "event.malformed",
		`{"event":"mention","us":"1","domain":"a.example","status":{"id":"5","account":{"id":"2","acct":"x"},"mentions":[{"acct":"y"}]}}`: "event.malformed",
	} {
		a := arrivalOf(point(channel.Mastodon), []byte(raw))
		if told := errs.Told(a.Err); told == nil || told.Code != code || a.ID == "" || a.Kind == "" {
			t.Errorf("%s: %+v, want %s", raw, a, code)
		}
	}
}

func TestWhatAServerForbidsIsOfTheAccountOrOfTheCase(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]channel.Verdict{
		"This action is outside the authorized scopes": channel.Reconnect, "Your login is currently disabled": channel.Reconnect, "": channel.Reconnect,
		"Forbidden: you do not have permission to reply to this status": channel.Permanent,
	} {
		if f := failureOf(&Fault{Status: 403, Words: words}, true); f.Verdict != want || want == channel.Permanent && f.Words != words {
			t.Errorf("%q: %v", words, f)
		}
	}
}

func TestAServerIsNamedAsPeopleNameIt(t *testing.T) {
	t.Parallel()
	for entered, want := range map[string]string{
		"mastodon.social": "https://mastodon.social", " https://Mastodon.Social/@fala ": "https://mastodon.social", "http://127.0.0.1:80/x": "http://127.0.0.1:80",
		"ftp://x": "", "https://me:pw@x.example": "", "": "", "https://": "",
	} {
		u, ok := weburl.Server(entered)
		if ok != (want != "") || ok && u.String() != want {
			t.Errorf("%q is %v, want %q", entered, u, want)
		}
	}
}

func TestOnlyServersThatAreKnownToTakeKeysAreTrustedWithThem(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]bool{
		"https://github.com/mastodon/mastodon": true, "https://github.com/glitch-soc/mastodon": true, "https://akkoma.dev/AkkomaGang/akkoma": true,
		"https://codeberg.org/superseriousbusiness/gotosocial": false, "https://codeberg.org/silverpill/mitra": false, "": false,
	} {
		if keyed(instance{Source: source, Version: "1.0"}) != want {
			t.Errorf("%q: %v", source, !want)
		}
	}
}

// FuzzEvents proves that no bytes break the parser, and that what it takes is what the house can keep.
func FuzzEvents(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add([]byte(v.Event), v.Private)
	}
	f.Add([]byte(`{"event":"own","us":"1","domain":"x","root":"","status":{"id":"5","created_at":"0001-01-01T00:00:00Z","account":{"id":"1","acct":"x"},"content":"\u0000<a"}}`), false)
	f.Fuzz(func(t *testing.T, raw []byte, private bool) {
		p := point(channel.Mastodon)
		if private {
			p = point(channel.MastodonPrivate)
		}
		a := arrivalOf(p, raw)
		if a.ID == "" || a.Kind == "" || a.Err != nil && !errs.Is(errs.Invalid, a.Err) {
			t.Fatalf("%+v", a)
		}
		if a.Err != nil {
			return
		}
		in, err := NewAdapter().Read(p, raw)
		if err == nil {
			err = in.Validate()
		}
		if err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzText proves that no content breaks the reader, and that nothing of its tags is left.
func FuzzText(f *testing.F) {
	f.Add(`<p>a<br>b <a href="https://x.example/" class="mention">@<span>x</span></a></p>`)
	f.Add(`<a <p></script><li>&#0;`)
	f.Fuzz(func(t *testing.T, content string) {
		if text := plainText(content); strings.ContainsRune(text, 0) || text != strings.TrimSpace(text) {
			t.Fatalf("%q", text)
		}
	})
}
