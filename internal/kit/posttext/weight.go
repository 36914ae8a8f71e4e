package posttext

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// What things count.
const (
	addressWeight = 23
	wideWeight    = 2
)

// addresses are what X makes links of. One without a scheme is taken for one where it ends
// in a domain that is much used: what X itself would not link counts then at most too much.
var addresses = regexp.MustCompile(`(?i)(?:https?://[^\s<>"']+|(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|org|net|info|biz|eu|pl|hu|de|at|cz|sk|uk|fr|it|es|io|co|me|app|dev|shop|online|gov|edu)\b(?:/[^\s<>"']*)?)`)

// Weight returns how long X holds a text to be.
func Weight(text string) int {
	text = norm.NFC.String(text)
	n, last := 0, 0
	for _, at := range addresses.FindAllStringIndex(text, -1) {
		if at[0] > 0 && text[at[0]-1] == '@' { // of a mail: no link
			continue
		}
		whole := strings.TrimRight(text[at[0]:at[1]], ".,:;!?)]}…”")
		n += plain(text[last:at[0]]) + addressWeight
		last = at[0] + len(whole)
	}
	return n + plain(text[last:])
}

// joiner binds emoji to one picture.
const joiner = '\u200d'

// plain counts a text without addresses.
func plain(text string) (n int) {
	runes := []rune(text)
	for i := 0; i < len(runes); {
		if size := emoji(runes[i:]); size > 0 {
			n, i = n+wideWeight, i+size
			continue
		}
		n, i = n+weightOf(runes[i]), i+1
	}
	return n
}

// weightOf is what a character counts by itself.
func weightOf(r rune) int {
	switch {
	case r <= 4351, r >= 8192 && r <= 8205, r >= 8208 && r <= 8223, r >= 8242 && r <= 8247:
		return 1
	}
	return wideWeight
}

// emoji returns how many characters at the beginning of r are one emoji; 0: there is none.
func emoji(r []rune) int {
	if flag(r) {
		return 2
	}
	if keycap := len(r) > 1 && (r[0] >= '0' && r[0] <= '9' || r[0] == '#' || r[0] == '*'); keycap {
		for i := 1; i < min(len(r), 3); i++ {
			if r[i] == '\u20e3' {
				return i + 1
			}
		}
	}
	if !pictured(r) {
		return 0
	}
	i := 1
	for i < len(r) {
		switch {
		case r[i] == '\ufe0f' || r[i] >= 0x1f3fb && r[i] <= 0x1f3ff || r[i] >= 0xe0020 && r[i] <= 0xe007f: // as a picture, tones of skin, tags
			i++
		case r[i] == joiner && i+1 < len(r) && pictured(r[i+1:]):
			i += 2
		default:
			return i
		}
	}
	return i
}

// flag reports whether r begins with the two letters of a flag.
func flag(r []rune) bool {
	is := func(c rune) bool { return c >= 0x1f1e6 && c <= 0x1f1ff }
	return len(r) > 1 && is(r[0]) && is(r[1])
}

// pictured reports whether r begins with a character that is shown as a picture.
func pictured(r []rune) bool {
	if len(r) == 0 {
		return false
	}
	switch c := r[0]; {
	case c >= 0x1f000 && c <= 0x1faff:
		return true
	case c >= 0x2190 && c <= 0x2bff: // arrows, signs and dingbats: some are pictures by themselves, all with the selector
		return unicode.Is(unicode.So, c) || len(r) > 1 && r[1] == '\ufe0f'
	case c == 0xa9 || c == 0xae || c == 0x203c || c == 0x2049 || c == 0x3030 || c == 0x303d || c == 0x2122 || c == 0x2139:
		return len(r) > 1 && r[1] == '\ufe0f'
	}
	return false
}
