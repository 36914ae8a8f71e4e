package tnef

import (
	"encoding/binary"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/zongler/zongler/internal/kit/mailmsg/charset"
)

// Properties (MS-OXPROPS) that a reader wants.
const (
	propSubject     = 0x0037
	propBody        = 0x1000
	propRTF         = 0x1009
	propHTML        = 0x1013
	propCodepage    = 0x3fde // of the HTML
	propFileData    = 0x3701
	propShortName   = 0x3704
	propLongName    = 0x3707
	propMIME        = 0x370e
	propContentID   = 0x3712
	namedProperties = 0x8000
)

// Types of properties.
const (
	typeInt16   = 0x0002
	typeInt32   = 0x0003
	typeFloat   = 0x0004
	typeDouble  = 0x0005
	typeMoney   = 0x0006
	typeAppTime = 0x0007
	typeError   = 0x000a
	typeBool    = 0x000b
	typeObject  = 0x000d
	typeInt64   = 0x0014
	typeString8 = 0x001e
	typeUnicode = 0x001f
	typeTime    = 0x0040
	typeGUID    = 0x0048
	typeBinary  = 0x0102
	multiValued = 0x1000
	guidSize    = 16
	maxProps    = 20_000
)

// property is one value of a property.
type property struct {
	id, kind uint16
	value    []byte
}

// cursor reads forward and remembers that it ran out.
type cursor struct {
	rest []byte
	cut  bool
}

func (c *cursor) take(n uint64) []byte {
	if n > uint64(len(c.rest)) {
		c.cut, c.rest = true, nil
		return nil
	}
	taken := c.rest[:n]
	c.rest = c.rest[n:]
	return taken
}

func (c *cursor) uint32() uint32 {
	if b := c.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// padded takes n bytes and what fills them up to a multiple of four. The last
// one's filling is sometimes missing.
func (c *cursor) padded(n uint64) []byte {
	taken := c.take(n)
	if fill := (4 - n%4) % 4; !c.cut {
		c.rest = c.rest[min(fill, uint64(len(c.rest))):]
	}
	return taken
}

// properties calls visit for every value in a property list.
func properties(raw []byte, visit func(property)) error {
	c := &cursor{rest: raw}
	count := c.uint32()
	if count > maxProps {
		return ErrMany
	}
	for range count {
		tag := c.uint32()
		kind, id := uint16(tag&0xffff), uint16(tag>>16)
		if id >= namedProperties {
			c.skipName()
		}
		c.values(kind, id, visit)
		if c.cut {
			return ErrCut
		}
	}
	return nil
}

// skipName passes over the name of a named property.
func (c *cursor) skipName() {
	c.take(guidSize)
	if c.uint32() == 0 {
		c.uint32()
		return
	}
	c.padded(uint64(c.uint32()))
}

func (c *cursor) values(kind, id uint16, visit func(property)) {
	base := kind &^ multiValued
	size, fixed := fixedSize(base)
	if fixed && size == 0 {
		return // unknown or null: nothing follows
	}
	count := uint32(1)
	if kind&multiValued != 0 || !fixed {
		count = c.uint32()
	}
	for n := uint32(0); n < count && !c.cut; n++ {
		length := size
		if !fixed {
			length = uint64(c.uint32())
		}
		value := c.padded(length)
		if !c.cut {
			visit(property{id: id, kind: base, value: value})
		}
	}
}

func fixedSize(kind uint16) (uint64, bool) {
	switch kind {
	case typeInt16, typeBool:
		return 2, true
	case typeInt32, typeFloat, typeError:
		return 4, true
	case typeDouble, typeMoney, typeAppTime, typeInt64, typeTime:
		return 8, true
	case typeGUID:
		return guidSize, true
	case typeString8, typeUnicode, typeObject, typeBinary:
		return 0, false
	}
	return 0, true
}

func (r *reader) messageProperty(p property) {
	m := r.message
	switch p.id {
	case propSubject:
		m.Subject = r.text(p)
	case propBody:
		m.Text = r.text(p)
	case propHTML:
		r.html = p
	case propRTF:
		r.rtf = p.value
	case propCodepage:
		if len(p.value) == 4 {
			r.htmlCharset = codepage(binary.LittleEndian.Uint32(p.value))
		}
	}
}

func (r *reader) fileProperty(p property) {
	switch p.id {
	case propLongName:
		r.file.Name = r.text(p)
	case propShortName:
		if r.file.Name == "" {
			r.file.Name = r.text(p)
		}
	case propMIME:
		r.file.Type = r.text(p)
	case propContentID:
		r.file.ContentID = r.text(p)
	case propFileData:
		r.fileData(p)
	}
}

// fileData takes a file's content. A mail within the mail is an object: a GUID
// and another winmail.dat, which is given as it is.
func (r *reader) fileData(p property) {
	r.file.Data = p.value
	if p.kind != typeObject || len(p.value) < guidSize {
		return
	}
	r.file.Data = p.value[guidSize:]
	if len(r.file.Data) >= 4 && binary.LittleEndian.Uint32(r.file.Data) == signature {
		r.file.Type = "application/ms-tnef"
		if !strings.HasSuffix(r.file.Name, ".dat") {
			r.file.Name = strings.TrimSuffix(r.file.Name, ".msg") + ".dat"
		}
	}
}

// text decodes a string or the bytes that stand for one.
func (r *reader) text(p property) string {
	if p.kind == typeUnicode {
		units := make([]uint16, len(p.value)/2)
		for i := range units {
			units[i] = binary.LittleEndian.Uint16(p.value[2*i:])
		}
		return strings.TrimRight(string(utf16.Decode(units)), "\x00")
	}
	return r.narrow(p.value)
}

func (r *reader) narrow(b []byte) string {
	text, _ := charset.Decode(b, r.charset)
	return strings.TrimRight(text, "\x00")
}

func (r *reader) setCodepage(data []byte) {
	if len(data) >= 4 {
		r.charset = codepage(binary.LittleEndian.Uint32(data))
	}
}

// codepage names a code page of Windows as MIME does.
func codepage(number uint32) string {
	switch {
	case number == 65001:
		return "utf-8"
	case number == 20127 || number == 0:
		return defaultCharset
	case number > 28590 && number <= 28606:
		return "iso-8859-" + strconv.Itoa(int(number-28590))
	case number >= 1250 && number <= 1258:
		return "windows-" + strconv.Itoa(int(number))
	case number == 20866:
		return "koi8-r"
	}
	return "ibm" + strconv.Itoa(int(number))
}
