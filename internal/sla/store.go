package sla

import (
	"context"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/platform/db"
)

// keep stores the clocks of a case: those that live, and those that have just ended.
func (s *Service) keep(ctx context.Context, tx *db.Tx, k kept, after State, effects []Effect, wake time.Time) error {
	if _, err := db.Exec(ctx, tx, `UPDATE sla_case SET state = $3, wake_at = $4 WHERE tenant_id = $1 AND case_id = $2`,
		actor.From(ctx).Tenant, k.CaseID, db.JSON(after), wake); err != nil {
		return err
	}
	clocks := after.Clocks
	for _, did := range effects {
		if !did.Clock.living() {
			clocks = append(slices.Clip(clocks), did.Clock)
		}
	}
	for _, c := range clocks {
		if err := s.put(ctx, tx, k, c); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) put(ctx context.Context, tx *db.Tx, k kept, c Clock) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO clock (tenant_id, id, case_id, brand_id, kind, policy_id, state, target_seconds, used_us, started_at, due_at,
			warned_at, breached_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT (tenant_id, id) DO UPDATE SET policy_id = excluded.policy_id, state = excluded.state, target_seconds = excluded.target_seconds,
			used_us = excluded.used_us, due_at = excluded.due_at, warned_at = excluded.warned_at, breached_at = excluded.breached_at, ended_at = excluded.ended_at`,
		actor.From(ctx).Tenant, c.ID, k.CaseID, k.BrandID, string(c.Kind), k.PolicyID, c.State, int64(c.Target/time.Second), c.Used.Microseconds(),
		c.StartedAt, c.DueAt, c.WarnedAt, c.BreachedAt, c.EndedAt)
	return err
}

// factOf returns the fact that tells what a clock did.
func factOf(k kept, did Effect) fact.Fact {
	c, used := did.Clock, int64(did.Clock.Used/time.Second)
	switch did.Did {
	case DidStart:
		return fact.ClockStarted{Case: k.CaseID, Brand: k.BrandID, Clock: c.ID, ClockKind: string(c.Kind), Policy: k.PolicyID, TargetSeconds: int64(c.Target / time.Second), DueAt: c.DueAt}
	case DidPause:
		return fact.ClockPaused{Case: k.CaseID, Brand: k.BrandID, Clock: c.ID, ClockKind: string(c.Kind), UsedSeconds: used}
	case DidResume:
		return fact.ClockResumed{Case: k.CaseID, Brand: k.BrandID, Clock: c.ID, ClockKind: string(c.Kind), DueAt: c.DueAt}
	case DidWarn:
		return fact.ClockWarned{Case: k.CaseID, Brand: k.BrandID, Clock: c.ID, ClockKind: string(c.Kind), DueAt: c.DueAt}
	case DidBreach:
		return fact.ClockBreached{Case: k.CaseID, Brand: k.BrandID, Clock: c.ID, ClockKind: string(c.Kind), DueAt: c.BreachedAt}
	case DidMeet:
		return fact.ClockMet{Case: k.CaseID, Brand: k.BrandID, Clock: c.ID, ClockKind: string(c.Kind), UsedSeconds: used, Breached: !c.BreachedAt.IsZero()}
	}
	why := "unpromised"
	if c.EndedAt.Equal(did.At) && k.Terms.Targets[c.Kind] > 0 {
		why = done
	}
	return fact.ClockStopped{Case: k.CaseID, Brand: k.BrandID, Clock: c.ID, ClockKind: string(c.Kind), Why: why}
}

// escalate does what the policy of a case says of what its clocks did.
func (s *Service) escalate(ctx context.Context, tx *db.Tx, k kept, c casework.Case, effects []Effect) error {
	var p Policy
	for _, did := range effects {
		if did.Did != DidWarn && did.Did != DidBreach {
			continue
		}
		if p.ID == 0 {
			var err error
			if p, err = findPolicy(ctx, tx, actor.ForSystem(actor.From(ctx).Tenant), k.PolicyID, ""); err != nil {
				return err
			}
		}
		for _, e := range p.Escalations {
			if e.On != did.Did || e.Clock != "" && e.Clock != did.Clock.Kind {
				continue
			}
			if err := s.act(ctx, tx, &c, did, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// act does one escalation, and tells of it. One that is not possible any more, for its person is gone, is left out.
func (s *Service) act(ctx context.Context, tx *db.Tx, c *casework.Case, did Effect, e Escalation) error {
	told := fact.CaseEscalated{Case: c.ID, Brand: c.BrandID, Clock: did.Clock.ID, ClockKind: string(did.Clock.Kind), On: did.Did, Act: e.Act}
	change := casework.Change{}
	switch e.Act {
	case NotifyOwner:
		told.Owner = c.OwnerID
	case NotifyTeam:
		if told.Team = c.TeamID; e.Team != 0 {
			told.Team = e.Team
		}
	case RaisePriority:
		if c.Priority >= casework.Urgent {
			return nil
		}
		change.Priority, told.Priority = new(c.Priority+1), c.Priority+1
	case MoveOwner:
		change.Owner, told.Owner = &e.User, e.User
		if e.Team != 0 {
			change.Team, told.Team = &e.Team, e.Team
		}
	}
	if e.Act == NotifyOwner || e.Act == NotifyTeam {
		if told.Owner == 0 && told.Team == 0 {
			return nil
		}
		if err := s.people.TellOfCase(ctx, tx, *c, "case."+did.Did, told.Owner, told.Team); err != nil {
			return err
		}
		return tx.Record(ctx, told)
	}
	after, err := s.cases.Escalate(ctx, tx, c.ID, change)
	if errs.Is(errs.Invalid, err) {
		return nil
	}
	if err != nil {
		return err
	}
	*c = after
	return tx.Record(ctx, told)
}
