package routing

import (
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zongler/zongler/internal/platform/db"
)

// watch starts a watch over the desks, which all are closed.
func (c *centre) watch() *Desks {
	c.t.Helper()
	d := NewDesks(c.svc, DesksConfig{}, slog.New(slog.DiscardHandler))
	c.must(d.Start(c.system))
	c.t.Cleanup(d.Stop)
	return d
}

func TestTheWorkOfAClosedDeskGoesToOthers(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		c.route("one")
		c.serves(c.ola, c.queue)
		it := c.queued(c.queue)
		_, err := c.svc.Accept(c.asOla(), c.offerTo(c.ola).ID)
		c.must(err)
		c.serves(c.kamil, c.queue)
		desks := c.watch()
		desks.Connected(c.crew.tenant, c.kamil)
		desks.Connected(c.crew.tenant, c.ola)
		desks.Gone(c.crew.tenant, c.ola)
		time.Sleep(DefaultGrace - time.Second)
		desks.Connected(c.crew.tenant, c.ola) // she had only reloaded the page
		time.Sleep(DefaultGrace)
		synctest.Wait()
		if got := c.read(it.ID); got.State != Active || got.AgentID != c.ola {
			t.Fatalf("with her desk open it is %s", got.State)
		}
		desks.Gone(c.crew.tenant, c.ola)
		time.Sleep(DefaultGrace)
		if o := c.offerTo(c.kamil); o.InteractionID != it.ID {
			t.Errorf("%+v", o)
		}
		if a := c.agent(c.ola); a.State != Offline || a.System != SystemLost {
			t.Errorf("%+v", a)
		}
		c.whole(it.ID)
	})
}

func TestTheLossOfAnAgentIsTriedAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		works := c.active(c.queue)
		c.watch()
		c.convs.failNext(Queued)
		time.Sleep(DefaultGrace)
		synctest.Wait()
		if got := c.read(works.ID).State; got != Active {
			t.Fatalf("the write did not fail: %s", got)
		}
		time.Sleep(DefaultGrace)
		synctest.Wait()
		if got := c.read(works.ID).State; got != Queued {
			t.Errorf("it is still %s", got)
		}
		c.whole(works.ID)
	})
}

func TestWhatIsParkedDoesNotGoToWhoIsGone(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		c.must(c.svc.SetPresence(c.asOla(), Wish{State: Available}))
		first, second := c.parked(c.queue), c.parked(c.queue)
		c.must(c.svc.SetPresence(c.asOla(), Wish{State: Away, Reason: c.reason("Lunch")}))
		desks := c.watch()
		time.Sleep(DefaultGrace)
		synctest.Wait()
		writesOn := func(it Interaction) Interaction {
			c.must(c.d.Update(c.system, func(tx *db.Tx) error { return c.svc.CustomerReturned(c.system, tx, it.ConversationID) }))
			c.whole(it.ID)
			return c.read(it.ID)
		}
		if got := writesOn(first); got.State != Queued || c.agent(c.ola).State != Away {
			t.Errorf("while her desk is closed in her break it is %s, and she %s", got.State, c.agent(c.ola).State)
		}
		desks.Connected(c.crew.tenant, c.ola)
		synctest.Wait()
		if got := writesOn(second); got.State != Active || got.AgentID != c.ola {
			t.Errorf("with her desk open it is %s", got.State)
		}
	})
}
