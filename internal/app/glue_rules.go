package app

import (
	"context"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/automation"
	"github.com/zongler/zongler/internal/automation/rule"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/attribute"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/lease"
)

// ruleThings knows what rules and macros may name.
type ruleThings struct{ *services }

// Has reports whether the actor of ctx may name a thing for a brand (0: all of them).
func (t ruleThings) Has(ctx context.Context, q db.Queryer, brand id.Brand, ref string, key int64) (bool, error) {
	a := actor.From(ctx)
	sees := actor.ForSystem(a.Tenant) // what a rule names it need not be allowed to change
	sees.Brands, sees.User = a.Brands, a.User
	ctx = actor.With(ctx, sees)
	switch ref {
	case "brand":
		has, err := t.tenants.HasBrand(ctx, q, a.Tenant, id.Brand(key))
		return has && a.Brands.Has(id.Brand(key)), err
	case "queue":
		queue, err := t.queues.Get(ctx, id.Queue(key))
		return there(queue.ArchivedAt.IsZero() && (brand == 0 || queue.BrandID == brand), err)
	case "user":
		if brand != 0 {
			able, err := t.users.OfBrand(ctx, q, brand, []id.User{id.User(key)})
			return len(able) == 1, err
		}
		names, err := t.users.Names(ctx, []id.User{id.User(key)})
		return len(names) == 1, err
	case "team":
		return t.users.HasTeam(ctx, q, id.Team(key))
	case "case_status":
		status, err := t.caseSetup.Status(ctx, id.CaseStatus(key))
		return there(!status.Archived, err)
	case "canned":
		reply, err := t.canned.Get(ctx, id.Canned(key))
		return there(!reply.Archived && reply.OwnerID == 0 && (reply.BrandID == 0 || reply.BrandID == brand), err)
	case "webhook":
		if a.Scope(actor.RuleEdit) == actor.None && a.Scope(actor.WebhookEdit) == actor.None {
			return false, nil
		}
		hook, err := t.webhooks.Get(ctx, id.Webhook(key))
		return there(!hook.Archived, err)
	}
	return false, nil
}

// Field returns a field of cases or customers that the tenant has defined for a brand (0: for any).
func (t ruleThings) Field(ctx context.Context, q db.Queryer, brand id.Brand, name string) (rule.Field, bool, error) {
	of, key, _ := rule.OwnKey(name)
	var (
		found attribute.Definition
		known bool
		err   error
	)
	if of == "case" {
		found, known, err = t.caseSetup.Defined(ctx, q, brand, key)
	} else {
		found, known, err = customer.Defined(ctx, q, customer.OfCustomers, brand, key)
	}
	choices := make([]string, len(found.Choices))
	for i, c := range found.Choices {
		choices[i] = c.Key
	}
	return rule.OwnField(name, rule.Sort(found.Type), choices), known, err
}

// there is whether a thing that was looked up is one that may be named.
func there(fits bool, err error) (bool, error) {
	if errs.Is(errs.NotFound, err) {
		return false, nil
	}
	return err == nil && fits, err
}

// rulePeople knows teams, and tells people of cases.
type rulePeople struct {
	*account.Users
	casePeople
}

// newAutomation makes rules and macros over all that they look at and act through.
func (s *services) newAutomation(a *App) {
	world := automation.World{Conversations: s.conversations, Customers: s.customers, Cases: s.cases}
	hand := automation.Hand{
		DB: a.db, Conversations: s.conversations, Cases: s.cases, Replies: s.delivery, Routing: s.routing, People: rulePeople{s.users, casePeople{s.users, s.conversations}},
		Canned: s.canned, Brands: brandNames{s.tenants}, Webhooks: s.webhooks,
	}
	s.rules = automation.NewRules(a.db, ruleThings{s}, world, hand, a.log)
	s.macros = automation.NewMacros(a.db, ruleThings{s}, s.users, world, hand)
}

// askRules lets rules act on what happens, on one node at a time.
func (a *App) askRules(ctx context.Context) error {
	lease.NewKeeper(a.db, a.node, a.log).Hold(ctx, "rules", a.services.rules.Run)
	return nil
}
