package own

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// point is an entry point with settings.
func point(tb testing.TB, s Settings) channel.EntryPoint {
	tb.Helper()
	config, err := json.Marshal(s.usual())
	if err != nil {
		tb.Fatal(err)
	}
	return channel.EntryPoint{Tenant: 1, ID: 7, Brand: 2, Channel: channel.Own, Address: "ADDRESS", Config: config, Active: true, Health: channel.Healthy}
}

func able() Settings { return Settings{Can: canAll()} }

func canAll() Can {
	return Can{TextLimit: 100, Reactions: true, Edits: true, Deletions: true, Echoes: true, Typing: true, Receipts: true, ReadMarks: true}
}

const good = `{"id":"e1","type":"message","thread":"t1","message":"m1","from":{"id":"c1","name":"Zofia"},"text":"Dzie\u0144 dobry","at":"2026-03-01T10:00:00Z"}`

func TestEventsAreReadAsTheGuideSays(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, event string
		kind        channel.Kind
		wrong       string // "path code" of the first fault; empty: good
	}{
		{"a message", good, channel.KindMessage, ""},
		{"a picture without words", `{"id":"e","type":"message","thread":"t","message":"m","from":{"id":"c"},"files":[{"url":"https://shop.example/a/umowa.pdf"}]}`, channel.KindMessage, ""},
		{"an edit", `{"id":"e","type":"edit","message":"m","text":"lepiej"}`, channel.KindEdit, ""},
		{"a deletion", `{"id":"e","type":"delete","message":"m"}`, channel.KindDeletion, ""},
		{"a reaction", `{"id":"e","type":"reaction","message":"m","reaction":"👍"}`, channel.KindReaction, ""},
		{"a receipt by our name", `{"id":"e","type":"receipt","our_id":"12345","state":"delivered"}`, channel.KindReceipt, ""},
		{"an echo", `{"id":"e","type":"echo","thread":"t","message":"m","text":"z telefonu"}`, channel.KindEcho, ""},
		{"typing", `{"id":"e","type":"typing","thread":"t","from":{"id":"c"}}`, channel.KindTyping, ""},
		{"a profile", `{"id":"e","type":"profile","from":{"id":"c","email":"zofia@posta.example","verified":true}}`, channel.KindIdentity, ""},
		{"an unknown member is none of ours", `{"id":"e","type":"delete","message":"m","mood":"good"}`, channel.KindDeletion, ""},
		{"no id", `{"type":"delete","message":"m"}`, channel.KindDeletion, "id event.id"},
		{"no type", `{"id":"e"}`, "", "type event.type"},
		{"no message", `{"id":"e","type":"message","thread":"t","from":{"id":"c"},"text":"x"}`, channel.KindMessage, "message required"},
		{"nobody", `{"id":"e","type":"message","thread":"t","message":"m","text":"x"}`, channel.KindMessage, "from.id required"},
		{"an echo to somebody", `{"id":"e","type":"echo","thread":"t","message":"m","text":"x","to":{"id":"c"}}`, channel.KindEcho, ""},
		{"an echo to nobody", `{"id":"e","type":"echo","thread":"t","message":"m","text":"x","to":{"name":"Zofia"}}`, channel.KindEcho, "to.id required"},
		{"a profile of nobody", `{"id":"e","type":"profile","from":{"name":"Zofia"}}`, channel.KindIdentity, "from.id required"},
		{"a long name of a message", `{"id":"e","type":"delete","message":"` + strings.Repeat("x", channel.MaxExternalID+1) + `"}`, channel.KindDeletion, "message length.max"},
		{"a post where two read", `{"id":"e","type":"post","post":"p","text":"x"}`, channel.KindPost, "type event.public"},
		{"a comment where two read", `{"id":"e","type":"comment","message":"m","from":{"id":"c"},"text":"x"}`, channel.KindMessage, "type event.public"},
		{"a number for a text", `{"id":"e","type":"message","thread":1}`, channel.KindMessage, "thread event.malformed"},
		{"a state that is none", `{"id":"e","type":"receipt","message":"m","state":"eaten"}`, channel.KindReceipt, "state one_of"},
		{"a file inside", `{"id":"e","type":"message","thread":"t","message":"m","from":{"id":"c"},"files":[{"url":"file:///etc/passwd"}]}`, channel.KindMessage, "files.url webhook.url"},
		{"a name of ours that is none", `{"id":"e","type":"receipt","our_id":"abc","state":"read"}`, channel.KindReceipt, "our_id format.id"},
	}
	a, p := NewAdapter(), point(t, able())
	for _, c := range cases {
		all, err := a.Split(p, []byte(c.event))
		if err != nil || len(all) != 1 {
			t.Fatalf("%s: %v %v", c.name, all, err)
		}
		told := errs.Told(all[0].Err)
		switch {
		case c.wrong == "" && all[0].Err != nil:
			t.Errorf("%s: %v", c.name, all[0].Err)
		case c.wrong != "" && (told == nil || len(told.Fields) == 0 || told.Fields[0].Path+" "+told.Fields[0].Code != c.wrong):
			t.Errorf("%s: %v, want %s", c.name, all[0].Err, c.wrong)
		case c.kind != "" && all[0].Kind != c.kind:
			t.Errorf("%s: %s", c.name, all[0].Kind)
		}
	}
}

func TestWhatTheChannelDoesNotDeclareIsRefused(t *testing.T) {
	t.Parallel()
	a, p := NewAdapter(), point(t, Settings{Can: Can{TextLimit: 10, ReadMarks: true}})
	for event, refused := range map[string]bool{
		`{"id":"e","type":"edit","message":"m","text":"x"}`:             true,
		`{"id":"e","type":"reaction","message":"m","reaction":"x"}`:     true,
		`{"id":"e","type":"receipt","message":"m","state":"delivered"}`: true,
		`{"id":"e","type":"receipt","message":"m","state":"read"}`:      false,
		good: false,
	} {
		_, err := a.Read(p, []byte(event))
		if told := errs.Told(err); refused != (told != nil && told.Fields[0].Code == "event.undeclared") {
			t.Errorf("%s: %v", event, err)
		}
	}
}

func TestABodyIsTakenApartAndEachEventKeepsItsBytes(t *testing.T) {
	t.Parallel()
	second := `{ "id" : "e2", "type":"dance" }`
	all, err := NewAdapter().Split(point(t, able()), []byte(`{"events": [`+good+`, `+second+`, 5, {"type":"delete"}]}`))
	if err != nil || len(all) != 4 {
		t.Fatalf("%v %v", all, err)
	}
	if string(all[0].Raw) != good || all[0].ID != "e1" || all[0].Lane != "t1" || all[0].Err != nil {
		t.Errorf("%+v", all[0])
	}
	if string(all[1].Raw) != second || all[1].ID != "e2" || all[1].Kind != "dance" || all[1].Err == nil {
		t.Errorf("%+v", all[1])
	}
	for _, nameless := range all[2:] {
		if nameless.Err == nil || !strings.HasPrefix(nameless.ID, "sha256:") {
			t.Errorf("%+v", nameless)
		}
	}
	for _, body := range []string{"", "{", "[]", "\xff", `{"events":{}}`} {
		if all, err := NewAdapter().Split(point(t, able()), []byte(body)); !errs.Is(errs.Invalid, err) {
			t.Errorf("%q: %v %v", body, all, err)
		}
	}
}

// What a system answers means exactly what docs/guides/own-channel.md promises.
func TestAnswersMeanWhatTheGuideSays(t *testing.T) {
	t.Parallel()
	lost := errors.New("EOF")
	cases := []struct {
		name       string
		got        outcome
		idempotent bool
		verdict    channel.Verdict // empty: sent
		code       string
	}{
		{"taken", outcome{Answer: outhttp.Answer{Status: 200, Body: []byte(`{"message":"m9"}`)}}, false, "", ""},
		{"taken without a word", outcome{Answer: outhttp.Answer{Status: 204}}, false, "", ""},
		{"nobody there", outcome{err: &outhttp.Lost{Err: lost}}, false, channel.Retry, "own.unreachable"},
		{"the line broke", outcome{err: &outhttp.Lost{Began: true, Err: lost}}, false, channel.Ambiguous, "delivery.no_answer"},
		{"the line broke, and they know what they have had", outcome{err: &outhttp.Lost{Began: true, Err: lost}}, true, channel.Retry, "delivery.no_answer"},
		{"a proxy that waited in vain", outcome{Answer: outhttp.Answer{Status: 504}}, false, channel.Ambiguous, "delivery.no_answer"},
		{"a wrong key", outcome{Answer: outhttp.Answer{Status: 401}}, false, channel.Reconnect, "own.reconnect"},
		{"a wrong address", outcome{Answer: outhttp.Answer{Status: 404}}, false, channel.Reconnect, "own.reconnect"},
		{"moved", outcome{Answer: outhttp.Answer{Status: 301}}, false, channel.Reconnect, "own.reconnect"},
		{"a closed window", outcome{Answer: outhttp.Answer{Status: 409}}, false, channel.WindowClosed, "reply.window_closed"},
		{"a thread that is gone", outcome{Answer: outhttp.Answer{Status: 410}}, false, channel.Permanent, "own.gone"},
		{"refused", outcome{Answer: outhttp.Answer{Status: 422, Body: []byte(`{"reason":"blocked"}`)}}, false, channel.Permanent, "own.refused"},
		{"malformed, they say", outcome{Answer: outhttp.Answer{Status: 400}}, false, channel.Permanent, "own.refused"},
		{"too fast", outcome{Answer: outhttp.Answer{Status: 429, RetryAfter: time.Minute}}, false, channel.Retry, "own.busy"},
		{"in maintenance", outcome{Answer: outhttp.Answer{Status: 503}}, false, channel.Retry, "own.busy"},
		{"failed", outcome{Answer: outhttp.Answer{Status: 500}}, false, channel.Retry, "own.failing"},
	}
	for _, c := range cases {
		answer, err := c.got.judge(Settings{Idempotent: c.idempotent})
		f, _ := errors.AsType[*channel.Failure](err)
		switch {
		case c.verdict == "" && (err != nil || c.got.Status == http.StatusOK && answer.Message != "m9"):
			t.Errorf("%s: %+v %v", c.name, answer, err)
		case c.verdict != "" && (f == nil || f.Verdict != c.verdict || f.Code != c.code):
			t.Errorf("%s: %v", c.name, err)
		case c.name == "too fast" && f.After != time.Minute, c.name == "refused" && f.Words != "blocked":
			t.Errorf("%s: %+v", c.name, f)
		}
	}
}

func TestSettingsNameWhatIsWrong(t *testing.T) {
	t.Parallel()
	for config, path := range map[string]string{
		`{}`: "",
		`{"url":"https://shop.example/zongler","can":{"text_limit":500},"window_hours":24}`: "",
		`[]`:                              "config",
		`{"url":"ftp://shop.example"}`:    "settings.url",
		`{"url":"https://a:b@x.example"}`: "settings.url",
		`{"icon":"skull"}`:                "settings.icon",
		`{"color":"red"}`:                 "settings.color",
		`{"can":{"text_limit":-1}}`:       "settings.can.text_limit",
		`{"can":{"files":99}}`:            "settings.can.files",
		`{"window_hours":100000}`:         "settings.window_hours",
	} {
		normal, err := NewAdapter().CheckConfig([]byte(config))
		told := errs.Told(err)
		if path == "" && err != nil || path != "" && (told == nil || told.Fields[0].Path != path) {
			t.Errorf("%s: %s %v", config, normal, err)
		}
	}
	if c := NewAdapter().CapabilitiesOf(point(t, Settings{URL: "https://shop.example", WindowHours: 24})); c.TextLimit != TextUsual || c.Window != 24*time.Hour || c.OwnEdits {
		t.Errorf("%+v", c)
	}
}

func TestAChannelThatOnlyListensCanBeAskedNothing(t *testing.T) {
	t.Parallel()
	s := able()
	s.Can.OwnEdits, s.Can.Hides = true, true
	c := NewAdapter().CapabilitiesOf(point(t, s))
	for _, act := range channel.Acts() {
		if c.Can(act) {
			t.Errorf("it can be asked to %s", act)
		}
	}
	if !c.Edits || !c.Receipts {
		t.Error("it tells of nothing any more")
	}
}

// A key is good until a day after there is another, and never beyond.
func TestKeysOverlapForADay(t *testing.T) {
	t.Parallel()
	now := time.Now()
	k := keyRow{Heard: "a", Said: "x"}
	k.rotate(heard, "b", now)
	for at, want := range map[time.Time]string{now: "[b a]", now.Add(rotation - time.Second): "[b a]", now.Add(rotation): "[b]"} {
		if got := fmt.Sprint(k.of(heard, at)); got != want {
			t.Errorf("%s: %s, want %s", at.Sub(now), got, want)
		}
	}
	if got := fmt.Sprint(k.of(spoken, now)); got != "[x]" {
		t.Errorf("the other way has %s", got)
	}
	if got := (keyRow{}).of(heard, now); got != nil {
		t.Errorf("a channel without keys has %v", got)
	}
}

// FuzzEvents proves that no bytes break the parser, and that what it takes can be read again.
func FuzzEvents(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte(`{"events":[` + good + `,{"id":"e2","type":"receipt","our_id":"9","state":"read"}]}`))
	f.Add([]byte(`{"events":null,"id":"x","type":"edit"}`))
	for _, c := range publicCases() {
		f.Add([]byte(c.event))
	}
	f.Add([]byte(`{"id":"\u0000","type":"message","files":[{"id":"1"},{"url":"//"}],"at":"0001-01-01T00:00:00Z"}`))
	private, public := point(f, able()), point(f, openToAll())
	f.Fuzz(func(t *testing.T, body []byte) {
		splits(t, private, body)
		splits(t, public, body)
	})
}

// splits fails where a body is taken apart wrongly.
func splits(t *testing.T, p channel.EntryPoint, body []byte) {
	t.Helper()
	a, public := NewAdapter(), NewAdapter().CapabilitiesOf(p).Public
	all, err := a.Split(p, body)
	if err != nil && !errs.Is(errs.Invalid, err) {
		t.Fatal(err)
	}
	for _, one := range all {
		if one.ID == "" || strings.ContainsRune(one.ID+one.Lane+string(one.Kind), 0) || !bytes.Contains(body, one.Raw) {
			t.Fatalf("%+v", one)
		}
		in, err := a.Read(p, one.Raw)
		if (err == nil) != (one.Err == nil) {
			t.Fatalf("split says %v, read says %v", one.Err, err)
		}
		if err != nil {
			continue
		}
		if in.Validate() != nil || in.EntryPoint != p.ID {
			t.Fatalf("%+v: %v", in, in.Validate())
		}
		if said := in.Kind == channel.KindMessage || in.Kind == channel.KindEcho || in.Kind == channel.KindPost; said && (in.Post != "") != public {
			t.Fatalf("it is public: %v, and stands under %q", public, in.Post)
		}
	}
}
