package mask

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	hiddenPart = "•••"
	phoneTail  = 3
)

// Name returns the initials of a name: "Anna Maria Kowalska" becomes "A. M. K.".
func Name(name string) string {
	var initials []string
	for word := range strings.FieldsSeq(name) {
		first := strings.IndexFunc(word, unicode.IsLetter)
		if first < 0 {
			continue
		}
		letter, _ := utf8.DecodeRuneInString(word[first:])
		initials = append(initials, string(unicode.ToUpper(letter))+".")
	}
	if len(initials) == 0 {
		return hiddenPart
	}
	return strings.Join(initials, " ")
}

// Address hides a contact point: of a mail address the domain is left, of a
// telephone number the last three digits, of anything else nothing.
func Address(address string) string {
	if local, domain, ok := strings.Cut(address, "@"); ok && local != "" && domain != "" && !strings.Contains(domain, "@") {
		return hiddenPart + "@" + domain
	}
	if number := digits(address); len(number) > 2*phoneTail && strings.HasPrefix(address, "+") {
		return hiddenPart + number[len(number)-phoneTail:]
	}
	return hiddenPart
}
