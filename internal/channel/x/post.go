package x

import (
	"cmp"
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/clip"
)

// post is a post as X tells of it.
type post struct {
	ID           string      `json:"id"`
	Text         string      `json:"text"`
	Author       string      `json:"author_id"`
	Conversation string      `json:"conversation_id"`
	Created      time.Time   `json:"created_at,omitzero"`
	Lang         string      `json:"lang,omitempty"`
	Shown        []int       `json:"display_text_range,omitempty"`
	Refers       []reference `json:"referenced_tweets,omitempty"`
	RefersTo     []reference `json:"referenced_posts,omitempty"` // as what is asked for names them
	Above        string      `json:"in_reply_to_tweet_id,omitempty"`
	Entities     entities    `json:"entities,omitzero"`
	Attached     struct {
		Keys []string `json:"media_keys,omitempty"`
	} `json:"attachments,omitzero"`
}

type reference struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

type entities struct {
	URLs []link `json:"urls,omitempty"`
}

type link struct {
	URL      string `json:"url"`
	Expanded string `json:"expanded_url"`
	Display  string `json:"display_url"`
	Media    string `json:"media_key,omitempty"`
}

type picture struct {
	Key      string `json:"media_key"`
	Type     string `json:"type"`
	URL      string `json:"url"`
	Preview  string `json:"preview_image_url"`
	Variants []struct {
		Rate int    `json:"bit_rate"`
		Type string `json:"content_type"`
		URL  string `json:"url"`
	} `json:"variants"`
}

// included is what stands beside what is told.
type included struct {
	Users  []user    `json:"users"`
	Media  []picture `json:"media"`
	Tweets []post    `json:"tweets"`
	Posts  []post    `json:"posts"`
}

// provider gives the ids of people a meaning: they are the same for all accounts.
const provider = "x"

func (u user) party() channel.Party {
	p := channel.Party{Provider: provider, ExternalID: u.ID, DisplayName: clip.Bytes(strings.TrimSpace(u.Name), maxName-60)}
	if u.Username != "" {
		p.DisplayName = strings.TrimSpace(p.DisplayName + " @" + clip.Bytes(u.Username, 50))
	}
	return p
}

// person returns who has an id, by the name that stands beside what is told.
func (i included) person(id string) channel.Party {
	for _, u := range i.Users {
		if u.ID == id {
			return u.party()
		}
	}
	return channel.Party{Provider: provider, ExternalID: id}
}

// refers returns what a post refers to in a way; empty: nothing.
func (p post) refers(way string) string {
	for _, r := range slices.Concat(p.Refers, p.RefersTo) {
		if r.Type == way && isID(r.ID) {
			return r.ID
		}
	}
	if way == "replied_to" && isID(p.Above) {
		return p.Above
	}
	return ""
}

// post says what a post of somebody, or of the account itself, means.
func (at at) post(e event, in *channel.Inbound) error {
	const op = "x.post"
	var p post
	var beside included
	if json.Unmarshal(e.Payload, &p) != nil || !isID(p.ID) || !isID(p.Author) || p.Conversation != "" && !isID(p.Conversation) {
		return errs.New(errs.Invalid, op, "event.malformed")
	}
	_ = json.Unmarshal(e.Includes, &beside) // without it there are no names
	root := cmp.Or(p.Conversation, p.ID)
	above := p.refers("replied_to")
	in.OccurredAt, in.Post, in.ExternalID = p.Created, root, p.ID
	in.Link = published + "i/web/status/" + p.ID
	ours := p.Author == at.account
	switch {
	case p.refers("retweeted") != "": // it is passed on: nobody says anything
		in.Kind, in.Post, in.Link = channel.KindNotice, "", ""
		return nil
	case above == "" && (ours || e.Type == eventLearned):
		in.Kind, in.Post = channel.KindPost, p.ID
		if !ours {
			in.Sender = beside.person(p.Author)
		}
	case ours:
		in.Kind = channel.KindEcho
	default:
		in.Kind, in.Sender, in.Quiet = channel.KindMessage, beside.person(p.Author), e.Type == eventLearned
		in.Sender.Language = clip.Bytes(language(p.Lang), maxLanguage)
	}
	in.Thread = p.ID
	if above != "" && above != root {
		in.Thread, in.Target = above, above
	}
	p.content(beside, in)
	at.label(e, p, in)
	return nil
}

// maxLanguage bounds the name of a language, in bytes.
const maxLanguage = 20

// language returns the language of a text; X writes und, qme and the like for texts without.
func language(lang string) string {
	if len(lang) > 2 && !strings.Contains(lang, "-") {
		return ""
	}
	return lang
}

// label says of a message how it came to us.
func (at at) label(e event, p post, in *channel.Inbound) {
	if in.Kind != channel.KindMessage {
		return
	}
	switch e.Type {
	case eventMention:
		in.Data = map[string]string{"mention": "true"}
	case eventQuote:
		if quoted := p.refers("quoted"); quoted != "" {
			in.Data = map[string]string{"quotes": published + "i/web/status/" + quoted}
		}
	}
}

// nothingSaid is what a post says whose content cannot be shown.
const nothingSaid = "—"

// content puts text and pictures into in.
func (p post) content(beside included, in *channel.Inbound) {
	in.Text = clip.Bytes(readable(p.Text, p.Shown, p.Entities.URLs), maxText)
	for _, m := range beside.Media {
		if slices.Contains(p.Attached.Keys, m.Key) && len(in.Remote) < maxFiles {
			if f, ok := m.file(); ok {
				in.Remote = append(in.Remote, f)
			}
		}
	}
	if in.Text == "" && len(in.Remote) == 0 {
		in.Text = nothingSaid
	}
}

// file returns where a picture or a film lies, in its best shape.
func (m picture) file() (channel.RemoteFile, bool) {
	address, best := m.URL, -1
	for _, v := range m.Variants {
		if v.Type == "video/mp4" && v.Rate > best {
			address, best = v.URL, v.Rate
		}
	}
	if address == "" {
		address = m.Preview
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || len(address) > maxLink {
		return channel.RemoteFile{}, false
	}
	return channel.RemoteFile{Name: clip.Bytes(cmp.Or(u.Path[strings.LastIndexByte(u.Path, '/')+1:], "file"), maxName), URL: address}, true
}

// readable returns a text as people see it: without the names that X puts before a reply,
// with the addresses that were meant, and without those of its own pictures.
func readable(text string, shown []int, links []link) string {
	if len(shown) == 2 {
		text = unnamed(text, shown[0])
	}
	for _, l := range links {
		if l.URL == "" {
			continue
		}
		instead := l.Expanded
		if l.Media != "" || strings.HasPrefix(l.Display, "pic.x.com/") || strings.HasPrefix(l.Display, "pic.twitter.com/") || len(instead) > maxLink {
			instead = ""
		}
		text = strings.Replace(text, l.URL, instead, 1)
	}
	return strings.TrimSpace(html.UnescapeString(text))
}

// unnamed takes off the names with which a text begins, as far as they end before a
// place: X puts them before a reply, and tells where what was written begins.
func unnamed(text string, begins int) string {
	runes := []rune(text)
	for cut := 0; ; {
		end := cut
		for end < len(runes) && runes[end] != ' ' {
			end++
		}
		if cut >= len(runes) || runes[cut] != '@' || end >= len(runes) || end+1 > begins {
			return string(runes[cut:])
		}
		cut = end + 1
	}
}

// deletion says that the account has taken a post of its own back.
func (at at) deletion(e event, in *channel.Inbound) error {
	var gone struct {
		ID     string `json:"id"`
		Author string `json:"author_id"`
	}
	if json.Unmarshal(e.Payload, &gone) != nil || !isID(gone.ID) {
		return errs.New(errs.Invalid, "x.deletion", "event.malformed")
	}
	in.Kind, in.Target, in.Post = channel.KindDeletion, gone.ID, gone.ID
	if gone.Author != at.account { // who takes back what they said may ask that nobody keeps it
		in.Unsaid = []string{fetchedName(gone.ID)}
	}
	return nil
}
