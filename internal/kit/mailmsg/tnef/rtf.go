package tnef

import "encoding/binary"

// Packed RTF (MS-OXRTFCP): LZ77 with a window of 4 KiB that begins filled with
// the usual words of RTF.
const (
	rtfHead      = 16
	rtfPacked    = 0x75465a4c // "LZFu"
	rtfPlain     = 0x414c454d // "MELA"
	rtfWindow    = 4096
	maxRTF       = 8 << 20
	rtfPrefilled = "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)

// unpackRTF returns the RTF that is packed in raw, of at most maxRTF bytes.
func unpackRTF(raw []byte) ([]byte, error) {
	if len(raw) < rtfHead {
		return nil, ErrCut
	}
	size := binary.LittleEndian.Uint32(raw[4:])
	switch binary.LittleEndian.Uint32(raw[8:]) {
	case rtfPlain:
		return raw[rtfHead:min(uint64(len(raw)), rtfHead+uint64(size))], nil
	case rtfPacked:
		return inflate(raw[rtfHead:], int(min(size, maxRTF)))
	}
	return nil, ErrFormat
}

// window is the last 4 KiB that were written.
type window struct {
	bytes [rtfWindow]byte
	at    int
	out   []byte
}

func (w *window) put(c byte) {
	w.bytes[w.at] = c
	w.at = (w.at + 1) % rtfWindow
	w.out = append(w.out, c)
}

// inflate reads groups: a byte of eight flags, then for each a byte as it is or
// two bytes that say where in the window to copy from and how much.
func inflate(src []byte, size int) ([]byte, error) {
	w := &window{}
	w.at = copy(w.bytes[:], rtfPrefilled)
	for len(src) > 0 && len(w.out) < size {
		flags := src[0]
		src = src[1:]
		for bit := 0; bit < 8 && len(w.out) < size; bit++ {
			if flags&(1<<bit) == 0 {
				if len(src) == 0 {
					return w.out, ErrCut
				}
				w.put(src[0])
				src = src[1:]
				continue
			}
			if len(src) < 2 {
				return w.out, ErrCut
			}
			reference := int(src[0])<<8 | int(src[1])
			src = src[2:]
			from := reference >> 4
			if from == w.at {
				return w.out, nil // the mark of the end
			}
			for range reference&0xf + 2 {
				w.put(w.bytes[from])
				from = (from + 1) % rtfWindow
			}
		}
	}
	return w.out[:min(len(w.out), size)], nil
}
