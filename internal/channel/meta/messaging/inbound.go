package messaging

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/clip"
)

// At is where events happen: an entry point whose address is the id of its page or
// account, who gives the ids of people a meaning there, and which app is ours.
type At struct {
	Point    channel.EntryPoint
	Provider string
	App      string
	Forgets  bool // what somebody takes back must not stay with us
}

// Bounds of what is kept of an event.
const (
	maxText  = 20_000 // bytes
	maxField = 1000   // bytes
	maxFiles = 10
)

// nothing is what a message says whose content cannot be shown.
const nothing = "—"

// unread is the kind of an event that could not be read.
const unread channel.Kind = "unread"

// Arrival names an event, and says why it cannot be understood.
func Arrival(at At, raw []byte) channel.Arrival {
	in, err := Read(at, raw)
	out := channel.Arrival{Kind: in.Kind, Lane: in.Thread, Raw: raw, Err: err}
	if out.Kind == "" {
		out.Kind = unread
	}
	if err == nil {
		out.ID = nameOf(in.Kind, in.ExternalID)
	} else {
		out.ID, out.Lane = channel.NameOf(raw), ""
	}
	return out
}

// Read understands one event, as a Piece has it. Its errors are Invalid.
func Read(at At, raw []byte) (channel.Inbound, error) {
	e, err := parse(raw)
	if err != nil {
		return channel.Inbound{}, err
	}
	return e.inbound(at)
}

// maxEdits bounds the edits of a message: Instagram allows five.
const maxEdits = 10

// saidBy names the events that have said what somebody takes back, where nobody may keep it.
func (at At) saidBy(message meta.ID) []string {
	if !at.Forgets || message == "" {
		return nil
	}
	names := []string{nameOf(channel.KindMessage, string(message))}
	for number := range maxEdits {
		names = append(names, nameOf(channel.KindEdit, editName(message, meta.Number(number+1))))
	}
	return names
}

// nameOf names an event.
func nameOf(kind channel.Kind, externalID string) string { return string(kind) + " " + externalID }

func editName(message meta.ID, number meta.Number) string {
	return fmt.Sprintf("edit %s %d", message, number)
}

// person returns who somebody is at a page or account: its ids have a meaning there alone.
func (at At) person(scoped meta.ID) channel.Party {
	return channel.Party{Provider: at.Provider, Scope: at.Point.Address, ExternalID: string(scoped)}
}

// inbound returns what e means.
func (e event) inbound(at At) (channel.Inbound, error) {
	in := channel.Inbound{
		EntryPoint: at.Point.ID, Thread: string(e.customer(at)), Sender: at.person(e.customer(at)), Quiet: e.standby,
		OccurredAt: e.Timestamp.Time(), ReceivedAt: time.Now(),
	}
	if in.OccurredAt.IsZero() || in.OccurredAt.After(in.ReceivedAt) {
		in.OccurredAt = in.ReceivedAt
	}
	if err := e.say(&in, at); err != nil {
		return in, err
	}
	if in.Kind == channel.KindEcho || in.Kind == channel.KindNotice || in.Kind == channel.KindReceipt {
		in.Sender = channel.Party{}
	}
	return in, in.Validate()
}

// customer returns whose thread it is: of its two sides the one that is not the page.
func (e event) customer(at At) meta.ID {
	if string(e.Sender.ID) == at.Point.Address {
		return e.Recipient.ID
	}
	return e.Sender.ID
}

// byPage reports whether somebody of the page did it.
func (e event) byPage(at At) bool { return string(e.Sender.ID) == at.Point.Address }

// say puts into in what e says.
func (e event) say(in *channel.Inbound, at At) error {
	switch {
	case e.Message != nil && e.Message.Deleted:
		in.Kind, in.Target, in.ExternalID = channel.KindDeletion, string(e.Message.ID), "unsend "+string(e.Message.ID)
		in.Unsaid = at.saidBy(e.Message.ID)
	case e.Message != nil && (e.Message.Echo || e.byPage(at)):
		e.sayEcho(in, at)
	case e.Message != nil:
		e.sayMessage(in)
	case e.Edit != nil:
		in.Kind, in.Target, in.Text = channel.KindEdit, string(e.Edit.ID), clip.Bytes(e.Edit.Text, maxText)
		in.ExternalID = editName(e.Edit.ID, e.Edit.Number)
	case e.Reaction != nil && !e.byPage(at):
		e.sayReaction(in)
	case e.Postback != nil:
		e.sayPostback(in)
	case e.Referral != nil:
		e.sayReferral(in)
	case e.Read != nil:
		e.sayMark(in, e.Read, channel.Seen)
	case e.Delivery != nil:
		e.sayMark(in, e.Delivery, channel.Arrived)
	case e.Passed != nil && string(e.Passed.New) == at.App && at.App != "":
		e.sayHanded(in)
	case e.noticed():
		in.Kind, in.ExternalID = channel.KindNotice, channel.NameOf(e.own)
	default:
		return errs.Fields("messaging.inbound", errs.Field{Path: "event", Code: "event.type"})
	}
	return nil
}

// noticed reports what is known and changes nothing here.
func (e event) noticed() bool {
	return e.Passed != nil || e.Taken != nil || e.Reaction != nil || len(e.Requested)+len(e.Roles)+len(e.Optin)+len(e.Linking)+len(e.Policy) > 0
}

func (e event) sayMessage(in *channel.Inbound) {
	m := e.Message
	in.Kind, in.ExternalID = channel.KindMessage, string(m.ID)
	d := details{}
	if m.ReplyTo != nil {
		in.Target = string(m.ReplyTo.ID)
		d.story("reply", m.ReplyTo.Story)
	}
	if m.QuickReply != nil {
		d.add("payload", m.QuickReply.Payload)
	}
	d.referral(m.Referral)
	content(in, m, d)
	if e.standby {
		d.add("standby", "true")
	}
	in.Data = d.orNil()
}

// sayEcho is a message of ours as it comes back. What our app has sent carries our name of it.
func (e event) sayEcho(in *channel.Inbound, at At) {
	m := e.Message
	in.Kind, in.ExternalID, in.To, in.Quiet = channel.KindEcho, string(m.ID), at.person(e.customer(at)), false
	if at.App != "" && string(m.App) == at.App {
		mark, ours := meta.ParseMark(m.Metadata)
		in.Entry, in.Part, in.More = mark.Entry, mark.Part, mark.More()
		if ours && mark.Part > 0 { // a file after the text: it is there with the answer
			in.Kind, in.Target, in.State, in.To = channel.KindReceipt, in.ExternalID, channel.Taken, channel.Party{}
			return
		}
	}
	in.More = in.More || in.Entry == 0 && m.Text != "" // Instagram knows no marks
	d := details{}
	content(in, m, d)
	in.Data = d.orNil()
}

// emojis are the reactions that Meta names, for where it does not say which emoji it was.
func emojis() map[string]string {
	return map[string]string{"smile": "😄", "angry": "😠", "sad": "😢", "wow": "😮", "love": "❤️", "like": "👍", "dislike": "👎"}
}

func (e event) sayReaction(in *channel.Inbound) {
	r := e.Reaction
	in.Kind, in.Target, in.Off = channel.KindReaction, string(r.ID), r.Action == "unreact"
	in.Text = clip.Bytes(r.Emoji, maxField)
	if in.Text == "" {
		in.Text = emojis()[r.Name]
	}
	if in.Text == "" && !in.Off {
		in.Text = "👍"
	}
	in.ExternalID = fmt.Sprintf("%s %s %s %d", r.Action, r.ID, e.Sender.ID, e.Timestamp)
	in.ExternalID = clip.Bytes(in.ExternalID, channel.MaxExternalID)
}

func (e event) sayPostback(in *channel.Inbound) {
	b := e.Postback
	in.Kind, in.ExternalID = channel.KindMessage, string(b.ID)
	if in.ExternalID == "" {
		in.ExternalID = channel.NameOf(e.own)
	}
	in.Text = firstOf(b.Title, b.Payload, nothing)
	d := details{}
	d.add("payload", b.Payload)
	d.referral(b.Referral)
	in.Data = d.orNil()
}

// sayReferral is that somebody came to the thread by a link or an ad, and has not written yet.
func (e event) sayReferral(in *channel.Inbound) {
	in.Kind, in.ExternalID, in.Quiet = channel.KindMessage, channel.NameOf(e.own), true
	d := details{}
	d.referral(e.Referral)
	in.Data = d.orNil()
	in.Text = "→ " + firstOf(d["ad_title"], d["ref"], d["source"], nothing)
}

// sayHanded is that another app has given the thread to us: somebody has to answer.
func (e event) sayHanded(in *channel.Inbound) {
	in.Kind, in.ExternalID, in.Quiet = channel.KindMessage, channel.NameOf(e.own), false
	in.Text = "→ " + firstOf(e.Passed.Metadata, nothing)
	d := details{}
	d.add("handed_over_by", string(e.Passed.Previous))
	in.Data = d.orNil()
}

// sayMark is that everything up to a time was read or has arrived.
func (e event) sayMark(in *channel.Inbound, m *mark, s channel.State) {
	in.Kind, in.State = channel.KindReceipt, s
	in.ExternalID = fmt.Sprintf("%s %s %d", s, in.Thread, m.Watermark)
	if m.ID != "" {
		in.ExternalID = fmt.Sprintf("%s %s", s, m.ID)
	}
	at := m.Watermark.Time()
	if at.IsZero() {
		at = in.OccurredAt
	}
	if e.Timestamp == 0 {
		in.OccurredAt = at
	}
	in.Until = at.Add(time.Millisecond) // the mark is cut to milliseconds
}

// content puts text and files of a message into in, and what cannot be shown into d.
func content(in *channel.Inbound, m *message, d details) {
	lines := []string{clip.Bytes(m.Text, maxText)}
	if m.Unsupported {
		d.add("unsupported", "message")
	}
	seen := map[string]bool{}
	for _, a := range m.Attachments {
		if name, ok := a.file(); ok && len(in.Remote) < maxFiles {
			if !seen[a.Payload.URL] { // a sticker was an image beside for a while
				in.Remote = append(in.Remote, channel.RemoteFile{Name: name, URL: a.Payload.URL})
			}
			seen[a.Payload.URL] = true
			continue
		}
		if a.Type == "story_mention" { // what it shows may not be kept: it is there for a day, or until its author takes it back
			d.story("mention", &story{URL: a.Payload.URL})
		}
		line := a.line()
		if line == "" {
			d.add("unsupported", a.Type)
		}
		lines = append(lines, line)
	}
	in.Text = clip.Bytes(strings.Join(filled(lines), "\n"), maxText)
	if in.Text == "" && len(in.Remote) == 0 {
		in.Text = nothing
	}
}

// file returns the name of a file that lies at Meta, and whether a is one.
func (a attachment) file() (string, bool) {
	switch a.Type {
	case "image", "audio", "video", "file", "sticker":
	default:
		return "", false
	}
	at, err := url.Parse(a.Payload.URL)
	if err != nil || at.Host == "" || at.Scheme != "https" && at.Scheme != "http" || len(a.Payload.URL) > 4*maxField {
		return "", false
	}
	name := at.Path[strings.LastIndexByte(at.Path, '/')+1:]
	return clip.Bytes(firstOf(name, a.Type), meta.MaxID), true
}

// line says in words what a is that is no file: a place, a shared page, a form.
func (a attachment) line() string {
	parts := []string{firstOf(a.Title, a.Payload.Title), a.Payload.Text}
	if c := a.Payload.Coordinates; c != nil {
		parts = append(parts, fmt.Sprintf("📍 %.6f, %.6f", c.Lat, c.Long))
	}
	for _, e := range a.Payload.Elements[:min(len(a.Payload.Elements), maxFiles)] {
		parts = append(parts, e.Title, e.Subtitle, e.URL)
	}
	parts = append(parts, firstOf(a.URL, a.Payload.URL))
	return strings.Join(filled(parts), "\n")
}

// filled returns those of texts that say something.
func filled(texts []string) []string {
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

// story notes that a message is about a story: an answer to one of ours, or one that mentions us.
func (d details) story(what string, s *story) {
	if s == nil {
		return
	}
	d.add("story", what)
	d.add("story_id", string(s.ID))
	d.add("story_url", s.URL)
}

func (d details) referral(r *referral) {
	if r == nil {
		return
	}
	d.add("ref", r.Ref)
	d.add("source", r.Source)
	d.add("ad_id", string(r.Ad))
	if r.Advert != nil {
		d.add("ad_title", r.Advert.Title)
	}
}

func (d details) orNil() map[string]string {
	if len(d) == 0 {
		return nil
	}
	return d
}
