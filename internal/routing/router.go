package routing

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
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

// Router runs the engine of each tenant whose lease this node holds, and asks the nodes
// that hold the others.
type Router struct {
	svc    *Service
	keeper *lease.Keeper
	peers  Peers // nil: there are no other nodes
	log    *slog.Logger

	mu      sync.Mutex
	seats   map[id.Tenant]*seat
	early   []id.Tenant     // added before Run
	life    context.Context //nolint:containedctx // tenants that are added later live as long as Run
	ended   bool
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

// holds reports whether this node has the tenant.
func (s *seat) holds() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.held
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

// NewRouter returns a router that does nothing until Run. peers is nil where no other node can be asked.
func NewRouter(svc *Service, keeper *lease.Keeper, peers Peers, log *slog.Logger) *Router {
	return &Router{svc: svc, keeper: keeper, peers: peers, log: log, seats: map[id.Tenant]*seat{}}
}

// Run routes for tenants, and for those that Add names before or later, until ctx ends.
func (r *Router) Run(ctx context.Context, tenants []id.Tenant) {
	r.mu.Lock()
	r.life = ctx
	tenants = append(slices.Clip(tenants), r.early...)
	r.mu.Unlock()
	for _, t := range tenants {
		r.Add(t)
	}
	<-ctx.Done()
	r.mu.Lock()
	r.ended = true // nobody is added any more
	r.mu.Unlock()
	r.running.Wait()
}

// Add begins to route for a tenant. A second call for the same does nothing.
func (r *Router) Add(tenant id.Tenant) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.life == nil {
		r.early = append(r.early, tenant)
		return
	}
	if r.seats[tenant] != nil || r.ended {
		return
	}
	place := &seat{asks: make(chan func(time.Time, *acd.State)), absent: time.Now()}
	r.seats[tenant] = place
	ctx := actor.With(r.life, actor.ForSystem(tenant))
	r.running.Go(func() {
		r.keeper.Hold(ctx, fmt.Sprintf("routing/%d", tenant), func(ctx context.Context, held lease.Held) error {
			defer r.answerPeers(tenant, place)()
			return place.hold(func() error { return newEngine(r.svc, r.log, place.asks).run(ctx, held) })
		})
	})
}

// ask has the engine of the actor's tenant answer: this node's directly, else that of the
// node which holds the tenant, over the bus. Whether the actor may know was checked before.
func (r *Router) ask(ctx context.Context, q question) (answer, error) {
	tenant := actor.From(ctx).Tenant
	r.mu.Lock()
	place := r.seats[tenant]
	r.mu.Unlock()
	if r.peers != nil && (place == nil || !place.holds()) {
		if a, err := r.askOwner(ctx, tenant, q); err == nil {
			return a, nil
		}
	}
	if place == nil {
		return answer{}, unavailable()
	}
	return place.ask(ctx, q, place.patience())
}

func unavailable() error { return errs.New(errs.Unavailable, "routing.ask", "routing.unavailable") }

// ask has the engine of this seat answer, if it does within patience.
func (s *seat) ask(ctx context.Context, q question, patience time.Duration) (a answer, err error) {
	if patience <= 0 {
		return answer{}, unavailable()
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	done := make(chan struct{})
	put := func(now time.Time, core *acd.State) {
		a = q.put(now, core)
		close(done)
	}
	select {
	case s.asks <- put:
		<-done
		return a, nil
	case <-ctx.Done():
		return answer{}, unavailable()
	}
}

// Board returns every queue of the actor's tenant as it is now.
func (r *Router) Board(ctx context.Context) ([]acd.QueueView, error) {
	a, err := r.ask(ctx, question{What: askBoard})
	return a.Board, err
}

// Agents returns what the given agents do now.
func (r *Router) Agents(ctx context.Context, agents []id.User) ([]acd.AgentView, error) {
	a, err := r.ask(ctx, question{What: askAgents, Agents: agents})
	return a.Agents, err
}

// Position returns the place of a waiting interaction and how long it will likely wait.
func (r *Router) Position(ctx context.Context, interaction id.Interaction) (place int, wait time.Duration, waiting bool) {
	a, err := r.ask(ctx, question{What: askPosition, Interaction: interaction})
	return a.Place, a.Wait, err == nil && a.Waiting
}

// Outlook returns how long somebody would likely wait who came to a queue on a
// channel now, before they come; 0: unknown.
func (r *Router) Outlook(ctx context.Context, queue id.Queue, channel string) time.Duration {
	a, err := r.ask(ctx, question{What: askOutlook, Queue: queue, Channel: channel})
	if err != nil {
		return 0 // nobody can tell at the moment
	}
	return a.Wait
}

// Line returns who waits in a queue, the next one first.
func (r *Router) Line(ctx context.Context, queue id.Queue) ([]id.Interaction, error) {
	a, err := r.ask(ctx, question{What: askLine, Queue: queue})
	return a.Line, err
}
