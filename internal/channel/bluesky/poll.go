package bluesky

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/platform/lanes"
	"github.com/zongler/zongler/internal/platform/lease"
)

// Times of asking what is new: soon after something was, and less and less often while nothing is.
// An address may call 3000 times in five minutes, whosever accounts it asks for.
const (
	soonest      = 5 * time.Second
	seldomest    = time.Minute
	firstPause   = 2 * time.Second // after a call that failed
	longestPause = 5 * time.Minute
)

// Receiver asks for all accounts what is new, on one node at a time.
type Receiver struct {
	*Service

	keeper *lease.Keeper
}

// NewReceiver returns a Receiver that does nothing until Run.
func NewReceiver(s *Service, keeper *lease.Keeper) *Receiver { return &Receiver{s, keeper} }

// Run asks until ctx ends.
func (r *Receiver) Run(ctx context.Context) error {
	r.keeper.Hold(ctx, "bluesky", func(ctx context.Context, _ lease.Held) error {
		return r.Points.KeepUp(ctx, channel.Upkeep{Channel: channel.Bluesky, Run: r.ask})
	})
	return nil
}

// next returns how long to wait: whether something was new, and how long it was before.
func next(fresh int, before time.Duration) time.Duration {
	if fresh > 0 {
		return soonest
	}
	return min(max(before*3/2, soonest), seldomest)
}

// ask asks for an account until ctx ends.
func (r *Receiver) ask(ctx context.Context, p channel.EntryPoint) {
	pause, failures := soonest, 0
	for ctx.Err() == nil {
		fresh, err := r.Accounts.Catch(ctx, p)
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			if failures > 0 {
				r.Accounts.Relearn(ctx, p, "")
			}
			failures, pause = 0, next(fresh, pause)
			lanes.Pause(ctx, nil, pause-time.Duration(rand.Int64N(int64(pause)/8)))
			continue
		}
		failures++
		f, is := errors.AsType[*channel.Failure](err)
		if !is {
			f = failureOf(err, true)
		}
		r.Log.WarnContext(ctx, "bluesky: what is new is not told", "entry_point", p.ID, "code", f.Code, "err", err)
		if f.Verdict == channel.Reconnect {
			r.Accounts.Relearn(ctx, p, f.Code)
		}
		wait := min(firstPause<<min(failures-1, 10), longestPause)
		lanes.Pause(ctx, nil, max(f.After, wait-time.Duration(rand.Int64N(int64(wait)/4+1))))
	}
}
