package channel

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
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
	maxReaction     = 50 // characters
	maxPartyText    = 300
	maxKnown        = 5
	maxDataFields   = 50
	maxDataValue    = 2000
	clockSkew       = 24 * time.Hour // a provider's clock may be ahead of ours by this
)

// Unknown begins the external id of a sender of whom the provider does not tell: what
// stands behind it names the entry, so that two are never held to be one.
const Unknown = "unknown:"

// Kind is what sort of entry came in.
type Kind string

// Kinds of what comes in.
const (
	KindMessage  Kind = "message"
	KindReaction Kind = "reaction"
	KindEdit     Kind = "edit"
	KindDeletion Kind = "deletion"
	KindReceipt  Kind = "receipt"  // what became of a message of ours
	KindEcho     Kind = "echo"     // a message of ours comes back, sent by us or by other means
	KindTyping   Kind = "typing"   // it is shown and never stored
	KindIdentity Kind = "identity" // who somebody is
	KindHiding   Kind = "hiding"   // a public entry was hidden from the public, or is shown again
	KindPost     Kind = "post"     // what stands above public entries, as it reads now
	KindNotice   Kind = "notice"   // it changes nothing here and is kept as it came
)

// Kinds returns all there are.
func Kinds() []Kind {
	return []Kind{KindMessage, KindReaction, KindEdit, KindDeletion, KindReceipt, KindEcho, KindTyping, KindIdentity, KindHiding, KindPost, KindNotice}
}

// about reports whether k is about an entry that there should be.
func (k Kind) about() bool {
	return k == KindReaction || k == KindEdit || k == KindDeletion || k == KindReceipt || k == KindHiding
}

// State is how far a message of ours has come, as a receipt says.
type State string

// States that a receipt may tell of.
const (
	Arrived State = "delivered"
	Seen    State = "read"
	Refused State = "failed"
	Taken   State = "sent"
)

// States of a post that an event of its own may tell of.
const (
	Hidden   State = "hidden" // from the public
	Unhidden State = "shown"  // again
)

// Arrival is one event as it came, before anybody has understood it.
type Arrival struct {
	ID   string // the provider's name for the event: the same event twice is taken once
	Kind Kind   // as far as it could be read
	Lane string // events of a lane are applied in the order in which they came
	Raw  []byte // its bytes, by which it can be read again
	Err  error  // why it cannot be understood: it is kept for an administrator
}

// Addressed is one event of a body that was posted for many entry points.
type Addressed struct {
	Arrival

	Channel Name
	Address string
}

// NameOf names bytes for which the provider has no name, so that the same are taken once.
func NameOf(raw []byte) string {
	sum := sha256.Sum256(raw)
	return named + hex.EncodeToString(sum[:16])
}

// named begins the names that NameOf gives.
const named = "sha256:"

// Unnamed reports whether a name is of NameOf: the provider does not know it.
func Unnamed(name string) bool { return strings.HasPrefix(name, named) }

// RemoteFile is a file that lies at the provider. It is copied at once.
type RemoteFile struct {
	Name string
	URL  string
}

// Inbound is one thing that happened on a channel.
type Inbound struct {
	EntryPoint id.EntryPoint
	Kind       Kind
	ExternalID string   // the provider's name for it: the same thing twice is taken once
	Thread     string   // external key of the conversation
	Threads    []string // further keys of the same one: by which one of us may have begun it
	Target     string   // external id of the entry that is answered, edited, deleted, reacted to, or has come somewhere
	Entry      id.Entry // the same, by our own name for it; 0: it is not said
	Part       int      // of an answer that became several messages: which of them this is about, from 0
	More       bool     // … and its files go out behind that one, if it has any: this says nothing of them
	Sender     Party
	Known      []Party // the sender by other ids that the provider vouches for: whoever has one of them here is the same customer
	Subject    string
	Text       string    // of a reaction: which (taken back: empty is any); of a receipt that it was refused: why, a key of the errors
	Words      string    // of a receipt that it was refused: the provider's own, for people
	HTML       string    // as it came: nothing of it may be trusted
	Off        bool      // the reaction is taken back, the typing has ended, what was hidden is shown again, the post is gone
	State      State     // of a receipt
	Until      time.Time // of a receipt without a target: it tells of all that was sent in the thread up to then
	To         Party     // of an echo: the customer to whom it was said, if the channel tells
	Quiet      bool      // of a message: nobody has to answer it
	Ask        bool      // of a notice: it names something public, or its Target there, and does not tell what that says: it is asked for (Asking)
	Unsaid     []string  // of a deletion, where nobody may keep what was said: the names of the events that said it
	Post       string    // of what everybody reads: external id of the post under which it stands, or its own; empty: it is private
	Link       string    // of what everybody reads: where people see it
	Remote     []RemoteFile
	Files      []File            // already in the blob store
	Data       map[string]string // what the channel knows besides: page, answers of a form
	OccurredAt time.Time         // by the provider's clock; zero from Read: it does not say
	ReceivedAt time.Time         // by ours
	Raw        []byte
}

// Validate names what is wrong with what came in.
func (in *Inbound) Validate() error {
	var f check.Fields
	f.OneOf("kind", string(in.Kind), kindNames()...)
	if in.EntryPoint.IsZero() {
		f.Add("entry_point", "required", nil)
	}
	f.Text("external_id", in.ExternalID, MaxExternalID)
	if in.Kind.about() || in.Kind == KindIdentity || in.Kind == KindNotice || in.Kind == KindPost {
		f.Optional("thread", in.Thread, MaxExternalID)
	} else {
		f.Text("thread", in.Thread, MaxExternalID)
	}
	f.Count("threads", len(in.Threads), 0, maxKnown)
	for _, key := range in.Threads {
		f.Text("threads", key, MaxExternalID)
	}
	f.Optional("target", in.Target, MaxExternalID)
	f.Optional("post", in.Post, MaxExternalID)
	f.Optional("link", in.Link, maxDataValue)
	f.Optional("subject", in.Subject, maxSubject)
	if in.Kind == KindMessage || in.Kind == KindIdentity || in.Sender != (Party{}) {
		in.Sender.check(&f)
	}
	if in.To != (Party{}) {
		in.To.check(&f)
	}
	f.Count("known", len(in.Known), 0, maxKnown)
	for _, p := range in.Known {
		p.check(&f)
	}
	f.Optional("words", in.Words, maxDataValue)
	in.checkContent(&f)
	in.checkTimes(&f)
	return f.Err("channel.Inbound")
}

func kindNames() []string {
	var names []string
	for _, k := range Kinds() {
		names = append(names, string(k))
	}
	return names
}

func (in *Inbound) checkContent(f *check.Fields) {
	in.checkText(f)
	watermark := in.Kind == KindReceipt && in.Thread != "" && !in.Until.IsZero()
	if in.Kind.about() && in.Target == "" && in.Entry == 0 && !watermark {
		f.Add("target", "required", nil)
	}
	if in.Kind == KindReceipt {
		f.OneOf("state", string(in.State), string(Taken), string(Arrived), string(Seen), string(Refused))
	}
	if in.Post == "" && (in.Kind == KindPost || in.Kind == KindHiding) {
		f.Add("post", "required", nil)
	}
	f.Count("files", len(in.Files)+len(in.Remote), 0, MaxInboundFiles)
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

func (in *Inbound) checkText(f *check.Fields) {
	said := in.Text != "" || in.HTML != "" || len(in.Files)+len(in.Remote) > 0
	switch {
	case !utf8.ValidString(in.Text) || !utf8.ValidString(in.HTML):
		f.Add("text", "format.text", nil)
	case utf8.RuneCountInString(in.Text) > MaxInboundText || utf8.RuneCountInString(in.HTML) > MaxInboundText:
		f.Add("text", "length.max", errs.Values{"max": MaxInboundText})
	case in.Kind == KindReaction && utf8.RuneCountInString(in.Text) > maxReaction:
		f.Add("text", "length.max", errs.Values{"max": maxReaction})
	case (in.Kind == KindMessage || in.Kind == KindEcho || in.Kind == KindEdit) && !said, in.Kind == KindReaction && in.Text == "" && !in.Off:
		f.Add("text", "required", nil)
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
