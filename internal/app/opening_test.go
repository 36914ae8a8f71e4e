package app

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

const openingsPath = "/api/v1/openings"

// An agent writes first to a customer's number with a template: the conversation is theirs, and
// the answer comes to it although WhatsApp names its writer otherwise.
func TestATemplateBeginsAConversation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		f := c.connectWhatsApp(t, "106540352242922")
		f.order()
		f.number.Business().Template(metatest.Event{
			"name": "promocja", "language": "pl", "status": "APPROVED", "category": "MARKETING", "components": []metatest.Event{{"type": "BODY", "text": "Taniej o 20%."}},
		})
		desk := c.desk(f.key, f.find)
		f.says(t, desk, "known", "wamid.known", body1("Dzień dobry"))
		desk.Take(t, "known")
		customer := field(t, c.chief.call("GET", at(f.find(t, "known")), nil).body, "customer.id")
		agent := c.hire(c.tenants[0], "Marta", account.NewUser{Roles: []account.RoleKey{account.RoleKey(actor.Agent)}, AllBrands: true})
		f.number.Person(metatest.Writer{Phone: "48600100200", Name: "Zofia Wilk"})
		open := func(more fields) answer {
			in := fields{"from_id": f.key, "customer_id": customer, "number": "+48 600 100 200", "template": fields{
				"name": "paczka_w_drodze", "language": "pl", "values": fields{"body.1": "77", "body.2": "jutro"},
			}}
			maps.Copy(in, more)
			return agent.call("POST", openingsPath, in)
		}
		refused := func(got answer, status int, code string) {
			t.Helper()
			if got.status != status || !strings.Contains(got.body, code) {
				t.Errorf("not %d %s: %d %s", status, code, got.status, got.body)
			}
		}
		consent := func(purpose, state string) {
			c.chief.make("POST", "/api/v1/customers/"+customer+"/consents", fields{"state": state, "purpose": purpose, "channel": "whatsapp", "what": "Wiadomości o zamówieniu"}, "")
		}
		if got := agent.call("GET", "/api/v1/openers?brand="+c.brand, nil); !strings.Contains(got.body, f.key.String()) {
			t.Errorf("%d %s", got.status, got.body)
		}
		if got := agent.call("GET", "/api/v1/openers/"+f.key.String()+"/templates", nil); !strings.Contains(got.body, `"adverts":true`) || !strings.Contains(got.body, "paczka_w_drodze") {
			t.Errorf("%d %s", got.status, got.body)
		}
		refused(open(nil), http.StatusConflict, "opening.no_consent")
		consent("service", "given")
		refused(open(fields{"number": "600100200"}), http.StatusUnprocessableEntity, "opening.number")
		refused(open(fields{"customer_id": "1"}), http.StatusUnprocessableEntity, "customer_id")
		refused(open(fields{"template": fields{"name": "promocja", "language": "pl"}}), http.StatusConflict, "opening.no_consent")
		refused(open(fields{"template": fields{"name": "nie_ma", "language": "pl"}}), http.StatusConflict, "template.gone")
		refused(open(fields{"template": fields{"name": "paczka_w_drodze", "language": "pl"}}), http.StatusUnprocessableEntity, "template.values.body.1")
		if len(f.said()) != 0 {
			t.Fatalf("something was sent: %+v", f.said())
		}
		got := open(nil)
		if got.status != http.StatusCreated {
			t.Fatalf("%d %s", got.status, got.body)
		}
		begun := field(t, got.body, "id")
		row := agent.call("GET", "/api/v1/conversations/"+begun, nil)
		if field(t, row.body, "state") != "active" || field(t, row.body, "agent.id") != agent.user.String() || field(t, row.body, "customer.id") != customer {
			t.Errorf("%s", row.body)
		}
		until(t, "Meta has it", func() bool { return len(f.said()) == 1 })
		if taken := f.said()[0]; taken.To != "48600100200" || taken.Template != "paczka_w_drodze" {
			t.Errorf("%+v", taken)
		}
		refused(open(nil), http.StatusConflict, "opening.under_way")
		// They answer, and WhatsApp names them by an id of its own, with the number beside it.
		if status := f.number.Post(f.number.Writes(&metatest.Writer{User: "PL.new", Phone: "48600100200", Name: "Zofia Wilk"}, "wamid.answer", body1("Dziękuję"))); status != http.StatusOK {
			t.Fatal(status)
		}
		until(t, "the answer is in the conversation that was begun", func() bool {
			return strings.Contains(agent.call("GET", "/api/v1/conversations/"+begun+"/entries", nil).body, "Dziękuję")
		})
		interaction := field(t, agent.call("GET", "/api/v1/conversations/"+begun, nil).body, "interaction_id")
		agent.make("POST", "/api/v1/interactions/"+interaction+"/end", nil, "")
		agent.make("POST", "/api/v1/interactions/"+interaction+"/finish", fields{}, "")
		consent("service", "withdrawn")
		refused(open(nil), http.StatusConflict, "opening.unwanted")
		consent("service", "given")
		again := open(nil)
		if again.status != http.StatusCreated || field(t, again.body, "id") != begun {
			t.Errorf("one that has ended goes on: %d %s", again.status, again.body)
		}
	})
}
