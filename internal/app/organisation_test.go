package app

import (
	"net/http"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// firm makes an organisation of the centre, with a person who belongs to it.
func (c *callCentre) firm(name, person string) (firm, who string) {
	c.t.Helper()
	firm = c.chief.make("POST", "/api/v1/organisations", fields{
		"brand_id": c.brand, "name": name, "phone": "+48 22 777 66 55", "about": "Napisane o " + name, "domains": []string{"sekret.example"},
	}, "id")
	c.chief.make("PATCH", "/api/v1/organisations/"+firm, fields{"website": "https://sekret.example"}, "")
	who = c.known(person)
	c.chief.make("PATCH", "/api/v1/customers/"+who, fields{"organisation_id": firm}, "")
	return firm, who
}

// known lets a customer be there, and returns the key.
func (c *callCentre) known(name string) string {
	c.t.Helper()
	people := c.visitors(c.t)
	g := people.guest(c.t, name)
	g.send("say", fields{"cid": "first-words", "conversation": people.talks[name], "text": "Dzień dobry"})
	g.until("said")
	row := c.chief.call("GET", "/api/v1/conversations/"+people.talks[name], nil)
	key := field(c.t, row.body, "customer.id")
	c.chief.make("PATCH", "/api/v1/customers/"+key, fields{"name": name}, "")
	return key
}

func TestAnOrganisationIsErasedButForWhatIsHeld(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		firm, who := c.firm("Sekretna Firma", "Zuzanna")
		part, other := c.firm("Sekretny Oddział", "Bronisława")
		c.chief.make("POST", "/api/v1/organisations/"+part+"/joins", fields{"into_id": firm}, "")
		path := "/api/v1/organisations/" + firm + "/erasure"
		until(t, "it is found", func() bool { return strings.Contains(c.chief.call("GET", "/api/v1/search?q=sekretna", nil).body, firm) })

		hold := c.chief.make("POST", "/api/v1/holds", fields{"customer_id": who, "reason": "sąd"}, "id")
		if got := c.chief.call("GET", path+"/preview", nil); field(t, got.body, "people") != "1" || field(t, got.body, "joined") != "1" || field(t, got.body, "holds.id") != hold || field(t, got.body, "left.id") != firm {
			t.Errorf("%d %s", got.status, got.body)
		}
		c.erasedAroundAHold(firm, part, who, other)
		c.chief.make("POST", "/api/v1/holds/"+hold+"/release", fields{"reason": "koniec"}, "")
		if got := c.chief.call("POST", path, fields{"reason": " "}); got.status != http.StatusUnprocessableEntity {
			t.Errorf("without a reason: %d %s", got.status, got.body)
		}
		got := c.chief.call("POST", path, fields{"reason": "prośba firmy"})
		if got.status != http.StatusOK || field(t, got.body, "erased_at") == "<nil>" {
			t.Fatalf("%d %s", got.status, got.body)
		}
		said := c.chief.call("GET", "/api/v1/erasures/"+field(t, got.body, "erasure_id")+"/certificate", nil).body
		if field(t, said, "number") != "2" || field(t, said, "statement.removed.people") != "1" || field(t, said, "statement.removed.organisations") != "1" || strings.Contains(strings.ToLower(said), "sekret") {
			t.Errorf("the certificate: %s", said)
		}
		if got := c.chief.call("GET", "/api/v1/erasures?organisation="+firm, nil); strings.Count(got.body, `"organisation_id":"`+firm) != 2 {
			t.Errorf("its erasures: %s", got.body)
		}
		if got := c.chief.call("GET", "/api/v1/certificates/check", nil); field(t, got.body, "certificates") != "2" || field(t, got.body, "broken") != "0" {
			t.Errorf("the chain: %s", got.body)
		}

		for _, key := range []string{firm, part} {
			if got := c.chief.call("GET", "/api/v1/organisations/"+key, nil); strings.Contains(strings.ToLower(got.body), "sekret") || field(t, got.body, "erased_at") == "<nil>" {
				t.Errorf("%s", got.body)
			}
		}
		for _, list := range []string{"/api/v1/organisations", "/api/v1/organisations?archived=true", "/api/v1/search?q=sekretna", "/api/v1/organisations/" + firm + "/people"} {
			if got := c.chief.call("GET", list, nil); strings.Contains(got.body, firm) || strings.Contains(got.body, who) {
				t.Errorf("%s: %s", list, got.body)
			}
		}
		if got := c.chief.call("GET", "/api/v1/customers/"+who, nil); got.status != http.StatusOK || field(t, got.body, "organisation_id") != "<nil>" {
			t.Errorf("its person: %d %s", got.status, got.body)
		}
		log := c.chief.call("GET", "/api/v1/audit?subject_kind=organisation&subject_id="+firm, nil)
		if strings.Contains(strings.ToLower(log.body), "sekret") || !strings.Contains(log.body, "organisation.erase") || !strings.Contains(log.body, "prośba firmy") {
			t.Errorf("the log says %s", log.body)
		}
		c.nowhere("organisation", "organisation_domain", "organisation_join", "audit", "search_document")
		if got := c.chief.call("POST", path, fields{"reason": "jeszcze raz"}); field(t, got.body, "code") != "organisation.erased" {
			t.Errorf("twice: %d %s", got.status, got.body)
		}
	})
}

// erasedAroundAHold erases a firm while a hold is on somebody of it: what is held to be it goes, it stays with that person.
func (c *callCentre) erasedAroundAHold(firm, part, held, other string) {
	c.t.Helper()
	if got := c.chief.call("POST", "/api/v1/organisations/"+part+"/erasure", fields{"reason": "prośba firmy"}); got.status != http.StatusConflict {
		c.t.Errorf("erased by itself: %d %s", got.status, got.body)
	}
	path := "/api/v1/organisations/" + firm + "/erasure"
	got := c.chief.call("POST", path, fields{"reason": "prośba firmy"})
	if got.status != http.StatusOK || field(c.t, got.body, "erased_at") != "<nil>" {
		c.t.Fatalf("%d %s", got.status, got.body)
	}
	said := c.chief.call("GET", "/api/v1/erasures/"+field(c.t, got.body, "erasure_id")+"/certificate", nil).body
	for _, part := range []string{
		`"organisation_ids":["` + part + `"]`, `"removed":{"organisations":1,"people":1}`,
		`"left":[{"kind":"organisation","id":"` + firm + `","reason":"hold"},{"kind":"customer","id":"` + held + `","reason":"hold"}]`,
	} {
		if !strings.Contains(said, part) {
			c.t.Errorf("the certificate does not say %s: %s", part, said)
		}
	}
	if got := c.chief.call("GET", "/api/v1/organisations/"+firm, nil); field(c.t, got.body, "name") != "Sekretna Firma" {
		c.t.Errorf("held, it has lost its name: %s", got.body)
	}
	if got := c.chief.call("GET", "/api/v1/organisations/"+part, nil); strings.Contains(strings.ToLower(got.body), "sekret") {
		c.t.Errorf("what is held to be it is left: %s", got.body)
	}
	for who, of := range map[string]string{held: firm, other: "<nil>"} {
		if got := c.chief.call("GET", "/api/v1/customers/"+who, nil); field(c.t, got.body, "organisation_id") != of {
			c.t.Errorf("belongs to: %s", got.body)
		}
	}
	if got := c.chief.call("POST", path, fields{"reason": "jeszcze raz"}); got.status != http.StatusConflict || field(c.t, got.body, "code") != "organisation.held" {
		c.t.Errorf("nothing goes, but: %d %s", got.status, got.body)
	}
}

// nowhere looks through tables for what the firm was called.
func (c *callCentre) nowhere(tables ...string) {
	c.t.Helper()
	for _, table := range tables {
		rows, err := db.Records(c.t.Context(), c.app.db, `SELECT * FROM `+table)
		c.must(err)
		for _, r := range rows {
			if text := strings.ToLower(r.Raw()); strings.Contains(text, "sekret") {
				c.t.Errorf("%s still says %s", table, text)
			}
		}
	}
}
