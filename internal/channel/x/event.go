package x

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/clip"
)

// Events that X tells of, and two of our own for what we have asked for.
const (
	eventMention  = "post.mention.create"
	eventReply    = "post.reply.create"
	eventQuote    = "post.quote.create"
	eventCreate   = "post.create"
	eventDelete   = "post.delete"
	eventReceived = "dm.received"
	eventSent     = "dm.sent"
	eventRead     = "dm.read"
	eventChat     = "chat.received"
	eventChatSent = "chat.sent"
	eventRevoked  = "oauth.revoke"
	eventLearned  = "zongler.learned" // a post that stands above another: nobody has to answer it
)

// Bounds of an event.
const (
	maxEvent  = 1 << 20 // bytes
	maxBody   = 5000    // events of one body
	maxName   = 300     // bytes
	maxText   = 60_000  // bytes
	maxFiles  = 10
	maxLink   = 1900 // bytes
	idDigits  = 19
	published = "https://x.com/"
)

// event is what X tells of.
type event struct {
	UUID   string `json:"event_uuid"`
	Filter struct {
		User string `json:"user_id"`
	} `json:"filter"`
	Type     string          `json:"event_type"`
	Payload  json.RawMessage `json:"payload"`
	Includes json.RawMessage `json:"includes"`
}

// channelOf returns where an event belongs; empty: nobody knows it.
func (e event) channelOf() channel.Name {
	switch e.Type {
	case eventMention, eventReply, eventQuote, eventCreate, eventDelete, eventRevoked, eventLearned:
		return channel.X
	case eventReceived, eventSent, eventRead, eventChat, eventChatSent:
		return channel.XMessages
	}
	return ""
}

// account returns whose event it is.
func (e event) account() string {
	if e.Type != eventRevoked || e.Filter.User != "" {
		return e.Filter.User
	}
	var who struct {
		User string `json:"user_id"`
	}
	_ = json.Unmarshal(e.Payload, &who) // then it is nobody's
	return who.User
}

// isID reports whether s can be an id of X's: it becomes a part of an address.
func isID(s string) bool {
	if s == "" || len(s) > idDigits {
		return false
	}
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}

// parse reads an event in its envelope.
func parse(raw []byte) (event, error) {
	const op = "x.parse"
	var body struct {
		Data event `json:"data"`
	}
	if err := channel.Understand(op, bytes.TrimSpace(raw), maxEvent, &body); err != nil {
		return body.Data, err
	}
	e := body.Data
	if e.Type == "" {
		return e, errs.New(errs.Invalid, op, "event.malformed")
	}
	if e.channelOf() == "" {
		return e, errs.Fields(op, errs.Field{Path: clip.Bytes(e.Type, maxName), Code: "event.type"})
	}
	return e, nil
}

// understand returns what an event means to an account.
func understand(p channel.EntryPoint, raw []byte) (channel.Inbound, error) {
	e, err := parse(raw)
	if err != nil {
		return channel.Inbound{}, err
	}
	in := channel.Inbound{EntryPoint: p.ID, ReceivedAt: time.Now(), ExternalID: e.UUID}
	at := at{p.Address}
	switch e.Type {
	case eventDelete:
		err = at.deletion(e, &in)
	case eventReceived, eventSent:
		err = at.message(e, &in)
	case eventRead:
		err = at.read(e, &in)
	case eventChat, eventChatSent:
		err = at.encrypted(e, &in)
	case eventRevoked:
		in.Kind = channel.KindNotice
	default:
		err = at.post(e, &in)
	}
	if err != nil {
		return in, err
	}
	if in.OccurredAt.IsZero() || in.OccurredAt.After(in.ReceivedAt) {
		in.OccurredAt = in.ReceivedAt
	}
	if in.ExternalID == "" || len(in.ExternalID) > channel.MaxExternalID {
		in.ExternalID = channel.NameOf(raw)
	}
	return in, in.Validate()
}

// at is the account at which things happen.
type at struct{ account string }

// arrivalOf is an event as it is stored.
func arrivalOf(p channel.EntryPoint, raw []byte) channel.Arrival {
	out := channel.Arrival{Kind: "unread", Raw: raw}
	in, err := understand(p, raw)
	out.Err = err
	if in.Kind != "" {
		out.Kind = in.Kind
	}
	if e, parseErr := parse(raw); parseErr == nil || e.UUID != "" {
		out.ID = clip.Bytes(e.UUID, channel.MaxExternalID)
	}
	if out.ID == "" {
		out.ID = channel.NameOf(raw)
	}
	if out.Lane = in.Post; out.Lane == "" {
		out.Lane = in.Thread
	}
	return out
}

// split takes what X tells apart, in its order: an event with several messages is several.
func split(raw []byte) ([]channel.Addressed, error) {
	e, err := parse(raw)
	if err != nil && e.Type == "" {
		return nil, err
	}
	name := e.channelOf()
	if name == "" {
		name = channel.X
	}
	p := channel.EntryPoint{ID: 1, Channel: name, Address: e.account()} // whose it is, is found next
	var all []channel.Addressed
	for _, piece := range e.pieces(raw) {
		all = append(all, channel.Addressed{Channel: name, Address: clip.Bytes(p.Address, maxName), Arrival: arrivalOf(p, piece)})
	}
	return all, nil
}

// pieces are the bytes of each message of an event, as an event of its own.
func (e event) pieces(raw []byte) [][]byte {
	if e.Type != eventReceived && e.Type != eventSent {
		return [][]byte{raw}
	}
	var told map[string]json.RawMessage
	var messages []json.RawMessage
	_ = json.Unmarshal(e.Payload, &told)
	_ = json.Unmarshal(told["direct_message_events"], &messages)
	if len(messages) < 2 || len(messages) > maxBody {
		return [][]byte{raw}
	}
	all := make([][]byte, 0, len(messages))
	for i, m := range messages {
		told["direct_message_events"], _ = json.Marshal([]json.RawMessage{m})
		one := e
		if i > 0 {
			one.UUID += "/" + strconv.Itoa(i)
		}
		one.Payload, _ = json.Marshal(told)
		piece, err := json.Marshal(map[string]event{"data": one})
		if err != nil {
			return [][]byte{raw}
		}
		all = append(all, piece)
	}
	return all
}

// Hook understands what X posts to the one address of the app.
type Hook struct{ app App }

var _ channel.SharedReceiver = (*Hook)(nil)

// NewHook returns the hook of an app.
func NewHook(app App) *Hook { return &Hook{app} }

// App returns whose hook it is.
func (h *Hook) App() App { return h.app }

// Verify reports whether X has signed body: Unauthenticated if not.
func (h *Hook) Verify(header http.Header, body []byte) error { return h.app.verify(header, body) }

// Split takes a body apart into what there is for each account.
func (h *Hook) Split(body []byte) ([]channel.Addressed, error) { return split(body) }

// heard is what came by the stream: we have asked X for it ourselves.
type heard struct{}

// Verify is content: the stream was opened with the word of the app.
func (heard) Verify(http.Header, []byte) error { return nil }

// Split takes a line apart.
func (heard) Split(line []byte) ([]channel.Addressed, error) { return split(line) }
