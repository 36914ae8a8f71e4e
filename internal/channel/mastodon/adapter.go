package mastodon

import (
	"context"
	"net/http"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
)

// Adapter is the channel of what an account hears and says in public, or before its followers.
type Adapter struct {
	service *Service // nil where nothing is sent: while the document of the interface is made
}

var (
	_ channel.Adapter         = (*Adapter)(nil)
	_ channel.Connecting      = (*Adapter)(nil)
	_ channel.Configurable    = (*Adapter)(nil)
	_ channel.PointCapable    = (*Adapter)(nil)
	_ channel.Fetching        = (*Adapter)(nil)
	_ channel.Explaining      = (*Adapter)(nil)
	_ channel.WebhookReceiver = (*Adapter)(nil)
	_ channel.Editor          = (*Adapter)(nil)
	_ channel.Deleter         = (*Adapter)(nil)
	_ channel.Liker           = (*Adapter)(nil)
	_ channel.PrivateReplier  = (*Adapter)(nil)
)

// NewAdapter returns the adapter. It sends once it was connected: a registry is made
// before the services that stand on it.
func NewAdapter() *Adapter { return &Adapter{} }

// Connect gives the adapter the service through which it calls.
func (a *Adapter) Connect(s *Service) { a.service = s }

// Channel returns mastodon.
func (*Adapter) Channel() channel.Name { return channel.Mastodon }

// Capabilities says what a server carries that says nothing else.
func (*Adapter) Capabilities() channel.Capabilities {
	return Settings{Blocks: true}.capabilities(true)
}

// CapabilitiesOf says what the server of an account carries.
func (*Adapter) CapabilitiesOf(p channel.EntryPoint) channel.Capabilities {
	return settingsOf(p).capabilities(true)
}

// capabilities says what a server carries, in public or in private.
func (s Settings) capabilities(public bool) channel.Capabilities {
	s = s.filled()
	return channel.Capabilities{
		TextLimit: max(s.Characters-mentionRoom, leastText), Attachments: s.Files, AttachmentBytes: s.FileBytes, AttachmentTypes: s.Types,
		Public: public, Replies: true, Edits: true, Deletions: true, Echoes: true, OwnEdits: true, OwnDeletions: true,
		Likes: public, PrivateReplies: public, Blocks: s.Blocks,
	}
}

// Verify takes nothing: a server posts nothing to us.
func (*Adapter) Verify(context.Context, channel.EntryPoint, http.Header, []byte) error {
	return errs.New(errs.NotFound, "mastodon.Verify", "hook.unknown")
}

// Split is one event, as it was stored.
func (*Adapter) Split(p channel.EntryPoint, body []byte) ([]channel.Arrival, error) {
	return []channel.Arrival{arrivalOf(p, body)}, nil
}

// Read understands one event.
func (*Adapter) Read(p channel.EntryPoint, raw []byte) (channel.Inbound, error) {
	e, err := parse(raw)
	if err != nil {
		return channel.Inbound{}, err
	}
	return e.inbound(p)
}

// Send answers a status.
func (a *Adapter) Send(ctx context.Context, out channel.Outgoing) (channel.Sent, error) {
	return a.service.answer(ctx, out, out.Thread)
}

// Edit changes a status of ours.
func (a *Adapter) Edit(ctx context.Context, out channel.Outgoing, externalID string) error {
	return a.service.edit(ctx, out, externalID)
}

// Delete takes a status of ours back.
func (a *Adapter) Delete(ctx context.Context, out channel.Outgoing, externalID string) error {
	return a.service.remove(ctx, out.EntryPoint, externalID)
}

// Like makes a status one of the account's favourites, or takes that back.
func (a *Adapter) Like(ctx context.Context, p channel.EntryPoint, externalID string, liked bool) error {
	return a.service.like(ctx, p, externalID, liked)
}

// ReplyInPrivate answers a status so that its author alone reads it.
func (a *Adapter) ReplyInPrivate(ctx context.Context, out channel.Outgoing, statusID string) (channel.Sent, error) {
	return a.service.answerPrivately(ctx, out, statusID)
}

// Fetch reads the notifications since everything was here last.
func (a *Adapter) Fetch(ctx context.Context, account channel.Account, take channel.Take) (string, error) {
	return a.service.fetch(ctx, account, take)
}

// Above fetches what stands above something that was said.
func (a *Adapter) Above(ctx context.Context, account channel.Account, post, comment string) ([]channel.Arrival, error) {
	return a.service.above(ctx, account, post, comment)
}

// Private is the channel of what is said to an account alone.
type Private struct {
	public *Adapter // through which it speaks
}

var (
	_ channel.Beside          = (*Private)(nil)
	_ channel.PointCapable    = (*Private)(nil)
	_ channel.WebhookReceiver = (*Private)(nil)
	_ channel.Editor          = (*Private)(nil)
	_ channel.Deleter         = (*Private)(nil)
)

// NewPrivate returns the adapter of what is said to the accounts of another alone.
func NewPrivate(public *Adapter) *Private { return &Private{public: public} }

// Channel returns mastodon_private.
func (*Private) Channel() channel.Name { return channel.MastodonPrivate }

// Of says that it stands beside what an account says in public.
func (*Private) Of() channel.Name { return channel.Mastodon }

// Capabilities says what a server carries that says nothing else.
func (*Private) Capabilities() channel.Capabilities {
	return Settings{Blocks: true}.capabilities(false)
}

// CapabilitiesOf says what a server carries. That of the account stands with the account itself, but for what was found out here, too.
func (p *Private) CapabilitiesOf(at channel.EntryPoint) channel.Capabilities {
	can := p.Capabilities()
	can.Blocks = settingsOf(at).Blocks
	return can
}

// Verify takes nothing: a server posts nothing to us.
func (p *Private) Verify(ctx context.Context, at channel.EntryPoint, h http.Header, body []byte) error {
	return p.public.Verify(ctx, at, h, body)
}

// Split is one event, as it was stored.
func (p *Private) Split(at channel.EntryPoint, body []byte) ([]channel.Arrival, error) {
	return p.public.Split(at, body)
}

// Read understands one event.
func (p *Private) Read(at channel.EntryPoint, raw []byte) (channel.Inbound, error) {
	return p.public.Read(at, raw)
}

// Send writes to somebody alone.
func (p *Private) Send(ctx context.Context, out channel.Outgoing) (channel.Sent, error) {
	return p.public.service.write(ctx, out)
}

// Edit changes a status of ours.
func (p *Private) Edit(ctx context.Context, out channel.Outgoing, externalID string) error {
	return p.public.service.edit(ctx, out, externalID)
}

// Delete takes a status of ours back.
func (p *Private) Delete(ctx context.Context, out channel.Outgoing, externalID string) error {
	return p.public.service.remove(ctx, out.EntryPoint, externalID)
}

// Fetch reads the notifications since everything was here last.
func (p *Private) Fetch(ctx context.Context, account channel.Account, take channel.Take) (string, error) {
	return p.public.service.fetch(ctx, account, take)
}

// Try finds out whether what is said to us alone can be read, and who writes can be blocked.
func (p *Private) Try(ctx context.Context, account channel.Account) channel.Report {
	r := channel.Report{Trials: p.public.service.tryReading(ctx, account)}
	if !r.Trials[0].OK {
		return r
	}
	return p.public.service.tryBlocks(ctx, account, r)
}
