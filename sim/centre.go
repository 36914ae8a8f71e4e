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
	Queues   int           // the first of them overflows into the second
	Agents   int
	Restarts int // times the engine dies without a word while another takes over
}

// centre is a running contact centre.
type centre struct {
	plan    Plan
	tb      testing.TB
	db      *db.DB
	routing *routing.Service
	desks   *routing.Desks
	skill   id.Skill        // that some customers need and some agents have
	chief   *agent          // supervises, and is in no queue
	ctx     context.Context //nolint:containedctx // the system acting in the simulated tenant
	tenant  id.Tenant
	brand   id.Brand
	queues  []id.Queue
	agents  []*agent
	people  sync.WaitGroup
	began   time.Time
	arrived int
}

// silent is a contact centre's conversations for those who look at routing alone.
type silent struct{}

func (silent) ShowWork(context.Context, *db.Tx, id.Conversation, routing.Work) error { return nil }
func (silent) Tell(context.Context, *db.Tx, id.Conversation, routing.Line) error     { return nil }

// Teammates says that there are no teams.
func (silent) Teammates(_ context.Context, _ db.Queryer, user id.User) ([]id.User, error) {
	return []id.User{user}, nil
}

// OfBrand says that everybody may serve everything: rights are not what is simulated.
func (silent) OfBrand(_ context.Context, _ db.Queryer, _ id.Brand, users []id.User) ([]id.User, error) {
	return users, nil
}

// AskBrands says that everybody may serve everything.
func (silent) AskBrands(context.Context, db.Queryer, id.User) func(context.Context) (actor.Brands, error) {
	return func(context.Context) (actor.Brands, error) { return actor.Brands{All: true}, nil }
}

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
	c.desks = routing.NewDesks(c.routing, routing.DesksConfig{}, slog.New(slog.DiscardHandler))
	skill, err := routing.NewSkills(d).Create(c.ctx, "Magyar")
	c.must(err)
	c.skill = skill.ID
	c.queueUp()
	for i := range plan.Agents {
		a := newAgent(c, i, actor.Agent)
		a.enrol(i)
		c.agents = append(c.agents, a)
	}
	c.chief = newAgent(c, plan.Agents, actor.Supervisor)
	return c
}

// target is within how many seconds the queues promise an agent.
const target = 30

// queueUp makes the queues.
func (c *centre) queueUp() {
	queues := routing.NewQueues(c.db, silent{})
	for i := range c.plan.Queues {
		name, percent, seconds := string(rune('A'+i)), 80, target
		q, err := queues.Create(c.ctx, c.brand, routing.QueuePatch{Name: &name, TargetPercent: &percent, TargetSeconds: &seconds})
		c.must(err)
		c.queues = append(c.queues, q.ID)
	}
	if len(c.queues) > 1 {
		many, long := 4, 180
		_, err := queues.Update(c.ctx, c.queues[0], routing.QueuePatch{MaxWaiting: &many, MaxWaitSeconds: &long, OverflowQueueID: &c.queues[1]})
		c.must(err)
	}
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
	c.began = time.Now()
	ctx, stop := context.WithCancel(c.ctx)
	var machine sync.WaitGroup
	machine.Go(func() { c.routeWithRestarts(ctx) })
	machine.Go(func() { c.work(ctx) })
	machine.Go(func() { c.tellAgents(ctx) })
	for _, a := range c.agents {
		machine.Go(func() { a.run(ctx) })
	}
	machine.Go(func() { c.chief.supervise(ctx) })
	c.arrivals()
	c.people.Wait()
	stop()
	machine.Wait()
	c.desks.Stop()
}

// routeWithRestarts runs engines one after another; each dies at some instant in the
// middle of what it does, and what it had not written by then it never writes: the
// next one takes the tenant at the same instant.
func (c *centre) routeWithRestarts(ctx context.Context) {
	r := rand.New(rand.NewPCG(c.plan.Seed, 2)) // a simulation is to be repeatable
	var dying sync.WaitGroup
	defer dying.Wait()
	for left := c.plan.Restarts; ctx.Err() == nil; left-- {
		lifetime := 2 * c.plan.Day // the last one lives on
		if left > 0 {
			lifetime = time.Duration(r.Int64N(int64(c.plan.Day) / int64(c.plan.Restarts)))
		}
		life, end := context.WithTimeout(ctx, lifetime)
		dying.Go(func() {
			keeper := lease.NewKeeper(c.db, id.New[id.Fact]().String(), slog.New(slog.DiscardHandler))
			routing.NewRouter(c.routing, keeper, nil, slog.New(slog.DiscardHandler)).Run(life, []id.Tenant{c.tenant})
		})
		<-life.Done()
		end()
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
