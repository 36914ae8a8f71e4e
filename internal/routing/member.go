package routing

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Membership says whether an agent belongs to a queue, and whether it gets work from it now.
type Membership struct {
	Agent   id.User
	Queue   id.Queue
	Member  bool
	Enabled bool
}

// SetMembership adds an agent to a queue, removes them, or pauses them in it. It is effective at once.
func (s *Service) SetMembership(ctx context.Context, m Membership) error {
	const op = "routing.SetMembership"
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error { return s.SetMembershipIn(ctx, tx, m) }))
}

// SetMembershipIn is SetMembership in the transaction of a use-case that makes more.
func (s *Service) SetMembershipIn(ctx context.Context, tx *db.Tx, m Membership) error {
	const op = "routing.SetMembershipIn"
	if _, err := actor.Require(ctx, op, actor.StaffMove); err != nil {
		return err
	}
	return s.setMembership(ctx, tx, op, m)
}

// MoveAgent takes an agent out of one queue and puts them into another, in one step.
func (s *Service) MoveAgent(ctx context.Context, agent id.User, from, to id.Queue) error {
	const op = "routing.MoveAgent"
	if _, err := actor.Require(ctx, op, actor.StaffMove); err != nil {
		return err
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		if err := s.setMembership(ctx, tx, op, Membership{Agent: agent, Queue: from}); err != nil {
			return err
		}
		return s.setMembership(ctx, tx, op, Membership{Agent: agent, Queue: to, Member: true, Enabled: true})
	}))
}

func (s *Service) setMembership(ctx context.Context, tx *db.Tx, op string, m Membership) error {
	q, err := queueTerms(ctx, tx, m.Queue)
	if err != nil {
		return err
	}
	if err := reachable(ctx, tx, s.staff, actor.StaffMove, m.Agent); err != nil {
		return err
	}
	tenant := actor.From(ctx).Tenant
	before, err := membership(ctx, tx, m.Agent, m.Queue)
	if err != nil {
		return err
	}
	if m.Member {
		if err := s.mayServe(ctx, tx, op, m.Agent, q.BrandID); err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `INSERT INTO queue_member (tenant_id, queue_id, user_id, enabled, since) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (tenant_id, queue_id, user_id) DO UPDATE SET enabled = excluded.enabled`, tenant, m.Queue, m.Agent, m.Enabled, tx.Now())
	} else {
		_, err = db.Exec(ctx, tx, `DELETE FROM queue_member WHERE tenant_id = $1 AND queue_id = $2 AND user_id = $3`, tenant, m.Queue, m.Agent)
	}
	if err != nil {
		return err
	}
	if err := auditMembership(ctx, tx, q, before, m); err != nil {
		return err
	}
	return tx.Record(ctx, fact.MembershipMoved{Agent: m.Agent, Queue: m.Queue, Member: m.Member, Enabled: m.Enabled && m.Member})
}

// membership returns what an agent is in a queue now, locked in tx.
func membership(ctx context.Context, tx *db.Tx, agent id.User, queue id.Queue) (Membership, error) {
	enabled, found, err := db.Find[bool](ctx, tx, `SELECT enabled FROM queue_member WHERE tenant_id = $1 AND queue_id = $2 AND user_id = $3`+tx.ForUpdate(),
		actor.From(ctx).Tenant, queue, agent)
	return Membership{Agent: agent, Queue: queue, Member: found, Enabled: enabled}, err
}

func (m Membership) audited() map[string]any {
	return map[string]any{"member": m.Member, "enabled": m.Enabled && m.Member}
}

func auditMembership(ctx context.Context, tx *db.Tx, q terms, before, after Membership) error {
	now := after.audited()
	now["agent"] = after.Agent // it did not change, and is to be named all the same
	return audit.Write(ctx, tx, audit.Entry{
		Action:  "queue.member",
		Subject: audit.Subject{Kind: "queue", ID: int64(after.Queue), Name: q.Name},
		Brand:   q.BrandID,
		Before:  before.audited(),
		After:   now,
	})
}

// mayServe refuses to give a brand's work to a user who was not granted the brand.
func (s *Service) mayServe(ctx context.Context, tx *db.Tx, op string, agent id.User, brand id.Brand) error {
	return s.granted(ctx, tx, agent, brand, errs.Fields(op, errs.Field{Path: "agent_id", Code: "agent.no_grant"}))
}

// granted returns refused unless the agent is active and granted the brand.
func (s *Service) granted(ctx context.Context, tx *db.Tx, agent id.User, brand id.Brand, refused error) error {
	serving, err := s.staff.OfBrand(ctx, tx, brand, []id.User{agent})
	if err == nil && len(serving) == 0 {
		err = refused
	}
	return err
}
