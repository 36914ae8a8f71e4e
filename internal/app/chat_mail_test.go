package app

import (
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"github.com/zongler/zongler/internal/channel/email/mailtest"
	"github.com/zongler/zongler/internal/kit/mailmsg"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestAChatGoesOnByEMail(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := openGoingOn(t, d)
		t.Run("two answers that are not seen are one mail", func(t *testing.T) { g.t = t; g.unseen() })
		t.Run("what was changed is mailed as it stands, what was taken back is not", func(t *testing.T) { g.t = t; g.changed() })
		t.Run("what is answered by mail is in the chat", func(t *testing.T) { g.t = t; g.answered() })
		t.Run("what is seen is not mailed", func(t *testing.T) { g.t = t; g.seen() })
		t.Run("nothing is mailed to who is there", func(t *testing.T) { g.t = t; g.there() })
		t.Run("what is seen while the mail waits is not sent", func(t *testing.T) { g.t = t; g.overtaken() })
		t.Run("without an address the desk is told", func(t *testing.T) { g.t = t; g.nowhere() })
		t.Run("an address of the card will do", func(t *testing.T) { g.t = t; g.ofTheCard() })
		t.Run("nothing more goes where nothing arrives", func(t *testing.T) { g.t = t; g.bounced() })
		t.Run("what is not wanted is refused", func(t *testing.T) { g.t = t; g.unwanted() })
	})
}

func (g *goingOn) unseen() {
	c := g.chats("zofia@posta.example")
	c.leaves()
	g.answers(c, "Tak, do 18.")
	picture := g.agent.make("POST", "/api/v1/attachments", raw(picture()), "id")
	g.agent.make("POST", "/api/v1/conversations/"+c.ID+"/replies", fields{"text": "Zapraszamy!", "client_id": "map", "based_on_seq": 0, "force": true, "attachment_ids": []string{picture}}, "")
	letter, sent := g.goes(c, 1)
	m := mailmsg.ParseBytes([]byte(sent.Raw), mailmsg.Limits{})
	if !slices.Equal(sent.To, []string{"zofia@posta.example"}) || m.Subject != "Twój czat z Fala" || m.Author().Name != "Ola" || m.Author().Addr != mailtest.Address || len(m.Attachments) != 1 {
		g.t.Errorf("%q to %v from %v", m.Subject, sent.To, m.Author())
	}
	for _, part := range []string{"Ola:\nTak, do 18.\n\nZapraszamy!\n", "Pozdrawiam, Ola", "> Ty: Czy otwarte?"} {
		if !strings.Contains(m.Text, part) {
			g.t.Errorf("%q is not in\n%s", part, m.Text)
		}
	}
	if strings.Count(m.Text, "Zapraszamy!") != 1 || !strings.Contains(string(letter.Data), `"address":"zofia@posta.example"`) {
		g.t.Errorf("%s\n%s", letter.Data, m.Text)
	}
	g.stays(c, 1)
	page := g.comes(c).bearer("GET", "/w/entries?after=0&conversation="+c.ID)
	if strings.Count(page.body, "Zapraszamy!") != 1 || strings.Contains(page.body, "mailed") || strings.Contains(page.body, mailtest.Address) {
		g.t.Errorf("%d %s", page.status, page.body)
	}
	g.ends(c)
}

func (g *goingOn) changed() {
	c := g.chats("ewa@posta.example")
	c.leaves()
	entries := "/api/v1/conversations/" + c.ID + "/entries/"
	first := g.answers(c, "Czynne do 18.")
	g.answers(c, "Do widzenia!")
	wrong := g.answers(c, "Pani hasło to 1234.")
	g.agent.make("POST", entries+first.ID+"/edit", fields{"text": "Czynne do 20."}, "")
	g.agent.make("POST", entries+wrong.ID+"/delete", nil, "")
	_, sent := g.goes(c, 1)
	if text := mailmsg.ParseBytes([]byte(sent.Raw), mailmsg.Limits{}).Text; !strings.Contains(text, "Ola:\nCzynne do 20.\n\nDo widzenia!\n") || strings.Contains(text, "1234") {
		g.t.Errorf("the mail says\n%s", text)
	}
	gone := g.answers(c, "I jeszcze to")
	g.agent.make("POST", entries+gone.ID+"/delete", nil, "")
	g.stays(c, 1)
	g.ends(c)
}

func (g *goingOn) answered() {
	c := g.chats("jan@posta.example")
	c.leaves()
	g.answers(c, "Sprawdzimy.")
	_, sent := g.goes(c, 1)
	g.ends(c)
	h := header(g.t, sent)
	before := g.customers()
	reply := []string{
		"From: Jan Nowy <jan@posta.example>", "To: " + mailtest.Address, "Subject: Re: " + h.Get("Subject"), "In-Reply-To: " + h.Get("Message-Id"),
		"Message-ID: <jan1@posta.example>", "Content-Type: text/plain; charset=utf-8", "", "Czekam.", "", "W dniu 1.01 Ola napisała:", "> Sprawdzimy.",
	}
	g.office.Arrive(g.t, reply...)
	g.office.Arrive(g.t, reply...)
	got := g.find("the answer comes home", c.ID, func(e mailEntry) bool { return e.Author == "customer" && strings.HasPrefix(e.Text, "Czekam.") })
	if strings.Contains(string(got.Data), "other_party") || strings.Contains(got.Text, "Sprawdzimy") || !strings.Contains(got.HTML, `data-fold="quote"`) {
		g.t.Errorf("%s %q %s", got.Data, got.Text, got.HTML)
	}
	var now struct {
		State         string
		InteractionID string `json:"interaction_id"`
		Customer      struct{ ID string }
	}
	if g.get("/conversations/"+c.ID, &now); now.State != "queued" || now.InteractionID == c.InteractionID {
		g.t.Errorf("%+v", now)
	}
	if card := g.chief.call("GET", "/api/v1/customers/"+now.Customer.ID, nil); !strings.Contains(card.body, `"external_id":"jan@posta.example"`) || !strings.Contains(card.body, `"verified"`) {
		g.t.Errorf("the address is not theirs: %s", card.body)
	}
	g.office.Arrive(g.t, "From: stranger@else.example", "To: "+replyTo(g.t, h), "Delivered-To: "+replyTo(g.t, h), "Message-ID: <strange@else.example>", "", "To ja, Jan")
	other := g.find("a stranger's answer is kept", c.ID, func(e mailEntry) bool { return e.Text == "To ja, Jan" })
	if !strings.Contains(string(other.Data), `"other_party":true`) {
		g.t.Errorf("%s", other.Data)
	}
	if n := g.customers() - before; n != 1 { // the stranger; Jan has been somebody before
		g.t.Errorf("%d customers more", n)
	}
	g.goneOn(c, now.InteractionID)
}

// customers counts all that there are.
func (g *goingOn) customers() int {
	g.t.Helper()
	n, err := db.One[int](g.t.Context(), g.app.db, `SELECT COUNT(*) FROM customer`)
	g.must(err)
	return n
}

// goneOn answers what has come by mail: nobody takes its visitor for gone, and the next answer keeps the thread.
func (g *goingOn) goneOn(c chat, work string) {
	g.must(g.app.db.Update(g.t.Context(), func(tx *db.Tx) error {
		_, err := db.Exec(g.t.Context(), tx, `UPDATE job SET run_at = 1 WHERE kind = 'webchat.watch'`)
		tx.Wake("job")
		return err
	}))
	g.agent.make("POST", "/api/v1/interactions/"+work+"/pull", nil, "")
	g.answers(c, "Naprawione.")
	_, sent := g.goes(c, 2)
	if h := header(g.t, sent); h.Get("In-Reply-To") != "<jan1@posta.example>" || !slices.Equal(sent.To, []string{"jan@posta.example"}) || strings.Contains(sent.Raw, "To ja, Jan") || strings.Contains(sent.Raw, "strange@") {
		g.t.Errorf("%v %+v", h, sent)
	}
	page := g.comes(c).bearer("GET", "/w/entries?after=0&conversation="+c.ID)
	if strings.Count(page.body, "Czekam.") != 1 || strings.Contains(page.body, "To ja, Jan") {
		g.t.Errorf("%d %s", page.status, page.body)
	}
	c.InteractionID = work
	g.ends(c)
}

func (g *goingOn) seen() {
	c := g.chats("seen@posta.example")
	e := g.answers(c, "Już widać")
	c.guest.send("read", fields{"conversation": c.ID, "seq": e.Seq})
	g.settles(c.ID, e.ID, "read")
	c.leaves()
	g.stays(c, 0)
	g.ends(c)
}

func (g *goingOn) there() {
	c := g.chats("there@posta.example")
	c.leaves()
	e := g.answers(c, "Zaraz wracam")
	back := g.comes(c)
	g.later(c)
	until(g.t, "it is noted that the visitor is there", func() bool {
		n, err := db.One[int](g.t.Context(), g.app.db, `SELECT COUNT(*) FROM webchat_chat WHERE conversation_id = `+c.ID+` AND seen_at > 1`)
		return err == nil && n == 1
	})
	until(g.t, "the answers are looked at again later", func() bool {
		n, err := db.One[int](g.t.Context(), g.app.db, `SELECT COUNT(*) FROM job WHERE kind = 'webchat.mail' AND state = 'ready' AND run_at > 1`)
		return err == nil && n == 1
	})
	if all := g.system(c, "mailed"); len(all) != 0 {
		g.t.Errorf("%+v", all)
	}
	back.send("read", fields{"conversation": c.ID, "seq": e.Seq})
	g.settles(c.ID, e.ID, "read")
	g.stays(c, 0)
	g.ends(c)
}

func (g *goingOn) overtaken() {
	c := g.chats("late@posta.example")
	c.leaves()
	g.office.Refuse(&smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "greylisted"})
	e := g.answers(c, "Wysyłamy")
	until(g.t, "the mail has been tried and refused", func() bool {
		g.later(c)
		n, err := db.One[int](g.t.Context(), g.app.db, `SELECT COUNT(*) FROM dispatch WHERE attempts > 0 AND NOT in_flight`)
		return err == nil && n > 0
	})
	back := g.comes(c)
	back.send("read", fields{"conversation": c.ID, "seq": e.Seq})
	g.settles(c.ID, e.ID, "read")
	g.office.Refuse(nil)
	letter := g.find("the letter is given up", c.ID, func(e mailEntry) bool { return e.Code == "mailed" && e.Delivery.State == "cancelled" })
	if letter.Delivery.Reason != "delivery.seen" {
		g.t.Errorf("%+v", letter)
	}
	g.stays(c, 1)
	g.ends(c)
}

func (g *goingOn) nowhere() {
	c := g.chats("")
	c.leaves()
	g.answers(c, "Halo?")
	g.stays(c, 0)
	g.answers(c, "Jest Pan tam?")
	g.stays(c, 0)
	if all := g.system(c, "mail_no_address"); len(all) != 1 {
		g.t.Errorf("%+v", all)
	}
	back := g.comes(c)
	back.send("address", fields{"cid": "my-address", "conversation": c.ID, "email": "nowa@posta.example"})
	back.until("done")
	back.send("address", fields{"cid": "my-address", "conversation": c.ID, "email": "nowa@posta.example"})
	_ = back.conn.CloseNow()
	<-back.ended
	_, sent := g.goes(c, 1)
	if !slices.Equal(sent.To, []string{"nowa@posta.example"}) || len(g.system(c, "mail_address")) != 1 {
		g.t.Errorf("%+v", sent)
	}
	g.stays(c, 1)
	g.ends(c)
}

func (g *goingOn) ofTheCard() {
	c := g.chats("")
	var known struct {
		Customer struct{ ID string }
	}
	g.get("/conversations/"+c.ID, &known)
	g.agent.make("PATCH", "/api/v1/customers/"+known.Customer.ID, fields{"email": "karta@posta.example"}, "")
	c.leaves()
	g.answers(c, "Mamy Pana adres")
	if _, sent := g.goes(c, 1); !slices.Equal(sent.To, []string{"karta@posta.example"}) {
		g.t.Errorf("%+v", sent)
	}
	g.ends(c)
}

func (g *goingOn) bounced() {
	c := g.chats("nobody@posta.example")
	c.leaves()
	g.answers(c, "Odpowiedź")
	letter, sent := g.goes(c, 1)
	g.office.Arrive(g.t, bounceOf("nobody@posta.example", sent.Envelope, "failed", "5.1.2")...)
	if got := g.settles(c.ID, letter.ID, "failed"); got.Delivery.Reason != "delivery.bounced" {
		g.t.Errorf("%+v", got)
	}
	g.answers(c, "Jeszcze jedna")
	g.stays(c, 1)
	if told := g.system(c, "mail_bounced"); len(told) != 1 || len(g.system(c, "mail_no_address")) != 0 {
		g.t.Errorf("%+v", told)
	}
	g.ends(c)
}

func (g *goingOn) unwanted() {
	other := g.chief.make("POST", "/api/v1/brands", fields{"name": "Obca", "color": "#0b7285", "languages": []string{"pl"}, "time_zone": "Europe/Warsaw"}, "id")
	for name, in := range map[string]fields{
		"no mailbox":                  {"brand_id": g.brand, "config": widgetOf("1")},
		"a widget":                    {"brand_id": g.brand, "config": widgetOf(g.point)},
		"a mailbox of another brand":  {"brand_id": other, "config": widgetOf(g.box)},
		"a mailbox that is no number": {"brand_id": g.brand, "config": widgetOf("box")},
	} {
		in["channel"], in["name"] = "webchat", name
		got := g.chief.call("POST", "/api/v1/entry-points", in)
		if got.status != 422 || name != "a mailbox that is no number" && !strings.Contains(got.body, `"widget.mailbox"`) {
			g.t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	slow := widgetOf(g.box)
	slow["mail"] = fields{"from_id": g.box, "minutes": 100000}
	if got := g.chief.call("PATCH", "/api/v1/entry-points/"+g.point, fields{"config": slow}); got.status != 422 || !strings.Contains(got.body, "config.mail.minutes") {
		g.t.Errorf("%d %s", got.status, got.body)
	}
	g.chief.make("PATCH", "/api/v1/entry-points/"+g.point, fields{"config": fields{}}, "")
	c := g.chats("off@posta.example")
	c.leaves()
	g.answers(c, "Nie mailem")
	g.stays(c, 0)
	g.ends(c)
}

func TestAChatGoesOnByEMailAcrossARestart(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := openGoingOn(t, d)
		c := g.chats("zofia@posta.example")
		c.leaves()
		g.answers(c, "Do zobaczenia")
		g.restart()
		_, sent := g.goes(c, 1)
		if !strings.Contains(sent.Raw, "Do zobaczenia") {
			t.Errorf("%s", sent.Raw)
		}
		g.restart()
		g.stays(c, 1)
	})
}
