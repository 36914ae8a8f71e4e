package smstext

// Units of a segment: of one that stands alone, and of one among several, whose
// header of six bytes takes the room of seven units of 7 bits or three of 16.
const (
	gsmAlone, gsmTogether   = 160, 153
	ucs2Alone, ucs2Together = 70, 67
)

// MaxSegments is how many segments the header of a long message can count.
const MaxSegments = 255

// Count is how a text goes out.
type Count struct {
	Alphabet Alphabet
	Segments int
	Left     int // units free in the last segment
}

// CountOf returns how a text goes out. An empty one is no segment, and has all of one left.
func CountOf(text string) Count {
	c := Count{Alphabet: AlphabetOf(text)}
	alone, together := c.Alphabet.room()
	used, n := 0, 0
	total := 0
	for _, r := range text {
		u := c.Alphabet.units(r)
		total += u
		if n == 0 || used+u > together {
			n, used = n+1, 0
		}
		used += u
	}
	if total <= alone {
		c.Segments, c.Left = min(n, 1), alone-total
		return c
	}
	c.Segments, c.Left = n, together-used
	return c
}

func (a Alphabet) room() (alone, together int) {
	if a == GSM {
		return gsmAlone, gsmTogether
	}
	return ucs2Alone, ucs2Together
}

// Split returns the texts of the segments of a text; one, if it is empty.
func Split(text string) (parts []string, a Alphabet) {
	c := CountOf(text)
	if c.Segments <= 1 {
		return []string{text}, c.Alphabet
	}
	_, together := c.Alphabet.room()
	from, used := 0, 0
	for at, r := range text {
		u := c.Alphabet.units(r)
		if used+u > together {
			parts = append(parts, text[from:at])
			from, used = at, 0
		}
		used += u
	}
	return append(parts, text[from:]), c.Alphabet
}

// Header says which part of a long message a segment is.
type Header struct {
	Ref   int // the same for all parts
	Total int
	Part  int // from 1
}

// Information elements of a user data header.
const (
	concat8  = 0x00
	concat16 = 0x08
)

// Bytes returns the header as it stands before the text.
func (h Header) Bytes() []byte {
	return []byte{5, concat8, 3, byte(h.Ref), byte(h.Total), byte(h.Part)} //nolint:gosec // of what is at most 255
}

// ParseHeader takes the user data header off a text that begins with one, and reports
// whether it says that the text is a part. Elements that say other things are left out.
func ParseHeader(data []byte) (h Header, text []byte, part bool) {
	if len(data) == 0 || int(data[0])+1 > len(data) {
		return Header{}, data, false
	}
	elements, text := data[1:int(data[0])+1], data[int(data[0])+1:]
	for len(elements) >= 2 {
		kind, n := elements[0], int(elements[1])
		if n+2 > len(elements) {
			break
		}
		value := elements[2 : n+2]
		elements = elements[n+2:]
		switch {
		case kind == concat8 && n == 3:
			h = Header{int(value[0]), int(value[1]), int(value[2])}
		case kind == concat16 && n == 4:
			h = Header{int(value[0])<<8 | int(value[1]), int(value[2]), int(value[3])}
		}
	}
	return h, text, h.Valid()
}

// Valid reports whether h says of a part that there can be.
func (h Header) Valid() bool { return h.Part >= 1 && h.Part <= h.Total }
