package routing

import (
	"testing"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/routing/acd"
)

func TestTheTablesTellTheWholeState(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		c.join(c.queue)
		billing := c.makeQueue("Billing", QueuePatch{})
		works, parked := c.active(c.queue), c.parked(c.queue)
		waits, elsewhere := c.queued(c.queue), c.queued(billing)
		declined := c.offered(c.queue, c.kamil)
		c.must(c.svc.Decline(c.asKamil(), declined.OfferID, ""))
		core := acd.New()
		tell := func(events []acd.Event, err error) {
			t.Helper()
			c.must(err)
			for _, ev := range events {
				core.Step(arrived, ev)
			}
		}
		is := func(what string, key id.Interaction, phase acd.Phase, agent id.User) {
			t.Helper()
			if v, _ := core.Interaction(key); v.Phase != phase || v.Agent != agent || phase != 0 && !v.Arrived.Equal(arrived) {
				t.Errorf("%s: %+v", what, v)
			}
		}
		tell(c.svc.queueEvents(c.system, c.queue, true))
		is("in the queue", waits.ID, acd.Waiting, 0)
		is("in another queue", elsewhere.ID, 0, 0)
		is("with an agent", works.ID, 0, 0)
		tell(c.svc.agentEvents(c.system, c.ola, true))
		is("the work of the agent", works.ID, acd.Active, c.ola)
		is("what she put aside", parked.ID, acd.Parked, c.ola)
		_, all, err := c.svc.load(c.system)
		core = acd.New()
		tell(all, err)
		is("in the queue", waits.ID, acd.Waiting, 0)
		is("in another queue", elsewhere.ID, acd.Waiting, 0)
		is("the work of the agent", works.ID, acd.Active, c.ola)
		kamil, _ := core.Agent(c.kamil)
		if len(kamil.Queues) != 1 || kamil.Queues[0] != c.queue {
			t.Errorf("%+v", kamil)
		}
		tell(c.svc.everybody(c.system))
		is("told again", works.ID, acd.Active, c.ola)
	})
}
