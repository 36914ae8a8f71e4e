package instagram

import (
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
)

// Meta fetches files from us: only where it can reach us, and pictures only of a size that it takes.
func TestFilesAreGivenWhereMetaCanFetchThem(t *testing.T) {
	t.Parallel()
	clients := Clients{Facebook: meta.NewClient(meta.App{ID: "1", Secret: "hush"}, nil)}
	out := channel.Outgoing{EntryPoint: channel.EntryPoint{Address: "17841405822304914"}}
	for _, c := range []struct {
		base string
		file channel.File
		code string
	}{
		{"https://desk.example/", channel.File{ID: 5, Type: "image/png", Size: imageBytes}, ""},
		{"https://desk.example", channel.File{ID: 5, Type: "image/png", Size: imageBytes + 1}, "instagram.image_size"},
		{"https://desk.example", channel.File{ID: 5, Type: "application/pdf", Size: imageBytes + 1}, ""},
		{"http://desk.example", channel.File{ID: 5, Type: "image/png"}, "meta.no_address"},
		{"", channel.File{ID: 5, Type: "image/png"}, "meta.no_address"},
	} {
		payload, err := NewAdapter(clients, c.base).link(t.Context(), out, c.file)
		switch {
		case c.code != "":
			if f := channel.Judge(err); f.Code != c.code || f.Verdict != channel.Permanent {
				t.Errorf("%+v: %v", c, err)
			}
		case err != nil || !strings.HasPrefix(payload.URL, "https://desk.example/hooks/meta/files/17841405822304914/5?"):
			t.Errorf("%+v: %q %v", c, payload.URL, err)
		}
	}
}

func TestOnlyWithLeaveMayPeopleAnswerLate(t *testing.T) {
	t.Parallel()
	p := channel.EntryPoint{ID: 7, Channel: channel.Instagram, Address: "1", Config: []byte(`{"login":"instagram"}`)}
	if can := NewAdapter(Clients{}, "").CapabilitiesOf(p); can.PersonWindow != 0 || can.TextBytes != textBytes {
		t.Errorf("%+v", can)
	}
	p.Config = []byte(`{"human_agent":true}`)
	if can := NewAdapter(Clients{}, "").CapabilitiesOf(p); can.PersonWindow == 0 || can.ForRules().PersonWindow != 0 {
		t.Errorf("%+v", can)
	}
}
