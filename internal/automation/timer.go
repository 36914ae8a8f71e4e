package automation

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/automation/rule"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/lanes"
	"github.com/zongler/zongler/internal/platform/lease"
)

// topicTimer wakes who waits for the next timer.
const topicTimer = "rule_timer"

// timer is the time that a rule counts for one conversation or case.
type timer struct {
	TenantID       id.Tenant
	RuleID         id.Rule
	ConversationID id.Conversation
	CaseID         id.Case
	FactID         id.Fact
	Since          time.Time
	DueAt          time.Time
}

const timerColumns = `tenant_id, rule_id, conversation_id, case_id, fact_id, since, due_at`

func (t timer) about() about { return about{Conversation: t.ConversationID, Case: t.CaseID} }

// counting begins or ends what timed rules count, as a fact says.
func (e *engine) counting(ctx context.Context, all []Rule, r fact.Record) error {
	of := aboutOf(r.Fact)
	var turns []func(tx *db.Tx) error
	for _, one := range all {
		if !one.Program.When.Timed() || !one.hears(r.At, of.Brand) || one.Program.When.Since.OfCase() != (of.Case != 0) {
			continue
		}
		t := timer{one.TenantID, one.ID, of.Conversation, of.Case, r.ID, r.At, r.At.Add(one.within())}
		switch one.Program.When.Since.Hears(r.Fact) {
		case rule.Begins:
			turns = append(turns, func(tx *db.Tx) error { return t.put(ctx, tx, `NOTHING`) })
		case rule.Again:
			turns = append(turns, func(tx *db.Tx) error {
				return t.put(ctx, tx, putNewer)
			})
		case rule.Ends:
			turns = append(turns, func(tx *db.Tx) error {
				return dropTimer(ctx, tx, timer{RuleID: t.RuleID, ConversationID: of.Conversation, CaseID: of.Case})
			})
		case rule.Nothing:
		}
	}
	if len(turns) == 0 {
		return nil
	}
	return e.svc.db.Update(ctx, func(tx *db.Tx) error {
		if err := lease.Check(ctx, tx, e.held); err != nil {
			return err
		}
		for _, do := range turns {
			if err := do(tx); err != nil {
				return err
			}
		}
		tx.Wake(topicTimer)
		return nil
	})
}

// putNewer is what becomes of a timer that is there when one is put that began later.
const putNewer = `UPDATE SET fact_id = excluded.fact_id, since = excluded.since, due_at = excluded.due_at WHERE rule_timer.since < excluded.since`

// put stores a timer, unless its fact has set the rule off already.
func (t timer) put(ctx context.Context, tx *db.Tx, conflict string) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO rule_timer (`+timerColumns+`)
		SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($5 AS BIGINT), CAST($6 AS BIGINT), CAST($7 AS BIGINT)
		WHERE NOT EXISTS (SELECT 1 FROM rule_firing WHERE tenant_id = $1 AND rule_id = $2 AND fact_id = $5)
		ON CONFLICT (tenant_id, rule_id, conversation_id, case_id) DO `+conflict,
		t.TenantID, t.RuleID, t.ConversationID, t.CaseID, t.FactID, t.Since, t.DueAt)
	return err
}

// dropTimer ends what is counted, unless it has begun anew meanwhile. A fact of 0 ends whatever is counted.
func dropTimer(ctx context.Context, tx *db.Tx, t timer) error {
	_, err := db.Exec(ctx, tx, `DELETE FROM rule_timer WHERE tenant_id = $1 AND rule_id = $2 AND conversation_id = $3 AND case_id = $4
		AND (CAST($5 AS BIGINT) = 0 OR fact_id = $5)`, actor.From(ctx).Tenant, t.RuleID, t.ConversationID, t.CaseID, t.FactID)
	return err
}

// longestWait is the time between two looks, when nothing wakes us.
const longestWait = time.Hour

// count sets timed rules off when their time has come, until ctx ends.
func (e *engine) count(ctx context.Context) error {
	woken, end := e.svc.db.Woken(topicTimer)
	defer end()
	for ctx.Err() == nil {
		next, err := e.due(ctx)
		wait := longestWait
		switch {
		case err != nil && ctx.Err() == nil:
			e.svc.log.Error("rules: look what time has come", "err", err)
			wait = readAgain
		case !next.IsZero():
			wait = max(time.Millisecond, min(wait, time.Until(next)))
		}
		lanes.Pause(ctx, woken, wait)
	}
	return nil
}

// due sets off what is due, and returns when the next will be.
func (e *engine) due(ctx context.Context) (time.Time, error) {
	for {
		found, err := db.Many[timer](ctx, e.svc.db, `SELECT `+timerColumns+` FROM rule_timer ORDER BY due_at LIMIT 100`)
		if err != nil || len(found) == 0 {
			return time.Time{}, err
		}
		now := time.Now()
		for _, t := range found {
			if t.DueAt.After(now) {
				return t.DueAt, nil
			}
			if err := e.ring(actor.With(ctx, actor.ForSystem(t.TenantID)), t); err != nil {
				return time.Time{}, err
			}
		}
	}
}

// ring sets a rule off whose time has come, if all is still so.
func (e *engine) ring(ctx context.Context, t timer) error {
	r, err := db.One[Rule](ctx, e.svc.db, `SELECT `+ruleColumns+` FROM rule WHERE tenant_id = $1 AND id = $2`, t.TenantID, t.RuleID)
	if err != nil {
		return err
	}
	there, err := e.svc.world.look(ctx, e.svc.db, t.about())
	gone := errs.Is(errs.NotFound, err)
	if err != nil && !gone {
		return err
	}
	if gone || r.State != RuleActive || r.BrandID != 0 && r.BrandID != there.brand() || !still(r.Program.When.Since, there) || !r.Program.If.Holds(there.subject()) {
		return e.svc.db.Update(ctx, func(tx *db.Tx) error {
			if err := lease.Check(ctx, tx, e.held); err != nil {
				return err
			}
			return dropTimer(ctx, tx, t)
		})
	}
	return e.fire(ctx, r, cause{fact: t.FactID, event: string(r.Program.When.Since), of: t.about(), chain: []id.Rule{r.ID}, timer: true})
}

// still reports whether what was counted from still is so.
func still(s rule.Stamp, there seen) bool {
	c := there.conversation
	switch s {
	case rule.Unanswered:
		return !c.UnansweredSince.IsZero()
	case rule.Silent:
		return c.LastAuthor != conversation.ByCustomer
	case rule.Waiting:
		return c.Waiting
	case rule.Closed:
		return !c.Open
	case rule.InStatus:
		return there.matter.MergedInto == 0
	case rule.CaseOpen:
		return there.matter.Open && there.matter.Category != casework.Done
	}
	return false
}
