package x

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/clip"
)

// told is what X tells of messages: the shape of its older interface.
type told struct {
	Messages []message `json:"direct_message_events"`
	Reads    []reading `json:"direct_message_mark_read_events"`
	Users    map[string]struct {
		Data user `json:"data"`
		user
	} `json:"users"`
}

type message struct {
	Type    string `json:"type"`
	ID      string `json:"id"`
	Created millis `json:"created_timestamp"`
	Create  struct {
		Target target `json:"target"`
		Sender string `json:"sender_id"`
		Data   struct {
			Text       string   `json:"text"`
			Entities   entities `json:"entities"`
			Attachment *struct {
				Type  string     `json:"type"`
				Media attachedDM `json:"media"`
			} `json:"attachment"`
		} `json:"message_data"`
	} `json:"message_create"`
}

type target struct {
	Recipient string `json:"recipient_id"`
}

type attachedDM struct {
	Type  string `json:"type"`
	URL   string `json:"url"` // as it stands in the text
	Lies  string `json:"media_url_https"`
	Video struct {
		Variants []struct {
			Rate int    `json:"bitrate"`
			Type string `json:"content_type"`
			URL  string `json:"url"`
		} `json:"variants"`
	} `json:"video_info"`
}

type reading struct {
	Created millis `json:"created_timestamp"`
	Sender  string `json:"sender_id"`
	Target  target `json:"target"`
}

// millis is a time as messages have it: milliseconds, with or without quotes. What is none is the zero time.
type millis struct{ time.Time }

// UnmarshalJSON reads it.
func (m *millis) UnmarshalJSON(raw []byte) error {
	n, err := strconv.ParseInt(strings.Trim(string(raw), `"`), 10, 64)
	if err == nil && n > 0 && n < 1<<43 {
		m.Time = time.UnixMilli(n).UTC()
	}
	return nil
}

// MarshalJSON writes it as X does.
func (m millis) MarshalJSON() ([]byte, error) {
	return json.Marshal(strconv.FormatInt(m.UnixMilli(), 10))
}

// threadOf names the messages between two people as X does: the smaller id first.
func threadOf(a, b string) string {
	if len(a) > len(b) || len(a) == len(b) && a > b {
		a, b = b, a
	}
	return a + "-" + b
}

// otherOf returns with whom the account speaks in a thread; empty: it does not.
func (at at) otherOf(thread string) string {
	a, b, _ := strings.Cut(thread, "-")
	switch {
	case !isID(a) || !isID(b):
	case a == at.account:
		return b
	case b == at.account:
		return a
	}
	return ""
}

// message says what a message means: somebody's, or one of ours as it comes back.
func (at at) message(e event, in *channel.Inbound) error {
	const op = "x.message"
	var t told
	if json.Unmarshal(e.Payload, &t) != nil || len(t.Messages) != 1 {
		return errs.New(errs.Invalid, op, "event.malformed")
	}
	m := t.Messages[0]
	from, to := m.Create.Sender, m.Create.Target.Recipient
	if m.Type != "message_create" || !isID(m.ID) || !isID(from) || !isID(to) {
		return errs.New(errs.Invalid, op, "event.malformed")
	}
	person := func(id string) channel.Party {
		u := t.Users[id]
		who := u.Data
		if who.ID == "" {
			who = u.user
		}
		who.ID = id
		return who.party()
	}
	in.ExternalID, in.OccurredAt = m.ID, m.Created.Time
	switch at.account {
	case from:
		in.Kind, in.Thread, in.To = channel.KindEcho, threadOf(from, to), person(to)
	case to:
		in.Kind, in.Thread, in.Sender = channel.KindMessage, threadOf(from, to), person(from)
	default: // of a group: it is kept, and wakes nobody
		in.Kind = channel.KindNotice
		return nil
	}
	m.content(at.account, in)
	return nil
}

// content puts text and file of a message into in.
func (m message) content(account string, in *channel.Inbound) {
	d := m.Create.Data
	links := d.Entities.URLs
	if a := d.Attachment; a != nil && a.Type == "media" {
		for i := range links {
			if links[i].URL == a.Media.URL {
				links[i].Media = "dm"
			}
		}
		if f, ok := a.Media.file(account); ok {
			in.Remote = []channel.RemoteFile{f}
		}
	}
	in.Text = clip.Bytes(readable(d.Text, nil, links), maxText)
	if in.Text == "" && len(in.Remote) == 0 {
		in.Text = nothingSaid
	}
}

// RemoteScheme begins the address of a file of a message, which lies at X and is brought by Adapter.File.
const RemoteScheme = "x:"

// file returns where the file of a message lies. X shows it to the account alone.
func (a attachedDM) file(account string) (channel.RemoteFile, bool) {
	address, best := a.Lies, -1
	for _, v := range a.Video.Variants {
		if v.Type == "video/mp4" && v.Rate > best {
			address, best = v.URL, v.Rate
		}
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return channel.RemoteFile{}, false
	}
	_, rest, is := strings.Cut(u.Path, "/dm/")
	parts := strings.Split(rest, "/")
	if !is || len(parts) != 3 || !isID(parts[0]) || !isID(parts[1]) || !isFile(parts[2]) {
		return channel.RemoteFile{}, false
	}
	return channel.RemoteFile{Name: parts[2], URL: RemoteScheme + account + "/" + rest}, true
}

// isFile reports whether s can be X's name of a file: it becomes a part of an address.
func isFile(s string) bool {
	return s != "" && len(s) <= maxName && !strings.Contains(s, "..") && strings.IndexFunc(s, func(r rune) bool {
		return r != '.' && r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) < 0
}

// read says that somebody has read what was said up to then.
func (at at) read(e event, in *channel.Inbound) error {
	var t told
	if json.Unmarshal(e.Payload, &t) != nil || len(t.Reads) == 0 {
		return errs.New(errs.Invalid, "x.read", "event.malformed")
	}
	r := t.Reads[len(t.Reads)-1]
	if !isID(r.Sender) || !isID(r.Target.Recipient) || r.Created.IsZero() {
		return errs.New(errs.Invalid, "x.read", "event.malformed")
	}
	if r.Target.Recipient != at.account { // one of us has read
		in.Kind = channel.KindNotice
		return nil
	}
	in.Kind, in.State, in.Until, in.OccurredAt = channel.KindReceipt, channel.Seen, r.Created.Time, r.Created.Time
	in.Thread = threadOf(r.Sender, at.account)
	return nil
}

// sealed is what stands for a message that only the two of it can read.
const sealed = "🔒"

// encrypted says that somebody has written what we cannot read.
func (at at) encrypted(e event, in *channel.Inbound) error {
	var m struct {
		ID     string `json:"id"`
		Sender string `json:"sender_id"`
		Thread string `json:"conversation_id"`
		At     millis `json:"created_at_msec"`
	}
	if json.Unmarshal(e.Payload, &m) != nil || !isID(m.Sender) || m.ID == "" {
		return errs.New(errs.Invalid, "x.encrypted", "event.malformed")
	}
	in.OccurredAt, in.ExternalID = m.At.Time, clip.Bytes("chat "+m.ID, maxName)
	thread := strings.ReplaceAll(m.Thread, ":", "-")
	if m.Sender == at.account || at.otherOf(thread) != m.Sender { // ours, or of a group
		in.Kind = channel.KindNotice
		return nil
	}
	in.Kind, in.Thread, in.Text = channel.KindMessage, threadOf(m.Sender, at.account), sealed
	in.Sender = channel.Party{Provider: provider, ExternalID: m.Sender}
	in.Data = map[string]string{"encrypted": "true"}
	return nil
}
