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

// Recheck returns a deletion of each post that the network does not show us any more.
func (a *Adapter) Recheck(ctx context.Context, account channel.Account, said []channel.Still) ([]channel.Arrival, error) {
	return a.service.takenBack(ctx, account, said)
}

func (s *Service) takenBack(ctx context.Context, a channel.Account, still []channel.Still) ([]channel.Arrival, error) {
	l, err := lineOf(a)
	if err != nil {
		return nil, err
	}
	var all []channel.Arrival
	for some := range slices.Chunk(still, perLookup) {
		q := url.Values{}
		for _, one := range some {
			if _, is := parseAddress(one.Name); is {
				q.Add("uris", one.Name)
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
