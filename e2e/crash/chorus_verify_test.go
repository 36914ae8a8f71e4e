package crash

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/zongler/zongler/internal/platform/db"
)

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
	d := c.database()
	defer func() { c.must(d.Close()) }()
	var err error
	for left := 1; left > 0; {
		for _, point := range c.feeds {
			c.applied(ctx, point)
		}
		left, err = db.One[int](ctx, d, fmt.Sprintf(`SELECT %d - (SELECT COUNT(*) FROM common_answer_item WHERE state <> 'waiting' AND link_state <> 'waiting')
			+ (SELECT COUNT(*) FROM dispatch)`, c.said))
		if err == nil {
			err = pause(ctx, againAfter)
		}
		if err != nil {
			c.t.Errorf("%d are still to be settled or led to the answer: %v\nthe server said:\n%s", left, err, c.server.said)
			return
		}
	}
}

// verify counts in the database itself, and at Meta.
func (c *choir) verify() {
	d := c.database()
	defer func() { c.must(d.Close()) }()
	c.none(d, "who asked, too many or too few", fmt.Sprintf(`SELECT COUNT(*) - %d FROM conversation WHERE channel IN ('facebook', 'messenger') AND interaction_id <> 0`, c.said))
	c.none(d, "whose work was not ended as answered", `SELECT COUNT(*) FROM interaction WHERE channel IN ('facebook', 'messenger') AND (state <> 'closed' OR outcome <> 'answered' OR replied_at = 0)`)
	c.none(d, "works beside another of the same who asked", `SELECT COUNT(*) - COUNT(DISTINCT conversation_id) FROM interaction`)
	c.none(d, "of whom it is not said once that they were answered together", `SELECT COUNT(*) FROM conversation c WHERE c.channel IN ('facebook', 'messenger') AND c.interaction_id <> 0
		AND (SELECT COUNT(*) FROM entry e WHERE e.tenant_id = c.tenant_id AND e.conversation_id = c.id AND e.code = 'answered_together') <> 1`)
	c.none(d, "whom an answer does not count as settled", `SELECT COUNT(*) FROM common_answer_item WHERE state <> 'settled'`)
	c.none(d, "whom the answers count too many or too few", fmt.Sprintf(`SELECT CAST(SUM(settled) AS BIGINT) - %d FROM common_answer`, c.said))
	c.none(d, "answers that count wrongly", `SELECT COUNT(*) FROM common_answer a WHERE a.state <> 'standing' OR a.settled <> a.total
		OR a.total <> (SELECT COUNT(*) FROM common_answer_item i WHERE i.tenant_id = a.tenant_id AND i.answer_id = a.id)`)
	c.none(d, "whose work was ended before the answer could be read", `SELECT COUNT(*) FROM common_answer_item x JOIN common_answer a ON a.tenant_id = x.tenant_id AND a.id = x.answer_id
		JOIN interaction i ON i.tenant_id = x.tenant_id AND i.conversation_id = x.conversation_id WHERE a.said_at = 0 OR i.replied_at < a.said_at`)
	c.none(d, "who were settled by an answer to others", `SELECT COUNT(*) FROM common_answer_item x JOIN common_answer a ON a.tenant_id = x.tenant_id AND a.id = x.answer_id
		WHERE NOT EXISTS (SELECT 1 FROM chorus_voice v WHERE v.tenant_id = x.tenant_id AND v.conversation_id = x.conversation_id AND v.chorus_id = a.chorus_id)`)
	c.none(d, "choruses that count wrongly", `SELECT COUNT(*) FROM chorus h WHERE h.voices <> (SELECT COUNT(*) FROM chorus_voice v WHERE v.tenant_id = h.tenant_id AND v.chorus_id = h.id)`)
	c.none(d, "authors who were not led to their answer, or twice", `SELECT COUNT(*) FROM (SELECT COUNT(CASE WHEN link_state = 'sent' THEN 1 END) AS n FROM common_answer_item
		WHERE NOT private GROUP BY tenant_id, answer_id, contact_point_id) AS x WHERE n <> 1`)
	c.none(d, "open segments", `SELECT COUNT(*) FROM segment WHERE ended_at = 0`)
	c.none(d, "jobs that were given up", `SELECT COUNT(*) FROM job WHERE state = 'dead'`)
	c.none(d, "events that were refused", `SELECT COUNT(*) FROM channel_event WHERE state = 'refused'`)
	for _, post := range c.posts {
		if n := c.sayings(post); n != 1 {
			c.t.Errorf("the answer under %s was said %d times", post, n)
		}
	}
	c.ledOnce(d)
	c.givenOnce(d)
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
	c.t.Logf("%d answers to %d who asked, %d authors led there, of %d nobody knows", len(c.answers), c.said, len(all), doubtful)
}

// gift is what became of an answer that somebody got in private.
type gift struct {
	Person         string
	Times          int
	DeliveryState  string
	DeliveryReason string
}

// givenOnce proves that whoever asked in private got the answer itself in their conversation, once, and that nobody else got it in private.
func (c *choir) givenOnce(d *db.DB) {
	all, err := db.Many[gift](c.t.Context(), d, `SELECT p.external_id AS person, COUNT(e.id) AS times, COALESCE(MIN(e.delivery_state), '') AS delivery_state,
			COALESCE(MIN(e.delivery_reason), '') AS delivery_reason
		FROM common_answer_item x JOIN contact_point p ON p.tenant_id = x.tenant_id AND p.id = x.contact_point_id
		LEFT JOIN entry e ON e.tenant_id = x.tenant_id AND e.conversation_id = x.conversation_id AND e.kind = 'message' AND e.author = 'agent'
		WHERE x.private GROUP BY x.tenant_id, x.answer_id, x.conversation_id, p.external_id`)
	c.must(err)
	calls := map[string]int{}
	for _, call := range c.graph.Calls() {
		if call.Action == "" && call.Message.Text == answered {
			calls[call.PSID]++
		}
	}
	doubtful := 0
	for _, g := range all {
		n := calls[g.Person]
		delete(calls, g.Person)
		switch {
		case g.Times == 1 && g.DeliveryState == "ambiguous" && n <= 1:
			doubtful++
		case g.Times != 1 || g.DeliveryState != "sent" || n != 1:
			c.t.Errorf("%s has the answer %d times, and got it %d times: it is %q %s", g.Person, g.Times, n, g.DeliveryState, g.DeliveryReason)
		}
	}
	if len(calls) > 0 {
		c.t.Errorf("others got the answer in private: %v", calls)
	}
	c.t.Logf("%d got the answer in private, of %d nobody knows", len(all), doubtful)
}
