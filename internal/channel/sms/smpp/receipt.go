package smpp

import (
	"regexp"
	"strings"
)

// State is what became of a message (5.2.28).
type State string

// States. The first three are not the last word.
const (
	EnRoute          State = "ENROUTE"
	Accepted         State = "ACCEPTD"
	Unknown          State = "UNKNOWN"
	Delivered        State = "DELIVRD"
	Expired          State = "EXPIRED"
	Deleted          State = "DELETED"
	Undeliverable    State = "UNDELIV"
	RejectedByCentre State = "REJECTD"
)

// Failed reports whether s says that a message will never arrive.
func (s State) Failed() bool {
	return s == Expired || s == Deleted || s == Undeliverable || s == RejectedByCentre
}

// Receipt says what became of a message that we have sent.
type Receipt struct {
	ID    string
	State State
	Code  string // the network's, of an error
}

// receiptField finds one of the fields that centres write into the text of a receipt (appendix B).
var receiptField = regexp.MustCompile(`(?i)\b(id|stat|err):\s*([^\s]*)`)

// states are those of message_state.
var states = map[byte]State{ //nolint:gochecknoglobals // a constant that Go cannot express
	1: EnRoute, 2: Delivered, 3: Expired, 4: Deleted, 5: Undeliverable, 6: Accepted, 7: Unknown, 8: RejectedByCentre,
}

// ParseReceipt returns what m says of another message, if that is what it does. What
// optional parameters say counts more than the text: centres write that as they like.
func ParseReceipt(m Message) (Receipt, bool) {
	if kind := m.ESMClass & esmKind; kind != esmReceipt && kind != esmInter {
		return Receipt{}, false
	}
	var r Receipt
	text := string(m.Data())
	if at := strings.Index(strings.ToLower(text), "text:"); at >= 0 { // what follows is what was sent, and may say anything
		text = text[:at]
	}
	for _, found := range receiptField.FindAllStringSubmatch(text, -1) {
		switch value := clip(found[2], maxID); strings.ToLower(found[1]) {
		case "id":
			r.ID = value
		case "stat":
			r.State = State(clip(strings.ToUpper(value), 7))
		case "err":
			r.Code = value
		}
	}
	if id, there := m.Find(TagReceiptedID); there {
		if id := strings.TrimRight(string(id), "\x00"); id != "" {
			r.ID = clip(id, maxID)
		}
	}
	if state, there := m.Find(TagMessageState); there && len(state) == 1 {
		if s, known := states[state[0]]; known {
			r.State = s
		}
	}
	if r.Code == "0" || strings.Trim(r.Code, "0") == "" {
		r.Code = ""
	}
	return r, true
}

func clip(s string, n int) string { return strings.ToValidUTF8(s[:min(len(s), n)], "") }
