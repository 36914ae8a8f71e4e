package crash

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"

	"github.com/zongler/zongler/internal/kit/mailmsg"
	"github.com/zongler/zongler/internal/platform/db"
)

// database opens the database of the server.
func (r *run) database() *db.DB {
	r.t.Helper()
	d, err := db.Open(r.t.Context(), r.server.url, slog.New(slog.DiscardHandler))
	r.must(err)
	return d
}

// verify counts in the database itself, and in what the mail server was given.
func (m *mails) verify() {
	d := m.database()
	defer func() { m.must(d.Close()) }()
	all, err := db.Many[message](m.t.Context(), d, `SELECT conversation_id, author, body, delivery_state FROM entry WHERE kind = 'message' ORDER BY id`)
	m.must(err)
	m.mailsOnce(all)
	m.answersGiven(all)
	m.none(d, "mails too many or too few", fmt.Sprintf(`SELECT COUNT(*) - %d FROM mail`, len(m.arrived)))
	m.none(d, "mails that were not understood", `SELECT COUNT(*) FROM mail WHERE state <> 'read'`)
	m.none(d, "mails that belong nowhere", `SELECT COUNT(*) FROM mail WHERE entry_id = 0 OR conversation_id = 0`)
	m.none(d, "interactions open beside another of the same conversation", `SELECT COUNT(*) FROM (
		SELECT conversation_id FROM interaction WHERE state <> 'closed' GROUP BY tenant_id, conversation_id HAVING COUNT(*) > 1) AS twice`)
	m.none(d, "offers accepted beside another of the same visit", `SELECT COUNT(*) FROM (
		SELECT visit_id FROM offer WHERE state = 'accepted' GROUP BY tenant_id, visit_id HAVING COUNT(*) > 1) AS twice`)
	m.none(d, "jobs that were given up", `SELECT COUNT(*) FROM job WHERE state = 'dead'`)
	m.none(d, "facts without a position", `SELECT COUNT(*) FROM fact WHERE pos = 0`)
	m.none(d, "holes in the positions of facts beside those where a node begins to give them", `SELECT (MAX(pos) - MIN(pos) + 1 - COUNT(*)) % 10000 FROM fact`)
	m.casesOnce(d)
	m.clocksOnce(d)
	m.nothingWrong()
}

// mailsOnce proves that each mail of the inbox is there once, and that those of one thread are in one conversation.
func (m *mails) mailsOnce(all []message) {
	times, where := map[string]int{}, map[string]int64{}
	for _, e := range all {
		if e.Author != "customer" {
			continue
		}
		if times[e.Body]++; times[e.Body] == 2 {
			m.t.Errorf("mail %s is there twice", e.Body)
		}
		if !m.arrived[e.Body] {
			m.t.Errorf("nobody has written %q", e.Body)
		}
		thread := e.Body[:strings.LastIndex(e.Body, "-")+1]
		if where[thread] == 0 {
			where[thread] = e.ConversationID
		}
		if where[thread] != e.ConversationID {
			m.t.Errorf("mail %s is not in the conversation of its thread", e.Body)
		}
	}
	for text := range m.arrived {
		if times[text] == 0 {
			m.t.Errorf("mail %s is lost", text)
		}
	}
	m.t.Logf("%d mails in %d threads", len(m.arrived), len(where))
}

// answersGiven proves that each answer was given to the mail server once. Only one of which
// nobody knew whether it had been taken may never have got there, and only one that a
// person had sent again may have got there twice: under one name.
func (m *mails) answersGiven(all []message) {
	given := map[string][]string{} // by text: Message-IDs
	for _, p := range m.office.Got() {
		mail := mailmsg.ParseBytes([]byte(p.Raw), mailmsg.Limits{})
		text := answerOf(mail.Text)
		given[text] = append(given[text], mail.MessageID)
	}
	stored := map[string]map[string]int{} // by conversation, by text
	for _, e := range all {
		if e.Author != "agent" {
			continue
		}
		key := strconv.FormatInt(e.ConversationID, 10)
		if stored[key] == nil {
			stored[key] = map[string]int{}
		}
		if stored[key][e.Body]++; stored[key][e.Body] == 2 {
			m.t.Errorf("conversation %s has the answer %q twice", key, e.Body)
		}
		m.givenOnce(e, given[e.Body])
		delete(given, e.Body)
	}
	for text := range given {
		m.t.Errorf("%q was sent, and no conversation has it", text)
	}
	acknowledged := 0
	for key, texts := range m.log.answers {
		acknowledged += len(texts)
		for _, text := range texts {
			if stored[key][text] == 0 {
				m.t.Errorf("conversation %s lost the answer %q, which was acknowledged", key, text)
			}
		}
	}
	m.t.Logf("%d answers acknowledged, %d sent, %d refused because they had moved on", acknowledged, len(m.office.Got()), len(m.log.forgiven))
}

func (m *mails) givenOnce(e message, names []string) {
	least, most := 1, 1
	switch {
	case e.DeliveryState == "ambiguous":
		least = 0
	case e.DeliveryState != "sent":
		m.t.Errorf("the answer %q is %q", e.Body, e.DeliveryState)
	case m.again[e.Body]:
		most = 2
	}
	if len(names) < least || len(names) > most {
		m.t.Errorf("the answer %q, which is %s, was given to the server %d times", e.Body, e.DeliveryState, len(names))
	}
	if len(slices.Compact(slices.Clone(names))) > 1 {
		m.t.Errorf("the answer %q has the names %q", e.Body, names)
	}
}

// told is what facts of cases and clocks say.
type told struct {
	Kind string
	Data string
}

// happened counts facts of kinds by what they are about.
func (m *mails) happened(d *db.DB, about string, kinds ...string) map[string]int {
	m.t.Helper()
	all, err := db.Many[told](m.t.Context(), d, `SELECT kind, data FROM fact WHERE kind LIKE 'case.%' OR kind LIKE 'clock.%'`)
	m.must(err)
	times := map[string]int{}
	for _, f := range all {
		var data map[string]any
		m.must(json.Unmarshal([]byte(f.Data), &data))
		if slices.Contains(kinds, f.Kind) {
			times[fmt.Sprint(data[about])]++
		}
	}
	return times
}

// casesOnce proves that what was acknowledged of a case is there once.
func (m *mails) casesOnce(d *db.DB) {
	m.none(d, "conversations with more than one case", `SELECT COUNT(*) FROM (
		SELECT conversation_id FROM case_link WHERE kind = 'conversation' GROUP BY tenant_id, conversation_id HAVING COUNT(*) > 1) AS twice`)
	m.none(d, "cases without their conversation", `SELECT COUNT(*) FROM case_file c WHERE NOT EXISTS (
		SELECT 1 FROM case_link l WHERE l.tenant_id = c.tenant_id AND l.case_id = c.id AND l.kind = 'conversation')`)
	m.none(d, "numbers of cases that were given twice or left out", `SELECT MAX(number) - COUNT(DISTINCT number) + COUNT(*) - COUNT(DISTINCT number) FROM case_file`)
	m.none(d, "notes that are there twice", `SELECT COUNT(*) - COUNT(DISTINCT case_id) FROM case_note`)
	opened, moved := m.happened(d, "case", "case.opened"), m.happened(d, "case", "case.moved")
	done := 0
	for conversation, c := range m.opened {
		if c.id == "" { // it was never acknowledged
			continue
		}
		if opened[c.id] != 1 {
			m.t.Errorf("case %s was opened %d times", c.id, opened[c.id])
		}
		if !c.moved {
			continue
		}
		done++
		if moved[c.id] != 2 {
			m.t.Errorf("case %s was moved %d times", c.id, moved[c.id])
		}
		m.none(d, "parts of case "+c.id+" lost or doubled", fmt.Sprintf(`SELECT
			ABS(1 - (SELECT COUNT(*) FROM case_file WHERE id = %[1]s AND category = 'waiting_third')) +
			ABS(1 - (SELECT COUNT(*) FROM case_link WHERE case_id = %[1]s AND kind = 'conversation' AND conversation_id = %[2]s)) +
			ABS(%[3]d - (SELECT COUNT(*) FROM case_link WHERE case_id = %[1]s AND kind = 'child_of')) +
			ABS(1 - (SELECT COUNT(*) FROM case_note WHERE case_id = %[1]s))`, c.id, conversation, min(1, len(c.whole))))
	}
	m.t.Logf("%d cases opened, %d of them noted, tied and moved", len(opened), done)
}

// clocksOnce proves that each clock warned, was breached or was met once at most, and that
// what is said of the clocks is what they did.
func (m *mails) clocksOnce(d *db.DB) {
	for _, kind := range []string{"clock.started", "clock.warned", "clock.breached", "clock.met", "case.escalated"} {
		for clock, n := range m.happened(d, "clock", kind) {
			if n > 1 {
				m.t.Errorf("%s of clock %s happened %d times", kind, clock, n)
			}
		}
	}
	breached := m.happened(d, "clock", "clock.breached")
	m.none(d, "breaches that were not told, or told and did not happen", fmt.Sprintf(`SELECT COUNT(*) - %d FROM clock WHERE breached_at > 0`, len(breached)))
	m.none(d, "clocks too many or too few", `SELECT COUNT(*) - 2 * (SELECT COUNT(*) FROM case_file) FROM clock`)
	m.none(d, "cases whose priority was not raised once for their clock", `SELECT COUNT(*) FROM case_file c WHERE c.priority <> 1 +
		(SELECT COUNT(*) FROM clock k WHERE k.tenant_id = c.tenant_id AND k.case_id = c.id AND k.kind = 'resolution' AND k.breached_at > 0)`)
	m.t.Logf("%d clocks ran out", len(breached))
}
