package own

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
)

// openToAll are the settings of a public channel, whose answers in private go on in another.
func openToAll() Settings {
	return Settings{URL: "https://forum.example/zongler", Private: 8, Can: Can{
		TextLimit: 100, Public: true, Reactions: true, Edits: true, Deletions: true, Echoes: true, Receipts: true,
		Hides: true, Removes: true, Blocks: true, PrivateReply: true,
	}}
}

// publicCase is an event of a public place and what it means.
type publicCase struct {
	name, event string
	kind        channel.Kind
	post        string // under which it stands
	thread      string
	target      string
	wrong       string // "path code" of the first fault; empty: good
}

func publicCases() []publicCase {
	return []publicCase{
		{"a post", `{"id":"e","type":"post","post":"p","text":"Nowa oferta","link":"https://forum.example/p#top"}`, channel.KindPost, "p", "", "", ""},
		{"a post that is gone", `{"id":"e","type":"post","post":"p","removed":true}`, channel.KindPost, "p", "", "", ""},
		{"a comment under a post", `{"id":"e","type":"comment","message":"c","post":"p","from":{"id":"1"},"text":"Ile?"}`, channel.KindMessage, "p", "c", "", ""},
		{"the same, with the post as its parent", `{"id":"e","type":"comment","message":"c","post":"p","parent_id":"p","from":{"id":"1"},"text":"Ile?"}`, channel.KindMessage, "p", "c", "", ""},
		{"a comment to a comment", `{"id":"e","type":"comment","message":"d","post":"p","parent_id":"c","from":{"id":"1"},"text":"Ile?"}`, channel.KindMessage, "p", "c", "c", ""},
		{"a comment that stands alone", `{"id":"e","type":"comment","message":"c","from":{"id":"1"},"text":"Ile?"}`, channel.KindMessage, "c", "c", "", ""},
		{"a review without words", `{"id":"e","type":"review","message":"r","stars":4,"from":{"id":"1"}}`, channel.KindMessage, "r", "r", "", ""},
		{"a review of something", `{"id":"e","type":"review","message":"r","post":"shop","stars":1,"from":{"id":"1"},"text":"Źle"}`, channel.KindMessage, "shop", "r", "", ""},
		{"a review that is changed", `{"id":"e","type":"edit","message":"r","stars":5}`, channel.KindEdit, "r", "", "r", ""},
		{"an echo", `{"id":"e","type":"echo","message":"d","post":"p","parent_id":"c","text":"Nic"}`, channel.KindEcho, "p", "c", "c", ""},
		{"a hiding", `{"id":"e","type":"hide","message":"c"}`, channel.KindHiding, "c", "", "c", ""},
		{"a deletion by our name", `{"id":"e","type":"delete","our_id":"12345"}`, channel.KindDeletion, "12345", "", "", ""},
		{"a profile", `{"id":"e","type":"profile","from":{"id":"1","name":"Zofia"}}`, channel.KindIdentity, "", "", "", ""},

		{"a message", `{"id":"e","type":"message","thread":"t","message":"m","from":{"id":"1"},"text":"x"}`, channel.KindMessage, "", "", "", "type event.private"},
		{"typing", `{"id":"e","type":"typing","thread":"t","from":{"id":"1"}}`, channel.KindTyping, "", "", "", "type event.private"},
		{"reading", `{"id":"e","type":"receipt","our_id":"12345","state":"read"}`, channel.KindReceipt, "12345", "", "", ""},
		{"a parent without a post", `{"id":"e","type":"comment","message":"d","parent_id":"c","from":{"id":"1"},"text":"x"}`, channel.KindMessage, "", "", "", "post event.post"},
		{"a post without a name", `{"id":"e","type":"post","text":"x"}`, channel.KindPost, "", "", "", "post event.post"},
		{"an echo from nowhere", `{"id":"e","type":"echo","message":"d","text":"x"}`, channel.KindEcho, "", "", "", "post event.post"},
		{"a comment of nobody", `{"id":"e","type":"comment","message":"c","post":"p","text":"x"}`, channel.KindMessage, "", "", "", "from.id required"},
		{"no stars", `{"id":"e","type":"review","message":"r","from":{"id":"1"},"text":"x"}`, channel.KindMessage, "", "", "", "stars event.stars"},
		{"too many stars", `{"id":"e","type":"edit","message":"r","stars":6,"text":"x"}`, channel.KindEdit, "", "", "", "stars event.stars"},
		{"half a star", `{"id":"e","type":"review","message":"r","stars":4.5,"from":{"id":"1"}}`, channel.KindMessage, "", "", "", "stars event.malformed"},
		{"a hiding of nothing", `{"id":"e","type":"hide","on":false}`, channel.KindHiding, "", "", "", "message required"},
		{"a link that is none", `{"id":"e","type":"post","post":"p","text":"x","link":"javascript:alert(1)"}`, channel.KindPost, "", "", "", "link event.link"},
		{"a long parent", `{"id":"e","type":"comment","message":"d","post":"p","parent_id":"` + strings.Repeat("x", channel.MaxExternalID+1) + `","from":{"id":"1"},"text":"x"}`, channel.KindMessage, "", "", "", "parent_id length.max"},
	}
}

func TestWhatEverybodyReadsIsReadAsTheGuideSays(t *testing.T) {
	t.Parallel()
	a, p := NewAdapter(), point(t, openToAll())
	for _, c := range publicCases() {
		all, err := a.Split(p, []byte(c.event))
		if err != nil || len(all) != 1 {
			t.Fatalf("%s: %v %v", c.name, all, err)
		}
		if told := errs.Told(all[0].Err); c.wrong != "" {
			if told == nil || len(told.Fields) == 0 || told.Fields[0].Path+" "+told.Fields[0].Code != c.wrong {
				t.Errorf("%s: %v, want %s", c.name, all[0].Err, c.wrong)
			}
			continue
		}
		in, err := a.Read(p, []byte(c.event))
		if err != nil || in.Kind != c.kind || in.Post != c.post || in.Thread != c.thread || in.Target != c.target {
			t.Errorf("%s: %+v %v", c.name, in, err)
		}
	}
}

func TestAReviewSaysItsStars(t *testing.T) {
	t.Parallel()
	a, p := NewAdapter(), point(t, openToAll())
	for event, want := range map[string]string{
		`{"id":"e","type":"review","message":"r","stars":2,"from":{"id":"1"}}`:                             "2 ★★☆☆☆",
		`{"id":"e","type":"review","message":"r","stars":5,"from":{"id":"1"},"text":"Super"}`:              "5 Super",
		`{"id":"e","type":"edit","message":"r","stars":1,"text":"Jednak nie","data":{"version":"1.2"}}`:    "1 Jednak nie",
		`{"id":"e","type":"edit","message":"r","text":"Bez zmian"}`:                                        " Bez zmian",
		`{"id":"e","type":"comment","message":"c","post":"p","stars":3,"from":{"id":"1"},"text":"Nic tu"}`: " Nic tu",
	} {
		in, err := a.Read(p, []byte(event))
		if got := in.Data["rating"] + " " + in.Text; err != nil || got != want {
			t.Errorf("%s: %q %v", event, got, err)
		}
	}
}

// In the private channel that answers go on in people have the same ids: whoever is known there is the same here.
func TestPeopleAreTheSameInBothChannels(t *testing.T) {
	t.Parallel()
	in, err := NewAdapter().Read(point(t, openToAll()), []byte(publicCases()[2].event))
	if err != nil || len(in.Known) != 1 || in.Known[0].Scope != "8" || in.Sender.Scope != "7" || in.Known[0].ExternalID != in.Sender.ExternalID {
		t.Errorf("%+v %v", in, err)
	}
}

func TestWhatMakesNoSenseIsNotAskedFor(t *testing.T) {
	t.Parallel()
	a := NewAdapter()
	all := Can{Public: true, Typing: true, ReadMarks: true, OwnTyping: true, OwnReadMarks: true, Hides: true, Removes: true, Blocks: true, PrivateReply: true}
	public := a.CapabilitiesOf(point(t, Settings{URL: "https://forum.example", Can: all}))
	if !public.Public || !public.Replies || !public.Hides || !public.Removes || !public.Blocks || !public.PrivateReplies || public.Typing || public.OwnTyping || public.ReadMarks || public.OwnReadMarks {
		t.Errorf("%+v", public)
	}
	all.Public = false
	private := a.CapabilitiesOf(point(t, Settings{URL: "https://forum.example", Can: all}))
	if private.Public || private.Replies || private.Hides || private.Removes || private.Blocks || private.PrivateReplies || !private.Typing || !private.OwnTyping || !private.ReadMarks || !private.OwnReadMarks {
		t.Errorf("%+v", private)
	}
}

// Every example of the guide is one: events are understood on the channel for which they are told, commands are commands.
func TestTheExamplesOfTheGuideAreTrue(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../../docs/guides/own-channel.md")
	if err != nil {
		t.Fatal(err)
	}
	private, public := point(t, able()), point(t, openToAll())
	events, commands := map[string]bool{}, map[string]bool{}
	for n, part := range strings.Split(string(guide), "```") {
		example, is := strings.CutPrefix(part, "json\n")
		if n%2 == 0 || !is || !strings.HasPrefix(example, `{"id"`) {
			continue
		}
		if kind := typeOf(t, example); strings.Contains(kind, ".") {
			commands[kind] = true
			continue
		} else {
			events[kind] = true
		}
		_, one := NewAdapter().Read(private, []byte(strings.TrimSpace(example)))
		_, other := NewAdapter().Read(public, []byte(strings.TrimSpace(example)))
		if one != nil && other != nil {
			t.Errorf("%s is understood nowhere: %v, %v", example, one, other)
		}
	}
	for kind := range kinds() {
		if !events[kind] {
			t.Errorf("no example of %s", kind)
		}
	}
	for _, kind := range []string{"message.send", "message.send_private", "message.edit", "message.delete", "message.react", "message.like", "message.hide", "message.read", "person.block"} {
		if !commands[kind] {
			t.Errorf("no example of %s", kind)
		}
	}
}

// typeOf returns the type of an example. It has no member that we do not know.
func typeOf(t *testing.T, example string) string {
	t.Helper()
	var kind struct{ Type string }
	if err := json.Unmarshal([]byte(example), &kind); err != nil {
		t.Fatalf("%s: %v", example, err)
	}
	into := any(&event{})
	if strings.Contains(kind.Type, ".") {
		into = &command{}
	}
	strict := json.NewDecoder(strings.NewReader(example))
	strict.DisallowUnknownFields()
	if err := strict.Decode(into); err != nil {
		t.Errorf("%s: %v", example, err)
	}
	return kind.Type
}
