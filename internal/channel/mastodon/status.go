package mastodon

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/clip"
	"github.com/zongler/zongler/internal/kit/weburl"
)

// What an event that we store tells of.
const (
	evMention = "mention" // somebody has said something to us
	evOwn     = "own"     // we have said something, by whatever means
	evEdit    = "edit"
	evDelete  = "delete"
	evPost    = "post"  // what stands above, as we have asked for it
	evAbove   = "above" // what was answered, as we have asked for it
)

// Who reads a status, from everybody to those who are named in it.
const direct = "direct"

// visibilities, the wider first.
func visibilities() []string { return []string{"public", unlisted, "private", direct} }

// Bounds of what is kept of a status.
const (
	maxText   = 60_000 // characters
	maxName   = 200
	maxFiles  = 20
	nothing   = "—" // what a status says that is neither text nor file: a poll
	maxID     = 200
	maxHandle = 300
)

// person is an account as a server tells of it.
type person struct {
	ID     string `json:"id"`
	Acct   string `json:"acct"` // without a server for those of the same one
	Name   string `json:"display_name"`
	Avatar string `json:"avatar"`
}

// file is what goes with a status.
type file struct {
	ID     string `json:"id"`
	URL    string `json:"url"`
	Remote string `json:"remote_url"`
	Words  string `json:"description"`
}

// status is what somebody has said.
type status struct {
	ID         string     `json:"id"`
	URI        string     `json:"uri"`
	URL        string     `json:"url"`
	Created    time.Time  `json:"created_at"`
	Edited     *time.Time `json:"edited_at"`
	Parent     string     `json:"in_reply_to_id"`
	Account    person     `json:"account"`
	Visibility string     `json:"visibility"`
	Warning    string     `json:"spoiler_text"`
	Sensitive  bool       `json:"sensitive"`
	Language   string     `json:"language"`
	Content    string     `json:"content"`
	Files      []file     `json:"media_attachments"`
	Mentions   []person   `json:"mentions"`
	Reblog     *struct {
		ID string `json:"id"`
	} `json:"reblog"`
}

// event is what we store: a status as the server told of it, and what was found out beside that.
type event struct {
	Event  string          `json:"event"`
	Us     string          `json:"us"`             // the server's id of our account
	Domain string          `json:"domain"`         // what stands behind the @ of the server's people
	Root   string          `json:"root,omitempty"` // the top of the thread in which it stands; empty: it is the top
	ID     string          `json:"id,omitempty"`   // of what is gone
	At     time.Time       `json:"at,omitzero"`    // when we have heard of it
	Status json.RawMessage `json:"status,omitempty"`

	said status
}

// parse reads an event as it is stored.
func parse(raw []byte) (event, error) {
	const op = "mastodon.parse"
	var e event
	if len(raw) > channel.MaxInboundRaw || !utf8.Valid(raw) || json.Unmarshal(raw, &e) != nil {
		return e, errs.New(errs.Invalid, op, "event.malformed")
	}
	switch e.Event {
	case evDelete:
		if !isID(e.ID) {
			return e, errs.New(errs.Invalid, op, "event.malformed")
		}
		return e, nil
	case evMention, evOwn, evEdit, evPost, evAbove:
		if !isID(e.Us) || !isHandle(e.Domain) {
			return e, errs.New(errs.Invalid, op, "event.malformed")
		}
	default:
		return e, errs.New(errs.Invalid, op, "event.type")
	}
	if json.Unmarshal(e.Status, &e.said) != nil || !isID(e.said.ID) || e.said.Parent != "" && !isID(e.said.Parent) || e.Root != "" && !isID(e.Root) {
		return e, errs.New(errs.Invalid, op, "event.malformed")
	}
	for _, a := range append([]person{e.said.Account}, e.said.Mentions...) {
		if !isID(a.ID) || !isHandle(a.Acct) {
			return e, errs.New(errs.Invalid, op, "event.malformed")
		}
	}
	return e, nil
}

// isID reports whether a text can be a server's name of something: it becomes a part of addresses.
func isID(s string) bool {
	return s != "" && len(s) <= maxID && !strings.ContainsFunc(s, func(c rune) bool {
		return c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
	})
}

// isHandle reports whether a text can be the name of somebody: it becomes a part of what we write.
func isHandle(s string) bool {
	return s != "" && len(s) <= maxHandle && !strings.ContainsFunc(s, func(c rune) bool {
		return c <= ' ' || c == '/' || c == '<' || c == '>' || c == '"' || c == 0x7f
	}) && s[0] != '@' && strings.Count(s, "@") <= 1
}

// handleOf is the name of somebody as the whole world writes it.
func handleOf(acct, domain string) string {
	acct = strings.ToLower(acct)
	if !strings.Contains(acct, "@") {
		acct += "@" + domain
	}
	return acct
}

// arrivalOf names an event, and says why it cannot be understood.
func arrivalOf(p channel.EntryPoint, raw []byte) channel.Arrival {
	e, err := parse(raw)
	a := channel.Arrival{Kind: "unread", Raw: raw, Err: err, ID: channel.NameOf(raw)}
	if err != nil {
		return a
	}
	in, err := e.inbound(p)
	a.Kind, a.Err, a.ID = in.Kind, err, cmp.Or(e.ID, e.said.ID)+" "+e.Event
	if e.Event == evEdit && e.said.Edited != nil {
		a.ID += " " + stamp(e.said.Edited)
	}
	if a.Lane = in.Post; a.Lane == "" {
		a.Lane = in.Thread
	}
	return a
}

// inbound says what an event means at an entry point.
func (e event) inbound(p channel.EntryPoint) (channel.Inbound, error) {
	in := channel.Inbound{EntryPoint: p.ID, OccurredAt: e.At}
	public := p.Channel == channel.Mastodon
	ours := e.said.Account.ID == e.Us
	if e.Event == evDelete {
		in.Kind, in.Target, in.ExternalID = channel.KindDeletion, e.ID, "gone "+e.ID
		if public {
			in.Post = e.ID
		}
	} else {
		in.OccurredAt, in.Link = e.said.Created, weburl.Shown(e.said.URL)
		if !ours {
			in.Sender = partyOf(e.said.Account, e.Domain)
		}
		e.place(&in, public)
		e.kind(&in, ours)
	}
	if in.OccurredAt.IsZero() || in.OccurredAt.After(time.Now()) {
		in.OccurredAt = time.Now()
	}
	in.ReceivedAt = time.Now()
	return in, errs.Op("mastodon.Read", in.Validate())
}

// place says where a status stands.
func (e event) place(in *channel.Inbound, public bool) {
	st := e.said
	in.ExternalID, in.Thread = st.ID, st.ID
	if !public {
		in.Target = st.Parent
		return
	}
	in.Post = cmp.Or(e.Root, st.ID)
	if st.Parent != "" && st.Parent != in.Post && e.Event != evAbove {
		in.Target, in.Thread = st.Parent, st.Parent
	}
}

// kind says what a status is to us.
func (e event) kind(in *channel.Inbound, ours bool) {
	st := e.said
	top := in.Post == st.ID
	if in.Post == "" { // a thread in private is with somebody
		with := st.Account
		if ours && len(st.Mentions) > 0 {
			with = st.Mentions[0]
		}
		in.Thread = handleOf(with.Acct, e.Domain)
		if ours {
			in.To = partyOf(with, e.Domain)
		}
	}
	switch {
	case e.Event == evPost || top && ours:
		in.Kind, in.ExternalID, in.Target, in.Thread = channel.KindPost, "post "+st.ID, "", ""
		if st.Edited != nil {
			in.OccurredAt = *st.Edited
			in.ExternalID += " " + stamp(st.Edited)
		}
	case e.Event == evEdit:
		in.Kind, in.Target, in.ExternalID = channel.KindEdit, st.ID, "edit "+st.ID
		if st.Edited != nil {
			in.OccurredAt = *st.Edited
			in.ExternalID += " " + stamp(st.Edited)
		}
	case ours:
		in.Kind = channel.KindEcho
	default:
		in.Kind, in.Quiet = channel.KindMessage, e.Event == evAbove
		if v := st.Visibility; v == unlisted || v == "private" {
			in.Data = map[string]string{"visibility": v}
		}
	}
	st.content(in)
}

func stamp(t *time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// content puts words and files of a status into in.
func (st status) content(in *channel.Inbound) {
	in.Text = plainText(st.Content)
	if warning := tidy(st.Warning); warning != "" {
		in.Text = strings.TrimSpace(warning + "\n\n" + in.Text)
	}
	in.Text = clip.Characters(in.Text, maxText)
	for _, f := range st.Files[:min(len(st.Files), maxFiles)] {
		at := cmp.Or(weburl.Shown(f.URL), weburl.Shown(f.Remote))
		if at == "" || in.Kind == channel.KindEdit {
			continue
		}
		in.Remote = append(in.Remote, channel.RemoteFile{Name: clip.Characters(weburl.FileName(at, "file"), maxName), URL: at})
	}
	if in.Text == "" && len(in.Remote) == 0 {
		in.Text = nothing
	}
}

// partyOf is who somebody is: the whole world knows them by one name.
func partyOf(p person, domain string) channel.Party {
	return channel.Party{
		Provider: provider, ExternalID: handleOf(p.Acct, domain), DisplayName: clip.Characters(cmp.Or(tidy(p.Name), p.Acct), maxName), Avatar: weburl.Shown(p.Avatar),
	}
}

const provider = "mastodon"
