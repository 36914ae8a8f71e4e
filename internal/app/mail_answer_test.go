package app

import (
	"fmt"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/kit/mailmsg"
)

// undoneWithFiles takes an answer back that has a file, and sends the file with another; once it has gone, it is not for the taking.
func (m *mailHouse) undoneWithFiles(c mailThread) {
	file := m.agent.make("POST", "/api/v1/attachments", raw(picture()), "id")
	e := m.reply(c.ID, "Ze zdjęciem", fields{"send_at": time.Time{}, "attachment_ids": []string{file}})
	m.agent.make("POST", "/api/v1/conversations/"+c.ID+"/entries/"+e.ID+"/cancel", nil, "")
	if got := m.settles(c.ID, e.ID, "cancelled"); len(got.Attachments) != 1 {
		m.t.Errorf("%+v", got)
	}
	again := m.reply(c.ID, "Ze zdjęciem, poprawione", fields{"attachment_ids": []string{file}})
	if sent := m.office.Next(m.t); !strings.Contains(sent.Raw, "zdjecie.png") {
		m.t.Errorf("%s", sent.Raw)
	}
	m.settles(c.ID, again.ID, "sent")
	for _, thread := range []string{c.ID, m.begin(8).ID} {
		got := m.agent.call("POST", "/api/v1/conversations/"+thread+"/replies", fields{
			"text": "x", "client_id": "stolen", "based_on_seq": 0, "force": true, "attachment_ids": []string{file},
		})
		if got.status != 422 || !strings.Contains(got.body, "attachment.gone") {
			m.t.Errorf("a file that has gone is taken: %d %s", got.status, got.body)
		}
	}
}

// signed lets the agent and the mailbox sign, as the mailbox says.
func (m *mailHouse) signed() {
	c := m.begin(6)
	const path = "/api/v1/me/signature"
	if own := m.agent.make("PUT", path, fields{"html": "<p>Ola <strong>Nowicka</strong><script>alert(1)</script></p>"}, "html"); own != "<p>Ola <strong>Nowicka</strong></p>" {
		m.t.Errorf("the signature is kept as %s", own)
	}
	if got := m.agent.call("PUT", path, fields{"html": strings.Repeat("x", 10_001)}); got.status != 422 {
		m.t.Errorf("a long signature is taken: %d", got.status)
	}
	for i, k := range []struct {
		rule      string
		own, box  bool
		signature string
	}{
		{"mailbox", false, true, ""}, {"agent", true, false, ""}, {"both", true, true, ""}, {"agent", false, true, "<p> </p>"},
	} {
		settings := m.settings()
		settings["signature_rule"] = k.rule
		m.chief.make("PATCH", "/api/v1/mailboxes/"+m.box, fields{"settings": settings}, "id")
		if k.signature != "" {
			m.agent.make("PUT", path, fields{"html": k.signature}, "")
		}
		e := m.reply(c.ID, "", fields{"client_id": fmt.Sprint("signed", i), "html": "<p>Treść</p>"})
		sent := mailmsg.ParseBytes([]byte(m.office.Next(m.t).Raw), mailmsg.Limits{})
		m.settles(c.ID, e.ID, "sent")
		for what, there := range map[string]bool{
			sent.HTML: strings.Contains(sent.HTML, "Ola <strong>Nowicka</strong>"), sent.Text: strings.Contains(sent.Text, "-- \nOla Nowicka"),
		} {
			if there != k.own {
				m.t.Errorf("%s: the agent's signature is there: %v, in %s", k.rule, there, what)
			}
		}
		if box := strings.Contains(sent.HTML, "Pozdrawiam, Ola Nowicka") && strings.Contains(sent.Text, "Pozdrawiam, Ola Nowicka"); box != k.box {
			m.t.Errorf("%s: the mailbox's signature is there: %v, in %s", k.rule, box, sent.Text)
		}
	}
	from := m.agent.call("GET", "/api/v1/senders?brand="+m.brand, nil)
	if !strings.Contains(from.body, `"signature_rule":"agent"`) {
		m.t.Errorf("%s", from.body)
	}
}
