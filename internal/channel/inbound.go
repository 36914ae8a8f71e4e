package channel

import (
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
)

// Bounds of what comes in. What is longer was cut by the adapter, or is refused.
const (
	MaxInboundText  = 100_000 // characters
	MaxInboundFiles = 50
	MaxInboundRaw   = 1 << 20 // bytes kept of the provider's own words
	MaxExternalID   = 500
	maxSubject      = 500
	maxPartyText    = 300
	maxDataFields   = 50
	maxDataValue    = 2000
	clockSkew       = 24 * time.Hour // a provider's clock may be ahead of ours by this
)

// Kind is what sort of entry came in.
type Kind string

// Kinds of what comes in.
const (
	KindMessage  Kind = "message"
	KindReaction Kind = "reaction"
	KindEdit     Kind = "edit"
	KindDeletion Kind = "deletion"
)

// Inbound is one thing that a customer did on a channel.
type Inbound struct {
	EntryPoint id.EntryPoint
	Kind       Kind
	ExternalID string // the provider's name for it: the same thing twice is taken once
	Thread     string // external key of the conversation
	Target     string // external id of the entry that is answered, edited, deleted or reacted to
	Sender     Party
	Subject    string
	Text       string
	Files      []File            // already in the blob store
	Data       map[string]string // what the channel knows besides: page, answers of a form
	OccurredAt time.Time         // by the provider's clock
	ReceivedAt time.Time         // by ours
	Raw        []byte
}

// Validate names what is wrong with what came in.
func (in *Inbound) Validate() error {
	var f check.Fields
	f.OneOf("kind", string(in.Kind), string(KindMessage), string(KindReaction), string(KindEdit), string(KindDeletion))
	if in.EntryPoint.IsZero() {
		f.Add("entry_point", "required", nil)
	}
	f.Text("external_id", in.ExternalID, MaxExternalID)
	f.Text("thread", in.Thread, MaxExternalID)
	f.Optional("target", in.Target, MaxExternalID)
	f.Optional("subject", in.Subject, maxSubject)
	in.Sender.check(&f)
	in.checkContent(&f)
	in.checkTimes(&f)
	return f.Err("channel.Inbound")
}

func (in *Inbound) checkContent(f *check.Fields) {
	switch {
	case !utf8.ValidString(in.Text):
		f.Add("text", "format.text", nil)
	case utf8.RuneCountInString(in.Text) > MaxInboundText:
		f.Add("text", "length.max", errs.Values{"max": MaxInboundText})
	case in.Kind == KindMessage && in.Text == "" && len(in.Files) == 0:
		f.Add("text", "required", nil)
	}
	if in.Kind != KindMessage && in.Target == "" {
		f.Add("target", "required", nil)
	}
	f.Count("files", len(in.Files), 0, MaxInboundFiles)
	f.Count("data", len(in.Data), 0, maxDataFields)
	for name, value := range in.Data {
		f.Optional(fmt.Sprintf("data.%.50s", name), name, maxPartyText)
		if !utf8.ValidString(value) || utf8.RuneCountInString(value) > maxDataValue {
			f.Add(fmt.Sprintf("data.%.50s", name), "length.max", errs.Values{"max": maxDataValue})
		}
	}
	if len(in.Raw) > MaxInboundRaw {
		f.Add("raw", "length.max", errs.Values{"max": MaxInboundRaw})
	}
}

func (in *Inbound) checkTimes(f *check.Fields) {
	if in.ReceivedAt.IsZero() {
		f.Add("received_at", "required", nil)
	}
	if in.OccurredAt.IsZero() {
		f.Add("occurred_at", "required", nil)
	} else if in.OccurredAt.After(in.ReceivedAt.Add(clockSkew)) {
		f.Add("occurred_at", "time.future", nil)
	}
}

func (p Party) check(f *check.Fields) {
	f.Text("sender.provider", p.Provider, maxPartyText)
	f.Text("sender.external_id", p.ExternalID, MaxExternalID)
	f.Optional("sender.scope", p.Scope, MaxExternalID)
	for name, text := range map[string]string{
		"display_name": p.DisplayName, "email": p.Email, "phone": p.Phone, "language": p.Language,
	} {
		f.Optional("sender."+name, text, maxPartyText)
	}
	f.Optional("sender.avatar", p.Avatar, maxDataValue)
}
