package token

import (
	"regexp"
	"strconv"
	"strings"
)

// numberForm is a number as WithNumber writes it.
var numberForm = regexp.MustCompile(`\[#([0-9]{1,18})\]`)

// WithNumber returns subject with the number of its conversation, once.
func WithNumber(subject string, number int64) string {
	mark := "[#" + strconv.FormatInt(number, 10) + "]"
	if strings.Contains(subject, mark) {
		return subject
	}
	return strings.TrimSpace(subject + " " + mark)
}

// Number returns the last number in a subject. Anybody can write it: it counts
// only for a sender who belongs to the conversation.
func Number(subject string) (number int64, ok bool) {
	all := numberForm.FindAllStringSubmatch(subject, -1)
	if len(all) == 0 {
		return 0, false
	}
	number, err := strconv.ParseInt(all[len(all)-1][1], 10, 64)
	return number, err == nil && number > 0
}

// BareSubject returns a subject without what answering and forwarding put before
// it in the usual languages, and without numbers.
func BareSubject(subject string) string {
	subject = strings.Join(strings.Fields(numberForm.ReplaceAllString(subject, " ")), " ")
	for {
		head, rest, found := strings.Cut(subject, ":")
		if !found || !isAnswerWord(head) {
			return subject
		}
		subject = strings.TrimSpace(rest)
	}
}

// isAnswerWord knows "Re", "Re[2]", "Odp", "Vá" and the like.
func isAnswerWord(word string) bool {
	word = strings.ToLower(strings.TrimSpace(word))
	if at := strings.IndexAny(word, "[("); at > 0 {
		word = strings.TrimSpace(word[:at])
	}
	switch word {
	case "re", "fw", "fwd", "odp", "pd", "vá", "va", "vál", "válasz", "tov", "továbbítás", "továbbított", "aw", "wg", "antw", "sv", "vs", "rv", "tr":
		return true
	}
	return false
}
