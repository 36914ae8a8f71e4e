package mask

import "strings"

// Lengths of card numbers.
const (
	minCard   = 13
	maxCard   = 19
	shownTail = 4
)

const dot = "•"

// Cards replaces every digit but the last four of what could be a payment card
// number: 13 to 19 digits, alone or in groups parted by spaces or dashes, that
// begin like a card's and pass its check digit.
func Cards(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		if !digit(text[i]) {
			b.WriteByte(text[i])
			i++
			continue
		}
		end := run(text, i)
		number := digits(text[i:end])
		if foreign := i > 0 && text[i-1] == '+'; !foreign && isCard(number) {
			writeMasked(&b, text[i:end], len(number)-shownTail)
		} else {
			b.WriteString(text[i:end])
		}
		i = end
	}
	return b.String()
}

// run returns where the run of digits with single separators that begins at i ends.
func run(text string, i int) int {
	end := i
	for end < len(text) {
		switch {
		case digit(text[end]):
			end++
		case (text[end] == ' ' || text[end] == '-') && end+1 < len(text) && digit(text[end+1]):
			end++
		default:
			return end
		}
	}
	return end
}

func writeMasked(b *strings.Builder, text string, hidden int) {
	for i := range len(text) {
		switch {
		case digit(text[i]) && hidden > 0:
			b.WriteString(dot)
			hidden--
		default:
			b.WriteByte(text[i])
		}
	}
}

func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// isCard reports whether number begins like a card's (ISO/IEC 7812: 2 to 6 are
// the issuers' first digits) and passes Luhn's check.
func isCard(number string) bool {
	if len(number) < minCard || len(number) > maxCard || number[0] < '2' || number[0] > '6' {
		return false
	}
	sum := 0
	for i := range len(number) {
		n := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}
