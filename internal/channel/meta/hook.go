package meta

import (
	"bytes"
	"encoding/json"
	"net/http"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/clip"
)

// Bounds of a body. Meta sends up to 1000 updates at once.
const (
	maxPieces  = 5000
	maxObject  = 60  // bytes of a word of Meta's
	maxAccount = 100 // bytes of the id of a page or an account
)

// Piece is one thing of a body that Meta has posted, and whose account it is of.
type Piece struct {
	Object  string // page, instagram, whatsapp_business_account
	Account string
	Field   string // messaging, standby, or that of a change: feed, mention, …
	Raw     []byte // a messaging event as it came; else {"field":…, "event":…} or the change
}

// Split takes a body apart, in the order in which it says things.
func Split(body []byte) ([]Piece, error) {
	const op = "meta.Split"
	var b struct {
		Object string  `json:"object"`
		Entry  []entry `json:"entry"`
	}
	if !utf8.Valid(body) || json.Unmarshal(body, &b) != nil || b.Object == "" {
		return nil, errs.New(errs.Invalid, op, "event.malformed")
	}
	var all []Piece
	for _, e := range b.Entry {
		if len(all) > maxPieces {
			break
		}
		all = append(all, e.pieces(clip.Bytes(b.Object, maxObject))...)
	}
	if len(all) > maxPieces {
		return nil, errs.New(errs.Invalid, op, "hook.too_many").With(errs.Values{"max": maxPieces})
	}
	return all, nil
}

// entry is what a body says of one account.
type entry struct {
	ID        ID                `json:"id"`
	Messaging []json.RawMessage `json:"messaging"`
	Standby   []json.RawMessage `json:"standby"`
	Changes   []json.RawMessage `json:"changes"`
	Field     string            `json:"field"` // with Instagram Login a change may stand in the entry itself
	Value     json.RawMessage   `json:"value"`
}

func (e entry) pieces(object string) []Piece {
	p := Piece{Object: object, Account: clip.Bytes(string(e.ID), maxAccount)}
	var all []Piece
	add := func(field string, raw []byte) {
		p.Field, p.Raw = clip.Bytes(field, maxObject), raw
		all = append(all, p)
	}
	for _, raw := range e.Messaging {
		add("messaging", bytes.TrimSpace(raw))
	}
	for _, raw := range e.Standby {
		add("standby", wrapped("standby", "event", raw))
	}
	for _, raw := range e.Changes {
		var change struct {
			Field string `json:"field"`
		}
		_ = json.Unmarshal(raw, &change) // what has no field is told so by who reads it
		add(change.Field, bytes.TrimSpace(raw))
	}
	if e.Field != "" {
		add(e.Field, wrapped(e.Field, "value", e.Value))
	}
	return all
}

// wrapped says beside the bytes of an event where it came from.
func wrapped(field, member string, raw []byte) []byte {
	if len(raw) == 0 {
		raw = []byte("null")
	}
	name, err := json.Marshal(field)
	if err != nil {
		return raw
	}
	out := append([]byte(`{"field":`), name...)
	out = append(append(out, `,"`+member+`":`...), bytes.TrimSpace(raw)...)
	return append(out, '}')
}

// Reader says what a piece of a body tells of, and whom.
type Reader func(p Piece) []channel.Addressed

// Single is a Reader of pieces that are one event each, of the account that they name. Read
// says to which channel a piece belongs and what it is as an arrival there.
func Single(read func(p Piece) (channel.Name, channel.Arrival)) Reader {
	return func(p Piece) []channel.Addressed {
		name, arrival := read(p)
		return []channel.Addressed{{Channel: name, Address: p.Account, Arrival: arrival}}
	}
}

// Hook understands what Meta posts to the one address of the app.
type Hook struct {
	app     App
	readers map[string]Reader // by object
}

var _ channel.SharedReceiver = (*Hook)(nil)

// NewHook returns the hook of an app. Readers are by the object of a body.
func NewHook(app App, readers map[string]Reader) *Hook { return &Hook{app, readers} }

// App returns whose hook it is.
func (h *Hook) App() App { return h.app }

// Verify reports whether Meta has signed body for the app: Unauthenticated if not.
func (h *Hook) Verify(header http.Header, body []byte) error { return h.app.Verify(header, body) }

// Split takes a body apart into what there is for each account. What is of no channel of ours keeps its object as the channel's name.
func (h *Hook) Split(body []byte) ([]channel.Addressed, error) {
	pieces, err := Split(body)
	if err != nil {
		return nil, err
	}
	all := make([]channel.Addressed, 0, len(pieces))
	for _, p := range pieces {
		all = append(all, h.addressed(p)...)
	}
	if len(all) > maxPieces {
		return nil, errs.New(errs.Invalid, "meta.Split", "hook.too_many").With(errs.Values{"max": maxPieces})
	}
	return all, nil
}

func (h *Hook) addressed(p Piece) []channel.Addressed {
	read, known := h.readers[p.Object]
	if !known {
		why := errs.New(errs.Invalid, "meta.Split", "event.type")
		return []channel.Addressed{{
			Channel: channel.Name(p.Object), Address: p.Account,
			Arrival: channel.Arrival{ID: channel.NameOf(p.Raw), Kind: channel.Kind(p.Field), Raw: p.Raw, Err: why},
		}}
	}
	return read(p)
}
