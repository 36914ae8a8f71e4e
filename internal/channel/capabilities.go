package channel

import (
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/posttext"
)

// Capabilities is what a channel can carry. The composer is drawn from it, and
// a reply is checked against it before it is accepted. What is said of customers
// is what is heard of them; what is said of us is what Do can be asked for.
type Capabilities struct {
	TextLimit       int      // characters of one message; 0: no text at all
	TextBytes       int      // bytes of one message, where the channel counts those, too
	Weighted        bool     // characters are counted as posttext does: the composer counts so, too
	Attachments     int      // files of one message; 0: none
	AttachmentBytes int64    // of one file
	AttachmentTypes []string // media types; empty: all
	Subject         bool     // a conversation has a subject line
	Rich            bool     // text may be formatted
	Public          bool     // everybody can read along: the composer says so
	Replies         bool     // an entry can be answered in particular
	Reactions       bool     // customers react to entries
	Edits           bool     // customers change what they wrote
	Deletions       bool     // customers take back what they wrote
	Echoes          bool     // what we write there by other means comes back as ours
	Typing          bool     // that customers write is heard
	ReadMarks       bool     // the customer's reading is known
	Receipts        bool     // the arrival of a message is known
	OwnEdits        bool     // we change what we sent
	OwnDeletions    bool     // we take back what we sent
	OwnReactions    bool     // we react to what customers wrote
	OwnTyping       bool     // customers are shown that we write, when Do is asked
	OwnReadMarks    bool     // customers are told what we have read
	TypingReads     bool     // that we write is shown only with that they were read
	Hides           bool     // we hide what customers wrote from the public
	Likes           bool     // we like what customers wrote
	PrivateReplies  bool     // a public entry can be answered in private
	Removes         bool     // we remove what customers wrote in public
	Blocks          bool     // we block who wrote something in public
	Templates       bool     // messages that the provider has approved
	Segments        bool     // texts go out in segments as mobile networks have them: the composer counts them
	Plain           bool     // of such: accents that cost more segments are left out (smstext.Plain)
	Summoned        bool     // only who has named us, or has answered or quoted us, can be answered: the composer says so
	Recipients      int      // addresses that one message may name; 0: it goes to the customer alone

	// Window is for how long free text may be sent after the customer wrote; 0: always.
	Window time.Duration

	// PersonWindow is for how long a person may still write, where that is longer; a rule may not.
	PersonWindow time.Duration

	Undo time.Duration // for so long a message waits, so that it can be taken back

	EditWithin   time.Duration // for so long after it was written what we sent can be changed; 0: always
	DeleteWithin time.Duration // for so long it can be taken back; 0: always

	TypingFor time.Duration // for so long that we write is shown once Do was asked

	PrivateWithin time.Duration // for so long after it was written something is answered in private; 0: always

	ReactionSet []string // what we can react with; empty: whatever there is
}

// Within returns for how long after it was written something can be acted on; 0: always.
func (c Capabilities) Within(a Act) time.Duration {
	switch a { //nolint:exhaustive // the others know no time
	case ActEdit:
		return c.EditWithin
	case ActDelete:
		return c.DeleteWithin
	case ActReplyInPrivate:
		return c.PrivateWithin
	}
	return 0
}

// CheckAct refuses an act that the channel does not know, or not any more on what was written at written.
func (c Capabilities) CheckAct(op string, a Act, written, now time.Time) error {
	if !c.Can(a) {
		return errs.New(errs.Conflict, op, Cannot(a).Code)
	}
	within := c.Within(a)
	if within == 0 || !now.After(written.Add(within)) {
		return nil
	}
	code := "entry.late_edit"
	switch a { //nolint:exhaustive // the others know no time
	case ActDelete:
		code = "entry.late_delete"
	case ActReplyInPrivate:
		return errs.New(errs.Conflict, op, "entry.late_private").With(errs.Values{"days": int(within / (24 * time.Hour))})
	}
	return errs.New(errs.Conflict, op, code).With(errs.Values{"minutes": int(within / time.Minute)})
}

// CheckReaction refuses what the channel does not take as a reaction.
func (c Capabilities) CheckReaction(op, reaction string) error {
	switch {
	case reaction == "" || strings.ContainsAny(reaction, " \r\n\t\x00") || !utf8.ValidString(reaction):
		return errs.Fields(op, errs.Field{Path: "reaction", Code: "required"})
	case utf8.RuneCountInString(reaction) > maxReaction:
		return errs.Fields(op, errs.Field{Path: "reaction", Code: "length.max", Values: errs.Values{"max": maxReaction}})
	case len(c.ReactionSet) > 0 && !slices.Contains(c.ReactionSet, reaction):
		return errs.Fields(op, errs.Field{Path: "reaction", Code: "one_of", Values: errs.Values{"allowed": strings.Join(c.ReactionSet, " ")}})
	}
	return nil
}

// Until returns until when a person may send free text to a customer who wrote last at
// last, and whether there is an end to it. Who has never written opens no window.
func (c Capabilities) Until(last time.Time) (until time.Time, limited bool) {
	return last.Add(max(c.Window, c.PersonWindow)), c.Window > 0
}

// CheckWindow refuses free text to a customer who wrote last at last, once the window is closed.
func (c Capabilities) CheckWindow(op string, last, now time.Time) error {
	if until, limited := c.Until(last); limited && now.After(until) {
		return errs.New(errs.Conflict, op, "reply.window_closed").With(errs.Values{"hours": int(max(c.Window, c.PersonWindow) / time.Hour)})
	}
	return nil
}

// ForRules returns what c is to a message that no person writes.
func (c Capabilities) ForRules() Capabilities {
	c.PersonWindow = 0
	return c
}

// Check refuses what the channel cannot carry: a text of characters and files.
func (c Capabilities) Check(op, text string, files []File) error {
	switch {
	case text == "" && len(files) == 0:
		return errs.Fields(op, errs.Field{Path: "text", Code: "required"})
	case c.lengthOf(text) > c.TextLimit:
		return errs.Fields(op, errs.Field{Path: "text", Code: "length.max", Values: errs.Values{"max": c.TextLimit}})
	case c.TextBytes > 0 && len(text) > c.TextBytes:
		return errs.Fields(op, errs.Field{Path: "text", Code: "length.bytes", Values: errs.Values{"max": c.TextBytes, "is": len(text)}})
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

// lengthOf returns how long the channel holds a text to be.
func (c Capabilities) lengthOf(text string) int {
	if c.Weighted {
		return posttext.Weight(text)
	}
	return utf8.RuneCountInString(text)
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
