package channel_test

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/secret"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

const (
	operator = id.Tenant(1)
	fala     = id.Brand(11)
	vasarfia = id.Brand(12)
	line     = id.Queue(21)
)

// chat is an adapter that takes everything; its entry points need a title.
type chat struct{}

func (chat) Channel() channel.Name { return channel.Webchat }

func (chat) Capabilities() channel.Capabilities {
	return channel.Capabilities{TextLimit: 10, Attachments: 1, AttachmentBytes: 1 << 20, AttachmentTypes: []string{"image/png"}}
}

func (chat) Send(context.Context, channel.Outgoing) (channel.Sent, error) { return channel.Sent{}, nil }

func (chat) CheckConfig(config []byte) ([]byte, error) {
	var c struct {
		Title string `json:"title"`
	}
	if err := json.Unmarshal(config, &c); err != nil || c.Title == "bad" {
		return nil, errs.Fields("chat", errs.Field{Path: "config.title", Code: "required"})
	}
	return json.Marshal(c)
}

// things are the brands and the queue of every tenant of a test.
type things struct{}

func (things) HasBrand(_ context.Context, _ db.Queryer, _ id.Tenant, b id.Brand) (bool, error) {
	return b == fala || b == vasarfia, nil
}

func (things) HasQueue(_ context.Context, _ db.Queryer, _ id.Tenant, b id.Brand, q id.Queue) (bool, error) {
	return b == fala && q == line, nil
}

// withoutQueues are things whose queues were all archived.
type withoutQueues struct{ things }

func (withoutQueues) HasQueue(context.Context, db.Queryer, id.Tenant, id.Brand, id.Queue) (bool, error) {
	return false, nil
}

func points(t *testing.T, d *db.DB) *channel.EntryPoints {
	t.Helper()
	return channel.NewEntryPoints(d, channel.NewRegistry(chat{}), things{}, things{}, box(t))
}

func box(t *testing.T) *secret.Box {
	t.Helper()
	made, err := secret.LoadFile(filepath.Join(t.TempDir(), "secret.key"))
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func widget() channel.NewEntryPoint {
	return channel.NewEntryPoint{Brand: fala, Channel: channel.Webchat, Name: " Czat ", Config: json.RawMessage(`{"title":"Pomoc","more":1}`), Queue: line}
}

func TestAnEntryPointIsMadeFoundAndChanged(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := points(t, d), dbtest.As(t, operator)
		p, err := s.Create(ctx, widget())
		if err != nil || p.Name != "Czat" || len(p.Address) < 20 || string(p.Config) != `{"title":"Pomoc"}` || !p.Open() {
			t.Fatalf("%+v %v", p, err)
		}
		found, err := s.ByAddress(t.Context(), channel.Webchat, p.Address)
		if err != nil || found.ID != p.ID || found.Tenant != operator || found.Queue != line || found.Brand != fala {
			t.Errorf("%+v %v", found, err)
		}
		if none, err := s.Secret(p); none != "" || err != nil {
			t.Errorf("a secret before there is one: %q, %v", none, err)
		}
		hidden, err := s.RotateSecret(ctx, p.ID)
		if err != nil || len(hidden) < 40 {
			t.Fatalf("%q %v", hidden, err)
		}
		if p, err = s.Lookup(ctx, d, operator, p.ID); err != nil || p.Sealed == "" || strings.Contains(p.Sealed, hidden) {
			t.Errorf("stored as %q, %v", p.Sealed, err)
		}
		other := p
		other.ID++
		if opened, err := s.Secret(other); err == nil {
			t.Errorf("opens for another entry point: %q", opened)
		}
		if n, err := db.One[int](ctx, d, `SELECT COUNT(*) FROM audit WHERE changes LIKE $1`, "%"+hidden+"%"); n != 0 || err != nil {
			t.Errorf("the secret is in the log (%v)", err)
		}
		name := "Chat"
		if p, err = s.Update(ctx, p.ID, channel.EntryPointPatch{Name: &name, Active: new(false)}); err != nil || p.Open() {
			t.Errorf("%+v %v", p, err)
		}
		if opened, err := s.Secret(p); opened != hidden || err != nil {
			t.Errorf("the secret after a change: %q, %v", opened, err)
		}
		if list, err := s.List(ctx, channel.EntryPointFilter{Query: "CHA", Brand: fala, Channel: channel.Webchat, Limit: 5}); err != nil || len(list) != 1 {
			t.Errorf("%d, %v", len(list), err)
		}
		if _, err := s.Archive(ctx, p.ID); err != nil {
			t.Fatal(err)
		}
		if list, err := s.List(ctx, channel.EntryPointFilter{Limit: 5}); err != nil || len(list) != 0 {
			t.Errorf("%d, %v", len(list), err)
		}
		if n, err := db.One[int](ctx, d, `SELECT COUNT(*) FROM fact WHERE subject = $1`, int64(p.ID)); n != 4 || err != nil {
			t.Errorf("%d facts, %v", n, err)
		}
	})
}

func TestAnEntryPointOutlivesItsQueue(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, operator)
		p, err := points(t, d).Create(ctx, widget())
		if err != nil {
			t.Fatal(err)
		}
		s := channel.NewEntryPoints(d, channel.NewRegistry(chat{}), withoutQueues{}, withoutQueues{}, box(t))
		_, off := s.Update(ctx, p.ID, channel.EntryPointPatch{Active: new(false), Queue: new(line)})
		_, secret := s.RotateSecret(ctx, p.ID)
		_, archive := s.Archive(ctx, p.ID)
		_, restore := s.Restore(ctx, p.ID)
		for what, err := range map[string]error{"switched off": off, "given a new secret": secret, "archived": archive, "restored": restore} {
			if err != nil {
				t.Errorf("it cannot be %s: %v", what, err)
			}
		}
		if _, err := s.Update(ctx, p.ID, channel.EntryPointPatch{Queue: new(line + 1)}); !errs.Is(errs.Invalid, err) {
			t.Errorf("another queue that is gone gives %v", err)
		}
		if _, err := s.Update(ctx, p.ID, channel.EntryPointPatch{Config: new(json.RawMessage(`{"title":"bad"}`))}); !errs.Is(errs.Invalid, err) {
			t.Errorf("a bad config gives %v", err)
		}
	})
}

func TestHealthIsNewsOnlyOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := points(t, d), dbtest.As(t, operator)
		p, err := s.Create(ctx, widget())
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []bool{true, false} {
			if news, err := s.SetHealth(ctx, p.ID, channel.Failing, "channel.no_access"); news != want || err != nil {
				t.Errorf("news %v, want %v (%v)", news, want, err)
			}
		}
		if n, err := db.One[int](ctx, d, `SELECT COUNT(*) FROM audit WHERE action = 'entry_point.health' AND changes LIKE '%"before":"ok","after":"failing"%'`); n != 1 || err != nil {
			t.Errorf("the log tells of %d changes from ok to failing (%v)", n, err)
		}
		if p, err = s.Get(ctx, p.ID); err != nil || p.Health != channel.Failing || p.HealthAt.IsZero() {
			t.Errorf("%+v %v", p, err)
		}
	})
}

func TestBadEntryPointsAreRefused(t *testing.T) {
	t.Parallel()
	s, ctx := points(t, dbtest.SQLite(t)), dbtest.As(t, operator)
	cases := []struct {
		name   string
		change func(p *channel.NewEntryPoint)
		path   string
	}{
		{"no name", func(p *channel.NewEntryPoint) { p.Name = "" }, "name"},
		{"a channel that nobody speaks", func(p *channel.NewEntryPoint) { p.Channel, p.Address = channel.SMS, "+48123456789" }, "channel"},
		{"a brand that is not there", func(p *channel.NewEntryPoint) { p.Brand, p.Queue = 99, 0 }, "brand_id"},
		{"a queue of another brand", func(p *channel.NewEntryPoint) { p.Brand = vasarfia }, "queue_id"},
		{"no JSON", func(p *channel.NewEntryPoint) { p.Config = json.RawMessage(`[`) }, "config"},
		{"what the channel refuses", func(p *channel.NewEntryPoint) { p.Config = json.RawMessage(`{"title":"bad"}`) }, "config.title"},
	}
	for _, c := range cases {
		in := widget()
		c.change(&in)
		_, err := s.Create(ctx, in)
		if told := errs.Told(err); told == nil || len(told.Fields) != 1 || told.Fields[0].Path != c.path {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestEntryPointsOfOthersAreNotFound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := points(t, d)
		p, err := s.Create(dbtest.As(t, operator), widget())
		if err != nil {
			t.Fatal(err)
		}
		rights := actor.Administrator.Rights()
		for name, a := range map[string]actor.Actor{
			"another tenant": actor.ForSystem(2),
			"another brand":  {Kind: actor.User, Tenant: operator, Rights: rights, Brands: actor.Brands{Some: []id.Brand{vasarfia}}},
		} {
			ctx := actor.With(t.Context(), a)
			_, get := s.Get(ctx, p.ID)
			_, change := s.Archive(ctx, p.ID)
			_, rotate := s.RotateSecret(ctx, p.ID)
			list, err := s.List(ctx, channel.EntryPointFilter{Limit: 5})
			if !errs.Is(errs.NotFound, get) || !errs.Is(errs.NotFound, change) || !errs.Is(errs.NotFound, rotate) || len(list) != 0 || err != nil {
				t.Errorf("%s: %v %v %v %d %v", name, get, change, rotate, len(list), err)
			}
		}
		ctx := actor.With(t.Context(), actor.Actor{Kind: actor.User, Tenant: operator, Rights: rights, Brands: actor.Brands{Some: []id.Brand{vasarfia}}})
		if _, err := s.Create(ctx, widget()); !errs.Is(errs.Invalid, err) {
			t.Errorf("made for another brand: %v", err)
		}
	})
}

func inbound() channel.Inbound {
	now := time.Now()
	return channel.Inbound{
		EntryPoint: 5, Kind: channel.KindMessage, ExternalID: "m1", Thread: "t1", Text: "Dzień dobry", OccurredAt: now, ReceivedAt: now,
		Sender: channel.Party{Provider: "webchat", ExternalID: "v1", DisplayName: "Anna Wiśniewska"},
	}
}

func TestInboundIsChecked(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		change func(in *channel.Inbound)
		path   string // empty: good
	}{
		{"a message", func(*channel.Inbound) {}, ""},
		{"a file without words", func(in *channel.Inbound) { in.Text, in.Files = "", []channel.File{{Name: "a.png"}} }, ""},
		{"nothing at all", func(in *channel.Inbound) { in.Text = "" }, "text"},
		{"no name of the provider's", func(in *channel.Inbound) { in.ExternalID = "" }, "external_id"},
		{"no sender", func(in *channel.Inbound) { in.Sender.ExternalID = "" }, "sender.external_id"},
		{"a reaction to nothing", func(in *channel.Inbound) { in.Kind = channel.KindReaction }, "target"},
		{"an unknown kind", func(in *channel.Inbound) { in.Kind, in.Target = "note", "m0" }, "kind"},
		{"too long", func(in *channel.Inbound) { in.Text = strings.Repeat("ż", channel.MaxInboundText+1) }, "text"},
		{"broken UTF-8", func(in *channel.Inbound) { in.Text = "\xff" }, "text"},
		{"from the far future", func(in *channel.Inbound) { in.OccurredAt = in.ReceivedAt.Add(48 * time.Hour) }, "occurred_at"},
		{"line breaks in a name", func(in *channel.Inbound) { in.Sender.DisplayName = "a\r\nb" }, "sender.display_name"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := inbound()
			c.change(&in)
			err := in.Validate()
			if c.path == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if told := errs.Told(err); told == nil || len(told.Fields) != 1 || told.Fields[0].Path != c.path {
				t.Errorf("got %v, want %s", err, c.path)
			}
		})
	}
}

func FuzzInboundNeverPanics(f *testing.F) {
	f.Add([]byte(`{"Kind":"message","Text":"x","Sender":{"Provider":"webchat"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var in channel.Inbound
		if json.Unmarshal(data, &in) == nil {
			if err := in.Validate(); err != nil && !errs.Is(errs.Invalid, err) {
				t.Error(err)
			}
		}
	})
}

func TestCapabilitiesRefuseWhatTheChannelCannotCarry(t *testing.T) {
	t.Parallel()
	c := chat{}.Capabilities()
	png := channel.File{Name: "a.png", Type: "image/png", Size: 5}
	cases := []struct {
		name  string
		text  string
		files []channel.File
		code  string
	}{
		{"words", "Dzień dobr", nil, ""},
		{"a picture", "", []channel.File{png}, ""},
		{"nothing", "", nil, "required"},
		{"too many letters", "Dzień dobry", nil, "length.max"},
		{"too many files", "", []channel.File{png, png}, "items.max"},
		{"a great file", "", []channel.File{{Name: "b.png", Type: "image/png", Size: 2 << 20}}, "attachment.too_large"},
		{"another type", "", []channel.File{{Name: "a.exe", Type: "application/x-msdownload"}}, "attachment.type"},
	}
	for _, x := range cases {
		err := c.Check("test", x.text, x.files)
		if x.code == "" && err != nil || x.code != "" && (err == nil || errs.Told(err).Fields[0].Code != x.code) {
			t.Errorf("%s: %v", x.name, err)
		}
	}
}

func TestWhatNobodyJudgedIsAmbiguous(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]channel.Verdict{
		channel.Fail(channel.Retry, "delivery.busy", nil): channel.Retry,
		errors.New("EOF"):        channel.Ambiguous,
		context.DeadlineExceeded: channel.Ambiguous,
	} {
		if got := channel.Judge(err); got.Verdict != want {
			t.Errorf("%v: %s", err, got.Verdict)
		}
	}
}

func TestTheRegistryHoldsEachChannelOnce(t *testing.T) {
	t.Parallel()
	r := channel.NewRegistry(chat{})
	if a, ok := r.Adapter(channel.Webchat); !ok || a.Channel() != channel.Webchat || len(r.Names()) != 1 || r.Capabilities(channel.SMS).TextLimit != 0 {
		t.Error("not found")
	}
	defer func() {
		if recover() == nil {
			t.Error("two adapters for one channel")
		}
	}()
	channel.NewRegistry(chat{}, chat{})
}

func TestEnvelopesAreChecked(t *testing.T) {
	t.Parallel()
	can := channel.Capabilities{Subject: true, Recipients: 2}
	cases := []struct {
		name string
		e    channel.Envelope
		path string
	}{
		{"an address with a name is good", channel.Envelope{To: []string{"Ola <ola@b.example>"}}, ""},
		{"a line end in an address", channel.Envelope{Cc: []string{"ola@b.example\r\nBcc: x@y.example"}}, "cc"},
		{"two addresses in one", channel.Envelope{Bcc: []string{"a@b.example, c@d.example"}}, "bcc"},
		{"a line end in the subject", channel.Envelope{Subject: "a\nTo: x@y.example"}, "subject"},
		{"too many", channel.Envelope{To: []string{"a@b.example"}, Cc: []string{"a@b.example"}, Bcc: []string{"a@b.example"}}, "to"},
	}
	for _, c := range cases {
		told := errs.Told(can.CheckEnvelope("test", c.e))
		if c.path == "" && told != nil || c.path != "" && (told == nil || told.Fields[0].Path != c.path) {
			t.Errorf("%s: %v", c.name, told)
		}
	}
}
