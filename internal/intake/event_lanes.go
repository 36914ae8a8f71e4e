package intake

import (
	"context"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
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

// lanes has a worker for each entry point for which events wait, so that a slow one keeps nobody else.
type lanes struct {
	events *Events

	mu      sync.Mutex
	known   map[laneKey]*lane
	running sync.WaitGroup
	life    context.Context //nolint:containedctx // lanes that begin later live as long as Run
}

type lane struct {
	woken   chan struct{}
	waiting int // about how many wait
}

func newLanes(e *Events) *lanes { return &lanes{events: e, known: map[laneKey]*lane{}} }

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
	s.lanes.run(ctx)
	return nil
}

// run keeps lanes going until ctx ends.
func (l *lanes) run(ctx context.Context) {
	l.mu.Lock()
	l.life, l.known = ctx, map[laneKey]*lane{} // those of a time before have ended
	l.mu.Unlock()
	woken, end := l.events.DB.Woken(eventTopic)
	defer end()
	defer l.running.Wait()
	for ctx.Err() == nil {
		var most time.Duration
		if err := l.wakeAll(ctx); err != nil && ctx.Err() == nil {
			l.events.Log.Error("channel events: look what waits", "err", err)
			most = lookAgain
		}
		pause(ctx, woken, most)
	}
}

// wakeAll wakes the lanes of all entry points for which events wait.
func (l *lanes) wakeAll(ctx context.Context) error {
	type count struct {
		TenantID     id.Tenant
		EntryPointID id.EntryPoint
		N            int
	}
	all, err := db.Many[count](ctx, l.events.DB, `SELECT tenant_id, entry_point_id, COUNT(*) AS n FROM channel_event
		WHERE state = 'waiting' GROUP BY tenant_id, entry_point_id`)
	for _, c := range all {
		l.wake(laneKey{c.TenantID, c.EntryPointID}, c.N)
	}
	return err
}

// full reports whether too many events of an entry point wait.
func (l *lanes) full(key laneKey, most int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	one := l.known[key]
	return one != nil && one.waiting >= most
}

func (l *lanes) wake(key laneKey, waiting int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.life == nil || l.life.Err() != nil {
		return
	}
	one := l.known[key]
	if one == nil {
		one = &lane{woken: make(chan struct{}, 1)}
		l.known[key] = one
		l.running.Go(func() { l.work(actor.With(l.life, actor.ForSystem(key.tenant)), key, one) })
	}
	one.waiting = waiting
	select {
	case one.woken <- struct{}{}:
	default:
	}
}

// over ends a lane, unless it was woken meanwhile.
func (l *lanes) over(key laneKey, one *lane) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(one.woken) > 0 {
		return false
	}
	delete(l.known, key)
	return true
}

// work applies what is due, waits for what will be, and ends when nothing waits.
func (l *lanes) work(ctx context.Context, key laneKey, one *lane) {
	for ctx.Err() == nil {
		due, next, err := l.events.due(ctx, key)
		switch {
		case err != nil && ctx.Err() == nil:
			l.events.Log.Error("channel events: read what is due", "entry_point", key.point, "err", err)
			pause(ctx, nil, lookAgain)
		case err != nil:
		case len(due) == 0 && next.IsZero():
			if l.over(key, one) {
				return
			}
			<-one.woken // over has seen it
		case len(due) == 0:
			pause(ctx, one.woken, time.Until(next))
		default:
			if err := l.events.applyAll(ctx, key, due); err != nil && ctx.Err() == nil {
				l.events.Log.Error("channel events: keep what became of them", "entry_point", key.point, "err", err)
				pause(ctx, nil, lookAgain)
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

// pause waits until it is woken; for a positive time at most that long.
func pause(ctx context.Context, woken <-chan struct{}, most time.Duration) {
	var over <-chan time.Time
	if most > 0 {
		t := time.NewTimer(most)
		defer t.Stop()
		over = t.C
	} else if woken == nil {
		return
	}
	select {
	case <-ctx.Done():
	case <-woken:
	case <-over:
	}
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
