package cluster

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel/email/mailtest"
	"github.com/zongler/zongler/internal/kit/mailmsg"
	"github.com/zongler/zongler/internal/platform/bus/bustest"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/sim/visitor"
)

// chatsLeft is how many visitors are gone before they have seen their answer.
const chatsLeft = 6

// lettersWithin bounds how long their letters take: a job of a dead node is another's after a quarter of a minute.
const lettersWithin = 90 * time.Second

// TestWhatWasNotSeenGoesByMailOnceFromTwoNodes has two nodes work on answers that nobody
// has seen, kills one while a letter of it or of the other is being taken, and counts the letters.
func TestWhatWasNotSeenGoesByMailOnceFromTwoNodes(t *testing.T) {
	if *kills == 0 {
		t.Skip("no kills wanted")
	}
	if os.Getenv("ZONGLER_TEST_POSTGRES") == "" {
		t.Skip("several nodes need PostgreSQL: ZONGLER_TEST_POSTGRES names no server")
	}
	c := &centre{t: t, site: newSite(t, dbtest.PostgresURL(t), bustest.Server(t))}
	var err error
	c.db, err = db.Open(t.Context(), c.site.database, slog.New(slog.DiscardHandler))
	c.must(err)
	t.Cleanup(func() { c.must(c.db.Close()) })
	one, two := c.site.node("one"), c.site.node("two")
	one.start()
	c.open(one)
	c.agentsOf(one)
	two.start()
	l := c.letters(one)
	for i := range chatsLeft {
		l.leave(i, []*node{one, two}[i%2])
	}
	l.killed(one)
	l.settled(two)
	l.decided(two)
	l.once()
	l.answered(two)
}

// letters are chats that go on by e-mail.
type letters struct {
	*centre

	office *mailtest.Office
	widget string
	chats  []string // conversations
}

// address is where a visitor can be written to.
func address(i int) string { return fmt.Sprintf("visitor%d@posta.example", i) }

// letters makes a widget whose unseen answers go from a mailbox.
func (c *centre) letters(n *node) *letters {
	c.t.Helper()
	l := &letters{centre: c, office: mailtest.Open(c.t)}
	settings := l.office.Servers()
	settings["plus_addressing"], settings["import_all"] = true, true
	queue := c.admin.make(n, "/queues", fields{"brand_id": c.brand, "name": "Listy", "pull_allowed": true})
	c.admin.call(n, http.MethodPut, "/agents/"+c.ana.id+"/queues/"+queue, fields{"member": true, "enabled": true}, nil)
	box := c.admin.make(n, "/mailboxes", fields{
		"brand_id": c.brand, "queue_id": queue, "name": "Listy", "address": mailtest.Address, "settings": settings, "secrets": fields{"password": mailtest.Password},
	})
	var point struct {
		Address string `json:"address"`
	}
	c.admin.call(n, http.MethodPost, "/entry-points", fields{
		"brand_id": c.brand, "channel": "webchat", "name": "Listy", "queue_id": queue, "config": fields{
			"prechat": fields{"fields": []fields{{"name": "email", "kind": "email", "label": fields{"en": "E-mail"}}}},
			"mail":    fields{"from_id": box, "minutes": 5},
		},
	}, &point)
	l.widget = point.Address
	return l
}

// leave has a visitor ask at a node and be gone before the answer.
func (l *letters) leave(i int, n *node) {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(l.t.Context(), within)
	defer cancel()
	v := visitor.New(visitor.Config{Base: n.base(), Key: l.widget, Language: "en"})
	l.must(v.Arrive(ctx))
	_, err := v.Open(ctx, map[string]string{"email": address(i)}, "")
	l.must(err)
	_, err = v.Say(ctx, "hello")
	l.must(err)
	chat := v.Conversation().String()
	v.Leave()
	var row struct {
		InteractionID string `json:"interaction_id"`
	}
	l.ana.call(n, http.MethodGet, "/conversations/"+chat, nil, &row)
	l.ana.call(n, http.MethodPost, "/interactions/"+row.InteractionID+"/pull", nil, nil)
	l.ana.call(n, http.MethodPost, "/conversations/"+chat+"/replies", fields{
		"text": fmt.Sprintf("The answer to visitor %d", i), "client_id": "answer-" + chat, "based_on_seq": 0, "force": true,
	}, nil)
	l.end(l.ana, n, row.InteractionID)
	l.chats = append(l.chats, chat)
}

// due lets the time pass after which what was not seen goes by e-mail.
func (l *letters) due() {
	l.t.Helper()
	l.must(l.db.Update(l.t.Context(), func(tx *db.Tx) error {
		for _, what := range []string{
			`UPDATE webchat_chat SET seen_at = 1`, `UPDATE entry SET received_at = 1 WHERE code = '' AND author = 'agent'`,
			`UPDATE job SET run_at = 1 WHERE kind = 'webchat.mail' AND state = 'ready'`,
		} {
			if _, err := db.Exec(l.t.Context(), tx, what); err != nil {
				return err
			}
		}
		return nil
	}))
}

// killed kills a node while the mail server is about to say that it has the second letter.
func (l *letters) killed(n *node) {
	l.t.Helper()
	var taken atomic.Int64
	midst, dead := make(chan struct{}), make(chan struct{})
	l.office.Taken(func(mailtest.Post) {
		if taken.Add(1) == 2 {
			close(midst)
			<-dead
		}
	})
	eventually(l.t, "letters are on their way", lettersWithin, func() bool {
		l.due()
		select {
		case <-midst:
			return true
		default:
			return false
		}
	})
	n.kill()
	close(dead)
}

// letter is the entry that stands for one.
type letter struct {
	ID             int64
	ConversationID int64
	DeliveryState  string
}

// settled waits until the node that is left has done all that there was to do.
func (l *letters) settled(n *node) {
	l.t.Helper()
	eventually(l.t, "every chat has its letter", lettersWithin, func() bool {
		l.due()
		done, err := db.One[int](l.t.Context(), l.db, `SELECT COUNT(*) FROM entry WHERE code = 'mailed' AND delivery_state IN ('sent', 'ambiguous')`)
		l.must(err)
		left, err := db.One[int](l.t.Context(), l.db, `SELECT COUNT(*) FROM job WHERE kind = 'webchat.mail'`)
		l.must(err)
		return done >= chatsLeft && left == 0
	})
	all, err := db.Many[letter](l.t.Context(), l.db, `SELECT id, conversation_id, delivery_state FROM entry WHERE code = 'mailed'`)
	l.must(err)
	if len(all) != chatsLeft {
		l.t.Errorf("%d letters of %d chats\n%s", len(all), chatsLeft, n.lines())
	}
}

// decided has a person settle those letters of which nobody knows, by what the mail server has.
func (l *letters) decided(n *node) {
	l.t.Helper()
	open, err := db.Many[letter](l.t.Context(), l.db, `SELECT id, conversation_id, delivery_state FROM entry WHERE code = 'mailed' AND delivery_state = 'ambiguous'`)
	l.must(err)
	if len(open) == chatsLeft {
		l.t.Error("of no letter it is known whether it was sent")
	}
	sent := l.sent()
	for _, e := range open {
		decision := "again"
		for i, chat := range l.chats {
			if chat == fmt.Sprint(e.ConversationID) && len(sent[address(i)]) > 0 {
				decision = "arrived"
			}
		}
		l.t.Logf("a letter was cut off: %s", decision)
		l.boss.call(n, http.MethodPost, fmt.Sprintf("/conversations/%d/entries/%d/decide", e.ConversationID, e.ID), fields{"decision": decision}, nil)
	}
	eventually(l.t, "all letters were sent", lettersWithin, func() bool {
		done, err := db.One[int](l.t.Context(), l.db, `SELECT COUNT(*) FROM entry WHERE code = 'mailed' AND delivery_state = 'sent'`)
		l.must(err)
		return done == chatsLeft
	})
}

// sent returns what the mail server was given, by recipient.
func (l *letters) sent() map[string][]mailtest.Post {
	all := map[string][]mailtest.Post{}
	for _, p := range l.office.Got() {
		for _, to := range p.To {
			all[to] = append(all[to], p)
		}
	}
	return all
}

// once proves that each visitor was sent their own answer, once.
func (l *letters) once() {
	l.t.Helper()
	sent := l.sent()
	for i := range l.chats {
		got := sent[address(i)]
		if len(got) != 1 || strings.Count(got[0].Raw, fmt.Sprintf("The answer to visitor %d", i)) == 0 {
			l.t.Errorf("visitor %d was sent %d letters: %+v", i, len(got), got)
		}
	}
	if len(sent) != chatsLeft {
		l.t.Errorf("%d people were written to", len(sent))
	}
}

// answered has each visitor answer their letter: what they write is in their chat.
func (l *letters) answered(n *node) {
	l.t.Helper()
	sent := l.sent()
	for i := range l.chats {
		m := mailmsg.ParseBytes([]byte(sent[address(i)][0].Raw), mailmsg.Limits{})
		l.office.Arrive(l.t,
			"From: "+address(i), "To: "+mailtest.Address, "Subject: Re: "+m.Subject, "In-Reply-To: <"+m.MessageID+">", fmt.Sprintf("Message-ID: <back%d@posta.example>", i),
			"Content-Type: text/plain; charset=utf-8", "", fmt.Sprintf("Thank you, says visitor %d", i))
	}
	for i, chat := range l.chats {
		eventually(l.t, "the answer of a visitor is in their chat", lettersWithin, func() bool {
			var page struct {
				Items []struct {
					Author string `json:"author"`
					Text   string `json:"text"`
				} `json:"items"`
			}
			l.boss.call(n, http.MethodGet, "/conversations/"+chat+"/entries?limit=100", nil, &page)
			times := 0
			for _, e := range page.Items {
				if e.Author == "customer" && strings.Contains(e.Text, fmt.Sprintf("Thank you, says visitor %d", i)) {
					times++
				}
			}
			return times == 1
		})
	}
	talks, err := db.One[int](l.t.Context(), l.db, `SELECT COUNT(*) FROM conversation`)
	l.must(err)
	if talks != chatsLeft {
		l.t.Errorf("%d conversations of %d visitors", talks, chatsLeft)
	}
}
