package crash

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel/meta/metatest"
)

// Size of what is answered at once.
const (
	voices      = 240 // comments under one post that say the same
	again       = 8   // every so many of them are of somebody who has said it before
	killsEach   = 5   // then another post is answered
	joinEvery   = 50 * time.Millisecond
	beforeIsDue = 300 * time.Millisecond // from then on the server is killed
	restWithin  = 6 * time.Minute        // until an answer has done all that it was given for, on a busy machine
)

// What is said.
const (
	asked    = "Kiedy wróci internet?"
	answered = "Naprawiamy, do 18:00."
	pointed  = "Odpowiedzieliśmy pod postem:"
)

// TestKillsWhileManyAreAnswered kills the server while one public answer ends the work of many comments and
// leads their authors to it, and while others join them.
func TestKillsWhileManyAreAnswered(t *testing.T) {
	onEach(t, func(t *testing.T, s *server) {
		t.Helper()
		c := newChoir(t, s)
		for left := max(1, *kills/2); left > 0; left -= killsEach {
			c.round(min(left, killsEach))
		}
		c.end()
	})
}

// choir are those who ask a page the same, or about the same.
type choir struct {
	*page

	agent   *agent
	answers []string // keys of the answers to all, one for each post
	posts   []string // under which the answers stand
	said    int      // what was asked and acknowledged
	hush    context.CancelFunc
}

// newChoir opens a page of which Meta tells all that is done there, and an agent who answers.
func newChoir(t *testing.T, s *server) *choir {
	t.Helper()
	graph := metatest.New(t)
	callsTo(s, graph)
	r := newRun(t, s)
	r.server.start()
	r.server.ready()
	r.open()
	b := &beside{run: r, acknowledged: map[string]bool{}}
	b.named()
	c := &choir{page: b.openPage(graph), agent: r.agents[0]}
	r.enrol(t.Context(), c.agent.id, r.place.quietQueue)
	told, hush := context.WithCancel(t.Context())
	c.hush = hush
	r.public.Go(func() { r.report(c.echo(told)) })
	return c
}

// end waits until all is done, and counts.
func (c *choir) end() {
	c.atRest()
	c.hush()
	c.public.Wait()
	c.noFaults()
	c.server.stop()
	c.verify()
}

// heard notes that so much more was acknowledged.
func (c *choir) heard(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.said += n
}

// common is an answer to all.
type common struct {
	ID             string    `json:"id"`
	ConversationID string    `json:"conversation_id"`
	EntryID        string    `json:"entry_id"`
	State          string    `json:"state"`
	Reason         string    `json:"reason"`
	DueAt          time.Time `json:"due_at"`
	Total          int       `json:"total"`
	Settled        int       `json:"settled"`
}

// round answers all under one post, and kills the server while it does what it was told to.
func (c *choir) round(kills int) {
	ctx := c.t.Context()
	post := fmt.Sprintf("%s_%d", c.page.page.ID, 200+len(c.posts))
	c.posts = append(c.posts, post)
	changes := []metatest.Event{c.page.page.Publishes(post, "Awaria w Krakowie")}
	for n := range voices {
		changes = append(changes, c.comments(post, n-n%again/(again-1), n))
	}
	c.must(insist(ctx, func() error { return c.hook(ctx, post, metatest.Body(c.page.page.Entry("changes", changes...))) }))
	c.heard(voices)
	for _, point := range c.feeds {
		c.applied(ctx, point)
	}
	made := c.start(len(c.posts)%2 == 0)
	c.underFire(made, kills, c.killOnce, func(ctx context.Context) error { return c.join(ctx, post) })
}

// underFire kills the server from just before an answer is due, while others join, until it stands.
func (c *choir) underFire(made common, kills int, kill func(n int), joins ...func(ctx context.Context) error) {
	ctx := c.t.Context()
	late, stop := context.WithCancel(ctx)
	defer stop()
	var joining sync.WaitGroup
	for _, join := range joins {
		joining.Go(func() { c.report(join(late)) })
	}
	_ = pause(ctx, time.Until(made.DueAt)-time.Duration(c.rand.Int64N(int64(beforeIsDue)))) // ctx is the test's
	for n := range kills {
		kill(n)
	}
	c.server.ready()
	c.stands(made.ID)
	stop()
	joining.Wait()
	c.noFaults()
}

// comments is that one of many says what all say, in words of their own.
func (c *choir) comments(post string, who, n int) metatest.Event {
	text := asked
	if n%3 == 1 {
		text = "kiedy wroci ten internet???"
	}
	_, name, _ := strings.Cut(post, "_") // by which Meta names a comment, too
	return c.page.page.Comments(fmt.Sprintf("8%s%04d", name, who), fmt.Sprintf("%s_%d", name, n), post, "", text)
}

// start has the agent answer all that wait, under their post.
func (c *choir) start(public bool) common {
	ctx := c.t.Context()
	var all struct {
		Items []struct {
			ID      string `json:"id"`
			Waiting int    `json:"waiting"`
		} `json:"items"`
	}
	c.must(c.agent.call(ctx, http.MethodGet, "/choruses", nil, &all))
	if len(all.Items) != 1 || all.Items[0].Waiting != voices {
		c.t.Fatalf("%d say the same, and the agent sees %+v", voices, all.Items)
	}
	return c.answer(fields{"chorus_id": all.Items[0].ID}, public)
}

// answer has the agent answer all of a chorus for a day, and lead each to the answer.
func (c *choir) answer(in fields, public bool) (made common) {
	in["text"], in["link"], in["link_text"], in["stands_hours"] = answered, "private", pointed, 24
	if public {
		in["link"] = "public"
	}
	c.must(c.agent.call(c.t.Context(), http.MethodPost, "/common-answers", in, &made))
	c.answers = append(c.answers, made.ID)
	return made
}

// join has others say the same until ctx ends, each until it is acknowledged.
func (c *choir) join(ctx context.Context, post string) error {
	for n := voices; ctx.Err() == nil; n++ {
		body := metatest.Body(c.page.page.Entry("changes", c.comments(post, n, n)))
		switch err := insist(context.WithoutCancel(ctx), func() error { return c.hook(context.WithoutCancel(ctx), post, body) }); {
		case err != nil:
			return err
		default:
			c.heard(1)
		}
		_ = pause(ctx, joinEvery+rand.N(joinEvery)) // ctx is asked above
	}
	return nil
}

// echo tells of everything that the page does, as Meta does, until ctx ends.
func (c *choir) echo(ctx context.Context) error {
	for told := 0; ctx.Err() == nil; {
		calls := c.graph.Calls()
		for _, call := range calls[told:] {
			body := c.page.page.Body(call.Message.Echo())
			if call.Action == "comment" {
				body = metatest.Body(c.page.page.Entry("changes", c.page.page.Told(call.Message.ID)))
			}
			if call.Message.ID != "" {
				if err := insist(ctx, func() error { return c.hook(ctx, call.Message.ID, body) }); err != nil && ctx.Err() == nil {
					return err
				}
			}
		}
		told = len(calls)
		_ = pause(ctx, againAfter) // ctx is asked above
	}
	return nil
}
