package instagram

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
)

// vector is an example of Meta's documents, and what it means.
type vector struct {
	Name, Source string
	Change       json.RawMessage
	Want         wanted
}

type wanted struct {
	Kind                                                 channel.Kind
	ExternalID, Thread, Target, Post, Text, Sender, Name string
	Ask                                                  bool
}

func vectors(tb testing.TB) (all []vector) {
	tb.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "comments.json"))
	if err == nil {
		err = json.Unmarshal(raw, &all)
	}
	if err != nil || len(all) == 0 {
		tb.Fatal(err)
	}
	return all
}

func shop() channel.EntryPoint {
	return channel.EntryPoint{ID: 7, Channel: channel.InstagramComments, Address: "17841405822304914"}
}

func TestWhatMetaPostsOfCommentsIsUnderstood(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		in, err := NewPublic(nil).Read(shop(), v.Change)
		if err != nil {
			t.Errorf("%s: %v", v.Name, err)
			continue
		}
		got := wanted{in.Kind, in.ExternalID, in.Thread, in.Target, in.Post, in.Text, in.Sender.ExternalID, in.Sender.DisplayName, in.Ask}
		if got != v.Want {
			t.Errorf("%s:\n%+v, want\n%+v", v.Name, got, v.Want)
		}
		first, again := commentOf(shop(), v.Change), commentOf(shop(), v.Change)
		if first.ID != again.ID || first.Lane != in.Post || first.Err != nil {
			t.Errorf("%s: %+v %+v", v.Name, first, again)
		}
	}
}

func TestWhatCannotBeReadOfCommentsSaysWhy(t *testing.T) {
	t.Parallel()
	for raw, code := range map[string]string{
		`{`:                                "event.malformed",
		"\xff":                             "event.malformed",
		`{"field":"comments","value":"x"}`: "event.malformed",
		`{"field":"comments","value":{}}`:  "event.type",
		`{"field":"comments","value":{"id":"../me","media":{"id":"1"}}}`:         "event.type",
		`{"field":"live_comments","value":{"id":"1","media":{"id":"2"}}}`:        "event.type",
		`{"field":"mentions","value":{"comment_id":"1"}}`:                        "event.type",
		`{"field":"mentions","value":{"media_id":"1/likes","comment_id":"2?x"}}`: "event.type",
	} {
		arrival := commentOf(shop(), []byte(raw))
		told := errs.Told(arrival.Err)
		if told == nil || told.Code != code && (len(told.Fields) == 0 || told.Fields[0].Code != code) {
			t.Errorf("%s: %v, want %s", raw, arrival.Err, code)
		}
		if arrival.ID == "" || arrival.Kind == "" {
			t.Errorf("%s has no name: %+v", raw, arrival)
		}
	}
}

// A name leads to what it names, and to nothing else.
func TestNamesOfWhatIsPublic(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]thing{
		"17900": {comment: "17900"}, "media/9100": {media: "9100"},
		"mention/9200": {media: "9200", others: true}, "mention/9200/17905": {media: "9200", comment: "17905", others: true},
	} {
		if got, is := thingOf(name); !is || got != want || got.name() != name {
			t.Errorf("%s: %+v %v %s", name, got, is, got.name())
		}
	}
	for _, name := range []string{"", "me", "media/", "media/1/2", "mention/", "mention/1/2/3", "1?x=2", "../1"} {
		if got, is := thingOf(name); is {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// FuzzComments proves that no bytes break the parser, and that what it takes is what the house can keep.
func FuzzComments(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add([]byte(v.Change))
	}
	f.Add([]byte(`{"field":"named","value":{"media_id":"1","text":"\u0000","from":{"username":"\u0000"},"created_time":-1,"picture":"https://x/%zz"}}`))
	f.Add([]byte(`{"field":"post","value":{"media":{"id":"1"},"others":true,"permalink":"javascript:x"}}`))
	p := shop()
	f.Fuzz(func(t *testing.T, raw []byte) {
		arrival := commentOf(p, raw)
		if arrival.Err != nil && !errs.Is(errs.Invalid, arrival.Err) {
			t.Fatal(arrival.Err)
		}
		if arrival.ID == "" || arrival.Kind == "" || len(arrival.ID) > channel.MaxExternalID {
			t.Fatalf("%+v", arrival)
		}
		if arrival.Err != nil {
			return
		}
		if _, err := NewPublic(nil).Read(p, raw); err != nil {
			t.Fatal(err)
		}
	})
}
