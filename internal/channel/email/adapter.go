package email

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/media"
)

// What a mail can carry.
const (
	TextMax       = 100_000 // characters
	RecipientsMax = 50
	UndoFor       = 10 * time.Second
	Attempts      = 37 // with the pauses of jobs: 48 hours
)

// Adapter is the channel as the rest of the house sees it.
type Adapter struct {
	service *Service // nil where nothing is sent: while the document of the interface is made
	post    *post
	sink    bool
}

var (
	_ channel.Adapter      = (*Adapter)(nil)
	_ channel.Configurable = (*Adapter)(nil)
)

// NewAdapter returns the adapter. It sends once it was connected: a registry is
// made before the services that stand on it.
func NewAdapter(sink bool) *Adapter { return &Adapter{sink: sink} }

// Connect gives the adapter the service through which it sends.
func (a *Adapter) Connect(s *Service) {
	a.service, a.post = s, &post{network: s.Network}
}

// Run closes what is open when ctx ends.
func (a *Adapter) Run(ctx context.Context) error {
	<-ctx.Done()
	a.post.close()
	return nil
}

// Channel returns email.
func (*Adapter) Channel() channel.Name { return channel.Email }

// Capabilities says what a mail can carry.
func (*Adapter) Capabilities() channel.Capabilities {
	return channel.Capabilities{
		TextLimit: TextMax, Attachments: media.MaxPerMessage, AttachmentBytes: media.MaxSize,
		Subject: true, Rich: true, Recipients: RecipientsMax, Undo: UndoFor,
	}
}

// CheckConfig checks the settings of a mailbox and returns them in their normal form.
func (a *Adapter) CheckConfig(config []byte) ([]byte, error) { return checkConfig(config, a.sink) }

// Send writes one answer as a mail and hands it to the mailbox's server.
func (a *Adapter) Send(ctx context.Context, out channel.Outgoing) (channel.Sent, error) {
	s := a.service
	if out.EntryPoint.Archived {
		return channel.Sent{}, channel.Fail(channel.Permanent, "delivery.mailbox", nil)
	}
	box, err := s.account(ctx, out.EntryPoint)
	if err != nil {
		return channel.Sent{}, channel.Fail(channel.Reconnect, "delivery.mailbox", err)
	}
	m, err := s.write(ctx, box, out)
	if err != nil {
		return channel.Sent{}, err
	}
	if box.settings.Transport == Sink {
		err = s.keepSent(ctx, box, m)
	} else {
		err = a.post.send(ctx, box, m.letter)
	}
	if err != nil {
		return channel.Sent{}, err
	}
	return channel.Sent{ExternalID: m.messageID}, nil
}
