package routing

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/routing/acd"
)

// inTheLastMoment has the end of an offer written after do, though it was decided before.
func (c *centre) inTheLastMoment(o Offer, do func(tx *db.Tx) error) {
	c.t.Helper()
	time.Sleep(time.Until(o.ExpiresAt) - time.Millisecond)
	c.must(c.d.Update(c.system, func(tx *db.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		time.Sleep(2 * time.Millisecond) // the end of the offer waits for this commit
		return nil
	}))
	synctest.Wait()
}

// lastMomentAccept is what Accept does, in a transaction that goes on.
func (c *centre) lastMomentAccept(o Offer) func(tx *db.Tx) error {
	return func(tx *db.Tx) error {
		it, err := lock(c.system, tx, "test", o.InteractionID)
		if err != nil {
			return err
		}
		return errors.Join(endOffer(c.system, tx, o, Accepted, ""), c.svc.start(c.system, tx, &it, o.AgentID, ByOffer))
	}
}

func TestWhoAnswersInTheLastMomentGetsMoreWork(t *testing.T) {
	t.Parallel()
	for what, answer := range map[string]func(c *centre, o Offer) func(tx *db.Tx) error{
		"accepting": func(c *centre, o Offer) func(tx *db.Tx) error { return c.lastMomentAccept(o) },
		"declining": func(c *centre, o Offer) func(tx *db.Tx) error {
			return func(tx *db.Tx) error { return c.svc.returnOffer(c.system, tx, o, Declined, "busy") }
		},
	} {
		t.Run(what, func(t *testing.T) {
			inBubble(t, func(t *testing.T, c *centre) {
				c.route("one")
				c.serves(c.ola, c.queue)
				c.queued(c.queue)
				o := c.offerTo(c.ola)
				c.inTheLastMoment(o, answer(c, o))
				if a := c.agent(c.ola); a.State != Available {
					t.Fatalf("in the table she is %s", a.State)
				}
				next := c.queued(c.queue)
				if o := c.offerTo(c.ola); o.InteractionID != next.ID {
					t.Errorf("offered %+v", o)
				}
			})
		})
	}
}

func TestALateAcceptanceCountsWhoeverElseIsFree(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		r, _ := c.route("one")
		c.serves(c.ola, c.queue)
		it := c.queued(c.queue)
		o := c.offerTo(c.ola)
		c.serves(c.kamil, c.queue)
		c.inTheLastMoment(o, c.lastMomentAccept(o))
		if got := c.read(it.ID); got.State != Active || got.AgentID != c.ola {
			t.Fatalf("%s of %d", got.State, got.AgentID)
		}
		agents, err := r.Agents(c.system, []id.User{c.ola, c.kamil})
		if err != nil || len(agents) != 2 || agents[0].Load != acd.Chat.DefaultLoad() || agents[1].Load != 0 {
			t.Errorf("%+v %v", agents, err)
		}
	})
}

func TestAWriteThatFailsStrandsNobody(t *testing.T) {
	t.Parallel()
	for what, story := range map[string]struct {
		state State // of the write that fails
		do    func(c *centre, o Offer)
	}{
		"the making of an offer": {Offered, func(c *centre, o Offer) { c.must(c.svc.Decline(c.asOla(), o.ID, "")) }},
		"its withdrawal": {Queued, func(c *centre, _ Offer) {
			c.must(c.svc.SetPresence(c.asOla(), Wish{State: Away}))
		}},
		"its end": {Queued, func(_ *centre, o Offer) { time.Sleep(time.Until(o.ExpiresAt)) }},
	} {
		t.Run(what, func(t *testing.T) {
			inBubble(t, func(t *testing.T, c *centre) {
				c.route("one")
				c.serves(c.ola, c.queue)
				it := c.queued(c.queue)
				o := c.offerTo(c.ola)
				c.serves(c.kamil, c.queue)
				c.convs.failNext(story.state)
				story.do(c, o)
				synctest.Wait()
				if c.convs.failing() {
					t.Fatal("no write failed")
				}
				time.Sleep(2 * time.Second)
				synctest.Wait()
				if got := c.read(it.ID); got.State != Offered || got.OfferID == o.ID {
					t.Errorf("it is %s, as offer %d after %d", got.State, got.OfferID, o.ID)
				}
				c.whole(it.ID)
			})
		})
	}
}

func TestThePullOfSomebodyWhoNeverWorkedIsCounted(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		r, stop := c.route("one")
		c.join(c.queue)
		it := c.queued(c.queue)
		c.must(pull(c, it))
		for range 2 { // as it was told, and as it is read
			synctest.Wait()
			agents, err := r.Agents(c.system, []id.User{c.ola})
			if err != nil || len(agents) != 1 || agents[0].Load != acd.Chat.DefaultLoad() {
				t.Errorf("%+v %v", agents, err)
			}
			stop()
			r, stop = c.route("two")
		}
	})
}

func TestNothingOfABrandGoesToWhomItWasTakenFrom(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		c.route("one")
		c.serves(c.ola, c.queue)
		it := c.queued(c.queue)
		c.offerTo(c.ola)
		c.crew.grant(c.ola, c.otherBrand)
		c.must(c.svc.SwitchChannels(c.asOla(), c.ola, map[string]bool{"call": false})) // any change has her read anew
		synctest.Wait()
		if got := c.read(it.ID).State; got != Queued {
			t.Errorf("what was offered to her is %s", got)
		}
		if n := c.count("offer WHERE tenant_id = $1 AND state = 'missed'"); n != 0 {
			t.Errorf("%d offers were missed", n)
		}
		c.whole(it.ID)
	})
}

func TestAnOfferAgainstAGrantIsNotWritten(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		c.route("one")
		c.serves(c.ola, c.queue)
		c.serves(c.kamil, c.queue)
		c.crew.grant(c.ola, c.otherBrand) // and nobody tells the engine
		it := c.queued(c.queue)
		if o := c.offerTo(c.kamil); o.InteractionID != it.ID {
			t.Errorf("%+v", o)
		}
		if n := c.count("offer WHERE tenant_id = $1"); n != 1 {
			t.Errorf("%d offers", n)
		}
		time.Sleep(acd.RefusedBackoff)
		synctest.Wait()
		c.whole(it.ID)
	})
}

func TestAUserWhoIsDeactivatedIsOfferedNothing(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		c.route("one")
		c.serves(c.ola, c.queue)
		it := c.queued(c.queue)
		c.offerTo(c.ola)
		c.crew.grant(c.ola, 0)
		c.changed("user", int64(c.ola))
		if got := c.read(it.ID).State; got != Queued {
			t.Errorf("what was offered to her is %s", got)
		}
		c.crew.grant(c.ola, c.brand)
		c.changed("user", int64(c.ola))
		if o := c.offerTo(c.ola); o.InteractionID != it.ID {
			t.Errorf("granted again: %+v", o)
		}
	})
}

func TestWhoOverflowsToAFreeAgentIsOfferedOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		billing := c.makeQueue("Billing", QueuePatch{})
		most := 60
		_, err := c.queues.Update(c.system, c.queue, QueuePatch{MaxWaitSeconds: &most, OverflowQueueID: &billing})
		c.must(err)
		c.route("one")
		c.serves(c.ola, billing)
		it := c.queued(c.queue)
		time.Sleep(time.Minute)
		c.offerTo(c.ola)
		if n := c.count("offer WHERE tenant_id = $1"); n != 1 {
			t.Errorf("%d offers", n)
		}
		c.whole(it.ID)
	})
}

func TestARestartDoesNotLengthenTheWait(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		billing := c.makeQueue("Billing", QueuePatch{})
		most := 60
		_, err := c.queues.Update(c.system, c.queue, QueuePatch{MaxWaitSeconds: &most, OverflowQueueID: &billing})
		c.must(err)
		_, stop := c.route("one")
		it := c.queued(c.queue)
		time.Sleep(30 * time.Second)
		stop()
		c.route("two")
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if got := c.read(it.ID); got.QueueID != billing {
			t.Errorf("after its longest wait it is %s where it was", got.State)
		}
		c.whole(it.ID)
	})
}

func TestAFullQueueTakesBackWhoWasServed(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		billing := c.makeQueue("Billing", QueuePatch{})
		most := 1
		_, err := c.queues.Update(c.system, c.queue, QueuePatch{MaxWaiting: &most, OverflowQueueID: &billing})
		c.must(err)
		c.route("one")
		served := c.active(c.queue)
		c.queued(c.queue)
		c.must(c.svc.Lost(c.system, c.ola))
		late := c.queued(c.queue)
		synctest.Wait()
		if got := c.read(served.ID); got.State != Queued || got.QueueID != c.queue {
			t.Errorf("who was served is %s in %d", got.State, got.QueueID)
		}
		if got := c.read(late.ID); got.QueueID != billing {
			t.Error("who arrives is let into a full queue")
		}
	})
}

func TestAQueueThatOpensAgainServesWhoWaitsThere(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		c.route("one")
		c.serves(c.ola, c.queue)
		_, err := c.queues.Archive(c.system, c.queue)
		c.must(err)
		it := c.queued(c.queue) // the brand has no other
		synctest.Wait()
		_, err = c.queues.Restore(c.system, c.queue)
		c.must(err)
		if o := c.offerTo(c.ola); o.InteractionID != it.ID {
			t.Errorf("%+v", o)
		}
	})
}

func TestAPausedWriteDoesNotShortenAnOffer(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		c.route("one")
		c.serves(c.ola, c.queue)
		held := make(chan struct{})
		done := make(chan error)
		it := c.queued(c.queue)
		c.must(c.svc.Decline(c.asOla(), c.offerTo(c.ola).ID, ""))
		time.Sleep(acd.Backoff - time.Millisecond)
		go func() {
			done <- c.d.Update(c.system, func(*db.Tx) error {
				close(held)
				time.Sleep(time.Minute) // the database takes its time
				return nil
			})
		}()
		<-held
		c.must(<-done)
		if o := c.offerTo(c.ola); o.InteractionID != it.ID || time.Until(o.ExpiresAt) < acd.Chat.DefaultOfferTimeout()-time.Second {
			t.Errorf("%+v ends in %v", o, time.Until(o.ExpiresAt))
		}
		if a := c.agent(c.ola); a.State != Available {
			t.Errorf("she is %s", a.State)
		}
		c.whole(it.ID)
	})
}

// changed is what the change of a thing by an administrator means for routing.
func (c *centre) changed(what string, thing int64) {
	c.t.Helper()
	c.must(recordChange(c, what, thing))
	synctest.Wait()
}
