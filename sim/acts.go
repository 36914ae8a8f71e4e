package sim

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/routing"
)

// pull takes what waits, by the agent's own choice.
func (a *agent) pull() {
	key, found := a.find(`SELECT i.id FROM interaction i JOIN queue_member m ON m.queue_id = i.queue_id AND m.user_id = $1
		WHERE i.state = 'queued' ORDER BY i.id DESC LIMIT 1`, a.id)
	if !found {
		return
	}
	it, err := a.centre.routing.Pull(a.ctx, key)
	if err != nil {
		a.tolerate(err)
		return
	}
	chance := a.chance()
	a.centre.people.Go(func() { a.serve(it, chance) })
}

func (a *agent) find(text string, args ...any) (id.Interaction, bool) {
	key, found, err := db.Find[id.Interaction](a.ctx, a.centre.db, text, args...)
	a.centre.must(err)
	return key, found
}

// park puts something aside and waits until it comes back.
func (a *agent) park(it routing.Interaction, r *rand.Rand) {
	until := time.Now().Add(time.Duration(1+r.IntN(5)) * time.Minute)
	err := a.centre.routing.Park(a.ctx, it.ID, until)
	a.tolerate(err)
	if err != nil {
		return
	}
	if r.IntN(3) == 0 { // the agent is quicker than the clock
		pause(a.ctx, 30*time.Second)
		a.tolerate(a.centre.routing.Resume(a.ctx, it.ID))
		return
	}
	pause(a.ctx, time.Until(until)+time.Second)
}

// vanish is the loss of a connection: offers pass unseen, and after a while the work goes to others.
func (a *agent) vanish(ctx context.Context) {
	c := a.centre
	if a.rand.IntN(2) == 0 {
		a.wish(routing.Wish{State: routing.Away}) // on the way to a break
	}
	c.desks.Gone(c.tenant, a.id)
	pause(ctx, time.Duration(a.rand.IntN(4))*routing.DefaultGrace)
	c.desks.Connected(c.tenant, a.id)
	a.wish(routing.Wish{State: routing.Available})
}

// supervise moves people about and takes over what somebody works on.
func (a *agent) supervise(ctx context.Context) {
	c := a.centre
	tick := time.NewTicker(7 * time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		who := c.agents[a.rand.IntN(len(c.agents))]
		from, to := c.queues[a.rand.IntN(len(c.queues))], c.queues[a.rand.IntN(len(c.queues))]
		switch a.rand.IntN(4) {
		case 0:
			a.tolerate(c.routing.MoveAgent(a.ctx, who.id, from, to))
		case 1:
			a.tolerate(c.routing.ForcePresence(a.ctx, who.id, routing.Wish{State: routing.Away, WhenFree: true}))
		case 2:
			a.tolerate(c.routing.SwitchChannels(a.ctx, who.id, map[string]bool{"mail": a.rand.IntN(4) != 0}))
		default:
			a.takeOver()
		}
	}
}

// takeOver takes what somebody works on and brings it to its end.
func (a *agent) takeOver() {
	key, found := a.find(`SELECT id FROM interaction WHERE state IN ('active', 'parked', 'wrap_up') AND agent_id <> $1 ORDER BY id DESC LIMIT 1`, a.id)
	if !found {
		return
	}
	it, err := a.centre.routing.TakeOver(a.ctx, key)
	if err != nil {
		a.tolerate(err)
		return
	}
	chance := a.chance()
	a.centre.people.Go(func() { a.serve(it, chance) })
}
