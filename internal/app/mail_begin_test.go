package app

import (
	"net/mail"
	"slices"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestAnAgentWritesFirst(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := openMailHouse(t, d)
		t.Run("a mail to somebody new begins a conversation", func(t *testing.T) { m.t = t; m.begun() })
		t.Run("a new address of a customer is theirs", func(t *testing.T) { m.t = t; m.begunToCustomer() })
		t.Run("somebody else is asked for the sake of a case", func(t *testing.T) { m.t = t; m.aside() })
		t.Run("an answer goes from another mailbox of the brand", func(t *testing.T) { m.t = t; m.fromAnother() })
		t.Run("what is no address or no mailbox is refused", func(t *testing.T) { m.t = t; m.begunWrongly() })
	})
}

// write begins a conversation as the agent and returns it.
func (m *mailHouse) write(in fields) mailThread {
	m.t.Helper()
	var c mailThread
	m.get("/conversations/"+m.agent.make("POST", "/api/v1/mails", in, "id"), &c)
	return c
}

func (m *mailHouse) begun() {
	c := m.write(fields{"from_id": m.box, "to": "Jan Nowy <Jan@Posta.example>", "subject": "Oferta"})
	if c.Subject != "Oferta" || c.State != "active" {
		m.t.Errorf("%+v", c)
	}
	if first := m.entries(c.ID); len(first) != 1 || first[0].Code != "begun" {
		m.t.Errorf("%+v", first)
	}
	e := m.reply(c.ID, "", fields{"client_id": "offer", "html": "<p>Dzień <strong>dobry</strong></p>"})
	sent := m.office.Next(m.t)
	h := header(m.t, sent)
	if len(sent.To) != 1 || sent.To[0] != "jan@posta.example" || h.Get("Subject") != "Oferta" || h.Get("In-Reply-To") != "" {
		m.t.Errorf("%+v", sent)
	}
	m.settles(c.ID, e.ID, "sent")
	m.office.Arrive(m.t, "From: Jan Nowy <jan@posta.example>", "To: "+boxAddress, "Subject: Re: Oferta", "In-Reply-To: "+h.Get("Message-Id"), "Message-ID: <yes@posta.example>", "", "Chętnie",
		"", "> Dzień dobry")
	got := m.find("the answer comes home", c.ID, func(e mailEntry) bool { return e.Text == "Chętnie" })
	if strings.Contains(string(got.Data), "other_party") || !strings.Contains(got.HTML, `data-fold="quote"`) {
		m.t.Errorf("%s %s", got.Data, got.HTML)
	}
	page := m.agent.call("GET", "/api/v1/conversations/"+c.ID+"/entries/"+got.ID+"/page?dark=true", nil)
	if page.status != 200 || !strings.Contains(page.body, "Dzień dobry") || !strings.Contains(page.body, `data-theme="dark"`) {
		m.t.Errorf("%d %s", page.status, page.body)
	}
}

func (m *mailHouse) begunToCustomer() {
	var known struct {
		Customer struct{ ID string }
	}
	m.get("/conversations/"+m.begin(7).ID, &known)
	c := m.write(fields{"from_id": m.box, "customer_id": known.Customer.ID, "to": "zofia.private@posta.example", "subject": "Prywatnie"})
	var begun struct {
		Customer struct{ ID string }
	}
	if m.get("/conversations/"+c.ID, &begun); begun.Customer.ID != known.Customer.ID {
		m.t.Errorf("it is with %s, not with %s", begun.Customer.ID, known.Customer.ID)
	}
	card := m.agent.call("GET", "/api/v1/customers/"+known.Customer.ID, nil)
	if !strings.Contains(card.body, "zofia.private@posta.example") {
		m.t.Errorf("%d %s", card.status, card.body)
	}
}

// aside asks somebody else for the sake of a case: what they answer is a part of it.
func (m *mailHouse) aside() {
	c := m.begin(9)
	matter := m.agent.make("POST", "/api/v1/cases", fields{"conversation_id": c.ID, "subject": "Awaria"}, "id")
	side := m.write(fields{"from_id": m.box, "to": "serwis@posta.example", "subject": "Fwd: Rachunek 9", "case_id": matter})
	e := m.reply(side.ID, "Proszę sprawdzić", nil)
	sent := m.office.Next(m.t)
	if !slices.Equal(sent.To, []string{"serwis@posta.example"}) {
		m.t.Errorf("it goes to %v", sent.To)
	}
	m.settles(side.ID, e.ID, "sent")
	m.office.Arrive(m.t, "From: serwis@posta.example", "To: "+boxAddress, "Subject: Re: Fwd: Rachunek 9", "In-Reply-To: "+header(m.t, sent).Get("Message-Id"),
		"Message-ID: <fixed@posta.example>", "", "Naprawione")
	m.find("the answer comes to the side conversation", side.ID, func(e mailEntry) bool { return e.Text == "Naprawione" })
	var beside struct{ Items []struct{ ID string } }
	if m.get("/conversations/"+side.ID+"/cases", &beside); len(beside.Items) != 1 || beside.Items[0].ID != matter {
		m.t.Errorf("%+v", beside)
	}
	if got := m.entries(c.ID); len(got) != 2 {
		m.t.Errorf("the customer's conversation has %d entries", len(got))
	}
	m.agent.make("POST", "/api/v1/interactions/"+c.InteractionID+"/end", nil, "")
	m.agent.make("POST", "/api/v1/interactions/"+c.InteractionID+"/finish", fields{}, "")
}

func (m *mailHouse) fromAnother() {
	c := m.begin(8)
	settings := m.settings()
	settings["imap"] = fields{"host": "127.0.0.1", "port": 1, "tls": "none"} // it only sends
	settings["username"] = boxAddress
	var box struct{ BrandID, QueueID string }
	m.get("/mailboxes/"+m.box, &struct {
		BrandID *string `json:"brand_id"`
		QueueID *string `json:"queue_id"`
	}{&box.BrandID, &box.QueueID})
	other := m.chief.make("POST", "/api/v1/mailboxes", fields{
		"brand_id": box.BrandID, "queue_id": box.QueueID, "name": "Faktury", "address": "faktury@fala.example", "settings": settings, "secrets": fields{"password": boxPassword},
	}, "id")
	senders := m.agent.call("GET", "/api/v1/senders?brand="+box.BrandID, nil)
	if !strings.Contains(senders.body, boxAddress) || !strings.Contains(senders.body, "faktury@fala.example") || strings.Contains(senders.body, boxPassword) {
		m.t.Errorf("%d %s", senders.status, senders.body)
	}
	e := m.reply(c.ID, "Z innego adresu", fields{"from_id": other})
	sent := m.office.Next(m.t)
	if from, err := mail.ParseAddress(header(m.t, sent).Get("From")); err != nil || from.Address != "faktury@fala.example" {
		m.t.Errorf("from %v, %v", from, err)
	}
	m.settles(c.ID, e.ID, "sent")
	m.chief.make("PATCH", "/api/v1/mailboxes/"+other, fields{"active": false}, "")
	if got := m.agent.call("POST", "/api/v1/conversations/"+c.ID+"/replies", fields{"text": "x", "client_id": "closed", "based_on_seq": 99, "from_id": other}); got.status != 422 {
		m.t.Errorf("it goes from a closed mailbox: %d %s", got.status, got.body)
	}
}

func (m *mailHouse) begunWrongly() {
	for name, in := range map[string]fields{
		"no address":     {"from_id": m.box, "to": "nobody"},
		"two addresses":  {"from_id": m.box, "to": "a@posta.example, b@posta.example"},
		"no mailbox":     {"from_id": "1", "to": "a@posta.example"},
		"no customer":    {"from_id": m.box, "to": "a@posta.example", "customer_id": "1"},
		"a broken line":  {"from_id": m.box, "to": "a@posta.example", "subject": "a\r\nBcc: b@posta.example"},
		"a script alone": {"from_id": m.box, "to": "<script>"},
	} {
		if got := m.agent.call("POST", "/api/v1/mails", in); got.status != 422 {
			m.t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
}
