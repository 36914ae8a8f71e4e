package crash

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel/meta/metatest"
)

// Size of what many are about.
const (
	concerned   = 60                     // who wait when they are answered
	killsOfEach = 3                      // then the next is answered
	streets     = 3                      // posts under which they ask
	busyLife    = 500 * time.Millisecond // of a server that is to be killed: within it most are settled
	joinAhead   = 2 * time.Second
	joinSlowly  = 400 * time.Millisecond // somebody under each post
)

// TestKillsWhileATopicAndAnOutageAreAnswered kills the server while one public answer ends the work of all who are about a
// topic, or about an outage, in whatever words, under whichever post and in private, and while others join them.
func TestKillsWhileATopicAndAnOutageAreAnswered(t *testing.T) {
	onEach(t, func(t *testing.T, s *server) {
		t.Helper()
		c := newChoir(t, s)
		for n := range max(2, *kills/2/killsOfEach) {
			c.crowd(n).round()
		}
		c.end()
	})
}

// crowd are those who are about one topic, or one outage.
type crowd struct {
	*choir

	n     int      // the how many'th
	topic string   // empty: it is an outage
	whole string   // the case of which theirs are parts
	posts []string // under which they ask: under the first they are answered
}

// crowd opens an outage, or thinks of a topic, in turns, and publishes posts under which people ask about it.
func (c *choir) crowd(n int) *crowd {
	ctx := c.t.Context()
	k := &crowd{choir: c, n: n}
	if n%2 == 0 {
		k.topic = fmt.Sprintf("awaria %d", n)
	} else {
		var whole struct {
			ID string `json:"id"`
		}
		c.must(c.place.admin.call(ctx, http.MethodPost, "/cases", fields{"brand_id": c.brand, "subject": fmt.Sprintf("Awaria %d", n)}, &whole))
		k.whole = whole.ID
	}
	for i := range streets {
		k.posts = append(k.posts, fmt.Sprintf("%s_%d", c.page.page.ID, 300+streets*n+i))
		body := metatest.Body(c.page.page.Entry("changes", c.page.page.Publishes(k.posts[i], "Prace przy "+k.posts[i])))
		c.must(insist(ctx, func() error { return c.hook(ctx, k.posts[i], body) }))
	}
	c.posts = append(c.posts, k.posts[0])
	return k
}

// round answers all, and kills the server while it does what it was told to.
func (k *crowd) round() {
	ctx := k.t.Context()
	for n := range concerned {
		k.must(k.asks(ctx, n))
	}
	for _, point := range k.feeds {
		k.applied(ctx, point)
	}
	known, err := k.waiting(ctx)
	k.must(err)
	for n := range concerned {
		k.must(k.concern(ctx, n, known[k.words(n)]))
	}
	public := (k.n+k.n/2)%2 == 0
	made := k.answer(k.findMatter(known[k.words(0)]), public)
	var joins []func(ctx context.Context) error
	for i := range streets {
		joins = append(joins, func(ctx context.Context) error { return k.join(ctx, made, i) })
	}
	k.underFire(made, killsOfEach, func(n int) { k.killAtWork(made.ID, n) }, joins...)
}

// words are what the n'th says: nobody says the same.
func (k *crowd) words(n int) string {
	said := []string{
		"Od rana nic nie działa", "Kiedy to naprawicie?", "Znowu bez internetu", "Halo, jest tam kto?", "Router miga na czerwono", "Ile jeszcze mam czekać", "U sąsiada też nie ma",
	}
	return fmt.Sprintf("%s %d-%d", said[n%len(said)], k.n, n)
}

// private reports whether the n'th asks in private: about an outage every third does.
func (k *crowd) private(n int) bool { return k.whole != "" && n%streets == 2 }

// asks tells of what the n'th asks, until it is acknowledged.
func (k *crowd) asks(ctx context.Context, n int) error {
	body := k.question(n)
	if err := insist(ctx, func() error { return k.hook(ctx, k.words(n), body) }); err != nil {
		return err
	}
	k.heard(1)
	return nil
}

// question is what the n'th asks, as Meta tells of it. Some who ask in public have asked before, under another post.
func (k *crowd) question(n int) []byte {
	p, post := k.page.page, k.posts[n%streets]
	_, name, _ := strings.Cut(fmt.Sprintf("%s_%d", post, n), "_") // by which Meta names a comment
	if k.private(n) {
		return p.Body(p.Writes(fmt.Sprintf("9%d%04d", k.n, n), "mid."+name, k.words(n)))
	}
	who := n
	if n%again == again-1 && !k.private(n-1) {
		who = n - 1
	}
	return metatest.Body(p.Entry("changes", p.Comments(fmt.Sprintf("8%d%04d", k.n, who), name, post, "", k.words(n))))
}

// waiting returns the keys of those who have asked last, by their words.
func (k *crowd) waiting(ctx context.Context) (map[string]string, error) {
	var page struct {
		Items []struct {
			ID      string `json:"id"`
			Preview string `json:"preview"`
		} `json:"items"`
	}
	err := k.place.admin.call(ctx, http.MethodGet, "/conversations?view=unassigned&sort=newest&limit=100", nil, &page)
	known := map[string]string{}
	for _, r := range page.Items {
		known[r.Preview] = r.ID
	}
	return known, err
}

// concern says of a conversation what it is about: the topic by a tag or by a case, an outage by a case that is a part of it.
func (k *crowd) concern(ctx context.Context, n int, conversation string) error {
	if conversation == "" {
		return fmt.Errorf("%q does not wait", k.words(n))
	}
	if k.topic != "" && n%4 != 3 {
		return k.place.admin.call(ctx, http.MethodPut, "/conversations/"+conversation+"/tags", fields{"tags": []string{k.topic}}, nil)
	}
	in := fields{"subject": "Nie ma internetu"}
	if k.topic != "" {
		in["topic"] = " " + strings.ToUpper(k.topic)
	}
	part, err := k.openCase(ctx, conversation, in)
	if err != nil || k.topic != "" {
		return err
	}
	return k.place.admin.call(ctx, http.MethodPost, "/cases/"+part+"/links", fields{"kind": "child_of", "case_id": k.whole}, nil)
}

// findMatter waits until all stand together, as the agent sees it, and returns whom they can answer and where.
func (k *crowd) findMatter(conversation string) fields {
	ctx, cancel := context.WithTimeout(k.t.Context(), restWithin)
	defer cancel()
	var all struct {
		Matters []struct {
			ID      string `json:"id"`
			Waiting int    `json:"waiting"`
		} `json:"matters"`
	}
	for len(all.Matters) != 1 || all.Matters[0].Waiting < concerned {
		if err := pause(ctx, againAfter); err != nil {
			k.t.Fatalf("%d are about one thing, and the agent sees %+v\nthe server said:\n%s", concerned, all.Matters, k.server.said)
		}
		k.must(k.agent.call(ctx, http.MethodGet, "/conversations/"+conversation+"/chorus", nil, &all))
	}
	var places struct {
		Items []struct {
			PostID string `json:"post_id"`
			Text   string `json:"text"`
		} `json:"items"`
	}
	k.must(k.agent.call(ctx, http.MethodGet, "/choruses/"+all.Matters[0].ID+"/places", nil, &places))
	for _, p := range places.Items {
		if strings.HasSuffix(p.Text, k.posts[0]) {
			return fields{"chorus_id": all.Matters[0].ID, "post_id": p.PostID}
		}
	}
	k.t.Fatalf("the answer cannot stand under %s: %+v", k.posts[0], places.Items)
	return nil
}

// join has others ask under one of the posts, or in private, from shortly before the answer is said until ctx ends.
func (k *crowd) join(ctx context.Context, made common, post int) error {
	_ = pause(ctx, time.Until(made.DueAt)-joinAhead) // ctx is asked below
	for n := concerned + post; ctx.Err() == nil; n += streets {
		if err := k.joinOne(context.WithoutCancel(ctx), n); err != nil {
			return err
		}
		_ = pause(ctx, joinSlowly) // ctx is asked above
	}
	return nil
}

// joinOne has the n'th ask, and then somebody say what about; each until it is acknowledged.
func (k *crowd) joinOne(ctx context.Context, n int) error {
	ctx, cancel := context.WithTimeout(ctx, restWithin)
	defer cancel()
	if err := k.asks(ctx, n); err != nil {
		return err
	}
	for {
		known, err := k.waiting(ctx)
		if err != nil {
			return err
		}
		if key := known[k.words(n)]; key != "" {
			return k.concern(ctx, n, key)
		}
		if err := pause(ctx, againAfter); err != nil {
			return fmt.Errorf("%q was acknowledged and does not wait: %w", k.words(n), err)
		}
	}
}

// killAtWork kills the server while an answer is given. Nobody waits until the jobs of a dead server may be taken over.
func (k *crowd) killAtWork(answer string, n int) {
	var now common
	k.killAfter(n/2, busyLife, func() { // the last of them lives until it may route what a dead one did
		k.noteWaiting()
		k.must(k.agent.call(k.t.Context(), http.MethodGet, "/common-answers/"+answer, nil, &now))
	})
	k.t.Logf("killed when the answer was %s, and %d of %d were settled", now.State, now.Settled, now.Total)
	k.timePasses()
	k.comeBack(k.n*killsOfEach + n)
}
