package whatsapp

import (
	"encoding/json"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/clip"
)

// maxEvent bounds an event, in bytes.
const maxEvent = 256 << 10

// Fields of a business account that are understood.
const (
	fieldMessages  = "messages"
	fieldTemplates = "message_template_status_update"
)

// change is what Meta tells of a business account. As it is stored it tells of one thing.
type change struct {
	Field string `json:"field"`
	Value value  `json:"value"`
}

type value struct {
	Product  string            `json:"messaging_product,omitempty"`
	Metadata metadata          `json:"metadata"`
	Contacts []json.RawMessage `json:"contacts,omitempty"`
	Messages []json.RawMessage `json:"messages,omitempty"`
	Statuses []json.RawMessage `json:"statuses,omitempty"`
}

type metadata struct {
	Number  string  `json:"display_phone_number,omitempty"`
	PhoneID meta.ID `json:"phone_number_id,omitempty"`
}

// contact is who somebody is.
type contact struct {
	Profile struct {
		Name     string `json:"name"`
		Username string `json:"username"`
	} `json:"profile"`
	Phone    meta.ID `json:"wa_id"`
	UserID   meta.ID `json:"user_id"`
	Username string  `json:"username"`
}

type message struct {
	ID        meta.ID     `json:"id"`
	Phone     meta.ID     `json:"from"`
	UserID    meta.ID     `json:"from_user_id"`
	Timestamp meta.Number `json:"timestamp"`
	Type      string      `json:"type"`
	Group     meta.ID     `json:"group_id"` // of what many read together

	Text struct {
		Body string `json:"body"`
	} `json:"text"`
	Image    *mediaRef  `json:"image"`
	Audio    *mediaRef  `json:"audio"`
	Voice    *mediaRef  `json:"voice"`
	Video    *mediaRef  `json:"video"`
	Document *mediaRef  `json:"document"`
	Sticker  *mediaRef  `json:"sticker"`
	Location *location  `json:"location"`
	Contacts []card     `json:"contacts"`
	Reaction *reaction  `json:"reaction"`
	Button   *button    `json:"button"`
	Chosen   *chosen    `json:"interactive"`
	Order    *order     `json:"order"`
	System   *system    `json:"system"`
	Context  *quoted    `json:"context"`
	Referral *referral  `json:"referral"`
	Errors   []hookFlaw `json:"errors"`
}

type mediaRef struct {
	ID      meta.ID `json:"id"`
	Type    string  `json:"mime_type"`
	Caption string  `json:"caption"`
	Name    string  `json:"filename"`
}

type location struct {
	Latitude  json.Number `json:"latitude"`
	Longitude json.Number `json:"longitude"`
	Name      string      `json:"name"`
	Address   string      `json:"address"`
	URL       string      `json:"url"`
}

// card is somebody's address that the customer has passed on.
type card struct {
	Name struct {
		Formatted string `json:"formatted_name"`
	} `json:"name"`
	Org struct {
		Company string `json:"company"`
	} `json:"org"`
	Phones []struct {
		Phone string `json:"phone"`
	} `json:"phones"`
	Emails []struct {
		Email string `json:"email"`
	} `json:"emails"`
}

type reaction struct {
	Message meta.ID `json:"message_id"`
	Emoji   string  `json:"emoji"`
}

type button struct {
	Payload string `json:"payload"`
	Text    string `json:"text"`
}

// chosen is what somebody has chosen of what we offered.
type chosen struct {
	Button *option `json:"button_reply"`
	List   *option `json:"list_reply"`
	Form   *struct {
		Name     string `json:"name"`
		Body     string `json:"body"`
		Response string `json:"response_json"`
	} `json:"nfm_reply"`
}

type option struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

type order struct {
	Catalogue string `json:"catalog_id"`
	Text      string `json:"text"`
	Items     []struct {
		Product  meta.ID     `json:"product_retailer_id"`
		Quantity json.Number `json:"quantity"`
		Price    json.Number `json:"item_price"`
		Currency string      `json:"currency"`
	} `json:"product_items"`
}

// system is that somebody goes by another number or id.
type system struct {
	Body     string  `json:"body"`
	Type     string  `json:"type"`
	Phone    meta.ID `json:"wa_id"`
	UserID   meta.ID `json:"user_id"`
	Previous meta.ID `json:"previous_user_id"`
}

type quoted struct {
	ID        meta.ID `json:"id"`
	Forwarded bool    `json:"forwarded"`
	Often     bool    `json:"frequently_forwarded"`
	Product   struct {
		ID meta.ID `json:"product_retailer_id"`
	} `json:"referred_product"`
}

// referral is the ad or post from which somebody came.
type referral struct {
	URL      string  `json:"source_url"`
	ID       meta.ID `json:"source_id"`
	Type     string  `json:"source_type"`
	Headline string  `json:"headline"`
	Click    string  `json:"ctwa_clid"`
}

// hookFlaw is an error as webhooks say it.
type hookFlaw struct {
	Code    int    `json:"code"`
	Title   string `json:"title"`
	Message string `json:"message"`
	Data    struct {
		Details string `json:"details"`
	} `json:"error_data"`
}

// words returns what Meta says of a flaw.
func (f hookFlaw) words() string {
	return clip.Bytes(firstOf(f.Data.Details, f.Message, f.Title), maxWords)
}

type status struct {
	ID        meta.ID     `json:"id"`
	Status    string      `json:"status"`
	Timestamp meta.Number `json:"timestamp"`
	Mark      string      `json:"biz_opaque_callback_data"` // our name of it
	Errors    []hookFlaw  `json:"errors"`
}

// split takes a change apart into what it tells of: each message and each status.
func split(p meta.Piece) []channel.Addressed {
	whole := func(address string, err error) []channel.Addressed {
		return []channel.Addressed{{
			Channel: channel.WhatsApp, Address: address,
			Arrival: channel.Arrival{ID: channel.NameOf(p.Raw), Kind: channel.Kind(p.Field), Raw: p.Raw, Err: err},
		}}
	}
	var c change
	if err := json.Unmarshal(p.Raw, &c); err != nil {
		return whole(p.Account, errs.New(errs.Invalid, "whatsapp.split", "event.malformed"))
	}
	address := string(c.Value.Metadata.PhoneID)
	if address == "" {
		address = p.Account
	}
	if c.Field == fieldTemplates {
		at := channel.EntryPoint{ID: 1, Channel: channel.WhatsApp, Address: address}
		return []channel.Addressed{{Channel: channel.WhatsApp, Address: address, Arrival: arrival(at, p.Raw)}}
	}
	if c.Field != fieldMessages || len(c.Value.Messages)+len(c.Value.Statuses) == 0 {
		return whole(address, errs.Fields("whatsapp.split", errs.Field{Path: clip.Bytes(c.Field, meta.MaxID), Code: "event.type"}))
	}
	var all []channel.Addressed
	for _, raw := range c.single() {
		at := channel.EntryPoint{ID: 1, Channel: channel.WhatsApp, Address: address} // whose it is, is found next
		all = append(all, channel.Addressed{Channel: channel.WhatsApp, Address: address, Arrival: arrival(at, raw)})
	}
	return all
}

// single returns what c tells of, as changes that each tell of one thing.
func (c change) single() (all [][]byte) {
	one := func(v value) {
		v.Product, v.Metadata = c.Value.Product, c.Value.Metadata
		if raw, err := json.Marshal(change{c.Field, v}); err == nil { // it was read from JSON
			all = append(all, raw)
		}
	}
	for _, m := range c.Value.Messages {
		v := value{Messages: []json.RawMessage{m}}
		if who := c.Value.writer(m); who != nil {
			v.Contacts = []json.RawMessage{who}
		}
		one(v)
	}
	for _, s := range c.Value.Statuses {
		one(value{Statuses: []json.RawMessage{s}})
	}
	return all
}

// writer returns the contact who wrote a message; nil: it is not said.
func (v value) writer(raw json.RawMessage) json.RawMessage {
	var m message
	_ = json.Unmarshal(raw, &m) // what cannot be read has nobody
	for _, one := range v.Contacts {
		var c contact
		if json.Unmarshal(one, &c) == nil && (c.UserID != "" && c.UserID == m.UserID || c.Phone != "" && c.Phone == m.Phone) {
			return one
		}
	}
	if len(v.Contacts) == 1 && len(v.Messages) == 1 {
		return v.Contacts[0]
	}
	return nil
}

// parse reads a change as it is stored.
func parse(raw []byte) (change, error) {
	var c change
	err := channel.Understand("whatsapp.parse", raw, maxEvent, &c)
	return c, err
}
