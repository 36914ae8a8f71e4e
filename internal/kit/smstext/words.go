package smstext

import (
	"strings"

	"github.com/zongler/zongler/internal/kit/fold"
)

// Wish is what somebody wants with a message of one word.
type Wish int

// Wishes.
const (
	NoWish Wish = iota
	Stop        // no messages any more
	Start       // messages again
)

// stopping and starting are the words of English, Polish and Hungarian, folded. Words
// that answer a question, too (no, cancel, end, nie, nem), are not among them.
var (
	stopping = words("stop; stop all; stopall; unsubscribe; opt out; optout; quit;" + //nolint:gochecknoglobals // constants that Go cannot express
		"stop sms; wypisz; wypisz mnie; rezygnuje; rezygnacja;" +
		"leiratkozas; leiratkozom; leiratkozni; le; lemondom")
	starting = words("start; unstop; subscribe; opt in; optin;" + //nolint:gochecknoglobals // constants that Go cannot express
		"start sms; zapisz; zapisz mnie; wznow;" +
		"feliratkozas; feliratkozom; ujra")
)

func words(list string) map[string]bool {
	all := map[string]bool{}
	for word := range strings.SplitSeq(list, ";") {
		all[strings.TrimSpace(word)] = true
	}
	return all
}

// maxWish is the longest text, in bytes, that can be a wish.
const maxWish = 60

// WishOf returns what somebody wants who writes text. It is a wish only if the whole text is one.
func WishOf(text string) Wish {
	if len(text) > maxWish {
		return NoWish
	}
	word := strings.Join(fold.Words(text), " ")
	switch {
	case stopping[word]:
		return Stop
	case starting[word]:
		return Start
	}
	return NoWish
}
