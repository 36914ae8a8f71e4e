package app

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel/email/mailtest"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// mailHouse is a house with one mailbox at a post office in memory.
type mailHouse struct {
	*house
	t            *testing.T
	office       *mailtest.Office
	chief, agent *caller
	box, brand   string
	queue        string
}

func openMailHouse(t *testing.T, d *db.DB) *mailHouse {
	t.Helper()
	m := &mailHouse{house: openHouse(t, d, ""), t: t, office: mailtest.Open(t)}
	m.chief = m.hire(m.tenants[0], "Grace", account.NewUser{Roles: []account.RoleKey{account.RoleKey(actor.Administrator)}, AllBrands: true})
	m.agent = m.hire(m.tenants[0], "Ola Nowicka", account.NewUser{Roles: []account.RoleKey{account.RoleKey(actor.Agent)}, AllBrands: true})
	m.brand = m.chief.make("POST", "/api/v1/brands", fields{"name": "Fala", "color": "#0b7285", "languages": []string{"pl"}, "time_zone": "Europe/Warsaw"}, "id")
	m.queue = m.chief.make("POST", "/api/v1/queues", fields{"brand_id": m.brand, "name": "Poczta", "pull_allowed": true}, "id")
	m.chief.make("PUT", "/api/v1/agents/"+m.agent.user.String()+"/queues/"+m.queue, fields{"member": true, "enabled": true}, "")
	m.box = m.chief.make("POST", "/api/v1/mailboxes", fields{
		"brand_id": m.brand, "queue_id": m.queue, "name": "Pomoc", "address": boxAddress, "settings": m.settings(), "secrets": fields{"password": boxPassword},
	}, "id")
	return m
}

func (m *mailHouse) settings() fields {
	return fields{
		"imap": fields{"host": "127.0.0.1", "port": m.office.IMAP, "tls": "none"}, "smtp": fields{"host": "127.0.0.1", "port": m.office.SMTP, "tls": "none"},
		"signature": "Pozdrawiam, {agent}", "plus_addressing": true, "import_all": true,
	}
}

// mailThread is a conversation as the desk sees it.
type mailThread struct {
	ID            string `json:"id"`
	Subject       string `json:"subject"`
	InteractionID string `json:"interaction_id"`
	State         string `json:"state"`
}

type mailEntry struct {
	ID       string          `json:"id"`
	Seq      int64           `json:"seq"`
	Kind     string          `json:"kind"`
	Author   string          `json:"author"`
	Text     string          `json:"text"`
	HTML     string          `json:"html"`
	Code     string          `json:"code"`
	Data     json.RawMessage `json:"data"`
	Delivery struct {
		State  string `json:"state"`
		Reason string `json:"reason"`
	} `json:"delivery"`
	Attachments []struct{ ID, Name string } `json:"attachments"`
}

func (m *mailHouse) get(path string, to any) {
	m.t.Helper()
	got := m.chief.call("GET", "/api/v1"+path, nil)
	if got.status != 200 {
		m.t.Fatalf("%s: %d %s", path, got.status, got.body)
	}
	if err := json.Unmarshal([]byte(got.body), to); err != nil {
		m.t.Fatal(err)
	}
}

// threads returns all conversations.
func (m *mailHouse) threads() []mailThread {
	m.t.Helper()
	keys, err := db.Many[id.Conversation](m.t.Context(), m.app.db, `SELECT id FROM conversation WHERE tenant_id = $1 ORDER BY id`, m.tenants[0].TenantID)
	if err != nil {
		m.t.Fatal(err)
	}
	all := make([]mailThread, len(keys))
	for i, key := range keys {
		m.get("/conversations/"+key.String(), &all[i])
	}
	return all
}

func (m *mailHouse) entries(thread string) []mailEntry {
	m.t.Helper()
	var page struct{ Items []mailEntry }
	m.get("/conversations/"+thread+"/entries?limit=100", &page)
	return page.Items
}

// reply answers as the agent, at once.
func (m *mailHouse) reply(thread, text string, more fields) mailEntry {
	m.t.Helper()
	body := fields{"text": text, "client_id": text, "based_on_seq": 0, "force": true, "send_at": time.Now().Add(-time.Second)}
	maps.Copy(body, more)
	got := m.agent.call("POST", "/api/v1/conversations/"+thread+"/replies", body)
	var e mailEntry
	if err := json.Unmarshal([]byte(got.body), &e); err != nil || got.status/100 != 2 {
		m.t.Fatalf("%d %s", got.status, got.body)
	}
	return e
}

// find waits for an entry.
func (m *mailHouse) find(what, thread string, is func(mailEntry) bool) mailEntry {
	m.t.Helper()
	var found mailEntry
	defer func() {
		if m.t.Failed() {
			rows, err := db.Many[string](m.t.Context(), m.app.db, `SELECT state || ' ' || sender || ' ' || conversation_id || ' ' || blob_key FROM mail ORDER BY id`)
			m.t.Log(thread, rows, err)
		}
	}()
	until(m.t, what, func() bool {
		all := m.entries(thread)
		i := slices.IndexFunc(all, is)
		if i >= 0 {
			found = all[i]
		}
		return i >= 0
	})
	return found
}

// settle waits for the delivery of an answer.
func (m *mailHouse) settles(thread, entry, state string) mailEntry {
	m.t.Helper()
	return m.find("an answer is "+state, thread, func(e mailEntry) bool { return e.ID == entry && e.Delivery.State == state })
}

// begin lets a customer write and the agent take it.
func (m *mailHouse) begin(n int) mailThread {
	m.t.Helper()
	m.office.Arrive(m.t, fmt.Sprintf("From: Zofia <zofia%d@posta.example>", n), "To: "+boxAddress, fmt.Sprintf("Subject: Rachunek %d", n),
		fmt.Sprintf("Message-ID: <first%d@posta.example>", n), "Date: "+time.Now().Format(time.RFC1123Z), "", "Dzień dobry, mam pytanie.")
	var made mailThread
	until(m.t, "a mail becomes a conversation", func() bool {
		for _, c := range m.threads() {
			if c.Subject == fmt.Sprintf("Rachunek %d", n) {
				made = c
				return true
			}
		}
		return false
	})
	m.agent.make("POST", "/api/v1/interactions/"+made.InteractionID+"/pull", nil, "")
	return made
}

func header(t *testing.T, p mailtest.Post) mail.Header {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(p.Raw))
	if err != nil {
		t.Fatalf("%v in %s", err, p.Raw)
	}
	return m.Header
}

func TestMailGoesInAndOut(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := openMailHouse(t, d)
		t.Run("a mailbox is tried in both directions", func(t *testing.T) { m.t = t; m.tried() })
		t.Run("answers keep the thread", func(t *testing.T) { m.t = t; m.threaded() })
		t.Run("machines wake nobody, bounces are told", func(t *testing.T) { m.t = t; m.machines() })
		t.Run("an answer can be taken back", func(t *testing.T) { m.t = t; m.undone() })
		t.Run("whose signature stands below is the mailbox's to say", func(t *testing.T) { m.t = t; m.signed() })
		t.Run("what servers refuse is told", func(t *testing.T) { m.t = t; m.refused() })
		t.Run("a wrong password is told", func(t *testing.T) { m.t = t; m.locked() })
	})
}

func (m *mailHouse) tried() {
	got := m.chief.call("POST", "/api/v1/mailboxes/"+m.box+"/test", nil)
	if got.status != 200 || strings.Count(got.body, `"ok":true`) != 2 {
		m.t.Fatalf("%d %s", got.status, got.body)
	}
	m.office.Next(m.t) // the mail of the mailbox to itself
	wrong := m.settings()
	wrong["imap"] = fields{"host": "nowhere.invalid", "port": 993, "tls": "tls"}
	got = m.chief.call("POST", "/api/v1/mailboxes/try", fields{"address": boxAddress, "settings": wrong, "secrets": fields{"password": "wrong"}})
	if got.status != 200 || !strings.Contains(got.body, `"mailbox.dns`) || !strings.Contains(got.body, `"mailbox.login"`) || !strings.Contains(got.body, "bad credentials") {
		m.t.Errorf("%d %s", got.status, got.body)
	}
	got = m.chief.call("POST", "/api/v1/mailboxes/try", fields{"mailbox_id": m.box, "address": boxAddress, "settings": wrong})
	if got.status != 409 {
		m.t.Errorf("secrets of a mailbox are shown to another server: %d %s", got.status, got.body)
	}
	if got = m.chief.call("GET", "/api/v1/mailboxes/"+m.box, nil); strings.Contains(got.body, boxPassword) {
		m.t.Errorf("the password is shown: %s", got.body)
	}
}

func (m *mailHouse) threaded() {
	c := m.begin(1)
	e := m.reply(c.ID, "Odpowiedź", fields{"cc": []string{"Kot <kot@posta.example>"}})
	sent := m.office.Next(m.t)
	h := header(m.t, sent)
	if !slices.Equal(sent.To, []string{"zofia1@posta.example", "kot@posta.example"}) || h.Get("In-Reply-To") != "<first1@posta.example>" ||
		!strings.HasPrefix(h.Get("Subject"), "Re: Rachunek 1") || h.Get("Auto-Submitted") != "" || len(sent.Notify) != 2 || sent.Envelope == "" {
		m.t.Errorf("%+v", sent)
	}
	if from, err := mail.ParseAddress(h.Get("From")); err != nil || from.Name != "Ola Nowicka" || from.Address != boxAddress {
		m.t.Errorf("from %v, %v", from, err)
	}
	m.settles(c.ID, e.ID, "sent")
	cases := []struct {
		name  string
		lines []string
		other bool
	}{
		{"by our Message-ID", []string{"From: zofia1@posta.example", "In-Reply-To: " + h.Get("Message-Id")}, false},
		{"by a foreign Message-ID", []string{"From: zofia1@posta.example", "References: <first1@posta.example>"}, false},
		{"by the address", []string{"From: stranger@else.example", "Delivered-To: " + replyTo(m.t, h)}, true},
		{"by the number, from who has a part in it", []string{"From: kot@posta.example", "X-Subject: [#" + c.ID + "]"}, true},
	}
	for i, k := range cases {
		subject := "Subject: something else"
		for _, l := range k.lines {
			if s, ok := strings.CutPrefix(l, "X-Subject: "); ok {
				subject = "Subject: about it " + s
			}
		}
		m.office.Arrive(m.t, append(slices.Clone(k.lines), "To: "+boxAddress, subject, fmt.Sprintf("Message-ID: <more%d@posta.example>", i), "", k.name)...)
		got := m.find(k.name, c.ID, func(e mailEntry) bool { return e.Text == k.name })
		if other := strings.Contains(string(got.Data), `"other_party":true`); other != k.other {
			m.t.Errorf("%s: another party %v: %s", k.name, other, got.Data)
		}
	}
	m.office.Arrive(m.t, "From: thief@else.example", "To: "+boxAddress, "Subject: [#"+c.ID+"]", "Message-ID: <theft@else.example>", "", "stolen")
	until(m.t, "a stranger with a number begins a conversation", func() bool { return len(m.threads()) == 2 })
}

func replyTo(t *testing.T, h mail.Header) string {
	t.Helper()
	a, err := mail.ParseAddress(h.Get("Reply-To"))
	if err != nil {
		t.Fatal(err)
	}
	return a.Address
}

func (m *mailHouse) machines() {
	c := m.begin(3)
	e := m.reply(c.ID, "Do widzenia", nil)
	sent := m.office.Next(m.t)
	ours := header(m.t, sent).Get("Message-Id")
	m.settles(c.ID, e.ID, "sent")
	m.agent.make("POST", "/api/v1/interactions/"+c.InteractionID+"/end", nil, "")
	m.agent.make("POST", "/api/v1/interactions/"+c.InteractionID+"/finish", fields{}, "")
	m.office.Arrive(m.t, "From: zofia3@posta.example", "To: "+boxAddress, "Subject: Auto: Re", "In-Reply-To: "+ours, "Message-ID: <vacation@posta.example>",
		"Auto-Submitted: auto-replied (vacation)", "", "Jestem na urlopie.")
	m.find("the vacation is kept", c.ID, func(e mailEntry) bool { return e.Text == "Jestem na urlopie." })
	var now struct {
		State string `json:"state"`
	}
	if m.get("/conversations/"+c.ID, &now); now.State != "closed" {
		m.t.Errorf("a vacation notice makes it %s", now.State)
	}
	m.office.Arrive(m.t, bounceOf("zofia3@posta.example", sent.Envelope, "failed", "5.1.1")...)
	told := m.find("the bounce is told", c.ID, func(e mailEntry) bool { return e.Code == "mail_bounced" })
	if !strings.Contains(string(told.Data), "no such user") {
		m.t.Errorf("%s", told.Data)
	}
	if got := m.settles(c.ID, e.ID, "failed"); got.Delivery.Reason != "delivery.bounced" {
		m.t.Errorf("%+v", got)
	}
	n, err := db.One[int](m.t.Context(), m.app.db, `SELECT COUNT(*) FROM contact_point WHERE external_id = 'zofia3@posta.example' AND bounced_at > 0`)
	if n != 1 || err != nil {
		m.t.Errorf("%d addresses are marked, %v", n, err)
	}
}

func bounceOf(to, envelope, action, status string) []string {
	return []string{
		"Return-Path: <>", "From: MAILER-DAEMON@mx.example", "To: " + boxAddress, "Subject: Undelivered", "Message-ID: <bounce" + status + "@mx.example>",
		"Auto-Submitted: auto-replied", "MIME-Version: 1.0", `Content-Type: multipart/report; report-type=delivery-status; boundary="b"`, "",
		"--b", "Content-Type: text/plain", "", "It could not be delivered.", "--b", "Content-Type: message/delivery-status", "",
		"Reporting-MTA: dns; mx.example", "Original-Envelope-Id: " + envelope, "", "Final-Recipient: rfc822; " + to,
		"Action: " + action, "Status: " + status, "Diagnostic-Code: smtp; 550 " + status + " no such user", "", "--b--",
	}
}

func (m *mailHouse) undone() {
	c := m.begin(4)
	e := m.reply(c.ID, "Zaraz", fields{"send_at": time.Time{}})
	var waiting struct{ Items []struct{ EntryID string } }
	if m.get("/conversations/"+c.ID+"/waiting-replies", &waiting); len(waiting.Items) != 1 {
		m.t.Errorf("%+v", waiting)
	}
	m.agent.make("POST", "/api/v1/conversations/"+c.ID+"/entries/"+e.ID+"/cancel", nil, "")
	m.settles(c.ID, e.ID, "cancelled")
	m.undoneWithFiles(c)
	if got := m.agent.call("POST", "/api/v1/conversations/"+c.ID+"/entries/"+e.ID+"/cancel", nil); got.status != 409 {
		m.t.Errorf("taken back twice: %d %s", got.status, got.body)
	}
	later := m.reply(c.ID, "Jutro", fields{"send_at": time.Now().Add(24 * time.Hour)})
	m.office.Arrive(m.t, "From: zofia4@posta.example", "To: "+boxAddress, "In-Reply-To: <first4@posta.example>", "Message-ID: <then@posta.example>", "", "Już nie trzeba")
	m.find("the customer goes on", c.ID, func(e mailEntry) bool { return e.Text == "Już nie trzeba" })
	m.must(m.app.db.Update(m.t.Context(), func(tx *db.Tx) error { // tomorrow has come
		if _, err := db.Exec(m.t.Context(), tx, `UPDATE dispatch SET due_at = 1`); err != nil {
			return err
		}
		_, err := db.Exec(m.t.Context(), tx, `UPDATE job SET run_at = 1 WHERE kind = 'delivery.send'`)
		tx.Wake("job")
		return err
	}))
	if got := m.settles(c.ID, later.ID, "failed"); got.Delivery.Reason != "delivery.overtaken" {
		m.t.Errorf("%+v", got.Delivery)
	}
	soon := m.reply(c.ID, "Teraz", fields{"send_at": time.Now().Add(time.Hour)})
	m.agent.make("POST", "/api/v1/conversations/"+c.ID+"/entries/"+soon.ID+"/schedule", fields{"send_at": time.Now()}, "")
	if sent := m.office.Next(m.t); !strings.Contains(sent.Raw, "Teraz") {
		m.t.Errorf("%+v", sent)
	}
	m.settles(c.ID, soon.ID, "sent")
}

func (m *mailHouse) refused() {
	c := m.begin(5)
	m.office.Refuse(&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "nobody of that name"})
	e := m.reply(c.ID, "Pierwszy", nil)
	if got := m.settles(c.ID, e.ID, "failed"); got.Delivery.Reason != "delivery.refused" {
		m.t.Errorf("%+v", got.Delivery)
	}
	if told := m.find("the words are told", c.ID, func(e mailEntry) bool { return e.Code == "delivery_refused" }); !strings.Contains(string(told.Data), "550 5.1.1 nobody of that name") {
		m.t.Errorf("%s", told.Data)
	}
	m.office.Refuse(&smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "greylisted"})
	e = m.reply(c.ID, "Drugi", nil)
	until(m.t, "a deferred mail has been tried", func() bool {
		n, err := db.One[int](m.t.Context(), m.app.db, `SELECT COALESCE(MAX(attempts), 0) FROM dispatch`)
		return err == nil && n > 0
	})
	m.office.Refuse(nil)
	m.office.Next(m.t)
	m.settles(c.ID, e.ID, "sent")
	m.office.Cut()
	e = m.reply(c.ID, "Trzeci", nil)
	m.settles(c.ID, e.ID, "ambiguous")
	m.office.Next(m.t)
}

func (m *mailHouse) locked() {
	m.chief.make("PATCH", "/api/v1/mailboxes/"+m.box, fields{"secrets": fields{"password": "wrong"}}, "id")
	until(m.t, "the mailbox says that it fails", func() bool {
		got := m.chief.call("GET", "/api/v1/mailboxes/"+m.box, nil)
		return strings.Contains(got.body, `"health":"failing"`) && strings.Contains(got.body, `"health_code":"mailbox.login"`)
	})
	m.chief.make("PATCH", "/api/v1/mailboxes/"+m.box, fields{"secrets": fields{"password": boxPassword}}, "id")
	until(m.t, "the mailbox works again", func() bool {
		return strings.Contains(m.chief.call("GET", "/api/v1/mailboxes/"+m.box, nil).body, `"health":"ok"`)
	})
	m.chief.make("DELETE", "/api/v1/mailboxes/"+m.box, nil, "")
	if got := m.chief.call("GET", "/api/v1/mailboxes/"+m.box, nil); !strings.Contains(got.body, `"has_password":false`) {
		m.t.Errorf("%s", got.body)
	}
}
