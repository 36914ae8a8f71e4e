package messaging

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/internal/errs"
)

// ourPage is the page of the vectors.
func ourPage() At {
	p := channel.EntryPoint{Tenant: 1, ID: 7, Brand: 2, Channel: channel.Messenger, Address: "682498302938465", Config: []byte(`{}`), Active: true}
	return At{Point: p, Provider: "facebook", App: metatest.AppID}
}

type wanted struct {
	Kind       string            `json:"kind"`
	ExternalID string            `json:"external_id"`
	Thread     string            `json:"thread"`
	Target     string            `json:"target"`
	Text       string            `json:"text"`
	State      string            `json:"state"`
	Entry      string            `json:"entry"`
	To         string            `json:"to"`
	Until      int64             `json:"until"`
	Off        bool              `json:"off"`
	Quiet      bool              `json:"quiet"`
	Files      []string          `json:"files"`
	Data       map[string]string `json:"data"`
}

func asWanted(in channel.Inbound) wanted {
	w := wanted{
		Kind: string(in.Kind), ExternalID: in.ExternalID, Thread: in.Thread, Target: in.Target, Text: in.Text, State: string(in.State),
		To: in.To.ExternalID, Off: in.Off, Quiet: in.Quiet, Data: in.Data,
	}
	if in.Entry != 0 {
		w.Entry = in.Entry.String()
	}
	if !in.Until.IsZero() {
		w.Until = in.Until.UnixMilli()
	}
	for _, f := range in.Remote {
		w.Files = append(w.Files, f.Name)
	}
	return w
}

func (w wanted) equal(o wanted) bool {
	return w.Kind == o.Kind && (w.ExternalID == o.ExternalID || o.ExternalID == "*") && w.Thread == o.Thread && w.Target == o.Target && w.Text == o.Text &&
		w.State == o.State && w.Entry == o.Entry && w.To == o.To && w.Until == o.Until && w.Off == o.Off && w.Quiet == o.Quiet &&
		slices.Equal(w.Files, o.Files) && maps.Equal(w.Data, o.Data)
}

// What Meta's documents show is read as it is meant, both as it stands there and escaped as Meta posts it.
func TestWhatMetaDocumentsIsRead(t *testing.T) {
	t.Parallel()
	for file, at := range map[string]At{"testdata/vectors.json": ourPage(), "testdata/instagram.json": atInstagram()} {
		t.Run(at.Provider, func(t *testing.T) {
			t.Parallel()
			readVectors(t, file, at)
		})
	}
}

func readVectors(t *testing.T, file string, at At) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []struct {
		Name, Source, Field string
		Event               json.RawMessage
		Want                wanted
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	for _, v := range all {
		event := v.Event
		if v.Field != "" {
			event = []byte(`{"field":"` + v.Field + `","event":` + string(v.Event) + `}`)
		}
		for _, form := range [][]byte{event, metatest.Escaped(compact(t, event))} {
			in, err := Read(at, form)
			if got := asWanted(in); err != nil || !got.equal(v.Want) {
				t.Errorf("%s: %v\n got %+v\nwant %+v", v.Name, err, got, v.Want)
			}
		}
		if v.Source == "" {
			t.Errorf("%s names no source", v.Name)
		}
	}
}

func compact(t *testing.T, raw []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		t.Fatal(err)
	}
	// Escaped writes letters; a slash that is escaped already stays as it is.
	return bytes.ReplaceAll(b.Bytes(), []byte(`\/`), []byte(`/`))
}

// One person is somebody else at each page, and the page itself is nobody's customer.
func TestPeopleAreKnownWithinAPage(t *testing.T) {
	t.Parallel()
	p := ourPage()
	event := `{"sender":{"id":"55"},"recipient":{"id":"` + p.Point.Address + `"},"timestamp":1,"message":{"mid":"m","text":"x"}}`
	in, err := Read(p, []byte(event))
	if err != nil || in.Sender != (channel.Party{Provider: "facebook", Scope: p.Point.Address, ExternalID: "55"}) {
		t.Errorf("%+v %v", in.Sender, err)
	}
	other := p
	other.Point.Address = "999"
	in, err = Read(other, []byte(strings.ReplaceAll(event, p.Point.Address, other.Point.Address)))
	if err != nil || in.Sender.Scope != "999" {
		t.Errorf("%+v %v", in.Sender, err)
	}
	in, err = Read(p, []byte(`{"sender":{"id":"`+p.Point.Address+`"},"recipient":{"id":"55"},"timestamp":1,"message":{"mid":"m","text":"x"}}`))
	if err != nil || in.Kind != channel.KindEcho || in.Thread != "55" {
		t.Errorf("%+v %v", in, err)
	}
}

func TestWhatCannotBeReadSaysWhy(t *testing.T) {
	t.Parallel()
	for event, code := range map[string]string{
		`{`:    "event.malformed",
		`"x"`:  "event.malformed",
		"\xff": "event.malformed",
		`{"sender":{"id":"1"},"recipient":{"id":"2"},"timestamp":1,"dance":{}}`: "event.type",
		`{"sender":{"id":"1"},"message":{"text":"no name"}}`:                    "required",
		`{"message":{"mid":"m","text":"from nobody"}}`:                          "required",
		`{"sender":{"id":"1"},"message":"text"}`:                                "event.malformed",
		`{"field":"feed","value":{"item":"comment","verb":"add"}}`:              "event.type",
		`{"sender":{"id":"1"},"message_edit":{"text":"of nothing"}}`:            "required",
	} {
		arrival := Arrival(ourPage(), []byte(event))
		told := errs.Told(arrival.Err)
		if told == nil || told.Code != code && (len(told.Fields) == 0 || told.Fields[0].Code != code) {
			t.Errorf("%s: %v, want %s", event, arrival.Err, code)
		}
		if arrival.ID == "" || arrival.Kind == "" {
			t.Errorf("%s: it has no name: %+v", event, arrival)
		}
	}
}

// FuzzEvents proves that no bytes break the parser, and that what it takes is what the house can keep.
func FuzzEvents(f *testing.F) {
	raw, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		f.Fatal(err)
	}
	var all []struct{ Event json.RawMessage }
	if err := json.Unmarshal(raw, &all); err != nil {
		f.Fatal(err)
	}
	for _, v := range all {
		f.Add([]byte(v.Event))
		f.Add([]byte(`{"field":"standby","event":` + string(v.Event) + `}`))
	}
	f.Add([]byte(`{"field":"standby"}`))
	f.Add([]byte(`{"sender":{"id":null},"timestamp":-1,"message":{"mid":"\u0000","attachments":[{}]}}`))
	p := ourPage()
	f.Fuzz(func(t *testing.T, raw []byte) {
		arrival := Arrival(p, raw)
		if arrival.Err != nil && !errs.Is(errs.Invalid, arrival.Err) {
			t.Fatal(arrival.Err)
		}
		if arrival.ID == "" || arrival.Kind == "" {
			t.Fatalf("%+v", arrival)
		}
		if arrival.Err != nil {
			return
		}
		in, err := Read(p, raw)
		if err != nil {
			t.Fatal(err)
		}
		if err := in.Validate(); err != nil {
			t.Fatal(err)
		}
	})
}

// atInstagram is the account of the vectors of Instagram.
func atInstagram() At {
	p := channel.EntryPoint{Tenant: 1, ID: 7, Brand: 2, Channel: channel.Instagram, Address: "17841405822304914", Config: []byte(`{}`), Active: true}
	return At{Point: p, Provider: "instagram", Forgets: true}
}

// What somebody takes back at Instagram is named with all that has said it, so that nothing of it stays.
func TestWhatIsTakenBackAtInstagramIsForgotten(t *testing.T) {
	t.Parallel()
	event := `{"sender":{"id":"55"},"recipient":{"id":"17841405822304914"},"timestamp":1,"message":{"mid":"m1","is_deleted":true}}`
	in, err := Read(atInstagram(), []byte(event))
	if err != nil || in.Kind != channel.KindDeletion || in.Target != "m1" || !slices.Contains(in.Unsaid, "message m1") || !slices.Contains(in.Unsaid, "edit edit m1 1") {
		t.Errorf("%+v %v", in, err)
	}
	for name, said := range map[string]string{
		"message m1":     `"message":{"mid":"m1","text":"x"}`,
		"edit edit m1 1": `"message_edit":{"mid":"m1","text":"x","num_edit":1}`,
	} {
		raw := []byte(`{"sender":{"id":"55"},"recipient":{"id":"17841405822304914"},"timestamp":1,` + said + `}`)
		if arrival := Arrival(atInstagram(), raw); arrival.ID != name || arrival.Err != nil {
			t.Errorf("%q %v, want %q", arrival.ID, arrival.Err, name)
		}
	}
	at := atInstagram()
	at.Forgets = false
	if in, err := Read(at, []byte(event)); err != nil || len(in.Unsaid) > 0 {
		t.Errorf("%+v %v", in, err)
	}
}
