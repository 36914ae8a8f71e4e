package facebook

import (
	"cmp"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/clip"
)

// Fields of changes of what is public on a page.
const (
	fieldFeed    = "feed"
	fieldMention = "mention"
	fieldRatings = "ratings"
	fieldLearned = "learned" // what we have asked for: it is shown, and nobody has to answer it
)

// Bounds of a change.
const (
	maxChange     = 1 << 20 // bytes
	maxPublicText = 60_000  // bytes
	maxPhotos     = 10
)

// mostStars is the best rating.
const mostStars = 5

// nothingSaid is what a comment says whose content cannot be shown.
const nothingSaid = "—"

// isPublic reports whether a field of Meta's is about what everybody reads.
func isPublic(field string) bool {
	return field == fieldFeed || field == fieldMention || field == fieldRatings
}

// change is something that happened in public, as Meta posts it.
type change struct {
	Field string `json:"field"`
	Value value  `json:"value"`

	own []byte
}

type value struct {
	Item    string      `json:"item"`
	Verb    string      `json:"verb"`
	Post    meta.ID     `json:"post_id"`
	Comment meta.ID     `json:"comment_id"`
	Parent  meta.ID     `json:"parent_id"`
	From    *author     `json:"from"`
	Message string      `json:"message"`
	Kind    string      `json:"reaction_type"`
	Created meta.Number `json:"created_time"`
	Edited  meta.Number `json:"edited_time"`
	Link    string      `json:"link"`
	Photo   string      `json:"photo"`
	Video   string      `json:"video"`
	Photos  []string    `json:"photos"`
	Under   *struct {
		Link string `json:"permalink_url"`
	} `json:"post"`
	Permalink string `json:"permalink_url"`

	Sender     meta.ID `json:"sender_id"` // of a mention
	SenderName string  `json:"sender_name"`

	Reviewer     meta.ID     `json:"reviewer_id"` // of a rating
	ReviewerName string      `json:"reviewer_name"`
	Recommends   string      `json:"recommendation_type"`
	Rating       meta.Number `json:"rating"` // stars of an older one
	Review       string      `json:"review_text"`
	Story        meta.ID     `json:"open_graph_story_id"`
}

type author struct {
	ID   meta.ID `json:"id"`
	Name string  `json:"name"`
}

// parseChange reads a change as it is stored, in one shape for all fields.
func parseChange(raw []byte) (change, error) {
	const op = "facebook.parseChange"
	var c change
	if err := channel.Understand(op, raw, maxChange, &c); err != nil {
		return c, err
	}
	c.own = raw
	v := &c.Value
	if !isPublic(c.Field) && c.Field != fieldLearned {
		return c, errs.Fields(op, errs.Field{Path: clip.Bytes(cmp.Or(c.Field, "field"), meta.MaxID), Code: "event.type"})
	}
	if v.From == nil && v.Sender != "" {
		v.From = &author{v.Sender, v.SenderName}
	}
	if c.Field == fieldRatings {
		v.Post = cmp.Or(v.Post, v.Story)
		v.Message = cmp.Or(v.Message, v.Review)
		if v.From == nil && v.Reviewer != "" {
			v.From = &author{v.Reviewer, v.ReviewerName}
		}
	}
	return c, nil
}

// at is where changes happen: the entry point of what is public on a page.
type at struct{ point channel.EntryPoint }

// arrivalOf names a change, and says why it cannot be understood. Meta has no name for
// it: it is the same where the same happened to the same thing at the same time.
func arrivalOf(p channel.EntryPoint, raw []byte) channel.Arrival {
	c, err := parseChange(raw)
	var in channel.Inbound
	if err == nil {
		in, err = c.inbound(at{p})
	}
	out := channel.Arrival{Kind: in.Kind, Lane: in.Post, Raw: raw, Err: err}
	if out.Kind == "" {
		out.Kind = "unread"
	}
	v := c.Value
	when := cmp.Or(c.when(), v.Created)
	name := []string{c.Field, v.Item, v.Verb, string(v.thing()), string(v.by()), fmt.Sprint(when)}
	if c.edits() { // Meta's clock knows seconds, and somebody may be quicker
		name = append(name, channel.NameOf([]byte(v.Recommends+v.Message)))
	}
	if out.ID = clip.Bytes(strings.Join(name, " "), channel.MaxExternalID); err != nil || when == 0 {
		out.ID = channel.NameOf(raw)
	}
	return out
}

// when returns the time of what happened, by Meta's clock; 0: it is not said.
func (c change) when() meta.Number {
	if c.edits() && c.Value.Edited != 0 {
		return c.Value.Edited
	}
	return c.Value.Created
}

// thing returns what it happened to.
func (v value) thing() meta.ID { return cmp.Or(v.Comment, v.Post) }

// by returns who did it; empty: Meta does not tell.
func (v value) by() meta.ID {
	if v.From == nil {
		return ""
	}
	return v.From.ID
}

func (c change) edits() bool   { return c.Value.Verb == "edited" || c.Value.Verb == "edit" }
func (c change) removes() bool { return c.Value.Verb == "remove" || c.Value.Verb == "delete" }

// inbound returns what a change means.
func (c change) inbound(at at) (channel.Inbound, error) {
	v := c.Value
	in := channel.Inbound{
		EntryPoint: at.point.ID, Post: string(v.Post), Link: c.link(), Sender: at.person(v), OccurredAt: c.when().Time(), ReceivedAt: time.Now(),
	}
	if in.OccurredAt.IsZero() || in.OccurredAt.After(in.ReceivedAt) {
		in.OccurredAt = in.ReceivedAt
	}
	switch {
	case v.Post == "" && v.Comment == "" || v.Verb == "" && c.Field != fieldMention:
		return in, errs.Fields("facebook.inbound", errs.Field{Path: "value", Code: "event.type"})
	case v.Item == "comment":
		c.sayComment(&in, at)
	case v.Item == "reaction" || v.Item == "like":
		c.sayReaction(&in, at)
	default:
		c.sayPost(&in, at)
	}
	return in, in.Validate()
}

// provider gives the ids of people on a page the meaning that they have in its messages.
func (at at) person(v value) channel.Party {
	if v.From == nil || v.From.ID == "" || string(v.From.ID) == at.point.Address {
		return channel.Party{}
	}
	return channel.Party{Provider: provider, Scope: at.point.Address, ExternalID: string(v.From.ID), DisplayName: clip.Bytes(v.From.Name, maxPersonName)}
}

// byPage reports whether somebody of the page did it.
func (at at) byPage(v value) bool { return string(v.by()) == at.point.Address }

// unknown is who wrote something of which Meta does not tell: the page may not know.
func (at at) unknown(thing meta.ID) channel.Party {
	return channel.Party{Provider: provider, Scope: at.point.Address, ExternalID: channel.Unknown + string(thing)}
}

// sayComment is what happened to a comment.
func (c change) sayComment(in *channel.Inbound, at at) {
	v := c.Value
	if in.Post == "" {
		in.Post = string(cmp.Or(v.Parent, v.Comment))
	}
	in.Target = string(v.Comment)
	in.ExternalID = c.name(v.Comment)
	switch {
	case c.edits():
		in.Kind = channel.KindEdit
		c.content(in)
	case c.removes():
		in.Kind = channel.KindDeletion
	case v.Verb == "hide" || v.Verb == "unhide":
		in.Kind, in.Off, in.Sender = channel.KindHiding, v.Verb == "unhide", channel.Party{}
	default:
		in.Kind, in.ExternalID, in.Thread, in.Target = channel.KindMessage, string(v.Comment), string(v.Comment), ""
		if v.Parent != "" && v.Parent != v.Post {
			in.Target, in.Thread = string(v.Parent), string(v.Parent)
		}
		in.Quiet = c.Field == fieldLearned
		c.content(in)
		c.label(in)
		c.author(in, at)
	}
}

// name is by which a change of something is known.
func (c change) name(thing meta.ID) string {
	name := fmt.Sprintf("%s %s %d", c.Value.Verb, thing, c.when())
	if c.edits() {
		name += " " + channel.NameOf([]byte(c.Value.Recommends+c.Value.Message))
	}
	return clip.Bytes(name, channel.MaxExternalID)
}

// author says whose a message is: ours as it comes back, or somebody's.
func (c change) author(in *channel.Inbound, at at) {
	switch {
	case at.byPage(c.Value):
		in.Kind, in.Sender, in.Quiet = channel.KindEcho, channel.Party{}, false
	case in.Sender.ExternalID == "":
		in.Sender = at.unknown(c.Value.thing())
	}
}

// sayPost is what happened to a post: one of ours stands above what is said, one of
// somebody else says something to us.
func (c change) sayPost(in *channel.Inbound, at at) {
	v := c.Value
	in.ExternalID = c.name(v.Post)
	theirs := !at.byPage(v) && c.Field != fieldLearned && (v.From != nil || c.Field == fieldRatings || c.Field == fieldMention)
	switch {
	case theirs && c.edits():
		in.Kind, in.Target = channel.KindEdit, string(v.Post)
		c.content(in)
		c.label(in)
	case theirs && c.removes():
		in.Kind, in.Target = channel.KindDeletion, string(v.Post)
	case v.Verb == "hide" || v.Verb == "unhide":
		in.Kind, in.Sender = channel.KindPost, channel.Party{}
		if in.State = channel.Hidden; v.Verb == "unhide" {
			in.State = channel.Unhidden
		}
	case theirs:
		in.Kind, in.ExternalID, in.Thread = channel.KindMessage, string(cmp.Or(v.Comment, v.Post)), string(v.Post)
		c.content(in)
		if in.Sender.ExternalID == "" {
			in.Sender = at.unknown(v.thing())
		}
		c.label(in)
	default:
		in.Kind, in.Off = channel.KindPost, c.removes()
		in.Text = clip.Bytes(v.Message, maxPublicText)
		if !in.Off {
			c.pictures(in)
		}
	}
}

// label says of a message how it came to us.
func (c change) label(in *channel.Inbound) {
	switch c.Field {
	case fieldMention:
		in.Data = map[string]string{"mention": "true"}
	case fieldRatings:
		in.Data = c.Value.rated()
	}
}

// rated is how a review rates us; nil: it does not, or is an answer to one.
func (v value) rated() map[string]string {
	switch {
	case v.Comment != "":
		return nil
	case v.Recommends != "":
		return map[string]string{"recommendation": clip.Bytes(v.Recommends, meta.MaxID)}
	case v.Rating >= 1 && v.Rating <= mostStars:
		return map[string]string{"rating": strconv.FormatInt(int64(v.Rating), 10)}
	}
	return nil
}

// emojiOf returns the emoji of a reaction.
func emojiOf(kind string) string {
	all := map[string]string{"like": "👍", "love": "❤️", "care": "🤗", "haha": "😆", "wow": "😮", "sad": "😢", "angry": "😡"}
	if e, known := all[kind]; known {
		return e
	}
	return "👍"
}

// sayReaction is that somebody reacts. To what is counted at a post nobody answers.
func (c change) sayReaction(in *channel.Inbound, at at) {
	v := c.Value
	in.ExternalID = clip.Bytes(fmt.Sprintf("%s %s %s %d", v.Verb, v.thing(), v.by(), v.Created), channel.MaxExternalID)
	if v.Comment == "" || in.Sender.ExternalID == "" || at.byPage(v) {
		in.Kind, in.Sender = channel.KindNotice, channel.Party{}
		return
	}
	in.Kind, in.Target, in.Off = channel.KindReaction, string(v.Comment), c.removes()
	in.Text = emojiOf(v.Kind)
}

// content puts text and pictures into in.
func (c change) content(in *channel.Inbound) {
	v := c.Value
	in.Text = clip.Bytes(v.Message, maxPublicText)
	if in.Kind == channel.KindMessage {
		c.pictures(in)
	}
	if in.Text == "" && c.Field == fieldRatings {
		in.Text = v.sign()
	}
	if in.Text == "" && len(in.Remote) == 0 {
		in.Text = nothingSaid
	}
}

// sign is what a review without words says; empty: nothing.
func (v value) sign() string {
	switch {
	case v.Recommends != "":
		return map[bool]string{true: "👍", false: "👎"}[v.Recommends == "positive"]
	case v.Rating >= 1 && v.Rating <= mostStars:
		return strings.Repeat("★", int(v.Rating)) + strings.Repeat("☆", mostStars-int(v.Rating))
	}
	return ""
}

// pictures puts what can be seen beside the text into in.
func (c change) pictures(in *channel.Inbound) {
	v := c.Value
	for _, address := range append([]string{v.Photo, v.Video}, v.Photos[:min(len(v.Photos), maxPhotos)]...) {
		if name, ok := fileName(address); ok && len(in.Remote) < maxPhotos {
			in.Remote = append(in.Remote, channel.RemoteFile{Name: name, URL: address})
		}
	}
}

// fileName returns the name of a file that lies at an address, and whether it is one.
func fileName(address string) (string, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || len(address) > maxLink {
		return "", false
	}
	return clip.Bytes(cmp.Or(u.Path[strings.LastIndexByte(u.Path, '/')+1:], "file"), meta.MaxID), true
}

// maxLink bounds an address that is kept, in bytes.
const maxLink = 1900

// link returns where people see what happened.
func (c change) link() string {
	v := c.Value
	address := v.Permalink
	if address == "" && v.Under != nil {
		address = v.Under.Link
	}
	if address == "" && v.Item != "comment" {
		address = v.Link
	}
	if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || len(address) > maxLink {
		return ""
	}
	return address
}
