package charset

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
)

// Decode returns b as UTF-8 and whether it was what it says to be in. An empty
// name stands for US-ASCII, as in MIME.
func Decode(b []byte, name string) (text string, asSaid bool) {
	name = canonical(name)
	if ascii(b) && asciiBased(name) {
		return string(b), true
	}
	said, known := lookup(name)
	switch {
	case name == "utf-8" || name == "us-ascii" || !known:
		return decodeUnicode(b, name)
	case singleByte(said) && utf8.Valid(b):
		return string(b), false // no text of one byte a character looks like UTF-8 by chance
	case said == charmap.ISO8859_2 && hasC1(b):
		return decode(b, charmap.Windows1250), false
	}
	return decode(b, said), true
}

// decodeUnicode reads what should be UTF-8 or ASCII: as UTF-8 if most of it is,
// else as what it looks like.
func decodeUnicode(b []byte, name string) (string, bool) {
	if utf8.Valid(b) {
		return string(b), name == "utf-8"
	}
	if good, bad := countUnicode(b); good > 4*bad {
		return strings.ToValidUTF8(string(b), string(utf8.RuneError)), false
	}
	return decode(b, Guess(b)), false
}

// countUnicode counts characters of several bytes and bytes that are of none.
func countUnicode(b []byte) (good, bad int) {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case n == 1 && r == utf8.RuneError:
			bad++
		case n > 1:
			good++
		}
		b = b[n:]
	}
	return good, bad
}

func decode(b []byte, e encoding.Encoding) string {
	text, err := e.NewDecoder().Bytes(b)
	if err != nil {
		text = append(text, string(utf8.RuneError)...)
	}
	return strings.ToValidUTF8(string(text), string(utf8.RuneError))
}

// canonical brings the names that mail programs use into those that the indexes know.
func canonical(name string) string {
	name = strings.ToLower(strings.Trim(strings.TrimSpace(name), `"'`))
	name, _, _ = strings.Cut(name, "*") // RFC 2231 adds a language
	switch name {
	case "", "ascii", "ansi_x3.4-1968", "iso-ir-6", "646", "7bit":
		return "us-ascii"
	case "utf8", "utf_8", "utf-8n", "unicode-1-1-utf-8", "utf8mb4":
		return "utf-8"
	case "utf7", "utf-7", "unicode-1-1-utf-7":
		return "utf-7"
	case "latin2", "iso8859-2", "iso_8859-2", "8859-2", "iso88592":
		return "iso-8859-2"
	case "cp1250", "cp-1250", "win-1250", "win1250", "ms-ee", "ansi-1250":
		return "windows-1250"
	case "cp1252", "cp-1252", "win-1252", "ansi-1252":
		return "windows-1252"
	case "cp852", "ibm-852", "cp-852":
		return "ibm852"
	}
	return name
}

func lookup(name string) (encoding.Encoding, bool) {
	switch name {
	case "us-ascii":
		return nil, true
	case "utf-16", "ucs-2":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), true
	}
	if e, err := htmlindex.Get(name); err == nil && e != encoding.Replacement {
		return e, true
	}
	if e, err := ianaindex.MIME.Encoding(name); err == nil && e != nil && e != encoding.Replacement {
		return e, true
	}
	return nil, false
}

// asciiBased reports whether ASCII bytes mean themselves.
func asciiBased(name string) bool {
	for _, other := range []string{"utf-16", "utf-32", "utf-7", "ucs-", "iso-2022", "hz-", "ebcdic", "ibm037", "ibm1047", "csiso2022"} {
		if strings.HasPrefix(name, other) {
			return false
		}
	}
	return true
}

func singleByte(e encoding.Encoding) bool {
	_, ok := e.(*charmap.Charmap)
	return ok
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// hasC1 reports bytes that are control characters in ISO 8859 and letters in
// Microsoft's sets: nobody mails control characters.
func hasC1(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 && c < 0xa0 {
			return true
		}
	}
	return false
}
