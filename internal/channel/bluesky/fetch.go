package bluesky

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
)

// Bounds of reading what is new.
const (
	perPage   = 50
	maxPages  = 20 // of one fetch; the next goes on where it ended
	perLookup = 25 // posts that are asked for at once
	overlap   = 5 * time.Minute
)

// reasons are why we want to be told.
func reasons() []string { return []string{"mention", "reply", "quote"} }

// notification is one of the network's list. That it was seen is not read: it says nothing of us.
type notification struct {
	Reason  string
	URI     string
	Embeds  bool
	Indexed time.Time

	raw []byte
}

// UnmarshalJSON reads what places it. One that cannot be understood is kept as it is.
func (n *notification) UnmarshalJSON(raw []byte) error {
	var said struct {
		URI     string    `json:"uri"`
		Reason  string    `json:"reason"`
		Indexed time.Time `json:"indexedAt"`
		Record  struct {
			Embed json.RawMessage `json:"embed"`
		} `json:"record"`
	}
	_ = json.Unmarshal(raw, &said) // its event says that it cannot be understood
	*n = notification{said.Reason, said.URI, len(said.Record.Embed) > 0, said.Indexed, slices.Clone(raw)}
	return nil
}

// page reads a page of the list, the newest first.
func (s *Service) page(ctx context.Context, l line, position url.Values) (all []notification, next string, err error) {
	q := url.Values{"limit": {strconv.Itoa(perPage)}, "reasons": reasons()}
	maps.Copy(q, position)
	var said struct {
		Cursor string         `json:"cursor"`
		All    []notification `json:"notifications"`
	}
	err = s.get(ctx, l, call{method: "app.bsky.notification.listNotifications", query: q}, &said)
	return said.All, said.Cursor, err
}

// mark is how far the list was read: all that was indexed up to Since is here. Where one fetch
// did not get there, the next goes on at Deep, and all is here up to Newest once it does.
type mark struct {
	Since  time.Time
	Newest time.Time
	Deep   string
}

const layout = time.RFC3339Nano

func parseMark(cursor string, connected time.Time) mark {
	parts := strings.SplitN(cursor, " ", 3)
	since, err := time.Parse(layout, parts[0])
	if err != nil {
		return mark{Since: connected}
	}
	m := mark{Since: since}
	if len(parts) == 3 {
		if m.Newest, err = time.Parse(layout, parts[1]); err == nil {
			m.Deep = parts[2]
		}
	}
	return m
}

func (m mark) String() string {
	text := m.Since.UTC().Format(layout)
	if m.Deep != "" {
		text += " " + m.Newest.UTC().Format(layout) + " " + m.Deep
	}
	return text
}

// fetch takes what was said to us since everything was here last: the newest pages down to
// where it was, then from the oldest on.
func (s *Service) fetch(ctx context.Context, a channel.Account, take channel.Take) (string, error) {
	l, err := lineOf(a)
	if err != nil {
		return "", err
	}
	m := parseMark(a.Cursor, a.ConnectedAt)
	if m.Deep == "" {
		m.Newest = m.Since
	}
	var all []notification
	position, until := m.Deep, m.Since.Add(-overlap)
	for range maxPages {
		q := url.Values{}
		if position != "" {
			q.Set("cursor", position)
		}
		page, next, err := s.page(ctx, l, q)
		if err != nil {
			return "", s.heard(ctx, l, err, true)
		}
		all, position = append(all, page...), next
		for _, n := range page {
			if n.Indexed.After(m.Newest) && n.Indexed.Before(time.Now().Add(overlap)) {
				m.Newest = n.Indexed
			}
		}
		if len(page) == 0 || next == "" || page[len(page)-1].Indexed.Before(until) {
			position = ""
			break
		}
	}
	all = slices.DeleteFunc(all, func(n notification) bool {
		return !slices.Contains(reasons(), n.Reason) || n.Indexed.Before(until)
	})
	slices.Reverse(all)
	if err := s.takeAll(ctx, l, all, take); err != nil {
		return "", err
	}
	if m.Deep = position; m.Deep == "" || strings.ContainsAny(m.Deep, " \n") || len(m.Deep) > maxURI {
		m = mark{Since: m.Newest}
	}
	return m.String(), nil
}

// takeAll takes notifications, with the pictures of those that have some.
func (s *Service) takeAll(ctx context.Context, l line, all []notification, take channel.Take) error {
	for some := range slices.Chunk(all, perLookup) {
		embeds, err := s.embeds(ctx, l, some)
		if err != nil {
			return s.heard(ctx, l, err, true)
		}
		arrived := make([]channel.Arrival, len(some))
		for i, n := range some {
			arrived[i] = l.arrival(event{Event: evSaid, Reason: n.Reason, Embed: embeds[n.URI], Said: n.raw})
		}
		if err := take(ctx, arrived); err != nil {
			return err
		}
	}
	return nil
}

// embeds returns what goes with notifications, as the network shows it.
func (s *Service) embeds(ctx context.Context, l line, all []notification) (map[string]json.RawMessage, error) {
	q := url.Values{}
	for _, n := range all {
		if _, is := parseAddress(n.URI); n.Embeds && is {
			q.Add("uris", n.URI)
		}
	}
	if len(q) == 0 {
		return nil, nil
	}
	var said struct {
		Posts []struct {
			URI   string          `json:"uri"`
			Embed json.RawMessage `json:"embed"`
		} `json:"posts"`
	}
	err := s.get(ctx, l, call{method: "app.bsky.feed.getPosts", query: q}, &said)
	found := map[string]json.RawMessage{}
	for _, p := range said.Posts {
		found[p.URI] = p.Embed
	}
	return found, err
}

// find returns a post as the network shows it; nothing where it does not.
func (s *Service) find(ctx context.Context, l line, uri string) (raw []byte, p post, err error) {
	if _, is := parseAddress(uri); !is {
		return nil, p, nil
	}
	var said struct {
		Thread struct {
			Post json.RawMessage `json:"post"` // not of one that is gone, or that somebody has blocked for us
		} `json:"thread"`
	}
	q := url.Values{"uri": {uri}, "depth": {"0"}, "parentHeight": {"0"}}
	err = s.get(ctx, l, call{method: "app.bsky.feed.getPostThread", query: q}, &said)
	if f, is := errors.AsType[*Fault](err); is && (f.Name == "NotFound" || f.Status == http.StatusNotFound) {
		return nil, p, nil
	}
	if len(said.Thread.Post) > 0 {
		_ = json.Unmarshal(said.Thread.Post, &p) // one that cannot be read is not shown
	}
	return said.Thread.Post, p, err
}

// above fetches a post, or what was answered under it.
func (s *Service) above(ctx context.Context, a channel.Account, top, comment string) ([]channel.Arrival, error) {
	l, err := lineOf(a)
	if err != nil {
		return nil, err
	}
	kind, uri := evPost, top
	if comment != "" {
		kind, uri = evAbove, comment
	}
	raw, p, err := s.find(ctx, l, uri)
	if err != nil {
		return nil, s.heard(ctx, l, err, true)
	}
	if p.URI == "" {
		return nil, nil
	}
	return []channel.Arrival{l.arrival(event{Event: kind, Said: raw})}, nil
}
