package smstext

import "strings"

// Part is what came in one segment.
type Part struct {
	Number   int // from 1
	Alphabet Alphabet
	Data     []byte
}

// Missing stands where a part of a long message did not come.
const Missing = "[…]"

// Join returns the text of a long message of total parts, of which parts are here in any
// order, some perhaps twice. Parts are put together before they are read: some phones
// let a character begin in one and end in the next.
func Join(total int, parts []Part) string {
	byNumber := map[int]Part{}
	for _, p := range parts {
		if _, twice := byNumber[p.Number]; !twice {
			byNumber[p.Number] = p
		}
	}
	var (
		out strings.Builder
		run Part
	)
	flush := func() {
		out.WriteString(run.Alphabet.Decode(run.Data))
		run.Data = nil
	}
	for n := 1; n <= total; n++ {
		p, here := byNumber[n]
		if !here || p.Alphabet != run.Alphabet {
			flush()
		}
		if !here {
			out.WriteString(Missing)
			continue
		}
		run.Alphabet = p.Alphabet
		run.Data = append(run.Data, p.Data...)
	}
	flush()
	return out.String()
}
