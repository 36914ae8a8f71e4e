package own

import (
	"context"
	"net/http"

	"github.com/zongler/zongler/internal/channel"
)

// Adapter is the channel as the rest of the house sees it.
type Adapter struct {
	service *Service // nil where nothing is sent: while the document of the interface is made
}

var (
	_ channel.Adapter         = (*Adapter)(nil)
	_ channel.Configurable    = (*Adapter)(nil)
	_ channel.Referring       = (*Adapter)(nil)
	_ channel.PointCapable    = (*Adapter)(nil)
	_ channel.Dressed         = (*Adapter)(nil)
	_ channel.WebhookReceiver = (*Adapter)(nil)
	_ channel.Editor          = (*Adapter)(nil)
	_ channel.Deleter         = (*Adapter)(nil)
	_ channel.Reactor         = (*Adapter)(nil)
	_ channel.Liker           = (*Adapter)(nil)
	_ channel.Hider           = (*Adapter)(nil)
	_ channel.Blocker         = (*Adapter)(nil)
	_ channel.PrivateReplier  = (*Adapter)(nil)
	_ channel.Typing          = (*Adapter)(nil)
	_ channel.ReadMarks       = (*Adapter)(nil)
)

// NewAdapter returns the adapter. It calls and verifies once it was connected: a
// registry is made before the services that stand on it.
func NewAdapter() *Adapter { return &Adapter{} }

// Connect gives the adapter the service through which it calls.
func (a *Adapter) Connect(s *Service) { a.service = s }

// Channel returns own.
func (*Adapter) Channel() channel.Name { return channel.Own }

// Capabilities says what such a channel can carry at most.
func (*Adapter) Capabilities() channel.Capabilities { return most() }

// CapabilitiesOf says what an entry point can carry: what its maker has said.
func (*Adapter) CapabilitiesOf(p channel.EntryPoint) channel.Capabilities {
	s, err := ParseSettings(p.Config)
	if err != nil { // it was checked when it was stored
		return channel.Capabilities{}
	}
	return s.capabilities()
}

// LookOf says how an entry point is shown.
func (*Adapter) LookOf(p channel.EntryPoint) channel.Look {
	s, err := ParseSettings(p.Config)
	if err != nil {
		return channel.Look{}
	}
	return channel.Look{Icon: s.Icon, Color: s.Color}
}

// CheckConfig checks the settings of a channel and returns them in their normal form.
func (*Adapter) CheckConfig(config []byte) ([]byte, error) { return checkConfig(config) }

// Named returns the private channel in which answers in private go on.
func (*Adapter) Named(config []byte) []channel.Reference {
	s, err := ParseSettings(config)
	if err != nil || s.Private == 0 {
		return nil
	}
	return []channel.Reference{{Path: "settings.private_channel_id", Code: codeTwin, Channel: channel.Own, Point: s.Private}}
}

// Verify reports whether a body was signed with the key of the entry point.
func (a *Adapter) Verify(ctx context.Context, p channel.EntryPoint, h http.Header, body []byte) error {
	return a.service.verify(ctx, p, h, body)
}

// Send asks their system to send one answer.
func (a *Adapter) Send(ctx context.Context, out channel.Outgoing) (channel.Sent, error) {
	return a.service.answer(ctx, out)
}

// ReplyInPrivate asks for an answer in private to a public entry.
func (a *Adapter) ReplyInPrivate(ctx context.Context, out channel.Outgoing, commentID string) (channel.Sent, error) {
	return a.service.answerPrivately(ctx, out, commentID)
}

// Edit asks for a message of ours to be changed.
func (a *Adapter) Edit(ctx context.Context, out channel.Outgoing, externalID string) error {
	return a.service.about(ctx, out.EntryPoint, commandOf(out, "message.edit").with(out), externalID)
}

// Delete asks for a message of ours to be taken back, or for what a customer wrote in public to be removed.
func (a *Adapter) Delete(ctx context.Context, out channel.Outgoing, externalID string) error {
	return a.service.about(ctx, out.EntryPoint, commandOf(out, "message.delete"), externalID)
}

// React asks for a reaction to be put to an entry, or taken back.
func (a *Adapter) React(ctx context.Context, out channel.Outgoing, r channel.Reaction) error {
	c := commandOf(out, "message.react")
	c.Reaction, c.On = r.Text, &r.On
	return a.service.about(ctx, out.EntryPoint, c, r.Target)
}

// Like asks for an entry to be liked, or not any more.
func (a *Adapter) Like(ctx context.Context, p channel.EntryPoint, externalID string, liked bool) error {
	return a.service.do(ctx, p, command{Type: "message.like", Message: externalID, On: &liked})
}

// Hide asks for an entry to be hidden from the public, or shown again.
func (a *Adapter) Hide(ctx context.Context, p channel.EntryPoint, externalID string, hidden bool) error {
	return a.service.do(ctx, p, command{Type: "message.hide", Message: externalID, On: &hidden})
}

// Block asks for somebody to be kept from writing in public, or let again.
func (a *Adapter) Block(ctx context.Context, p channel.EntryPoint, who channel.Party, blocked bool) error {
	return a.service.do(ctx, p, command{Type: "person.block", To: recipientOf(who), On: &blocked})
}

// ShowTyping tells their system that one of us writes.
func (a *Adapter) ShowTyping(ctx context.Context, p channel.EntryPoint, to channel.Party, on bool) error {
	return a.service.do(ctx, p, command{Type: "typing", To: recipientOf(to), On: &on})
}

// MarkRead tells their system that one of us has read an entry.
func (a *Adapter) MarkRead(ctx context.Context, p channel.EntryPoint, to channel.Party, externalID string) error {
	return a.service.do(ctx, p, command{Type: "message.read", To: recipientOf(to), Message: externalID})
}
