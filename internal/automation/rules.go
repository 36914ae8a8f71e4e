package automation

import (
	"context"
	"log/slog"
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/automation/rule"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/platform/db"
)

// Things knows what rules and macros may name.
type Things interface {
	// Has reports whether the actor of ctx may name a thing for a brand (0: all): ref is queue, brand, user, team, case_status, canned or webhook.
	Has(ctx context.Context, q db.Queryer, brand id.Brand, ref string, key int64) (bool, error)
	// Field returns a field that the tenant has defined for a brand (0: for any), and whether there is one in use.
	Field(ctx context.Context, q db.Queryer, brand id.Brand, name string) (rule.Field, bool, error)
}

// Rules is all that can be done with rules.
type Rules struct {
	db     *db.DB
	things Things
	world  World
	hand   Hand
	log    *slog.Logger
}

// NewRules returns Rules over d that read world and act by hand.
func NewRules(d *db.DB, things Things, world World, hand Hand, log *slog.Logger) *Rules {
	return &Rules{db: d, things: things, world: world, hand: hand, log: log}
}

// whatRule names rules in facts and in the audit.
const whatRule = "rule"

// List returns the living rules, or the archived, that the actor may see, in the order in which they are asked. They are few: MaxRules.
func (s *Rules) List(ctx context.Context, archived bool) ([]Rule, error) {
	const op = "automation.ListRules"
	a, err := actor.Require(ctx, op, actor.RuleEdit)
	if err != nil {
		return nil, err
	}
	all, err := db.Many[Rule](ctx, s.db, `SELECT `+ruleColumns+` FROM rule WHERE tenant_id = $1 AND archived = $2 ORDER BY position, id LIMIT 400`, a.Tenant, archived)
	return slices.DeleteFunc(all, func(r Rule) bool { return !r.visible(a) }), errs.Op(op, err)
}

// Get returns a rule.
func (s *Rules) Get(ctx context.Context, key id.Rule) (Rule, error) {
	const op = "automation.GetRule"
	a, err := actor.Require(ctx, op, actor.RuleEdit)
	if err != nil {
		return Rule{}, err
	}
	r, err := findRule(ctx, s.db, a, key, "")
	return r, errs.Op(op, err)
}

// findRule returns a rule that a may see; others do not exist for a.
func findRule(ctx context.Context, q db.Queryer, a actor.Actor, key id.Rule, lock string) (Rule, error) {
	r, err := db.One[Rule](ctx, q, `SELECT `+ruleColumns+` FROM rule WHERE tenant_id = $1 AND id = $2`+lock, a.Tenant, key)
	if err == nil && !r.visible(a) {
		err = errs.E(errs.NotFound, "automation.findRule", nil)
	}
	return r, err
}

// Create makes a rule, the last in order. It is off unless its state is active.
func (s *Rules) Create(ctx context.Context, r Rule) (Rule, error) {
	const op = "automation.CreateRule"
	a, err := actor.Require(ctx, op, actor.RuleEdit)
	if err != nil {
		return Rule{}, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if err := s.fitTo(ctx, tx, op, a, &r); err != nil {
			return err
		}
		last, err := db.One[struct{ N, Last int64 }](ctx, tx, `SELECT COUNT(*) AS n, COALESCE(MAX(position), 0) AS last FROM rule WHERE tenant_id = $1 AND NOT archived`, a.Tenant)
		if err != nil {
			return err
		}
		if last.N >= MaxRules {
			return errs.New(errs.Exhausted, op, "rule.too_many").With(errs.Values{"max": MaxRules})
		}
		r.ID, r.TenantID, r.Position, r.Rev, r.CreatedAt, r.ChangedAt = id.New[id.Rule](), a.Tenant, last.Last+1, 1, tx.Now(), tx.Now()
		r.Why, r.Archived, r.ActiveSince = "", false, noTime
		if r.State != RuleActive {
			r.State = RuleOff
		} else {
			r.ActiveSince = tx.Now()
		}
		_, err = db.Exec(ctx, tx, `INSERT INTO rule (tenant_id, id, brand_id, name, program, position, state, active_since, rev, created_at, changed_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			a.Tenant, r.ID, r.BrandID, r.Name, db.JSON(r.Program), r.Position, r.State, r.ActiveSince, r.Rev, r.CreatedAt, r.ChangedAt)
		if err != nil {
			return err
		}
		if err := countWaiting(ctx, tx, r); err != nil {
			return err
		}
		return tellRule(ctx, tx, "rule.create", nil, r)
	})
	return r, errs.Op(op, err)
}

// fitTo refuses a rule that cannot be, that names what is not there, or that reaches further than its maker may.
func (s *Rules) fitTo(ctx context.Context, q db.Queryer, op string, a actor.Actor, r *Rule) error {
	r.Name = strings.TrimSpace(r.Name)
	if err := r.check(op); err != nil {
		return err
	}
	if !r.visible(a) {
		return errs.New(errs.Forbidden, op, "rule.brand")
	}
	if err := s.checkOwn(ctx, q, op, r); err != nil {
		return err
	}
	named := &names{things: s.things, brand: r.BrandID}
	if r.BrandID != 0 {
		named.add("brand_id", "brand", r.BrandID.String())
	}
	r.Program.If.Refs("if", named.add)
	for i, c := range r.Program.Do {
		c.Refs("do["+itoa(i)+"]", named.add)
	}
	return named.check(ctx, q, op)
}

// checkOwn refuses comparisons with fields that the tenant has not defined, or that do not fit them.
func (s *Rules) checkOwn(ctx context.Context, q db.Queryer, op string, r *Rule) (err error) {
	var wrong check.Fields
	r.Program.If.OwnFields("if", func(path string, c rule.Condition) {
		if err != nil {
			return
		}
		field, known, failed := s.things.Field(ctx, q, r.BrandID, c.Field)
		switch {
		case failed != nil:
			err = failed
		case !known:
			wrong.Add(path+".field", "reference", nil)
		default:
			c.CheckAs(&wrong, path, field)
		}
	})
	if err != nil {
		return err
	}
	return wrong.Err(op)
}

// RuleChange is what may change about a rule. Nil leaves a field as it is.
type RuleChange struct {
	Name    *string
	Brand   *id.Brand
	Program *rule.Program
	Active  *bool
	Rev     int64 // of the version that was edited; 0 takes any
}

// Update changes a rule. An editor who saw an older version gets a Conflict.
func (s *Rules) Update(ctx context.Context, key id.Rule, c RuleChange) (Rule, error) {
	const op = "automation.UpdateRule"
	return s.change(ctx, op, "rule.update", key, func(tx *db.Tx, a actor.Actor, r *Rule) error {
		if c.Rev != 0 && c.Rev != r.Rev {
			return errs.New(errs.Conflict, op, "rule.changed")
		}
		before := *r
		c.apply(r, tx)
		if err := s.fitTo(ctx, tx, op, a, r); err != nil {
			return err
		}
		if r.Program.When == before.Program.When && r.State == RuleActive && before.State == RuleActive && r.BrandID == before.BrandID {
			return nil
		}
		return s.recount(ctx, tx, *r, before.Program.When)
	})
}

func (c RuleChange) apply(r *Rule, tx *db.Tx) {
	if c.Name != nil {
		r.Name = *c.Name
	}
	if c.Brand != nil {
		r.BrandID = *c.Brand
	}
	if c.Program != nil {
		r.Program = *c.Program
	}
	switch {
	case c.Active == nil:
	case !*c.Active:
		r.State, r.Why = RuleOff, ""
	case r.State != RuleActive:
		r.State, r.Why, r.ActiveSince = RuleActive, "", tx.Now()
	}
}

// recount puts what a rule counts right after its trigger or its state has changed.
func (s *Rules) recount(ctx context.Context, tx *db.Tx, r Rule, before rule.Trigger) error {
	if r.State == RuleActive && r.Program.When.Since == before.Since {
		tx.Wake(topicTimer)
		if _, err := db.Exec(ctx, tx, `UPDATE rule_timer SET due_at = since + $3 WHERE tenant_id = $1 AND rule_id = $2`, r.TenantID, r.ID, r.within().Microseconds()); err != nil {
			return err
		}
	} else if _, err := db.Exec(ctx, tx, `DELETE FROM rule_timer WHERE tenant_id = $1 AND rule_id = $2`, r.TenantID, r.ID); err != nil {
		return err
	}
	return countWaiting(ctx, tx, r)
}

// Archive ends a rule for ever.
func (s *Rules) Archive(ctx context.Context, key id.Rule) (Rule, error) {
	return s.change(ctx, "automation.ArchiveRule", "rule.archive", key, func(tx *db.Tx, _ actor.Actor, r *Rule) error {
		r.Archived, r.State, r.Why = true, RuleOff, ""
		return s.recount(ctx, tx, *r, r.Program.When)
	})
}

// change does to a living rule what fn says, and tells of it.
func (s *Rules) change(ctx context.Context, op, action string, key id.Rule, fn func(*db.Tx, actor.Actor, *Rule) error) (Rule, error) {
	a, err := actor.Require(ctx, op, actor.RuleEdit)
	if err != nil {
		return Rule{}, err
	}
	var after Rule
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := findRule(ctx, tx, a, key, tx.ForUpdate())
		if err != nil {
			return err
		}
		if before.Archived {
			return errs.New(errs.Conflict, op, "rule.archived")
		}
		after = before
		if err := fn(tx, a, &after); err != nil {
			return err
		}
		after.Rev, after.ChangedAt = before.Rev+1, tx.Now()
		if err := saveRule(ctx, tx, after); err != nil {
			return err
		}
		return tellRule(ctx, tx, action, before, after)
	})
	return after, errs.Op(op, err)
}

// Order says in which order rules are asked: those named first, then the rest as they were.
func (s *Rules) Order(ctx context.Context, keys []id.Rule) error {
	const op = "automation.OrderRules"
	a, err := actor.Require(ctx, op, actor.RuleEdit)
	if err != nil {
		return err
	}
	if !a.Brands.All {
		return errs.New(errs.Forbidden, op, "rule.brand")
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		all, err := db.Many[Rule](ctx, tx, `SELECT `+ruleColumns+` FROM rule WHERE tenant_id = $1 AND NOT archived ORDER BY position, id LIMIT 400`+tx.ForUpdate(), a.Tenant)
		if err != nil {
			return err
		}
		place := func(r Rule) int {
			if i := slices.Index(keys, r.ID); i >= 0 {
				return i
			}
			return len(keys)
		}
		for i, key := range keys {
			if slices.Contains(keys[:i], key) || !slices.ContainsFunc(all, func(r Rule) bool { return r.ID == key }) {
				return errs.Fields(op, errs.Field{Path: "ids[" + itoa(i) + "]", Code: "reference"})
			}
		}
		slices.SortStableFunc(all, func(x, y Rule) int { return place(x) - place(y) })
		for i, r := range all {
			before := r
			if r.Position = int64(i + 1); r.Position == before.Position {
				continue
			}
			if err := saveRule(ctx, tx, r); err != nil {
				return err
			}
			if err := tellRule(ctx, tx, "rule.order", before, r); err != nil {
				return err
			}
		}
		return nil
	}))
}

func saveRule(ctx context.Context, tx *db.Tx, r Rule) error {
	_, err := db.Exec(ctx, tx, `UPDATE rule SET brand_id = $3, name = $4, program = $5, position = $6, state = $7, why = $8, active_since = $9,
		archived = $10, rev = $11, changed_at = $12 WHERE tenant_id = $1 AND id = $2`,
		r.TenantID, r.ID, r.BrandID, r.Name, db.JSON(r.Program), r.Position, r.State, r.Why, r.ActiveSince, r.Archived, r.Rev, r.ChangedAt)
	return err
}

func tellRule(ctx context.Context, tx *db.Tx, action string, before any, after Rule) error {
	return audit.Changed(ctx, tx, audit.Entry{
		Action: action, Subject: audit.Subject{Kind: whatRule, ID: int64(after.ID), Name: after.Name}, Brand: after.BrandID, Before: before, After: after,
	})
}
