package smpp

import (
	"bytes"
	"encoding/binary"
	"slices"

	"github.com/zongler/zongler/internal/kit/smstext"
)

// Types of numbers and numbering plans of addresses (5.2.5, 5.2.6).
const (
	TONUnknown       = 0
	TONInternational = 1
	TONNational      = 2
	TONNetwork       = 3
	TONAlphanumeric  = 5
	NPIUnknown       = 0
	NPIISDN          = 1
)

// Address is who sends or gets a message.
type Address struct {
	TON  byte
	NPI  byte
	Addr string
}

// AddressOf returns a number or a name as networks write it: +48601234567, a short number, FALA.
func AddressOf(text string) Address {
	digits := true
	for i, r := range text {
		if (r < '0' || r > '9') && (i > 0 || r != '+') {
			digits = false
		}
	}
	switch {
	case digits && text != "" && text[0] == '+':
		return Address{TONInternational, NPIISDN, text[1:]}
	case digits:
		return Address{TONUnknown, NPIISDN, text}
	}
	return Address{TONAlphanumeric, NPIUnknown, text}
}

// Text returns an address as we write it.
func (a Address) Text() string {
	if a.TON == TONInternational && a.Addr != "" && a.Addr[0] != '+' {
		return "+" + a.Addr
	}
	return a.Addr
}

// ESM classes (5.2.12).
const (
	esmHeader  = 0x40 // the text begins with a user data header
	esmKind    = 0x3c
	esmReceipt = 0x04
	esmInter   = 0x20 // an intermediate notification
)

// WantReceipt asks for the final outcome of a message (5.2.17).
const WantReceipt = 1

// Message is a submit_sm, a deliver_sm (4.4.1, 4.6.1) or what a data_sm says.
type Message struct {
	ServiceType string
	From, To    Address
	ESMClass    byte
	Protocol    byte
	Priority    byte
	Schedule    string
	Validity    string
	Registered  byte
	Replace     byte
	Coding      byte
	Default     byte
	Short       []byte
	TLVs        []TLV
}

// Lengths of fields with their final zero, and of the short message.
const (
	maxService  = 6
	maxAddress  = 21
	maxLong     = 65 // of an address in a data_sm
	maxTime     = 17
	maxShort    = 254
	maxID       = 65
	maxSystemID = 16
	maxPassword = 9
	maxType     = 13
	maxRange    = 41
)

// Body returns m as the body of a submit_sm or deliver_sm. What is too long for it goes as message_payload.
func (m Message) Body() []byte {
	out := addText(nil, m.ServiceType, maxService)
	out = addText(append(out, m.From.TON, m.From.NPI), m.From.Addr, maxAddress)
	out = addText(append(out, m.To.TON, m.To.NPI), m.To.Addr, maxAddress)
	out = append(out, m.ESMClass, m.Protocol, m.Priority)
	out = addText(addText(out, m.Schedule, maxTime), m.Validity, maxTime)
	out = append(out, m.Registered, m.Replace, m.Coding, m.Default)
	if len(m.Short) > maxShort {
		return addTLVs(append(out, 0), append(slices.Clip(m.TLVs), TLV{TagPayload, m.Short}))
	}
	return addTLVs(append(append(out, byte(len(m.Short))), m.Short...), m.TLVs) //nolint:gosec // at most maxShort
}

// ParseMessage reads the body of a submit_sm or deliver_sm.
func ParseMessage(body []byte) (Message, error) {
	f := &fields{rest: body}
	m := Message{ServiceType: f.text(maxService)}
	m.From = Address{f.byte(), f.byte(), f.text(maxAddress)}
	m.To = Address{f.byte(), f.byte(), f.text(maxAddress)}
	m.ESMClass, m.Protocol, m.Priority = f.byte(), f.byte(), f.byte()
	m.Schedule, m.Validity = f.text(maxTime), f.text(maxTime)
	m.Registered, m.Replace, m.Coding, m.Default = f.byte(), f.byte(), f.byte(), f.byte()
	m.Short = f.take(int(f.byte()))
	m.TLVs = f.tlvs()
	return m, f.err
}

// ParseArrived reads a deliver_sm or a data_sm.
func ParseArrived(p PDU) (Message, error) {
	if p.Command == DataSM {
		return parseData(p.Body)
	}
	return ParseMessage(p.Body)
}

// parseData reads the body of a data_sm (4.7.1), whose text is a message_payload.
func parseData(body []byte) (Message, error) {
	f := &fields{rest: body}
	m := Message{ServiceType: f.text(maxService)}
	m.From = Address{f.byte(), f.byte(), f.text(maxLong)}
	m.To = Address{f.byte(), f.byte(), f.text(maxLong)}
	m.ESMClass, m.Registered, m.Coding = f.byte(), f.byte(), f.byte()
	m.TLVs = f.tlvs()
	return m, f.err
}

// Find returns the value of an optional parameter.
func (m Message) Find(tag Tag) ([]byte, bool) {
	for _, t := range m.TLVs {
		if t.Tag == tag {
			return t.Value, true
		}
	}
	return nil, false
}

// Data returns the bytes of the text, wherever they stand.
func (m Message) Data() []byte {
	if payload, there := m.Find(TagPayload); there && len(m.Short) == 0 {
		return payload
	}
	return m.Short
}

// Piece returns the text of m as part n of a long message (1 of 1: it is all there is),
// and whether it is a text at all.
func (m Message) Piece() (p smstext.Part, h smstext.Header, text bool) {
	h, data := m.header()
	p = smstext.Part{Number: h.Part, Data: data}
	switch c := m.Coding; {
	case c == 0x01 && controls(data): // some say ASCII and write the default alphabet (node-smpp does)
	case c == 0x01 || c == 0x03: // ASCII, Latin 1: the same codes as in 16 bits
		p.Alphabet, p.Data = smstext.UCS2, widened(data)
	case c == 0x08 || c&0xfc == 0x18 || c&0xfc == 0x38 || c&0xf0 == 0xe0:
		p.Alphabet = smstext.UCS2
	case c == 0x00 || c >= 0x10 && c < 0x40 && c&0x0c == 0 || c >= 0xc0 && c < 0xe0 || c >= 0xf0 && c&0x04 == 0:
	default: // octets, which a program has sent to another, and alphabets of the far east
		return p, h, false
	}
	return p, h, true
}

// controls reports whether data has codes that are letters in the default alphabet and nothing in ASCII.
func controls(data []byte) bool {
	return bytes.ContainsFunc(data, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' })
}

// widened writes codes of a byte in two.
func widened(data []byte) []byte {
	out := make([]byte, 0, 2*len(data))
	for _, b := range data {
		out = append(out, 0, b)
	}
	return out
}

// header returns which part of a long message m is, and its bytes without the header that says so.
func (m Message) header() (smstext.Header, []byte) {
	alone, data := smstext.Header{Total: 1, Part: 1}, m.Data()
	if m.ESMClass&esmHeader != 0 {
		h, text, part := smstext.ParseHeader(data)
		if !part {
			h = alone
		}
		return h, text
	}
	ref, _ := m.Find(TagRefNum)
	total, _ := m.Find(TagTotal)
	number, _ := m.Find(TagPart)
	if len(ref) == 2 && len(total) == 1 && len(number) == 1 {
		if h := (smstext.Header{Ref: int(binary.BigEndian.Uint16(ref)), Total: int(total[0]), Part: int(number[0])}); h.Valid() {
			return h, data
		}
	}
	return alone, data
}

// WithHeader puts the header of a part before the text of m.
func (m Message) WithHeader(h smstext.Header) Message {
	m.ESMClass |= esmHeader
	m.Short = append(h.Bytes(), m.Short...)
	return m
}

// Bind is a bind of any kind (4.1).
type Bind struct {
	SystemID   string
	Password   string
	SystemType string
	Version    byte
	TON, NPI   byte
	Range      string
}

// Version is that of the protocol.
const Version = 0x34

// Body returns b as the body of a bind.
func (b Bind) Body() []byte {
	out := addText(nil, b.SystemID, maxSystemID)
	out = addText(out, b.Password, maxPassword)
	out = addText(out, b.SystemType, maxType)
	return addText(append(out, b.Version, b.TON, b.NPI), b.Range, maxRange)
}

// ParseBind reads the body of a bind.
func ParseBind(body []byte) (Bind, error) {
	f := &fields{rest: body}
	b := Bind{SystemID: f.text(maxSystemID), Password: f.text(maxPassword), SystemType: f.text(maxType)}
	b.Version, b.TON, b.NPI = f.byte(), f.byte(), f.byte()
	b.Range = f.text(maxRange)
	return b, f.err
}

// TextBody returns a body of one text: the system of a bind_resp, the id of a submit_sm_resp or deliver_sm_resp.
func TextBody(text string) []byte { return addText(nil, text, maxID) }

// parseID reads the body of a submit_sm_resp. Some centres forget the final zero.
func parseID(body []byte) string {
	if f := (&fields{rest: append(slices.Clip(body), 0)}); len(body) > 0 {
		return f.text(maxID + 1)
	}
	return ""
}
