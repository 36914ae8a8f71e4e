package app

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestWhatServersSayOfMails(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := openMailHouse(t, d)
		t.Run("who sends is as the trusted server has found out", func(t *testing.T) { m.t = t; m.checked() })
		t.Run("a bounce that names no mail is told below the newest to that address", func(t *testing.T) { m.t = t; m.bouncedWithoutName() })
		t.Run("a complaint is told below its mail", func(t *testing.T) { m.t = t; m.complained() })
		t.Run("mails are signed for the domain of their mailbox", func(t *testing.T) { m.t = t; m.dkim() })
	})
}

// set changes settings of the mailbox.
func (m *mailHouse) set(more, secrets fields) {
	m.t.Helper()
	settings := m.settings()
	maps.Copy(settings, more)
	m.chief.make("PATCH", "/api/v1/mailboxes/"+m.box, fields{"settings": settings, "secrets": secrets}, "id")
}

func (m *mailHouse) checked() {
	m.set(fields{"trusted_server": "mx.fala.example"}, nil)
	m.office.Arrive(m.t, "Authentication-Results: mx.fala.example; spf=pass; dkim=fail; dmarc=fail", "Authentication-Results: mx.evil.example; dmarc=pass",
		"From: Bank <info@bank.example>", "To: "+boxAddress, "Subject: Przelew", "Message-ID: <forged@bank.example>", "MIME-Version: 1.0",
		`Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="b"`, "", "--b", "Content-Type: text/plain", "", "Proszę o przelew.",
		"--b", "Content-Type: application/pkcs7-signature; name=smime.p7s", "Content-Transfer-Encoding: base64", "", "MIIB", "--b--")
	var e mailEntry
	until(m.t, "the mail is there", func() bool {
		for _, c := range m.threads() {
			if c.Subject == "Przelew" {
				e = m.entries(c.ID)[0]
				return true
			}
		}
		return false
	})
	var said struct {
		Checks struct{ SPF, DKIM, DMARC string }
		Signed string
	}
	m.must(json.Unmarshal(e.Data, &said))
	if said.Checks.SPF != "pass" || said.Checks.DKIM != "fail" || said.Checks.DMARC != "fail" || said.Signed != "smime" {
		m.t.Errorf("%s", e.Data)
	}
}

func (m *mailHouse) bouncedWithoutName() {
	m.set(fields{"bounce_plus": true}, nil)
	c := m.begin(21)
	other := m.reply(c.ID, "Do kogoś innego", fields{"to": []string{"kot@posta.example"}})
	m.settles(c.ID, other.ID, "sent")
	m.office.Next(m.t)
	e := m.reply(c.ID, "Do klientki", nil)
	sent := m.office.Next(m.t)
	m.settles(c.ID, e.ID, "sent")
	if sent.From == boxAddress || sent.From != replyTo(m.t, header(m.t, sent)) {
		m.t.Errorf("what cannot be delivered goes back to %q", sent.From)
	}
	bounce := bounceOf("Zofia21@posta.example", "", "failed", "5.1.1")
	for i, line := range bounce {
		if line == "To: "+boxAddress {
			bounce[i] = "To: " + sent.From
		}
		if strings.HasPrefix(line, "Message-ID") {
			bounce[i] = "Message-ID: <nameless@mx.example>"
		}
	}
	m.office.Arrive(m.t, bounce...)
	m.find("the bounce is told", c.ID, func(e mailEntry) bool { return e.Code == "mail_bounced" })
	if got := m.settles(c.ID, e.ID, "failed"); got.Delivery.Reason != "delivery.bounced" {
		m.t.Errorf("%+v", got)
	}
	m.settles(c.ID, other.ID, "sent")
	n, err := db.One[int](m.t.Context(), m.app.db, `SELECT COUNT(*) FROM contact_point WHERE external_id = 'zofia21@posta.example' AND bounced_at > 0`)
	if n != 1 || err != nil {
		m.t.Errorf("%d addresses are marked, %v", n, err)
	}
	m.answering(fields{"on": "note.added"})
	m.agent.make("POST", "/api/v1/conversations/"+c.ID+"/notes", fields{"text": "proszę odpowiedzieć", "client_id": "note"}, "")
	if got := m.find("a rule answers nobody at a dead address", c.ID, func(e mailEntry) bool { return e.Author == "bot" && e.Delivery.State == "failed" }); got.Delivery.Reason != "delivery.dead_address" {
		m.t.Errorf("%+v", got.Delivery)
	}
	again := m.reply(c.ID, "Jeszcze raz", nil) // who knows better may
	m.office.Next(m.t)
	m.settles(c.ID, again.ID, "sent")
	settings := m.settings()
	maps.Copy(settings, fields{"plus_addressing": false, "bounce_plus": true})
	if got := m.chief.call("PATCH", "/api/v1/mailboxes/"+m.box, fields{"settings": settings}); got.status != 422 || !strings.Contains(got.body, "mailbox.needs_plus") {
		m.t.Errorf("an address that nobody delivers is taken: %d %s", got.status, got.body)
	}
}

func (m *mailHouse) complained() {
	c := m.begin(22)
	e := m.reply(c.ID, "Oferta", nil)
	sent := m.office.Next(m.t)
	m.settles(c.ID, e.ID, "sent")
	report := func(kind, name string) []string {
		return []string{
			"From: fbl@posta.example", "To: " + boxAddress, "Subject: FW: Oferta", "Message-ID: <" + name + "@posta.example>", "MIME-Version: 1.0",
			`Content-Type: multipart/report; report-type=feedback-report; boundary="b"`, "", "--b", "Content-Type: text/plain", "", "This is spam.",
			"--b", "Content-Type: message/feedback-report", "", "Feedback-Type: " + kind, "User-Agent: posta/1", "Version: 1", "Original-Rcpt-To: zofia22@posta.example", "",
			"--b", "Content-Type: text/rfc822-headers", "", "Message-ID: " + header(m.t, sent).Get("Message-Id"), "", "--b--",
		}
	}
	m.office.Arrive(m.t, report("not-spam", "first-report")...)
	m.office.Arrive(m.t, report("abuse", "second-report")...)
	told := m.find("the complaint is told", c.ID, func(e mailEntry) bool { return e.Code == "mail_complained" })
	if !strings.Contains(string(told.Data), "zofia22@posta.example") || !strings.Contains(string(told.Data), "abuse") {
		m.t.Errorf("%s", told.Data)
	}
	all := 0
	for _, one := range m.entries(c.ID) {
		if one.Code == "mail_complained" {
			all++
		}
	}
	if got := m.settles(c.ID, e.ID, "sent"); all != 1 || got.Delivery.Reason != "" {
		m.t.Errorf("%d complaints are told; %+v", all, got.Delivery)
	}
}

func (m *mailHouse) dkim() {
	public, private, err := ed25519.GenerateKey(nil)
	m.must(err)
	der, err := x509.MarshalPKCS8PrivateKey(private)
	m.must(err)
	got := m.chief.call("PATCH", "/api/v1/mailboxes/"+m.box, fields{"secrets": fields{"dkim_key": "no key"}})
	if got.status != 422 || !strings.Contains(got.body, "mailbox.dkim_key") {
		m.t.Errorf("%d %s", got.status, got.body)
	}
	m.set(fields{"dkim_selector": "desk"}, fields{"dkim_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))})
	if got := m.chief.call("GET", "/api/v1/mailboxes/"+m.box, nil); !strings.Contains(got.body, `"has_dkim_key":true`) || strings.Contains(got.body, "PRIVATE") {
		m.t.Errorf("%s", got.body)
	}
	c := m.begin(23)
	file := m.agent.make("POST", "/api/v1/attachments", raw(drawn()), "id")
	e := m.reply(c.ID, "", fields{"client_id": "signed by the domain", "html": "<p>Dzień dobry — ö</p>", "attachment_ids": []string{file}})
	sent := m.office.Next(m.t)
	m.settles(c.ID, e.ID, "sent")
	found, err := dkim.VerifyWithOptions(strings.NewReader(sent.Raw), &dkim.VerifyOptions{LookupTXT: func(domain string) ([]string, error) {
		if domain != "desk._domainkey.fala.example" {
			m.t.Errorf("the key is looked for at %s", domain)
		}
		return []string{"v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)}, nil
	}})
	if err != nil || len(found) != 1 || found[0].Err != nil || found[0].Domain != "fala.example" {
		m.t.Fatalf("%+v, %v in %s", found, err, sent.Raw[:min(len(sent.Raw), 2000)])
	}
}
