package messaging

import (
	"encoding/json"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/clip"
)

// Bounds of an event.
const (
	maxEvent = 1 << 20 // bytes
)

// event is one thing of a conversation, as Meta posts it.
type event struct {
	Sender    party       `json:"sender"`
	Recipient party       `json:"recipient"`
	Timestamp meta.Number `json:"timestamp"`
	Message   *message    `json:"message"`
	Edit      *edit       `json:"message_edit"`
	Reaction  *reaction   `json:"reaction"`
	Postback  *postback   `json:"postback"`
	Referral  *referral   `json:"referral"`
	Read      *mark       `json:"read"`
	Delivery  *mark       `json:"delivery"`
	Passed    *control    `json:"pass_thread_control"`
	Taken     *control    `json:"take_thread_control"`

	Requested json.RawMessage `json:"request_thread_control"`
	Roles     json.RawMessage `json:"app_roles"`
	Optin     json.RawMessage `json:"optin"`
	Linking   json.RawMessage `json:"account_linking"`
	Policy    json.RawMessage `json:"policy_enforcement"`

	standby bool // another app answers in the thread
	own     []byte
}

type party struct {
	ID meta.ID `json:"id"`
}

type message struct {
	ID          meta.ID      `json:"mid"`
	Text        string       `json:"text"`
	QuickReply  *quickReply  `json:"quick_reply"`
	ReplyTo     *replyTo     `json:"reply_to"`
	Attachments []attachment `json:"attachments"`
	Echo        bool         `json:"is_echo"`
	Deleted     bool         `json:"is_deleted"`
	Unsupported bool         `json:"is_unsupported"`
	App         meta.ID      `json:"app_id"`
	Metadata    string       `json:"metadata"`
	Referral    *referral    `json:"referral"`
}

type quickReply struct {
	Payload string `json:"payload"`
}

type replyTo struct {
	ID    meta.ID `json:"mid"`
	Story *story  `json:"story"`
}

// story is something of ours at Instagram that is there for a day.
type story struct {
	ID  meta.ID `json:"id"`
	URL string  `json:"url"`
}

type attachment struct {
	Type    string  `json:"type"`
	Title   string  `json:"title"`
	URL     string  `json:"url"`
	Payload payload `json:"payload"`
}

type payload struct {
	URL         string       `json:"url"`
	Title       string       `json:"title"`
	Text        string       `json:"text"`
	Sticker     meta.ID      `json:"sticker_id"`
	Coordinates *coordinates `json:"coordinates"`
	Elements    []element    `json:"elements"`
}

type coordinates struct {
	Lat  float64 `json:"lat"`
	Long float64 `json:"long"`
}

type element struct {
	Title    string `json:"title"`
	Subtitle string `json:"subtitle"`
	URL      string `json:"url"`
}

type edit struct {
	ID     meta.ID     `json:"mid"`
	Text   string      `json:"text"`
	Number meta.Number `json:"num_edit"`
}

type reaction struct {
	ID     meta.ID `json:"mid"`
	Action string  `json:"action"`
	Name   string  `json:"reaction"`
	Emoji  string  `json:"emoji"`
}

type postback struct {
	ID       meta.ID   `json:"mid"`
	Title    string    `json:"title"`
	Payload  string    `json:"payload"`
	Referral *referral `json:"referral"`
}

type referral struct {
	Ref    string  `json:"ref"`
	Source string  `json:"source"`
	Type   string  `json:"type"`
	Ad     meta.ID `json:"ad_id"`
	Advert *struct {
		Title string `json:"ad_title"`
	} `json:"ads_context_data"`
}

// mark says that all up to a time was read or has arrived; at Instagram, up to a message.
type mark struct {
	Watermark meta.Number `json:"watermark"`
	ID        meta.ID     `json:"mid"`
	IDs       []meta.ID   `json:"mids"`
}

type control struct {
	Previous meta.ID `json:"previous_owner_app_id"`
	New      meta.ID `json:"new_owner_app_id"`
	Metadata string  `json:"metadata"`
}

// parse reads an event as it is stored: as it came, or with the field through which it came.
func parse(raw []byte) (event, error) {
	const op = "messaging.parse"
	var (
		e     event
		field struct {
			Field string          `json:"field"`
			Event json.RawMessage `json:"event"`
		}
	)
	if err := channel.Understand(op, raw, maxEvent, &field); err != nil {
		return e, err
	}
	body := raw
	switch field.Field {
	case "":
	case "standby":
		body, e.standby = field.Event, true
	default: // what is public on a page
		return e, errs.Fields(op, errs.Field{Path: clip.Bytes(field.Field, meta.MaxID), Code: "event.type"})
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return e, channel.Malformed(op, err)
	}
	e.own = raw
	return e, nil
}
