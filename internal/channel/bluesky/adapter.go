package bluesky

import (
	"context"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
)

// What the network carries, from its lexicons. They count characters as people see them, of
// which there are never more than we count.
const (
	postLimit    = 300
	postBytes    = 3000
	messageLimit = 1000
	messageBytes = 10_000
	maxImages    = 4
	imageBytes   = 1_000_000
)

// imageTypes are the pictures that the network shows.
func imageTypes() []string { return []string{"image/jpeg", "image/png", "image/webp"} }

// Adapter is the channel of what an account hears and says in public.
type Adapter struct {
	reader

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
	_ channel.Deleter         = (*Adapter)(nil)
	_ channel.Liker           = (*Adapter)(nil)
	_ channel.PrivateReplier  = (*Adapter)(nil)
)

// NewAdapter returns the adapter. It sends once it was connected: a registry is made
// before the services that stand on it.
func NewAdapter() *Adapter { return &Adapter{} }

// Connect gives the adapter the service through which it calls.
func (a *Adapter) Connect(s *Service) { a.service = s }

// Channel returns bluesky.
func (*Adapter) Channel() channel.Name { return channel.Bluesky }

// Capabilities says what can be done in public.
func (*Adapter) Capabilities() channel.Capabilities {
	return channel.Capabilities{
		TextLimit: postLimit, TextBytes: postBytes, Attachments: maxImages, AttachmentBytes: imageBytes, AttachmentTypes: imageTypes(), Public: true, Replies: true,
		Deletions: true, OwnDeletions: true, Likes: true, PrivateReplies: true, Blocks: true,
	}
}

// CapabilitiesOf says what can be done with an account: its app password may be good for posts alone.
func (a *Adapter) CapabilitiesOf(p channel.EntryPoint) channel.Capabilities {
	can := a.Capabilities()
	s, _ := parseSettings(p.Config) // what was checked can be read
	can.PrivateReplies = s.Chat
	return can
}

func unknownHook() error { return errs.New(errs.NotFound, "bluesky.Verify", "hook.unknown") }

// Send answers a post.
func (a *Adapter) Send(ctx context.Context, out channel.Outgoing) (channel.Sent, error) {
	return a.service.answer(ctx, out)
}

// Delete takes a post of ours back.
func (a *Adapter) Delete(ctx context.Context, out channel.Outgoing, externalID string) error {
	return a.service.remove(ctx, out.EntryPoint, externalID)
}

// Like likes a post, or takes that back.
func (a *Adapter) Like(ctx context.Context, p channel.EntryPoint, externalID string, liked bool) error {
	return a.service.like(ctx, p, externalID, liked)
}

// ReplyInPrivate writes to who wrote a post, alone.
func (a *Adapter) ReplyInPrivate(ctx context.Context, out channel.Outgoing, postURI string) (channel.Sent, error) {
	return a.service.reply(ctx, out, postURI)
}

// Fetch takes what was said to us since everything was here last.
func (a *Adapter) Fetch(ctx context.Context, account channel.Account, take channel.Take) (string, error) {
	return a.service.fetch(ctx, account, take)
}

// Above fetches what stands above something that was said.
func (a *Adapter) Above(ctx context.Context, account channel.Account, post, comment string) ([]channel.Arrival, error) {
	return a.service.above(ctx, account, post, comment)
}

// Private is the channel of what is written to an account alone.
type Private struct {
	reader

	public *Adapter // through which it speaks
}

var (
	_ channel.Beside          = (*Private)(nil)
	_ channel.WebhookReceiver = (*Private)(nil)
)

// NewPrivate returns the adapter of what is written to the accounts of another alone.
func NewPrivate(public *Adapter) *Private { return &Private{public: public} }

// Channel returns bluesky_private.
func (*Private) Channel() channel.Name { return channel.BlueskyPrivate }

// Of says that it stands beside what an account says in public.
func (*Private) Of() channel.Name { return channel.Bluesky }

// Capabilities says what can be done in private.
func (*Private) Capabilities() channel.Capabilities {
	return channel.Capabilities{TextLimit: messageLimit, TextBytes: messageBytes, Echoes: true, Blocks: true}
}

// Send writes in a thread.
func (p *Private) Send(ctx context.Context, out channel.Outgoing) (channel.Sent, error) {
	l, err := p.public.service.open(ctx, out.EntryPoint)
	if err != nil {
		return channel.Sent{}, err
	}
	return p.public.service.write(ctx, l, out.Thread, out.Text)
}

// Fetch takes what was written to us alone since everything was here last.
func (p *Private) Fetch(ctx context.Context, account channel.Account, take channel.Take) (string, error) {
	return p.public.service.fetchMessages(ctx, account, take)
}

// Try finds out whether what is written to us alone can be read.
func (p *Private) Try(ctx context.Context, account channel.Account) channel.Report {
	l, err := lineOf(account)
	if err != nil {
		return channel.Report{Trials: []channel.Trial{failedStep(tryChat, err)}}
	}
	return channel.Report{Trials: []channel.Trial{p.public.service.tryChat(ctx, l)}}
}
