package facebook

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/internal/errs"
)

// wall is the page of the vectors.
func wall() channel.EntryPoint {
	return channel.EntryPoint{Tenant: 1, ID: 7, Brand: 2, Channel: channel.Facebook, Address: "682498302938465", Config: []byte(`{}`), Active: true}
}

// understood is what is looked at of an event.
type understood struct {
	Kind, ExternalID, Thread, Target, Post, Text, Sender, State, Link string
	Off, Quiet                                                        bool
	Files                                                             []string
}

func understand(in channel.Inbound) understood {
	u := understood{
		Kind: string(in.Kind), ExternalID: in.ExternalID, Thread: in.Thread, Target: in.Target, Post: in.Post, Text: in.Text, Sender: in.Sender.ExternalID,
		State: string(in.State), Link: in.Link, Off: in.Off, Quiet: in.Quiet,
	}
	for _, f := range in.Remote {
		u.Files = append(u.Files, f.Name)
	}
	return u
}

func (u understood) equal(o understood) bool {
	if o.ExternalID == "*" {
		u.ExternalID = "*"
	}
	return slices.Equal(u.Files, o.Files) && u.Kind == o.Kind && u.ExternalID == o.ExternalID && u.Thread == o.Thread && u.Target == o.Target && u.Post == o.Post && u.Text == o.Text &&
		u.Sender == o.Sender && u.State == o.State && u.Link == o.Link && u.Off == o.Off && u.Quiet == o.Quiet
}

type vector struct {
	Name, Source string
	Change       json.RawMessage
	Want         understood
}

func vectors(tb testing.TB) (all []vector) {
	tb.Helper()
	raw, err := os.ReadFile("testdata/changes.json")
	if err == nil {
		err = json.Unmarshal(raw, &all)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return all
}

// What Meta's documents show of a page's feed, mentions and ratings is read as it is meant, both as it stands there and escaped as Meta posts it.
func TestWhatHappensInPublicIsUnderstood(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		for _, form := range [][]byte{v.Change, metatest.Escaped(v.Change)} {
			in, err := NewPublic(nil).Read(wall(), form)
			if got := understand(in); err != nil || !got.equal(v.Want) {
				t.Errorf("%s: %v\n got %+v\nwant %+v", v.Name, err, got, v.Want)
			}
		}
		if v.Source == "" {
			t.Errorf("%s names no source", v.Name)
		}
		first, again := arrivalOf(wall(), v.Change), arrivalOf(wall(), v.Change)
		if first.ID == "" || first.ID != again.ID || first.Err != nil {
			t.Errorf("%s is called %q, then %q: %v", v.Name, first.ID, again.ID, first.Err)
		}
	}
}

func TestWhatCannotBeReadOfAFeedSaysWhy(t *testing.T) {
	t.Parallel()
	for change, code := range map[string]string{
		`{`:                            "event.malformed",
		"\xff":                         "event.malformed",
		`{"field":"dance","value":{}}`: "event.type",
		`{"field":"feed","value":{}}`:  "event.type",
		`{"field":"feed","value":"x"}`: "event.malformed",
		`{"field":"feed","value":{"item":"comment","message":"of nothing"}}`: "event.type",
	} {
		arrival := arrivalOf(wall(), []byte(change))
		told := errs.Told(arrival.Err)
		if told == nil || told.Code != code && (len(told.Fields) == 0 || told.Fields[0].Code != code) {
			t.Errorf("%s: %v, want %s", change, arrival.Err, code)
		}
		if arrival.ID == "" || arrival.Kind == "" {
			t.Errorf("%s has no name: %+v", change, arrival)
		}
	}
}

// FuzzChanges proves that no bytes break the parser, and that what it takes is what the house can keep.
func FuzzChanges(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add([]byte(v.Change))
	}
	f.Add([]byte(`{"field":"feed","value":{"item":"comment","verb":"add","comment_id":"\u0000","from":null,"photos":[""],"created_time":-1}}`))
	p := wall()
	f.Fuzz(func(t *testing.T, raw []byte) {
		arrival := arrivalOf(p, raw)
		if arrival.Err != nil && !errs.Is(errs.Invalid, arrival.Err) {
			t.Fatal(arrival.Err)
		}
		if arrival.ID == "" || arrival.Kind == "" {
			t.Fatalf("%+v", arrival)
		}
		if arrival.Err != nil {
			return
		}
		in, err := NewPublic(nil).Read(p, raw)
		if err == nil {
			err = in.Validate()
		}
		if err != nil {
			t.Fatal(err)
		}
	})
}
