package whatsapp

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/id"
)

// markPrefix begins our name of a message of ours.
const markPrefix = "zongler/1/"

// mark is our name of a part of an answer: Meta sends it back with each of its statuses.
func mark(entry id.Entry, part int) string {
	return markPrefix + entry.String() + "/" + strconv.Itoa(part)
}

func parseMark(said string) (entry id.Entry, part int, ok bool) {
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

// readStatus puts into in what became of a message of ours.
func readStatus(raw []byte, in *channel.Inbound) error {
	var s status
	if err := json.Unmarshal(raw, &s); err != nil {
		return malformed(err)
	}
	in.Kind, in.Target, in.OccurredAt = channel.KindReceipt, string(s.ID), s.Timestamp.Time()
	in.ExternalID = string(s.ID) + " " + firstOf(s.Status, nothing)
	switch s.Status {
	case "sent":
		in.State = channel.Taken
	case "delivered":
		in.State = channel.Arrived
	case "read", "played":
		in.State = channel.Seen
	case "failed":
		in.State, in.Text = channel.Refused, whyFailed(0)
		if len(s.Errors) > 0 {
			in.Text, in.Words = whyFailed(s.Errors[0].Code), s.Errors[0].words()
		}
	default: // that it was deleted, or is held back: it says nothing of the answer
		in.Kind, in.Target = channel.KindNotice, ""
		return nil
	}
	entry, part, ours := parseMark(s.Mark)
	switch {
	case ours && part == 0:
		in.Entry = entry
	case ours && in.State == channel.Refused: // a file after the text: the answer has one name
		in.Entry, in.Target = entry, ""
	case ours:
		in.Kind, in.Target = channel.KindNotice, ""
	}
	return nil
}
