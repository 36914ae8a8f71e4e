package routing

import (
	"context"
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
	reports chan acd.Event
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
		reports: make(chan acd.Event, maxReports), asks: asks,
	}
}

// run reads the tenant from the tables and decides until ctx ends. It is started anew after each loss of the lease.
func (e *engine) run(ctx context.Context, held lease.Held) error {
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
	e.decide(ctx, facts)
	e.lanes.wait()
	return <-done
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
func (e *engine) decide(ctx context.Context, facts <-chan []fact.Record) {
	tenant := actor.From(ctx).Tenant
	for {
		select {
		case <-ctx.Done():
			return
		case batch := <-facts:
			for _, r := range batch {
				if r.Tenant == tenant {
					e.learn(ctx, r)
				}
			}
		case ev := <-e.reports:
			e.step(ctx, ev)
		case <-e.timer.C:
			e.step(ctx, acd.Tick{})
		case ask := <-e.asks:
			ask(time.Now(), e.core)
		}
	}
}

// learn turns a fact into events of the core.
func (e *engine) learn(ctx context.Context, r fact.Record) {
	events, err := e.translate(ctx, r.Fact)
	if err != nil {
		e.log.Error("routing: read what changed", "kind", r.Fact.Kind(), "err", err)
	}
	for _, ev := range events {
		e.step(ctx, ev)
	}
}

// step tells the core and carries out what it decides.
func (e *engine) step(ctx context.Context, ev acd.Event) {
	e.carry(ctx, e.core.Step(time.Now(), ev))
}

// report tells the engine the outcome of a write.
func (e *engine) report(ctx context.Context, ev acd.Event) {
	select {
	case e.reports <- ev:
	case <-ctx.Done():
	}
}
