package feed

import (
	"cmp"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mmcdole/gofeed"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/clip"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/kit/htmltext"
)

// Bounds of an item, in bytes.
const (
	maxName = 300
	maxText = 8000
	maxLink = 1900
	maxItem = 64 << 10
)

// What is told of an item beside that it was published.
const (
	toldPlace = "place" // what stands above items: the topic of a forum, a post
	toldGone  = "gone"  // it was taken out of the feed
)

// item is something that was published, as it is kept.
type item struct {
	Told      string    `json:"told,omitempty"`
	ID        string    `json:"id"`
	Title     string    `json:"title"` // empty under a topic
	Text      string    `json:"text"`
	Link      string    `json:"link,omitempty"`
	Author    string    `json:"author"`
	Published time.Time `json:"published,omitzero"`
	Changed   bool      `json:"changed,omitempty"` // it was told before, and reads otherwise now
	Version   int       `json:"version,omitempty"` // which change it is
	place
}

// itemOf reads an item of a feed. It is the same where its name is, or its address, or else its title and time.
func itemOf(f *gofeed.Feed, i *gofeed.Item) item {
	it := item{Title: clip.Bytes(strings.TrimSpace(htmltext.ToText(i.Title)), maxName), Link: linkOf(i.Link), Author: clip.Bytes(strings.TrimSpace(f.Title), maxName)}
	body := i.Description
	if len(i.Content) > len(body) {
		body = i.Content
	}
	said := writtenBy(i)
	if said != "" {
		it.Author = clip.Bytes(authorOf(said), maxName)
	}
	it.place, body = placeOf(f, i, it.Title, said, strings.ToValidUTF8(clip.Bytes(body, 10*maxText), ""))
	if it.Topic != "" {
		it.Headline = clip.Bytes(cmp.Or(it.Headline, it.Title), maxName)
		it.Title = ""
	}
	it.Text = clip.Bytes(strings.TrimSpace(htmltext.ToText(body)), maxText)
	switch {
	case i.PublishedParsed != nil:
		it.Published = i.PublishedParsed.UTC()
	case i.UpdatedParsed != nil:
		it.Published = i.UpdatedParsed.UTC()
	}
	if y := it.Published.Year(); y < 1970 || y > 9000 { // it says nothing
		it.Published = time.Time{}
	}
	it.ID = channel.NameOf([]byte(cmp.Or(i.GUID, i.Link, i.Title+" "+i.Published)))
	return it
}

// writtenBy is the author as the feed names them; empty: it does not. What does not look like a name with an
// address stands in the words of the feed alone.
func writtenBy(i *gofeed.Item) string {
	var names []string
	for _, a := range i.Authors {
		if a != nil {
			names = append(names, a.Name)
		}
	}
	if i.DublinCoreExt != nil {
		names = append(names, i.DublinCoreExt.Creator...)
	}
	for _, n := range names {
		if n = strings.TrimSpace(htmltext.ToText(n)); n != "" { // MyBB writes a link to them
			return n
		}
	}
	return ""
}

// authorOf returns who has written something. Discourse writes the handle before the name, also where both are one.
func authorOf(said string) string {
	handle, name, both := strings.Cut(said, " ")
	if !both || !strings.HasPrefix(handle, "@") {
		return said
	}
	if name = strings.TrimSpace(name); name == "" || strings.EqualFold(name, handle[1:]) {
		return handle
	}
	return name + " " + handle
}

// linkOf returns an address that people may be led to; empty: it is none.
func linkOf(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || len(address) > maxLink || !utf8.ValidString(address) {
		return ""
	}
	if s := u.String(); len(s) <= maxLink {
		return s
	}
	return ""
}

// key is by which an item is found again among those that were told.
func (it item) key() string { return it.ID[len("sha256:"):][:16] }

// digest is the same as long as an item reads the same.
func (it item) digest() string {
	return channel.NameOf([]byte(it.Title + "\x00" + it.Text))[len("sha256:"):][:12]
}

// wanted reports whether a text has a word that begins with one of words, whatever its case and accents: they are parted by commas, and may be several in a row. Without words everything is wanted.
func wanted(words, text string) bool {
	if strings.TrimSpace(strings.ReplaceAll(words, ",", " ")) == "" {
		return true
	}
	within := " " + strings.Join(fold.Words(text), " ")
	for one := range strings.SplitSeq(words, ",") {
		if w := strings.Join(fold.Words(one), " "); w != "" && strings.Contains(within, " "+w) {
			return true
		}
	}
	return false
}

// arrivalOf is an item as it is stored.
func arrivalOf(p channel.EntryPoint, raw []byte) channel.Arrival {
	in, err := understand(p, raw)
	a := channel.Arrival{ID: in.ExternalID, Kind: in.Kind, Lane: in.Post, Raw: raw, Err: err}
	if err != nil || a.ID == "" {
		a.ID, a.Kind = channel.NameOf(raw), "unread"
	}
	return a
}

// understand returns what an item means.
func understand(p channel.EntryPoint, raw []byte) (channel.Inbound, error) {
	const op = "feed.understand"
	var it item
	if len(raw) > maxItem || !utf8.Valid(raw) || json.Unmarshal(raw, &it) != nil || it.ID == "" || len(it.ID) > maxName {
		return channel.Inbound{}, errs.New(errs.Invalid, op, "event.malformed")
	}
	author := cmp.Or(strings.TrimSpace(it.Author), p.Name, "—")
	in := channel.Inbound{
		EntryPoint: p.ID, Kind: channel.KindMessage, ExternalID: it.ID, Thread: it.ID, Post: cmp.Or(it.Topic, it.ID), Link: it.Link, ReceivedAt: time.Now(), OccurredAt: it.Published,
		Sender: channel.Party{Provider: "feed", Scope: p.Address, ExternalID: channel.NameOf([]byte(author)), DisplayName: clip.Bytes(author, maxName)},
		Text:   strings.TrimSpace(it.Title + "\n\n" + it.Text),
	}
	if it.Under != "" && it.Under != it.ID {
		in.Target, in.Thread = it.Under, it.Under
	}
	if in.Text == "" {
		in.Text = cmp.Or(it.Link, "—")
	}
	if in.OccurredAt.IsZero() || in.OccurredAt.After(in.ReceivedAt) || in.OccurredAt.Year() < 1970 {
		in.OccurredAt = in.ReceivedAt
	}
	it.tell(&in)
	return in, in.Validate()
}

// tell says what is told of an item.
func (it item) tell(in *channel.Inbound) {
	switch {
	case it.Told == toldPlace:
		in.Kind, in.Post, in.Thread, in.Target = channel.KindPost, it.ID, "", ""
		in.ExternalID = it.ID + " " + it.digest()
	case it.Told == toldGone:
		in.Kind, in.Target, in.ExternalID, in.OccurredAt, in.Text = channel.KindDeletion, it.ID, it.ID+" gone", in.ReceivedAt, ""
	case it.Changed:
		in.Kind, in.Target, in.ExternalID, in.OccurredAt = channel.KindEdit, it.ID, it.ID+" "+it.digest(), in.ReceivedAt
		if it.Version > 1 { // it may come back to a text that it had
			in.ExternalID += " " + strconv.Itoa(it.Version)
		}
	}
}
