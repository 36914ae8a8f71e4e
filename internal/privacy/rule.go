package privacy

import (
	"context"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
)

// Rule says how long something is kept: at least, by law, and at most.
type Rule struct {
	ID        id.RetentionRule
	BrandID   id.Brand // 0: every brand that has no rule of its own
	Class     personal.Class
	Topic     string // of cases; empty: every topic that has no rule of its own
	LeastDays int    // an erasure leaves what is younger; 0: no duty
	MostDays  int    // what is older is removed each night; 0: it stays
	Basis     string // the law or the contract that asks for it
	CreatedAt time.Time
	ChangedAt time.Time
}

const ruleColumns = `id, brand_id, class, topic, least_days, most_days, basis, created_at, changed_at`

// Bounds of rules.
const (
	maxRules = 1000
	MaxDays  = 36500
	maxTopic = 100
)

// Retained returns the classes for which there may be rules.
func Retained() []personal.Class {
	return []personal.Class{personal.Messages, personal.Files, personal.Mails, personal.Visits, personal.Cases, personal.Logs}
}

// Rules are all rules of a tenant.
type Rules []Rule

func rulesOf(ctx context.Context, q db.Queryer) (Rules, error) {
	return db.Many[Rule](ctx, q, `SELECT `+ruleColumns+` FROM retention_rule WHERE tenant_id = $1 ORDER BY id LIMIT 1000`, actor.From(ctx).Tenant)
}

// of returns the rule for something: that of its brand before that of all, that of its topic before that of all.
func (all Rules) of(brand id.Brand, class personal.Class, topic string) (Rule, bool) {
	for _, b := range []id.Brand{brand, 0} {
		for _, t := range []string{topic, ""} {
			for _, r := range all {
				if r.BrandID == b && r.Class == class && r.Topic == t {
					return r, true
				}
			}
		}
	}
	return Rule{}, false
}

// soonest returns after how many days the first things of a class go; 0: none ever does.
func (all Rules) soonest(class personal.Class) int {
	days := 0
	for _, r := range all {
		if r.Class == class && r.MostDays > 0 && (days == 0 || r.MostDays < days) {
			days = r.MostDays
		}
	}
	return days
}

func (r Rule) subject() audit.Subject {
	return audit.Subject{Kind: "retention_rule", ID: int64(r.ID), Name: string(r.Class)}
}

func (r Rule) audited() map[string]any {
	return map[string]any{"brand_id": r.BrandID, "class": r.Class, "topic": r.Topic, "least_days": r.LeastDays, "most_days": r.MostDays, "basis": r.Basis}
}

func (r Rule) check(op string) error {
	var f check.Fields
	allowed := make([]string, len(Retained()))
	for i, c := range Retained() {
		allowed[i] = string(c)
	}
	f.OneOf("class", string(r.Class), allowed...)
	f.Optional("topic", r.Topic, maxTopic)
	f.Optional("basis", r.Basis, MaxReason)
	if r.Topic != "" && r.Class != personal.Cases {
		f.Add("topic", "retention.cases_only", nil)
	}
	if r.LeastDays > 0 && r.Class != personal.Cases && r.Class != personal.Messages {
		f.Add("least_days", "retention.no_duty", nil)
	}
	for _, d := range []struct {
		path string
		days int
	}{{"least_days", r.LeastDays}, {"most_days", r.MostDays}} {
		if d.days < 0 || d.days > MaxDays {
			f.Add(d.path, "number.max", errs.Values{"max": MaxDays})
		}
	}
	if r.MostDays > 0 && r.MostDays < r.LeastDays {
		f.Add("most_days", "number.min", errs.Values{"min": r.LeastDays})
	}
	return f.Err(op)
}

// mayRule refuses rules for brands that are not the actor's; rules for all are for who sees all.
func mayRule(a actor.Actor, brand id.Brand) bool {
	if brand == 0 {
		return a.Brands.All && a.Can(actor.RetentionEdit, actor.InTenant)
	}
	return a.Brands.Has(brand)
}

// Rules returns the rules that the actor may see: those of their brands, and of all.
func (s *Service) Rules(ctx context.Context) ([]Rule, error) {
	const op = "privacy.Rules"
	a, err := require(ctx, op, actor.RetentionEdit)
	if err != nil {
		return nil, err
	}
	all, err := rulesOf(ctx, s.DB)
	return slices.DeleteFunc(all, func(r Rule) bool { return r.BrandID != 0 && !a.Brands.Has(r.BrandID) }), errs.Op(op, err)
}

// PutRule makes a rule, or changes the one that there is for the same brand, class and topic.
func (s *Service) PutRule(ctx context.Context, r Rule) (Rule, error) {
	const op = "privacy.PutRule"
	a, err := require(ctx, op, actor.RetentionEdit)
	if err != nil {
		return Rule{}, err
	}
	if err := r.check(op); err != nil {
		return Rule{}, err
	}
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		if err := s.ruled(ctx, tx, op, a, r.BrandID); err != nil {
			return err
		}
		before, found, err := db.Find[Rule](ctx, tx, `SELECT `+ruleColumns+` FROM retention_rule WHERE tenant_id = $1 AND brand_id = $2 AND class = $3 AND topic = $4`+tx.ForUpdate(),
			a.Tenant, r.BrandID, string(r.Class), r.Topic)
		if err != nil {
			return err
		}
		r.ID, r.CreatedAt, r.ChangedAt = before.ID, before.CreatedAt, tx.Now()
		entry := audit.Entry{Action: "retention.update", Brand: r.BrandID, After: r.audited(), Before: before.audited()}
		if !found {
			n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM retention_rule WHERE tenant_id = $1`, a.Tenant)
			if err != nil {
				return err
			}
			if n >= maxRules {
				return errs.New(errs.Exhausted, op, "retention.too_many")
			}
			r.ID, r.CreatedAt, entry.Action, entry.Before = id.New[id.RetentionRule](), tx.Now(), "retention.create", nil
		}
		entry.Subject = r.subject()
		_, err = db.Exec(ctx, tx, `INSERT INTO retention_rule (tenant_id, id, brand_id, class, topic, least_days, most_days, basis, created_at, changed_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (tenant_id, brand_id, class, topic) DO UPDATE SET
			least_days = excluded.least_days, most_days = excluded.most_days, basis = excluded.basis, changed_at = excluded.changed_at`,
			a.Tenant, r.ID, r.BrandID, string(r.Class), r.Topic, r.LeastDays, r.MostDays, r.Basis, r.CreatedAt, r.ChangedAt)
		if err != nil {
			return err
		}
		return audit.Changed(ctx, tx, entry)
	})
	return r, errs.Op(op, err)
}

// ruled refuses a rule of a brand that there is not, or not for the actor.
func (s *Service) ruled(ctx context.Context, q db.Queryer, op string, a actor.Actor, brand id.Brand) error {
	switch {
	case brand == 0 && !mayRule(a, 0):
		return errs.New(errs.Forbidden, op, "forbidden").With(errs.Values{"permission": string(actor.RetentionEdit)})
	case brand == 0:
		return nil
	}
	all, err := s.Brands(ctx, q)
	if err == nil && (!slices.Contains(all, brand) || !mayRule(a, brand)) {
		err = errs.Fields(op, errs.Field{Path: "brand_id", Code: "reference"})
	}
	return err
}

// DropRule ends a rule.
func (s *Service) DropRule(ctx context.Context, key id.RetentionRule) error {
	const op = "privacy.DropRule"
	a, err := require(ctx, op, actor.RetentionEdit)
	if err != nil {
		return err
	}
	return errs.Op(op, s.DB.Update(ctx, func(tx *db.Tx) error {
		r, err := db.One[Rule](ctx, tx, `SELECT `+ruleColumns+` FROM retention_rule WHERE tenant_id = $1 AND id = $2`+tx.ForUpdate(), a.Tenant, key)
		if err == nil && !mayRule(a, r.BrandID) {
			err = errs.E(errs.NotFound, op, nil)
		}
		if err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `DELETE FROM retention_rule WHERE tenant_id = $1 AND id = $2`, a.Tenant, key); err != nil {
			return err
		}
		return audit.Changed(ctx, tx, audit.Entry{Action: "retention.delete", Subject: r.subject(), Brand: r.BrandID, Before: r.audited()})
	}))
}
