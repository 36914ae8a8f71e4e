package feed

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/mmcdole/gofeed"

	"github.com/zongler/zongler/internal/channel"
)

// Times and bounds of reading.
const (
	often        = 15 * time.Minute // while there is something new
	seldom       = 4 * time.Hour    // where nothing changes
	longestBan   = 24 * time.Hour   // whatever a server asks for
	maxRedirects = 5
	maxItems     = 300 // of a feed: the first ones
	maxSeen      = 600
)

// cursor is how far a feed was read: what is asked for next, and what was told.
type cursor struct {
	URL      string            `json:"url,omitempty"` // where it has moved for good
	ETag     string            `json:"etag,omitempty"`
	Modified string            `json:"modified,omitempty"`
	Due      time.Time         `json:"due,omitzero"`
	Rest     int               `json:"rest,omitempty"` // seconds between two looks
	Seen     map[string]string `json:"seen,omitempty"` // what stands in the feed, by its name: its digest
}

func cursorOf(text, address string) cursor {
	var c cursor
	_ = json.Unmarshal([]byte(text), &c) // an empty one is a new one
	if !readable(c.URL) {
		c.URL = address
	}
	return c
}

// anew is c as it asks for everything.
func (c cursor) anew() cursor {
	c.ETag, c.Modified = "", ""
	return c
}

// got is what was read; without a feed where nothing has changed.
type got struct {
	feed *gofeed.Feed
	next cursor
}

// refusal is what a server has answered in place of a feed.
type refusal struct {
	status int
	after  time.Duration
}

func (r refusal) Error() string { return "feed: " + strconv.Itoa(r.status) }

var errNoFeed = errors.New("feed: what is there is no feed")

// failureOf returns what an error means to the feed.
func failureOf(err error) *channel.Failure {
	if f, is := errors.AsType[*channel.Failure](err); is {
		return f
	}
	if errors.Is(err, errNoFeed) {
		return channel.Fail(channel.Reconnect, "feed.none", err)
	}
	r, is := errors.AsType[refusal](err)
	switch {
	case !is || r.status == http.StatusTooManyRequests || r.status >= http.StatusInternalServerError:
		f := channel.Fail(channel.Retry, "feed.unreachable", err)
		f.After = r.after
		return f
	case r.status == http.StatusGone:
		return channel.Fail(channel.Reconnect, "feed.gone", err)
	}
	return channel.Fail(channel.Reconnect, "feed.refused", err)
}

// read reads a feed, unless it is as it was. Where it has moved for good, it is read there from now on.
func (a *Adapter) read(ctx context.Context, c cursor) (got, error) {
	at, forGood := c.URL, true
	for range maxRedirects + 1 {
		res, err := a.ask(ctx, c, at)
		if err != nil {
			return got{}, err
		}
		to, err := res.Location()
		if res.StatusCode/100 == 3 && res.StatusCode != http.StatusNotModified && err == nil {
			_ = res.Body.Close() // nobody reads it
			forGood = forGood && (res.StatusCode == http.StatusMovedPermanently || res.StatusCode == http.StatusPermanentRedirect)
			if at = to.String(); !readable(at) {
				return got{}, refusal{status: res.StatusCode}
			}
			if forGood {
				c.URL = at
			}
			continue
		}
		defer res.Body.Close() // it was read
		return understood(res, c)
	}
	return got{}, refusal{status: http.StatusLoopDetected}
}

func (a *Adapter) ask(ctx context.Context, c cursor, at string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return nil, errNoFeed
	}
	r.Header.Set("User-Agent", "Zongler/1.0.0 (news feeds)")
	r.Header.Set("Accept", "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5")
	if c.ETag != "" {
		r.Header.Set("If-None-Match", c.ETag)
	}
	if c.Modified != "" {
		r.Header.Set("If-Modified-Since", c.Modified)
	}
	res, err := a.http.Do(r)
	if said, ok := errors.AsType[*url.Error](err); ok {
		err = said.Err
	}
	return res, err
}

// understood reads an answer.
func understood(res *http.Response, c cursor) (got, error) {
	switch res.StatusCode {
	case http.StatusNotModified:
		return got{next: c}, nil
	case http.StatusOK:
	default:
		seconds, _ := strconv.Atoi(res.Header.Get("Retry-After")) // a date is left to our own pauses
		return got{}, refusal{res.StatusCode, min(time.Duration(max(seconds, 0))*time.Second, longestBan)}
	}
	text, err := io.ReadAll(io.LimitReader(res.Body, MaxBody+1))
	if err != nil {
		return got{}, err
	}
	if len(text) > MaxBody {
		return got{}, errNoFeed
	}
	found, err := gofeed.NewParser().Parse(bytes.NewReader(text))
	if err != nil || found == nil {
		return got{}, errNoFeed
	}
	c.ETag, c.Modified = clip(res.Header.Get("ETag"), maxName), clip(res.Header.Get("Last-Modified"), maxName)
	return got{found, c}, nil
}

// Fetch tells what is new or changed in a feed and contains one of the words.
func (a *Adapter) Fetch(ctx context.Context, account channel.Account, take channel.Take) (string, error) {
	s, err := parseSettings(account.Config)
	if err != nil {
		return "", channel.Fail(channel.Permanent, "feed.none", err)
	}
	c := cursorOf(account.Cursor, s.URL)
	now := time.Now()
	if now.Before(c.Due) && !account.Asked {
		return account.Cursor, nil
	}
	read, err := a.read(ctx, c)
	if err != nil {
		return "", failureOf(err)
	}
	next := read.next
	news := 0
	if read.feed != nil {
		arrived, seen := fresh(account, s, read.feed, c)
		if err := take(ctx, arrived); err != nil {
			return "", err
		}
		news, next.Seen = len(arrived), seen
	}
	next.rest(now, news > 0)
	raw, err := json.Marshal(next)
	return string(raw), err
}

// rest says when a feed is looked at next: seldom where nothing changes, and never all at the same time.
func (c *cursor) rest(now time.Time, news bool) {
	wait := min(2*time.Duration(c.Rest)*time.Second, seldom)
	if news || wait < often {
		wait = often
	}
	c.Rest = int(wait.Seconds())
	c.Due = now.Add(wait - time.Minute - time.Duration(rand.Int64N(int64(wait/4)))).UTC().Truncate(time.Second)
}

// fresh returns what of a feed was not told yet, the oldest first, and all that stands in it.
func fresh(account channel.Account, s Settings, f *gofeed.Feed, c cursor) ([]channel.Arrival, map[string]string) {
	first, before := c.Rest == 0, c.Seen
	seen := map[string]string{}
	if len(before) <= maxSeen { // what is not in the feed any more may come back
		maps.Copy(seen, before)
	}
	var all []channel.Arrival
	for _, i := range f.Items[:min(len(f.Items), maxItems)] {
		if i == nil {
			continue
		}
		it := itemOf(f, i)
		digest := it.digest()
		told, known := before[it.key()]
		if seen[it.key()] = digest; known && told == digest {
			continue
		}
		old := first && (it.Published.IsZero() || it.Published.Before(account.ConnectedAt))
		if old || !wanted(s.Words, it.Title+" "+it.Text) {
			continue
		}
		it.Changed = known
		raw, err := json.Marshal(it)
		if err != nil {
			continue // it is of texts and times alone
		}
		all = append(all, arrivalOf(account.EntryPoint, raw))
	}
	slices.Reverse(all)
	return all, seen
}
