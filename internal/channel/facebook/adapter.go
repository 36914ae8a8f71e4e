package facebook

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/channel/meta/messaging"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/media"
)

// What Messenger carries, from Meta's documents of the Send API and of its policy.
const (
	textLimit   = 2000
	window      = 24 * time.Hour
	humanWindow = 7 * 24 * time.Hour
)

// Adapter is the channel as the rest of the house sees it.
type Adapter struct {
	app     string
	service *Service // nil where nothing is sent: while the document of the interface is made
}

var (
	_ channel.Adapter         = (*Adapter)(nil)
	_ channel.Configurable    = (*Adapter)(nil)
	_ channel.PointCapable    = (*Adapter)(nil)
	_ channel.Proving         = (*Adapter)(nil)
	_ channel.WebhookReceiver = (*Adapter)(nil)
	_ channel.Typing          = (*Adapter)(nil)
	_ channel.ReadMarks       = (*Adapter)(nil)
	_ channel.Checker         = (*Adapter)(nil)
)

// NewAdapter returns the adapter for pages of an app. It sends once it was connected:
// a registry is made before the services that stand on it.
func NewAdapter(app string) *Adapter { return &Adapter{app: app} }

// Connect gives the adapter the service through which it calls.
func (a *Adapter) Connect(s *Service) { a.service = s }

// Channel returns messenger.
func (*Adapter) Channel() channel.Name { return channel.Messenger }

// Proves says that a page is connected with a token of it.
func (*Adapter) Proves() string { return "token" }

// Settings is what an entry point of the channel keeps as its config.
type Settings struct {
	HumanAgent bool `json:"human_agent,omitempty"` // Meta has granted the app the feature: people may answer for seven days
}

// parseSettings reads settings as they are stored.
func parseSettings(config []byte) (Settings, error) {
	var s Settings
	if err := json.Unmarshal(config, &s); err != nil {
		return s, errs.Fields("facebook.parseSettings", errs.Field{Path: "config", Code: "type.object"})
	}
	return s, nil
}

// CheckConfig checks the settings of a page and returns them in their normal form.
func (*Adapter) CheckConfig(config []byte) ([]byte, error) {
	s, err := parseSettings(config)
	if err != nil {
		return nil, err
	}
	return json.Marshal(s)
}

// Capabilities says what Messenger can carry at most.
func (*Adapter) Capabilities() channel.Capabilities {
	return channel.Capabilities{
		TextLimit: textLimit, Attachments: media.MaxPerMessage, AttachmentBytes: media.MaxSize, Reactions: true, Edits: true, Deletions: true, Echoes: true,
		ReadMarks: true, Receipts: true, OwnTyping: true, OwnReadMarks: true, Window: window, PersonWindow: humanWindow,
	}
}

// CapabilitiesOf says what a page can carry: only with Meta's leave may people answer after a day.
func (a *Adapter) CapabilitiesOf(p channel.EntryPoint) channel.Capabilities {
	can := a.Capabilities()
	if s, err := parseSettings(p.Config); err != nil || !s.HumanAgent {
		can.PersonWindow = 0
	}
	return can
}

// Verify takes nothing at the address of one page: Meta has one address for all (meta.Hook).
func (*Adapter) Verify(context.Context, channel.EntryPoint, http.Header, []byte) error {
	return errs.New(errs.NotFound, "facebook.Verify", "hook.unknown")
}

// Arrive says what a piece of a body is: package meta has verified and cut it out.
func (a *Adapter) Arrive(p meta.Piece) (channel.Name, channel.Arrival) {
	anyone := channel.EntryPoint{ID: 1, Address: p.Account} // whose it is, is found next
	return channel.Messenger, messaging.Arrival(a.at(anyone), p.Raw)
}

// Split is one event: what was kept of a body is a piece of it.
func (a *Adapter) Split(p channel.EntryPoint, body []byte) ([]channel.Arrival, error) {
	return []channel.Arrival{messaging.Arrival(a.at(p), body)}, nil
}

// provider gives the ids of people a meaning, each page its own.
const provider = "facebook"

func (a *Adapter) at(p channel.EntryPoint) messaging.At {
	return messaging.At{Point: p, Provider: provider, App: a.app}
}

// Read understands one event.
func (a *Adapter) Read(p channel.EntryPoint, raw []byte) (channel.Inbound, error) {
	return messaging.Read(a.at(p), raw)
}

// Send hands an answer to Meta.
func (a *Adapter) Send(ctx context.Context, out channel.Outgoing) (channel.Sent, error) {
	return a.service.send(ctx, out)
}

// ShowTyping shows somebody that one of us writes.
func (a *Adapter) ShowTyping(ctx context.Context, p channel.EntryPoint, to channel.Party, on bool) error {
	action := "typing_off"
	if on {
		action = "typing_on"
	}
	return a.service.act(ctx, p, to, action)
}

// MarkRead tells somebody that all they wrote was read: Messenger knows no single messages here.
func (a *Adapter) MarkRead(ctx context.Context, p channel.EntryPoint, to channel.Party, _ string) error {
	return a.service.act(ctx, p, to, "mark_seen")
}

// Check finds out whether a page works.
func (a *Adapter) Check(ctx context.Context, p channel.EntryPoint) error {
	return a.service.check(ctx, p)
}
