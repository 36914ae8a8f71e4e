package app

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/automation"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestARuleAnswersPeopleAlone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := openMailHouse(t, d)
		rule := m.answering(fields{"on": "message.in"})
		t.Run("by mail that says that a machine wrote it", func(t *testing.T) { m.t = t; m.answersPeople(rule) })
		t.Run("who wants no answer of machines gets none", func(t *testing.T) { m.t = t; m.answersNoMachine(rule) })
		t.Run("the same person gets so many a day", func(t *testing.T) { m.t = t; m.answersSoOften(rule) })
	})
}

// answering makes a rule that thanks for what comes in.
func (m *mailHouse) answering(when fields) string {
	m.t.Helper()
	return m.chief.make("POST", "/api/v1/rules", fields{"name": "Thanks", "active": true, "program": fields{"when": when, "do": []fields{{"do": "send_reply", "text": "Dziękujemy za wiadomość."}}}}, "id")
}

// acts waits until a rule was set off so often, and returns what came of its only command, the newest first.
func (m *mailHouse) acts(rule string, often int) (codes []string) {
	m.t.Helper()
	until(m.t, fmt.Sprintf("the rule was set off %d times", often), func() bool {
		var log struct {
			Items []struct {
				Running bool
				Steps   []struct{ Result, Code string }
			}
		}
		m.get("/rules/"+rule+"/firings?limit=100", &log)
		codes = codes[:0]
		for _, f := range log.Items {
			if f.Running {
				return false
			}
			codes = append(codes, f.Steps[0].Result+" "+f.Steps[0].Code)
		}
		return len(codes) >= often
	})
	return codes
}

func (m *mailHouse) answersPeople(rule string) {
	m.office.Arrive(m.t, "From: Zofia <zofia@posta.example>", "To: "+boxAddress, "Subject: Pytanie", "Message-ID: <asked@posta.example>", "", "Kiedy otwarte?")
	if got := m.acts(rule, 1); got[0] != "did " {
		m.t.Errorf("%q", got)
	}
	h := header(m.t, m.office.Next(m.t))
	for name, want := range map[string]string{
		"Auto-Submitted": "auto-replied", "Precedence": "auto_reply", "X-Auto-Response-Suppress": "All", "In-Reply-To": "<asked@posta.example>", "References": "<asked@posta.example>", "X-Loop": boxAddress,
	} {
		if !strings.EqualFold(h.Get(name), want) {
			m.t.Errorf("%s is %q, not %q", name, h.Get(name), want)
		}
	}
}

func (m *mailHouse) answersNoMachine(rule string) {
	settings := m.settings()
	settings["route_machines"] = true
	m.chief.make("PATCH", "/api/v1/mailboxes/"+m.box, fields{"settings": settings}, "id")
	mails := map[string][]string{
		"a list":              {"From: ewa@posta.example", "To: " + boxAddress, "List-Id: <l.posta.example>"},
		"who suppresses them": {"From: iza@posta.example", "To: " + boxAddress, "X-Auto-Response-Suppress: All"},
		"a blind copy":        {"From: ula@posta.example", "To: other@posta.example"},
		"a form of the web":   {"From: noreply@posta.example", "To: " + boxAddress},
		"our own address":     {"From: " + boxAddress, "To: " + boxAddress},
	}
	before := len(m.acts(rule, 1))
	for name, lines := range mails {
		lines = append(lines, "Subject: "+name, "Message-ID: <"+strings.ReplaceAll(name, " ", "-")+"@posta.example>", "", "x")
		m.office.Arrive(m.t, lines...)
	}
	for _, code := range m.acts(rule, before+len(mails))[:len(mails)] {
		if code != "nothing automatic" {
			m.t.Errorf("%q", code)
		}
	}
	for _, c := range m.threads() {
		for _, e := range m.entries(c.ID) {
			if e.Author == "bot" && mails[c.Subject] != nil {
				m.t.Errorf("%s is answered", c.Subject)
			}
		}
	}
}

func (m *mailHouse) answersSoOften(rule string) {
	before := len(m.acts(rule, 1))
	for n := range automation.AnswersPerDay + 1 { // each begins a conversation, as one does whose machine keeps no thread
		m.office.Arrive(m.t, "From: robot@posta.example", "To: "+boxAddress, fmt.Sprintf("Subject: Potwierdzenie %d", n), fmt.Sprintf("Message-ID: <robot%d@posta.example>", n), "", "Dziękujemy.")
		m.acts(rule, before+n+1)
	}
	got := m.acts(rule, before+automation.AnswersPerDay+1)
	if got[0] != "nothing often" || strings.Count(strings.Join(got[:automation.AnswersPerDay+1], ","), "did") != automation.AnswersPerDay {
		m.t.Errorf("%q", got)
	}
}

func TestATimedRuleAnswersNoMachine(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := openMailHouse(t, d)
		rule := m.answering(fields{"since": "unanswered", "minutes": 60})
		m.office.Arrive(t, "From: ewa@posta.example", "To: "+boxAddress, "List-Id: <l.posta.example>", "Subject: Lista", "Message-ID: <list@posta.example>", "", "Do wszystkich")
		until(t, "its time is counted", func() bool {
			n, err := db.One[int](t.Context(), d, `SELECT COUNT(*) FROM rule_timer`)
			return err == nil && n == 1
		})
		m.must(d.Update(t.Context(), func(tx *db.Tx) error { // an hour has passed
			_, err := db.Exec(t.Context(), tx, `UPDATE rule_timer SET due_at = $1`, tx.Now().Add(-time.Second))
			tx.Wake("rule_timer")
			return err
		}))
		if got := m.acts(rule, 1); got[0] != "nothing automatic" {
			t.Errorf("%q", got)
		}
		var tried struct {
			Trials []struct {
				Steps []struct{ Result, Code string }
			}
		}
		body := m.chief.call("POST", "/api/v1/rule-trials", fields{"program": fields{"when": fields{"on": "message.in"}, "do": []fields{{"do": "send_reply", "text": "x"}}}}).body
		m.must(json.Unmarshal([]byte(body), &tried))
		if len(tried.Trials) != 1 || tried.Trials[0].Steps[0].Code != "automatic" {
			t.Errorf("the trial says %s", body)
		}
	})
}
