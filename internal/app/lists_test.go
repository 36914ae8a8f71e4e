package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
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

func TestASharedViewIsKeptInOrderByWhoLooksAfterViews(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, "")
		e := h.build(h.tenants[0], "Alfa")
		h.stop()
		team := e.chief.make("POST", "/api/v1/teams", fields{"name": "Night"}, "id")
		lead := h.hire(h.tenants[0], "Lena Lead", account.NewUser{Roles: []account.RoleKey{account.RoleKey(actor.Supervisor)}, AllBrands: true})
		mate := h.hire(h.tenants[0], "a mate", account.NewUser{Roles: []account.RoleKey{account.RoleKey(actor.Agent)}, AllBrands: true})
		view := func(name, shared string, more fields) fields {
			all := fields{"name": name, "shared": shared, "query": fields{"view": "queues", "sort": "newest"}}
			maps.Copy(all, more)
			return all
		}
		if got := lead.call("POST", "/api/v1/saved-views", view("nights", "team", fields{"team_id": team})); got.status != 422 {
			t.Errorf("shared with a team that one is not in: %d", got.status)
		}
		for _, c := range []*caller{lead, mate} {
			e.chief.make("PATCH", "/api/v1/users/"+c.user.String(), fields{"team_ids": []string{team}}, "")
		}
		own := lead.make("POST", "/api/v1/saved-views", view("lena's own", "own", nil), "id")
		shared := lead.make("POST", "/api/v1/saved-views", view("nights", "team", fields{"team_id": team}), "id")
		seen := func(c *caller) savedViews {
			var out savedViews
			h.must(json.Unmarshal([]byte(c.call("GET", "/api/v1/saved-views", nil).body), &out))
			return out
		}
		if got := seen(mate); len(got.Items) == 0 || got.find(shared) != (savedView{ID: shared, OwnerName: "Lena Lead", TeamName: "Night"}) || len(got.Teams) != 0 || got.ShareAll {
			t.Errorf("a mate sees %+v", got)
		}
		if got := seen(lead); !got.find(shared).Editable || !got.find(shared).Mine || got.find(shared).OwnerName != "" || len(got.Teams) != 1 || !got.ShareAll {
			t.Errorf("the owner sees %+v", got)
		}
		if got := seen(e.chief); !got.find(shared).Editable || got.find(shared).Mine || got.find(own).ID != "" || len(got.Teams) == 0 {
			t.Errorf("who looks after views sees %+v", got)
		}
		if got := mate.call("PUT", "/api/v1/saved-views/"+shared, view("mine now", "team", fields{"team_id": team})); got.status != 404 {
			t.Errorf("a mate changes it: %d", got.status)
		}
		if got := e.chief.call("DELETE", "/api/v1/saved-views/"+own, nil); got.status != 404 {
			t.Errorf("a private view is removed by somebody else: %d", got.status)
		}
		e.chief.make("PUT", "/api/v1/saved-views/"+shared, view("nights and days", "team", fields{"team_id": team}), "")
		if got := seen(lead).find(shared); !got.Mine {
			t.Errorf("the changed view is its owner's no more: %+v", got)
		}
		if got := e.chief.call("DELETE", "/api/v1/saved-views/"+shared, nil); got.status != 204 || seen(mate).find(shared).ID != "" {
			t.Errorf("removed: %d", got.status)
		}
		wanted := e.chief.call("GET", "/api/v1/audit?subject_kind=saved_view&subject_id="+shared, nil).body
		for _, said := range []string{`"saved_view.create"`, `"saved_view.update"`, `"saved_view.delete"`, `{"path":"name","before":"nights","after":"nights and days"}`} {
			if !strings.Contains(strings.ReplaceAll(wanted, `": `, `":`), said) {
				t.Errorf("the log does not say %s: %s", said, wanted)
			}
		}
		if got := e.chief.call("GET", "/api/v1/audit?subject_kind=saved_view&subject_id="+own, nil).body; strings.Contains(got, "lena's own") {
			t.Errorf("a private view is in the log: %s", got)
		}
	})
}

type savedView struct {
	ID        string
	Mine      bool
	Editable  bool
	OwnerName string `json:"owner_name"`
	TeamName  string `json:"team_name"`
}

type savedViews struct {
	Items    []savedView
	Teams    []struct{ ID string }
	ShareAll bool `json:"share_all"`
}

func (s savedViews) find(key string) savedView {
	for _, v := range s.Items {
		if v.ID == key {
			return v
		}
	}
	return savedView{}
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

func TestAnAddressSaysWhereItWasMet(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, "")
		e := h.build(h.tenants[0], "Alfa")
		h.stop()
		path := "/api/v1/customers/" + e.ids["customer"]
		if got := e.chief.call("GET", path, nil); field(t, got.body, "contact_points.at.id") != e.ids["entryPoint"] {
			t.Errorf("an address does not say at which entry point it was met: %s", got.body)
		}
		mate := h.hire(h.tenants[0], "of no queue", account.NewUser{Roles: []account.RoleKey{account.RoleKey(actor.Agent)}, AllBrands: true})
		if got := mate.call("GET", path, nil); got.status != 200 || field(t, got.body, "contact_points.at") != "<nil>" {
			t.Errorf("who may see none of the conversations learns where they were: %s", got.body)
		}
	})
}
