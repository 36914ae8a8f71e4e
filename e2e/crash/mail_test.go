package crash

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel/email/mailtest"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/sim/colleague"
)

// Size of what goes on by mail.
const (
	writers     = 3 // customers who write at the same time
	mailsOf     = 3 // mails of one thread
	mailEvery   = 100 * time.Millisecond
	longestHeld = 60 * time.Millisecond // a mail that was taken, before its sender is told
	partsOf     = 8                     // cases that are parts of one
	readWithin  = 90 * time.Second      // until all is read, sent and told, after the last start
)

// TestKillsBesideTheMail kills the server while mails arrive, agents answer them, cases are
// opened, tied and moved, and the clocks of cases run out.
func TestKillsBesideTheMail(t *testing.T) {
	onEach(t, func(t *testing.T, s *server) {
		t.Helper()
		r := newRun(t, s)
		defer func() { r.leave() }()
		m := &mails{run: r, office: mailtest.Open(t), arrived: map[string]bool{}, opened: map[string]*matter{}}
		r.server.start()
		r.server.ready()
		r.open()
		m.open()
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		for n := range writers {
			r.public.Go(func() { r.report(m.write(ctx, n)) })
		}
		r.public.Go(func() { r.report(m.clerk(ctx)) })
		r.toWork()
		for n := range max(1, *kills/2) - 1 {
			r.killOnce(n)
		}
		m.lastKill()
		stop()
		r.public.Wait()
		r.toRest()
		m.noFaults()
		m.settled()
		m.decide()
		m.settled()
		r.server.stop()
		m.verify()
	})
}

// mails is what goes on by mail, and what those remember who were told.
type mails struct {
	*run

	office   *mailtest.Office
	brand    string
	statuses map[string]string // by category

	mu      sync.Mutex
	arrived map[string]bool    // texts of mails in the inbox
	opened  map[string]*matter // by conversation: what was acknowledged of its case
	again   map[string]bool    // texts of answers that a person had sent once more
}

// matter is a case as far as it was acknowledged.
type matter struct {
	id    string
	whole string // of which it is a part; empty: of none
	moved bool   // noted, too
}

// open makes the mailbox, the promise, and agents who end a contact with their answer.
func (m *mails) open() {
	ctx := m.t.Context()
	var queues, statuses struct {
		Items []struct {
			ID       string `json:"id"`
			BrandID  string `json:"brand_id"`
			Category string `json:"category"`
		} `json:"items"`
	}
	admin := m.place.admin
	m.must(admin.call(ctx, http.MethodGet, "/queues", nil, &queues))
	m.brand = queues.Items[0].BrandID
	m.must(admin.call(ctx, http.MethodGet, "/case-statuses", nil, &statuses))
	m.statuses = map[string]string{}
	for _, s := range slices.Backward(statuses.Items) {
		m.statuses[s.Category] = s.ID
	}
	chance := rand.New(rand.NewPCG(*seed, 2))
	var one sync.Mutex
	m.office.Taken(func(mailtest.Post) {
		one.Lock()
		held := time.Duration(chance.Int64N(int64(longestHeld)))
		one.Unlock()
		_ = pause(ctx, held) // the test is over: so is the mail
	})
	settings := fields{"import_all": true, "per_minute": 1000}
	maps.Copy(settings, m.office.Servers())
	m.must(admin.call(ctx, http.MethodPost, "/mailboxes", fields{
		"brand_id": m.brand, "queue_id": m.place.queue, "name": "Pomoc", "address": mailtest.Address,
		"settings": settings, "secrets": fields{"password": mailtest.Password},
	}, nil))
	m.must(admin.call(ctx, http.MethodPost, "/sla-policies", fields{
		"name": "Soon", "hours": "always", "warn_percent": 50, "pauses": []string{}, "targets": fields{"first_response": 1, "resolution": 2},
		"escalations": []fields{{"on": "breached", "clock": "resolution", "act": "raise_priority"}},
	}, nil))
	for _, a := range m.agents {
		a.now, a.last = true, func(entry) bool { return true }
	}
}

// write lets one customer after the other write a thread of mails, until ctx ends.
func (m *mails) write(ctx context.Context, n int) error {
	for thread := 0; ctx.Err() == nil; thread++ {
		first := fmt.Sprintf("<first-%d-%d@posta.example>", n, thread)
		for k := range mailsOf {
			text, name := fmt.Sprintf("m-%d-%d-%d", n, thread, k), first
			lines := []string{
				fmt.Sprintf("From: Zofia <zofia-%d-%d@posta.example>", n, thread), "To: " + mailtest.Address, fmt.Sprintf("Subject: Rachunek %d-%d", n, thread),
				"Date: " + time.Now().Format(time.RFC1123Z),
			}
			if k > 0 {
				name = fmt.Sprintf("<more-%d-%d-%d@posta.example>", n, thread, k)
				lines = append(lines, "In-Reply-To: "+first, "References: "+first)
			}
			m.mu.Lock()
			m.arrived[text] = true
			m.mu.Unlock()
			if err := m.office.Put(append(lines, "Message-ID: "+name, "", text)...); err != nil {
				return err
			}
			_ = pause(ctx, mailEvery) // ctx is asked above
		}
	}
	return nil
}

// clerk opens a case for each conversation, ties it to others, notes and moves it, until ctx ends.
func (m *mails) clerk(ctx context.Context) error {
	for whole := ""; ctx.Err() == nil; {
		var page rows
		if err := m.place.admin.call(ctx, http.MethodGet, "/conversations?view=all&channel=email&sort=newest&limit=20", nil, &page); err != nil {
			return over(ctx, err)
		}
		for _, c := range page.Items {
			if m.opened[c.ID] != nil {
				continue
			}
			made := &matter{whole: whole}
			m.opened[c.ID] = made
			if err := m.treat(ctx, c.ID, made); err != nil {
				return over(ctx, err)
			}
			if whole == "" || len(m.opened)%partsOf == 0 {
				whole = made.id
			}
		}
		_ = pause(ctx, againAfter) // ctx is asked above
	}
	return nil
}

// over forgives what fails because the story has ended.
func over(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil //nolint:nilerr // the story is over
	}
	return err
}

// treat does with one case all that is done with one.
func (m *mails) treat(ctx context.Context, conversation string, made *matter) (err error) {
	admin := m.place.admin
	if made.id, err = m.openCase(ctx, conversation, fields{"subject": "Sprawa", "priority": "normal"}); err != nil {
		return err
	}
	path := "/cases/" + made.id
	if made.whole != "" {
		if err := admin.call(ctx, http.MethodPost, path+"/links", fields{"kind": "child_of", "case_id": made.whole}, nil); err != nil {
			return err
		}
	}
	if err := admin.call(ctx, http.MethodPost, path+"/notes", fields{"text": "note", "client_id": "note-" + made.id}, nil); err != nil {
		return err
	}
	for _, category := range []string{"working", "waiting_third"} {
		if err := admin.call(ctx, http.MethodPatch, path, fields{"status_id": m.statuses[category]}, nil); err != nil {
			return err
		}
	}
	made.moved = true
	return nil
}

// openCase opens a case of a conversation under a key. Where the answer was lost with the server, the case is looked up.
func (r *run) openCase(ctx context.Context, conversation string, in fields) (string, error) {
	var made struct {
		ID string `json:"id"`
	}
	in["conversation_id"] = conversation
	err := r.place.admin.once(ctx, "case-"+conversation, "/cases", in, &made)
	if refused, ok := errors.AsType[*colleague.RefusedError](err); !ok || refused.Status != http.StatusConflict {
		return made.ID, err
	}
	var all struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	if err := r.place.admin.call(ctx, http.MethodGet, "/conversations/"+conversation+"/cases", nil, &all); err != nil {
		return "", err
	}
	if len(all.Items) != 1 {
		return "", fmt.Errorf("conversation %s has %d cases: %w", conversation, len(all.Items), err)
	}
	return all.Items[0].ID, nil
}

// lastKill kills the server once more, at work.
func (m *mails) lastKill() {
	m.server.ready()
	life := time.Duration(m.rand.Int64N(int64(longestLife)))
	if m.server.shared {
		life += takeover
	}
	m.must(pause(m.t.Context(), life))
	m.server.kill()
	m.timePasses()
	m.server.start()
	m.server.ready()
}

// timePasses lets the time pass until others may take over what a dead server did, where others could. Nothing runs meanwhile.
func (r *run) timePasses() {
	if !r.server.shared {
		return
	}
	d := r.database()
	r.must(d.Update(r.t.Context(), func(tx *db.Tx) error {
		_, err := db.Exec(r.t.Context(), tx, `UPDATE job SET lease_until = 1 WHERE state = 'running'`)
		return err
	}))
	r.must(d.Close())
}

// noFaults proves that nobody met what cannot be.
func (r *run) noFaults() {
	r.t.Helper()
	select {
	case err := <-r.faults:
		r.t.Fatalf("%v\nthe server said:\n%s", err, r.server.said)
	default:
	}
}

// settled waits until all mails are read, all answers have their outcome and no clock is late.
func (m *mails) settled() {
	ctx, cancel := context.WithTimeout(m.t.Context(), readWithin)
	defer cancel()
	d := m.database()
	defer func() { m.must(d.Close()) }()
	for _, lacking := range []struct{ what, count string }{
		{"mails that are not taken", fmt.Sprintf(`SELECT %d - COUNT(*) FROM mail`, len(m.arrived))},
		{"mails that are not read", `SELECT COUNT(*) FROM mail WHERE state = 'stored'`},
		{"answers without an outcome", `SELECT COUNT(*) FROM dispatch`},
		{"cases without a promise", `SELECT (SELECT COUNT(*) FROM case_file) - (SELECT COUNT(*) FROM sla_case)`},
		{"clocks that are late", `SELECT COUNT(*) FROM clock WHERE state = 'running' AND breached_at = 0`},
	} {
		for n := 1; n > 0; {
			var err error
			n, err = db.One[int](ctx, d, lacking.count)
			if err != nil {
				m.t.Fatalf("there are still %s: %v\nthe server said:\n%s", lacking.what, err, m.server.said)
			}
			if n > 0 {
				_ = pause(ctx, againAfter) // the next look fails then
			}
		}
	}
}

// ambiguous is an answer of which nobody knows whether it arrived.
type ambiguous struct {
	ID             int64
	ConversationID int64
	Body           string
}

// decide has every second answer sent again of which nobody knows whether it arrived.
func (m *mails) decide() {
	ctx := m.t.Context()
	d := m.database()
	open, err := db.Many[ambiguous](ctx, d, `SELECT id, conversation_id, body FROM entry WHERE delivery_state = 'ambiguous' ORDER BY id`)
	m.must(errors.Join(err, d.Close()))
	m.again = map[string]bool{}
	for n, e := range open {
		if n%2 == 0 {
			m.must(m.place.admin.call(ctx, http.MethodPost, fmt.Sprintf("/conversations/%d/entries/%d/decide", e.ConversationID, e.ID), fields{"decision": "again"}, nil))
			m.again[e.Body] = true
		}
	}
	m.t.Logf("%d answers had no outcome for sure, %d were sent again", len(open), len(m.again))
}

// answerOf is the first line of what was sent: the answer without what stands below it.
func answerOf(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(line)
}
