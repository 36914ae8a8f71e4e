package whatsapp

import (
	"encoding/json"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
)

// readStatus puts into in what became of a message of ours.
func readStatus(raw []byte, in *channel.Inbound) error {
	var s status
	if err := json.Unmarshal(raw, &s); err != nil {
		return channel.Malformed("whatsapp.parse", err)
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
	if m, ours := meta.ParseMark(s.Mark); ours {
		in.Entry, in.Part, in.More = m.Entry, m.Part, m.More()
	}
	return nil
}
