package feed

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/mmcdole/gofeed"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/kit/clip"
	"github.com/zongler/zongler/internal/kit/htmltext"
)

// place is what stands above an item: the topic of a forum, or the post that is commented on.
// Nothing stands above what is published by itself.
type place struct {
	Topic    string `json:"topic,omitempty"` // its name
	Headline string `json:"headline,omitempty"`
	Lies     string `json:"lies,omitempty"`  // where people see it
	Under    string `json:"under,omitempty"` // name of the item that is answered

	talk bool // what is said there belongs together; else it stands beside each other, as comments do
}

const commentMark = "#comment-"

var (
	// discoursePost is the path of a post within a topic of Discourse: what stands before the last number is the topic.
	discoursePost = regexp.MustCompile(`^(.*/t/(?:[^/]+/)?\d+)/\d+$`)

	// number is how boards name their topics.
	number = regexp.MustCompile(`^\d+$`)

	// commentPage is how WordPress parts the comments of a post into pages.
	commentPage = regexp.MustCompile(`/comment-page-\d+/?$`)

	// answering is how WordPress begins a comment that answers another: a few words in the language of the
	// site around a link to it.
	answering = regexp.MustCompile(`^\s*(?:<p>)?[^<]{0,60}<a [^>]*href=["'][^"'#]*(#comment-\d+)["'][^>]*>[^<]*</a>[^<\n]{0,60}(?:</p>|\n)`)

	// foot is what Discourse writes below the first post of a topic: figures, which change, and a way to it.
	foot = regexp.MustCompile(`(?:<p><small>[^<]*</small></p>\s*)?<p><a href=["'][^"']*/t/[^"']*["'][^>]*>[^<]*</a></p>\s*$`)

	// statistics is what phpBB writes below a post: who, when, and how often a topic was looked at.
	statistics = regexp.MustCompile(`<p>[^<:]{1,60}: [^\n]*</p>\s*<hr ?/?>\s*$`)

	// commentTitles are those that WordPress gives to comments, without their authors.
	commentTitles = regexp.MustCompile(`^(?:Comment on (.+) by|Komentarz do (.+), którego autorem jest)$`)
)

// placeOf returns where an item stands, and its text without what the site has written around it.
func placeOf(f *gofeed.Feed, i *gofeed.Item, title, author, body string) (place, string) {
	u, err := url.Parse(strings.TrimSpace(i.Link))
	if err != nil || u.Host == "" {
		return answerOf(i, place{}), body
	}
	switch {
	case strings.Contains(i.GUID, commentMark) || strings.HasPrefix(u.Fragment, "comment-"):
		return commentOn(f, i, *u, title, author, body)
	case strings.Contains(i.GUID, "-topic-"):
		return place{}, foot.ReplaceAllString(body, "")
	}
	if m := discoursePost.FindStringSubmatch(u.Path); m != nil && strings.Contains(i.GUID, "-post-") {
		u.Path, u.RawPath, u.Fragment, u.RawQuery = m[1], "", "", ""
		return topic(u.String(), *u, title), body
	}
	if at, is := boardTopic(*u, title); is {
		return at, statistics.ReplaceAllString(body, "")
	}
	return answerOf(i, place{}), statisticsOf(*u, body)
}

// statisticsOf takes off what phpBB writes below what begins a topic.
func statisticsOf(u url.URL, body string) string {
	if !strings.Contains(u.Path, "viewtopic") {
		return body
	}
	return statistics.ReplaceAllString(body, "")
}

// topic is the one that a name stands for.
func topic(name string, at url.URL, title string) place {
	return place{Topic: channel.NameOf([]byte("topic " + name)), Headline: title, Lies: linkOf(at.String()), talk: true}
}

// boardTopic returns the topic of a post of a board, as far as its address says which post it is.
func boardTopic(u url.URL, title string) (place, bool) {
	q, post := u.Query(), u.Fragment != ""
	u.Fragment = ""
	for _, name := range []string{"p", "pid", "comment"} {
		post = post || q.Has(name)
		q.Del(name)
	}
	for _, name := range []string{"t", "tid", "topic", "threadid"} {
		n, _, message := strings.Cut(q.Get(name), ".msg") // SMF names the message there
		if !number.MatchString(n) || !post && !message {
			continue
		}
		u.RawQuery = url.Values{name: {n}}.Encode()
		return topic(u.String(), u, unanswered(title)), true
	}
	if !post || !strings.Contains(u.Path, "viewtopic") {
		return place{}, false
	}
	// phpBB says which post it is, and of the topic nothing but its title.
	title = unanswered(title)
	at := topic(u.Host+" "+u.Path+" "+title, u, title)
	at.Lies = "" // its post leads there
	return at, true
}

// unanswered returns the title of a topic, by that of a post in it: boards write the forum before it, and what says that it is an answer.
func unanswered(title string) string {
	if at := strings.LastIndex(title, " • "); at >= 0 {
		title = title[at+len(" • "):]
	}
	for _, mark := range []string{"Re: ", "RE: ", "Odp: ", "Odp.: ", "Válasz: ", "Vá: "} {
		title = strings.TrimPrefix(title, mark)
	}
	return title
}

// commentOn returns the post that is commented on, and what the comment says.
func commentOn(f *gofeed.Feed, i *gofeed.Item, u url.URL, title, author, body string) (place, string) {
	u.Fragment = ""
	u.Path, u.RawPath = commentPage.ReplaceAllString(u.Path, "/"), ""
	at := topic(u.String(), u, commented(f, u, title, author))
	at.talk = false
	if m := answering.FindStringSubmatchIndex(body); m != nil {
		if guid, _, is := strings.Cut(i.GUID, commentMark); is {
			at.Under = channel.NameOf([]byte(guid + body[m[2]:m[3]]))
		}
		body = body[m[1]:]
	}
	return answerOf(i, at), body
}

// commented is the title of a post, by that of a comment on it: WordPress writes both and the author into one.
func commented(f *gofeed.Feed, u url.URL, title, author string) string {
	if strings.TrimRight(f.Link, "/") == strings.TrimRight(u.String(), "/") { // the feed is that of the post
		_, of, named := strings.Cut(strings.TrimSpace(htmltext.ToText(f.Title)), ": ")
		if named {
			return clip.Bytes(of, maxName)
		}
		return clip.Bytes(strings.TrimPrefix(f.Title, "Comments on "), maxName)
	}
	if at := strings.LastIndex(title, author); at >= 0 && author != "" {
		title = strings.TrimSpace(title[:at] + title[at+len(author):])
	}
	for n, one := range commentTitles.FindStringSubmatch(title) {
		if n > 0 && one != "" {
			return one
		}
	}
	return title
}

// answerOf adds what an item says itself that it answers (RFC 4685).
func answerOf(i *gofeed.Item, at place) place {
	for _, said := range i.Extensions["thr"]["in-reply-to"] {
		ref := said.Attrs["ref"]
		switch {
		case ref == "":
		case at.Topic == "":
			at = place{Topic: channel.NameOf([]byte("topic " + ref)), Lies: linkOf(said.Attrs["href"])}
		case strings.Contains(ref, commentMark):
			at.Under = channel.NameOf([]byte(ref))
		}
	}
	return at
}
