package email

import (
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/mailmsg"
	"github.com/zongler/zongler/internal/kit/mailmsg/authres"
)

// Bounds of what an entry keeps of a mail's header.
const (
	maxListed  = 50 // addresses of one field
	maxSubject = 500
	maxName    = 300
	maxNotes   = 20
)

// Header is what a mail says beside its text. It is the data of its entry.
type Header struct {
	Subject   string                   `json:"subject,omitempty"`
	From      string                   `json:"from"`
	ReplyTo   string                   `json:"reply_to,omitempty"`
	To        []string                 `json:"to,omitempty"`
	Cc        []string                 `json:"cc,omitempty"`
	Other     bool                     `json:"other_party,omitempty"` // not from whom the conversation is with
	Machine   string                   `json:"machine,omitempty"`     // why no machine may answer it (channel.MachineData)
	Cut       bool                     `json:"cut,omitempty"`         // too large: only its header was taken
	Size      int64                    `json:"size,omitempty"`        // of a mail that was cut
	Protected string                   `json:"protected,omitempty"`   // smime, pgp: it cannot be read here
	Signed    string                   `json:"signed,omitempty"`      // smime, pgp: said to be; nobody has looked
	Checks    *authres.Results         `json:"checks,omitempty"`      // what the trusted server has found out about the sender
	Inline    map[string]id.Attachment `json:"inline,omitempty"`      // pictures within the text
	Withheld  []withheld               `json:"withheld,omitempty"`    // files that were not taken; the original has them
	Remote    int                      `json:"remote,omitempty"`      // pictures from elsewhere, which are not loaded
	Defects   []string                 `json:"defects,omitempty"`
}

// withheld is a file that was not taken.
type withheld struct {
	Name string `json:"name"`
	Code string `json:"code"`
}

// headerOf returns what an entry keeps of a mail's header.
func headerOf(m *mailmsg.Message, reason mailmsg.Reason) Header {
	h := Header{
		Subject: clipRunes(m.Subject, maxSubject), From: shown(m.Author()), To: shownAll(m.To), Cc: shownAll(m.Cc), Machine: string(reason),
		Protected: string(m.Encrypted), Signed: string(m.Signed),
	}
	if len(m.ReplyTo) > 0 && m.ReplyTo[0].Addr != "" && m.ReplyTo[0].Key() != m.Author().Key() {
		h.ReplyTo = shown(m.ReplyTo[0])
	}
	for _, d := range m.Defects[:min(len(m.Defects), maxNotes)] {
		h.Defects = append(h.Defects, string(d.Code))
	}
	return h
}

func shown(a mailmsg.Address) string {
	if a.Addr == "" {
		return clipRunes(a.Raw, maxName)
	}
	return clipRunes(a.String(), maxName)
}

func shownAll(list []mailmsg.Address) []string {
	var all []string
	for _, a := range list[:min(len(list), maxListed)] {
		all = append(all, shown(a))
	}
	return all
}

// clipRunes returns at most n characters of s.
func clipRunes(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}

func (h Header) data() (json.RawMessage, error) {
	data, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("email: %w", err)
	}
	return data, nil
}

// dateOf returns when a mail was written: not later than it came, and not long before.
func dateOf(m *mailmsg.Message, received time.Time) time.Time {
	const oldest = 30 * 24 * time.Hour
	if m.Date.IsZero() || m.Date.After(received) || received.Sub(m.Date) > oldest {
		return received
	}
	return m.Date
}
