package automation

import (
	"context"
	"errors"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/automation/rule"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/lanes"
	"github.com/zongler/zongler/internal/platform/lease"
)

// cause is what sets a rule off.
type cause struct {
	fact  id.Fact
	event string
	of    about
	chain []id.Rule // the rule itself is its last
	timer bool

	automatic bool // a machine wrote it, or somebody who wants no answer of one
}

// fire sets a rule off, unless this very cause did so before.
func (e *engine) fire(ctx context.Context, r Rule, c cause) error {
	f := Firing{
		ID: id.New[id.Firing](), TenantID: r.TenantID, RuleID: r.ID, FactID: c.fact, Event: c.event,
		ConversationID: c.of.Conversation, CaseID: c.of.Case, Chain: c.chain, Running: true,
	}
	for _, command := range r.Program.Do {
		step := Step{Command: command}
		if c.automatic && command.Do == rule.SendReply {
			step.Code = rule.Automatic
		}
		f.Steps = append(f.Steps, step)
	}
	var fresh bool
	err := e.svc.db.Update(ctx, func(tx *db.Tx) (err error) {
		if err := lease.Check(ctx, tx, e.held); err != nil {
			return err
		}
		if c.timer {
			if err := dropTimer(ctx, tx, timer{RuleID: r.ID, ConversationID: c.of.Conversation, CaseID: c.of.Case, FactID: c.fact}); err != nil {
				return err
			}
		}
		fresh, err = e.insert(ctx, tx, r, f)
		return err
	})
	if err != nil || !fresh {
		return err
	}
	return e.run(ctx, r, f)
}

// insert stores a firing; false: it was set off before, or is set off too often and paused instead.
func (e *engine) insert(ctx context.Context, tx *db.Tx, r Rule, f Firing) (bool, error) {
	now, err := db.One[Rule](ctx, tx, `SELECT `+ruleColumns+` FROM rule WHERE tenant_id = $1 AND id = $2`+tx.ForUpdate(), r.TenantID, r.ID)
	if err != nil || now.State != RuleActive {
		return false, err
	}
	since := tx.Now().Add(-time.Hour)
	if since.Before(now.ActiveSince) { // what a person has seen and switched on again begins anew
		since = now.ActiveSince
	}
	often, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM rule_firing WHERE tenant_id = $1 AND rule_id = $2 AND conversation_id = $3 AND case_id = $4 AND at > $5
		AND fact_id <> $6`, r.TenantID, r.ID, f.ConversationID, f.CaseID, since, f.FactID)
	if err != nil {
		return false, err
	}
	if often >= perHour {
		return false, pauseRule(ctx, tx, now, WhyLoop)
	}
	n, err := db.Exec(ctx, tx, `INSERT INTO rule_firing (tenant_id, id, rule_id, fact_id, event, conversation_id, case_id, chain, steps, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (tenant_id, rule_id, fact_id) DO NOTHING`,
		f.TenantID, f.ID, f.RuleID, f.FactID, f.Event, f.ConversationID, f.CaseID, db.JSON(f.Chain), db.JSON(f.Steps), tx.Now())
	return n == 1, err
}

// pauseRule takes a rule out of use by ourselves.
func pauseRule(ctx context.Context, tx *db.Tx, r Rule, why string) error {
	after := r
	after.State, after.Why, after.Rev, after.ChangedAt = RulePaused, why, r.Rev+1, tx.Now()
	if err := saveRule(ctx, tx, after); err != nil {
		return err
	}
	if _, err := db.Exec(ctx, tx, `DELETE FROM rule_timer WHERE tenant_id = $1 AND rule_id = $2`, r.TenantID, r.ID); err != nil {
		return err
	}
	return audit.Changed(ctx, tx, audit.Entry{
		Action: "rule.pause", Subject: audit.Subject{Kind: whatRule, ID: int64(r.ID), Name: r.Name}, Brand: r.BrandID, Before: r, After: after,
	})
}

// errTaken says that a command was carried out before.
var errTaken = errors.New("automation: this command was carried out before")

// run carries out the commands of a firing that are left, each once.
func (e *engine) run(ctx context.Context, r Rule, f Firing) error {
	who := actor.ForSystem(r.TenantID)
	who.Name, who.Firing = r.Name, f.ID
	ctx = actor.With(ctx, who)
	for f.Taken < len(f.Steps) {
		if err := e.step(ctx, r, &f); err != nil {
			return err
		}
	}
	return e.svc.db.Update(db.Apart(ctx), func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `UPDATE rule_firing SET running = FALSE, ended_at = $3 WHERE tenant_id = $1 AND id = $2`, f.TenantID, f.ID, tx.Now())
		return err
	})
}

// Attempts at a command that fails inside us, and the time between them.
const (
	stepAttempts = 3
	stepPause    = time.Second
)

// step carries out the next command. That it was is written in the transaction that did it.
func (e *engine) step(ctx context.Context, r Rule, f *Firing) error {
	var failed error
	for attempt := range stepAttempts {
		if attempt > 0 {
			lanes.Pause(ctx, nil, stepPause)
		}
		result, code, err := e.try(ctx, r, f)
		switch {
		case err == nil:
			f.Steps[f.Taken].Result, f.Steps[f.Taken].Code = result, code
			f.Taken++
			return nil
		case errors.Is(err, errTaken):
			f.Taken++
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case !inside(err):
			return e.note(ctx, f, Refused, errs.CodeOf(err))
		}
		failed = err
	}
	e.svc.log.Error("rules: carry out a command", "rule", f.RuleID, "firing", f.ID, "err", failed)
	return e.note(ctx, f, Refused, "internal")
}

// inside reports whether an error is ours, and may go away.
func inside(err error) bool {
	k := errs.KindOf(err)
	return k == errs.Internal || k == errs.Unavailable
}

// try carries out the next command, or says why there is nothing to do.
func (e *engine) try(ctx context.Context, r Rule, f *Firing) (Result, string, error) {
	of := about{Conversation: f.ConversationID, Case: f.CaseID}
	there, err := e.svc.world.look(ctx, e.svc.db, of)
	if err != nil {
		return "", "", err
	}
	command := f.Steps[f.Taken].Command
	if why := f.Steps[f.Taken].Code; why != "" {
		return Idle, why, e.note(ctx, f, Idle, why)
	}
	switch why, err := e.svc.world.foresee(ctx, e.svc.db, r.Program, command, there, there.subject()); {
	case err != nil:
		return "", "", err
	case why != "":
		return Idle, why, e.note(ctx, f, Idle, why)
	}
	taking, taken := db.Joining(ctx, func(ctx context.Context, tx *db.Tx) error { return e.mark(ctx, tx, f, Did, "") })
	if err := e.svc.hand.do(taking, there, command, f.ClientID(f.Taken)); err != nil {
		return "", "", err
	}
	if taken() {
		return Did, "", nil
	}
	return Idle, "", e.note(ctx, f, Idle, "")
}

// ClientID names what a command of a firing writes, so that it is written once.
func (f *Firing) ClientID(n int) string { return "rule-" + f.ID.String() + "-" + itoa(n) }

// mark writes what came of the next command, if it is the next still.
func (e *engine) mark(ctx context.Context, tx *db.Tx, f *Firing, result Result, code string) error {
	if err := lease.Check(ctx, tx, e.held); err != nil {
		return err
	}
	steps := append([]Step(nil), f.Steps...)
	steps[f.Taken].Result, steps[f.Taken].Code = result, code
	return db.Guard(ctx, tx, errTaken, `UPDATE rule_firing SET taken = $3, steps = $4 WHERE tenant_id = $1 AND id = $2 AND taken = $5`,
		f.TenantID, f.ID, f.Taken+1, db.JSON(steps), f.Taken)
}

// note writes what came of a command that changed nothing else, and goes on to the next.
func (e *engine) note(ctx context.Context, f *Firing, result Result, code string) error {
	err := e.svc.db.Update(db.Apart(ctx), func(tx *db.Tx) error { return e.mark(ctx, tx, f, result, code) })
	if err == nil && result == Refused {
		f.Steps[f.Taken].Result, f.Steps[f.Taken].Code = result, code
		f.Taken++
	}
	return err
}
