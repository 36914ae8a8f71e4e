package bluesky

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/channel"
)

var _ channel.Rechecking = (*Adapter)(nil)

// Rechecks bounds what is asked for again: nobody tells that a post was removed. It is four calls with each look at the account.
func (*Adapter) Rechecks() channel.Rechecks {
	return channel.Rechecks{Every: 10 * time.Minute, Most: 4 * perLookup}
}

// Gone returns a deletion of each post that the network does not show us any more.
func (a *Adapter) Gone(ctx context.Context, account channel.Account, names []string) ([]channel.Arrival, error) {
	return a.service.takenBack(ctx, account, names)
}

func (s *Service) takenBack(ctx context.Context, a channel.Account, names []string) ([]channel.Arrival, error) {
	l, err := lineOf(a)
	if err != nil {
		return nil, err
	}
	var all []channel.Arrival
	for some := range slices.Chunk(names, perLookup) {
		q := url.Values{}
		for _, uri := range some {
			if _, is := parseAddress(uri); is {
				q.Add("uris", uri)
			}
		}
		if len(q) == 0 {
			continue
		}
		var said struct {
			Posts []struct {
				URI string `json:"uri"`
			} `json:"posts"`
		}
		if err := s.get(ctx, l, call{method: "app.bsky.feed.getPosts", query: q}, &said); err != nil {
			return nil, s.heard(ctx, l, err, true)
		}
		shown := map[string]bool{}
		for _, p := range said.Posts {
			shown[p.URI] = true
		}
		for _, uri := range q["uris"] {
			if shown[uri] {
				continue
			}
			raw, err := json.Marshal(map[string]string{"uri": uri})
			if err != nil {
				return nil, err
			}
			all = append(all, l.arrival(event{Event: evGone, Said: raw}))
		}
	}
	return all, nil
}
