package routing

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Lost takes an agent who is gone out of everything: offers go on at once, contacts
// wait again with their original time of arrival, wrap-ups are closed.
func (s *Service) Lost(ctx context.Context, agent id.User) error {
	return s.lost(ctx, agent, func(*db.Tx) error { return nil })
}

// lost is Lost as long as gone does not refuse it, which each transaction asks. In the
// last one it asks with the agent's row locked, as returned does.
func (s *Service) lost(ctx context.Context, agent id.User, gone func(tx *db.Tx) error) error {
	const op = "routing.Lost"
	held, err := db.Many[id.Interaction](ctx, s.db, `SELECT id FROM interaction
		WHERE tenant_id = $1 AND agent_id = $2 AND state IN ('active', 'wrap_up')`, actor.From(ctx).Tenant, agent)
	if err != nil {
		return errs.Op(op, err)
	}
	for _, key := range held {
		err := s.db.Update(ctx, func(tx *db.Tx) error {
			if err := gone(tx); err != nil {
				return err
			}
			return s.lose(ctx, tx, agent, key)
		})
		if err != nil {
			return errs.Op(op, err)
		}
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		a, known, err := findAgent(ctx, tx, agent)
		if err != nil {
			return err
		}
		if err := gone(tx); err != nil || !known || a.State == Offline {
			return err
		}
		if a.State == Away && a.System == "" { // a break is never ended by the system
			return setGone(ctx, tx, &a, tx.Now())
		}
		return movePresence(ctx, tx, &a, Offline, 0, SystemLost)
	}))
}

// Back says that an agent has a desk again.
func (s *Service) Back(ctx context.Context, agent id.User) error {
	const op = "routing.Back"
	a, err := s.Agent(ctx, agent)
	if err != nil || a.GoneAt.IsZero() {
		return errs.Op(op, err)
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error { return returned(ctx, tx, agent) }))
}

// returned writes that an agent has a desk again, in tx.
func returned(ctx context.Context, tx *db.Tx, agent id.User) error {
	a, known, err := findAgent(ctx, tx, agent)
	if err != nil || !known {
		return err
	}
	return setGone(ctx, tx, &a, time.Time{})
}

// setGone keeps since when an agent is known to be gone; the zero time means not at all.
func setGone(ctx context.Context, tx *db.Tx, a *Agent, since time.Time) error {
	if a.GoneAt.IsZero() == since.IsZero() {
		return nil
	}
	a.GoneAt = since
	err := db.Write(ctx, tx, `UPDATE agent SET gone_at = $1 WHERE tenant_id = $2 AND user_id = $3`, since, actor.From(ctx).Tenant, a.UserID)
	return err
}

// lose takes one interaction from an agent who is gone.
func (s *Service) lose(ctx context.Context, tx *db.Tx, agent id.User, key id.Interaction) error {
	it, err := lock(ctx, tx, "routing.lose", key)
	if err != nil || it.AgentID != agent {
		return err
	}
	switch it.State {
	case WrapUp:
		return s.close(ctx, tx, &it, Answered, 0)
	case Active:
		q, err := queueTerms(ctx, tx, it.QueueID)
		if err != nil {
			return err
		}
		if err := s.endSegment(ctx, tx, &it, CauseLost); err != nil {
			return err
		}
		it.PreferredID, it.PreferredUntil = 0, time.Time{}
		return s.enter(ctx, tx, &it, q, CauseLost)
	case Queued, Offered, Parked, Closed:
	}
	return nil
}
