package meta

import (
	"strconv"
	"strings"

	"github.com/zongler/zongler/internal/id"
)

// markPrefix begins our name of a message of ours.
const markPrefix = "zongler/1/"

// Mark is our name of a part of an answer, and says how many there are. Meta sends it back: with the echo of a message
// on Messenger, with each status of one on WhatsApp.
type Mark struct {
	Entry id.Entry
	Part  int // from 0
	Of    int // how many messages the answer became; 0: it is not said
}

// More reports whether other parts of the answer go out behind this one, so that it says nothing of them.
func (m Mark) More() bool { return m.Part+1 < m.Of }

// String is the mark as Meta gets it: "zongler/1/<entry>/<part>/<of>".
func (m Mark) String() string {
	return markPrefix + m.Entry.String() + "/" + strconv.Itoa(m.Part) + "/" + strconv.Itoa(m.Of)
}

// ParseMark returns what a mark names; false: it is none of ours. Marks were once made without how many there are.
func ParseMark(said string) (m Mark, ok bool) {
	rest, found := strings.CutPrefix(said, markPrefix)
	fields := strings.Split(rest, "/")
	if !found || len(fields) < 2 || len(fields) > 3 {
		return Mark{}, false
	}
	var err error
	if m.Entry, err = id.Parse[id.Entry](fields[0]); err != nil || m.Entry <= 0 {
		return Mark{}, false
	}
	for i, number := range []*int{&m.Part, &m.Of}[:len(fields)-1] {
		if *number, err = strconv.Atoi(fields[1+i]); err != nil || *number < 0 {
			return Mark{}, false
		}
	}
	return m, true
}
