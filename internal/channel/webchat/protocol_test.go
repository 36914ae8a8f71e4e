package webchat

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/errs"
)

// examples are the messages that the widget's own tests read too.
type examples struct {
	Client  []json.RawMessage `json:"client"`
	Server  []json.RawMessage `json:"server"`
	Refused []struct {
		Why    string            `json:"why"`
		Frame  json.RawMessage   `json:"frame"`
		Code   string            `json:"code"`
		Fields map[string]string `json:"fields"`
	} `json:"refused"`
	Bodies map[string]json.RawMessage `json:"bodies"`
}

func readExamples(tb testing.TB) examples {
	tb.Helper()
	raw, err := os.ReadFile("testdata/protocol.json")
	if err != nil {
		tb.Fatal(err)
	}
	var e examples
	if err := json.Unmarshal(raw, &e); err != nil {
		tb.Fatal(err)
	}
	return e
}

func TestFramesOfVisitorsSurviveTheRoundTrip(t *testing.T) {
	t.Parallel()
	for _, raw := range readExamples(t).Client {
		m, err := DecodeClient(raw)
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		again, err := Encode(m)
		if err != nil {
			t.Fatal(err)
		}
		if second, err := DecodeClient(again); err != nil || !reflect.DeepEqual(second, m) {
			t.Errorf("%s became %s (%v)", raw, again, err)
		}
	}
}

func TestFramesOfTheServerAreWrittenAsInTheExamples(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, raw := range readExamples(t).Server {
		var f frame
		if err := json.Unmarshal(raw, &f); err != nil {
			t.Fatal(err)
		}
		m := newServerMessage(f.Type)
		if m == nil {
			t.Errorf("nobody writes %q", f.Type)
			continue
		}
		seen[f.Type] = true
		strict(t, f.Data, m)
		got, err := Encode(m)
		if err != nil {
			t.Fatal(err)
		}
		equalJSON(t, got, raw)
	}
	for _, m := range serverMessages() {
		if !seen[m.FrameType()] {
			t.Errorf("no example of %q", m.FrameType())
		}
	}
}

func TestBodiesAreWrittenAsInTheExamples(t *testing.T) {
	t.Parallel()
	into := map[string]any{
		"config": &Config{}, "visitor_request": &VisitorRequest{}, "visitor_answer": &VisitorAnswer{},
		"entries": &Entries{}, "offline_request": &OfflineRequest{}, "offline_answer": &OfflineAnswer{},
	}
	bodies := readExamples(t).Bodies
	if len(bodies) != len(into) {
		t.Errorf("%d bodies have examples, want %d", len(bodies), len(into))
	}
	for name, raw := range bodies {
		strict(t, raw, into[name])
		got, err := json.Marshal(into[name])
		if err != nil {
			t.Fatal(err)
		}
		equalJSON(t, got, raw)
		if v, ok := into[name].(interface{ Validate() error }); ok {
			if err := v.Validate(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestRefusedFramesNameWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, tt := range readExamples(t).Refused {
		t.Run(tt.Why, func(t *testing.T) {
			t.Parallel()
			_, err := DecodeClient(tt.Frame)
			if !errs.Is(errs.Invalid, err) || errs.CodeOf(err) != tt.Code {
				t.Fatalf("got %v, want %s", err, tt.Code)
			}
			got := fieldsOf(err)
			if len(got) != len(tt.Fields) || len(got) > 0 && !reflect.DeepEqual(got, tt.Fields) {
				t.Errorf("fields %v, want %v", got, tt.Fields)
			}
		})
	}
}

func TestLimitsAreTheLastThatPass(t *testing.T) {
	t.Parallel()
	say := func(text string) []byte {
		raw, err := Encode(&Say{CID: "c0ffee03", Conversation: 1, Text: text})
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	if _, err := DecodeClient(say(strings.Repeat("ő", TextMax))); err != nil {
		t.Errorf("a text of exactly %d characters: %v", TextMax, err)
	}
	if _, err := DecodeClient(say(strings.Repeat("🙂", TextMax))); err != nil {
		t.Errorf("%d emoji: %v", TextMax, err)
	}
	if _, err := DecodeClient(say(strings.Repeat("ő", TextMax+1))); fieldsOf(err)["text"] != FieldTooLong {
		t.Errorf("one more: %v", err)
	}
	if _, err := DecodeClient(make([]byte, FrameMax+1)); errs.CodeOf(err) != CodeTooLarge {
		t.Errorf("too many bytes: %v", err)
	}
	if _, err := DecodeClient([]byte(`{"type":"ping"} {"type":"ping"}`)); errs.CodeOf(err) != CodeMalformed {
		t.Errorf("two frames in one: %v", err)
	}
}

func TestPrechatIsCheckedAgainstItsForm(t *testing.T) {
	t.Parallel()
	form := PrechatForm{
		Consent: &Consent{Version: "1", Text: "I agree."},
		Fields: []FormField{
			{Name: "name", Kind: FieldText, Required: true},
			{Name: "mail", Kind: FieldEmail},
			{Name: "topic", Kind: FieldChoice, Options: []Option{{Value: "fault"}}},
		},
	}
	tests := []struct {
		why    string
		fields map[string]string
		agreed bool
		want   string
	}{
		{"all that is needed", map[string]string{"name": "Réka"}, true, ""},
		{"everything", map[string]string{"name": "Réka", "mail": "r@example.hu", "topic": "fault"}, true, ""},
		{"no name", map[string]string{"name": " "}, true, "fields.name required"},
		{"no such mail address", map[string]string{"name": "Réka", "mail": "reka@localhost"}, true, "fields.mail format.email"},
		{"a name beside the address", map[string]string{"name": "Réka", "mail": "R <r@example.hu>"}, true, "fields.mail format.email"},
		{"a choice nobody offered", map[string]string{"name": "Réka", "topic": "x"}, true, "fields.topic one_of"},
		{"no consent", map[string]string{"name": "Réka"}, false, CodeConsent},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			t.Parallel()
			err := form.Check(&Prechat{CID: "c0ffee01", Fields: tt.fields, Consent: tt.agreed, ConsentVersion: "1"})
			got := ""
			if err != nil {
				got = errs.CodeOf(err)
			}
			for path, code := range fieldsOf(err) {
				got = path + " " + code
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestOfflineMessagesCanBeAnswered(t *testing.T) {
	t.Parallel()
	r := OfflineRequest{Key: "w_demo", CID: "c0ffee07", Name: "", Email: "nobody", Text: ""}
	want := map[string]string{"name": FieldRequired, "email": FieldNotEmail, "text": FieldRequired}
	if got := fieldsOf(r.Validate()); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func FuzzDecodeClient(f *testing.F) {
	e := readExamples(f)
	for _, raw := range e.Client {
		f.Add([]byte(raw))
	}
	for _, r := range e.Refused {
		f.Add([]byte(r.Frame))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := DecodeClient(raw)
		if err != nil {
			if !errs.Is(errs.Invalid, err) {
				t.Fatalf("not the visitor's fault? %v", err)
			}
			return
		}
		again, err := Encode(m)
		if err != nil {
			t.Fatalf("cannot be written again: %v", err)
		}
		if _, err := DecodeClient(again); err != nil && errs.CodeOf(err) != CodeTooLarge {
			t.Fatalf("%q was taken, its own encoding %q is not: %v", raw, again, err)
		}
	})
}

// serverMessages lists one of each frame that the server writes.
func serverMessages() []Message {
	return []Message{
		&Welcome{}, &EntryFrame{}, &Opened{}, &Said{}, &Done{}, &State{},
		&AgentTyping{}, &AgentRead{}, &Delivered{}, &Fault{}, &Resync{}, &Beat{},
	}
}

func newServerMessage(kind string) Message {
	for _, m := range serverMessages() {
		if m.FrameType() == kind {
			return m
		}
	}
	return nil
}

// strict reads raw and fails on members that the type does not have.
func strict(t *testing.T, raw []byte, into any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		t.Errorf("%s: %v", raw, err)
	}
}

func equalJSON(t *testing.T, got, want []byte) {
	t.Helper()
	var g, w any
	if err := errors.Join(json.Unmarshal(got, &g), json.Unmarshal(want, &w)); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(g, w) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func fieldsOf(err error) map[string]string {
	out := map[string]string{}
	if told := errs.Told(err); told != nil {
		for _, f := range told.Fields {
			out[f.Path] = f.Code
		}
	}
	return out
}
