package feed

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
)

// site publishes a feed, and keeps what it was asked.
type site struct {
	*httptest.Server

	body   string
	kind   string
	status int
	header map[string]string
	asked  []*http.Request
}

func publishes(t *testing.T) *site {
	t.Helper()
	s := &site{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked = append(s.asked, r)
		for name, value := range s.header {
			w.Header().Set(name, value)
		}
		switch {
		case r.URL.Path == "/old":
			http.Redirect(w, r, "/feed", http.StatusMovedPermanently)
		case r.URL.Path == "/today":
			http.Redirect(w, r, "/feed", http.StatusFound)
		case r.URL.Path == "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		case s.status != 0:
			w.WriteHeader(s.status)
		case s.header["ETag"] != "" && r.Header.Get("If-None-Match") == s.header["ETag"]:
			w.WriteHeader(http.StatusNotModified)
		default:
			w.Header().Set("Content-Type", s.kind)
			_, _ = fmt.Fprint(w, s.body) // who went away needs no answer
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// entry is an item of a feed as RSS has it.
func entry(id, title, text string, at time.Time) string {
	return "<item><guid>" + id + "</guid><title>" + title + "</title><link>https://news.example/" + id + "</link><description>" + text + "</description><pubDate>" + at.Format(time.RFC1123Z) + "</pubDate></item>"
}

func rss(items ...string) string {
	return `<?xml version="1.0"?><rss version="2.0"><channel><title>Głos Miasta</title>` + strings.Join(items, "") + `</channel></rss>`
}

// follows reads the feed of a site, from where it was left.
type follows struct {
	*Adapter

	account channel.Account
}

func follow(s *site, path, words string) *follows {
	plain := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &follows{New(plain), channel.Account{
		EntryPoint:  channel.EntryPoint{ID: 7, Channel: channel.Feed, Address: "feed", Name: "Głos", Config: fmt.Appendf(nil, `{"url":%q,"words":%q}`, s.URL+path, words)},
		ConnectedAt: time.Now().Add(-time.Hour),
	}}
}

// fetch returns what is told to somebody who asks for it, whenever the feed is due.
func (f *follows) fetch(t *testing.T) (told []channel.Inbound) {
	t.Helper()
	account := f.account
	account.Asked = true
	next, err := f.Fetch(t.Context(), account, func(_ context.Context, arrived []channel.Arrival) error {
		for _, a := range arrived {
			in, err := f.Read(f.account.EntryPoint, a.Raw)
			if err != nil || a.Err != nil {
				t.Errorf("%v %v", err, a.Err)
			}
			told = append(told, in)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	f.account.Cursor = next
	return told
}

func TestWhatIsPublishedIsToldOnce(t *testing.T) {
	t.Parallel()
	s := publishes(t)
	now := time.Now()
	old := entry("1", "Dawno", "o Fali", now.Add(-2*time.Hour))
	second := entry("2", "Nowy sklep", "&lt;p&gt;Otwarto sklep &lt;b&gt;Fali&lt;/b&gt; w Łodzi&lt;/p&gt;", now)
	s.body, s.header = rss(second, old), map[string]string{"ETag": `"a"`}
	f := follow(s, "/feed", "")
	got := f.fetch(t)
	if len(got) != 1 || got[0].Kind != channel.KindMessage || got[0].Text != "Nowy sklep\n\nOtwarto sklep Fali w Łodzi" || got[0].Link != "https://news.example/2" ||
		got[0].Post != got[0].ExternalID || got[0].Sender.DisplayName != "Głos Miasta" {
		t.Fatalf("%+v", got)
	}
	if again := f.fetch(t); len(again) != 0 || s.asked[1].Header.Get("If-None-Match") != `"a"` {
		t.Errorf("what has not changed: %+v", again)
	}
	first := got[0].ExternalID
	s.body, s.header = rss(entry("3", "Trzecia", "x", now), entry("2", "Nowy sklep", "Zamknięto", now), old), nil
	got = f.fetch(t)
	if len(got) != 2 || got[0].Kind != channel.KindEdit || got[0].Target != first || got[1].Kind != channel.KindMessage {
		t.Errorf("%+v", got)
	}
	s.body = rss(old)
	f.fetch(t)
	s.body = rss(entry("3", "Trzecia", "x", now), old)
	if back := f.fetch(t); len(back) != 1 || back[0].Kind != channel.KindDeletion || back[0].Target != first {
		t.Errorf("what comes back is told again, or what does not is not missed: %+v", back)
	}
}

func TestAFeedIsAskedSeldomWhereNothingChanges(t *testing.T) {
	t.Parallel()
	s := publishes(t)
	s.body = rss()
	f := follow(s, "/feed", "")
	last := time.Duration(0)
	for range 8 {
		f.fetch(t)
		c := cursorOf(f.account.Cursor, "")
		wait := time.Until(c.Due)
		if wait < often/2 || wait > seldom || time.Duration(c.Rest)*time.Second < last {
			t.Errorf("the next look is in %v, after %v", wait, last)
		}
		last = time.Duration(c.Rest) * time.Second
	}
	n := len(s.asked)
	if _, err := f.Fetch(t.Context(), f.account, nil); err != nil || len(s.asked) != n || last != seldom {
		t.Errorf("it is asked before its time: %d %v %v", len(s.asked)-n, err, last)
	}
}

func TestOnlyWordsThatSomebodyWaitsForAreTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		words, text string
		want        bool
	}{
		{"", "cokolwiek", true},
		{" , ", "cokolwiek", true},
		{"łódź", "W LODZ i okolicy", true},
		{"sklep fala", "nowy Sklep  Fala otwarto", true},
		{"fal", "O Fali pisze się dużo", true},
		{"ala", "O Fali", false},
		{"árvíz, dostawa", "nincs", false},
		{"arviz, dostawa", "Árvízvédelem", true},
	} {
		if got := wanted(c.words, c.text); got != c.want {
			t.Errorf("%q in %q: %v", c.words, c.text, got)
		}
	}
}

func TestFeedsOfAllKindsAreRead(t *testing.T) {
	t.Parallel()
	at := time.Now().UTC().Format(time.RFC3339)
	for name, c := range map[string]struct{ kind, body, want string }{
		"Atom":      {"application/atom+xml", `<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><id>1</id><title>Żółw</title><published>` + at + `</published><author><name>Ola</name></author></entry></feed>`, "Żółw"},
		"JSON Feed": {"application/feed+json", `{"version":"https://jsonfeed.org/version/1.1","title":"A","items":[{"id":"1","content_text":"Żółw","date_published":"` + at + `"}]}`, "Żółw"},
		"an old character set": {
			"text/xml", "<?xml version=\"1.0\" encoding=\"ISO-8859-2\"?><rss version=\"2.0\"><channel><title>A</title><item><guid>1</guid><title>\xafol\xf3w</title><pubDate>" + time.Now().Format(time.RFC1123Z) + "</pubDate></item></channel></rss>", "Żolów",
		},
	} {
		s := publishes(t)
		s.kind, s.body = c.kind, c.body
		if got := follow(s, "/feed", "").fetch(t); len(got) != 1 || got[0].Text != c.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestAFeedMoves(t *testing.T) {
	t.Parallel()
	s := publishes(t)
	s.body = rss()
	for path, want := range map[string]string{"/old": "/feed", "/today": "/today"} {
		f := follow(s, path, "")
		f.fetch(t)
		if c := cursorOf(f.account.Cursor, ""); c.URL != s.URL+want {
			t.Errorf("%s is read at %s from now on", path, c.URL)
		}
	}
}

func TestWhatIsNoFeedSaysWhy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		path, body, want string
		status           int
		after            time.Duration
	}{
		{"/feed", "<html>Witamy</html>", "reconnect feed.none", 0, 0},
		{"/feed", strings.Repeat(" ", MaxBody+1), "reconnect feed.none", 0, 0},
		{"/feed", "", "reconnect feed.gone", http.StatusGone, 0},
		{"/feed", "", "reconnect feed.refused", http.StatusNotFound, 0},
		{"/feed", "", "retry feed.unreachable", http.StatusBadGateway, 0},
		{"/round", "", "retry feed.unreachable", 0, 0},
	} {
		s := publishes(t)
		s.body, s.status = c.body, c.status
		s.header = map[string]string{"Retry-After": fmt.Sprint(int(c.after.Seconds()))}
		_, err := follow(s, c.path, "").Fetch(t.Context(), follow(s, c.path, "").account, nil)
		if f := channel.Judge(err); string(f.Verdict)+" "+f.Code != c.want || f.After != c.after {
			t.Errorf("%d %q: %v", c.status, c.path, err)
		}
	}
}

// Whatever a feed holds, what is told of it is what the house can keep.
func FuzzFeed(f *testing.F) {
	f.Add([]byte(rss(entry("1", "a", "&lt;b&gt;x", time.Unix(1, 0)))))
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1","items":[{"id":"\u0000","url":"javascript:1","date_published":"9999-12-31T00:00:00Z"}]}`))
	f.Add([]byte(`{"id":"x","title":"\u0000"}`))
	account := channel.Account{EntryPoint: channel.EntryPoint{ID: 7, Address: "feed"}}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if _, err := understand(account.EntryPoint, raw); err != nil && !errs.Is(errs.Invalid, err) {
			t.Fatal(err)
		}
		found, err := parse(raw)
		if err != nil || found == nil {
			return
		}
		c := cursor{Rest: 1}
		for range 2 { // as it came, and once more with some of it gone
			look := c.compare(account, Settings{}, found)
			for _, a := range look.told {
				if a.Err != nil {
					t.Fatalf("%s: %v", a.Raw, a.Err)
				}
			}
			c.Seen, c.Told = look.seen, look.kept
			found.Items = found.Items[len(found.Items)/2:]
		}
		_ = olderThan(found, "https://forum.example/posts.rss")
	})
}
