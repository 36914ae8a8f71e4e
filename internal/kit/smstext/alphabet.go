package smstext

import (
	"strings"
	"unicode/utf16"
)

// Alphabet is how characters are written.
type Alphabet int

// Alphabets.
const (
	GSM  Alphabet = iota // 7 bits, the default alphabet and its extension
	UCS2                 // 16 bits, what is beyond them in two units
)

// escape begins a character of the extension, which takes two units.
const escape = 0x1b

// basic is the default alphabet of GSM 03.38 by its codes; escape has a place and no character.
const basic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"

// unit is how a character is written in the default alphabet.
type unit struct {
	code     byte
	extended bool
}

// tables are the default alphabet, read both ways.
type tables struct {
	codes    map[rune]unit
	basic    [128]rune
	extended map[byte]rune
}

var gsm = newTables() //nolint:gochecknoglobals // a constant that Go cannot express

func newTables() tables {
	t := tables{
		codes: map[rune]unit{},
		extended: map[byte]rune{
			0x0a: '\f', 0x14: '^', 0x28: '{', 0x29: '}', 0x2f: '\\', 0x3c: '[', 0x3d: '~', 0x3e: ']', 0x40: '|', 0x65: '€',
		},
	}
	code := byte(0)
	for _, r := range basic {
		t.basic[code] = r
		if code != escape {
			t.codes[r] = unit{code: code}
		}
		code++
	}
	for code, r := range t.extended {
		t.codes[r] = unit{code, true}
	}
	return t
}

// AlphabetOf returns the alphabet that a text needs.
func AlphabetOf(text string) Alphabet {
	for _, r := range text {
		if _, known := gsm.codes[r]; !known {
			return UCS2
		}
	}
	return GSM
}

// units returns how much room a character takes.
func (a Alphabet) units(r rune) int {
	if a == GSM {
		if gsm.codes[r].extended {
			return 2
		}
		return 1
	}
	return max(1, utf16.RuneLen(r))
}

// Encode writes a text: one code a byte, or two bytes a unit, the higher first. What
// the default alphabet does not have becomes a question mark.
func (a Alphabet) Encode(text string) []byte {
	if a == UCS2 {
		var out []byte
		for _, u := range utf16.Encode([]rune(text)) {
			out = append(out, byte(u>>8), byte(u)) //nolint:gosec // both halves of it
		}
		return out
	}
	var out []byte
	for _, r := range text {
		u, known := gsm.codes[r]
		if !known {
			u = gsm.codes['?']
		}
		if u.extended {
			out = append(out, escape)
		}
		out = append(out, u.code)
	}
	return out
}

// Decode reads what was written in the alphabet. Half a unit at the end is left out;
// an escape before a code of no meaning reads as that code, as the standard says.
func (a Alphabet) Decode(data []byte) string {
	if a == UCS2 {
		all := make([]uint16, len(data)/2)
		for i := range all {
			all[i] = uint16(data[2*i])<<8 | uint16(data[2*i+1])
		}
		return string(utf16.Decode(all))
	}
	var out strings.Builder
	escaped := false
	for _, code := range data {
		code &= 0x7f
		if code == escape && !escaped {
			escaped = true
			continue
		}
		r, known := gsm.extended[code]
		if !escaped || !known {
			r = gsm.basic[code]
		}
		escaped = false
		if r == escape {
			r = ' '
		}
		out.WriteRune(r)
	}
	return out.String()
}
