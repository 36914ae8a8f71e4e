package automation

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Firings returns what a rule has done, newest first, one more than limit if there are more.
func (s *Rules) Firings(ctx context.Context, key id.Rule, before id.Firing, limit int) ([]Firing, error) {
	const op = "automation.Firings"
	a, err := actor.Require(ctx, op, actor.RuleEdit)
	if err != nil {
		return nil, err
	}
	if _, err := findRule(ctx, s.db, a, key, ""); err != nil {
		return nil, errs.Op(op, err)
	}
	w := &db.Where{}
	w.And("tenant_id = ? AND rule_id = ?", a.Tenant, key)
	if before != 0 {
		w.And("id < ?", before)
	}
	found, err := db.Many[Firing](ctx, s.db, `SELECT `+firingColumns+` FROM rule_firing`+w.SQL()+` ORDER BY id DESC LIMIT `+
		w.Arg(max(1, min(limit, maxPage))+1), w.Args()...)
	return found, errs.Op(op, err)
}

// Prune forgets what rules did long ago, and of a busy rule all but the newest.
func (s *Rules) Prune(ctx context.Context) error {
	const chunk = 5000
	for {
		var n int64
		err := s.db.Update(ctx, func(tx *db.Tx) (err error) {
			n, err = db.Exec(ctx, tx, `DELETE FROM rule_firing WHERE (tenant_id, id) IN (
				SELECT tenant_id, id FROM rule_firing WHERE NOT running AND at < $1 LIMIT $2)`, tx.Now().Add(-rulesKept), chunk)
			return err
		})
		if err != nil {
			return err
		}
		if n < chunk {
			return s.pruneBusy(ctx)
		}
	}
}

// pruneBusy keeps the newest firings of each rule, and those by which it is told that it fires too often.
func (s *Rules) pruneBusy(ctx context.Context) error {
	type busy struct {
		TenantID id.Tenant
		RuleID   id.Rule
	}
	all, err := db.Many[busy](ctx, s.db, `SELECT tenant_id, rule_id FROM rule_firing GROUP BY tenant_id, rule_id HAVING COUNT(*) > $1`, firingsMax)
	if err != nil {
		return err
	}
	for _, b := range all {
		err := s.db.Update(ctx, func(tx *db.Tx) error {
			_, err := db.Exec(ctx, tx, `DELETE FROM rule_firing WHERE tenant_id = $1 AND rule_id = $2 AND NOT running AND at < $3 AND id < (
				SELECT MIN(n.id) FROM (SELECT id FROM rule_firing WHERE tenant_id = $1 AND rule_id = $2 ORDER BY id DESC LIMIT $4) n)`,
				b.TenantID, b.RuleID, tx.Now().Add(-time.Hour), firingsMax)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
