package feed

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/clip"
)

// Adapter is the channel.
type Adapter struct {
	http *http.Client // which guards and bounds calls and follows no redirect; nil where nobody is called
}

var (
	_ channel.Adapter         = (*Adapter)(nil)
	_ channel.Connecting      = (*Adapter)(nil)
	_ channel.Configurable    = (*Adapter)(nil)
	_ channel.Fetching        = (*Adapter)(nil)
	_ channel.WebhookReceiver = (*Adapter)(nil)
)

// Bounds of a feed.
const (
	MaxBody    = 5 << 20 // bytes
	maxAddress = 400     // characters
)

// New returns the adapter, which reads feeds through c.
func New(c *http.Client) *Adapter { return &Adapter{http: c} }

// Channel returns feed.
func (*Adapter) Channel() channel.Name { return channel.Feed }

// Capabilities says that everybody reads it, and that nothing can be written.
func (*Adapter) Capabilities() channel.Capabilities {
	return channel.Capabilities{Public: true, Edits: true, Deletions: true}
}

// Send refuses: a feed is read.
func (*Adapter) Send(context.Context, channel.Outgoing) (channel.Sent, error) {
	return channel.Sent{}, channel.Cannot(channel.ActSend)
}

// Settings is what an entry point of the channel keeps as its config.
type Settings struct {
	URL   string `json:"url"`
	Words string `json:"words,omitempty"` // parted by commas; empty: everything is told
}

func parseSettings(config []byte) (Settings, error) {
	var s Settings
	if err := json.Unmarshal(config, &s); err != nil {
		return s, errs.Fields("feed.parseSettings", errs.Field{Path: "settings", Code: "type.object"})
	}
	return s, nil
}

// CheckConfig checks settings and returns them in their normal form.
func (*Adapter) CheckConfig(config []byte) ([]byte, error) {
	s, err := parseSettings(config)
	if err != nil {
		return nil, err
	}
	if !readable(s.URL) {
		return nil, channel.Wrong("feed.CheckConfig", "url", "feed.address", nil)
	}
	return json.Marshal(s)
}

// readable reports whether an address can be that of a feed.
func readable(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}

const tryFeed = "feed"

// Form describes what a feed is connected with.
func (*Adapter) Form() channel.Form {
	return channel.Form{
		Fields: []channel.FormField{
			{Key: "url", Kind: channel.FieldText, Required: true, Fixed: true, Most: maxAddress, Example: "https://example.com/feed.xml"},
			{Key: "words", Kind: channel.FieldText, Most: 1000, Example: "Fala, dostawa, reklamacja"},
		},
		Guide: []channel.GuideStep{{Step: "find"}},
		Tries: []string{tryFeed},
	}
}

// Prove reads the feed. It is connected once in an organisation.
func (a *Adapter) Prove(ctx context.Context, in channel.Entered) (channel.Proof, error) {
	const op = "feed.Prove"
	s, err := parseSettings(in.Config)
	if err != nil {
		return channel.Proof{}, err
	}
	s.URL = strings.TrimSpace(s.URL)
	if !readable(s.URL) {
		return channel.Proof{}, channel.Wrong(op, "url", "feed.address", nil)
	}
	got, err := a.read(ctx, cursor{URL: s.URL})
	if err != nil {
		return channel.Proof{}, channel.Wrong(op, "url", failureOf(err).Code, nil)
	}
	config, err := json.Marshal(s)
	return channel.Proof{Address: s.URL + "#" + actor.From(ctx).Tenant.String(), Name: clip.Bytes(cmp.Or(got.feed.Title, s.URL), maxName), Config: config}, err
}

// Try reads the feed.
func (a *Adapter) Try(ctx context.Context, account channel.Account) channel.Report {
	s, err := parseSettings(account.Config)
	if err == nil {
		_, err = a.read(ctx, cursorOf(account.Cursor, s.URL).anew())
	}
	if err != nil {
		f := failureOf(err)
		return channel.Report{Trials: []channel.Trial{{Step: tryFeed, Code: f.Code, Passing: f.Verdict == channel.Retry}}}
	}
	return channel.Report{Trials: []channel.Trial{{Step: tryFeed, OK: true}}}
}

// Verify takes nothing: feeds post nothing.
func (*Adapter) Verify(context.Context, channel.EntryPoint, http.Header, []byte) error {
	return errs.New(errs.NotFound, "feed.Verify", "hook.unknown")
}

// Split is one item: what was kept is one.
func (*Adapter) Split(p channel.EntryPoint, body []byte) ([]channel.Arrival, error) {
	return []channel.Arrival{arrivalOf(p, body)}, nil
}

// Read understands one item.
func (*Adapter) Read(p channel.EntryPoint, raw []byte) (channel.Inbound, error) {
	return understand(p, raw)
}
