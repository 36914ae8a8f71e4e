package app

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/sheet"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestListsGoOutAsFilesWithoutFormulas(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, "")
		e := h.build(h.tenants[0], "Alfa")
		h.stop()
		for i := range 120 { // more than a page
			e.known(" " + id.Case(i+1).String())
		}
		evil := `=HYPERLINK("http://evil.example")`
		e.chief.make("PATCH", "/api/v1/customers/"+e.ids["customer"], fields{"name": evil}, "")
		for _, list := range []string{"customers", "conversations", "cases"} {
			for _, format := range []string{sheet.CSV, sheet.XLSX} {
				got := e.chief.call("GET", "/api/v1/"+list+".file?format="+format, nil)
				if got.status != 200 {
					t.Fatalf("%s as %s: %d %s", list, format, got.status, got.body)
				}
				rows := rowsOf(t, got.body)
				if list == "customers" && (len(rows) < 120 || !slices.ContainsFunc(rows, func(r []string) bool { return slices.Contains(r, evil) })) {
					t.Errorf("%s as %s has %d rows: %q", list, format, len(rows), rows)
				}
				if format == sheet.CSV && (strings.Contains(got.body, ",=") || strings.Contains(got.body, `,"=`)) {
					t.Errorf("%s: a cell is a formula", list)
				}
			}
		}
		if log := e.chief.call("GET", "/api/v1/audit?action=list.export", nil); strings.Count(log.body, `"list.export"`) != 6 {
			t.Errorf("the log does not say what was handed out: %s", log.body)
		}
	})
}

func rowsOf(t *testing.T, body string) (rows [][]string) {
	t.Helper()
	o, err := sheet.Detect([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	r, err := sheet.Open(bytes.NewReader([]byte(body)), o)
	if err != nil {
		t.Fatal(err)
	}
	for {
		cells, _, err := r.Next()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, slices.Clone(cells))
	}
}

func TestASavedViewIsSeenByWhoItIsSharedWith(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, "")
		e := h.build(h.tenants[0], "Alfa")
		other := h.build(h.tenants[0], "Beta")
		h.stop()
		mate := h.hire(h.tenants[0], "a mate", account.NewUser{Roles: []account.RoleKey{account.RoleKey(actor.Agent)}, AllBrands: true})
		view := func(name, shared, brand string) fields {
			return fields{"name": name, "shared": shared, "query": fields{"view": "all", "brand_id": brand, "sort": "newest"}}
		}
		own := e.chief.make("POST", "/api/v1/saved-views", view("only mine", "own", e.ids["brand"]), "id")
		e.chief.make("POST", "/api/v1/saved-views", view("for everybody", "all", e.ids["brand"]), "")
		seen := mate.call("GET", "/api/v1/saved-views", nil).body
		if strings.Contains(seen, "only mine") || !strings.Contains(seen, "for everybody") {
			t.Errorf("a mate sees %s", seen)
		}
		if seen := other.agent.call("GET", "/api/v1/saved-views", nil).body; strings.Contains(seen, "for everybody") {
			t.Errorf("who may not see the brand sees its view: %s", seen)
		}
		if got := mate.call("POST", "/api/v1/saved-views", view("pushed", "all", e.ids["brand"])); got.status != 403 {
			t.Errorf("an agent shares with all: %d", got.status)
		}
		if got := mate.call("DELETE", "/api/v1/saved-views/"+own, nil); got.status != 404 {
			t.Errorf("another's view is removed: %d", got.status)
		}
		changed := view("renamed", "own", e.ids["brand"])
		changed["rev"] = 1
		e.chief.make("PUT", "/api/v1/saved-views/"+own, changed, "")
		if got := e.chief.call("PUT", "/api/v1/saved-views/"+own, changed); got.status != 409 {
			t.Errorf("an older version overwrites: %d", got.status)
		}
	})
}
