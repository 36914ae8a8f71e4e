package dsn

import (
	"bytes"
	"io"
	"strings"

	"github.com/zongler/zongler/internal/kit/mailmsg"
)

// Bounds of a report.
const (
	maxRecipients = 200
	maxDiagnostic = 500     // characters
	maxStatus     = 1 << 20 // bytes of a part that is read
	maxHeaders    = 256 << 10
)

// Bounce reads a bounce or a notice of delay. It returns nil for mail that is none.
func Bounce(m *mailmsg.Message) *Report {
	status := statusPart(m)
	if status == nil {
		return prose(m)
	}
	r := &Report{Form: Standard}
	r.readStatus(content(status, maxStatus))
	if id := originalID(m); id != "" {
		r.OriginalID = id
	}
	if len(r.Recipients) == 0 {
		return prose(m)
	}
	for i := range r.Recipients {
		r.Recipients[i].Class = classify(r.Recipients[i])
	}
	return r
}

func statusPart(m *mailmsg.Message) *mailmsg.Part {
	for _, kind := range []string{"message/delivery-status", "message/global-delivery-status"} {
		if p := m.Root.Find(kind); p != nil {
			return p
		}
	}
	return nil
}

func content(p *mailmsg.Part, limit int64) []byte {
	raw, _ := io.ReadAll(io.LimitReader(p.Open(), limit)) // reading from memory cannot fail
	return raw
}

// readStatus reads groups of fields: one about the mail, then one per
// recipient. Some servers begin with the recipient at once.
func (r *Report) readStatus(raw []byte) {
	for len(raw) > 0 && len(r.Recipients) < maxRecipients {
		raw = bytes.TrimLeft(raw, "\r\n")
		h, rest := mailmsg.ParseHeader(raw)
		if len(rest) >= len(raw) { // a line that is no field, and no way on
			_, rest, _ = bytes.Cut(raw, []byte("\n"))
		}
		raw = rest
		r.takeGroup(h)
	}
}

func (r *Report) takeGroup(h mailmsg.Header) {
	if id := h.Get("Original-Envelope-Id"); id != "" {
		r.EnvelopeID = id
	}
	if id := mailmsg.NormalizeID(h.Raw("X-Original-Message-ID")); id != "" {
		r.OriginalID = id
	}
	if mta := h.Get("Reporting-MTA"); mta != "" {
		r.MTA = typed(mta)
	}
	if !h.Has("Final-Recipient") && !h.Has("Original-Recipient") && !h.Has("Action") {
		return
	}
	r.Recipients = append(r.Recipients, Recipient{
		Address:    address(h.Get("Final-Recipient")),
		Original:   address(h.Get("Original-Recipient")),
		Action:     actionOf(h.Token("Action")),
		Status:     statusOf(h.Get("Status")),
		Diagnostic: cut(typed(h.Get("Diagnostic-Code"))),
		RemoteMTA:  typed(h.Get("Remote-MTA")),
	})
}

// actionOf reads an action. Some servers have words of their own for a failure,
// and a report that does not say is about one.
func actionOf(word string) Action {
	switch a := Action(word); a {
	case Delayed, Delivered, Relayed, Expanded:
		return a
	case Failed:
	}
	return Failed
}

// typed takes the type off "smtp; 550 no such user".
func typed(value string) string {
	kind, text, found := strings.Cut(value, ";")
	if found && !strings.ContainsAny(strings.TrimSpace(kind), " @.") {
		return strings.TrimSpace(text)
	}
	return strings.TrimSpace(value)
}

func address(value string) string {
	a := mailmsg.ParseAddress(typed(value))
	return strings.ToLower(a.Addr)
}

func cut(text string) string {
	if runes := []rune(text); len(runes) > maxDiagnostic {
		return string(runes[:maxDiagnostic])
	}
	return text
}

// originalID finds the Message-ID of the mail that a report is about: in the
// mail or the header that came back, else in what the report answers.
func originalID(m *mailmsg.Message) string {
	if h, ok := originalHeader(m); ok {
		if id := mailmsg.NormalizeID(h.Raw("Message-ID")); id != "" {
			return id
		}
	}
	switch {
	case len(m.InReplyTo) > 0:
		return m.InReplyTo[0]
	case len(m.References) > 0:
		return m.References[len(m.References)-1]
	}
	return ""
}

func originalHeader(m *mailmsg.Message) (mailmsg.Header, bool) {
	for _, kind := range []string{"message/rfc822", "message/global", "text/rfc822-headers", "text/rfc822-header", "message/rfc822-headers", "message/global-headers"} {
		if p := m.Root.Find(kind); p != nil {
			h, _ := mailmsg.ParseHeader(bytes.TrimLeft(content(p, maxHeaders), "\r\n"))
			return h, true
		}
	}
	return mailmsg.Header{}, false
}
