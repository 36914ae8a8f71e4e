package intake

import (
	"context"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/lanes"
)

// Bounds of applying.
const (
	eventsAtOnce   = 64 // of one entry point, read together
	appliersAtOnce = 8  // of one entry point
	lookAgain      = 5 * time.Second
)

// laneKey is an entry point.
type laneKey struct {
	tenant id.Tenant
	point  id.EntryPoint
}

// Run applies events until ctx ends, on one node at a time. What was parked is
// looked at once more: what it waits for may have come while nobody looked.
func (s *Events) Run(ctx context.Context) error {
	pos, err := db.LastFact(ctx, s.DB)
	if err != nil {
		return err
	}
	if err := s.unparkAll(ctx); err != nil {
		return err
	}
	var following sync.WaitGroup
	defer following.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	following.Go(func() {
		_ = s.DB.Follow(ctx, "channel events", pos, s.learn) // it returns nil
	})
	woken, end := s.DB.Woken(eventTopic)
	defer end()
	s.lanes.Run(ctx, woken, lookAgain, s.wakeAll)
	return nil
}

// wakeAll wakes the lanes of all entry points for which events wait.
func (s *Events) wakeAll(ctx context.Context) error {
	type count struct {
		TenantID     id.Tenant
		EntryPointID id.EntryPoint
		N            int
	}
	all, err := db.Many[count](ctx, s.DB, `SELECT tenant_id, entry_point_id, COUNT(*) AS n FROM channel_event
		WHERE state = 'waiting' GROUP BY tenant_id, entry_point_id`)
	for _, c := range all {
		s.lanes.Set(laneKey{c.TenantID, c.EntryPointID}, func(int) int { return c.N })
	}
	if err != nil && ctx.Err() == nil {
		s.Log.Error("channel events: look what waits", "err", err)
	}
	return err
}

// work applies what is due at an entry point, waits for what will be, and ends when nothing waits.
func (s *Events) work(ctx context.Context, l *lanes.Lane[laneKey]) {
	ctx = actor.With(ctx, actor.ForSystem(l.Key.tenant))
	for ctx.Err() == nil {
		due, next, err := s.due(ctx, l.Key)
		switch {
		case err != nil && ctx.Err() == nil:
			s.Log.Error("channel events: read what is due", "entry_point", l.Key.point, "err", err)
			lanes.Pause(ctx, nil, lookAgain)
		case err != nil:
		case len(due) == 0 && next.IsZero():
			if l.Over() {
				return
			}
		case len(due) == 0:
			lanes.Pause(ctx, l.Woken(), time.Until(next))
		default:
			if err := s.applyAll(ctx, l.Key, due); err != nil && ctx.Err() == nil {
				s.Log.Error("channel events: keep what became of them", "entry_point", l.Key.point, "err", err)
				lanes.Pause(ctx, nil, lookAgain)
			}
		}
	}
}

// due returns events of an entry point that are to be applied now, else when the next is (zero: nothing waits).
func (s *Events) due(ctx context.Context, key laneKey) (due []Event, next time.Time, err error) {
	found, err := db.Many[Event](ctx, s.DB, `SELECT `+eventColumns+` FROM channel_event
		WHERE tenant_id = $1 AND entry_point_id = $2 AND state = 'waiting' ORDER BY due_at, id LIMIT 64`, key.tenant, key.point)
	if err != nil {
		return nil, next, err
	}
	now := time.Now()
	for _, e := range found {
		if e.DueAt.After(now) {
			return due, e.DueAt, nil
		}
		due = append(due, e)
	}
	return due, next, nil
}

// learn has events applied that waited for an answer of ours to be sent: only now
// it has the name by which the channel knows it.
func (s *Events) learn(ctx context.Context, batch []fact.Record) error {
	for _, r := range batch {
		f, moved := r.Fact.(fact.DeliveryMoved)
		if !moved || f.State == "sending" || f.State == "read" {
			continue
		}
		ctx := actor.With(ctx, actor.ForSystem(r.Tenant))
		if err := s.unparkFor(ctx, f); err != nil {
			return err
		}
	}
	return nil
}
