package smstext

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// plainly are characters that a text can do without, for it costs twice as many segments with them.
var plainly = strings.NewReplacer( //nolint:gochecknoglobals // a constant that Go cannot express
	"ł", "l", "Ł", "L", "đ", "d", "Đ", "D", "ı", "i", "œ", "oe", "Œ", "OE",
	"ő", "ö", "Ő", "Ö", "ű", "ü", "Ű", "Ü", // Hungarians write them so where they have to
	"„", `"`, "”", `"`, "“", `"`, "«", `"`, "»", `"`, "’", "'", "‘", "'", "‚", "'", "–", "-", "—", "-", "−", "-", "…", "...",
	"\u00a0", " ", "\u202f", " ", "\u2009", " ", "\u200b", "", "\u00ad", "", "•", "-", "\t", " ", "\r\n", "\n",
)

// Plain writes a text in the default alphabet where that can be read as well: without
// the accents that the alphabet does not have. A text that cannot be written so
// altogether stays as it is, for it would lose its accents for nothing.
func Plain(text string) string {
	if AlphabetOf(text) == GSM {
		return text
	}
	var out strings.Builder
	for _, r := range norm.NFC.String(plainly.Replace(text)) {
		out.WriteString(plainRune(r))
	}
	if AlphabetOf(out.String()) != GSM {
		return text
	}
	return out.String()
}

// plainRune returns a character without the marks that the alphabet does not have.
func plainRune(r rune) string {
	if _, known := gsm.codes[r]; known {
		return string(r)
	}
	bare := strings.Map(func(r rune) rune {
		if _, known := gsm.codes[r]; known {
			return r
		}
		return -1
	}, norm.NFD.String(string(r)))
	if bare == "" {
		return string(r)
	}
	return bare
}
