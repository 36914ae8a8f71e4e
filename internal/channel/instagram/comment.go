package instagram

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

// Fields of changes of what is public at an account, and of what we have asked for in their form.
const (
	fieldComments = "comments"
	fieldMentions = "mentions"
	fieldPost     = "post"    // what stands above comments
	fieldLearned  = "learned" // a comment: it is shown, and nobody has to answer it
	fieldNamed    = "named"   // what a mention says
	fieldEdited   = "edited"  // how a comment reads now
	fieldGone     = "gone"    // a comment that is there no more
)

// Bounds of a change.
const (
	maxChange     = 1 << 20 // bytes
	maxPublicText = 60_000  // bytes
	maxLink       = 1900    // bytes of an address
	maxObject     = 200     // bytes of an id
)

// nothingSaid is what a comment says whose content cannot be shown.
const nothingSaid = "—"

// isPublic reports whether a field of Meta's is about what everybody reads.
func isPublic(field string) bool { return field == fieldComments || field == fieldMentions }

// Names of what everybody reads. A comment under a post of ours goes by Instagram's id alone.
const (
	ofOurs   = "media/"   // a post of ours
	ofOthers = "mention/" // a post of somebody else that mentions us, or under which a comment does; with that behind it
)

// thing is what a name names at Instagram.
type thing struct {
	media   string // a post: ours, or where others is said somebody else's
	comment string
	others  bool
}

// thingOf reads a name; false: it is none.
func thingOf(name string) (t thing, ok bool) {
	if rest, is := strings.CutPrefix(name, ofOthers); is {
		t.others = true
		t.media, t.comment, _ = strings.Cut(rest, "/")
		return t, isObject(t.media) && (t.comment == "" || isObject(t.comment))
	}
	if media, is := strings.CutPrefix(name, ofOurs); is {
		return thing{media: media}, isObject(media)
	}
	return thing{comment: name}, isObject(name)
}

// name is that of a comment, or without one of a post, of somebody else.
func (t thing) name() string {
	switch {
	case t.others && t.comment != "":
		return ofOthers + t.media + "/" + t.comment
	case t.others:
		return ofOthers + t.media
	case t.comment != "":
		return t.comment
	}
	return ofOurs + t.media
}

// post names what stands above it.
func (t thing) post() string { return thing{media: t.media, others: t.others}.name() }

// isObject reports whether an id can be one: it becomes a part of an address.
func isObject(id string) bool {
	return id != "" && id != "me" && len(id) <= maxObject && !strings.ContainsFunc(id, func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}

// change is something that happened in public, as Meta posts it or as we have asked for it.
type change struct {
	Field string `json:"field"`
	Value value  `json:"value"`
}

type value struct {
	ID     meta.ID `json:"id,omitempty"` // of a comment
	Text   string  `json:"text,omitempty"`
	Parent meta.ID `json:"parent_id,omitempty"` // the comment that it answers
	From   *author `json:"from,omitempty"`
	Media  medium  `json:"media,omitzero"`

	MediaID   meta.ID `json:"media_id,omitempty"` // of a mention
	CommentID meta.ID `json:"comment_id,omitempty"`

	Created meta.Number `json:"created_time,omitempty"` // of what we have asked for: seconds
	Link    string      `json:"permalink,omitempty"`
	Picture string      `json:"picture,omitempty"`
	Others  bool        `json:"others,omitempty"` // of a post: it is somebody else's
}

type author struct {
	ID       meta.ID `json:"id,omitempty"`
	Username string  `json:"username,omitempty"`
	Self     meta.ID `json:"self_ig_scoped_id,omitempty"` // said of the account itself alone
}

type medium struct {
	ID       meta.ID `json:"id,omitempty"`
	Original meta.ID `json:"original_media_id,omitempty"` // of an advertisement: the post that it was made of
}

// parseChange reads a change as it is stored.
func parseChange(raw []byte) (change, error) {
	var c change
	err := channel.Understand("instagram.parseChange", raw, maxChange, &c)
	return c, err
}

// thing returns what a change is about; false: it does not say.
func (c change) thing() (thing, bool) {
	v := c.Value
	t := thing{media: string(cmp.Or(v.MediaID, v.Media.Original, v.Media.ID)), comment: string(cmp.Or(v.CommentID, v.ID))}
	switch c.Field {
	case fieldComments, fieldLearned, fieldEdited, fieldGone:
		return t, isObject(t.media) && isObject(t.comment)
	case fieldPost:
		t.others, t.comment = v.Others, ""
		return t, isObject(t.media)
	case fieldMentions, fieldNamed:
		t.others = true
		return t, isObject(t.media) && (t.comment == "" || isObject(t.comment))
	}
	return t, false
}

// commentOf names a change, and says why it cannot be understood.
func commentOf(p channel.EntryPoint, raw []byte) channel.Arrival {
	c, err := parseChange(raw)
	out := channel.Arrival{ID: channel.NameOf(raw), Kind: "unread", Raw: raw, Err: err}
	if err != nil {
		return out
	}
	in, err := c.inbound(p)
	if out.Err = err; err != nil {
		return out
	}
	out.Kind, out.Lane = in.Kind, in.Post
	t, _ := c.thing()
	switch out.ID = c.Field + " " + t.name(); c.Field {
	case fieldPost: // it may read otherwise later
		out.ID += " " + channel.NameOf([]byte(c.Value.Text))
	case fieldEdited: // and come to read as before
		out.ID = in.ExternalID
	}
	return out
}

// inbound returns what a change means.
func (c change) inbound(p channel.EntryPoint) (channel.Inbound, error) {
	v := c.Value
	t, known := c.thing()
	if !known {
		return channel.Inbound{}, errs.Fields("instagram.inbound", errs.Field{Path: clip.Bytes(cmp.Or(c.Field, "field"), meta.MaxID), Code: "event.type"})
	}
	now := time.Now()
	in := channel.Inbound{
		EntryPoint: p.ID, Kind: channel.KindMessage, ExternalID: t.name(), Thread: t.name(), Post: t.post(), Link: good(v.Link), Sender: c.person(p),
		Text: clip.Bytes(v.Text, maxPublicText), OccurredAt: now, ReceivedAt: now,
	}
	said := !v.Created.Time().IsZero() && !v.Created.Time().After(now)
	if said {
		in.OccurredAt = v.Created.Time()
	}
	switch c.Field {
	case fieldMentions:
		in = channel.Inbound{
			EntryPoint: p.ID, Kind: channel.KindNotice, ExternalID: "mentions " + t.name(), Post: t.post(), Ask: true, OccurredAt: now, ReceivedAt: now,
		}
		if t.comment != "" {
			in.Target = t.name()
		}
	case fieldPost:
		in.Kind, in.Thread, in.ExternalID = channel.KindPost, "", "post "+t.name()
		if !v.Others {
			in.Sender = channel.Party{}
		} else if in.Sender.ExternalID == "" {
			in.Sender = unknown(p, t)
		}
		c.show(&in)
	case fieldEdited:
		in.Kind, in.Thread, in.Target = channel.KindEdit, "", t.name()
		in.ExternalID = fmt.Sprintf("edited %s %d %s", t.name(), v.Created, channel.NameOf([]byte(v.Text)))
	case fieldGone:
		in.Kind, in.Thread, in.Target, in.ExternalID = channel.KindDeletion, "", t.name(), "gone "+t.name()
	default:
		c.say(&in, p)
	}
	err := in.Validate()
	if !said { // Meta does not say when a comment was written: when it came is as good
		in.OccurredAt = time.Time{}
	}
	return in, err
}

// say is what somebody, or one of us, has said.
func (c change) say(in *channel.Inbound, p channel.EntryPoint) {
	v := c.Value
	if parent := string(v.Parent); c.Field != fieldNamed && isObject(parent) {
		in.Target, in.Thread = parent, parent
	}
	switch {
	case c.Field == fieldNamed:
		in.Data = map[string]string{"mention": "true"}
		c.show(in)
	case c.ours(p):
		in.Kind, in.Sender = channel.KindEcho, channel.Party{}
	case c.Field == fieldLearned:
		in.Quiet = true
	}
	if in.Kind == channel.KindMessage && in.Sender.ExternalID == "" {
		t, _ := c.thing() // it was asked for before
		in.Sender = unknown(p, t)
	}
	if in.Text == "" && len(in.Remote) == 0 {
		in.Text = nothingSaid
	}
}

// ours reports whether the account itself has said it.
func (c change) ours(p channel.EntryPoint) bool {
	return c.Value.From != nil && (c.Value.From.Self != "" || string(c.Value.From.ID) == p.Address)
}

// person returns who has said something. Of whom a mention is, Instagram tells by name alone.
func (c change) person(p channel.EntryPoint) channel.Party {
	from := c.Value.From
	if from == nil || from.ID == "" && from.Username == "" {
		return channel.Party{}
	}
	name := ""
	if from.Username != "" {
		name = "@" + clip.Bytes(from.Username, maxPersonName)
	}
	return channel.Party{Provider: provider, Scope: p.Address, ExternalID: cmp.Or(string(from.ID), name), DisplayName: name}
}

// unknown is who has said something of which Instagram does not tell.
func unknown(p channel.EntryPoint, t thing) channel.Party {
	return channel.Party{Provider: provider, Scope: p.Address, ExternalID: channel.Unknown + t.name()}
}

// show puts the picture of a post into in.
func (c change) show(in *channel.Inbound) {
	if address := good(c.Value.Picture); address != "" {
		u, _ := url.Parse(address) // it was read before
		name := cmp.Or(u.Path[strings.LastIndexByte(u.Path, '/')+1:], "file")
		in.Remote = []channel.RemoteFile{{Name: clip.Bytes(name, meta.MaxID), URL: address}}
	}
}

// good returns an address that can be kept; another is empty.
func good(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || len(address) > maxLink {
		return ""
	}
	return address
}
