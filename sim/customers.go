package sim

import (
	"math/rand/v2"
	"time"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/routing"
)

// slowness is how much longer than others those wait who wrote a mail.
const slowness = 10

// lastLook is after how many looks a customer who is served goes, matter or not.
const lastLook = 4

// customer comes, waits as long as they have patience, and is gone when the matter is closed.
func (c *centre) customer(seed uint64) {
	r := rand.New(rand.NewPCG(c.plan.Seed, 1000+seed)) // a simulation is to be repeatable
	n := c.newcomer(r)
	patience := c.plan.Patience
	if n.Channel == "email" {
		patience *= slowness
	}
	c.must(c.db.Update(c.ctx, func(tx *db.Tx) error {
		_, err := c.routing.Enqueue(c.ctx, tx, n)
		return err
	}))
	for look := 1; ; look++ {
		pause(c.ctx, time.Duration(r.ExpFloat64()*float64(patience)))
		var gone bool
		writes := r.IntN(2) == 0
		c.must(c.db.Update(c.ctx, func(tx *db.Tx) (err error) {
			gone, err = c.look(tx, n.Conversation, writes, look >= lastLook)
			return err
		}))
		if gone {
			return
		}
	}
}

// newcomer is what a customer wants: mostly a chat, now and then in a language that
// few speak, or with somebody they know.
func (c *centre) newcomer(r *rand.Rand) routing.New {
	n := routing.New{
		Conversation: id.New[id.Conversation](), Brand: c.brand, Channel: "webchat",
		Queue: c.queues[r.IntN(len(c.queues))], Priority: r.IntN(2),
	}
	switch kind := r.IntN(10); kind {
	case 0:
		n.Channel = "voice"
	case 1, 2:
		n.Channel = "email"
	}
	if r.IntN(6) == 0 {
		n.Required = []routing.Requirement{{Skill: c.skill, Level: 1 + r.IntN(2)}}
	}
	if r.IntN(8) == 0 {
		n.Preferred = c.agents[r.IntN(len(c.agents))].id
	}
	return n
}

// look is what a customer does whose patience is at an end: who waits gives up, who
// is served writes on, or goes. It reports whether they are gone for good.
func (c *centre) look(tx *db.Tx, conversation id.Conversation, writes, last bool) (bool, error) {
	it, open, err := c.routing.Open(c.ctx, tx, conversation)
	switch {
	case err != nil || !open:
		return true, err
	case it.State == routing.Queued || it.State == routing.Offered:
		return true, c.routing.CustomerLeft(c.ctx, tx, conversation)
	case last:
		return false, c.routing.CustomerLeft(c.ctx, tx, conversation)
	case writes:
		return false, c.routing.CustomerReturned(c.ctx, tx, conversation)
	}
	return false, nil
}
