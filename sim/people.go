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
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/routing"
)

// customer comes, waits as long as they have patience, and is gone when the matter is closed.
func (c *centre) customer(seed uint64) {
	r := rand.New(rand.NewPCG(c.plan.Seed, 1000+seed)) // a simulation is to be repeatable
	conversation := id.New[id.Conversation]()
	c.must(c.db.Update(c.ctx, func(tx *db.Tx) error {
		_, err := c.routing.Enqueue(c.ctx, tx, routing.New{
			Conversation: conversation, Brand: c.brand, Channel: "webchat",
			Queue: c.queues[r.IntN(len(c.queues))], Priority: r.IntN(2),
		})
		return err
	}))
	for {
		pause(c.ctx, time.Duration(r.ExpFloat64()*float64(c.plan.Patience)))
		var open, waiting bool
		c.must(c.db.Update(c.ctx, func(tx *db.Tx) error {
			it, found, err := c.routing.Open(c.ctx, tx, conversation)
			open, waiting = found, it.State == routing.Queued || it.State == routing.Offered
			if err == nil && waiting {
				err = c.routing.CustomerLeft(c.ctx, tx, conversation)
			}
			return err
		}))
		if !open || waiting {
			return
		}
	}
}

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

func newAgent(c *centre, n int) *agent {
	a := &agent{
		centre: c, id: id.New[id.User](), offers: make(chan fact.OfferMade, maxOffers),
		rand: rand.New(rand.NewPCG(c.plan.Seed, 100_000+uint64(n))), //nolint:gosec // a simulation is to be repeatable
	}
	a.ctx = actor.With(c.ctx, actor.Actor{
		Kind: actor.User, Tenant: c.tenant, User: a.id, Brands: actor.Brands{All: true}, Rights: actor.Agent.Rights(),
	})
	for i, q := range c.queues {
		if (i+n)%3 != 0 || len(c.queues) < 3 { // everybody serves two thirds of the queues
			c.must(c.routing.SetMembership(c.ctx, routing.Membership{Agent: a.id, Queue: q, Member: true, Enabled: true}))
		}
	}
	return a
}

// run is the agent's shift: work, a break now and then, back after missed offers.
func (a *agent) run(ctx context.Context) {
	a.wish(routing.Wish{State: routing.Available})
	back := time.NewTicker(time.Minute)
	defer back.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case o := <-a.offers:
			a.centre.people.Go(func() { a.answer(o) })
		case <-back.C:
			a.lookUp(ctx)
		}
	}
}

// lookUp is what an agent does once a minute: come back, or go for a break.
func (a *agent) lookUp(ctx context.Context) {
	present, err := a.centre.routing.Agent(a.ctx, a.id)
	a.centre.must(err)
	switch {
	case present.State == routing.Away:
		a.wish(routing.Wish{State: routing.Available})
	case a.rand.IntN(60) == 0:
		a.wish(routing.Wish{State: routing.Away, WhenFree: a.rand.IntN(2) == 0})
		pause(ctx, time.Duration(1+a.rand.IntN(10))*time.Minute)
	}
}

func (a *agent) wish(w routing.Wish) { a.centre.must(a.centre.routing.SetPresence(a.ctx, w)) }

// answer is what an agent does with an offer: most are accepted, some declined, a few not seen.
func (a *agent) answer(o fact.OfferMade) {
	chance := int(o.Offer) % 100
	pause(a.ctx, time.Duration(1+chance%10)*time.Second)
	switch {
	case chance < 3:
		return
	case chance < 8:
		a.tolerate(a.centre.routing.Decline(a.ctx, o.Offer, "busy"))
		return
	}
	it, err := a.centre.routing.Accept(a.ctx, o.Offer)
	if err != nil {
		a.tolerate(err) // the customer or the engine was quicker
		return
	}
	a.serve(it, chance)
}

// serve is the work on one interaction up to its end, or to its transfer.
func (a *agent) serve(it routing.Interaction, chance int) {
	r := rand.New(rand.NewPCG(a.centre.plan.Seed, uint64(it.ID))) //nolint:gosec // a simulation is to be repeatable
	talk := time.Duration(math.Exp(r.NormFloat64()*0.6) * float64(a.centre.plan.Handle))
	pause(a.ctx, talk)
	if chance%20 == 9 {
		to := a.centre.queues[r.IntN(len(a.centre.queues))]
		a.tolerate(a.centre.routing.Transfer(a.ctx, routing.Transfer{Interaction: it.ID, Queue: to}))
		return
	}
	a.tolerate(a.centre.routing.EndContact(a.ctx, it.ID))
	if chance%4 != 0 { // else the wrap-up runs out by itself
		pause(a.ctx, time.Duration(5+r.IntN(30))*time.Second)
		a.tolerate(a.centre.routing.Finish(a.ctx, routing.Finish{Interaction: it.ID}))
	}
}

// tolerate fails the day for anything but having come too late.
func (a *agent) tolerate(err error) {
	if err != nil && !errs.Is(errs.Conflict, err) && !errs.Is(errs.NotFound, err) && !errs.Is(errs.Forbidden, err) {
		a.centre.tb.Error(err)
	}
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
