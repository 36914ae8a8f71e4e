package crash

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/internal/platform/db"
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
		defer hush()
		r.public.Go(func() { r.report(c.echo(told)) })
		for left := max(1, *kills/2); left > 0; left -= killsEach {
			c.round(min(left, killsEach))
		}
		c.atRest()
		hush()
		r.public.Wait()
		r.server.stop()
		c.verify()
	})
}

// choir are those who say the same under the posts of a page.
type choir struct {
	*page

	agent   *agent
	answers []string // keys of the answers to all, one for each post
	posts   []string
	said    int // comments that were acknowledged
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
	c.said += voices
	for _, point := range c.feeds {
		c.applied(ctx, point)
	}
	made := c.start(len(c.posts)%2 == 0)
	late, stop := context.WithCancel(ctx)
	var joining sync.WaitGroup
	joining.Go(func() { c.report(c.join(late, post)) })
	_ = pause(ctx, time.Until(made.DueAt)-time.Duration(c.rand.Int64N(int64(beforeIsDue)))) // ctx is the test's
	for n := range kills {
		c.killOnce(n)
	}
	c.server.ready()
	c.stands(made.ID)
	stop()
	joining.Wait()
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
func (c *choir) start(public bool) (made common) {
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
	link := "private"
	if public {
		link = "public"
	}
	c.must(c.agent.call(ctx, http.MethodPost, "/common-answers", fields{
		"chorus_id": all.Items[0].ID, "text": answered, "link": link, "link_text": pointed, "stands_hours": 24,
	}, &made))
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
			c.said++
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

// stands waits until an answer has settled all whom it was given for. Where nobody knows whether it was said, its
// agent looks at the page and decides.
func (c *choir) stands(key string) {
	ctx, cancel := context.WithTimeout(c.t.Context(), restWithin)
	defer cancel()
	var now common
	for c.must(c.agent.call(ctx, http.MethodGet, "/common-answers/"+key, nil, &now)); now.State != "standing"; {
		if now.State == "sending" && c.doubted(ctx, now) {
			_ = c.agent.call(ctx, http.MethodPost, "/conversations/"+now.ConversationID+"/entries/"+now.EntryID+"/decide", fields{"decision": "again"}, nil)
		}
		if err := pause(ctx, againAfter); err != nil {
			c.t.Fatalf("the answer does not stand: %+v\nthe server said:\n%s", now, c.server.said)
		}
		c.must(c.agent.call(ctx, http.MethodGet, "/common-answers/"+key, nil, &now))
	}
}

// doubted reports whether nobody knows if an answer was said, and the page does not show it.
func (c *choir) doubted(ctx context.Context, now common) bool {
	var all struct {
		Items []struct {
			ID       string `json:"id"`
			Delivery struct {
				State string `json:"state"`
			} `json:"delivery"`
		} `json:"items"`
	}
	c.must(c.agent.call(ctx, http.MethodGet, "/conversations/"+now.ConversationID+"/entries?limit=100", nil, &all))
	for _, e := range all.Items {
		if e.ID == now.EntryID {
			return e.Delivery.State == "ambiguous" && c.sayings(c.posts[len(c.posts)-1]) == 0
		}
	}
	return false
}

// sayings returns how often an answer stands under a post.
func (c *choir) sayings(post string) (n int) {
	for _, call := range c.graph.Calls() {
		if call.Action == "comment" && call.Target == post && call.Message.Text == answered {
			n++
		}
	}
	return n
}

// atRest waits until all was applied and nothing is on its way.
func (c *choir) atRest() {
	ctx, cancel := context.WithTimeout(c.t.Context(), restWithin)
	defer cancel()
	d, err := db.Open(ctx, c.server.url, slog.New(slog.DiscardHandler))
	c.must(err)
	defer func() { c.must(d.Close()) }()
	for left := 1; left > 0; {
		for _, point := range c.feeds {
			c.applied(ctx, point)
		}
		left, err = db.One[int](ctx, d, `SELECT (SELECT COUNT(*) FROM common_answer_item WHERE state = 'waiting' OR link_state = 'waiting') + (SELECT COUNT(*) FROM dispatch)`)
		c.must(err)
		if err := pause(ctx, againAfter); err != nil {
			c.t.Fatalf("%d are still to be settled or led to the answer\nthe server said:\n%s", left, c.server.said)
		}
	}
}

// verify counts in the database itself, and at Meta.
func (c *choir) verify() {
	ctx := c.t.Context()
	d, err := db.Open(ctx, c.server.url, slog.New(slog.DiscardHandler))
	c.must(err)
	defer func() { c.must(d.Close()) }()
	c.none(d, "comments too many or too few", fmt.Sprintf(`SELECT COUNT(*) - %d FROM conversation WHERE channel = 'facebook' AND interaction_id <> 0`, c.said))
	c.none(d, "comments whose work was not ended as answered", `SELECT COUNT(*) FROM interaction WHERE channel = 'facebook' AND (state <> 'closed' OR outcome <> 'answered' OR replied_at = 0)`)
	c.none(d, "comments of which it is not said once that they were answered together", `SELECT COUNT(*) FROM conversation c WHERE c.channel = 'facebook' AND c.interaction_id <> 0
		AND (SELECT COUNT(*) FROM entry e WHERE e.tenant_id = c.tenant_id AND e.conversation_id = c.id AND e.code = 'answered_together') <> 1`)
	c.none(d, "comments that an answer does not count as settled", `SELECT COUNT(*) FROM common_answer_item WHERE state <> 'settled'`)
	c.none(d, "comments that the answers count too many or too few", fmt.Sprintf(`SELECT CAST(SUM(settled) AS BIGINT) - %d FROM common_answer`, c.said))
	c.none(d, "answers that count wrongly", `SELECT COUNT(*) FROM common_answer a WHERE a.state <> 'standing' OR a.settled <> a.total
		OR a.total <> (SELECT COUNT(*) FROM common_answer_item i WHERE i.tenant_id = a.tenant_id AND i.answer_id = a.id)`)
	c.none(d, "authors who were not led to their answer, or twice", `SELECT COUNT(*) FROM (SELECT COUNT(CASE WHEN link_state = 'sent' THEN 1 END) AS n FROM common_answer_item
		GROUP BY tenant_id, answer_id, contact_point_id) AS x WHERE n <> 1`)
	c.none(d, "open segments", `SELECT COUNT(*) FROM segment WHERE ended_at = 0`)
	c.none(d, "jobs that were given up", `SELECT COUNT(*) FROM job WHERE state = 'dead'`)
	c.none(d, "events that were refused", `SELECT COUNT(*) FROM channel_event WHERE state = 'refused'`)
	for _, post := range c.posts {
		if n := c.sayings(post); n != 1 {
			c.t.Errorf("the answer under %s was said %d times", post, n)
		}
	}
	c.ledOnce(d)
	c.nothingWrong()
}

// pointer is an entry that leads an author to the answer, and what it answers.
type pointer struct {
	DeliveryState  string
	DeliveryReason string
	Comment        string
}

// ledOnce proves that Meta has been asked once for each pointer that is held to be sent, and at most once for one of which nobody knows.
func (c *choir) ledOnce(d *db.DB) {
	all, err := db.Many[pointer](c.t.Context(), d, `SELECT e.delivery_state, e.delivery_reason, t.external_id AS comment FROM entry e
		JOIN entry t ON t.tenant_id = e.tenant_id AND t.id = CASE WHEN e.kind = 'private_reply' THEN e.target_id ELSE e.parent_id END
		WHERE e.client_id LIKE 'common-%' AND e.kind IN ('message', 'private_reply') AND e.body LIKE '`+pointed+`%'`)
	c.must(err)
	calls := map[string]int{}
	for _, call := range c.graph.Calls() {
		if strings.HasPrefix(call.Message.Text, pointed) {
			calls[call.Target]++
		}
	}
	doubtful := 0
	for _, p := range all {
		n := calls[p.Comment]
		delete(calls, p.Comment)
		switch {
		case p.DeliveryState == "ambiguous" && n <= 1:
			doubtful++
		case p.DeliveryState != "sent" || n != 1:
			c.t.Errorf("the author of %s was led to the answer %d times, and it is %q %s", p.Comment, n, p.DeliveryState, p.DeliveryReason)
		}
	}
	if len(calls) > 0 {
		c.t.Errorf("others were led to the answer: %v", calls)
	}
	c.t.Logf("%d answers to %d comments, %d authors led there, of %s nobody knows", len(c.answers), c.said, len(all), strconv.Itoa(doubtful))
}
