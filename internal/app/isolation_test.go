package app

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// ofTenant are the kinds of things that no brand owns: who configures the tenant sees them.
func ofTenant() []string {
	return []string{"calendar", "skill", "awayReason", "role", "team", "category", "job", "user", "session", "invitation", "apiKey", "caseStatus"}
}

// ofBrand are the kinds of things that a brand owns.
func ofBrand(e *estate) (kinds []string) {
	for kind := range e.ids {
		if !slices.Contains(ofTenant(), kind) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// town is two brands of one tenant and one of another.
type town struct {
	*house
	alfa, beta, gamma *estate
}

func newTown(t *testing.T, d *db.DB) *town {
	t.Helper()
	h := openHouse(t, d, "", "other.example")
	return &town{h, h.build(h.tenants[0], "Alfa"), h.build(h.tenants[0], "Beta"), h.build(h.tenants[1], "Gamma")}
}

// granted makes a user of the first tenant who has a role for the second brand alone.
func (w *town) granted(name string, role actor.BuiltIn) *caller {
	return w.hire(w.tenants[0], name, account.NewUser{Roles: []account.RoleKey{account.RoleKey(role)}, Brands: []id.Brand{w.brand(w.beta)}})
}

// lead makes a user who may do everything, within the second brand.
func (w *town) lead() *caller {
	role := w.beta.chief.make("POST", "/api/v1/roles", fields{"name": w.beta.common + " lead " + id.New[id.Role]().String(), "permissions": everything("brand")}, "id")
	return w.hire(w.tenants[0], "a lead of one brand", account.NewUser{Roles: []account.RoleKey{account.RoleKey(role)}, Brands: []id.Brand{w.brand(w.beta)}})
}

func (w *town) brand(e *estate) id.Brand {
	key, err := id.Parse[id.Brand](e.ids["brand"])
	w.must(err)
	return key
}

// each calls f with every operation and how to try it.
func (w *town) each(f func(op httpx.Info, p probe)) {
	all := probes()
	for _, op := range w.app.site.api.Operations() {
		if p, known := all[op.ID]; known {
			f(op, p)
		}
	}
}

// allWalked proves that no operation was forgotten.
func (w *town) allWalked(t *testing.T) {
	all := probes()
	for _, op := range w.app.site.api.Operations() {
		if _, known := all[op.ID]; !known {
			t.Errorf("operation %s (%s %s) is not in probes(): say how another tenant, brand and role would try it", op.ID, op.Method, op.Path)
		}
		delete(all, op.ID)
	}
	for name := range all {
		t.Errorf("probes() has %s, which is no operation", name)
	}
}

func TestNobodyReachesWhatIsNotTheirs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		t.Run("no operation is forgotten", w.allWalked)
		t.Run("nobody", w.nobodyIn)
		t.Run("another tenant", w.tenantsApart)
		t.Run("another brand", w.brandsApart)
		t.Run("what is not ours within what is", w.nothingSmuggled)
		t.Run("another role", w.rolesApart)
		t.Run("another agent", w.agentsApart)
		t.Run("who reads no names", w.namesApart)
		t.Run("who edits customers of their own", w.editorsApart)
		t.Run("the owner", w.ownersIn)
	})
}

// nobodyIn proves that who has not signed in reaches public operations alone.
func (w *town) nobodyIn(t *testing.T) {
	w.each(func(op httpx.Info, p probe) {
		if op.Access == httpx.Public {
			return
		}
		for who, c := range map[string]*caller{"nobody": w.nobody(), "a false key": {house: w.house, key: account.KeyPrefix + "false"}} {
			if got := p.aim(op, w.alfa).from(c); got.status != http.StatusUnauthorized {
				t.Errorf("%s: %s gets %d, want 401", op.ID, who, got.status)
			}
		}
	})
}

// tenantsApart proves that the administrators of two tenants do not reach each other's things.
func (w *town) tenantsApart(t *testing.T) {
	before := w.facts(t)
	w.each(func(op httpx.Info, p probe) {
		if !p.absent {
			w.refuse(t, w.gamma.chief, p.aim(op, w.alfa), w.alfa, allOf(w.alfa), w.alfa.mark, w.alfa.common)
		}
	})
	if after := w.facts(t); after != before {
		t.Errorf("a stranger made %d facts happen in a tenant that is not theirs", after-before)
	}
	w.each(func(op httpx.Info, p probe) {
		if !p.absent {
			w.refuse(t, w.alfa.chief, p.aim(op, w.gamma), w.gamma, allOf(w.gamma), w.gamma.mark, w.gamma.common)
		}
	})
}

// facts counts what people and keys have made happen in the first tenant. The system does its own meanwhile: clocks run, mailboxes are tried.
func (w *town) facts(t *testing.T) int {
	t.Helper()
	n, err := db.One[int](t.Context(), w.app.db, `SELECT COUNT(*) FROM fact WHERE tenant_id = $1 AND actor_kind <> 'system'`, w.tenants[0].TenantID)
	w.must(err)
	return n
}

// brandsApart proves that nobody reaches a brand that they were not granted, whatever they may do elsewhere.
func (w *town) brandsApart(t *testing.T) {
	callers := []*caller{
		w.granted("an administrator of one brand", actor.Administrator), w.lead(), w.granted("a manager", actor.Manager), w.granted("a supervisor", actor.Supervisor),
		w.granted("an expert", actor.Expert), w.granted("a viewer", actor.BrandViewer), w.beta.agent,
		{house: w.house, name: "a key of another brand", key: w.beta.token, renew: w.beta.anotherKey},
	}
	for _, c := range callers {
		t.Run(c.name, func(t *testing.T) {
			w.each(func(op httpx.Info, p probe) {
				if p.absent || c == callers[0] && ofStaff(op) {
					return
				}
				w.refuse(t, c, p.aim(op, w.alfa), w.alfa, ofBrand(w.alfa), w.alfa.mark)
			})
		})
	}
}

// ofStaff reports whether op is about the tenant's people and keys, which
// somebody with the scope of the whole tenant manages for all brands.
func ofStaff(op httpx.Info) bool {
	return slices.Contains([]actor.Permission{actor.UserRead, actor.UserEdit, actor.KeyEdit}, op.Permission)
}

func allOf(e *estate) (kinds []string) {
	for kind := range e.ids {
		kinds = append(kinds, kind)
	}
	return kinds
}

// refuse proves that a request for things of e fails where it names one, and shows nothing of e in any case.
func (w *town) refuse(t *testing.T, c *caller, r request, e *estate, kinds []string, marks ...string) {
	t.Helper()
	got := r.from(c)
	if got.status >= http.StatusInternalServerError || got.status == http.StatusTooManyRequests {
		t.Errorf("%s: %s gets %d: %s", r.op.ID, c.name, got.status, got.body)
		return
	}
	if w.names(r.op, kinds) && got.status != http.StatusNotFound && got.status != http.StatusForbidden {
		t.Errorf("%s: %s gets %d for a thing of %s, want 404: %s", r.op.ID, c.name, got.status, e.mark, got.body)
	}
	if named := e.leaks(fmt.Sprint(r.body), "", kinds); len(named) > 0 && got.status/100 != 4 && r.op.ID != "readNotifications" {
		t.Errorf("%s: %s gets %d for a body with %s of %s, want a refusal", r.op.ID, c.name, got.status, strings.Join(named, ", "), e.mark)
	}
	sent := r.path + fmt.Sprint(r.body)
	marks = slices.DeleteFunc(slices.Clone(marks), func(mark string) bool { return strings.Contains(sent, mark) })
	if leaks := e.leaks(got.body, sent, kinds, marks...); len(leaks) > 0 {
		t.Errorf("%s: %s is shown %s in %d: %s", r.op.ID, c.name, strings.Join(leaks, ", "), got.status, got.body)
	}
}

// names reports whether the path of op names a thing of one of the kinds.
func (w *town) names(op httpx.Info, kinds []string) bool {
	for _, kind := range op.Keys {
		if slices.Contains(kinds, kind) {
			return true
		}
	}
	return false
}

// rolesApart proves that a built-in role without an operation's permission is refused before anything else.
func (w *town) rolesApart(t *testing.T) {
	for _, role := range actor.BuiltIns() {
		c := w.hire(w.tenants[0], "a "+string(role), account.NewUser{Roles: []account.RoleKey{account.RoleKey(role)}, AllBrands: true})
		w.each(func(op httpx.Info, p probe) {
			if op.Access != httpx.ByPermission || role.Rights()[op.Permission] != actor.None {
				return
			}
			if got := p.aim(op, w.alfa).from(c); got.status != http.StatusForbidden {
				t.Errorf("%s needs %s: %s gets %d, want 403", op.ID, op.Permission, c.name, got.status)
			}
		})
	}
}

// agentsApart proves that an agent of the same brand, but of no queue, reaches no work of another agent.
func (w *town) agentsApart(t *testing.T) {
	c := w.hire(w.tenants[0], "another agent", account.NewUser{
		Roles: []account.RoleKey{account.RoleKey(actor.Agent)}, Brands: []id.Brand{w.brand(w.alfa)},
	})
	work := []string{"conversation", "interaction", "offer", "attachment", "session", "case"}
	w.each(func(op httpx.Info, p probe) {
		if op.ID == "pullInteraction" { // whoever may pull in a brand may know what waits there
			if got := p.aim(op, w.alfa).from(c); got.status/100 != 4 {
				t.Errorf("%s: an agent outside the queue gets %d", op.ID, got.status)
			}
		} else if w.names(op, work) {
			w.refuse(t, c, p.aim(op, w.alfa), w.alfa, work)
		}
	})
}

// reader makes a user of the first brand with permissions of their own.
func (w *town) reader(name string, permissions fields) *caller {
	role := w.alfa.chief.make("POST", "/api/v1/roles", fields{"name": name, "permissions": permissions}, "id")
	return w.hire(w.tenants[0], name, account.NewUser{Roles: []account.RoleKey{account.RoleKey(role)}, Brands: []id.Brand{w.brand(w.alfa)}})
}

// namesApart proves that who may read everything of a brand but names finds none of a customer anywhere.
func (w *town) namesApart(t *testing.T) {
	all := everything("brand")
	delete(all, string(actor.NamesRead))
	c := w.reader("a reader of everything but names", all)
	w.each(func(op httpx.Info, p probe) {
		if op.Method != http.MethodGet || p.absent || op.ID == "listAudit" { // the log says what administrators changed
			return
		}
		if got := p.aim(op, w.alfa).from(c); len(w.alfa.leaks(got.body, "", nil, customerNames()...)) > 0 {
			t.Errorf("%s: %s is shown a name: %s", op.ID, c.name, got.body)
		}
	})
}

// editorsApart proves that who edits customers of their own work reaches no others.
func (w *town) editorsApart(t *testing.T) {
	c := w.reader("an editor of their own customers", fields{"customer.read": "brand", "customer.edit": "own", "conversation.read": "own"})
	w.each(func(op httpx.Info, p probe) {
		if op.Permission != actor.CustomerEdit {
			return
		}
		if got := p.aim(op, w.alfa).from(c); got.status != http.StatusNotFound && got.status != http.StatusForbidden {
			t.Errorf("%s: %s gets %d: %s", op.ID, c.name, got.status, got.body)
		}
	})
}

// ownersIn proves that the requests of this walk are good: those who may send them succeed.
func (w *town) ownersIn(t *testing.T) {
	w.each(func(op httpx.Info, p probe) {
		if p.absent {
			return
		}
		r := p.aim(op, w.alfa)
		if got := p.fromOwner(r, w.alfa); !p.found(got.status) {
			t.Errorf("%s: its owner gets %d for %s %s: %s", op.ID, got.status, r.method, r.path, got.body)
		}
		if strings.HasPrefix(op.ID, "archiveUser") || op.ID == "endUserSessions" || op.ID == "endMySession" {
			w.alfa.agent.cookie = ""
		}
	})
}
