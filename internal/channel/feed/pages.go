package feed

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/json"
)

// postNumber is the name that Discourse gives to a post among the latest ones.
var postNumber = regexp.MustCompile(`-post-(\d+)$`)

// olderThan returns where what is older than a page of a feed stands, on the same server; empty: nobody says.
func olderThan(page *gofeed.Feed, at string) string {
	here, err := url.Parse(at)
	if err != nil {
		return ""
	}
	next := said(page)
	if next == "" {
		next = known(page, *here)
	}
	to, err := here.Parse(next)
	if next == "" || err != nil || to.Host != here.Host || to.Scheme != here.Scheme || to.String() == here.String() {
		return ""
	}
	return to.String()
}

// said is what the feed says itself (RFC 5005, JSON Feed).
func said(page *gofeed.Feed) string {
	switch f := page.OriginalFeed().(type) {
	case *json.Feed:
		return f.NextURL
	case *atom.Feed:
		for _, l := range f.Links {
			if l != nil && (l.Rel == "next" || l.Rel == "prev-archive") {
				return l.Href
			}
		}
	}
	for _, name := range []string{"atom", "atom10"} {
		for _, l := range page.Extensions[name]["link"] {
			if l.Attrs["rel"] == "next" || l.Attrs["rel"] == "prev-archive" {
				return l.Attrs["href"]
			}
		}
	}
	return ""
}

// known is what is known of programs that do not say it: Discourse numbers its posts, WordPress its pages.
func known(page *gofeed.Feed, at url.URL) string {
	q := at.Query()
	switch {
	case strings.HasSuffix(at.Path, "/posts.rss"):
		least := 0
		for _, i := range page.Items {
			if m := postNumber.FindStringSubmatch(i.GUID); m != nil {
				if n, _ := strconv.Atoi(m[1]); n > 0 && (least == 0 || n < least) {
					least = n
				}
			}
		}
		if least < 2 {
			return ""
		}
		q.Set("before", strconv.Itoa(least-1))
	case strings.HasPrefix(page.Generator, "https://wordpress.org/"):
		n, _ := strconv.Atoi(q.Get("paged"))
		q.Set("paged", strconv.Itoa(max(n, 1)+1))
	default:
		return ""
	}
	at.RawQuery = q.Encode()
	return at.String()
}
