package sim

import (
	"context"
	"math"
	"math/rand/v2"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/routing"
)

// agent is a person at a desk.
type agent struct {
	centre *centre
	id     id.User
	ctx    context.Context //nolint:containedctx // the agent acting
	rand   *rand.Rand
	offers chan fact.OfferMade
}

// maxOffers is more than an agent's capacity can ever hold, so that telling never blocks.
const maxOffers = 1000

func newAgent(c *centre, n int, role actor.BuiltIn) *agent {
	a := &agent{
		centre: c, id: id.New[id.User](), offers: make(chan fact.OfferMade, maxOffers),
		rand: rand.New(rand.NewPCG(c.plan.Seed, 100_000+uint64(n))), //nolint:gosec // a simulation is to be repeatable
	}
	a.ctx = actor.With(c.ctx, actor.Actor{
		Kind: actor.User, Tenant: c.tenant, User: a.id, Brands: actor.Brands{All: true}, Rights: role.Rights(),
	})
	return a
}

// enrol puts the agent into queues; every second one speaks the language that few speak.
func (a *agent) enrol(n int) {
	c := a.centre
	for i, q := range c.queues {
		if (i+n)%3 != 0 || len(c.queues) < 3 { // everybody serves two thirds of the queues
			c.must(c.routing.SetMembership(c.ctx, routing.Membership{Agent: a.id, Queue: q, Member: true, Enabled: true}))
		}
	}
	if n%2 == 0 {
		skills := []routing.SkillLevel{{Skill: c.skill, Level: 1 + n%4}}
		_, err := routing.NewStaffing(c.db, silent{}).Update(c.ctx, a.id, routing.AgentPatch{Skills: &skills})
		c.must(err)
	}
}

// run is the agent's shift: work, a break now and then, back after missed offers.
func (a *agent) run(ctx context.Context) {
	a.centre.desks.Connected(a.centre.tenant, a.id)
	a.wish(routing.Wish{State: routing.Available})
	back := time.NewTicker(time.Minute)
	defer back.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case o := <-a.offers:
			chance := a.chance()
			a.centre.people.Go(func() { a.answer(o, chance) })
		case <-back.C:
			a.lookUp(ctx)
		}
	}
}

// chance returns a source for one piece of work.
func (a *agent) chance() *rand.Rand {
	return rand.New(rand.NewPCG(a.centre.plan.Seed, a.rand.Uint64())) // a simulation is to be repeatable
}

// lookUp is what an agent does once a minute: come back, go for a break, look for
// work by themselves, or lose the connection.
func (a *agent) lookUp(ctx context.Context) {
	present, err := a.centre.routing.Agent(a.ctx, a.id)
	a.centre.must(err)
	switch n := a.rand.IntN(120); {
	case present.State != routing.Available:
		a.wish(routing.Wish{State: routing.Available})
	case n < 2:
		a.wish(routing.Wish{State: routing.Away, WhenFree: n == 0})
		pause(ctx, time.Duration(1+a.rand.IntN(10))*time.Minute)
	case n == 2:
		a.vanish(ctx)
	case n < 10:
		a.pull()
	}
}

func (a *agent) wish(w routing.Wish) { a.centre.must(a.centre.routing.SetPresence(a.ctx, w)) }

// answer is what an agent does with an offer: most are accepted, some declined, a
// few not seen, a few in the very last moment.
func (a *agent) answer(o fact.OfferMade, r *rand.Rand) {
	chance := r.IntN(100)
	wait := time.Duration(1+r.IntN(10)) * time.Second
	if chance >= 90 {
		wait = time.Until(o.ExpiresAt) + time.Duration(r.IntN(3)-1)*time.Millisecond
	}
	pause(a.ctx, wait)
	switch {
	case chance < 3:
		return
	case chance < 8, chance == 90:
		a.tolerate(a.centre.routing.Decline(a.ctx, o.Offer, "busy"))
		return
	}
	it, err := a.centre.routing.Accept(a.ctx, o.Offer)
	if err != nil {
		a.tolerate(err) // the customer or the engine was quicker
		return
	}
	a.serve(it, r)
}

// serve is the work on one interaction up to its end, or to its transfer.
func (a *agent) serve(it routing.Interaction, r *rand.Rand) {
	a.talk(r)
	switch act := r.IntN(20); {
	case act == 0:
		to := a.centre.queues[r.IntN(len(a.centre.queues))]
		a.tolerate(a.centre.routing.Transfer(a.ctx, routing.Transfer{Interaction: it.ID, Queue: to}))
		return
	case act == 1:
		to := a.centre.agents[r.IntN(len(a.centre.agents))]
		a.tolerate(a.centre.routing.Transfer(a.ctx, routing.Transfer{Interaction: it.ID, Agent: to.id}))
		return
	case act < 5:
		a.park(it, r)
		a.talk(r)
	}
	a.tolerate(a.centre.routing.EndContact(a.ctx, it.ID))
	if r.IntN(4) != 0 { // else the wrap-up runs out by itself
		pause(a.ctx, time.Duration(5+r.IntN(30))*time.Second)
		a.tolerate(a.centre.routing.Finish(a.ctx, routing.Finish{Interaction: it.ID}))
	}
}

func (a *agent) talk(r *rand.Rand) {
	pause(a.ctx, time.Duration(math.Exp(r.NormFloat64()*0.6)*float64(a.centre.plan.Handle)))
}

// tolerate fails the day for anything but having come too late.
func (a *agent) tolerate(err error) {
	if err != nil && !errs.Is(errs.Conflict, err) && !errs.Is(errs.NotFound, err) && !errs.Is(errs.Forbidden, err) && !notThere(err) {
		a.centre.tb.Error(err)
	}
}

// notThere reports whether somebody was to get something who is moved or not in the queue.
func notThere(err error) bool {
	told := errs.Told(err)
	return told != nil && len(told.Fields) == 1 && told.Fields[0].Code == "agent.not_in_queue"
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
