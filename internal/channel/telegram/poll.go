package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/platform/lanes"
	"github.com/zongler/zongler/internal/platform/lease"
)

// Times and bounds of asking.
const (
	askFor       = 10 * time.Second // a call waits at most so long for something new: outgoing calls must answer in 15
	atOnce       = 100              // updates of a call
	firstPause   = time.Second      // after a call that failed
	longestPause = 2 * time.Minute
)

// Receiver asks for all bots what is new, on one node at a time.
type Receiver struct {
	*Service

	keeper *lease.Keeper
}

// NewReceiver returns a Receiver that does nothing until Run.
func NewReceiver(s *Service, keeper *lease.Keeper) *Receiver { return &Receiver{s, keeper} }

// Run asks until ctx ends.
func (r *Receiver) Run(ctx context.Context) error {
	r.keeper.Hold(ctx, "telegram", func(ctx context.Context, _ lease.Held) error {
		return r.Points.KeepUp(ctx, channel.Upkeep{Channel: channel.Telegram, Wants: asks, Run: r.ask})
	})
	return nil
}

// asks reports whether a bot is asked for, and not posted to us.
func asks(p channel.EntryPoint) bool {
	s, err := parseSettings(p.Config)
	return err == nil && s.Way != Posted
}

// ask asks for a bot until ctx ends.
func (r *Receiver) ask(ctx context.Context, p channel.EntryPoint) {
	var next int64
	failures := 0
	for ctx.Err() == nil {
		last, err := r.once(ctx, p, next)
		if err == nil {
			if failures > 0 || next == 0 {
				r.Accounts.Relearn(ctx, p, "")
			}
			failures, next = 0, max(next, last+1)
			continue
		}
		if ctx.Err() != nil {
			return
		}
		failures++
		f, is := errors.AsType[*channel.Failure](err)
		if !is {
			f = failureOf(err)
		}
		r.Log.WarnContext(ctx, "telegram: what is new is not told", "entry_point", p.ID, "code", f.Code, "err", err)
		if f.Verdict == channel.Reconnect {
			r.Accounts.Relearn(ctx, p, f.Code)
		}
		wait := min(firstPause<<min(failures-1, 10), longestPause)
		lanes.Pause(ctx, nil, max(f.After, wait-time.Duration(rand.Int64N(int64(wait)/4+1))))
	}
}

// once asks once, beginning with the update after those that are stored, which Telegram
// then forgets. It returns the last that was stored.
func (r *Receiver) once(ctx context.Context, p channel.EntryPoint, next int64) (last int64, err error) {
	a, err := r.Accounts.Open(ctx, p)
	if err != nil {
		return 0, err
	}
	if next == 0 { // where Telegram posts it does not answer
		if err := r.settle(ctx, a); err != nil {
			return 0, err
		}
	}
	body := map[string]any{"timeout": int(askFor.Seconds()), "limit": atOnce, "allowed_updates": wanted()}
	if next > 0 {
		body["offset"] = next
	}
	var raws []json.RawMessage
	if err := r.Client.call(ctx, a.Secrets[secretToken], "getUpdates", body, &raws); err != nil {
		return 0, err
	}
	last = max(next-1, 0)
	arrived := make([]channel.Arrival, len(raws))
	for i, raw := range raws {
		arrived[i] = arrival(raw)
		var numbered struct { // also of one that cannot be understood: it is kept, and not told again
			ID int64 `json:"update_id"`
		}
		_ = json.Unmarshal(raw, &numbered) // what has no number is told again with the next
		last = max(last, numbered.ID)
	}
	if len(arrived) == 0 {
		return last, nil
	}
	_, err = r.Events.Take(ctx, p, arrived)
	return last, err
}
