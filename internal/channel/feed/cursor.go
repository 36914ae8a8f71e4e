package feed

import (
	"cmp"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/mmcdole/gofeed"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/kit/clip"
)

// maxSeen bounds what is remembered of items that do not stand in the feed any more.
const maxSeen = 600

// cursor is how far a feed was read: what is asked for next, and what was told.
type cursor struct {
	URL      string            `json:"url,omitempty"` // where it has moved for good
	ETag     string            `json:"etag,omitempty"`
	Modified string            `json:"modified,omitempty"`
	Due      time.Time         `json:"due,omitzero"`
	Rest     int               `json:"rest,omitempty"` // seconds between two looks
	Seen     map[string]string `json:"seen,omitempty"` // what stands in the feed, by its key: its digest
	Told     map[string]told   `json:"told,omitempty"` // what of that was told
}

// told is an item that was told.
type told struct {
	ID      string `json:"id"`
	At      int64  `json:"at,omitempty"` // when it was published, in seconds; 0: it does not say
	Topic   string `json:"topic,omitempty"`
	Begins  string `json:"begins,omitempty"` // what was told first of its topic; empty: it was this one
	Version int    `json:"version,omitempty"`
	Missed  bool   `json:"missed,omitempty"` // it was not there the last time
}

func cursorOf(text, address string) cursor {
	var c cursor
	_ = json.Unmarshal([]byte(text), &c) // an empty one is a new one
	if !readable(c.URL) {
		c.URL = address
	}
	return c
}

func (c cursor) text() (string, error) {
	raw, err := json.Marshal(c)
	return string(raw), err
}

// anew is c as it asks for everything.
func (c cursor) anew() cursor {
	c.ETag, c.Modified = "", ""
	return c
}

// rest says when a feed is looked at next: seldom where nothing changes, and never all at the same time.
func (c *cursor) rest(now time.Time, news bool) {
	wait := min(2*time.Duration(c.Rest)*time.Second, seldom)
	if news || wait < often || c.misses() {
		wait = often
	}
	c.Rest = int(wait.Seconds())
	c.Due = now.Add(wait - time.Minute - time.Duration(rand.Int64N(int64(wait/4)))).UTC().Truncate(time.Second)
}

// misses reports whether something was not there the last time that should have been.
func (c *cursor) misses() bool {
	for _, t := range c.Told {
		if t.Missed {
			return true
		}
	}
	return false
}

// gapAbove reports whether something may stand between a page and what was seen before: all of the page
// is new, and was published since the feed was connected.
func (c *cursor) gapAbove(account channel.Account, page *gofeed.Feed) bool {
	for _, i := range page.Items {
		if i == nil {
			continue
		}
		it := itemOf(page, i)
		if _, seen := c.Seen[it.key()]; seen || it.Published.IsZero() || it.Published.Before(connectedAt(account)) {
			return false
		}
	}
	return len(page.Items) > 0
}

// connectedAt is when an account was connected, to the second: feeds tell no more.
func connectedAt(account channel.Account) time.Time { return account.ConnectedAt.Truncate(time.Second) }

// look is what comes of comparing a feed with what was told of it.
type look struct {
	account channel.Account
	words   string
	before  cursor
	there   map[string]bool
	oldest  time.Time // of what was seen before and still stands there; zero: the feed is not in the order of time

	told []channel.Arrival // the oldest first
	seen map[string]string
	kept map[string]told
}

// compare returns what a feed tells that was not told before.
func (c *cursor) compare(account channel.Account, s Settings, f *gofeed.Feed) look {
	l := look{account: account, words: s.Words, before: *c, there: map[string]bool{}, seen: map[string]string{}, kept: map[string]told{}}
	if len(c.Seen) <= maxSeen { // what is not in the feed any more may come back
		maps.Copy(l.seen, c.Seen)
	}
	all := l.items(f)
	for key, t := range c.Told {
		if l.there[key] || len(c.Told) <= maxSeen {
			l.kept[key] = t
		}
	}
	for _, it := range slices.Backward(all) {
		l.one(f, it)
	}
	l.gone()
	return l
}

// items returns what stands in a feed, each once, and finds out how far back it goes.
func (l *look) items(f *gofeed.Feed) []item {
	var all []item
	ordered := true
	for _, i := range f.Items[:min(len(f.Items), maxItems)] {
		if i == nil {
			continue
		}
		it := itemOf(f, i)
		if l.there[it.key()] {
			continue
		}
		if last := len(all) - 1; it.Published.IsZero() || last >= 0 && it.Published.After(all[last].Published) {
			ordered = false
		}
		l.there[it.key()] = true
		all = append(all, it)
		if _, known := l.before.Seen[it.key()]; known {
			l.oldest = it.Published
		}
	}
	if !ordered {
		l.oldest = time.Time{}
	}
	return all
}

// one tells of an item, unless it was told as it is, stood there before the feed was connected, or is not waited for.
func (l *look) one(f *gofeed.Feed, it item) {
	key, digest := it.key(), it.digest()
	was, known := l.before.Seen[key]
	before, isTold := l.before.Told[key]
	l.seen[key] = digest
	if isTold && before.Missed {
		before.Missed = false
		l.kept[key] = before
	}
	if known && was == digest {
		return
	}
	if isTold {
		before.Version++
		l.kept[key] = before
		it.Changed, it.Version, it.Under = true, before.Version, ""
		l.tell(it)
		return
	}
	old := it.Published.IsZero() || it.Published.Before(connectedAt(l.account))
	if old && (l.before.Rest == 0 || known) || !wanted(l.words, it.Headline+" "+it.Title+" "+it.Text) {
		return
	}
	now := told{ID: it.ID, Topic: it.Topic}
	if !it.Published.IsZero() {
		now.At = it.Published.Unix()
	}
	if it.Topic != "" {
		l.tell(item{Told: toldPlace, ID: it.Topic, Title: it.Headline, Link: cmp.Or(it.Lies, it.Link), Author: clip.Bytes(f.Title, maxName), Published: it.Published})
	}
	if it.talk {
		now.Begins = l.begins(it.Topic)
		it.Under = now.Begins
	}
	l.kept[key] = now
	l.tell(it)
}

// begins returns what was told first of a topic: what is said later stands with it. Empty: nothing was.
func (l *look) begins(topic string) string {
	for _, t := range l.kept {
		if t.Topic == topic {
			return cmp.Or(t.Begins, t.ID)
		}
	}
	return ""
}

// gone tells of what was taken out of the feed: what is older still stands there, and it is missed for the second time.
func (l *look) gone() {
	for _, key := range slices.Sorted(maps.Keys(l.kept)) {
		t := l.kept[key]
		if l.there[key] || l.oldest.IsZero() || t.At <= l.oldest.Unix() {
			continue
		}
		if !t.Missed {
			t.Missed = true
			l.kept[key] = t
			continue
		}
		delete(l.kept, key)
		l.tell(item{Told: toldGone, ID: t.ID, place: place{Topic: t.Topic}})
	}
}

func (l *look) tell(it item) {
	raw, err := json.Marshal(it)
	if err != nil {
		return // it is of texts and times alone
	}
	l.told = append(l.told, arrivalOf(l.account.EntryPoint, raw))
}
