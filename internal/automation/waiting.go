package automation

import (
	"context"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/automation/rule"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// Bounds of what waits already when a timed rule is switched on.
const (
	maxCounted = conversation.MaxOpen // things that are counted; those that wait longest come first
	maxWeighed = 300                  // that a dry run looks at
	putAtOnce  = 50                   // timers of one transaction
	factsAhead = 10                   // pages of dryFacts that are read of one thing
)

// CountJob counts for a timed rule what waits already: it was switched on after that had begun.
type CountJob struct {
	Rule id.Rule `json:"rule"`
}

// Kind names the job.
func (CountJob) Kind() string { return "rules.count" }

// countWaiting has counted what waits already, if r counts time and is asked at all.
func countWaiting(ctx context.Context, tx *db.Tx, r Rule) error {
	if r.State != RuleActive || !r.Program.When.Timed() {
		return nil
	}
	return job.Enqueue(ctx, tx, CountJob{Rule: r.ID})
}

// Count does the job. Done again it changes nothing: what was counted from the same
// fact is, or has set the rule off already.
func (s *Rules) Count(ctx context.Context, j CountJob) error {
	const op = "automation.CountRule"
	tenant := actor.From(ctx).Tenant
	r, found, err := db.Find[Rule](ctx, s.db, `SELECT `+ruleColumns+` FROM rule WHERE tenant_id = $1 AND id = $2`, tenant, j.Rule)
	if err != nil || !found || r.State != RuleActive || !r.Program.When.Timed() {
		return errs.Op(op, err)
	}
	all, _, err := s.waiting(ctx, s.db, r, maxCounted)
	if err != nil {
		return errs.Op(op, err)
	}
	for some := range slices.Chunk(all, putAtOnce) {
		err := s.db.Update(ctx, func(tx *db.Tx) error {
			for _, t := range some {
				if err := t.put(ctx, tx, putNewer); err != nil {
					return err
				}
			}
			tx.Wake(topicTimer)
			return nil
		})
		if err != nil {
			return errs.Op(op, err)
		}
	}
	return nil
}

// waiting returns the timers of what r would have counted had it been asked all the
// time, and still would: at most so many. more says that there is more of it.
func (s *Rules) waiting(ctx context.Context, q db.Queryer, r Rule, most int) (found []timer, more bool, err error) {
	candidates, err := s.candidates(ctx, q, r)
	if err != nil {
		return nil, false, err
	}
	for i, of := range candidates {
		if len(found) == most || i == maxCounted {
			return found, true, nil
		}
		began, counts, err := s.began(ctx, q, r, of)
		if err != nil {
			return nil, false, err
		}
		if counts {
			found = append(found, timer{r.TenantID, r.ID, of.Conversation, of.Case, began.ID, began.At, began.At.Add(r.within())})
		}
	}
	return found, false, nil
}

// candidates returns what is open and may be counted. What is closed does not wait:
// time since a conversation was closed is counted for those that are closed from now on.
func (s *Rules) candidates(ctx context.Context, q db.Queryer, r Rule) (all []about, err error) {
	since := r.Program.When.Since
	if since.OfCase() {
		cases, err := s.world.Cases.OpenOnes(ctx, q, r.BrandID)
		for _, c := range cases {
			if still(since, seen{matter: c}) {
				all = append(all, about{Case: c.ID, Brand: c.BrandID})
			}
		}
		return all, err
	}
	if since == rule.Closed {
		return nil, nil
	}
	conversations, err := s.world.Conversations.OpenOnes(ctx, q, r.BrandID)
	for _, c := range conversations {
		if still(since, seen{conversation: c}) {
			all = append(all, about{Conversation: c.ID, Brand: c.BrandID})
		}
	}
	return all, err
}

// began returns the fact from which r counts, and whether it does.
func (s *Rules) began(ctx context.Context, q db.Queryer, r Rule, of about) (began fact.Record, counts bool, err error) {
	subject, after := int64(of.Conversation)+int64(of.Case), id.Fact(0)
	for range factsAhead {
		facts, err := db.FactsOf(ctx, q, r.TenantID, subject, after, dryFacts)
		if err != nil {
			return began, false, err
		}
		for _, f := range facts {
			switch r.Program.When.Since.Hears(f.Fact) {
			case rule.Begins:
				if !counts {
					began, counts = f, true
				}
			case rule.Again:
				began, counts = f, true
			case rule.Ends:
				counts = false
			case rule.Nothing:
			}
		}
		if len(facts) < dryFacts {
			break
		}
		after = facts[len(facts)-1].ID
	}
	return began, counts, nil
}

// Ahead is what a timed rule would do with what waits already, were it switched on now.
type Ahead struct {
	AtOnce int  // whose time has come
	Later  int  // whose time is still to come, if all stays so
	More   bool // not all was looked at
}

// weigh says what a timed rule would do with what waits already.
func (s *Rules) weigh(ctx context.Context, q db.Queryer, r Rule) (a Ahead, err error) {
	if !r.Program.When.Timed() {
		return a, nil
	}
	all, more, err := s.waiting(ctx, q, r, maxWeighed)
	if err != nil {
		return a, err
	}
	a.More = more
	now := time.Now()
	for _, t := range all {
		there, err := s.world.look(ctx, q, t.about())
		if errs.Is(errs.NotFound, err) { // erased meanwhile
			continue
		}
		if err != nil {
			return a, err
		}
		switch {
		case !r.Program.If.Holds(there.subject()):
		case t.DueAt.After(now):
			a.Later++
		default:
			a.AtOnce++
		}
	}
	return a, nil
}
