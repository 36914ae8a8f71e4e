package smpp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Command says what a PDU is (5.1.2.1).
type Command uint32

// Commands. An answer has the highest bit set.
const (
	BindReceiver    Command = 0x01
	BindTransmitter Command = 0x02
	SubmitSM        Command = 0x04
	DeliverSM       Command = 0x05
	Unbind          Command = 0x06
	BindTransceiver Command = 0x09
	EnquireLink     Command = 0x15
	DataSM          Command = 0x103
	GenericNack     Command = 0x80000000

	answerBit Command = 0x80000000
)

// Answer returns the command of the answer to c.
func (c Command) Answer() Command { return c | answerBit }

// IsAnswer reports whether c answers something.
func (c Command) IsAnswer() bool { return c&answerBit != 0 }

// Bounds of a PDU, in bytes: a message_payload may have 64 KiB.
const (
	headerSize = 16
	maxPDU     = 80 << 10
)

// PDU is one unit of the protocol (3.2).
type PDU struct {
	Command  Command
	Status   Status
	Sequence uint32
	Body     []byte
}

// errFrame is what cannot be the beginning of a PDU: where the next one begins is not known either.
var errFrame = errors.New("smpp: not a PDU")

// ReadPDU reads one PDU.
func ReadPDU(r io.Reader) (PDU, error) {
	var head [headerSize]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return PDU{}, err
	}
	n := binary.BigEndian.Uint32(head[0:])
	if n < headerSize || n > maxPDU {
		return PDU{}, fmt.Errorf("%w: a length of %d", errFrame, n)
	}
	p := PDU{
		Command:  Command(binary.BigEndian.Uint32(head[4:])),
		Status:   Status(binary.BigEndian.Uint32(head[8:])),
		Sequence: binary.BigEndian.Uint32(head[12:]),
		Body:     make([]byte, n-headerSize),
	}
	_, err := io.ReadFull(r, p.Body)
	return p, err
}

// Bytes returns p as it is written.
func (p PDU) Bytes() []byte {
	out := make([]byte, headerSize, headerSize+len(p.Body))
	binary.BigEndian.PutUint32(out[0:], uint32(headerSize+len(p.Body))) //nolint:gosec // bounded by who makes it
	binary.BigEndian.PutUint32(out[4:], uint32(p.Command))
	binary.BigEndian.PutUint32(out[8:], uint32(p.Status))
	binary.BigEndian.PutUint32(out[12:], p.Sequence)
	return append(out, p.Body...)
}

// Answer returns the answer to p.
func (p PDU) Answer(s Status, body []byte) PDU {
	return PDU{Command: p.Command.Answer(), Status: s, Sequence: p.Sequence, Body: body}
}

// errBody is a body that does not say what its command promises.
var errBody = errors.New("smpp: a body that ends too early")

// fields takes a body apart. Once something is missing, everything after it is zero.
type fields struct {
	rest []byte
	err  error
}

func (f *fields) take(n int) []byte {
	if f.err != nil || n > len(f.rest) {
		f.err = errBody
		return make([]byte, min(n, 4))
	}
	out := f.rest[:n]
	f.rest = f.rest[n:]
	return out
}

func (f *fields) byte() byte { return f.take(1)[0] }

// text takes a C-octet string of less than most bytes (3.1).
func (f *fields) text(most int) string {
	if f.err != nil {
		return ""
	}
	n := bytes.IndexByte(f.rest, 0)
	if n < 0 || n >= most {
		f.err = errBody
		return ""
	}
	return string(f.take(n + 1)[:n])
}

// addText adds a C-octet string. What is longer is cut: the centre would refuse all of it.
func addText(out []byte, text string, most int) []byte {
	if n := bytes.IndexByte([]byte(text), 0); n >= 0 {
		text = text[:n]
	}
	return append(append(out, text[:min(len(text), most-1)]...), 0)
}

// Tag names an optional parameter (5.3.2).
type Tag uint16

// Tags that mean something here.
const (
	TagReceiptedID  Tag = 0x001e
	TagRefNum       Tag = 0x020c
	TagTotal        Tag = 0x020e
	TagPart         Tag = 0x020f
	TagPayload      Tag = 0x0424
	TagMessageState Tag = 0x0427
)

// TLV is an optional parameter.
type TLV struct {
	Tag   Tag
	Value []byte
}

// tlvs takes the optional parameters that end a body. What is cut off at the end is left out.
func (f *fields) tlvs() (all []TLV) {
	for f.err == nil && len(f.rest) >= 4 {
		tag, n := Tag(binary.BigEndian.Uint16(f.rest)), int(binary.BigEndian.Uint16(f.rest[2:]))
		if n+4 > len(f.rest) {
			break
		}
		all = append(all, TLV{tag, f.rest[4 : n+4]})
		f.rest = f.rest[n+4:]
	}
	return all
}

func addTLVs(out []byte, all []TLV) []byte {
	for _, t := range all {
		out = binary.BigEndian.AppendUint16(out, uint16(t.Tag))
		out = binary.BigEndian.AppendUint16(out, uint16(len(t.Value))) //nolint:gosec // bounded by maxPDU where it is read, by its maker where it is written
		out = append(out, t.Value...)
	}
	return out
}
