package sms

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
)

// textLimit is how long an answer may be: what Twilio takes, and more than anybody wants to pay for.
const textLimit = 1600

// Adapter is the channel as the rest of the house sees it.
type Adapter struct {
	service *Service // nil where nothing is sent: while the document of the interface is made
}

var (
	_ channel.Adapter         = (*Adapter)(nil)
	_ channel.Configurable    = (*Adapter)(nil)
	_ channel.PointCapable    = (*Adapter)(nil)
	_ channel.WebhookReceiver = (*Adapter)(nil)
	_ channel.Connecting      = (*Adapter)(nil)
	_ channel.Posted          = (*Adapter)(nil)
)

// NewAdapter returns the adapter. It sends once it was connected: a registry is made
// before the services that stand on it.
func NewAdapter() *Adapter { return &Adapter{} }

// Connect gives the adapter the service through which it calls.
func (a *Adapter) Connect(s *Service) { a.service = s }

// Channel returns sms.
func (*Adapter) Channel() channel.Name { return channel.SMS }

// Capabilities says what a text message can carry.
func (*Adapter) Capabilities() channel.Capabilities {
	return channel.Capabilities{TextLimit: textLimit, Receipts: true, Segments: true}
}

// CapabilitiesOf says what a number can carry, and whether its texts are written plainly.
func (a *Adapter) CapabilitiesOf(p channel.EntryPoint) channel.Capabilities {
	can := a.Capabilities()
	if s, err := parseSettings(p.Config); err == nil {
		can.Plain = s.Plain
	}
	return can
}

// CheckConfig checks settings and returns them in their normal form.
func (*Adapter) CheckConfig(config []byte) ([]byte, error) {
	s, err := parseSettings(config)
	if err == nil {
		s, err = s.check("sms.CheckConfig")
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(s)
}

// PostedAt returns where a gateway posts; a message centre posts nothing.
func (*Adapter) PostedAt(p channel.EntryPoint) string {
	if s, err := parseSettings(p.Config); err != nil || s.Transport != Gateway {
		return ""
	}
	return postedAt(p)
}

func postedAt(p channel.EntryPoint) string { return "/hooks/sms/" + p.Address }

// Verify reports whether body is from the gateway: it signs with the token, over our address and what it says.
func (a *Adapter) Verify(ctx context.Context, p channel.EntryPoint, h http.Header, body []byte) error {
	return a.service.verify(ctx, p, h, body)
}

// Split is one event: a gateway posts one at a time.
func (*Adapter) Split(_ channel.EntryPoint, body []byte) ([]channel.Arrival, error) {
	return []channel.Arrival{posted(body)}, nil
}

// Read understands one event: what a gateway has posted is a form, what came from a centre an object of ours.
func (*Adapter) Read(p channel.EntryPoint, raw []byte) (channel.Inbound, error) {
	s, err := parseSettings(p.Config)
	if err != nil {
		return channel.Inbound{}, err
	}
	var in channel.Inbound
	if s.Transport == Gateway {
		in, err = readPosted(s, raw)
	} else {
		in, err = readBrought(raw)
	}
	if err != nil {
		return channel.Inbound{}, err
	}
	in.EntryPoint, in.Raw = p.ID, raw
	checked := in // gateways do not say when it was: intake knows when it came
	checked.ReceivedAt = time.Now()
	if checked.OccurredAt.IsZero() {
		checked.OccurredAt = checked.ReceivedAt
	}
	return in, errs.Op("sms.Read", checked.Validate())
}

// party is who has a number.
func party(number string) channel.Party {
	p := channel.Party{Provider: "sms", ExternalID: number}
	if strings.HasPrefix(number, "+") {
		p.Phone = number
	}
	return p
}

// Send hands an answer to the centre or gateway.
func (a *Adapter) Send(ctx context.Context, out channel.Outgoing) (channel.Sent, error) {
	return a.service.send(ctx, out)
}

// Form describes what is entered to connect a number.
func (a *Adapter) Form() channel.Form { return form() }

// Prove finds out whether one can sign in with what was entered, and under which number.
func (a *Adapter) Prove(ctx context.Context, in channel.Entered) (channel.Proof, error) {
	return a.service.prove(ctx, in)
}

// Try tries everything that a number needs.
func (a *Adapter) Try(ctx context.Context, account channel.Account) channel.Report {
	return a.service.try(ctx, account)
}
