package whatsapp

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/clip"
)

// provider gives the ids of people a meaning.
const provider = "whatsapp"

// Bounds of what is kept of an event, in bytes.
const (
	maxText  = 20_000
	maxField = 1000
	maxWords = 300
	maxName  = 300
	maxLines = 30 // of an order, and of people who were passed on
)

// nothing is what a message says whose content cannot be shown.
const nothing = "—"

// unread is the kind of an event that could not be read.
const unread channel.Kind = "unread"

// arrival is an event as it is stored: those of a person keep their order.
func arrival(p channel.EntryPoint, raw []byte) channel.Arrival {
	in, err := read(p, raw)
	a := channel.Arrival{Kind: in.Kind, Lane: in.Thread, Raw: raw, Err: err}
	if a.Kind == "" {
		a.Kind = unread
	}
	if err != nil {
		a.ID, a.Lane = channel.NameOf(raw), ""
		return a
	}
	a.ID = string(in.Kind) + " " + in.ExternalID
	return a
}

// read understands one event. Its errors are Invalid.
func read(p channel.EntryPoint, raw []byte) (channel.Inbound, error) {
	c, err := parse(raw)
	if err != nil {
		return channel.Inbound{}, err
	}
	in := channel.Inbound{EntryPoint: p.ID, ReceivedAt: time.Now()}
	v := c.Value
	switch {
	case c.Field == fieldMessages && len(v.Messages) == 1 && len(v.Statuses) == 0:
		err = v.message(p, &in)
	case c.Field == fieldMessages && len(v.Statuses) == 1 && len(v.Messages) == 0:
		err = readStatus(v.Statuses[0], &in)
	case c.Field == fieldTemplates: // the list of them is asked for again: that is all
		in.Kind, in.ExternalID = channel.KindNotice, channel.NameOf(raw)
	default:
		err = errs.Fields("whatsapp.read", errs.Field{Path: clip.Bytes(c.Field, meta.MaxID), Code: "event.type"})
	}
	if err != nil {
		return in, err
	}
	if in.OccurredAt.IsZero() || in.OccurredAt.After(in.ReceivedAt) {
		in.OccurredAt = in.ReceivedAt
	}
	return in, in.Validate()
}

// message puts into in what the message of v says.
func (v value) message(p channel.EntryPoint, in *channel.Inbound) error {
	var m message
	if err := json.Unmarshal(v.Messages[0], &m); err != nil {
		return channel.Malformed("whatsapp.parse", err)
	}
	var who contact
	if len(v.Contacts) > 0 {
		if err := json.Unmarshal(v.Contacts[0], &who); err != nil {
			return channel.Malformed("whatsapp.parse", err)
		}
	}
	in.ExternalID, in.OccurredAt = string(m.ID), m.Timestamp.Time()
	if m.System != nil {
		return m.sayChanged(in)
	}
	in.Sender, in.Known = person(who, m)
	in.Thread = in.Sender.ExternalID
	for _, k := range in.Known { // to a number of theirs we may have written before we knew their id
		in.Threads = append(in.Threads, k.ExternalID)
	}
	if m.Reaction != nil {
		in.Kind, in.Target = channel.KindReaction, string(m.Reaction.Message)
		in.Text, in.Off = clip.Bytes(m.Reaction.Emoji, maxField), m.Reaction.Emoji == ""
		return nil
	}
	in.Kind = channel.KindMessage
	if m.Group != "" { // what many read together is not ours to answer
		in.Kind, in.Sender, in.Known = channel.KindNotice, channel.Party{}, nil
		in.Threads = nil
	}
	m.say(p, in, who)
	return nil
}

// person returns who has written, and by what else they are known: the id that Meta has made
// is always theirs, the number is not always told.
func person(who contact, m message) (channel.Party, []channel.Party) {
	made, number := firstOf(string(who.UserID), string(m.UserID)), firstOf(string(who.Phone), string(m.Phone))
	handle := firstOf(who.Profile.Username, who.Username)
	name := strings.TrimSpace(who.Profile.Name)
	if name == "" && handle != "" {
		name = "@" + strings.TrimPrefix(handle, "@")
	}
	p := channel.Party{Provider: provider, ExternalID: made, DisplayName: clip.Bytes(name, maxName), Phone: phone(number), Verified: true}
	if made == "" {
		p.ExternalID = number
		return p, nil
	}
	if number == "" {
		return p, nil
	}
	known := p
	known.ExternalID = number
	return p, []channel.Party{known}
}

// phone returns the number behind Meta's id of one, as people write it; empty: it is none.
func phone(number string) string {
	if number == "" || strings.Trim(number, "0123456789") != "" || len(number) > 15 {
		return ""
	}
	return "+" + number
}

// sayChanged is that somebody goes by another number, and with it by another id: the same customer.
func (m message) sayChanged(in *channel.Inbound) error {
	s := m.System
	in.Kind = channel.KindIdentity
	before := message{Phone: m.Phone, UserID: meta.ID(firstOf(string(s.Previous), string(m.UserID)))}
	after := message{Phone: s.Phone, UserID: s.UserID}
	if after.Phone == "" && after.UserID == "" { // of something else: it is kept as it came
		in.Kind = channel.KindNotice
		return nil
	}
	in.Sender, in.Known = person(contact{}, after)
	if old, more := person(contact{}, before); old.ExternalID != "" {
		in.Known = append(in.Known, old)
		in.Known = append(in.Known, more...)
	}
	for i := range in.Known {
		in.Known[i].Phone = ""
	}
	return nil
}

// say puts into in what m says, and beside what.
func (m message) say(p channel.EntryPoint, in *channel.Inbound, who contact) {
	d := details{}
	if c := m.Context; c != nil {
		in.Target = string(c.ID)
		d.add("product", string(c.Product.ID))
		if c.Forwarded || c.Often {
			d.add("forwarded", "true")
		}
	}
	if r := m.Referral; r != nil {
		d.add("ad_title", r.Headline)
		d.add("ad_id", string(r.ID))
		d.add("source", r.Type)
		d.add("ref", r.URL)
		d.add("click_id", r.Click)
	}
	d.add("username", firstOf(who.Profile.Username, who.Username))
	m.content(p, in, d)
	in.Text = clip.Bytes(strings.TrimSpace(in.Text), maxText)
	if in.Text == "" && len(in.Remote) == 0 {
		in.Text = nothing
	}
	if len(d) > 0 {
		in.Data = d
	}
}

// content puts text and files of m into in, and what cannot be shown into d.
func (m message) content(p channel.EntryPoint, in *channel.Inbound, d details) {
	for kind, f := range map[string]*mediaRef{"image": m.Image, "audio": m.Audio, "voice": m.Voice, "video": m.Video, "document": m.Document, "sticker": m.Sticker} {
		if f.there() && m.Type == kind {
			in.Remote = []channel.RemoteFile{{Name: f.fileName(kind), URL: RemoteScheme + p.Address + "/" + string(f.ID)}}
			in.Text = f.Caption
			return
		}
	}
	switch {
	case m.Location != nil:
		in.Text = m.Location.text()
	case len(m.Contacts) > 0:
		in.Text = cardsText(m.Contacts)
	case m.Button != nil:
		in.Text = firstOf(m.Button.Text, m.Button.Payload)
		d.add("payload", m.Button.Payload)
	case m.Chosen != nil:
		m.Chosen.say(in, d)
	case m.Order != nil:
		in.Text = m.Order.text()
		d.add("catalogue", m.Order.Catalogue)
	case m.Text.Body != "":
		in.Text = m.Text.Body
	default:
		d.add("unsupported", firstOf(m.Type, "message"))
		if len(m.Errors) > 0 {
			d.add("why", m.Errors[0].words())
		}
	}
}

// there reports whether f is a file that can be asked for.
func (f *mediaRef) there() bool {
	return f != nil && f.ID != "" && strings.Trim(string(f.ID), "0123456789") == ""
}

// fileName is what a file is called; one without a name is called by its kind.
func (f *mediaRef) fileName(kind string) string {
	if name := path.Base(strings.ReplaceAll(f.Name, `\`, "/")); f.Name != "" && name != "." && name != "/" {
		return clip.Bytes(name, meta.MaxID)
	}
	mediaType, _, _ := strings.Cut(f.Type, ";")
	_, ending, _ := strings.Cut(strings.TrimSpace(mediaType), "/")
	if ending == "" || len(ending) > 10 || strings.ContainsAny(ending, `/\.`) {
		return kind
	}
	return kind + "." + ending
}

func (l *location) text() string {
	return strings.Join(filled("📍 "+l.Latitude.String()+", "+l.Longitude.String(), l.Name, l.Address, l.URL), "\n")
}

func cardsText(all []card) string {
	var lines []string
	for _, c := range all[:min(len(all), maxLines)] {
		parts := filled(c.Name.Formatted, c.Org.Company)
		for _, p := range c.Phones {
			parts = append(parts, p.Phone)
		}
		for _, e := range c.Emails {
			parts = append(parts, e.Email)
		}
		lines = append(lines, "👤 "+strings.Join(parts, ", "))
	}
	return strings.Join(lines, "\n")
}

func (c *chosen) say(in *channel.Inbound, d details) {
	option := c.Button
	if option == nil {
		option = c.List
	}
	switch {
	case option != nil:
		in.Text = strings.Join(filled(option.Title, option.Description), "\n")
		d.add("payload", option.ID)
	case c.Form != nil:
		in.Text = firstOf(c.Form.Body, c.Form.Name)
		d.add("form", c.Form.Name)
		d.add("answers", c.Form.Response)
	default:
		d.add("unsupported", "interactive")
	}
}

func (o *order) text() string {
	lines := filled(o.Text)
	for _, i := range o.Items[:min(len(o.Items), maxLines)] {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("🛒 %s × %s — %s %s", i.Quantity, i.Product, i.Price, i.Currency)))
	}
	return strings.Join(lines, "\n")
}

// filled returns those of texts that say something.
func filled(texts ...string) []string {
	var out []string
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			out = append(out, t)
		}
	}
	return out
}

// firstOf returns the first of texts that says something.
func firstOf(texts ...string) string { return clip.Bytes(cmp.Or(texts...), maxField) }

// details are what Meta says beside a message.
type details map[string]string

func (d details) add(name, value string) {
	if value != "" {
		d[name] = clip.Bytes(value, maxField)
	}
}
