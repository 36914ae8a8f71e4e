package whatsapp

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/internal/errs"
)

// ourNumber is the number of the vectors.
func ourNumber() channel.EntryPoint {
	return channel.EntryPoint{Tenant: 1, ID: 7, Brand: 2, Channel: channel.WhatsApp, Address: "106540352242922", Config: []byte(`{}`), Active: true}
}

// wanted is what a vector says of one thing that a body tells of.
type wanted struct {
	Kind       string            `json:"kind"`
	Address    string            `json:"address,omitempty"` // where it is another than that of the number
	ExternalID string            `json:"external_id,omitempty"`
	Thread     string            `json:"thread,omitempty"`
	Target     string            `json:"target,omitempty"`
	Entry      string            `json:"entry,omitempty"`
	Sender     string            `json:"sender,omitempty"`
	Name       string            `json:"name,omitempty"`
	Phone      string            `json:"phone,omitempty"`
	Known      []string          `json:"known,omitempty"`
	Text       string            `json:"text,omitempty"`
	Words      string            `json:"words,omitempty"`
	State      string            `json:"state,omitempty"`
	Off        bool              `json:"off,omitempty"`
	Files      []string          `json:"files,omitempty"`
	Data       map[string]string `json:"data,omitempty"`
	Refused    string            `json:"refused,omitempty"`
}

// told is what a body tells of.
func told(t *testing.T, body []byte) (all []wanted) {
	t.Helper()
	pieces, err := meta.Split(body)
	if err != nil {
		t.Fatal(err)
	}
	a := NewAdapter(meta.NewClient(meta.App{}, nil), "")
	for _, p := range pieces {
		for _, one := range a.Arrive(p) {
			w := wanted{Kind: string(one.Kind)}
			if one.Address != ourNumber().Address {
				w.Address = one.Address
			}
			if one.Err != nil {
				w.Refused = errs.CodeOf(one.Err)
				all = append(all, w)
				continue
			}
			in, err := read(ourNumber(), one.Raw)
			if err != nil {
				t.Fatalf("%s: %v", one.Raw, err)
			}
			all = append(all, w.with(in))
		}
	}
	return all
}

func (w wanted) with(in channel.Inbound) wanted {
	w.ExternalID, w.Thread, w.Target, w.Text, w.Words, w.State, w.Off, w.Data = in.ExternalID, in.Thread, in.Target, in.Text, in.Words, string(in.State), in.Off, in.Data
	if strings.HasPrefix(w.ExternalID, "sha256:") { // it is named by its bytes
		w.ExternalID = "*"
	}
	w.Sender, w.Name, w.Phone = in.Sender.ExternalID, in.Sender.DisplayName, in.Sender.Phone
	if in.Entry != 0 {
		w.Entry = in.Entry.String()
	}
	for _, k := range in.Known {
		w.Known = append(w.Known, k.ExternalID)
	}
	for _, f := range in.Remote {
		w.Files = append(w.Files, f.Name+" "+f.URL)
	}
	return w
}

type vector struct {
	Name   string          `json:"name"`
	Source string          `json:"source"`
	Body   json.RawMessage `json:"body"`
	Want   []wanted        `json:"want"`
}

func vectors(tb testing.TB) (all []vector) {
	tb.Helper()
	raw, err := os.ReadFile("testdata/vectors.json")
	if err == nil {
		err = json.Unmarshal(raw, &all)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return all
}

// What Meta's description and documents show is understood as it is meant.
func TestMetasExamplesAreUnderstood(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			for what, body := range map[string][]byte{"as it stands": v.Body, "escaped": metatest.Escaped(compact(t, v.Body))} {
				got := told(t, body)
				if !reflect.DeepEqual(got, v.Want) {
					text, _ := json.Marshal(got) //nolint:errchkjson // texts
					t.Errorf("%s: %s", what, text)
				}
			}
		})
	}
}

func compact(t *testing.T, raw []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The same event has the same name, whatever stands beside it in a body.
func TestAnEventIsNamedByWhatItTells(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		names := map[string]bool{}
		pieces, err := meta.Split(v.Body)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pieces {
			for _, one := range split(p) {
				if one.Err == nil && names[one.ID] {
					t.Errorf("%s: %s is there twice", v.Name, one.ID)
				}
				names[one.ID] = true
				again := arrival(ourNumber(), one.Raw)
				if one.Err == nil && (again.ID != one.ID || again.Err != nil) {
					t.Errorf("%s: read again it is %s, not %s", v.Name, again.ID, one.ID)
				}
			}
		}
	}
}

// FuzzEvents proves that no bytes break the reader, and that what it accepts is whole.
func FuzzEvents(f *testing.F) {
	for _, v := range vectors(f) {
		pieces, err := meta.Split(v.Body)
		if err != nil {
			f.Fatal(err)
		}
		for _, p := range pieces {
			f.Add(p.Raw)
			for _, one := range split(p) {
				f.Add(one.Raw)
			}
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, one := range split(meta.Piece{Object: "whatsapp_business_account", Account: "1", Field: "messages", Raw: raw}) {
			if one.ID == "" || one.Channel != channel.WhatsApp {
				t.Fatalf("%+v", one)
			}
		}
		in, err := read(ourNumber(), raw)
		if err != nil && !errs.Is(errs.Invalid, err) {
			t.Fatal(err)
		}
		if err == nil && strings.Contains(in.Sender.Phone, ".") {
			t.Fatalf("an id stands where a number belongs: %+v", in.Sender)
		}
	})
}
