package sim

import (
	"context"
	"log/slog"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/job"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/routing"
	"github.com/zongler/zongler/internal/tenant"
)

// Plan is what a day is made of.
type Plan struct {
	Seed     uint64
	Day      time.Duration // from the first arrival to the last
	PerHour  float64       // arrivals on an average hour; each day is busier or calmer than that
	Handle   time.Duration // median of the talking
	Patience time.Duration // mean
	Queues   int
	Agents   int
	Restarts int // times the engine dies without a word and another takes over
}

// centre is a running contact centre.
type centre struct {
	plan    Plan
	tb      testing.TB
	db      *db.DB
	routing *routing.Service
	ctx     context.Context //nolint:containedctx // the system acting in the simulated tenant
	tenant  id.Tenant
	brand   id.Brand
	queues  []id.Queue
	agents  []*agent
	people  sync.WaitGroup
	arrived int
}

// silent is a contact centre's conversations for those who look at routing alone.
type silent struct{}

func (silent) ShowWork(context.Context, *db.Tx, id.Conversation, routing.Work) error { return nil }
func (silent) Tell(context.Context, *db.Tx, id.Conversation, routing.Line) error     { return nil }

// Serves says that everybody may serve everything: rights are not what is simulated.
func (silent) Serves(context.Context, db.Queryer, id.User, id.Brand) (bool, error) { return true, nil }

// Has knows no calendar: the centre is always open.
func (silent) Has(context.Context, db.Queryer, id.Tenant, id.Calendar) (bool, error) {
	return false, nil
}

// Reach lets everybody see everybody.
func (silent) Reach(_ context.Context, _ db.Queryer, _ actor.Permission, users []id.User) ([]id.User, error) {
	return users, nil
}

// open builds a centre in the test's bubble.
func open(tb testing.TB, plan Plan) *centre {
	tb.Helper()
	d := dbtest.SQLite(tb)
	c := &centre{plan: plan, tb: tb, db: d, routing: routing.NewService(d, silent{}, silent{})}
	c.found()
	queues := routing.NewQueues(d, silent{})
	for i := range plan.Queues {
		name, percent, seconds := string(rune('A'+i)), 80, 30
		q, err := queues.Create(c.ctx, c.brand, routing.QueuePatch{Name: &name, TargetPercent: &percent, TargetSeconds: &seconds})
		c.must(err)
		c.queues = append(c.queues, q.ID)
	}
	for i := range plan.Agents {
		c.agents = append(c.agents, newAgent(c, i))
	}
	return c
}

// found makes the tenant and the brand for which the centre works.
func (c *centre) found() {
	tenants := tenant.New(c.db, silent{})
	c.must(c.db.Update(c.tb.Context(), func(tx *db.Tx) error {
		t, founder, err := tenants.Found(c.tb.Context(), tx, "Centrum Kontaktu", "")
		if err != nil {
			return err
		}
		b, err := tenants.CreateIn(founder, tx, tenant.NewBrand{Name: "Fala Net", Color: "#0b7285", Languages: []string{"pl"}, TimeZone: "Europe/Warsaw"})
		c.tenant, c.brand = t.TenantID, b.ID
		return err
	}))
	c.ctx = dbtest.As(c.tb, c.tenant)
}

func (c *centre) must(err error) {
	c.tb.Helper()
	if err != nil {
		c.tb.Fatal(err)
	}
}

// Run lets the day pass and returns when the last customer is gone.
func (c *centre) run() {
	ctx, stop := context.WithCancel(c.ctx)
	var machine sync.WaitGroup
	machine.Go(func() { c.routeWithRestarts(ctx) })
	machine.Go(func() { c.work(ctx) })
	machine.Go(func() { c.tellAgents(ctx) })
	for _, a := range c.agents {
		machine.Go(func() { a.run(ctx) })
	}
	c.arrivals()
	c.people.Wait()
	stop()
	machine.Wait()
}

// routeWithRestarts runs engines one after another; each dies in the middle of what it does.
func (c *centre) routeWithRestarts(ctx context.Context) {
	lifetime := c.plan.Day / time.Duration(c.plan.Restarts+1)
	for ctx.Err() == nil {
		life, end := context.WithTimeout(ctx, lifetime)
		keeper := lease.NewKeeper(c.db, id.New[id.Fact]().String(), slog.New(slog.DiscardHandler))
		routing.NewRouter(c.routing, keeper, slog.New(slog.DiscardHandler)).Run(life, []id.Tenant{c.tenant})
		end()
		lifetime = c.plan.Day // the last one lives on
	}
}

// work runs the jobs that routing leaves for later.
func (c *centre) work(ctx context.Context) {
	var workers job.Workers
	job.Register(&workers, c.routing.EndPark)
	job.Register(&workers, c.routing.EndWrapUp)
	job.NewRunner(c.db, &workers, nil, slog.New(slog.DiscardHandler)).Run(ctx)
}

// tellAgents brings each offer to the agent to whom it was made.
func (c *centre) tellAgents(ctx context.Context) {
	byID := map[id.User]*agent{}
	for _, a := range c.agents {
		byID[a.id] = a
	}
	c.must(c.db.Follow(ctx, "sim", 0, func(_ context.Context, batch []fact.Record) error {
		for _, r := range batch {
			if made, ok := r.Fact.(fact.OfferMade); ok {
				byID[made.Agent].offers <- made
			}
		}
		return nil
	}))
}

// arrivals lets customers come: a Poisson stream whose rate is gamma distributed
// over days (METRICS: arrivals are busier or calmer than the mean as a whole).
func (c *centre) arrivals() {
	r := rand.New(rand.NewPCG(c.plan.Seed, 1)) // a simulation is to be repeatable
	busyness := gamma(r, 28.7) / 28.7
	mean := time.Duration(float64(time.Hour) / (c.plan.PerHour * busyness))
	end := time.Now().Add(c.plan.Day)
	for time.Now().Before(end) {
		time.Sleep(time.Duration(r.ExpFloat64() * float64(mean))) //nolint:forbidigo // time of the bubble
		c.arrived++
		seed := uint64(c.arrived) //nolint:gosec // counts from 1
		c.people.Go(func() { c.customer(seed) })
	}
}

// gamma draws from a gamma distribution of shape a >= 1 and mean a (Marsaglia and Tsang).
func gamma(r *rand.Rand, a float64) float64 {
	d := a - 1.0/3
	k := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := 1 + k*x
		v *= v * v
		if v > 0 && math.Log(r.Float64()) < 0.5*x*x+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}
