package crash

import (
	"log/slog"
	"slices"
	"strconv"
	"strings"

	"github.com/zongler/zongler/internal/platform/db"
)

// message is a stored message.
type message struct {
	ConversationID int64
	Author         string
	Body           string
	DeliveryState  string
}

// verify counts in the database itself what the ledger says.
func (r *run) verify() {
	d, err := db.Open(r.t.Context(), r.server.url, slog.New(slog.DiscardHandler))
	r.must(err)
	defer func() { r.must(d.Close()) }()
	r.messagesOnce(d)
	r.none(d, "interactions that are not closed", `SELECT COUNT(*) FROM interaction WHERE state <> 'closed'`)
	r.none(d, "offers that still stand", `SELECT COUNT(*) FROM offer WHERE state = 'made'`)
	r.none(d, "open segments", `SELECT COUNT(*) FROM segment WHERE ended_at = 0`)
	r.none(d, "offers accepted beside another of the same visit", `SELECT COUNT(*) FROM (
		SELECT visit_id FROM offer WHERE state = 'accepted' GROUP BY tenant_id, visit_id HAVING COUNT(*) > 1) AS twice`)
	r.none(d, "jobs that were given up", `SELECT COUNT(*) FROM job WHERE state = 'dead'`)
	r.none(d, "facts without a position", `SELECT COUNT(*) FROM fact WHERE pos = 0`)
	r.none(d, "holes in the positions of facts beside those where a node begins to give them", `SELECT (MAX(pos) - MIN(pos) + 1 - COUNT(*)) % 10000 FROM fact`)
	r.none(d, "facts that share a position", `SELECT COUNT(*) - COUNT(DISTINCT pos) FROM fact`)
	r.served(d)
	r.handedOn(d)
	if len(r.log.moved) > 0 {
		r.t.Errorf("conversations whose arrival changed: %v", r.log.moved)
	}
	r.nothingWrong()
}

// nothingWrong proves that no server had to report an error of routing or of the
// live connections. What others had is shown: a kill may cut a request.
func (r *run) nothingWrong() {
	for _, line := range r.server.said.errors() {
		if strings.Contains(line, `msg="routing: `) || strings.Contains(line, `msg="live: `) || strings.Contains(line, `lease=routing/`) {
			r.t.Errorf("a server reported: %s", line)
		} else {
			r.t.Logf("a server reported: %s", line)
		}
	}
}

func (r *run) none(d *db.DB, what, count string) {
	r.t.Helper()
	n, err := db.One[int](r.t.Context(), d, count)
	r.must(err)
	if n != 0 {
		r.t.Errorf("%d %s", n, what)
	}
}

// messagesOnce proves that each acknowledged message and answer is stored once, and that visitors saw each answer once.
func (r *run) messagesOnce(d *db.DB) {
	all, err := db.Many[message](r.t.Context(), d, `SELECT conversation_id, author, body, delivery_state FROM entry
		WHERE kind = 'message' ORDER BY conversation_id, seq`)
	r.must(err)
	r.inOrder(all)
	stored := map[string]map[string]int{} // by conversation, by text
	for _, m := range all {
		key := strconv.FormatInt(m.ConversationID, 10)
		if stored[key] == nil {
			stored[key] = map[string]int{}
		}
		if stored[key][m.Body]++; stored[key][m.Body] == 2 {
			r.t.Errorf("conversation %s has %q twice", key, m.Body)
		}
		if m.Author == "agent" && !slices.Contains([]string{"sent", "delivered", "read"}, m.DeliveryState) {
			r.t.Errorf("conversation %s: the answer %q is %q", key, m.Body, m.DeliveryState)
		}
	}
	said, answered := 0, 0
	for key, texts := range r.log.said {
		said += len(texts)
		for _, text := range texts {
			if stored[key][text] == 0 {
				r.t.Errorf("conversation %s lost %q, which was acknowledged", key, text)
			}
		}
	}
	for key, texts := range r.log.answers {
		answered += len(texts)
		r.answersOnce(key, texts, stored[key])
	}
	r.t.Logf("%d conversations, %d messages and %d answers acknowledged, %d stored, %d refused because they had moved on",
		len(r.log.ended), said, answered, len(all), len(r.log.forgiven))
}

// inOrder proves that what a visitor said is stored in the order in which it was
// said, and that answers are seen in the order in which they are stored.
func (r *run) inOrder(all []message) {
	said, answers := map[string][]string{}, map[string][]string{}
	for _, m := range all {
		key := strconv.FormatInt(m.ConversationID, 10)
		if m.Author == "agent" {
			answers[key] = append(answers[key], m.Body)
		} else {
			said[key] = append(said[key], m.Body)
		}
	}
	for key, texts := range r.log.said {
		if !slices.Equal(said[key], texts) {
			r.t.Errorf("conversation %s has %q of its visitor, who said %q", key, said[key], texts)
		}
	}
	for key, texts := range r.log.shown {
		if !slices.Equal(answers[key], texts) {
			r.t.Errorf("conversation %s shows the answers %q, stored are %q", key, texts, answers[key])
		}
	}
}

func (r *run) answersOnce(key string, texts []string, stored map[string]int) {
	for _, text := range texts {
		if stored[text] == 0 {
			r.t.Errorf("conversation %s lost the answer %q, which was acknowledged", key, text)
		}
		seen := 0
		for _, shown := range r.log.shown[key] {
			if shown == text {
				seen++
			}
		}
		if seen != 1 {
			r.t.Errorf("conversation %s: its visitor saw the answer %q %d times", key, text, seen)
		}
	}
}

// served proves that the waiters were offered in the order of their arrival.
func (r *run) served(d *db.DB) {
	order, err := db.Many[int64](r.t.Context(), d, `SELECT i.conversation_id FROM interaction i
		JOIN (SELECT tenant_id, interaction_id, MIN(id) AS first FROM offer GROUP BY tenant_id, interaction_id) o
		ON o.tenant_id = i.tenant_id AND o.interaction_id = i.id
		WHERE i.queue_id = $1 ORDER BY o.first`, number(r.place.quietQueue))
	r.must(err)
	var want []int64
	for _, w := range r.quiet {
		want = append(want, number(w.thread))
	}
	if !slices.Equal(order, want) {
		r.t.Errorf("waiters were offered in the order %v, they came as %v", order, want)
	}
}

// handedOn proves that what agents left behind when they closed their desks for ever was answered by others.
func (r *run) handedOn(d *db.DB) {
	for _, a := range r.leaver {
		if len(a.left) == 0 {
			r.t.Errorf("agent %s has left nothing behind", a.id)
		}
		for _, key := range a.left {
			others, err := db.One[int](r.t.Context(), d, `SELECT COUNT(DISTINCT o.agent_id) FROM offer o
				JOIN interaction i ON i.tenant_id = o.tenant_id AND i.id = o.interaction_id
				WHERE i.conversation_id = $1 AND o.agent_id <> $2 AND o.state = 'accepted'`, number(key), number(a.id))
			r.must(err)
			if others == 0 {
				r.t.Errorf("conversation %s, which agent %s left behind, was accepted by nobody else", key, a.id)
			}
		}
	}
}

func number(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64) // our own ids
	return n
}
