package tnef

import (
	"encoding/binary"
	"errors"
	"strings"

	"github.com/zongler/zongler/internal/kit/mailmsg/charset"
)

// Message is what a winmail.dat holds for a reader.
type Message struct {
	Subject string
	Text    string
	HTML    string
	Files   []File // the text as RTF among them, where there is no other
}

// File is a file in a winmail.dat.
type File struct {
	Name      string // as the sender says, perhaps with a path
	Type      string // media type; may be empty
	ContentID string
	Data      []byte // of the memory given to Read
}

// Empty reports that there is nothing to read in it.
func (m *Message) Empty() bool {
	return m.Text == "" && m.HTML == "" && len(m.Files) == 0
}

// Errors of Read.
var (
	ErrFormat = errors.New("tnef: not a winmail.dat")
	ErrCut    = errors.New("tnef: ends too early")
	ErrMany   = errors.New("tnef: too many parts")
)

const (
	signature = 0x223e9f78
	headSize  = 4 + 2
	maxFiles  = 500
	maxAttrs  = 10_000
)

// Attributes: the upper half is the type, the lower the name.
const (
	attrSubject    = 0x8004
	attrBody       = 0x800c
	attrData       = 0x800f
	attrTitle      = 0x8010
	attrRendering  = 0x9002 // begins a file
	attrProps      = 0x9003
	attrFileProps  = 0x9005
	attrCodepage   = 0x9007
	levelMessage   = 1
	levelFile      = 2
	attrHeadSize   = 1 + 4 + 4
	attrTailSize   = 2          // a checksum: often wrong, never looked at
	defaultCharset = "us-ascii" // guessed where it is more
)

// Read opens a winmail.dat. With an error it returns what was read before.
func Read(raw []byte) (*Message, error) {
	r := &reader{message: &Message{}, charset: defaultCharset}
	if len(raw) < headSize || binary.LittleEndian.Uint32(raw) != signature {
		return r.message, ErrFormat
	}
	err := r.attributes(raw[headSize:])
	r.finish()
	return r.message, err
}

type reader struct {
	message *Message
	charset string
	rtf     []byte
	file    *File
	body    []byte
	subject []byte

	html        property
	htmlCharset string
}

func (r *reader) attributes(raw []byte) error {
	for n := 0; len(raw) > 0; n++ {
		if n == maxAttrs {
			return ErrMany
		}
		if len(raw) < attrHeadSize {
			return ErrCut
		}
		level, name := raw[0], binary.LittleEndian.Uint32(raw[1:])&0xffff
		length := uint64(binary.LittleEndian.Uint32(raw[5:]))
		raw = raw[attrHeadSize:]
		if length > uint64(len(raw)) {
			return ErrCut
		}
		if err := r.attribute(level, name, raw[:length]); err != nil {
			return err
		}
		raw = raw[min(length+attrTailSize, uint64(len(raw))):]
	}
	return nil
}

func (r *reader) attribute(level byte, name uint32, data []byte) error {
	if level == levelFile {
		return r.fileAttribute(name, data)
	}
	if level != levelMessage {
		return nil
	}
	switch name {
	case attrCodepage:
		r.setCodepage(data)
	case attrSubject:
		r.subject = data
	case attrBody:
		r.body = data
	case attrProps:
		return properties(data, r.messageProperty)
	}
	return nil
}

func (r *reader) fileAttribute(name uint32, data []byte) error {
	if name == attrRendering {
		if len(r.message.Files) >= maxFiles {
			return ErrMany
		}
		r.message.Files = append(r.message.Files, File{})
		r.file = &r.message.Files[len(r.message.Files)-1]
		return nil
	}
	if r.file == nil {
		return nil
	}
	switch name {
	case attrTitle:
		if r.file.Name == "" {
			r.file.Name = r.narrow(data)
		}
	case attrData:
		r.file.Data = data
	case attrFileProps:
		return properties(data, r.fileProperty)
	}
	return nil
}

// htmlText decodes the HTML: in its own code page if one is said.
func (r *reader) htmlText() string {
	if r.html.kind == typeUnicode || r.htmlCharset == "" {
		return r.text(r.html)
	}
	text, _ := charset.Decode(r.html.value, r.htmlCharset)
	return strings.TrimRight(text, "\x00")
}

// finish decodes what depends on the code page, which may come last, and drops
// files without content, such as links.
func (r *reader) finish() {
	m := r.message
	if m.Subject == "" {
		m.Subject = r.narrow(r.subject)
	}
	if m.Text == "" {
		m.Text = r.narrow(r.body)
	}
	m.Text = strings.ReplaceAll(m.Text, "\r\n", "\n")
	m.HTML = r.htmlText()
	var files []File
	for _, f := range m.Files {
		if len(f.Data) > 0 {
			files = append(files, f)
		}
	}
	m.Files = files
	if m.Text == "" && m.HTML == "" && len(r.rtf) > 0 {
		if plain, err := unpackRTF(r.rtf); err == nil && len(plain) > 0 {
			m.Files = append(m.Files, File{Name: "message.rtf", Type: "application/rtf", Data: plain})
		}
	}
}
