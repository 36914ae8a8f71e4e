package compose

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/kit/mailmsg"
)

// Outgoing is a mail to be written.
type Outgoing struct {
	From    mailmsg.Address
	Sender  mailmsg.Address // who sends for From; zero for none
	ReplyTo []mailmsg.Address
	To      []mailmsg.Address
	Cc      []mailmsg.Address
	Bcc     []mailmsg.Address // recipients of the envelope only

	Subject    string
	MessageID  string   // without brackets; required
	InReplyTo  string   // without brackets
	References []string // oldest first; bounded to the first and the last ones
	Date       time.Time

	Text   string // required unless HTML is given; then it is made of it
	HTML   string // cleaned already; "" for plain mail
	Inline []File // named by cid: in the HTML
	Files  []File

	Automatic Automatic
	Loop      string // what X-Loop says, so that we know our own mail; "" for none
	Receipt   bool   // ask the reader's program for a receipt (RFC 8098)
	EightBit  bool   // the server takes 8BITMIME
}

// Automatic says how much a machine had to do with a mail (RFC 3834).
type Automatic string

// Kinds of automatic mail. The empty one is mail of a person.
const (
	Replied   Automatic = "auto-replied"
	Generated Automatic = "auto-generated"
)

// File is a file to be sent.
type File struct {
	Name      string
	Type      string                        // media type; application/octet-stream if empty or broken
	ContentID string                        // for Inline, without brackets
	Open      func() (io.ReadCloser, error) // called for each writing
}

// Recipient is one address of the envelope, written as SMTP wants it.
type Recipient struct {
	Address string // its domain in ASCII
	UTF8    bool   // its local part needs SMTPUTF8
}

// ErrInvalid reports an Outgoing that cannot be written.
var ErrInvalid = errors.New("compose: not a mail")

// Bounds of a mail. Files are bounded by the caller.
const (
	maxSubject    = 998 // characters
	maxRecipients = 1000
	maxReferences = 20 // the first, and the last ones
	maxFileName   = 200
)

// Mail is a mail that can be written, any number of times.
type Mail struct {
	out        Outgoing
	sender     Recipient
	recipients []Recipient
	header     []field
	signature  string // a whole field that stands above all others; "" for none
	body       part
}

// Sign puts a field above the mail that was made of what WriteTo writes, such as DKIM-Signature, with its
// line ends.
func (m *Mail) Sign(signature string) { m.signature = signature }

// New checks an Outgoing and makes a Mail of it. It returns ErrInvalid.
func New(o Outgoing) (*Mail, error) {
	m := &Mail{out: o}
	if err := m.envelope(); err != nil {
		return nil, err
	}
	if err := m.fields(); err != nil {
		return nil, err
	}
	body, err := m.build()
	if err != nil {
		return nil, err
	}
	m.body = body
	return m, nil
}

// Sender returns the sender of the envelope. For automatic mail the caller may
// use the empty one instead (RFC 3834).
func (m *Mail) Sender() Recipient { return m.sender }

// Recipients returns those of the envelope, Bcc included, each once.
func (m *Mail) Recipients() []Recipient { return m.recipients }

// SMTPUTF8 reports whether the server must offer SMTPUTF8 for this mail.
func (m *Mail) SMTPUTF8() bool {
	return m.sender.UTF8 || slices.ContainsFunc(m.recipients, func(r Recipient) bool { return r.UTF8 }) ||
		slices.ContainsFunc(m.header, func(f field) bool { return f.utf8 })
}

func (m *Mail) envelope() error {
	o := m.out
	addr, wide := o.From.ASCII()
	if addr == "" {
		return fmt.Errorf("%w: the sender has no address", ErrInvalid)
	}
	m.sender = Recipient{Address: addr, UTF8: wide}
	seen := map[string]bool{}
	for _, list := range [][]mailmsg.Address{o.To, o.Cc, o.Bcc} {
		for _, a := range list {
			addr, wide := a.ASCII()
			if addr == "" {
				return fmt.Errorf("%w: a recipient has no address", ErrInvalid)
			}
			if key := a.Key(); !seen[key] {
				seen[key] = true
				m.recipients = append(m.recipients, Recipient{Address: addr, UTF8: wide})
			}
		}
	}
	switch {
	case len(m.recipients) == 0:
		return fmt.Errorf("%w: nobody to send to", ErrInvalid)
	case len(m.recipients) > maxRecipients:
		return fmt.Errorf("%w: more than %d recipients", ErrInvalid, maxRecipients)
	}
	return nil
}
