package app

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/id"
)

// perFeed is how many posts a forum gives at a time, as Discourse does.
const perFeed = 50

// forum is a forum that is followed by its feed, and those who write there: a thread is a topic.
type forum struct {
	centre *callCentre
	site   *httptest.Server
	key    id.EntryPoint

	mu     sync.Mutex
	posts  []forumPost // the oldest first
	last   int         // number of a post
	topics []string
	mended []channel.Inbound // edits of what does not stand there yet
	faults []channeltest.Fault
	locked bool
}

type forumPost struct {
	number int
	name   string // ours
	topic  int
	text   string
	at     time.Time
	edited time.Time
}

// connectForum opens a forum and follows it.
func (c *callCentre) connectForum(t *testing.T) *forum {
	t.Helper()
	// Something has stood there for long: by it one knows of the rest that it has not fallen off the feed.
	f := &forum{centre: c, last: 1, topics: []string{"Regulamin"}, posts: []forumPost{{number: 1, text: "bądźmy mili", at: time.Now().Add(-time.Hour)}}}
	f.site = httptest.NewServer(f)
	t.Cleanup(f.site.Close)
	made := c.chief.call("POST", accountsPath, fields{"channel": "feed", "brand_id": c.brand, "queue_id": c.queue, "settings": fields{"url": f.site.URL + "/posts.rss"}})
	if made.status != http.StatusCreated {
		t.Fatalf("%d %s", made.status, made.body)
	}
	f.key = pointOf(t, made)
	f.read(t)
	return f
}

// fault returns what becomes of the next look at the feed; empty: it is given.
func (f *forum) fault() channeltest.Fault {
	if f.locked {
		return channeltest.Expired
	}
	if len(f.faults) == 0 {
		return ""
	}
	next := f.faults[0]
	f.faults = f.faults[1:]
	f.locked = next == channeltest.Expired
	return next
}

// ServeHTTP gives the latest posts, or those before one.
func (f *forum) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch f.fault() { //nolint:exhaustive // the others are for answers
	case channeltest.RateLimited:
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
		return
	case channeltest.Down:
		panic(http.ErrAbortHandler)
	case channeltest.Expired:
		w.WriteHeader(http.StatusNotFound)
		return
	}
	before, err := strconv.Atoi(r.URL.Query().Get("before"))
	var b strings.Builder
	b.WriteString(`<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Forum Fali - Latest posts</title>`)
	n := 0
	for _, p := range slices.Backward(f.posts) {
		if err == nil && p.number > before || n == perFeed {
			continue
		}
		n++
		fmt.Fprintf(&b, `<item><title>%s</title><dc:creator><![CDATA[@zofia Zofia Wilk]]></dc:creator><description><![CDATA[ <p>%s</p> ]]></description>
			<link>%s/t/temat/%d/%d</link><pubDate>%s</pubDate><guid isPermaLink="false">forum.example-post-%d</guid></item>`,
			f.topics[p.topic], p.text, f.site.URL, p.topic+1, p.number, p.at.Format(time.RFC1123Z), p.number)
	}
	b.WriteString(`</channel></rss>`)
	_, _ = w.Write([]byte(b.String())) // who went away needs no answer
}

// postOf returns a post by our name for it; nil: it does not stand there.
func (f *forum) postOf(name string) *forumPost {
	for i := range f.posts {
		if f.posts[i].name == name {
			return &f.posts[i]
		}
	}
	return nil
}

func (f *forum) find(t *testing.T, thread string) id.Conversation {
	t.Helper()
	f.mu.Lock()
	first := f.postOf(thread + "-first")
	f.mu.Unlock()
	if first == nil {
		return 0
	}
	ctx := actor.With(t.Context(), actor.ForSystem(f.centre.tenants[0].TenantID))
	key := channel.NameOf([]byte("forum.example-post-" + strconv.Itoa(first.number)))
	c, _, err := f.centre.app.services.conversations.FindThread(ctx, f.centre.app.db, f.key, key)
	if err != nil {
		t.Fatal(err)
	}
	return c.ID
}

func (f *forum) Point() (channel.Adapter, channel.EntryPoint) {
	adapter, _ := f.centre.app.services.registry.Adapter(channel.Feed)
	return adapter, f.point()
}

func (f *forum) point() channel.EntryPoint {
	p, err := f.centre.app.services.points.Lookup(f.centre.t.Context(), f.centre.app.db, f.centre.tenants[0].TenantID, f.key)
	f.centre.must(err)
	return p
}

// Says has people write, mend and take back, and then the feed looked at. A forum shows how things stand: it
// has no edit of what is not there.
func (f *forum) Says(t *testing.T, happened ...channel.Inbound) {
	t.Helper()
	inOrder := slices.Clone(happened)
	slices.SortStableFunc(inOrder, func(a, b channel.Inbound) int { return a.OccurredAt.Compare(b.OccurredAt) })
	taken := false
	f.mu.Lock()
	for _, in := range inOrder {
		switch in.Kind {
		case channel.KindMessage:
			f.write(in)
		case channel.KindEdit:
			f.mended = append(f.mended, in)
		case channel.KindDeletion:
			f.posts = slices.DeleteFunc(f.posts, func(p forumPost) bool { return p.name == in.Target })
			taken = true
		default:
			t.Fatalf("a feed tells of no %s", in.Kind)
		}
	}
	f.mu.Unlock()
	f.read(t)
	if f.mend() || taken { // that something is gone is believed when it is missed for the second time
		f.read(t)
	}
}

// mend mends what stands there, and reports whether it reads otherwise now. Of two edits the later one stands.
func (f *forum) mend() (changed bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mended = slices.DeleteFunc(f.mended, func(in channel.Inbound) bool {
		p := f.postOf(in.Target)
		if p != nil && in.OccurredAt.After(p.edited) {
			p.text, p.edited, changed = in.Text, in.OccurredAt, true
		}
		return p != nil
	})
	return changed
}

func (f *forum) write(in channel.Inbound) {
	if f.postOf(in.ExternalID) != nil {
		return
	}
	topic := slices.Index(f.topics, in.Thread)
	if topic < 0 {
		topic = len(f.topics)
		f.topics = append(f.topics, in.Thread)
	}
	f.last++
	f.posts = append(f.posts, forumPost{number: f.last, name: in.ExternalID, topic: topic, text: in.Text, at: in.OccurredAt})
}

// read has the feed looked at until it is given: as often as the site is busy or away, and in vain where it refuses.
func (f *forum) read(t *testing.T) {
	t.Helper()
	until(t, "the feed is read", func() bool {
		got := f.centre.chief.call("POST", accountsPath+"/"+f.key.String()+"/catch-up", nil)
		f.mu.Lock()
		defer f.mu.Unlock()
		return got.status == http.StatusOK || f.locked
	})
}

// look is the look at all accounts that comes by itself.
func (f *forum) look(t *testing.T) {
	t.Helper()
	ctx := actor.With(t.Context(), actor.ForSystem(f.centre.tenants[0].TenantID))
	f.centre.must(f.centre.app.services.accounts.LookAfter(ctx, channel.LookAfter{Point: f.key}))
}

func (f *forum) Next(_ *testing.T, faults ...channeltest.Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults = append(f.faults, faults...)
}

func (f *forum) Renew(t *testing.T) {
	t.Helper()
	until(t, "the administrator sees that the feed is not given", func() bool {
		_ = f.centre.chief.call("POST", accountsPath+"/"+f.key.String()+"/test", nil)
		p := f.point()
		return p.Health == channel.Failing && p.HealthCode == "feed.refused"
	})
	f.mu.Lock()
	f.locked = false
	f.mu.Unlock()
	f.look(t)
	if p := f.point(); p.Health != channel.Healthy {
		t.Errorf("it is given again, and its health is %s %s", p.Health, p.HealthCode)
	}
	f.read(t)
}

func (*forum) Got(*testing.T) []channeltest.Got { return nil }

func (*forum) Unable(s channeltest.Step) string {
	return map[channeltest.Step]string{
		channeltest.StepUndeclared: "a feed has no words for it",
		channeltest.StepQuarantine: "nothing is posted: FuzzFeed of the channel shows that whatever a feed holds is understood",
		channeltest.StepForged:     "nothing is posted: we read",
	}[s]
}
