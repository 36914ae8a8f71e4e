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

func TestAnOrganisationIsErasedUnlessItIsHeld(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		firm, who := c.firm("Sekretna Firma", "Zuzanna")
		part, _ := c.firm("Sekretny Oddział", "Bronisława")
		c.chief.make("POST", "/api/v1/organisations/"+part+"/joins", fields{"into_id": firm}, "")
		path := "/api/v1/organisations/" + firm + "/erasure"
		until(t, "it is found", func() bool { return strings.Contains(c.chief.call("GET", "/api/v1/search?q=sekretna", nil).body, firm) })

		hold := c.chief.make("POST", "/api/v1/holds", fields{"customer_id": who, "reason": "sąd"}, "id")
		if got := c.chief.call("GET", path+"/preview", nil); field(t, got.body, "people") != "2" || field(t, got.body, "joined") != "1" || field(t, got.body, "holds.id") != hold {
			t.Errorf("%d %s", got.status, got.body)
		}
		if got := c.chief.call("POST", path, fields{"reason": "prośba firmy"}); got.status != http.StatusConflict || field(t, got.body, "code") != "organisation.held" {
			t.Errorf("held, it is erased: %d %s", got.status, got.body)
		}
		c.chief.make("POST", "/api/v1/holds/"+hold+"/release", fields{"reason": "koniec"}, "")
		for what, in := range map[string]struct {
			path string
			want int
		}{"without a reason": {path, 422}, "as what is held to be another": {"/api/v1/organisations/" + part + "/erasure", 409}} {
			reason := "prośba firmy"
			if in.want == 422 {
				reason = " "
			}
			if got := c.chief.call("POST", in.path, fields{"reason": reason}); got.status != in.want {
				t.Errorf("%s: %d %s", what, got.status, got.body)
			}
		}
		if got := c.chief.call("POST", path, fields{"reason": "prośba firmy"}); got.status != http.StatusOK {
			t.Fatalf("%d %s", got.status, got.body)
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
