package mailmsg

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// Parse reads a mail. The error is only ever that of r; what is wrong with the
// mail itself is in its Defects.
func Parse(r io.Reader, limits Limits) (*Message, error) {
	limits = limits.orDefaults()
	raw, err := io.ReadAll(io.LimitReader(r, limits.Size+1))
	if err != nil {
		return nil, fmt.Errorf("read mail: %w", err)
	}
	return ParseBytes(raw, limits), nil
}

// ParseBytes reads a mail that is in memory. The message goes on using raw,
// which must not change.
func ParseBytes(raw []byte, limits Limits) *Message {
	r := &reader{limits: limits.orDefaults(), message: &Message{}}
	if int64(len(raw)) > r.limits.Size {
		raw = raw[:r.limits.Size]
		r.defect(DefectSize, "")
	}
	m := r.message
	raw = bytes.TrimLeft(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")), "\r\n")
	m.Root = r.part(raw, "text/plain", 0)
	m.Header = m.Root.Header
	r.envelope()
	r.body()
	return m
}

// maxDefects bounds the list: a broken mail may have one per line.
const maxDefects = 50

// reader reads one mail.
type reader struct {
	limits      Limits
	message     *Message
	headerBytes int
	parts       int
}

func (r *reader) defect(code DefectCode, detail string) {
	m := r.message
	for _, d := range m.Defects {
		if d.Code == code {
			return // once of each kind says enough
		}
	}
	if len(m.Defects) < maxDefects {
		m.Defects = append(m.Defects, Defect{Code: code, Detail: detail})
	}
}

// envelope reads the fields that say from whom, to whom, when and about what.
func (r *reader) envelope() {
	m, h := r.message, r.message.Header
	m.From = r.addresses("From")
	m.ReplyTo = r.addresses("Reply-To")
	m.To = r.addresses("To")
	m.Cc = r.addresses("Cc")
	m.Bcc = r.addresses("Bcc")
	if list := r.addresses("Sender"); len(list) > 0 {
		m.Sender = list[0]
	}
	if len(m.From) == 0 {
		r.defect(DefectNoFrom, "")
	}
	if h.Has("Return-Path") {
		m.HasReturnPath = true
		m.ReturnPath = ParseAddress(h.Raw("Return-Path")).Addr
	}
	m.Subject = trimRunes(h.Get("Subject"), maxSubject)
	r.ids()
	r.date()
}

func (r *reader) addresses(name string) []Address {
	var all []Address
	for _, f := range r.message.Header.fields {
		if !strings.EqualFold(f.Name, name) {
			continue
		}
		list := parseAddresses(f.raw)
		if len(all)+len(list) > maxAddresses {
			r.defect(DefectAddresses, name)
			list = list[:maxAddresses-len(all)]
		}
		all = append(all, list...)
	}
	for _, a := range all {
		if a.Addr == "" {
			r.defect(DefectAddress, name)
		}
	}
	return all
}

func (r *reader) ids() {
	m, h := r.message, r.message.Header
	m.MessageID = NormalizeID(h.Raw("Message-ID"))
	if m.MessageID == "" {
		r.defect(DefectID, "")
	}
	for _, f := range h.fields {
		switch {
		case strings.EqualFold(f.Name, "In-Reply-To"):
			m.InReplyTo = append(m.InReplyTo, parseIDs(f.raw)...)
		case strings.EqualFold(f.Name, "References"):
			m.References = append(m.References, parseIDs(f.raw)...)
		}
	}
	m.InReplyTo = r.bounded(m.InReplyTo)
	m.References = r.bounded(m.References)
}

// bounded keeps the first id, which began the thread, and the newest ones.
func (r *reader) bounded(ids []string) []string {
	if len(ids) <= maxReferences {
		return ids
	}
	r.defect(DefectReferences, "")
	return append(ids[:1:1], ids[len(ids)-maxReferences+1:]...)
}

// date reads when the mail was sent; where it does not say, when the last server
// took it.
func (r *reader) date() {
	m, h := r.message, r.message.Header
	var ok bool
	if m.Date, ok = parseDate(h.Raw("Date")); ok {
		return
	}
	r.defect(DefectDate, clip([]byte(h.Raw("Date"))))
	received := h.Raw("Received")
	if at := strings.LastIndexByte(received, ';'); at >= 0 {
		m.Date, _ = parseDate(received[at+1:])
	}
}
