package channel

import (
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/errs"
)

// Capabilities is what a channel can carry. The composer is drawn from it, and
// a reply is checked against it before it is accepted.
type Capabilities struct {
	TextLimit       int      // characters of one message; 0: no text at all
	Attachments     int      // files of one message; 0: none
	AttachmentBytes int64    // of one file
	AttachmentTypes []string // media types; empty: all
	Subject         bool     // a conversation has a subject line
	Rich            bool     // text may be formatted
	Public          bool     // everybody can read along: the composer says so
	Replies         bool     // an entry can be answered in particular
	Reactions       bool
	Edits           bool
	Deletions       bool
	Typing          bool
	ReadMarks       bool // the customer's reading is known
	Receipts        bool // the arrival of a message is known
	Hides           bool
	Likes           bool
	PrivateReplies  bool
	Templates       bool
	Windowed        bool // free text only for some time after the customer wrote
	Recipients      int  // addresses that one message may name; 0: it goes to the customer alone

	Undo time.Duration // for so long a message waits, so that it can be taken back
}

// Check refuses what the channel cannot carry: a text of characters and files.
func (c Capabilities) Check(op, text string, files []File) error {
	switch {
	case text == "" && len(files) == 0:
		return errs.Fields(op, errs.Field{Path: "text", Code: "required"})
	case utf8.RuneCountInString(text) > c.TextLimit:
		return errs.Fields(op, errs.Field{Path: "text", Code: "length.max", Values: errs.Values{"max": c.TextLimit}})
	case len(files) > c.Attachments:
		return errs.Fields(op, errs.Field{Path: "attachment_ids", Code: "items.max", Values: errs.Values{"max": c.Attachments}})
	}
	for _, f := range files {
		if f.Size > c.AttachmentBytes {
			return errs.Fields(op, errs.Field{
				Path: "attachment_ids", Code: "attachment.too_large",
				Values: errs.Values{"name": f.Name, "megabytes": c.AttachmentBytes >> 20},
			})
		}
		if len(c.AttachmentTypes) > 0 && !slices.Contains(c.AttachmentTypes, f.Type) {
			return errs.Fields(op, errs.Field{Path: "attachment_ids", Code: "attachment.type", Values: errs.Values{"name": f.Name}})
		}
	}
	return nil
}

// CheckEnvelope refuses recipients and subjects that the channel does not know, and addresses that are none.
func (c Capabilities) CheckEnvelope(op string, e Envelope) error {
	var wrong []errs.Field
	if e.From != 0 && c.Recipients == 0 {
		wrong = append(wrong, errs.Field{Path: "from_id", Code: "reference"})
	}
	if e.Subject != "" && !c.Subject {
		wrong = append(wrong, errs.Field{Path: "subject", Code: "reply.no_subject"})
	}
	if utf8.RuneCountInString(e.Subject) > maxSubject || strings.ContainsAny(e.Subject, "\r\n\x00") {
		wrong = append(wrong, errs.Field{Path: "subject", Code: "length.max", Values: errs.Values{"max": maxSubject}})
	}
	if n := len(e.To) + len(e.Cc) + len(e.Bcc); n > c.Recipients {
		wrong = append(wrong, errs.Field{Path: "to", Code: "items.max", Values: errs.Values{"max": c.Recipients}})
	}
	for path, list := range map[string][]string{"to": e.To, "cc": e.Cc, "bcc": e.Bcc} {
		for _, address := range list {
			if !goodAddress(address) {
				wrong = append(wrong, errs.Field{Path: path, Code: "format.email"})
				break
			}
		}
	}
	return errs.Fields(op, wrong...)
}

// goodAddress reports whether a is one address, with or without a name, on one line.
func goodAddress(a string) bool {
	if len(a) > maxPartyText || strings.ContainsAny(a, "\r\n\x00") {
		return false
	}
	parsed, err := mail.ParseAddress(a)
	return err == nil && strings.Contains(parsed.Address, "@")
}
