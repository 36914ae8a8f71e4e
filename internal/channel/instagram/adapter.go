package instagram

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/channel/meta/messaging"
	"github.com/zongler/zongler/internal/channel/meta/threads"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/media"
)

// What Instagram carries, from Meta's documents of its messages.
const (
	textBytes  = 1000
	imageBytes = 8 << 20
	heart      = "❤️"   // the one reaction that can be put
	heartWord  = "love" // Meta's word for it
)

// types are the files that Instagram takes.
func types() []string {
	return []string{
		"image/png", "image/jpeg", "audio/aac", "audio/mp4", "audio/x-m4a", "audio/wav", "audio/x-wav",
		"video/mp4", "video/ogg", "video/x-msvideo", "video/quicktime", "video/webm", "application/pdf",
	}
}

// Accounts keeps accounts, and what it takes to speak for them.
type Accounts interface {
	threads.Accounts

	AccountOf(ctx context.Context, p channel.EntryPoint) (channel.EntryPoint, error)
}

// Points knows the entry points.
type Points interface {
	ByAddress(ctx context.Context, channel channel.Name, address string) (channel.EntryPoint, error)
}

// Files keeps files.
type Files interface {
	Find(ctx context.Context, file id.Attachment) (media.Attachment, error)
	Open(ctx context.Context, f media.Attachment, small bool) (io.ReadSeekCloser, error)
}

// Clients call the two hosts.
type Clients struct {
	Facebook  *meta.Client
	Instagram *meta.Client // the same app; its calls carry no proof
}

// Adapter is the channel.
type Adapter struct {
	threads.Talk

	clients  Clients
	base     string // how the world reaches us
	accounts Accounts
	points   Points
	files    Files
}

var (
	_ channel.Adapter         = (*Adapter)(nil)
	_ channel.Connecting      = (*Adapter)(nil)
	_ channel.Fetching        = (*Adapter)(nil)
	_ channel.Renewing        = (*Adapter)(nil)
	_ channel.Releasing       = (*Adapter)(nil)
	_ channel.Introducing     = (*Adapter)(nil)
	_ channel.Configurable    = (*Adapter)(nil)
	_ channel.PointCapable    = (*Adapter)(nil)
	_ channel.WebhookReceiver = (*Adapter)(nil)
	_ channel.Typing          = (*Adapter)(nil)
	_ channel.ReadMarks       = (*Adapter)(nil)
	_ channel.Reactor         = (*Adapter)(nil)
)

// NewAdapter returns the adapter. base is how the world reaches us. It sends once it was
// connected: a registry is made before what stands on it.
func NewAdapter(clients Clients, base string) *Adapter {
	return &Adapter{clients: clients, base: strings.TrimSuffix(base, "/")}
}

// Connect gives the adapter what keeps its accounts and files.
func (a *Adapter) Connect(accounts Accounts, points Points, files Files) {
	a.Talk, a.accounts, a.points, a.files = threads.Talk{Accounts: accounts, LineOf: a.line}, accounts, points, files
}

// Channel returns instagram.
func (*Adapter) Channel() channel.Name { return channel.Instagram }

// Settings is what an entry point of the channel keeps as its config.
type Settings struct {
	Login      string `json:"login"`                 // of Logins
	HumanAgent bool   `json:"human_agent,omitempty"` // Meta has granted the app the feature: people may answer for seven days
	Username   string `json:"username,omitempty"`    // as Instagram has told us
}

func parseSettings(config []byte) (Settings, error) {
	var s Settings
	if err := json.Unmarshal(config, &s); err != nil {
		return s, errs.Fields("instagram.parseSettings", errs.Field{Path: "config", Code: "type.object"})
	}
	if s.Login == "" {
		s.Login = byFacebook
	}
	return s, nil
}

// CheckConfig checks the settings of an account and returns them in their normal form.
func (*Adapter) CheckConfig(config []byte) ([]byte, error) {
	s, err := parseSettings(config)
	if err != nil {
		return nil, err
	}
	return json.Marshal(s)
}

// Capabilities says what Instagram can carry at most. That a message has arrived is not told, only that it was read.
func (*Adapter) Capabilities() channel.Capabilities {
	return channel.Capabilities{
		TextLimit: textBytes, TextBytes: textBytes, Attachments: media.MaxPerMessage, AttachmentBytes: media.MaxSize, AttachmentTypes: types(),
		Replies: true, Reactions: true, Edits: true, Deletions: true, Echoes: true, ReadMarks: true, OwnTyping: true, OwnReadMarks: true, TypingFor: threads.TypingFor,
		OwnReactions: true, ReactionSet: []string{heart}, Window: threads.Window, PersonWindow: threads.HumanWindow,
	}
}

// CapabilitiesOf says what an account can carry: only with Meta's leave may people answer after a day.
func (a *Adapter) CapabilitiesOf(p channel.EntryPoint) channel.Capabilities {
	can := a.Capabilities()
	if s, err := parseSettings(p.Config); err != nil || !s.HumanAgent {
		can.PersonWindow = 0
	}
	return can
}

// Verify takes nothing at the address of one account: Meta has one address for all (meta.Hook).
func (*Adapter) Verify(context.Context, channel.EntryPoint, http.Header, []byte) error {
	return errs.New(errs.NotFound, "instagram.Verify", "hook.unknown")
}

// Arrive says what a piece of a body is: package meta has verified and cut it out.
func (a *Adapter) Arrive(p meta.Piece) (channel.Name, channel.Arrival) {
	anyone := channel.EntryPoint{ID: 1, Address: p.Account} // whose it is, is found next
	if isPublic(p.Field) {
		return channel.InstagramComments, commentOf(anyone, p.Raw)
	}
	return channel.Instagram, messaging.Arrival(a.at(anyone), p.Raw)
}

// Split is one event: what was kept of a body is a piece of it.
func (a *Adapter) Split(p channel.EntryPoint, body []byte) ([]channel.Arrival, error) {
	return []channel.Arrival{messaging.Arrival(a.at(p), body)}, nil
}

// provider gives the ids of people a meaning, each account its own.
const provider = "instagram"

func (a *Adapter) at(p channel.EntryPoint) messaging.At {
	return messaging.At{Point: p, Provider: provider, Forgets: true}
}

// Read understands one event.
func (a *Adapter) Read(p channel.EntryPoint, raw []byte) (channel.Inbound, error) {
	return messaging.Read(a.at(p), raw)
}

// line returns with what an open account is spoken for, or what stands beside it.
func (a *Adapter) line(account channel.Account) (threads.Line, error) {
	s, err := parseSettings(account.Main.Config)
	if err != nil {
		return threads.Line{}, channel.Fail(channel.Permanent, "delivery.malformed", err)
	}
	return threads.Line{
		Client: a.client(s.Login), Account: account.Address, Token: account.Secrets[secretToken], Node: "me", Human: s.HumanAgent,
		Instagram: true, Username: s.Username, File: a.link,
	}, nil
}

// client returns who calls for accounts of a way of signing in.
func (a *Adapter) client(login string) *meta.Client {
	if login == byInstagram {
		return a.clients.Instagram
	}
	return a.clients.Facebook
}

// React puts a heart to a message, or takes it back.
func (a *Adapter) React(ctx context.Context, out channel.Outgoing, r channel.Reaction) error {
	line, err := a.Open(ctx, out.EntryPoint)
	if err != nil {
		return err
	}
	r.Text = heartWord
	return a.Accounts.Heard(ctx, out.EntryPoint, line.React(ctx, out.To, r))
}

// Fetch fetches what was written and not posted to us, and has the account tell of
// everything again: Meta ends that where an address has failed for an hour, and a page
// that is no longer connected for its own messages has ended it, too.
func (a *Adapter) Fetch(ctx context.Context, account channel.Account, take channel.Take) (string, error) {
	line, err := a.line(account)
	if err != nil {
		return "", err
	}
	if _, err := a.subscribe(ctx, line, messageFields()); err != nil {
		return "", meta.Failure(err)
	}
	return line.Fetch(ctx, "instagram", a.at(account.EntryPoint), account, take)
}

// filesPath is where Meta fetches the files of answers.
const filesPath = meta.HookPath + "/files/"

// link returns where Meta fetches a file of an answer.
func (a *Adapter) link(_ context.Context, out channel.Outgoing, f channel.File) (threads.Payload, error) {
	switch {
	case !meta.Reachable(a.base):
		return threads.Payload{}, channel.Fail(channel.Permanent, "meta.no_address", nil)
	case threads.KindOf(f.Type) == "image" && f.Size > imageBytes:
		return threads.Payload{}, channel.Fail(channel.Permanent, "instagram.image_size", nil)
	}
	signed := channel.SignLink(a.clients.Facebook.LinkKey(), f.ID, time.Now().Add(channel.LinkFor))
	return threads.Payload{URL: a.base + filesPath + out.EntryPoint.Address + "/" + f.ID.String() + "?" + signed}, nil
}

// File returns a file whose address we have signed. Another is not found.
func (a *Adapter) File(ctx context.Context, l channel.Link) (media.Attachment, io.ReadSeekCloser, error) {
	const op = "instagram.File"
	gone := errs.New(errs.NotFound, op, "not_found")
	if !a.clients.Facebook.Ready() || !l.Good(a.clients.Facebook.LinkKey(), time.Now()) {
		return media.Attachment{}, nil, gone
	}
	p, err := a.points.ByAddress(ctx, channel.Instagram, l.Address)
	if errs.Is(errs.NotFound, err) || err == nil && p.Archived {
		return media.Attachment{}, nil, gone
	}
	if err != nil {
		return media.Attachment{}, nil, errs.Op(op, err)
	}
	ctx = actor.With(ctx, actor.ForSystem(p.Tenant))
	f, err := a.files.Find(ctx, l.File)
	if err != nil {
		return media.Attachment{}, nil, gone
	}
	body, err := a.files.Open(ctx, f, false)
	return f, body, errs.Op(op, err)
}
