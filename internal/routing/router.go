package routing

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/routing/acd"
)

// Live answers from the memory of the engine that owns a tenant.
type Live interface {
	// Board returns every queue as it is now.
	Board(ctx context.Context) ([]acd.QueueView, error)
	// Agents returns what the given agents do now; unknown ones are left out.
	Agents(ctx context.Context, agents []id.User) ([]acd.AgentView, error)
	// Position returns the place of a waiting interaction (1 is next) and how long it will likely wait (0: unknown).
	Position(ctx context.Context, interaction id.Interaction) (place int, wait time.Duration, waiting bool)
}

// askTime bounds how long a question waits for a busy engine, or for one that is about to begin.
const askTime = 2 * time.Second

// Router runs the engine of each tenant whose lease this node holds.
type Router struct {
	svc    *Service
	keeper *lease.Keeper
	log    *slog.Logger

	mu      sync.Mutex
	seats   map[id.Tenant]*seat
	life    context.Context //nolint:containedctx // tenants that are added later live as long as Run
	running sync.WaitGroup
}

// seat is where the engine of a tenant answers while this node has it.
type seat struct {
	asks chan func(time.Time, *acd.State)

	mu     sync.Mutex
	held   bool
	absent time.Time // since when it is not held
}

// hold runs the tenant's engine.
func (s *seat) hold(run func() error) error {
	s.is(true)
	defer s.is(false)
	return run()
}

func (s *seat) is(held bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held, s.absent = held, time.Now()
}

// patience returns how long a question may wait for an answer. An engine that is
// busy is waited for, and so is one that has just gone or is to come; where another
// node has the tenant, waiting is vain.
func (s *seat) patience() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held {
		return askTime
	}
	return askTime - time.Since(s.absent)
}

var _ Live = (*Router)(nil)

// NewRouter returns a router that does nothing until Run.
func NewRouter(svc *Service, keeper *lease.Keeper, log *slog.Logger) *Router {
	return &Router{svc: svc, keeper: keeper, log: log, seats: map[id.Tenant]*seat{}}
}

// Run routes for tenants, and for those that Add names later, until ctx ends.
func (r *Router) Run(ctx context.Context, tenants []id.Tenant) {
	r.mu.Lock()
	r.life = ctx
	r.mu.Unlock()
	for _, t := range tenants {
		r.Add(t)
	}
	<-ctx.Done()
	r.running.Wait()
}

// Add begins to route for a tenant. A second call for the same does nothing.
func (r *Router) Add(tenant id.Tenant) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seats[tenant] != nil || r.life == nil {
		return
	}
	place := &seat{asks: make(chan func(time.Time, *acd.State)), absent: time.Now()}
	r.seats[tenant] = place
	ctx := actor.With(r.life, actor.ForSystem(tenant))
	r.running.Go(func() {
		r.keeper.Hold(ctx, fmt.Sprintf("routing/%d", tenant), func(ctx context.Context, held lease.Held) error {
			return place.hold(func() error { return newEngine(r.svc, r.log, place.asks).run(ctx, held) })
		})
	})
}

// ask runs fn on the engine of the actor's tenant.
func (r *Router) ask(ctx context.Context, fn func(now time.Time, core *acd.State)) error {
	const op = "routing.ask"
	r.mu.Lock()
	place := r.seats[actor.From(ctx).Tenant]
	r.mu.Unlock()
	if place == nil || place.patience() <= 0 {
		return errs.New(errs.Unavailable, op, "routing.unavailable")
	}
	ctx, cancel := context.WithTimeout(ctx, place.patience())
	defer cancel()
	done := make(chan struct{})
	question := func(now time.Time, core *acd.State) {
		fn(now, core)
		close(done)
	}
	select {
	case place.asks <- question:
		<-done
		return nil
	case <-ctx.Done():
		return errs.New(errs.Unavailable, op, "routing.unavailable")
	}
}

// Board returns every queue of the actor's tenant as it is now.
func (r *Router) Board(ctx context.Context) (board []acd.QueueView, err error) {
	err = r.ask(ctx, func(now time.Time, core *acd.State) { board = core.Board(now) })
	return board, err
}

// Agents returns what the given agents do now.
func (r *Router) Agents(ctx context.Context, agents []id.User) (views []acd.AgentView, err error) {
	err = r.ask(ctx, func(_ time.Time, core *acd.State) {
		for _, a := range agents {
			if v, ok := core.Agent(a); ok {
				views = append(views, v)
			}
		}
	})
	return views, err
}

// Position returns the place of a waiting interaction and how long it will likely wait.
func (r *Router) Position(ctx context.Context, interaction id.Interaction) (place int, wait time.Duration, waiting bool) {
	err := r.ask(ctx, func(now time.Time, core *acd.State) {
		if place, waiting = core.Position(interaction); waiting {
			wait, _ = core.ExpectedWait(now, interaction)
		}
	})
	return place, wait, waiting && err == nil
}

// Outlook returns how long somebody would likely wait who came to a queue on a
// channel now, before they come; 0: unknown.
func (r *Router) Outlook(ctx context.Context, queue id.Queue, channel string) (wait time.Duration) {
	err := r.ask(ctx, func(now time.Time, core *acd.State) { wait, _ = core.Outlook(now, queue, class(channel)) })
	if err != nil {
		return 0 // nobody can tell at the moment
	}
	return wait
}

// Line returns who waits in a queue, the next one first.
func (r *Router) Line(ctx context.Context, queue id.Queue) (line []id.Interaction, err error) {
	err = r.ask(ctx, func(_ time.Time, core *acd.State) { line = core.Line(queue) })
	return line, err
}
