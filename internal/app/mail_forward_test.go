package app

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/kit/mailmsg"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestAMailIsPassedOn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := openMailHouse(t, d)
		c, e := m.formatted()
		t.Run("with its formatting, its pictures and the files that were chosen", func(t *testing.T) { m.t = t; m.passed(c, e) })
		t.Run("by those alone who may read it, within its brand", func(t *testing.T) { m.t = t; m.notPassed(c, e) })
	})
}

// formatted lets a customer write with formatting, a picture within the text and two files.
func (m *mailHouse) formatted() (mailThread, mailEntry) {
	m.t.Helper()
	c := m.begin(1)
	part := func(head, content string) []string {
		return append([]string{"--b"}, append(strings.Split(head, "|"), "Content-Transfer-Encoding: base64", "", base64.StdEncoding.EncodeToString([]byte(content)))...)
	}
	lines := []string{
		"From: Zofia <zofia1@posta.example>", "To: " + boxAddress, "Cc: kot@posta.example", "Subject: Re: Rachunek 1", "In-Reply-To: <first1@posta.example>", "Message-ID: <formatted@posta.example>",
		"Date: Mon, 02 Nov 2026 10:00:00 +0100", "MIME-Version: 1.0", `Content-Type: multipart/mixed; boundary="b"`, "",
		"--b", `Content-Type: text/html; charset=utf-8`, "",
		`<table bgcolor="#ffffff"><tr><td>Kwota: <b>17 zł</b><img src="cid:logo@x"><img src="https://sklep.example/a.png"></td></tr></table><script>alert(1)</script><blockquote>dawniej</blockquote>`,
	}
	lines = append(lines, part("Content-Type: image/png; name=logo.png|Content-ID: <logo@x>|Content-Disposition: inline; filename=logo.png", string(picture()))...)
	lines = append(lines, part("Content-Type: text/plain; name=umowa.txt|Content-Disposition: attachment; filename=umowa.txt", "umowa")...)
	lines = append(lines, part("Content-Type: text/plain; name=prywatne.txt|Content-Disposition: attachment; filename=prywatne.txt", "prywatne")...)
	m.office.Arrive(m.t, append(lines, "--b--")...)
	return c, m.find("the mail with formatting is there", c.ID, func(e mailEntry) bool { return len(e.Attachments) == 3 })
}

// fileOf returns the key of a file of an entry.
func (e mailEntry) fileOf(name string) string {
	for _, f := range e.Attachments {
		if f.Name == name {
			return f.ID
		}
	}
	return ""
}

func (m *mailHouse) passed(c mailThread, e mailEntry) {
	to := m.write(fields{"from_id": m.box, "to": "Hurtownia <biuro@hurt.example>", "subject": "Fwd: Rachunek 1"})
	forward := fields{"conversation_id": c.ID, "entry_id": e.ID, "attachment_ids": []string{e.fileOf("umowa.txt")}}
	mine := m.reply(to.ID, "", fields{"client_id": "passed", "html": "<p>Proszę o <em>pomoc</em></p>", "forward": forward})
	sent := mailmsg.ParseBytes([]byte(m.office.Next(m.t).Raw), mailmsg.Limits{})
	for _, want := range []string{
		"<em>pomoc</em>", "Przekazana wiadomość", "Od: Zofia &lt;zofia1@posta.example&gt;", "Data: ", "Temat: Re: Rachunek 1", "Do: " + boxAddress, "DW: kot@posta.example",
		"<b>17 zł</b>", `src="cid:logo@x"`, `src="https://sklep.example/a.png"`, "dawniej",
	} {
		if !strings.Contains(sent.HTML, want) {
			m.t.Errorf("%q is not in %s", want, sent.HTML)
		}
	}
	if strings.Contains(sent.HTML, "alert") || strings.Index(sent.HTML, "Pozdrawiam") > strings.Index(sent.HTML, "Przekazana") {
		m.t.Errorf("%s", sent.HTML)
	}
	if !strings.Contains(sent.Text, "---------- Przekazana wiadomość ----------\nOd: Zofia") || strings.Index(sent.Text, "Pozdrawiam") > strings.Index(sent.Text, "Przekazana") {
		m.t.Errorf("%s", sent.Text)
	}
	if len(sent.Attachments) != 2 || !sent.Attachments[0].Inline || sent.Attachments[0].ContentID != "logo@x" || sent.Attachments[1].Name != "umowa.txt" {
		m.t.Errorf("%+v", sent.Attachments)
	}
	m.settles(to.ID, mine.ID, "sent")
	page := m.agent.call("GET", "/api/v1/conversations/"+to.ID+"/entries/"+mine.ID+"/page", nil)
	if page.status != 200 || !strings.Contains(page.body, `src="/api/v1/attachments/`) || !strings.Contains(page.body, `data-fold="quote"`) || strings.Contains(page.body, ` src="https://sklep`) {
		m.t.Errorf("%d %s", page.status, page.body)
	}
	again := m.reply(to.ID, "", fields{"client_id": "passed", "html": "<p>Proszę o <em>pomoc</em></p>", "forward": forward})
	if again.ID != mine.ID || len(m.entries(to.ID)) != 2 {
		m.t.Errorf("sent again it is %s, not %s, among %d", again.ID, mine.ID, len(m.entries(to.ID)))
	}
}

func (m *mailHouse) notPassed(c mailThread, e mailEntry) {
	to := m.write(fields{"from_id": m.box, "to": "Ktoś <ktos@hurt.example>", "subject": "Fwd"})
	foreign := m.begin(2)
	other := m.entries(foreign.ID)[0]
	for name, k := range map[string]struct {
		forward fields
		status  int
	}{
		"a mail of another conversation":   {fields{"conversation_id": c.ID, "entry_id": other.ID}, 404},
		"a mail that there is not":         {fields{"conversation_id": c.ID, "entry_id": "77"}, 404},
		"a file of another mail":           {fields{"conversation_id": c.ID, "entry_id": e.ID, "attachment_ids": []string{"77"}}, 422},
		"a line of ours, which is no mail": {fields{"conversation_id": to.ID, "entry_id": m.entries(to.ID)[0].ID}, 404},
	} {
		got := m.agent.call("POST", "/api/v1/conversations/"+to.ID+"/replies", fields{"text": "x", "client_id": name, "based_on_seq": 0, "force": true, "forward": k.forward})
		if got.status != k.status {
			m.t.Errorf("%s is passed on: %d %s", name, got.status, got.body)
		}
	}
	jan := m.hire(m.tenants[0], "Jan", account.NewUser{Roles: []account.RoleKey{account.RoleKey(actor.Agent)}, AllBrands: true})
	his := jan.make("POST", "/api/v1/mails", fields{"from_id": m.box, "to": "jego@hurt.example", "subject": "x"}, "id")
	got := jan.call("POST", "/api/v1/conversations/"+his+"/replies", fields{
		"text": "x", "client_id": "his", "based_on_seq": 0, "force": true, "forward": fields{"conversation_id": c.ID, "entry_id": e.ID},
	})
	if got.status != 404 {
		m.t.Errorf("a colleague passes on what is not theirs: %d %s", got.status, got.body)
	}
	brand := m.chief.make("POST", "/api/v1/brands", fields{"name": "Inna", "color": "#0b7285", "languages": []string{"en"}, "time_zone": "Europe/Warsaw"}, "id")
	queue := m.chief.make("POST", "/api/v1/queues", fields{"brand_id": brand, "name": "Inna", "pull_allowed": true}, "id")
	box := m.chief.make("POST", "/api/v1/mailboxes", fields{
		"brand_id": brand, "queue_id": queue, "name": "Inna", "address": "inna@inna.example", "settings": m.settings(), "secrets": fields{"password": boxPassword},
	}, "id")
	there := m.chief.make("POST", "/api/v1/mails", fields{"from_id": box, "to": "ktos@inny.example", "subject": "x"}, "id")
	got = m.chief.call("POST", "/api/v1/conversations/"+there+"/replies", fields{
		"text": "x", "client_id": "brand", "based_on_seq": 0, "force": true, "forward": fields{"conversation_id": c.ID, "entry_id": e.ID},
	})
	if got.status != 404 {
		m.t.Errorf("a mail goes to another brand: %d %s", got.status, got.body)
	}
}
