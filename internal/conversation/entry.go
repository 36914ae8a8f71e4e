package conversation

import (
	"encoding/json"
	"strings"
	"time"
	"unicode"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
)

// Limits of an entry.
const (
	MaxBody    = 1 << 20 // bytes of a text, as far as storage is concerned
	MaxPreview = 200     // characters of the worklist's preview
)

// Kind says what an entry is.
type Kind string

// Kinds of entries.
const (
	Message  Kind = "message"
	Note     Kind = "note"   // for colleagues only
	System   Kind = "system" // something happened; Code says what
	Reaction Kind = "reaction"
	Edit     Kind = "edit"
	Deletion Kind = "deletion"
	Survey   Kind = "survey"
	Like     Kind = "like"          // of ours, or taken back
	Hiding   Kind = "hiding"        // from the public, or shown again
	Blocking Kind = "blocking"      // of who wrote it, or taken back
	Private  Kind = "private_reply" // a public entry is answered in private
)

// Internal reports whether entries of the kind are for colleagues only.
func (k Kind) Internal() bool { return k == Note }

// shown reports whether an entry of the kind is what a worklist previews and sorts by.
func (k Kind) shown() bool { return k == Message || k == Note }

func (k Kind) needsTarget() bool {
	return k == Reaction || k == Edit || k == Deletion || k == Like || k == Hiding || k == Blocking || k == Private
}

// Author says which side an entry comes from.
type Author string

// Authors of entries.
const (
	ByCustomer Author = "customer"
	ByAgent    Author = "agent"
	BySystem   Author = "system"
	ByBot      Author = "bot"
)

// File is an attachment as an entry names it.
type File struct {
	ID      id.Attachment `json:"id"`
	Name    string        `json:"name"`
	Size    int64         `json:"size"`
	Type    string        `json:"type"`
	Preview bool          `json:"preview,omitempty"`
}

// Entry is one item of a conversation.
type Entry struct {
	ID             id.Entry
	ConversationID id.Conversation
	Seq            int64
	EntryPointID   id.EntryPoint
	ExternalID     string
	ClientID       string
	Kind           Kind
	Author         Author
	UserID         id.User
	TargetID       id.Entry
	Body           string
	HTML           string
	Code           string
	Data           json.RawMessage `db:"data,json"`
	Attachments    []File          `db:"attachments,json"`
	Mentions       []id.User       `db:"mentions,json"`
	DeliveryState  Delivery
	DeliveryReason string
	DeliveryAt     time.Time
	OccurredAt     time.Time
	ReceivedAt     time.Time
	ContactPointID id.ContactPoint // who of many said it; 0: the customer of the conversation, if it is theirs
	ParentID       id.Entry        // to which it answers; 0: none in particular
}

// NewEntry is an entry to be appended.
type NewEntry struct {
	ID          id.Entry // chosen by the caller, or 0
	Kind        Kind
	Author      Author
	User        id.User
	Target      id.Entry // of a reaction, an edit or a deletion
	Text        string
	HTML        string
	Code        string
	Data        json.RawMessage
	Attachments []File
	Mentions    []id.User
	ExternalID  string // the channel's name of it: stored once
	ClientID    string // the sender's name of it: stored once
	Delivery    Delivery
	OccurredAt  time.Time // zero: now
	Quiet       bool      // a machine wrote it: nobody waits for an answer

	ContactPoint id.ContactPoint // who of many said it
	Parent       id.Entry        // to which it answers
}

// entry returns what is stored for n as the next of c.
func (n NewEntry) entry(c *Conversation, now time.Time) (Entry, error) {
	const op = "conversation.Append"
	e := Entry{
		ID: n.ID, ConversationID: c.ID, Seq: c.LastSeq + 1, EntryPointID: c.EntryPointID, ExternalID: n.ExternalID, ClientID: n.ClientID,
		Kind: n.Kind, Author: n.Author, UserID: n.User, TargetID: n.Target, Body: clean(n.Text), HTML: clean(n.HTML), Code: n.Code,
		Data: n.Data, Attachments: n.Attachments, Mentions: n.Mentions, DeliveryState: n.Delivery, OccurredAt: n.OccurredAt, ReceivedAt: now,
		ContactPointID: n.ContactPoint, ParentID: n.Parent,
	}
	if e.ID == 0 {
		e.ID = id.New[id.Entry]()
	}
	if e.OccurredAt.IsZero() {
		e.OccurredAt = now
	}
	if e.DeliveryState != "" {
		e.DeliveryAt = now
	}
	if len(e.Body) > MaxBody || len(e.HTML) > MaxBody {
		return Entry{}, errs.Fields(op, errs.Field{Path: "text", Code: "length.max", Values: errs.Values{"max": MaxBody}})
	}
	if e.Kind.needsTarget() && e.TargetID == 0 {
		return Entry{}, errs.Fields(op, errs.Field{Path: "target", Code: "required"})
	}
	return e, nil
}

// clean removes what no database keeps as text.
func clean(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "")
}

// preview returns the beginning of e on one line.
func (e Entry) preview() string {
	var b strings.Builder
	count, gap := 0, false
	for _, r := range e.Body {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte(' ')
			count, gap = count+1, false
		}
		b.WriteRune(r)
		if count++; count >= MaxPreview-1 {
			b.WriteRune('…')
			break
		}
	}
	if b.Len() == 0 {
		names := make([]string, len(e.Attachments))
		for i, f := range e.Attachments {
			names[i] = f.Name
		}
		return clip(strings.Join(names, ", "), MaxPreview)
	}
	return b.String()
}

// clip returns at most limit characters of s.
func clip(s string, limit int) string {
	for i := range s {
		if limit == 0 {
			return s[:i]
		}
		limit--
	}
	return s
}
