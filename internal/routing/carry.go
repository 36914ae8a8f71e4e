package routing

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/routing/acd"
)

// carry does what the core decided. Writes go on in lanes; their outcomes come back as reports.
func (e *engine) carry(ctx context.Context, effects []acd.Effect) {
	away := map[id.User]bool{} // set away with the offer that they missed
	for _, effect := range effects {
		switch f := effect.(type) {
		case acd.MakeOffer:
			e.makeOffer(ctx, f)
		case acd.ExpireOffer:
			away[f.Agent] = true
			e.expire(ctx, f)
		case acd.WithdrawOffer:
			e.withdraw(ctx, f)
		case acd.SetAway:
			if !away[f.Agent] {
				e.write(ctx, int64(f.Agent), func(tx *db.Tx) error { return missed(ctx, tx, f.Agent) }, nil)
			}
		case acd.Overflow:
			e.write(ctx, int64(f.Interaction), func(tx *db.Tx) error { return e.svc.overflow(ctx, tx, f.Interaction, f.From, f.To) }, nil)
		case acd.Requeue:
			e.log.Error("routing: the core took work from an agent", "agent", f.Agent, "reason", f.Reason)
		case acd.WakeAt:
			e.wakeAt(f.At)
		}
	}
}

func (e *engine) wakeAt(at time.Time) {
	e.timer.Stop()
	if !at.IsZero() {
		e.timer.Reset(time.Until(at))
	}
}

func (e *engine) makeOffer(ctx context.Context, f acd.MakeOffer) {
	p := proposal{offer: id.New[id.Offer](), interaction: f.Interaction, queue: f.Queue, agent: f.Agent, stands: f.For, why: whyOf(f.Why)}
	e.offers[f.Interaction] = standing{offer: p.offer, agent: f.Agent, token: f.Token}
	e.lanes.do(int64(f.Interaction), func() {
		err := e.guarded(ctx, func(tx *db.Tx) error { return e.svc.makeOffer(ctx, tx, p) })
		made := acd.OfferMade{Interaction: f.Interaction, Agent: f.Agent, Token: f.Token, Expires: time.Now().Add(f.For)}
		e.report(ctx, func(ctx context.Context) error { return e.offerWritten(ctx, made, err) })
	})
}

// offerWritten tells the core what became of the writing of an offer.
func (e *engine) offerWritten(ctx context.Context, made acd.OfferMade, err error) error {
	if err == nil {
		e.step(ctx, made)
		return nil
	}
	unfit := errs.Is(errs.Forbidden, err)
	if !unfit && !tooLate(err) {
		return err
	}
	e.forget(made.Interaction, made.Token)
	e.step(ctx, acd.OfferRefused{Interaction: made.Interaction, Agent: made.Agent, Token: made.Token, Gone: !unfit})
	if unfit {
		return e.reread(ctx, made.Agent)
	}
	return nil
}

// expire ends an offer that nobody answered and sets its agent away, in one step.
// An agent who was just in time is not away, whatever the core believes.
func (e *engine) expire(ctx context.Context, f acd.ExpireOffer) {
	st, ok := e.forget(f.Interaction, f.Token)
	if !ok {
		return
	}
	e.write(ctx, int64(f.Interaction), func(tx *db.Tx) error {
		o, err := offerByID(ctx, tx, st.offer)
		if err != nil {
			return err
		}
		if err := e.svc.returnOffer(ctx, tx, o, Missed, ""); err != nil {
			return err
		}
		return missed(ctx, tx, f.Agent)
	}, func(ctx context.Context) error { return e.reread(ctx, f.Agent) })
}

func (e *engine) withdraw(ctx context.Context, f acd.WithdrawOffer) {
	st, ok := e.forget(f.Interaction, f.Token)
	if !ok {
		return
	}
	e.write(ctx, int64(f.Interaction), func(tx *db.Tx) error {
		o, err := offerByID(ctx, tx, st.offer)
		if err != nil {
			return err
		}
		return e.svc.returnOffer(ctx, tx, o, Withdrawn, string(f.Reason))
	}, nil)
}

func (e *engine) forget(interaction id.Interaction, token acd.Token) (standing, bool) {
	st, ok := e.offers[interaction]
	if !ok || st.token != token {
		return st, false
	}
	delete(e.offers, interaction)
	return st, true
}

// write runs fn in the lane of key. What came too late is no error: the facts tell
// what was first, and late, if there is one, what else is to be done then. After
// any other failure nobody knows what is true, so the engine begins anew.
func (e *engine) write(ctx context.Context, key int64, fn func(tx *db.Tx) error, late func(ctx context.Context) error) {
	e.lanes.do(key, func() {
		err := e.guarded(ctx, fn)
		switch {
		case err == nil:
		case !tooLate(err):
			e.report(ctx, func(context.Context) error { return err })
		case late != nil:
			e.report(ctx, late)
		}
	})
}

// tooLate reports whether a write was refused because somebody else was first.
func tooLate(err error) bool {
	return (errs.Is(errs.Conflict, err) || errs.Is(errs.NotFound, err)) && !isLost(err)
}

// isLost reports whether a write was refused because another node owns the tenant now.
func isLost(err error) bool { return errs.CodeOf(err) == "lease.lost" }

// guarded runs fn in a transaction that fails when this node has lost the tenant.
func (e *engine) guarded(ctx context.Context, fn func(tx *db.Tx) error) error {
	return e.svc.db.Update(ctx, func(tx *db.Tx) error {
		check := lease.Ask(ctx, tx, e.held)
		err := fn(tx)
		if lost := check(ctx); err == nil || isLost(lost) { // whose lease is lost does not know what an error means
			return lost
		}
		return err
	})
}

// missed sets an agent away who let an offer pass.
func missed(ctx context.Context, tx *db.Tx, agent id.User) error {
	a, err := lockAgent(ctx, tx, agent)
	if err != nil || a.State != Available {
		return err
	}
	return movePresence(ctx, tx, &a, Away, 0, SystemMissedOffer)
}

// whyOf returns what is stored with an offer to answer "why this agent?".
func whyOf(w acd.Why) map[string]any {
	return map[string]any{
		"rule": w.Rule, "considered": w.Considered, "fit": w.Fit, "load": w.Load, "idle_since": w.IdleSince,
		"priority": w.Priority, "waited_ms": w.Waited.Milliseconds(), "behind": w.Behind,
	}
}
