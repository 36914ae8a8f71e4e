package webchat

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/errs"
)

// ProtocolVersion is told in the configuration; it grows when an old widget could not follow.
const ProtocolVersion = 1

// Limits of what a visitor may send. Lengths of text count Unicode code points.
const (
	FrameMax           = 32 << 10 // bytes of one websocket frame
	BodyMax            = 64 << 10 // bytes of one JSON body over HTTP
	TokenMax           = 512      // bytes of a visitor's token
	IdentityMax        = 4 << 10  // bytes of a signed identity
	CIDMin             = 8        // characters of a client id
	CIDMax             = 64
	TextMax            = 5000     // one message
	AttachmentsMax     = 5        // of one message
	AttachmentBytesMax = 10 << 20 // of one file
	FileNameMax        = 255
	FieldsMax          = 20  // of the pre-chat form
	FieldNameMax       = 40  // name of one field
	FieldValueMax      = 500 // answer to one field
	CommentMax         = 2000
	PageURLMax         = 2048
	PageTitleMax       = 300
	PageTrailMax       = 50  // pages kept of one visit; the oldest go
	PagesMax           = 20  // pages that are told at once: the way before the first word
	OutboxMax          = 100 // frames the widget keeps while offline
	LanguageMax        = 35  // a BCP 47 tag
	EmailMax           = 254
	NameMax            = 200
	StarsMin           = 1
	StarsMax           = 5
)

// Limits of what the server does for one visitor.
const (
	HelloTimeout         = 10 * time.Second // from the upgrade to the hello frame
	Heartbeat            = 20 * time.Second // a beat at least this often; the widget gives up after 2.5 of them
	TypingEvery          = 3 * time.Second  // typing marks closer together are dropped
	TypingFor            = 6 * time.Second  // a typing mark fades after this
	PollWaitMax          = 25 * time.Second // longest wait of GET /w/entries
	ReplayMax            = 200              // entries replayed after hello; a larger gap is a resync
	EntriesPageMax       = 100              // entries of one page over HTTP
	SocketsPerVisitorMax = 10               // the oldest is closed with CloseReplaced
	FramesPerMinuteMax   = 240              // of one socket
	ConfigMaxAge         = time.Minute      // how long a configuration may be cached
	AttachmentURLFor     = 24 * time.Hour   // how long a signed address of a file works
	AttachmentUnsaidFor  = 24 * time.Hour   // an uploaded file that no message names is deleted after this
	IdentityFor          = 24 * time.Hour   // a signed identity may not expire later than this from now
)

// Close codes of the websocket, beside 1001 (going away) and 1012 (restart), after which the widget comes back.
const (
	CloseMalformed       = 4400 // a frame that cannot be read: the widget is out of date, it does not retry
	CloseUnauthenticated = 4401 // the token is not ours or has ended: the widget asks for a new one
	CloseForbidden       = 4403 // the page's origin is not allowed
	CloseReplaced        = 4409 // too many tabs: this one sleeps until it is looked at
	CloseLimited         = 4429 // too much, too fast: the widget waits 30 s
)

// Codes of errors that the protocol itself can answer; texts are in the catalogues under "error.<code>".
const (
	CodeMalformed       = "chat.malformed"
	CodeTooLarge        = "chat.too_large"
	CodeHelloExpected   = "chat.hello_expected"
	CodeToken           = "chat.token"
	CodeKeyUnknown      = "chat.key_unknown"
	CodeOrigin          = "chat.origin"
	CodeIdentity        = "chat.identity"
	CodeIdentityExpired = "chat.identity_expired"
	CodeNoConversation  = "chat.no_conversation"
	CodeEnded           = "chat.ended"
	CodeConsent         = "chat.consent"
	CodeClosed          = "chat.closed"
	CodeFull            = "chat.full"
	CodeFileSize        = "chat.file_size"
	CodeFileType        = "chat.file_type"
	CodeFileEmpty       = "chat.file_empty"
	CodeFileGone        = "chat.file_gone"
	CodeSurveyOff       = "chat.survey_off"
	CodeLimited         = "chat.limited"
	CodeUnavailable     = "chat.unavailable"

	CodeInvitationUnknown   = "chat.invitation_unknown"
	CodeInvitationExpired   = "chat.invitation_expired"
	CodeInvitationUsed      = "chat.invitation_used"
	CodeInvitationWithdrawn = "chat.invitation_withdrawn"
)

// Codes of what can be wrong with one field: the same that the API uses.
const (
	FieldRequired  = "required"
	FieldTooLong   = "length.max"
	FieldTooShort  = "length.min"
	FieldTooMany   = "items.max"
	FieldTooLow    = "number.min"
	FieldTooHigh   = "number.max"
	FieldMalformed = "malformed"
	FieldNotEmail  = "format.email"
	FieldNotURL    = "format.uri"
	FieldNotOneOf  = "one_of"
)

// Message is the data of a frame.
type Message interface {
	// FrameType returns the frame's type on the wire.
	FrameType() string
}

// ClientMessage is the data of a frame that a visitor may send.
type ClientMessage interface {
	Message
	// Validate checks everything that can be checked without the database.
	Validate() error
}

// frame is the envelope of everything on the websocket.
type frame struct {
	Type string          `json:"type"`
	Data json.RawMessage `json:"data,omitempty"`
}

// Encode returns the frame that carries m.
func Encode(m Message) ([]byte, error) {
	const op = "webchat.Encode"
	data, err := json.Marshal(m)
	if err != nil {
		return nil, errs.E(errs.Internal, op, err)
	}
	out, err := json.Marshal(frame{Type: m.FrameType(), Data: data})
	if err != nil {
		return nil, errs.E(errs.Internal, op, err)
	}
	return out, nil
}

// DecodeClient reads and validates one frame of a visitor. Unknown members are
// ignored, unknown types are not: a widget that speaks of what we do not know
// must hear that we did not do it.
func DecodeClient(raw []byte) (ClientMessage, error) {
	const op = "webchat.DecodeClient"
	if len(raw) > FrameMax {
		return nil, errs.New(errs.Invalid, op, CodeTooLarge).With(errs.Values{"max": FrameMax})
	}
	var f frame
	if err := decodeOne(raw, &f); err != nil {
		return nil, &errs.Error{Kind: errs.Invalid, Op: op, Code: CodeMalformed, Err: err}
	}
	m := newClientMessage(f.Type)
	if m == nil {
		return nil, errs.New(errs.Invalid, op, CodeMalformed)
	}
	if len(f.Data) > 0 {
		if err := json.Unmarshal(f.Data, m); err != nil {
			return nil, &errs.Error{Kind: errs.Invalid, Op: op, Code: CodeMalformed, Err: err}
		}
	}
	if err := m.Validate(); err != nil {
		return m, errs.Op(op, err)
	}
	return m, nil
}

// decodeOne reads exactly one JSON value.
func decodeOne(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errs.New(errs.Invalid, "webchat.decodeOne", CodeMalformed)
	}
	return nil
}

// checks gathers what is wrong with the fields of one message.
type checks []errs.Field

func (c *checks) fail(path, code string, values errs.Values) {
	*c = append(*c, errs.Field{Path: path, Code: code, Values: values})
}

// text checks a text of at most limit code points; NUL is refused because no database keeps it.
func (c *checks) text(path, s string, limit int) {
	switch {
	case strings.ContainsRune(s, 0) || !utf8.ValidString(s):
		c.fail(path, FieldMalformed, nil)
	case utf8.RuneCountInString(s) > limit:
		c.fail(path, FieldTooLong, errs.Values{"max": limit})
	}
}

// filled checks a text that must say something.
func (c *checks) filled(path, s string, limit int) {
	if strings.TrimSpace(s) == "" {
		c.fail(path, FieldRequired, nil)
		return
	}
	c.text(path, s, limit)
}

// cid checks a client id.
func (c *checks) cid(s string) {
	switch {
	case s == "":
		c.fail("cid", FieldRequired, nil)
	case len(s) < CIDMin:
		c.fail("cid", FieldTooShort, errs.Values{"min": CIDMin})
	case len(s) > CIDMax:
		c.fail("cid", FieldTooLong, errs.Values{"max": CIDMax})
	case strings.ContainsFunc(s, notCID):
		c.fail("cid", FieldMalformed, nil)
	}
}

const cidAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

func notCID(r rune) bool { return !strings.ContainsRune(cidAlphabet, r) }

// required checks that something is there.
func (c *checks) required(path string, missing bool) {
	if missing {
		c.fail(path, FieldRequired, nil)
	}
}
