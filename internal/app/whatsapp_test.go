package app

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// says posts something that somebody has written, and waits until agents see it.
func (f *numberFolk) says(t *testing.T, d *testDesk, thread, name string, more metatest.Event) channeltest.Seen {
	t.Helper()
	if status := f.number.Post(f.number.Writes(f.writerOf(thread), name, more)); status != http.StatusOK {
		t.Fatalf("%d", status)
	}
	var found channeltest.Seen
	until(t, "agents see "+name, func() bool {
		all := d.Entries(t, thread)
		i := slices.IndexFunc(all, func(e channeltest.Seen) bool { return e.External == name })
		if i >= 0 {
			found = all[i]
		}
		return i >= 0
	})
	return found
}

func body1(text string) metatest.Event {
	return metatest.Event{"type": "text", "text": metatest.Event{"body": text}}
}

// A number is connected only with a token that may speak for it, and the form says what is wrong with another.
func TestANumberIsConnectedByWhoMaySpeakForIt(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	business := c.graph.Business("419561257915477")
	number := business.Number("106540352242922", "+48 22 100 20 30", "Fala")
	strange := c.graph.Business("419561257915478")
	strange.Number("106540352242923", "+48 22 100 20 31", "Inny")
	good := business.Token(metatest.WhatsAppScopes()...)
	for _, bad := range []struct{ business, phone, token, field, code string }{
		{business.ID, number.ID, "EAAGnonsense", "settings.token", "meta.token_invalid"},
		{business.ID, number.ID, business.Token("whatsapp_business_messaging"), "settings.token", "meta.token_scopes"},
		{business.ID, number.ID, c.graph.Page("1", "x").StrangeToken(), "settings.token", "meta.token_app"},
		{business.ID, "48221002030x", good, "settings.phone_number_id", "whatsapp.id"},
		{business.ID, "106540352242923", good, "settings.phone_number_id", "whatsapp.no_number"},
		{strange.ID, number.ID, good, "settings.waba_id", "whatsapp.no_business"},
	} {
		got := c.chief.call("POST", accountsPath, c.whatsAppAccount(bad.business, bad.phone, bad.token))
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `"code":"`+bad.code+`"`) || !strings.Contains(got.body, `"`+bad.field+`"`) {
			t.Errorf("%s: %d %s", bad.code, got.status, got.body)
		}
	}
	made := c.chief.call("POST", accountsPath, c.whatsAppAccount(business.ID, number.ID, good))
	if made.status != http.StatusCreated || field(t, made.body, "address") != number.ID || field(t, made.body, "name") != "Fala +48 22 100 20 30" {
		t.Fatalf("%d %s", made.status, made.body)
	}
	if !business.Subscribed() {
		t.Error("the business account tells us of nothing")
	}
	path := accountsPath + "/" + pointOf(t, made).String() + "/test"
	business.Unsubscribe()
	number.Quality = "RED"
	tested := c.chief.call("POST", path, nil)
	if !strings.Contains(tested.body, `"code":"whatsapp.quality"`) || !business.Subscribed() {
		t.Errorf("%d %s", tested.status, tested.body)
	}
	if got := c.chief.call("GET", accountsPath+"/"+pointOf(t, made).String(), nil); field(t, got.body, "health") != "ok" {
		t.Errorf("a low quality stops the number: %s", got.body)
	}
}

// What people send beside words is here as files, places and choices; a file is brought once, by the token.
func TestWhatPeopleSendAtWhatsAppIsHere(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	f := c.connectWhatsApp(t, "106540352242922")
	desk := c.desk(f.key, f.find)
	photo := f.number.File("", "image/png", picture())
	e := f.says(t, desk, "files", "wamid.photo", metatest.Event{"type": "image", "image": metatest.Event{"id": photo, "mime_type": "image/png", "caption": "Taki przyszedł"}})
	if e.Text != "Taki przyszedł" {
		t.Errorf("%+v", e)
	}
	n, err := db.One[int](t.Context(), c.app.db, `SELECT COUNT(*) FROM attachment WHERE stored AND name = 'image.png' AND size > 0`)
	if err != nil || n != 1 {
		t.Errorf("%d files: %v", n, err)
	}
	for kind, more := range map[string]metatest.Event{
		"interactive": {"interactive": metatest.Event{"type": "button_reply", "button_reply": metatest.Event{"id": "tak", "title": "Tak, poproszę"}}},
		"location":    {"location": metatest.Event{"latitude": 52.1, "longitude": 21.0, "name": "Punkt odbioru"}},
		"unsupported": {"errors": []metatest.Event{metatest.Flaw(131051, "Message type unknown", "not supported")}},
	} {
		more["type"] = kind
		if e := f.says(t, desk, "files", "wamid."+kind, more); e.Text == "" {
			t.Errorf("%s: %+v", kind, e)
		}
	}
	gone := f.says(t, desk, "files", "wamid.gone", metatest.Event{"type": "document", "document": metatest.Event{"id": "999", "mime_type": "application/pdf", "filename": "umowa.pdf"}})
	if !strings.Contains(gone.Data, "umowa.pdf") {
		t.Errorf("a file that is gone is not named: %+v", gone)
	}
}

// The id that Meta makes and the number are one customer, also when both change.
func TestSomebodyWhoChangesTheirNumberStaysTheSameCustomer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		f := c.connectWhatsApp(t, "106540352242922")
		post := func(e metatest.Event, points int) { // one after the other, as it happens
			if status := f.number.Post(e); status != http.StatusOK {
				t.Fatal(status)
			}
			until(t, "it is known", func() bool {
				n, err := db.One[int](t.Context(), d, `SELECT COUNT(*) FROM contact_point`)
				return err == nil && n == points
			})
		}
		first, both := f.number.Person(metatest.Writer{Phone: "48600100200", Name: "Zofia"}), &metatest.Writer{User: "PL.1", Phone: "48600100200", Name: "Zofia"}
		later := &metatest.Writer{User: "PL.2", Name: "Zofia"}
		post(f.number.Writes(first, "wamid.1", body1("tylko numer")), 1)
		post(f.number.Writes(both, "wamid.2", body1("numer i nazwa")), 2)
		post(f.number.Writes(&metatest.Writer{User: "PL.1"}, "wamid.3", metatest.Event{"type": "system", "system": metatest.Event{
			"type": "user_changed_user_id", "user_id": "PL.2", "previous_user_id": "PL.1",
		}}), 3)
		post(f.number.Writes(later, "wamid.4", body1("nowa nazwa")), 3)
		until(t, "all of it is here", func() bool {
			n, err := db.One[int](t.Context(), d, `SELECT COUNT(*) FROM entry WHERE external_id IN ('wamid.1', 'wamid.2', 'wamid.4')`)
			return err == nil && n == 3
		})
		if n, err := db.One[int](t.Context(), d, `SELECT COUNT(*) FROM customer`); err != nil || n != 1 {
			t.Errorf("%d customers: %v", n, err)
		}
		points, err := db.Many[string](t.Context(), d, `SELECT external_id FROM contact_point ORDER BY external_id`)
		if err != nil || !slices.Equal(points, []string{"48600100200", "PL.1", "PL.2"}) {
			t.Errorf("%v %v", points, err)
		}
	})
}

// order adds the template of the tests to the number's business account.
func (f *numberFolk) order() {
	f.number.Business().Template(metatest.Event{
		"name": "paczka_w_drodze", "language": "pl", "status": "APPROVED", "category": "UTILITY", "components": []metatest.Event{
			{"type": "BODY", "text": "Paczka {{1}} będzie {{2}}.", "example": metatest.Event{"body_text": [][]string{{"77", "jutro"}}}}, {"type": "FOOTER", "text": "Fala"},
		},
	})
}

// After a day only a template goes: it is chosen with its values, and stands in the thread as the customer reads it.
func TestAfterADayATemplateIsSent(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		f := c.connectWhatsApp(t, "106540352242922")
		f.order()
		desk := c.desk(f.key, f.find)
		f.says(t, desk, "late", "wamid.first", body1("gdzie moja paczka"))
		desk.Take(t, "late")
		agent, conversation := desk.work["late"], "/api/v1/conversations/"+f.find(t, "late").String()
		c.must(d.Update(t.Context(), func(tx *db.Tx) error {
			_, err := db.Exec(t.Context(), tx, `UPDATE entry SET occurred_at = $1`, time.Now().Add(-25*time.Hour))
			return err
		}))
		f.number.Heard(f.writerOf("late"), time.Now().Add(-25*time.Hour))
		late := agent.call("POST", conversation+"/replies", fields{"text": "już wiem", "client_id": "late", "based_on_seq": 9, "force": true})
		if late.status != http.StatusConflict || !strings.Contains(late.body, "reply.window_closed") {
			t.Errorf("free text after a day: %d %s", late.status, late.body)
		}
		listed := agent.call("GET", conversation+"/templates", nil)
		if !strings.Contains(listed.body, `"text":"Paczka {{body.1}} będzie {{body.2}}."`) || !strings.Contains(listed.body, `"example":"jutro"`) {
			t.Fatalf("%d %s", listed.status, listed.body)
		}
		send := func(values fields, more fields) answer {
			in := fields{"template": fields{"name": "paczka_w_drodze", "language": "pl", "values": values}, "client_id": "t", "based_on_seq": 9, "force": true}
			maps.Copy(in, more)
			return agent.call("POST", conversation+"/replies", in)
		}
		if got := send(fields{"body.1": "77"}, nil); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "template.values.body.2") {
			t.Errorf("a value lacks: %d %s", got.status, got.body)
		}
		if got := send(fields{"body.1": "77", "body.2": "jutro"}, fields{"text": "i jeszcze"}); !strings.Contains(got.body, "reply.template_alone") {
			t.Errorf("a text beside it: %d %s", got.status, got.body)
		}
		if got := send(fields{"body.1": "77", "body.2": "jutro"}, nil); got.status/100 != 2 || !strings.Contains(got.body, `"template":`) {
			t.Fatalf("%d %s", got.status, got.body)
		}
		until(t, "Meta has it", func() bool { return len(f.number.Taken()) == 1 })
		taken := f.number.Taken()[0]
		if taken.Template != "paczka_w_drodze" || !slices.Equal(taken.Values, []string{"77", "jutro"}) || taken.To != f.writerOf("late").User {
			t.Errorf("%+v", taken)
		}
		if !has(desk.Entries(t, "late"), "Paczka 77 będzie jutro.\n\nFala") {
			t.Errorf("%+v", desk.Entries(t, "late"))
		}
		f.number.Post(f.number.Business().SetStatus("paczka_w_drodze", "PAUSED"))
		if got := send(fields{"body.1": "77", "body.2": "jutro"}, fields{"client_id": "u"}); got.status != http.StatusConflict || !strings.Contains(got.body, "template.paused") {
			t.Errorf("a paused one: %d %s", got.status, got.body)
		}
	})
}

// Meta takes a message after the window first and tells of it later; an answer that was lost is known by its status.
func TestAStatusSaysWhatBecameOfAnAnswer(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	f := c.connectWhatsApp(t, "106540352242922")
	desk := c.desk(f.key, f.find)
	f.says(t, desk, "fate", "wamid.first", body1("halo"))
	desk.Take(t, "fate")
	state := func(text string) (e channeltest.Seen) {
		for _, e = range desk.Entries(t, "fate") {
			if e.Text == text {
				return e
			}
		}
		return channeltest.Seen{}
	}
	f.number.Heard(f.writerOf("fate"), time.Now().Add(-25*time.Hour)) // our clock and theirs differ
	desk.Reply(t, "fate", "spóźniona")
	until(t, "it has failed", func() bool { return state("spóźniona").Delivery == "failed" })
	if e := state("spóźniona"); e.Reason != "reply.window_closed" {
		t.Errorf("%+v", e)
	}
	until(t, "the words of WhatsApp are there", func() bool {
		return slices.ContainsFunc(desk.Entries(t, "fate"), func(e channeltest.Seen) bool {
			return e.FromSystem && strings.Contains(e.Data, "more than 24 hours have passed")
		})
	})
	f.number.Heard(f.writerOf("fate"), time.Now())
	f.centre.graph.Next(metatest.Silent)
	desk.Reply(t, "fate", "zgubiona")
	until(t, "nobody knows of it", func() bool { return state("zgubiona").Delivery == "ambiguous" })
	all := f.number.Taken()
	f.number.Post(f.number.Status(all[len(all)-1].ID, "delivered", nil))
	until(t, "its status says that it has arrived", func() bool { return state("zgubiona").Delivery == "delivered" })
	if len(f.number.Taken()) != len(all) {
		t.Error("it was sent again")
	}
}

// What cannot be understood of a number is kept with the reason.
func TestWhatANumberCannotSayIsKept(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	f := c.connectWhatsApp(t, "106540352242922")
	desk := c.desk(f.key, f.find)
	dance := f.number.Writes(f.writerOf("odd"), "wamid.odd", metatest.Event{"type": "text", "timestamp": "1", "text": 5})
	calls := metatest.Event{"field": "calls", "value": metatest.Event{"metadata": metatest.Event{"phone_number_id": f.number.ID}}}
	if status := f.number.Post(dance, calls); status != http.StatusOK {
		t.Fatal(status)
	}
	kept := desk.Refused(t)
	if len(kept) != 2 {
		t.Fatalf("%v", kept)
	}
	for name, why := range kept {
		if !strings.Contains(why, "event.malformed") && !strings.Contains(why, "event.type") {
			t.Errorf("%s: %s", name, why)
		}
	}
	if _, p := f.Point(); p.Channel != channel.WhatsApp || p.Address != f.number.ID {
		t.Errorf("%+v", p)
	}
}

// Of an answer of which nobody knows whether its last file went out, what arrives before is named, and says nothing of the rest.
func TestAPartThatArrivesSaysNothingOfTheRest(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	f := c.connectWhatsApp(t, "106540352242955")
	desk := c.desk(f.key, f.find)
	f.says(t, desk, "parts", "wamid.parts", body1("proszę o zdjęcia"))
	desk.Take(t, "parts")
	files := []string{}
	for range 2 {
		files = append(files, field(t, desk.work["parts"].call("POST", "/api/v1/attachments", raw(picture())).body, "id"))
	}
	c.graph.Next("", "", metatest.Silent)
	desk.done(t, "parts", "/replies", fields{"text": "oto one", "client_id": "parts", "based_on_seq": 0, "force": true, "attachment_ids": files})
	stands(t, desk, "parts", "oto one", "ambiguous")
	taken := slices.DeleteFunc(f.number.Taken(), func(t metatest.Taken) bool { return t.Type != "text" && t.Type != "image" })
	if len(taken) != 3 {
		t.Fatalf("%+v", taken)
	}
	// A reaction to a message that nobody knows yet waits for its name.
	f.number.Post(f.number.Writes(f.writerOf("parts"), "wamid.heart", metatest.Event{"type": "reaction", "reaction": metatest.Event{"message_id": taken[1].ID, "emoji": "❤️"}}))
	f.number.Post(f.number.Status(taken[0].ID, "delivered", nil), f.number.Status(taken[1].ID, "delivered", nil))
	f.says(t, desk, "parts", "wamid.one", body1("jest tylko jedno"))
	stands(t, desk, "parts", "oto one", "ambiguous")
	answer := answerTo(t, desk, "parts", "oto one")
	until(t, "who likes a picture of it likes the answer", func() bool {
		return slices.ContainsFunc(desk.Entries(t, "parts"), func(e channeltest.Seen) bool { return e.Kind == "reaction" && e.Target == answer })
	})
	f.number.Post(f.number.Status(taken[2].ID, "delivered", nil))
	stands(t, desk, "parts", "oto one", "delivered")
}
