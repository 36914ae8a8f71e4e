package account

import (
	"maps"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
)

// RoleKey names a role: the name of a built-in one, or the decimal key of a tenant's own.
type RoleKey string

// builtIn returns the built-in role of that name, and whether there is one.
func (k RoleKey) builtIn() (actor.BuiltIn, bool) {
	r := actor.BuiltIn(k)
	return r, slices.Contains(actor.BuiltIns(), r)
}

// union widens a copy of r by more.
func union(r, more actor.Rights) actor.Rights {
	out := make(actor.Rights, len(r)+len(more))
	maps.Copy(out, r)
	for p, s := range more {
		out[p] = max(out[p], s)
	}
	return out
}

// covers reports whether who has all of r.
func covers(who actor.Actor, r actor.Rights) bool {
	for p, s := range r {
		if s != actor.None && !who.Can(p, s) {
			return false
		}
	}
	return true
}

// grants is what a user, an invitation or a key is allowed to do and to see.
type grants struct {
	Rights    actor.Rights
	AllBrands bool
	Brands    []id.Brand
}

// coversBrands reports whether who sees all of g's brands.
func (g grants) coversBrands(who actor.Actor) bool {
	if who.Brands.All {
		return true
	}
	return !g.AllBrands && !slices.ContainsFunc(g.Brands, func(b id.Brand) bool { return !who.Brands.Has(b) })
}

// mayGrant refuses to give what who has not.
func mayGrant(op string, who actor.Actor, g grants) error {
	if !covers(who, g.Rights) {
		return errs.New(errs.Forbidden, op, "grant.rights")
	}
	if !g.coversBrands(who) {
		return errs.New(errs.Forbidden, op, "grant.brands")
	}
	return nil
}

// mayChange refuses to change somebody who may do or see more than who.
func mayChange(op string, who actor.Actor, p actor.Permission, g grants) error {
	if !covers(who, g.Rights) || !who.Can(p, actor.InTenant) && !g.coversBrands(who) {
		return errs.New(errs.Forbidden, op, "grant.greater")
	}
	return nil
}

// checkRights names permissions and scopes that do not exist.
func checkRights(f *check.Fields, path string, r actor.Rights) {
	f.Count(path, len(r), 1, len(actor.Permissions()))
	for p, s := range r {
		if !slices.Contains(actor.Permissions(), p) {
			f.Add(path+"."+string(p), "unknown", nil)
		}
		if s == actor.None || s > actor.InTenant {
			f.Add(path+"."+string(p), "one_of", errs.Values{"allowed": "own, team, brand, tenant"})
		}
	}
}
