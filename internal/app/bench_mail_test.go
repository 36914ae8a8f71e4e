package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel/email"
	"github.com/zongler/zongler/internal/channel/email/mailtest"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Load of mail.
const (
	mailsWaiting   = 3000 // in the mailbox when it is connected
	mailsOfSender  = 4    // in one thread; more than thirty an hour are a loop
	mailAgents     = 10   // who answer
	mailsAnswered  = 240  // within what a mailbox may send at once
	mailsASecond   = 20
	mailsWithin    = 10 * time.Minute
	mailsLookEvery = 20 * time.Millisecond
)

// BenchmarkMail measures mail in the whole program, with its past stored and everything
// durable: from a mailbox by IMAP into conversations, and from an agent's answer until the
// mail server has it. The mail server is in this process and takes its part of the processors.
func BenchmarkMail(b *testing.B) {
	eachEngine(b, func(b *testing.B, d *db.DB) { //nolint:thelper // it is the benchmark itself
		h := openBenchHouse(b, d)
		b.Run("intake", h.mailIn)
		b.Run("reply-to-server", h.mailOut)
	})
}

// mailbox connects a mailbox to an office, with what waits there.
func (h *benchHouse) mailbox(b *testing.B, office *mailtest.Office, name string) {
	b.Helper()
	settings := office.Servers()
	settings["import_all"], settings["per_minute"], settings["username"] = true, 1000, mailtest.Address
	text, err := json.Marshal(settings)
	h.must(err)
	_, err = h.app.services.mail.Create(h.ctx, email.NewMailbox{
		Brand: h.brand, Queue: h.quiet, Name: name, Address: name + "@fala.example", Settings: text,
		Secrets: email.Secrets{Password: mailtest.Password},
	})
	h.must(err)
}

// benchMail is a mail of somebody who writes several in one thread.
func benchMail(run int64, to string, n int) []string {
	thread := n / mailsOfSender
	first := fmt.Sprintf("<first-%d-%d@posta.example>", run, thread)
	lines := []string{
		fmt.Sprintf("From: Zofia Wilk <zofia-%d-%d@posta.example>", run, thread), "To: " + to, fmt.Sprintf("Subject: Internet nie działa %d", thread),
		"Date: " + time.Now().Format(time.RFC1123Z), "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit",
	}
	if n%mailsOfSender == 0 {
		lines = append(lines, "Message-ID: "+first)
	} else {
		lines = append(lines, fmt.Sprintf("Message-ID: <more-%d-%d@posta.example>", run, n), "In-Reply-To: "+first, "References: "+first)
	}
	return append(lines, "", fmt.Sprintf("Dzień dobry, od rana nie działa mi internet, wiadomość %d-%d. Co mam zrobić?", run, n), "", "-- ", "Zofia Wilk")
}

// waits waits until count has reached n, and returns how many there are then: fewer only where it took very long.
func (h *benchHouse) waits(b *testing.B, n int, count string, args ...any) int {
	b.Helper()
	for late := time.Now().Add(mailsWithin); ; {
		there, err := db.One[int](h.ctx, h.app.db, count, args...)
		h.must(err)
		if there >= n || time.Now().After(late) {
			return there
		}
		<-time.After(mailsLookEvery)
	}
}

// mailIn takes what waits in a mailbox: fetched, stored raw, understood, threaded, routed.
func (h *benchHouse) mailIn(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		office, run := mailtest.Open(b), id.New[int64]()
		name := fmt.Sprintf("box%d", run)
		for n := range mailsWaiting {
			office.Arrive(b, benchMail(run, name+"@fala.example", n)...)
		}
		b.StartTimer()
		h.mailbox(b, office, name)
		began := time.Now()
		n := h.waits(b, mailsWaiting, `SELECT COUNT(*) FROM mail m JOIN entry_point p ON p.tenant_id = m.tenant_id AND p.id = m.entry_point_id
			WHERE m.state = 'read' AND p.name = $1`, name)
		b.ReportMetric(float64(n)/time.Since(began).Seconds(), "mails/s")
		b.ReportMetric(float64(mailsWaiting-n), "never")
	}
}

// mailOut has agents answer over HTTP, until the mail server has what they wrote.
func (h *benchHouse) mailOut(b *testing.B) {
	var sent awaited
	office := mailtest.Open(b)
	office.Taken(func(p mailtest.Post) {
		_, body, _ := strings.Cut(p.Raw, "\r\n\r\n")
		line, _, _ := strings.Cut(body, "\r\n")
		sent.arrived(line)
	})
	run := id.New[int64]()
	name := fmt.Sprintf("out%d", run)
	for n := range mailAgents {
		office.Arrive(b, benchMail(run, name+"@fala.example", n*mailsOfSender)...)
	}
	h.mailbox(b, office, name)
	n := h.waits(b, mailAgents, `SELECT COUNT(*) FROM conversation c JOIN entry_point p ON p.tenant_id = c.tenant_id AND p.id = c.entry_point_id
		WHERE c.interaction_id <> 0 AND p.name = $1`, name)
	if n < mailAgents {
		b.Fatalf("%d of %d conversations have begun", n, mailAgents)
	}
	agents, talks := h.correspondents(b, name)
	for b.Loop() {
		var (
			times took
			run   = id.New[int64]()
		)
		paced(mailsAnswered, mailsASecond, func(i int) {
			text := fmt.Sprintf("Answer %d number %d", run, i)
			sent.expect(text, &times)
			_, err := agents[i%mailAgents].request(http.MethodPost, "/conversations/"+talks[i%mailAgents].String()+"/replies", map[string]any{
				"text": text, "client_id": strconv.FormatInt(run, 36) + strconv.Itoa(i), "based_on_seq": 0, "force": true, "send_at": time.Now().Add(-time.Second),
			})
			if err != nil {
				b.Error(err)
			}
		})
		sent.settle(b)
		times.report(b)
	}
}

// correspondents are agents, each with a conversation of a mailbox.
func (h *benchHouse) correspondents(b *testing.B, name string) ([]*benchAgent, []id.Conversation) {
	b.Helper()
	agents := h.hire(mailAgents)
	h.join(agents, h.quiet)
	type waiting struct {
		Conversation id.Conversation
		Interaction  id.Interaction
	}
	rows, err := db.Many[waiting](h.ctx, h.app.db, `SELECT c.id AS conversation, c.interaction_id AS interaction FROM conversation c
		JOIN entry_point p ON p.tenant_id = c.tenant_id AND p.id = c.entry_point_id WHERE p.name = $1 ORDER BY c.id`, name)
	h.must(err)
	talks := make([]id.Conversation, mailAgents)
	h.atOnce(mailAgents, func(i int) error {
		talks[i] = rows[i].Conversation
		_, err := h.app.services.routing.Pull(agents[i].ctx, rows[i].Interaction)
		return err
	})
	return agents, talks
}
