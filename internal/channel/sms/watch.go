package sms

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/sms/smpp"
	"github.com/zongler/zongler/internal/platform/lanes"
	"github.com/zongler/zongler/internal/platform/lease"
)

// Receiver keeps lines to the centres of all numbers, on one node at a time.
type Receiver struct {
	*Service

	keeper *lease.Keeper
}

// NewReceiver returns a Receiver that does nothing until Run.
func NewReceiver(s *Service, keeper *lease.Keeper) *Receiver { return &Receiver{s, keeper} }

// Run keeps them until ctx ends.
func (r *Receiver) Run(ctx context.Context) error {
	r.keeper.Hold(ctx, "sms", func(ctx context.Context, _ lease.Held) error { return r.listen(ctx) })
	r.pool.listening(ctx, false) // lines that only send end with us, too
	return nil
}

// listen keeps a line for each open number that goes over a centre.
func (r *Receiver) listen(ctx context.Context) error {
	r.pool.listening(ctx, true)
	defer r.pool.listening(ctx, false)
	return r.Points.KeepUp(ctx, channel.Upkeep{Channel: channel.SMS, Wants: overCentre, Run: r.keepUp, Gone: r.pool.drop})
}

// overCentre reports whether a number goes over a centre.
func overCentre(p channel.EntryPoint) bool {
	s, err := parseSettings(p.Config)
	return err == nil && s.Transport == SMPP
}

// keepUp keeps the line of a number up until ctx ends.
func (r *Receiver) keepUp(ctx context.Context, p channel.EntryPoint) {
	failures, short := 0, 0
	for ctx.Err() == nil {
		session, w, err := r.pool.session(ctx, p)
		if err == nil {
			failures = 0
			if short = r.hold(ctx, p, session, short); short > patientFor {
				lanes.Pause(ctx, nil, backoff(short-patientFor))
			}
			continue
		}
		if ctx.Err() != nil {
			return
		}
		failures++
		f := unbound(err)
		r.Log.WarnContext(ctx, "sms: no line to a centre", "entry_point", p.ID, "code", f.Code, "err", err)
		if failures > 1 || f.Verdict == channel.Reconnect { // one that breaks once is no news
			r.Accounts.Relearn(ctx, p, f.Code)
		}
		lanes.Pause(ctx, nil, w.untilRetry())
	}
}

// patientFor is how many lines may end at once, one after another, before the next is not opened at once.
const patientFor = 3

// hold waits until a line ends, and returns how many have ended at once by now.
func (r *Receiver) hold(ctx context.Context, p channel.EntryPoint, session *smpp.Session, short int) int {
	began := time.Now()
	r.Accounts.Relearn(ctx, p, "")
	select {
	case <-session.Ended():
		r.Log.WarnContext(ctx, "sms: the line to a centre has ended", "entry_point", p.ID, "err", session.Err())
	case <-ctx.Done():
	}
	if time.Since(began) < firstPause {
		return short + 1
	}
	return 0
}

// untilRetry returns how long it is until a line may be tried again.
func (w *wire) untilRetry() time.Duration {
	w.dialling.Lock()
	defer w.dialling.Unlock()
	return max(time.Until(w.retryAt), firstPause/2)
}
