package bluesky

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
)

func TestAKeyFollowsFromOurOwn(t *testing.T) {
	t.Parallel()
	if got := tidOf(0, 0); got != "2222222222222" {
		t.Errorf("%q", got)
	}
	// An example of the AT Protocol's document of TIDs, made in June 2023.
	if got := tidOf(1688137381887007, 6); got != "3jzfcijpj2z2a" {
		t.Errorf("%q", got)
	}
	last := ""
	for range 3000 {
		entry := id.New[id.Entry]()
		key := keyOf(entry)
		if key != keyOf(entry) || len(key) != tidLength || key == last {
			t.Fatalf("%v is %q after %q", entry, key, last)
		}
		last = key
	}
	for range 2 {
		if a, b := keyFor("at://a/b/c"), keyFor("at://a/b/d"); a != keyFor("at://a/b/c") || a == b || !strings.Contains("234567abcdefghij", a[:1]) {
			t.Errorf("%q %q", a, b)
		}
	}
}

func TestAnAddressIsTakenApart(t *testing.T) {
	t.Parallel()
	for uri, want := range map[string]bool{
		"at://did:plc:abc/app.bsky.feed.post/3k": true, "at://did:plc:abc/app.bsky.feed.post": false, "https://x/y/z": false, "at://a/b/c/d": false, "at://a/b/c?d": false,
		"at:///b/c": false, "at://" + strings.Repeat("a", 500) + "/b/c": false,
	} {
		if _, got := parseAddress(uri); got != want {
			t.Errorf("%s: %v", uri, got)
		}
	}
}

// span is a facet of a text.
func span(text, part string, f feature) facet {
	var one facet
	one.Index.Start = strings.Index(text, part)
	one.Index.End = one.Index.Start + len(part)
	one.Features = []feature{f}
	return one
}

func TestATextIsWrittenOutAsItLeads(t *testing.T) {
	t.Parallel()
	const text = "@fala.bsky.social żółć: example.com/ab… @zofia.bsky.social"
	facets := []facet{
		span(text, "@zofia.bsky.social", feature{Type: facetMention, DID: "did:plc:z"}),
		span(text, "example.com/ab…", feature{Type: facetLink, URI: "https://example.com/abcdef"}),
		span(text, "@fala.bsky.social", feature{Type: facetMention, DID: "did:plc:us"}),
	}
	if got := plainText(text, facets, "did:plc:us"); got != "żółć: https://example.com/abcdef @zofia.bsky.social" {
		t.Errorf("%q", got)
	}
	broken := facets[1]
	broken.Index.End = 1000
	for _, f := range []facet{broken, {}, span("ab", "b", feature{Type: facetLink, URI: "javascript:x"})} {
		if got := plainText("ab", []facet{f}, ""); got != "ab" {
			t.Errorf("%+v makes %q", f, got)
		}
	}
}

func TestHowFarTheListWasReadIsKeptInWords(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 10, 0, 0, 5, time.UTC)
	for _, m := range []mark{{Since: at}, {Since: at, Newest: at.Add(time.Hour), Deep: "cursor of theirs"[:6]}} {
		if got := parseMark(m.String(), time.Time{}); got != m {
			t.Errorf("%+v is %+v", m, got)
		}
	}
	if got := parseMark("", at); !got.Since.Equal(at) || got.Deep != "" {
		t.Errorf("%+v", got)
	}
}

func TestWeAskLessOftenWhileNothingIsNew(t *testing.T) {
	t.Parallel()
	pause, asked := next(1, seldomest), 0
	for total := time.Duration(0); total < time.Hour; total += pause {
		pause = next(0, pause)
		asked++
	}
	if pause != seldomest || asked > 70 || next(3, pause) != soonest {
		t.Errorf("%v after %d", pause, asked)
	}
}

func point(n channel.Name) channel.EntryPoint {
	return channel.EntryPoint{ID: 7, Channel: n, Address: "did:plc:us", Config: json.RawMessage(`{"did":"did:plc:us"}`)}
}

// vector is an event with what it means.
type vector struct {
	Name   string
	Source string
	Event  json.RawMessage
	Want   map[string]string
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

func pointFor(raw []byte) channel.EntryPoint {
	if strings.Contains(string(raw), `"event":"message"`) || strings.Contains(string(raw), `"event": "message"`) {
		return point(channel.BlueskyPrivate)
	}
	return point(channel.Bluesky)
}

func TestEventsMeanWhatTheySay(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		in, err := NewAdapter().Read(pointFor(v.Event), v.Event)
		if err != nil {
			t.Errorf("%s: %v", v.Name, err)
			continue
		}
		got := map[string]string{
			"kind": string(in.Kind), "id": in.ExternalID, "thread": in.Thread, "target": in.Target, "post": in.Post, "from": in.Sender.ExternalID, "name": in.Sender.DisplayName,
			"to": in.To.ExternalID, "text": in.Text, "link": in.Link, "at": in.OccurredAt.UTC().Format(time.RFC3339), "quiet": fmt.Sprint(in.Quiet), "quote": in.Data["quote"],
		}
		for i, f := range in.Remote {
			got[fmt.Sprint("file", i)] = f.Name + " " + f.URL
		}
		for word, want := range v.Want {
			if got[word] != want {
				t.Errorf("%s: %s is %q, want %q", v.Name, word, got[word], want)
			}
		}
		if v.Source == "" {
			t.Errorf("%s names no source", v.Name)
		}
		if a := arrivalOf(pointFor(v.Event), v.Event); a.Err != nil || a.ID == "" || a.Lane == "" {
			t.Errorf("%s: %+v", v.Name, a)
		}
	}
}

func TestWhatCannotBeReadSaysWhy(t *testing.T) {
	t.Parallel()
	for raw, code := range map[string]string{
		`{`: "event.malformed", "\xff": "event.malformed", `{"event":"dance"}`: "event.type", `{"event":"said","us":"did:plc:us","said":{"uri":"x"}}`: "event.malformed",
		`{"event":"message","us":"did:plc:us","convo":"c","said":{"id":"m","sender":{"did":"did:plc:z"}}}`:                                                                      "event.malformed",
		`{"event":"said","us":"did:plc:us","said":{"uri":"at://did:plc:z/app.bsky.feed.post/3k","author":{"did":"did:plc:z"},"record":{"reply":{"root":{"uri":"https://x"}}}}}`: "event.malformed",
	} {
		a := arrivalOf(point(channel.Bluesky), []byte(raw))
		if told := errs.Told(a.Err); told == nil || told.Code != code || a.ID == "" || a.Kind == "" {
			t.Errorf("%s: %+v, want %s", raw, a, code)
		}
	}
}

// FuzzEvents proves that no bytes break the parser, and that what it takes is what the house can keep.
func FuzzEvents(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add([]byte(v.Event))
	}
	f.Add([]byte(`{"event":"gone","us":"did:plc:us","said":{"uri":"at://did:plc:a/app.bsky.feed.post/1"}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p := pointFor(raw)
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
