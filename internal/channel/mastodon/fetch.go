package mastodon

import (
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/zongler/zongler/internal/channel"
)

// Bounds of reading the list of notifications.
const (
	perPage  = 40 // what servers give at most
	maxPages = 10 // of one fetch; the next goes on where it ended
	overlap  = time.Minute
)

// notification is one of a server's list.
type notification struct {
	ID      string    `json:"id"`
	Type    string    `json:"type"`
	Created time.Time `json:"created_at"`
	Status  rawStatus `json:"status"`
}

func unmarshalStatus(raw []byte, st *status) error { return json.Unmarshal(raw, st) }

// page reads a page of the list; a position says from where.
func (s *Service) page(ctx context.Context, l line, position url.Values) (all []notification, link string, err error) {
	q := url.Values{"types[]": {"mention"}, "limit": {strconv.Itoa(perPage)}}
	maps.Copy(q, position)
	said, err := s.get(ctx, l, call{path: "/api/v1/notifications", query: q}, &all)
	return all, said.link, err
}

// fetch takes what was said to us since everything was here last, the oldest first, a page at a
// time. How far it came is good even where it could not go on.
func (s *Service) fetch(ctx context.Context, a channel.Account, take channel.Take) (string, error) {
	l, err := lineOf(a)
	if err != nil {
		return "", err
	}
	cursor := a.Cursor
	if cursor == "" {
		return s.fetchFirst(ctx, l, a.ConnectedAt, take)
	}
	for range maxPages {
		all, link, err := s.page(ctx, l, url.Values{"min_id": {cursor}})
		if err == nil && len(all) > 0 {
			err = s.takeAll(ctx, l, all, take)
		}
		switch {
		case err != nil && cursor != a.Cursor:
			return cursor, nil // the next fetch meets it again
		case err != nil:
			return "", s.failed(ctx, l, err)
		case len(all) == 0:
			return cursor, nil
		}
		next := all[0].ID
		if said := linked(link, "prev", "min_id"); said != "" {
			next = said
		}
		if !isID(next) || next == cursor {
			return cursor, nil
		}
		cursor = next
	}
	return cursor, nil
}

// fetchFirst takes what was said to us since the account was connected, as nothing was fetched yet.
func (s *Service) fetchFirst(ctx context.Context, l line, since time.Time, take channel.Take) (string, error) {
	var all []notification
	position := url.Values{}
	for range maxPages {
		page, link, err := s.page(ctx, l, position)
		if err != nil {
			return "", s.failed(ctx, l, err)
		}
		all = append(all, page...)
		next := linked(link, "next", "max_id")
		if len(page) == 0 || next == "" || page[len(page)-1].Created.Before(since.Add(-overlap)) {
			break
		}
		position.Set("max_id", next)
	}
	if len(all) == 0 || !isID(all[0].ID) {
		return "", nil
	}
	newest := all[0].ID
	all = slices.DeleteFunc(all, func(n notification) bool { return n.Created.Before(since.Add(-overlap)) })
	if err := s.takeAll(ctx, l, all, take); err != nil {
		return "", s.failed(ctx, l, err)
	}
	return newest, nil
}

// failed returns the error of a fetch as a Failure, unless it is our own fault.
func (s *Service) failed(ctx context.Context, l line, err error) error {
	if isCall(err) {
		return s.Accounts.Heard(ctx, l.point, failureOf(err, true))
	}
	return err
}

// takeAll takes those of a page that belong to the line's entry point, the oldest first.
func (s *Service) takeAll(ctx context.Context, l line, all []notification, take channel.Take) error {
	var arrived []channel.Arrival
	for _, n := range slices.Backward(all) {
		if n.Type != "mention" || (n.Status.Visibility == direct) != (l.point.Channel == channel.MastodonPrivate) {
			continue
		}
		one, err := s.arrive(ctx, l, evMention, n.Status)
		if err != nil {
			return err
		}
		arrived = append(arrived, one)
	}
	if len(arrived) == 0 {
		return nil
	}
	return take(ctx, arrived)
}

// arrive makes an event of a status. Its errors are those of calls.
func (s *Service) arrive(ctx context.Context, l line, kind string, st rawStatus) (channel.Arrival, error) {
	root, err := s.root(ctx, l, st.status)
	if err != nil {
		return channel.Arrival{}, err
	}
	s.remember(l, st.status, root)
	return l.arrival(event{Event: kind, Root: root, Status: st.raw}), nil
}

// arrival is an event as it is stored.
func (l line) arrival(e event) channel.Arrival {
	e.Us, e.Domain = l.Account, l.Domain
	raw, err := json.Marshal(e)
	if err != nil { // the status was read as JSON
		raw = e.Status
	}
	return arrivalOf(l.point, raw)
}

// above fetches a post, or what was answered under it.
func (s *Service) above(ctx context.Context, a channel.Account, post, comment string) ([]channel.Arrival, error) {
	l, err := lineOf(a)
	if err != nil {
		return nil, err
	}
	e := event{Event: evPost}
	thing := post
	if comment != "" {
		e, thing = event{Event: evAbove, Root: post}, comment
	}
	raw, st, err := s.status(ctx, l, thing)
	if err != nil {
		return nil, s.failed(ctx, l, err)
	}
	if st.ID == "" || st.Visibility == direct {
		return nil, nil
	}
	e.Status = raw
	if e.Root == st.ID {
		e.Root = ""
	}
	s.remember(l, st, post)
	return []channel.Arrival{l.arrival(e)}, nil
}
