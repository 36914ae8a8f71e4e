package facebook

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/channel/meta/messaging"
	"github.com/zongler/zongler/internal/channel/meta/threads"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/media"
)

// What Messenger carries, from Meta's documents of the Send API.
const textLimit = 2000

// Accounts keeps pages, and what it takes to speak for them.
type Accounts interface {
	threads.Accounts

	AccountOf(ctx context.Context, p channel.EntryPoint) (channel.EntryPoint, error)
}

// Adapter is the channel.
type Adapter struct {
	threads.Talk

	client   *meta.Client // nil where nobody is called: while the document of the interface is made
	reached  bool         // Meta can call us
	accounts Accounts
}

var (
	_ channel.Adapter         = (*Adapter)(nil)
	_ channel.Connecting      = (*Adapter)(nil)
	_ channel.Fetching        = (*Adapter)(nil)
	_ channel.Releasing       = (*Adapter)(nil)
	_ channel.Introducing     = (*Adapter)(nil)
	_ channel.Configurable    = (*Adapter)(nil)
	_ channel.PointCapable    = (*Adapter)(nil)
	_ channel.WebhookReceiver = (*Adapter)(nil)
	_ channel.Typing          = (*Adapter)(nil)
	_ channel.ReadMarks       = (*Adapter)(nil)
)

// NewAdapter returns the adapter for pages of a client's app. base is how the world reaches
// us. It sends once it was connected: a registry is made before what stands on it.
func NewAdapter(client *meta.Client, base string) *Adapter {
	return &Adapter{client: client, reached: meta.Reachable(base)}
}

// Connect gives the adapter what keeps its pages.
func (a *Adapter) Connect(accounts Accounts) {
	a.accounts, a.Talk = accounts, threads.Talk{Accounts: accounts, LineOf: a.line}
}

// Channel returns messenger.
func (*Adapter) Channel() channel.Name { return channel.Messenger }

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
		TextLimit: textLimit, Attachments: media.MaxPerMessage, AttachmentBytes: media.MaxSize, Replies: true, Reactions: true, Edits: true, Deletions: true, Echoes: true,
		ReadMarks: true, Receipts: true, OwnTyping: true, OwnReadMarks: true, TypingFor: threads.TypingFor, Window: threads.Window, PersonWindow: threads.HumanWindow,
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
	if isPublic(p.Field) {
		return channel.Facebook, arrivalOf(anyone, p.Raw)
	}
	return channel.Messenger, messaging.Arrival(a.at(anyone), p.Raw)
}

// Split is one event: what was kept of a body is a piece of it.
func (a *Adapter) Split(p channel.EntryPoint, body []byte) ([]channel.Arrival, error) {
	return []channel.Arrival{messaging.Arrival(a.at(p), body)}, nil
}

// provider gives the ids of people a meaning, each page its own.
const provider = "facebook"

func (a *Adapter) at(p channel.EntryPoint) messaging.At {
	at := messaging.At{Point: p, Provider: provider}
	if a.client != nil {
		at.App = a.client.ID
	}
	return at
}

// Read understands one event.
func (a *Adapter) Read(p channel.EntryPoint, raw []byte) (channel.Inbound, error) {
	return messaging.Read(a.at(p), raw)
}

// line returns with what an open page is spoken for.
func (a *Adapter) line(page channel.Account) (threads.Line, error) {
	s, err := parseSettings(page.Config)
	if err != nil {
		return threads.Line{}, channel.Fail(channel.Permanent, "delivery.malformed", err)
	}
	l := threads.Line{Client: a.client, Account: page.Address, Token: page.Secrets[secretToken], Node: page.Address, Human: s.HumanAgent}
	l.File = l.Upload
	return l, nil
}

// Fetch fetches what was written and not posted to us, and has the page tell of everything
// again: Meta ends that where an address has failed for an hour.
func (a *Adapter) Fetch(ctx context.Context, page channel.Account, take channel.Take) (string, error) {
	line, err := a.line(page)
	if err != nil {
		return "", err
	}
	if _, err := subscribe(ctx, line); err != nil {
		return "", meta.Failure(err)
	}
	return line.Fetch(ctx, "messenger", a.at(page.EntryPoint), page, take)
}
