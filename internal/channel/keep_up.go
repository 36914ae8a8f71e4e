package channel

import (
	"context"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/lanes"
)

// lookAgain is how often new entry points are looked for below wake-ups that were missed.
const lookAgain = 5 * time.Minute

// Upkeep is what has to run for each open entry point of a channel.
type Upkeep struct {
	Channel Name
	Wants   func(p EntryPoint) bool                    // nil: all
	Run     func(ctx context.Context, p EntryPoint)    // until ctx ends, acting as the system in the tenant
	Gone    func(ctx context.Context, p id.EntryPoint) // nil: nobody asks; called once it need not run any more
}

// kept is an entry point for which something runs.
type kept struct {
	changed time.Time // of the entry point: with other settings it begins anew
	stop    context.CancelFunc
}

// KeepUp keeps one goroutine for each open entry point until ctx ends, begins it anew where
// settings are others, and ends it where the entry point is closed.
func (s *EntryPoints) KeepUp(ctx context.Context, u Upkeep) error {
	woken, end := s.db.Woken(Topic)
	defer end()
	var running sync.WaitGroup
	defer running.Wait()
	now := map[id.EntryPoint]kept{}
	for ctx.Err() == nil {
		points, err := s.Open(ctx, u.Channel)
		if err != nil {
			return err
		}
		there := map[id.EntryPoint]bool{}
		for _, p := range points {
			if u.Wants != nil && !u.Wants(p) {
				continue
			}
			there[p.ID] = true
			if k, runs := now[p.ID]; runs && k.changed.Equal(p.UpdatedAt) {
				continue
			} else if runs {
				k.stop()
			}
			life, stop := context.WithCancel(actor.With(ctx, actor.ForSystem(p.Tenant)))
			now[p.ID] = kept{p.UpdatedAt, stop}
			running.Go(func() { u.Run(life, p) })
		}
		for key, k := range now {
			if there[key] {
				continue
			}
			k.stop()
			delete(now, key)
			if u.Gone != nil {
				u.Gone(ctx, key)
			}
		}
		lanes.Pause(ctx, woken, lookAgain)
	}
	return nil
}
