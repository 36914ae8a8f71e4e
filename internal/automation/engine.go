package automation

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/automation/rule"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/lease"
)

// engine asks rules about what happens. One node at a time has one.
type engine struct {
	svc  *Rules
	held lease.Held

	mu    sync.RWMutex
	rules map[id.Tenant][]Rule // the active ones, in order

	stored int64 // position in the table
}

// Run lets rules act until ctx ends, while this node holds the lease.
func (s *Rules) Run(ctx context.Context, held lease.Held) error {
	e := &engine{svc: s, held: held, rules: map[id.Tenant][]Rule{}}
	if err := e.begin(ctx); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	counted := make(chan error, 1)
	go func() { counted <- e.count(ctx) }()
	err := s.db.FollowCalmly(ctx, "rules", e.stored, e.take)
	stop()
	return errors.Join(err, <-counted)
}

// begin reads the rules and where the one before has stopped, and ends what it had begun.
func (e *engine) begin(ctx context.Context) error {
	all, err := db.Many[Rule](ctx, e.svc.db, `SELECT `+ruleColumns+` FROM rule WHERE state = 'active' AND NOT archived ORDER BY position, id`)
	if err != nil {
		return err
	}
	for _, r := range all {
		e.rules[r.TenantID] = append(e.rules[r.TenantID], r)
	}
	if e.stored, err = db.One[int64](ctx, e.svc.db, `SELECT pos FROM rule_place WHERE one = 1`); err != nil {
		return err
	}
	begun, err := db.Many[Firing](ctx, e.svc.db, `SELECT `+firingColumns+` FROM rule_firing WHERE running ORDER BY id LIMIT 1000`)
	if err != nil {
		return err
	}
	for _, f := range begun {
		r, err := db.One[Rule](ctx, e.svc.db, `SELECT `+ruleColumns+` FROM rule WHERE tenant_id = $1 AND id = $2`, f.TenantID, f.RuleID)
		if err != nil {
			return err
		}
		if err := e.run(actor.With(ctx, actor.ForSystem(f.TenantID)), r, f); err != nil {
			return err
		}
	}
	return nil
}

// of returns the active rules of a tenant in order.
func (e *engine) of(tenant id.Tenant) []Rule {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.rules[tenant]
}

// reload reads the rules of a tenant again.
func (e *engine) reload(ctx context.Context, tenant id.Tenant) error {
	all, err := db.Many[Rule](ctx, e.svc.db, `SELECT `+ruleColumns+` FROM rule WHERE tenant_id = $1 AND state = 'active' AND NOT archived ORDER BY position, id`, tenant)
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.rules[tenant] = all
	return nil
}

// take asks the rules about a batch of facts, and stores the place behind it. A fact that comes again sets nothing off twice.
func (e *engine) take(ctx context.Context, batch []fact.Record) error {
	did := false
	for _, r := range batch {
		if c, ok := r.Fact.(fact.ConfigurationChanged); ok && c.What == whatRule {
			if err := e.reload(ctx, r.Tenant); err != nil {
				return err
			}
			continue
		}
		fired, err := e.hear(actor.With(ctx, actor.ForSystem(r.Tenant)), r)
		if err != nil {
			return err
		}
		did = did || fired
	}
	last := batch[len(batch)-1].Pos
	if !did && last-e.stored < placeEvery {
		return nil
	}
	err := e.svc.db.Update(ctx, func(tx *db.Tx) error {
		if err := lease.Check(ctx, tx, e.held); err != nil {
			return err
		}
		_, err := db.Exec(ctx, tx, `UPDATE rule_place SET pos = $1 WHERE one = 1`, last)
		return err
	})
	if err == nil {
		e.stored = last
	}
	return err
}

// hear asks the rules of a tenant about a fact, each in its turn, and reports whether one cared.
func (e *engine) hear(ctx context.Context, r fact.Record) (bool, error) {
	all := e.of(r.Tenant)
	if len(all) == 0 {
		return false, nil
	}
	if err := e.counting(ctx, all, r); err != nil {
		return false, err
	}
	event, of := rule.EventOf(r.Fact), aboutOf(r.Fact)
	var asked []Rule
	for _, one := range all {
		if event != "" && one.Program.When.On == event && one.hears(r.At, of.Brand) {
			asked = append(asked, one)
		}
	}
	if len(asked) == 0 {
		return false, nil
	}
	if changed, ok := r.Fact.(fact.CustomerChanged); ok {
		newest, found, err := e.svc.world.Conversations.NewestOf(ctx, e.svc.db, changed.Customer)
		if err != nil || !found {
			return false, err
		}
		of.Conversation = newest
	}
	chain, err := e.chainOf(ctx, r.By)
	if err != nil {
		return false, err
	}
	for _, one := range asked {
		if len(chain) >= maxChain || slices.Contains(chain, one.ID) { // a rule does not set itself off
			continue
		}
		s, err := e.subject(ctx, of, r.Fact)
		if errs.Is(errs.NotFound, err) { // erased meanwhile
			break
		}
		if err != nil {
			return false, err
		}
		if !one.Program.If.Holds(s) {
			continue
		}
		c := cause{fact: r.ID, event: string(event), of: of, chain: append(slices.Clone(chain), one.ID)}
		c.automatic = slices.Contains(s.Values["message.automatic"], "yes") || slices.Contains(s.Values[rule.NoMachine], "yes")
		if err := e.fire(ctx, one, c); err != nil {
			return false, err
		}
	}
	return true, nil
}

// hears reports whether the rule is to be asked about what happened at some time for a brand.
func (r *Rule) hears(at time.Time, brand id.Brand) bool {
	return !at.Before(r.ActiveSince) && (r.BrandID == 0 || r.BrandID == brand)
}

// chainOf returns the rules whose work a fact is.
func (e *engine) chainOf(ctx context.Context, by fact.By) ([]id.Rule, error) {
	if by.Kind != actor.System || by.ID == 0 {
		return nil, nil
	}
	f, _, err := db.Find[Firing](ctx, e.svc.db, `SELECT `+firingColumns+` FROM rule_firing WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, by.ID)
	return f.Chain, err
}

// subject returns what rules are asked about by a fact, as it is now.
func (e *engine) subject(ctx context.Context, of about, f fact.Fact) (rule.Subject, error) {
	there, err := e.svc.world.look(ctx, e.svc.db, of)
	if err != nil {
		return rule.Subject{}, err
	}
	s := there.subject()
	return s, e.svc.retell(ctx, e.svc.db, s, f)
}
