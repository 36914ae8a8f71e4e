package sms

import (
	"context"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/sms/smpp"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/lease"
)

// lookAgain is how often new numbers are looked for below wake-ups that were missed.
const lookAgain = 5 * time.Minute

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

// kept is a number whose line is kept up.
type kept struct {
	changed time.Time // of its entry point: with other settings it begins anew
	stop    context.CancelFunc
}

// listen keeps one goroutine for each open number that goes over a centre.
func (r *Receiver) listen(ctx context.Context) error {
	r.pool.listening(ctx, true)
	defer r.pool.listening(ctx, false)
	woken, end := r.DB.Woken(channel.Topic)
	defer end()
	var keepers sync.WaitGroup
	defer keepers.Wait()
	now := map[id.EntryPoint]kept{}
	for ctx.Err() == nil {
		points, err := r.Points.Open(ctx, channel.SMS)
		if err != nil {
			return err
		}
		there := map[id.EntryPoint]bool{}
		for _, p := range points {
			if s, err := parseSettings(p.Config); err != nil || s.Transport != SMPP {
				continue
			}
			there[p.ID] = true
			if k, ok := now[p.ID]; ok && k.changed.Equal(p.UpdatedAt) {
				continue
			} else if ok {
				k.stop()
			}
			life, stop := context.WithCancel(actor.With(ctx, actor.ForSystem(p.Tenant)))
			now[p.ID] = kept{p.UpdatedAt, stop}
			keepers.Go(func() { r.keepUp(life, p) })
		}
		for key, k := range now {
			if !there[key] {
				k.stop()
				delete(now, key)
				r.pool.drop(ctx, key)
			}
		}
		pause(ctx, woken, lookAgain)
	}
	return nil
}

// keepUp keeps the line of a number up until ctx ends.
func (r *Receiver) keepUp(ctx context.Context, p channel.EntryPoint) {
	failures, short := 0, 0
	for ctx.Err() == nil {
		session, w, err := r.pool.session(ctx, p)
		if err == nil {
			failures = 0
			if short = r.hold(ctx, p, session, short); short > patientFor {
				pause(ctx, nil, backoff(short-patientFor))
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
			r.Accounts.Learn(ctx, r.now(ctx, p), f.Code)
		}
		pause(ctx, nil, w.untilRetry())
	}
}

// patientFor is how many lines may end at once, one after another, before the next is not opened at once.
const patientFor = 3

// hold waits until a line ends, and returns how many have ended at once by now.
func (r *Receiver) hold(ctx context.Context, p channel.EntryPoint, session *smpp.Session, short int) int {
	began := time.Now()
	r.Accounts.Learn(ctx, r.now(ctx, p), "")
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

// now returns p as it is stored now: its health is compared with what is learnt.
func (r *Receiver) now(ctx context.Context, p channel.EntryPoint) channel.EntryPoint {
	if fresh, err := r.Points.Lookup(ctx, r.DB, p.Tenant, p.ID); err == nil {
		return fresh
	}
	return p
}

// untilRetry returns how long it is until a line may be tried again.
func (w *wire) untilRetry() time.Duration {
	w.dialling.Lock()
	defer w.dialling.Unlock()
	return max(time.Until(w.retryAt), firstPause/2)
}

// pause waits for news, for a time, or for the end of ctx.
func pause(ctx context.Context, woken <-chan struct{}, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-woken:
	case <-timer.C:
	}
}
