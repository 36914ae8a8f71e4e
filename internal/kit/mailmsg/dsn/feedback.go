package dsn

import (
	"bytes"
	"strings"

	"github.com/zongler/zongler/internal/kit/mailmsg"
)

// Complaint reads a feedback report (ARF). It returns nil for mail that is none.
func Complaint(m *mailmsg.Message) *ComplaintReport {
	p := m.Root.Find("message/feedback-report")
	if p == nil {
		return nil
	}
	h, _ := mailmsg.ParseHeader(bytes.TrimLeft(content(p, maxStatus), "\r\n"))
	r := &ComplaintReport{
		Type:       h.Token("Feedback-Type"),
		UserAgent:  h.Get("User-Agent"),
		EnvelopeID: h.Get("Original-Envelope-Id"),
		OriginalID: originalID(m),
	}
	for _, value := range h.Values("Original-Rcpt-To") {
		r.add(value)
	}
	if original, ok := originalHeader(m); ok && len(r.Recipients) == 0 {
		for _, a := range mailmsg.ParseAddresses(original.Raw("To")) {
			r.add(a.Addr)
		}
	}
	return r
}

func (r *ComplaintReport) add(value string) {
	if a := address(value); a != "" && len(r.Recipients) < maxRecipients {
		r.Recipients = append(r.Recipients, a)
	}
}

// Receipt reads the notice of a reader's program (MDN). It returns nil for mail
// that is none.
func Receipt(m *mailmsg.Message) *ReceiptReport {
	p := m.Root.Find("message/disposition-notification")
	if p == nil {
		return nil
	}
	h, _ := mailmsg.ParseHeader(bytes.TrimLeft(content(p, maxStatus), "\r\n"))
	mode, kind, _ := strings.Cut(strings.ToLower(h.Get("Disposition")), ";")
	kind, _, _ = strings.Cut(kind, "/")
	r := &ReceiptReport{
		Recipient:   address(h.Get("Final-Recipient")),
		OriginalID:  mailmsg.NormalizeID(h.Raw("Original-Message-ID")),
		Disposition: strings.TrimSpace(kind),
		Automatic:   strings.Contains(mode, "automatic-action"),
	}
	if r.OriginalID == "" {
		r.OriginalID = originalID(m)
	}
	return r
}
