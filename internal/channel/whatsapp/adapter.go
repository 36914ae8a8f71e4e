package whatsapp

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/media"
)

// What WhatsApp carries, from Meta's documents of the Cloud API.
const (
	textLimit    = 4096
	captionLimit = 1024
	imageBytes   = 5 << 20
	window       = 24 * time.Hour
	typingFor    = 25 * time.Second // or until the answer
)

// types are the files that WhatsApp takes.
func types() []string {
	return []string{
		"image/jpeg", "image/png", "audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg", "video/mp4", "video/3gpp",
		"text/plain", "application/pdf", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"application/vnd.openxmlformats-officedocument.presentationml.presentation",
	}
}

// Accounts keeps with what numbers are spoken for, and what calls tell of them.
type Accounts interface {
	Open(ctx context.Context, p channel.EntryPoint) (channel.Account, error)
	Heard(ctx context.Context, p channel.EntryPoint, err error) error
}

// Points knows the entry points.
type Points interface {
	ByAddress(ctx context.Context, n channel.Name, address string) (channel.EntryPoint, error)
	Open(ctx context.Context, n channel.Name) ([]channel.EntryPoint, error)
}

// Adapter is the channel.
type Adapter struct {
	client   *meta.Client
	reached  bool // Meta can call us
	accounts Accounts
	points   Points

	mu    sync.Mutex
	known map[string]listed // templates, by business account
}

var (
	_ channel.Adapter         = (*Adapter)(nil)
	_ channel.Connecting      = (*Adapter)(nil)
	_ channel.Configurable    = (*Adapter)(nil)
	_ channel.WebhookReceiver = (*Adapter)(nil)
	_ channel.Reactor         = (*Adapter)(nil)
	_ channel.ReadMarks       = (*Adapter)(nil)
	_ channel.TypingAfter     = (*Adapter)(nil)
	_ channel.Templates       = (*Adapter)(nil)
	_ channel.Opening         = (*Adapter)(nil)
	_ channel.Grouping        = (*Adapter)(nil)
)

// NewAdapter returns the adapter for numbers of a client's app. base is how the world
// reaches us. It sends once it was connected: a registry is made before what stands on it.
func NewAdapter(client *meta.Client, base string) *Adapter {
	return &Adapter{client: client, reached: meta.Reachable(base), known: map[string]listed{}}
}

// Connect gives the adapter what keeps its numbers.
func (a *Adapter) Connect(accounts Accounts, points Points) { a.accounts, a.points = accounts, points }

// Channel returns whatsapp.
func (*Adapter) Channel() channel.Name { return channel.WhatsApp }

// Capabilities says what WhatsApp can carry.
func (*Adapter) Capabilities() channel.Capabilities {
	return channel.Capabilities{
		TextLimit: textLimit, Attachments: media.MaxPerMessage, AttachmentBytes: media.MaxSize, AttachmentTypes: types(),
		Replies: true, Reactions: true, ReadMarks: true, Receipts: true,
		OwnReactions: true, OwnTyping: true, OwnReadMarks: true, TypingReads: true, TypingFor: typingFor, Templates: true, Window: window,
	}
}

// Settings is what an entry point of the channel keeps as its config.
type Settings struct {
	Business string `json:"waba_id"`          // the business account to which the number belongs
	PhoneID  string `json:"phone_number_id"`  // Meta's id of the number
	Number   string `json:"number,omitempty"` // as Meta writes it
}

func parseSettings(config []byte) (Settings, error) {
	var s Settings
	if err := json.Unmarshal(config, &s); err != nil {
		return s, errs.Fields("whatsapp.parseSettings", errs.Field{Path: "settings", Code: "type.object"})
	}
	return s, nil
}

// CheckConfig checks the settings of a number and returns them in their normal form.
func (*Adapter) CheckConfig(config []byte) ([]byte, error) {
	s, err := parseSettings(config)
	if err != nil {
		return nil, err
	}
	return json.Marshal(s)
}

// Verify takes nothing at the address of one number: Meta has one address for all (meta.Hook).
func (*Adapter) Verify(context.Context, channel.EntryPoint, http.Header, []byte) error {
	return errs.New(errs.NotFound, "whatsapp.Verify", "hook.unknown")
}

// Arrive says what a piece of a body tells of: a change may tell of many messages and
// statuses. Package meta has verified it and cut it out.
func (a *Adapter) Arrive(p meta.Piece) []channel.Addressed {
	if p.Field == fieldTemplates {
		a.forget(p.Account)
	}
	return split(p)
}

// InGroup returns a number of a business account: what Meta tells of its templates names none.
func (a *Adapter) InGroup(ctx context.Context, address string) (channel.EntryPoint, error) {
	const op = "whatsapp.InGroup"
	all, err := a.points.Open(ctx, channel.WhatsApp)
	if err != nil {
		return channel.EntryPoint{}, errs.Op(op, err)
	}
	for _, p := range all {
		if s, err := parseSettings(p.Config); err == nil && s.Business == address {
			return p, nil
		}
	}
	return channel.EntryPoint{}, errs.New(errs.NotFound, op, "not_found")
}

// Split is one event: what was kept of a body is a piece of it.
func (*Adapter) Split(p channel.EntryPoint, body []byte) ([]channel.Arrival, error) {
	return []channel.Arrival{arrival(p, body)}, nil
}

// Read understands one event.
func (*Adapter) Read(p channel.EntryPoint, raw []byte) (channel.Inbound, error) {
	return read(p, raw)
}

// line is with what somebody speaks for a number.
type line struct {
	Settings

	client *meta.Client
	token  string
}

// open returns with what the number of p is spoken for. Its errors are Failures.
func (a *Adapter) open(ctx context.Context, p channel.EntryPoint) (line, error) {
	account, err := a.accounts.Open(ctx, p)
	if err != nil {
		return line{}, err
	}
	return a.line(account)
}

func (a *Adapter) line(account channel.Account) (line, error) {
	s, err := parseSettings(account.Config)
	if err != nil {
		return line{}, channel.Fail(channel.Permanent, "delivery.malformed", err)
	}
	return line{Settings: s, client: a.client, token: account.Secrets[secretToken]}, nil
}

// call is a call of something of the number.
func (l line) call(method, path string, body any) meta.Call {
	return meta.Call{Account: l.PhoneID, Token: l.token, Bearer: true, Method: method, Path: path, Body: body}
}

// do calls Graph for p and keeps what that tells of its account. Its errors are Failures.
func (a *Adapter) do(ctx context.Context, p channel.EntryPoint, act func(l line) error) error {
	l, err := a.open(ctx, p)
	if err != nil {
		return err
	}
	if err := act(l); err != nil {
		return a.accounts.Heard(ctx, p, failure(err))
	}
	return a.accounts.Heard(ctx, p, nil)
}
