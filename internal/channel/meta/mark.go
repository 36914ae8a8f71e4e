package meta

import (
	"strconv"
	"strings"

	"github.com/zongler/zongler/internal/id"
)

// markPrefix begins our name of a message of ours.
const markPrefix = "zongler/1/"

// Mark is our name of a part of an answer. Meta sends it back: with the echo of a message
// on Messenger and Instagram, with each status of one on WhatsApp.
func Mark(entry id.Entry, part int) string {
	return markPrefix + entry.String() + "/" + strconv.Itoa(part)
}

// ParseMark returns what a mark names; false: it is none of ours.
func ParseMark(said string) (entry id.Entry, part int, ok bool) {
	rest, found := strings.CutPrefix(said, markPrefix)
	name, number, split := strings.Cut(rest, "/")
	if !found || !split {
		return 0, 0, false
	}
	entry, err := id.Parse[id.Entry](name)
	if err != nil || entry <= 0 {
		return 0, 0, false
	}
	part, err = strconv.Atoi(number)
	return entry, part, err == nil && part >= 0
}
