package bluesky

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/weburl"
)

// What an event that we store tells of.
const (
	evGone    = "gone"    // a post is not shown any more
	evSaid    = "said"    // somebody has said something to us in public
	evPost    = "post"    // what stands above, as we have asked for it
	evAbove   = "above"   // what was answered, as we have asked for it
	evMessage = "message" // of somebody who writes to us alone, or of ours to them
)

// Bounds of what is kept of a post.
const (
	maxText     = 20_000 // characters: posts have 300, messages 1000
	maxName     = 200
	maxPictures = 10
	nothing     = "—" // what a post says that has neither text nor picture
)

const provider = "bluesky"

// person is an account as the network tells of it.
type person struct {
	DID    string `json:"did"`
	Handle string `json:"handle,omitempty"`
	Name   string `json:"displayName,omitempty"`
	Avatar string `json:"avatar,omitempty"`
}

// ref names a record in one of its versions. Nothing else may stand in it.
type ref struct {
	URI string `json:"uri"`
	CID string `json:"cid"`
}

// above is what a post answers.
type above struct {
	Root   ref `json:"root"`
	Parent ref `json:"parent"`
}

// record is what somebody has written.
type record struct {
	Text    string  `json:"text"`
	Created string  `json:"createdAt"`
	Reply   *above  `json:"reply"`
	Facets  []facet `json:"facets"`
}

// embed is what goes with a post, as the network shows it.
type embed struct {
	Images []struct {
		Full string `json:"fullsize"`
		Alt  string `json:"alt"`
	} `json:"images"`
	External *struct {
		URI   string `json:"uri"`
		Title string `json:"title"`
	} `json:"external"`
	Thumbnail string `json:"thumbnail"` // of a film
	Media     *embed `json:"media"`     // of a post that quotes another
}

// post is a post as the network shows it, or a notification of one.
type post struct {
	URI     string    `json:"uri"`
	CID     string    `json:"cid"`
	Author  person    `json:"author"`
	Record  record    `json:"record"`
	Embed   *embed    `json:"embed"`
	Indexed time.Time `json:"indexedAt"`
}

// message is one that is written to somebody alone.
type message struct {
	ID     string  `json:"id"`
	Text   string  `json:"text"`
	Facets []facet `json:"facets"`
	Sender struct {
		DID string `json:"did"`
	} `json:"sender"`
	Sent time.Time `json:"sentAt"`
}

// event is what we store: a post or a message as the network told of it, and what was found out beside that.
type event struct {
	Event  string          `json:"event"`
	Us     string          `json:"us"`               // our account
	Reason string          `json:"reason,omitempty"` // why we were told
	Convo  string          `json:"convo,omitempty"`  // where a message stands
	With   person          `json:"with,omitzero"`    // with whom
	Embed  json.RawMessage `json:"embed,omitempty"`  // where it had to be asked for
	Said   json.RawMessage `json:"said"`

	post    post
	message message
}

// parse reads an event as it is stored.
func parse(raw []byte) (event, error) {
	var e event
	malformed := errs.New(errs.Invalid, "bluesky.parse", "event.malformed")
	if len(raw) > channel.MaxInboundRaw || !utf8.Valid(raw) || json.Unmarshal(raw, &e) != nil {
		return e, malformed
	}
	switch e.Event {
	case evMessage:
		if json.Unmarshal(e.Said, &e.message) != nil || !isName(e.message.ID) || !isName(e.Convo) || !isDID(e.message.Sender.DID) || !isDID(e.With.DID) || !isDID(e.Us) {
			return e, malformed
		}
		return e, nil
	case evGone:
		if _, is := parseAddress(uriOf(e.Said)); !is {
			return e, malformed
		}
		e.post.URI = uriOf(e.Said)
		return e, nil
	case evSaid, evPost, evAbove:
	default:
		return e, errs.New(errs.Invalid, "bluesky.parse", "event.type")
	}
	if json.Unmarshal(e.Said, &e.post) != nil || !isDID(e.post.Author.DID) || !isDID(e.Us) {
		return e, malformed
	}
	if len(e.Embed) > 0 && json.Unmarshal(e.Embed, &e.post.Embed) != nil {
		return e, malformed
	}
	names := []string{e.post.URI}
	if r := e.post.Record.Reply; r != nil {
		names = append(names, r.Root.URI, r.Parent.URI)
	}
	for _, uri := range names {
		if _, is := parseAddress(uri); !is {
			return e, malformed
		}
	}
	return e, nil
}

// uriOf is the address of what is gone; empty: it has none.
func uriOf(said []byte) string {
	var p struct {
		URI string `json:"uri"`
	}
	_ = json.Unmarshal(said, &p) // then it has none
	return p.URI
}

// isName reports whether a text can be the network's name of a message or of a thread.
func isName(s string) bool {
	return s != "" && len(s) <= maxURI && !strings.ContainsFunc(s, func(c rune) bool { return c <= ' ' || c > '~' })
}

// isDID reports whether a text can be the name of an account that lasts.
func isDID(s string) bool {
	return strings.HasPrefix(s, "did:") && isName(s) && !strings.ContainsAny(s, "/?#")
}

// arrivalOf names an event, and says why it cannot be understood.
func arrivalOf(p channel.EntryPoint, raw []byte) channel.Arrival {
	e, err := parse(raw)
	a := channel.Arrival{Kind: "unread", Raw: raw, Err: err, ID: channel.NameOf(raw)}
	if err != nil {
		return a
	}
	in, err := e.inbound(p)
	a.Kind, a.Err, a.ID = in.Kind, err, e.Event+" "+cmp.Or(e.message.ID, e.post.URI)
	a.Lane = cmp.Or(in.Post, in.Thread)
	return a
}

// inbound says what an event means at an entry point.
func (e event) inbound(p channel.EntryPoint) (channel.Inbound, error) {
	in := channel.Inbound{EntryPoint: p.ID, ReceivedAt: time.Now()}
	switch e.Event {
	case evMessage:
		e.say(&in)
	case evGone:
		in.Kind, in.Target, in.Post, in.ExternalID = channel.KindDeletion, e.post.URI, e.post.URI, "gone "+e.post.URI
	default:
		e.publish(&in)
	}
	if in.OccurredAt.IsZero() || in.OccurredAt.After(in.ReceivedAt) {
		in.OccurredAt = in.ReceivedAt
	}
	return in, errs.Op("bluesky.Read", in.Validate())
}

// say is a message between us and somebody.
func (e event) say(in *channel.Inbound) {
	m := e.message
	in.Kind, in.ExternalID, in.Thread, in.OccurredAt = channel.KindMessage, m.ID, e.Convo, m.Sent
	in.Text = cmp.Or(clip(plainText(m.Text, m.Facets, ""), maxText), nothing)
	if in.Sender = partyOf(e.With); m.Sender.DID == e.Us {
		in.Kind, in.To, in.Sender = channel.KindEcho, in.Sender, channel.Party{}
	}
}

// publish is a post that everybody reads.
func (e event) publish(in *channel.Inbound) {
	st := e.post
	in.ExternalID, in.Thread, in.Post, in.Link, in.OccurredAt = st.URI, st.URI, st.URI, st.link(), st.Indexed
	if ours := st.Author.DID == e.Us; !ours {
		in.Sender = partyOf(st.Author)
	}
	if r := st.Record.Reply; r != nil {
		in.Post = r.Root.URI
		if r.Parent.URI != r.Root.URI && e.Event != evAbove {
			in.Target, in.Thread = r.Parent.URI, r.Parent.URI
		}
	}
	switch {
	case e.Event == evPost || in.Post == st.URI && in.Sender.ExternalID == "":
		in.Kind, in.ExternalID, in.Thread, in.Post = channel.KindPost, "post "+st.URI, "", st.URI
	case in.Sender.ExternalID == "":
		in.Kind = channel.KindEcho
	default:
		in.Kind, in.Quiet = channel.KindMessage, e.Event == evAbove
	}
	if e.Reason == "quote" {
		in.Data = map[string]string{"quote": "true"}
	}
	st.content(in, e.Us)
}

// content puts words and pictures of a post into in.
func (st post) content(in *channel.Inbound, us string) {
	in.Text = clip(plainText(st.Record.Text, st.Record.Facets, us), maxText)
	for e := st.Embed; e != nil; e = e.Media {
		if x := e.External; x != nil && !strings.Contains(in.Text, x.URI) {
			in.Text = strings.TrimSpace(in.Text + "\n\n" + weburl.Shown(x.URI))
		}
		addresses := []string{e.Thumbnail}
		for _, i := range e.Images[:min(len(e.Images), maxPictures)] {
			addresses = append(addresses, i.Full)
		}
		for _, at := range addresses {
			if at = weburl.Shown(at); at != "" && len(in.Remote) < maxPictures {
				in.Remote = append(in.Remote, channel.RemoteFile{Name: fileName(at), URL: at})
			}
		}
	}
	if in.Text == "" && len(in.Remote) == 0 {
		in.Text = nothing
	}
}

// link is where people see a post.
func (st post) link() string {
	a, _ := parseAddress(st.URI)
	return "https://bsky.app/profile/" + url.PathEscape(a.repo) + "/post/" + url.PathEscape(a.key)
}

// partyOf is who somebody is: their lasting name, for handles change.
func partyOf(p person) channel.Party {
	return channel.Party{Provider: provider, ExternalID: p.DID, DisplayName: clip(cmp.Or(tidy(p.Name), tidy(p.Handle)), maxName), Avatar: weburl.Shown(p.Avatar)}
}

// fileName returns the name of a picture that lies at an address: "bafk…@jpeg" is a jpeg.
func fileName(at string) string {
	name := weburl.FileName(at, "picture")
	if before, kind, marked := strings.Cut(name, "@"); marked {
		name = before[max(0, len(before)-8):] + "." + kind
	}
	return clip(name, maxName)
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

func tidy(s string) string {
	return strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), ""))
}

// facet says what a piece of a text is, by bytes of its UTF-8.
type facet struct {
	Index struct {
		Start int `json:"byteStart"`
		End   int `json:"byteEnd"`
	} `json:"index"`
	Features []feature `json:"features"`
}

type feature struct {
	Type string `json:"$type"`
	URI  string `json:"uri,omitempty"`
	DID  string `json:"did,omitempty"`
}

const (
	facetLink    = "app.bsky.richtext.facet#link"
	facetMention = "app.bsky.richtext.facet#mention"
)

// plainText returns a text with its addresses written out as they lead, and without us, where it begins with our name.
func plainText(text string, facets []facet, us string) string {
	facets = slices.Clone(facets)
	slices.SortStableFunc(facets, func(a, b facet) int { return cmp.Compare(a.Index.Start, b.Index.Start) })
	var b strings.Builder
	at := 0
	for _, f := range facets {
		from, to := f.Index.Start, f.Index.End
		if from < at || to <= from || to > len(text) || len(f.Features) == 0 {
			continue
		}
		put := text[from:to]
		switch one := f.Features[0]; {
		case one.Type == facetLink && weburl.Shown(one.URI) != "":
			put = one.URI
		case one.Type == facetMention && one.DID == us && strings.TrimSpace(text[:from]) == "":
			put = ""
		}
		b.WriteString(text[at:from])
		b.WriteString(put)
		at = to
	}
	b.WriteString(text[at:])
	return tidy(b.String())
}
