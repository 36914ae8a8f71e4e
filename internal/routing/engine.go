package routing

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/routing/acd"
)

// maxReports is how many outcomes of writes may wait for the engine; its writers wait beyond that.
const maxReports = 256

// engine owns the decisions of one tenant while it holds the tenant's lease. Its
// core is touched by run alone.
type engine struct {
	svc     *Service
	log     *slog.Logger
	held    lease.Held
	core    *acd.State
	offers  map[id.Interaction]standing
	lanes   lanes
	reports chan func(ctx context.Context) error
	asks    chan func(now time.Time, core *acd.State)
	timer   *time.Timer
}

// standing is an offer of the core, with the key that it has in the tables.
type standing struct {
	offer id.Offer
	agent id.User
	token acd.Token
}

func newEngine(svc *Service, log *slog.Logger, asks chan func(time.Time, *acd.State)) *engine {
	return &engine{
		svc: svc, log: log, core: acd.New(), offers: map[id.Interaction]standing{},
		reports: make(chan func(context.Context) error, maxReports), asks: asks,
	}
}

// run reads the tenant from the tables and decides until ctx ends, the lease is
// lost, or something is left in doubt: a write of which nobody knows whether it was
// done, a change that could not be read. It is started anew then, and reads what is true.
func (e *engine) run(ctx context.Context, held lease.Held) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	e.held = held
	e.timer = time.NewTimer(time.Hour)
	defer e.timer.Stop()
	if err := e.svc.withdrawStanding(ctx, held); err != nil {
		return err
	}
	pos, events, err := e.svc.load(ctx)
	if err != nil {
		return err
	}
	for _, ev := range events {
		e.step(ctx, ev)
	}
	facts := make(chan []fact.Record)
	done := make(chan error, 1)
	go func() { done <- e.follow(ctx, pos, facts) }()
	err = e.decide(ctx, facts)
	if ctx.Err() != nil || isLost(err) {
		err = nil
	}
	stop()
	e.lanes.wait()
	return errors.Join(err, <-done)
}

func (e *engine) follow(ctx context.Context, pos int64, facts chan<- []fact.Record) error {
	return e.svc.db.Follow(ctx, "routing", pos, func(ctx context.Context, batch []fact.Record) error {
		select {
		case facts <- batch:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
}

// decide is the loop that alone touches the core.
func (e *engine) decide(ctx context.Context, facts <-chan []fact.Record) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case batch := <-facts:
			if err := e.learn(ctx, batch); err != nil {
				return err
			}
		case do := <-e.reports:
			if err := do(ctx); err != nil {
				return err
			}
		case <-e.timer.C:
			e.step(ctx, acd.Tick{})
		case ask := <-e.asks:
			ask(time.Now(), e.core)
		}
	}
}

// learn turns facts into events of the core.
func (e *engine) learn(ctx context.Context, batch []fact.Record) error {
	tenant := actor.From(ctx).Tenant
	for _, r := range batch {
		if r.Tenant != tenant {
			continue
		}
		events, err := e.translate(ctx, r)
		if err != nil {
			return err
		}
		for _, ev := range events {
			e.step(ctx, ev)
		}
		e.attend()
	}
	return nil
}

// attend answers those who ask while a batch of facts is read: that may take a while.
func (e *engine) attend() {
	for {
		select {
		case ask := <-e.asks:
			ask(time.Now(), e.core)
		default:
			return
		}
	}
}

// step tells the core and carries out what it decides.
func (e *engine) step(ctx context.Context, ev acd.Event) {
	e.carry(ctx, e.core.Step(time.Now(), ev))
}

// report has the loop do what the outcome of a write asks for.
func (e *engine) report(ctx context.Context, do func(ctx context.Context) error) {
	select {
	case e.reports <- do:
	case <-ctx.Done():
	}
}

// reread tells the core what the tables say of an agent. It runs in the loop, so
// that of two readings the later one counts.
func (e *engine) reread(ctx context.Context, agent id.User) error {
	events, err := e.agent(ctx, agent)
	for _, ev := range events {
		e.step(ctx, ev)
	}
	return err
}

// agent returns what the tables say of an agent, with their work if the core has never heard of them.
func (e *engine) agent(ctx context.Context, agent id.User) ([]acd.Event, error) {
	_, known := e.core.Agent(agent)
	return e.svc.agentEvents(ctx, agent, !known)
}
