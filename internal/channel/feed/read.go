package feed

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/mmcdole/gofeed"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/kit/clip"
)

// Times and bounds of reading.
const (
	often        = 15 * time.Minute // while there is something new
	seldom       = 4 * time.Hour    // where nothing changes
	longestBan   = 24 * time.Hour   // whatever a server asks for
	maxRedirects = 5
	maxPages     = 10  // of a feed, where it has more than one
	maxItems     = 500 // of all of them: the first ones
)

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
		return got{}, refusal{res.StatusCode, askedFor(res.Header.Get("Retry-After"))}
	}
	text, err := io.ReadAll(io.LimitReader(res.Body, MaxBody+1))
	if err != nil {
		return got{}, err
	}
	if len(text) > MaxBody {
		return got{}, errNoFeed
	}
	found, err := parse(text)
	if err != nil || found == nil {
		return got{}, errNoFeed
	}
	c.ETag, c.Modified = clip.Bytes(res.Header.Get("ETag"), maxName), clip.Bytes(res.Header.Get("Last-Modified"), maxName)
	return got{found, c}, nil
}

// parse reads a feed, and keeps what only some kinds of them say.
func parse(text []byte) (*gofeed.Feed, error) {
	p := gofeed.NewParser()
	p.KeepOriginalFeed = true
	return p.Parse(bytes.NewReader(text))
}

// askedFor is for how long a server wants to be left alone.
func askedFor(after string) time.Duration {
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(after); err == nil {
		wait = time.Duration(min(max(seconds, 0), int(longestBan.Seconds()))) * time.Second
	} else if at, err := http.ParseTime(after); err == nil {
		wait = max(time.Until(at), 0)
	}
	return min(wait, longestBan)
}

// Fetch tells what is new, changed or gone in a feed, of what contains one of the words.
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
	read, err := a.readAll(ctx, account, c)
	if err != nil {
		f := failureOf(err)
		if f.After > 0 && !account.Asked { // it is left alone for as long as it asks
			c.Due = now.Add(f.After).UTC().Truncate(time.Second)
			return c.text()
		}
		return "", f
	}
	next, news := read.next, false
	if read.feed != nil {
		look := c.compare(account, s, read.feed)
		if err := take(ctx, look.told); err != nil {
			return "", err
		}
		next.Seen, next.Told, news = look.seen, look.kept, len(look.told) > 0
	}
	next.rest(now, news)
	return next.text()
}

// readAll reads a feed, and as many of its older pages as it takes to come to what was seen before.
func (a *Adapter) readAll(ctx context.Context, account channel.Account, c cursor) (got, error) {
	first := c
	if c.misses() { // what is not there is looked for once more, whether or not something has changed
		first = c.anew()
	}
	read, err := a.read(ctx, first)
	if err != nil || read.feed == nil || c.Rest == 0 {
		return read, err
	}
	page, at := read.feed, read.next.URL
	for range maxPages - 1 {
		at = olderThan(page, at)
		if at == "" || !c.gapAbove(account, page) || len(read.feed.Items) >= maxItems {
			break
		}
		if page = a.older(ctx, at); page == nil { // what was read is told; more there is not
			break
		}
		read.feed.Items = append(read.feed.Items, page.Items...)
	}
	return read, nil
}

// older reads an older page of a feed; nil: it is not given.
func (a *Adapter) older(ctx context.Context, at string) *gofeed.Feed {
	more, err := a.read(ctx, cursor{URL: at})
	if err != nil {
		return nil
	}
	return more.feed
}
