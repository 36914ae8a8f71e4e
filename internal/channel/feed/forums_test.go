package feed

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
)

// since is before everything in testdata.
var since = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)

// written reads a feed of testdata as it is read the first time.
func written(t *testing.T, name string) (*site, *follows, []channel.Inbound) {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	s := publishes(t)
	s.body = string(raw)
	f := follow(s, "/feed", "")
	f.account.ConnectedAt = since
	return s, f, f.fetch(t)
}

// told writes what came of a feed on lines: what stands above, who, what, where.
func lines(told []channel.Inbound) string {
	var b strings.Builder
	posts, names := map[string]string{}, map[string]string{}
	for _, in := range told {
		switch in.Kind {
		case channel.KindPost:
			posts[in.Post] = in.Text
			fmt.Fprintf(&b, "above: %q of %s at %s\n", in.Text, in.Sender.DisplayName, in.Link)
		case channel.KindMessage:
			names[in.ExternalID] = strings.Fields(in.Text)[0]
			under := "itself"
			if in.Post != in.ExternalID {
				under = fmt.Sprintf("%q", posts[in.Post])
			}
			if in.Target != "" {
				under += ", to " + names[in.Target]
			}
			fmt.Fprintf(&b, "%s under %s: %q at %s\n", in.Sender.DisplayName, under, in.Text, in.Link)
		default:
			fmt.Fprintf(&b, "%s of %s: %q\n", in.Kind, names[in.Target], in.Text)
		}
	}
	return b.String()
}

func TestForumsAndBlogsAreUnderstood(t *testing.T) {
	t.Parallel()
	comments := `above: "Kanapa od Fali" of %s at https://blog.example/2026/10/kanapa-od-fali/
Marek under "Kanapa od Fali": "Ile się czeka na dostawę?" at https://blog.example/2026/10/kanapa-od-fali/comment-page-1/#comment-90
above: "Kanapa od Fali" of %[1]s at https://blog.example/2026/10/kanapa-od-fali/
Ola under "Kanapa od Fali", to Ile: "Też czekałam. Warto „dopytać”." at https://blog.example/2026/10/kanapa-od-fali/comment-page-1/#comment-91
`
	for name, want := range map[string]string{
		"discourse-latest.rss": `zwilk under itself: "Paczka stoi od tygodnia\n\nZamówienie 4711 nie rusza się z sortowni. Ktoś też tak ma?\n\n- nadane 6 października\n- od 7 października bez zmian" at https://forum.example/t/paczka-stoi-od-tygodnia/812
`,
		"discourse-posts.rss": `above: "Paczka stoi od tygodnia" of Forum Fali - Latest posts at https://forum.example/t/paczka-stoi-od-tygodnia/812
@zwilk under "Paczka stoi od tygodnia": "Zamówienie 4711 nie rusza się z sortowni. Ktoś też tak ma?" at https://forum.example/t/paczka-stoi-od-tygodnia/812/1
above: "Paczka stoi od tygodnia" of Forum Fali - Latest posts at https://forum.example/t/paczka-stoi-od-tygodnia/812
Jan Kowalski @kowal under "Paczka stoi od tygodnia", to Zamówienie: "zwilk:\n\nnie rusza się z sortowni\n\nU mnie to samo, kurier milczy." at https://forum.example/t/paczka-stoi-od-tygodnia/812/2
`,
		"wordpress-comments.rss":      fmt.Sprintf(comments, "Comments for Dom i stół"),
		"wordpress-comments-pl.rss":   fmt.Sprintf(comments, "Komentarze do: Dom i stół"),
		"wordpress-post-comments.rss": fmt.Sprintf(comments, "Comments on: Kanapa od Fali"),
		"wordpress-comments.atom":     fmt.Sprintf(comments, "Comments for Dom i stół"),
		"phpbb-posts.atom": `above: "Zwrot w Fali" of Forum klientów at https://board.example/viewtopic.php?p=5520#p5520
zwilk under "Zwrot w Fali": "Od trzech tygodni nie oddają pieniędzy." at https://board.example/viewtopic.php?p=5520#p5520
above: "Zwrot w Fali" of Forum klientów at https://board.example/viewtopic.php?p=5521#p5521
kowal under "Zwrot w Fali", to Od: "Mnie oddali po dwóch dniach.\nNapisz: do nich." at https://board.example/viewtopic.php?p=5521#p5521
`,
		"phpbb-topics.atom": `zwilk under itself: "Sklepy • Zwrot w Fali\n\nOd trzech tygodni nie oddają pieniędzy." at https://board.example/viewtopic.php?t=733
`,
		"smf-recent.rss": `above: "Fala nie odbiera" of Społeczność at https://smf.example/index.php?topic=88
zwilk under "Fala nie odbiera": "Dzwonię od rana." at https://smf.example/index.php?topic=88.msg640#msg640
above: "Fala nie odbiera" of Społeczność at https://smf.example/index.php?topic=88
kowal under "Fala nie odbiera", to Dzwonię: "Spróbuj rano, wtedy odbierają." at https://smf.example/index.php?topic=88.msg641#msg641
`,
		"mybb-threads.rss": `zwilk under itself: "Fala i nowy sklep\n\nKtoś już był?" at https://mybb.example/showthread.php?tid=41
`,
	} {
		if _, _, told := written(t, name); lines(told) != want {
			t.Errorf("%s\n got %s\nwant %s", name, lines(told), want)
		}
	}
}

// An address that looks like that of a post in a forum may be anything else.
func TestWhatIsNoForumStandsByItself(t *testing.T) {
	t.Parallel()
	for _, link := range []string{
		"https://news.example/t/2026/11", "https://news.example/?topic=world#comments", "https://news.example/?t=30", "https://news.example/watch?v=1&t=30s#a",
		"https://news.example/a#b", "https://news.example/showthread.php?tid=41",
	} {
		s := publishes(t)
		s.body = strings.ReplaceAll(rss(entry("1", "a", "b", time.Now())), "https://news.example/1", strings.ReplaceAll(link, "&", "&amp;"))
		if got := follow(s, "/feed", "").fetch(t); len(got) != 1 || got[0].Post != got[0].ExternalID || got[0].Link != link {
			t.Errorf("%s: %+v", link, got)
		}
	}
}

// What a forum counts below a post changes with every look at it, and is no edit.
func TestFiguresBelowAPostAreNoEdit(t *testing.T) {
	t.Parallel()
	for name, figures := range map[string][2]string{
		"discourse-latest.rss": {"3 posts - 2 participants", "9 posts - 5 participants"},
		"phpbb-topics.atom":    {"Odpowiedzi 1 — Odsłony 48", "Odpowiedzi 3 — Odsłony 97"},
	} {
		s, f, _ := written(t, name)
		if !strings.Contains(s.body, figures[0]) {
			t.Fatal(name)
		}
		s.body = strings.Replace(s.body, figures[0], figures[1], 1)
		if again := f.fetch(t); len(again) != 0 {
			t.Errorf("%s: %s", name, lines(again))
		}
	}
}

func TestAnItemThatComesBackToAnEarlierTextIsToldSo(t *testing.T) {
	t.Parallel()
	s, now := publishes(t), time.Now()
	f := follow(s, "/feed", "")
	names := map[string]bool{}
	for n, text := range []string{"raz", "dwa", "raz", "dwa"} {
		s.body = rss(entry("1", "Tytuł", text, now))
		got := f.fetch(t)
		if len(got) != 1 || !strings.HasSuffix(got[0].Text, text) || n > 0 && got[0].Kind != channel.KindEdit || names[got[0].ExternalID] {
			t.Fatalf("%d: %+v", n, got)
		}
		names[got[0].ExternalID] = true
	}
}

// A text that was not waited for may come to be; what was told is followed whatever it says then.
func TestWordsCountWhenSomethingIsTold(t *testing.T) {
	t.Parallel()
	s, now := publishes(t), time.Now()
	f := follow(s, "/feed", "fala")
	old := entry("0", "Dawno", "nic", now.Add(-2*time.Hour))
	for n, c := range []struct{ one, old, want string }{
		{"Pogoda", "nic", ""},
		{"Pogoda i Fala", "nic", "message Pogoda i Fala"},
		{"Pogoda", "nic", "edit Pogoda"},
		{"Pogoda", "o Fali", ""}, // what was there before the feed was connected is not told when it is mended
	} {
		s.body = rss(entry("1", c.one, "", now), strings.Replace(old, "nic", c.old, 1))
		got := ""
		for _, in := range f.fetch(t) {
			got += string(in.Kind) + " " + in.Text
		}
		if got != c.want {
			t.Errorf("%d: %q, not %q", n, got, c.want)
		}
	}
}

func TestWhatIsTakenOutIsToldOnce(t *testing.T) {
	t.Parallel()
	s, now := publishes(t), time.Now()
	at := func(n int) string {
		return entry(fmt.Sprint(n), fmt.Sprintf("Wpis %d", n), "", now.Add(time.Duration(n-10)*time.Minute))
	}
	s.header = map[string]string{"ETag": `"a"`}
	f := follow(s, "/feed", "")
	show := func(items ...string) []channel.Inbound { s.body = rss(items...); return f.fetch(t) }
	show(at(4), at(3), at(2), at(1))
	s.header = map[string]string{"ETag": `"b"`}
	if first := show(at(4), at(2), at(1)); len(first) != 0 {
		t.Errorf("a look may have met an older copy: %+v", first)
	}
	got := show(at(4), at(2), at(1)) // it has the same tag as before, and is asked for all the same
	if len(got) != 1 || got[0].Kind != channel.KindDeletion || got[0].Target == "" || got[0].Post != got[0].Target {
		t.Fatalf("%+v", got)
	}
	if again := show(at(4), at(2), at(1)); len(again) != 0 {
		t.Errorf("it is told again: %+v", again)
	}
	s.header = nil
	gone := func(items ...string) (n int) {
		for range 3 {
			for _, in := range show(items...) {
				if in.Kind == channel.KindDeletion {
					n++
				}
			}
		}
		return n
	}
	if n := gone(at(6), at(5), at(4)); n != 0 {
		t.Errorf("what is too old for the feed was taken out: %d", n)
	}
	if n := gone(at(6), at(4)); n != 1 {
		t.Errorf("one was taken out, and it is told %d times", n)
	}
	if n := gone(at(4), at(7)); n != 0 {
		t.Errorf("nobody knows what a feed lacks that is not in the order of time: %d", n)
	}
	if n := gone(at(9), at(8)); n != 0 {
		t.Errorf("nothing that was seen before stands in it: %d", n)
	}
}

// pages publishes a feed of many items, some at a time.
func pages(t *testing.T, total int, page func(r *http.Request, s *site) (from int, more string)) *site {
	t.Helper()
	s := publishes(t)
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked = append(s.asked, r)
		from, more := page(r, s)
		now := time.Now()
		all := []string{more}
		for n := from; n > max(from-10, 0); n-- {
			item := entry(fmt.Sprint(n), fmt.Sprintf("Wpis %d", n), "", now.Add(time.Duration(n-total)*time.Second))
			all = append(all, strings.Replace(item, "<guid>", "<guid>forum.example-post-", 1))
		}
		_, _ = fmt.Fprint(w, rss(all...)) // who went away needs no answer
	})
	return s
}

func TestAnOutageIsMadeGoodFromOlderPages(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		path string
		page func(r *http.Request, newest int) (int, string)
	}{
		"Discourse": {"/posts.rss", func(r *http.Request, newest int) (int, string) {
			from := newest
			_, _ = fmt.Sscan(r.URL.Query().Get("before"), &from) // without it, it is the newest
			return from, ""
		}},
		"WordPress": {"/feed/", func(r *http.Request, newest int) (int, string) {
			n := 1
			_, _ = fmt.Sscan(r.URL.Query().Get("paged"), &n) // without it, it is the first
			return newest - 10*(n-1), "<generator>https://wordpress.org/?v=6.8</generator>"
		}},
		"what says it itself": {"/feed", func(r *http.Request, newest int) (int, string) {
			from := newest
			_, _ = fmt.Sscan(r.URL.Query().Get("from"), &from) // without it, it is the newest
			return from, fmt.Sprintf(`<link xmlns="http://www.w3.org/2005/Atom" rel="next" href="/feed?from=%d"/>`, from-10)
		}},
	} {
		newest := 20
		s := pages(t, 65, func(r *http.Request, _ *site) (int, string) { return c.page(r, newest) })
		f := follow(s, c.path, "")
		if first := f.fetch(t); len(first) != 10 || len(s.asked) != 1 {
			t.Errorf("%s: at first %d, asked %d times", name, len(first), len(s.asked))
		}
		newest = 65
		got := f.fetch(t)
		if len(got) != 45 || got[0].Text != "Wpis 21" || got[44].Text != "Wpis 65" || len(s.asked) != 6 {
			t.Errorf("%s: %d, asked %d times", name, len(got), len(s.asked))
		}
		if again := f.fetch(t); len(again) != 0 || len(s.asked) != 7 {
			t.Errorf("%s: %d, asked %d times", name, len(again), len(s.asked))
		}
	}
}

func TestASiteThatAsksToBeLeftAloneIs(t *testing.T) {
	t.Parallel()
	for _, after := range []string{"7200", time.Now().Add(2 * time.Hour).UTC().Format(http.TimeFormat)} {
		s := publishes(t)
		s.status, s.header = http.StatusTooManyRequests, map[string]string{"Retry-After": after}
		f := follow(s, "/feed", "")
		next, err := f.Fetch(t.Context(), f.account, nil)
		if wait := time.Until(cursorOf(next, "").Due); err != nil || wait < 119*time.Minute || wait > 121*time.Minute {
			t.Fatalf("it is looked at in %v: %v", wait, err)
		}
		f.account.Cursor = next
		if _, err := f.Fetch(t.Context(), f.account, nil); err != nil || len(s.asked) != 1 {
			t.Errorf("it is asked %d times: %v", len(s.asked), err)
		}
	}
}

func TestOlderPagesAreReadWhereTheFeedSaysAndNowhereElse(t *testing.T) {
	t.Parallel()
	const at = "https://news.example/feed"
	atom := `<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><link rel="self" href="` + at + `"/><link rel="%s" href="%s"/></feed>`
	for _, c := range []struct{ feed, want string }{
		{fmt.Sprintf(atom, "next", "https://news.example/feed?page=2"), "https://news.example/feed?page=2"},
		{fmt.Sprintf(atom, "prev-archive", "/2025/feed"), "https://news.example/2025/feed"},
		{fmt.Sprintf(atom, "next", "https://elsewhere.example/feed?page=2"), ""},
		{fmt.Sprintf(atom, "next", "http://news.example/feed?page=2"), ""},
		{fmt.Sprintf(atom, "next", at), ""},
		{fmt.Sprintf(atom, "previous", "https://news.example/feed?page=0"), ""},
		{`{"version":"https://jsonfeed.org/version/1.1","title":"A","next_url":"https://news.example/feed?n=2","items":[]}`, "https://news.example/feed?n=2"},
		{rss(), ""},
	} {
		page, err := parse([]byte(c.feed))
		if err != nil {
			t.Fatal(err)
		}
		if got := olderThan(page, at); got != c.want {
			t.Errorf("%s\n%q, not %q", c.feed, got, c.want)
		}
	}
}
