package mailmsg

import (
	"bytes"
	"io"
)

// fillSize is about how much is decoded at a time.
const fillSize = 4 << 10

// decoder reads a body that is in memory, forgiving what can be forgiven: it
// never fails.
type decoder struct {
	src     []byte
	fill    func(d *decoder) // decodes some of src to the end of out, at least one byte of src
	out     []byte
	pending []byte // of out, not read yet
	bits    uint32 // base64: letters of a group that is not whole
	letters int
}

func (d *decoder) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if len(d.pending) == 0 {
			if len(d.src) == 0 {
				break
			}
			d.out = d.out[:0]
			d.fill(d)
			d.pending = d.out
		}
		copied := copy(p[n:], d.pending)
		d.pending = d.pending[copied:]
		n += copied
	}
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// fillBase64 leaves out what is no letter of base64. Padding amidst the text,
// which joined texts have, ends a group there.
func fillBase64(d *decoder) {
	for len(d.src) > 0 && len(d.out) < fillSize {
		c := d.src[0]
		d.src = d.src[1:]
		if value, ok := base64Value(c); ok {
			d.bits = d.bits<<6 | value
			if d.letters++; d.letters == 4 {
				d.out = append(d.out, byte(d.bits>>16&0xff), byte(d.bits>>8&0xff), byte(d.bits&0xff))
				d.bits, d.letters = 0, 0
			}
		} else if c == '=' {
			d.endGroup()
		}
	}
	if len(d.src) == 0 {
		d.endGroup()
	}
}

// endGroup writes what a group that is not whole holds.
func (d *decoder) endGroup() {
	switch d.letters {
	case 2:
		d.out = append(d.out, byte(d.bits>>4&0xff))
	case 3:
		d.out = append(d.out, byte(d.bits>>10&0xff), byte(d.bits>>2&0xff))
	}
	d.bits, d.letters = 0, 0
}

func base64Value(c byte) (uint32, bool) {
	switch {
	case c >= 'A' && c <= 'Z':
		return uint32(c - 'A'), true
	case c >= 'a' && c <= 'z':
		return uint32(c-'a') + 26, true
	case c >= '0' && c <= '9':
		return uint32(c-'0') + 52, true
	case c == '+':
		return 62, true
	case c == '/':
		return 63, true
	}
	return 0, false
}

// fillQuoted decodes quoted-printable. An "=" that escapes nothing stands for itself.
func fillQuoted(d *decoder) {
	for len(d.src) > 0 && len(d.out) < fillSize {
		switch c := d.src[0]; c {
		case '=':
			d.escape()
		case ' ', '\t':
			d.blanks()
		default:
			d.out = append(d.out, c)
			d.src = d.src[1:]
		}
	}
}

// escape reads what follows "=": two digits or the end of a line.
func (d *decoder) escape() {
	if len(d.src) > 2 {
		high, ok := hexValue(d.src[1])
		low, ok2 := hexValue(d.src[2])
		if ok && ok2 {
			d.out = append(d.out, high<<4|low)
			d.src = d.src[3:]
			return
		}
	}
	rest := d.src[1:]
	blanks := 0
	for blanks < len(rest) && blanks < 100 && (rest[blanks] == ' ' || rest[blanks] == '\t') {
		blanks++
	}
	rest = rest[blanks:]
	switch {
	case len(rest) == 0:
		d.src = nil
	case rest[0] == '\n':
		d.src = rest[1:]
	case rest[0] == '\r':
		d.src = bytes.TrimPrefix(rest[1:], []byte("\n"))
	default:
		d.out = append(d.out, '=')
		d.src = d.src[1:]
	}
}

// blanks passes on white space unless a line ends with it: that was added on the way.
func (d *decoder) blanks() {
	n := 0
	for n < len(d.src) && (d.src[n] == ' ' || d.src[n] == '\t') {
		n++
	}
	if n < len(d.src) && d.src[n] != '\r' && d.src[n] != '\n' {
		d.out = append(d.out, d.src[:n]...)
	}
	d.src = d.src[n:]
}

func hexValue(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}
