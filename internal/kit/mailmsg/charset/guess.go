package charset

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Letters that texts in our languages are full of, beyond ASCII.
const ownLetters = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻáéíóöőúüűÁÉÍÓÖŐÚÜŰ"

// maxGuess is how much of a text is looked at.
const maxGuess = 64 << 10

// Guess returns the character set of one byte a character in which b reads best:
// the one that gives letters where letters belong.
func Guess(b []byte) *charmap.Charmap {
	b = b[:min(len(b), maxGuess)]
	best, most := charmap.Windows1252, score(b, charmap.Windows1252)
	for _, candidate := range []*charmap.Charmap{charmap.Windows1250, charmap.ISO8859_2, charmap.Windows1251} {
		if points := score(b, candidate); points > most {
			best, most = candidate, points
		}
	}
	return best
}

func score(b []byte, set *charmap.Charmap) int {
	points := 0
	for i, c := range b {
		if c < utf8.RuneSelf {
			continue
		}
		r := set.DecodeByte(c)
		inWord := i > 0 && asciiLetter(b[i-1]) || i+1 < len(b) && asciiLetter(b[i+1])
		switch {
		case r == utf8.RuneError || unicode.IsControl(r):
			points -= 6
		case strings.ContainsRune(ownLetters, r):
			points += 3
		case unicode.Is(unicode.Cyrillic, r):
			points += cyrillicPoints(inWord)
		case unicode.IsLetter(r):
			points += 2
		case inWord && !unicode.IsPunct(r) && !unicode.IsSpace(r):
			points -= 3 // a sign amidst letters
		}
	}
	return points
}

// cyrillicPoints: Cyrillic stands by itself, not amidst Latin letters.
func cyrillicPoints(amidstLatin bool) int {
	if amidstLatin {
		return -3
	}
	return 4
}

func asciiLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
