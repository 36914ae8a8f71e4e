package live

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/errs"
)

// Types of frames that the package itself sends. Frames of others must not use hello and error.
const (
	// TypeHello is the first frame of every connection of a hub.
	TypeHello = "hello"
	// TypeResync tells the client that its state may be incomplete: fetch it anew.
	TypeResync = "resync"
	// TypeError answers a client's frame that was refused; data is {"code","type","values"}.
	TypeError = "error"
)

const (
	// MaxFrame is the largest frame that may be sent, in bytes.
	MaxFrame = 64 << 10
	// maxType is the length of the longest frame type.
	maxType = 64
)

// Errors about frames.
var (
	// ErrFrame refuses to send a frame without a valid type, with data that is not JSON, or beyond MaxFrame.
	ErrFrame = errs.New(errs.Internal, "live.Encode", "")
	// ErrMalformed refuses a client's frame that is not {"type":…,"data":…}.
	ErrMalformed = errs.New(errs.Invalid, "live.Decode", "live.malformed")
	// ErrTooFast refuses a client's frame that came too soon after the ones before it.
	ErrTooFast = errs.New(errs.Exhausted, "live.Read", "live.too_fast")
)

// Frame is something to tell a client.
type Frame struct {
	Type string          // lower-case letters, digits, '.', '_' and '-'
	Data json.RawMessage // nil leaves it out
	// Coalesce names the thing whose state the frame tells. The first such frame goes out at once; of those that
	// follow within 50 ms only the newest does, so one may be overtaken by frames about other things. Frames about
	// one thing that must not overtake each other (changed, then gone) share the name. Empty: every frame counts.
	Coalesce string
	// Ephemeral frames have no number, are not replayed and are the first to be dropped: somebody is typing.
	Ephemeral bool

	raw []byte // as it travels, once it is packed
}

// Packed returns the frame encoded, for many receivers, who then share its bytes. It returns ErrFrame.
func (f Frame) Packed() (Frame, error) {
	var err error
	f.raw, err = Encode(f)
	return f, err
}

// Incoming is a frame from a client.
type Incoming struct {
	Type string          `json:"type"`
	Data json.RawMessage `json:"data"`
}

// Encode returns the frame as it travels, without a number. It returns ErrFrame.
func Encode(f Frame) ([]byte, error) {
	if f.raw != nil {
		return f.raw, nil
	}
	if !validType(f.Type) || (f.Data != nil && !json.Valid(f.Data)) {
		return nil, ErrFrame
	}
	raw := make([]byte, 0, len(f.Type)+len(f.Data)+len(`{"type":"","data":}`))
	raw = append(raw, `{"type":"`...)
	raw = append(raw, f.Type...)
	raw = append(raw, '"')
	if f.Data != nil {
		raw = append(raw, `,"data":`...)
		raw = append(raw, f.Data...)
	}
	raw = append(raw, '}')
	if len(raw) > MaxFrame {
		return nil, ErrFrame
	}
	return raw, nil
}

// Decode reads a client's frame. Members it does not know are ignored, so that a newer client meets an older server.
// It returns ErrMalformed.
func Decode(message []byte) (Incoming, error) {
	var in Incoming
	if !utf8.Valid(message) {
		return Incoming{}, ErrMalformed
	}
	if err := json.Unmarshal(message, &in); err != nil || !validType(in.Type) {
		return Incoming{}, ErrMalformed
	}
	if bytes.Equal(in.Data, []byte("null")) {
		in.Data = nil
	}
	return in, nil
}

// validType reports whether a type needs no escaping and is of reasonable length.
func validType(t string) bool {
	for i := range len(t) {
		c := t[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '_' && c != '-' {
			return false
		}
	}
	return t != "" && len(t) <= maxType
}

// numbered writes an encoded frame with its number into buf, which it overwrites.
func numbered(buf []byte, seq int64, raw []byte) []byte {
	buf = append(buf[:0], `{"seq":`...)
	buf = strconv.AppendInt(buf, seq, 10)
	buf = append(buf, ',')
	return append(buf, raw[1:]...) // without its opening brace
}

// refusal is the data of an error frame.
type refusal struct {
	Code   string      `json:"code"`
	Type   string      `json:"type,omitempty"` // of the frame that was refused, if it could be read
	Values errs.Values `json:"values,omitempty"`
}

// errorFrame encodes what a client is told about err; causes stay here.
func errorFrame(err error, about string) []byte {
	told := refusal{Code: errs.CodeOf(err), Type: about}
	if e := errs.Told(err); e != nil {
		told.Values = e.Values
	}
	data, jsonErr := json.Marshal(told)
	if jsonErr != nil { // values that JSON cannot hold: the code alone must do
		data = []byte(`{"code":` + strconv.Quote(told.Code) + `}`)
	}
	raw, encodeErr := Encode(Frame{Type: TypeError, Data: data})
	if encodeErr != nil {
		return []byte(`{"type":"error","data":{"code":"internal"}}`)
	}
	return raw
}
