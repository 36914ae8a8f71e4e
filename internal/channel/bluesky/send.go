package bluesky

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/zongler/zongler/internal/channel"
)

// Names of collections.
const (
	posts = "app.bsky.feed.post"
	likes = "app.bsky.feed.like"
)

// maxMentions bounds how many names of a text are looked up.
const maxMentions = 10

// written is a post of ours, as it is kept.
type written struct {
	Type    string   `json:"$type"`
	Text    string   `json:"text"`
	Created string   `json:"createdAt"`
	Reply   *above   `json:"reply,omitempty"`
	Facets  []facet  `json:"facets,omitempty"`
	Embed   *picture `json:"embed,omitempty"`
}

// picture are the pictures that go with a post.
type picture struct {
	Type   string  `json:"$type"`
	Images []image `json:"images"`
}

type image struct {
	Alt   string `json:"alt"`
	Image blob   `json:"image"`
}

// blob names a file at a server, in the server's own words.
type blob struct {
	Type string `json:"$type"`
	Ref  struct {
		Link string `json:"$link"`
	} `json:"ref"`
	Kind string `json:"mimeType"`
	Size int64  `json:"size"`
}

// answer answers a post. Sent again it is the same post.
func (s *Service) answer(ctx context.Context, out channel.Outgoing) (channel.Sent, error) {
	l, err := s.open(ctx, out.EntryPoint)
	if err != nil {
		return channel.Sent{}, err
	}
	asked := out.InReplyTo
	if asked == "" {
		asked = out.Thread
	}
	_, p, err := s.find(ctx, l, asked)
	if err != nil {
		return channel.Sent{}, s.heard(ctx, l, err, true)
	}
	if p.URI == "" || p.CID == "" {
		return channel.Sent{}, channel.Fail(channel.Permanent, "bluesky.gone", nil)
	}
	at := timeOf(out.Entry)
	w := written{Type: posts, Text: out.Text, Created: at.Format("2006-01-02T15:04:05.000Z"), Facets: s.facets(ctx, l, out.Text)}
	parent := ref{p.URI, p.CID}
	w.Reply = &above{Root: parent, Parent: parent}
	if r := p.Record.Reply; r != nil && r.Root.CID != "" {
		w.Reply.Root = r.Root
	}
	for _, f := range out.Attachments {
		one, err := s.bring(ctx, l, out, f)
		if err != nil {
			return channel.Sent{}, err
		}
		if w.Embed == nil {
			w.Embed = &picture{Type: "app.bsky.embed.images"}
		}
		w.Embed.Images = append(w.Embed.Images, image{Image: one})
	}
	made, err := s.put(ctx, l, address{l.DID, posts, keyOf(out.Entry)}, w)
	if err = s.heard(ctx, l, err, true); err != nil {
		return channel.Sent{}, err
	}
	return channel.Sent{ExternalID: clip(made.URI, channel.MaxExternalID)}, nil
}

// put lays a record down under its key, in the place of the same.
func (s *Service) put(ctx context.Context, l line, at address, w any) (made ref, err error) {
	err = s.get(ctx, l, call{method: "com.atproto.repo.putRecord", body: map[string]any{
		"repo": at.repo, "collection": at.collection, "rkey": at.key, "record": w,
	}}, &made)
	return made, err
}

// bring brings a picture to the server. One that nothing names is forgotten there, so whatever went wrong may be tried again.
func (s *Service) bring(ctx context.Context, l line, out channel.Outgoing, f channel.File) (b blob, err error) {
	content, err := out.Open(ctx, f)
	if err != nil {
		return b, channel.Fail(channel.Retry, "delivery.not_ready", err)
	}
	defer content.Close() // it was read
	var said struct {
		Blob blob `json:"blob"`
	}
	err = s.get(ctx, l, call{method: "com.atproto.repo.uploadBlob", file: content, kind: f.Type}, &said)
	if expired(err) { // the session was forgotten: the next try begins another
		return b, channel.Fail(channel.Retry, "bluesky.unreachable", err)
	}
	return said.Blob, s.heard(ctx, l, err, true)
}

// remove takes a post of ours back. One that is not there any more is as it should be.
func (s *Service) remove(ctx context.Context, p channel.EntryPoint, uri string) error {
	l, err := s.open(ctx, p)
	if err != nil {
		return err
	}
	a, is := parseAddress(uri)
	if !is || a.repo != l.DID || a.collection != posts {
		return channel.Fail(channel.Permanent, "bluesky.gone", nil)
	}
	return s.heard(ctx, l, s.drop(ctx, l, a), true)
}

func (s *Service) drop(ctx context.Context, l line, a address) error {
	return s.get(ctx, l, call{method: "com.atproto.repo.deleteRecord", body: map[string]string{"repo": a.repo, "collection": a.collection, "rkey": a.key}}, nil)
}

// like likes a post, or takes that back. That we like it has a key that follows from the post.
func (s *Service) like(ctx context.Context, p channel.EntryPoint, uri string, liked bool) error {
	l, err := s.open(ctx, p)
	if err != nil {
		return err
	}
	at := address{l.DID, likes, keyFor(uri)}
	if !liked {
		return s.heard(ctx, l, s.drop(ctx, l, at), true)
	}
	_, found, err := s.find(ctx, l, uri)
	switch {
	case err != nil:
		return s.heard(ctx, l, err, true)
	case found.CID == "":
		return channel.Fail(channel.Permanent, "bluesky.gone", nil)
	}
	_, err = s.put(ctx, l, at, map[string]any{"$type": likes, "subject": ref{found.URI, found.CID}, "createdAt": found.Indexed.UTC().Format("2006-01-02T15:04:05.000Z")})
	return s.heard(ctx, l, err, true)
}

// pieces are what of a text is more than text: addresses, and names of accounts.
var pieces = regexp.MustCompile(`https?://[^\s<>"]+|@[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)+`)

// facets says of a text, by bytes, what leads somewhere. A name that nobody has stays a text.
func (s *Service) facets(ctx context.Context, l line, text string) (all []facet) {
	looked := 0
	for _, at := range pieces.FindAllStringIndex(text, -1) {
		from, to := at[0], at[1]
		var one facet
		if text[from] != '@' {
			to = from + len(strings.TrimRight(text[from:to], ".,;:!?)»”'"))
			one.Features = []feature{{Type: facetLink, URI: text[from:to]}}
		} else {
			if from > 0 && text[from-1] != ' ' && text[from-1] != '\n' && text[from-1] != '(' || looked == maxMentions {
				continue
			}
			looked++
			did := s.resolve(ctx, l, text[from+1:to])
			if did == "" {
				continue
			}
			one.Features = []feature{{Type: facetMention, DID: did}}
		}
		one.Index.Start, one.Index.End = from, to
		all = append(all, one)
	}
	return all
}

// resolve returns whose name a handle is; empty: nobody's, or it is not known at present.
func (s *Service) resolve(ctx context.Context, l line, handle string) string {
	var said struct {
		DID string `json:"did"`
	}
	err := s.get(ctx, l, call{method: "com.atproto.identity.resolveHandle", query: url.Values{"handle": {strings.ToLower(handle)}}}, &said)
	if err != nil || !isDID(said.DID) {
		return ""
	}
	return said.DID
}

// Verify, Split and Read are the same in public and in private.
type reader struct{}

// Verify takes nothing: nobody posts to us.
func (reader) Verify(context.Context, channel.EntryPoint, http.Header, []byte) error {
	return unknownHook()
}

// Split is one event, as it was stored.
func (reader) Split(p channel.EntryPoint, body []byte) ([]channel.Arrival, error) {
	return []channel.Arrival{arrivalOf(p, body)}, nil
}

// Read understands one event.
func (reader) Read(p channel.EntryPoint, raw []byte) (channel.Inbound, error) {
	e, err := parse(raw)
	if err != nil {
		return channel.Inbound{}, err
	}
	return e.inbound(p)
}
