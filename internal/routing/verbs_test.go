package routing

import (
	"testing"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestVerbsMoveAnInteractionAndRecordFacts(t *testing.T) {
	t.Parallel()
	for _, step := range []struct {
		what  string
		from  func(c *centre, queue id.Queue) Interaction
		do    func(c *centre, it Interaction) error
		state State
		facts string
	}{
		{"accepting starts the work", offeredToOla, accept, Active, "offer.ended interaction.started"},
		{"declining keeps the place", offeredToOla, func(c *centre, it Interaction) error {
			return c.svc.Decline(c.asOla(), it.OfferID, "lunch")
		}, Queued, "offer.ended"},
		{"pulling takes what waits", (*centre).queued, pull, Active, "interaction.started"},
		{"pulling takes what is offered to oneself", offeredToOla, pull, Active, "offer.ended interaction.started"},
		{"a supervisor pulls what is offered to another", offeredToOla, func(c *centre, it Interaction) error {
			_, err := c.svc.Pull(c.asMarta(), it.ID)
			return err
		}, Active, "offer.ended interaction.started"},
		{"taking over ends the other's share", (*centre).active, takeOver, Active, "interaction.left_agent interaction.started"},
		{"taking over what is parked", (*centre).parked, takeOver, Active, "interaction.left_agent interaction.started"},
		{"taking over a wrap-up", (*centre).wrapping, takeOver, Active, "interaction.left_agent interaction.started"},
		{"parking", (*centre).active, func(c *centre, it Interaction) error {
			return c.svc.Park(c.asOla(), it.ID, time.Time{})
		}, Parked, "interaction.parked"},
		{"resuming", (*centre).parked, func(c *centre, it Interaction) error { return c.svc.Resume(c.asOla(), it.ID) }, Active, "interaction.resumed"},
		{"ending the contact", (*centre).active, func(c *centre, it Interaction) error { return c.svc.EndContact(c.asOla(), it.ID) }, WrapUp, "wrap_up.started"},
		{"ending the contact of what is parked", (*centre).parked, func(c *centre, it Interaction) error {
			return c.svc.EndContact(c.asOla(), it.ID)
		}, WrapUp, "wrap_up.started"},
		{"finishing a wrap-up", (*centre).wrapping, finish, Closed, "interaction.closed"},
		{"finishing at once", (*centre).active, finish, Closed, "interaction.closed"},
		{"a supervisor finishes somebody's work", (*centre).active, func(c *centre, it Interaction) error {
			return c.svc.Finish(c.asMarta(), Finish{Interaction: it.ID})
		}, Closed, "interaction.closed"},
		{"a supervisor requeues what is offered", offeredToOla, func(c *centre, it Interaction) error {
			return c.svc.Transfer(c.asMarta(), Transfer{Interaction: it.ID, Queue: c.queue})
		}, Queued, "offer.ended interaction.queued"},
		{"an agent hands on to the queue", (*centre).active, func(c *centre, it Interaction) error {
			return c.svc.Transfer(c.asOla(), Transfer{Interaction: it.ID, Queue: c.queue})
		}, Queued, "interaction.left_agent interaction.queued"},
		{"the time of a wrap-up is over", (*centre).wrapping, func(c *centre, it Interaction) error {
			return c.svc.EndWrapUp(c.system, WrapUpOver{it.ID, it.SegmentID, it.EndedAt})
		}, Closed, "interaction.closed"},
	} {
		t.Run(step.what, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				c := newCentre(t, d)
				c.join(c.queue)
				it := step.from(c, c.queue)
				c.whole(it.ID)
				c.facts()
				c.must(step.do(c, it))
				if got := c.facts(); got != step.facts {
					t.Errorf("facts %q, want %q", got, step.facts)
				}
				if got := c.read(it.ID).State; got != step.state {
					t.Errorf("state %s, want %s", got, step.state)
				}
				c.whole(it.ID)
			})
		})
	}
}

func offeredToOla(c *centre, queue id.Queue) Interaction { return c.offered(queue, c.ola) }

func accept(c *centre, it Interaction) error {
	_, err := c.svc.Accept(c.asOla(), it.OfferID)
	return err
}

func pull(c *centre, it Interaction) error {
	_, err := c.svc.Pull(c.asOla(), it.ID)
	return err
}

func takeOver(c *centre, it Interaction) error {
	_, err := c.svc.TakeOver(c.asMarta(), it.ID)
	return err
}

func finish(c *centre, it Interaction) error {
	return c.svc.Finish(c.asOla(), Finish{Interaction: it.ID, Note: "Rang the engineer."})
}

func TestAnOfferIsTakenOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		it := c.offered(c.queue, c.ola)
		_, err := c.svc.Accept(c.asKamil(), it.OfferID)
		refused(t, "somebody else's offer", err, errs.NotFound, "offer.not_found")
		refused(t, "declining somebody else's", c.svc.Decline(c.asKamil(), it.OfferID, ""), errs.NotFound, "offer.not_found")
		c.must(accept(c, it))
		refused(t, "the second acceptance", accept(c, it), errs.Conflict, "offer.gone")
		refused(t, "declining after it", c.svc.Decline(c.asOla(), it.OfferID, ""), errs.Conflict, "offer.gone")
		_, err = c.svc.Pull(c.asKamil(), it.ID)
		refused(t, "pulling what is taken", err, errs.Conflict, "interaction.moved_on")
	})
}

func TestAcceptanceAndMissRaceForTheOffer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		it := c.offered(c.queue, c.ola)
		o, err := offerByID(c.system, d, it.OfferID)
		c.must(err)
		won := make(chan error, 2)
		go func() { won <- accept(c, it) }()
		go func() {
			won <- d.Update(c.system, func(tx *db.Tx) error { return c.svc.returnOffer(c.system, tx, o, Missed, "") })
		}()
		first, second := <-won, <-won
		if (first == nil) == (second == nil) {
			t.Fatalf("both or none: %v, %v", first, second)
		}
		lost := first
		if lost == nil {
			lost = second
		}
		refused(t, "who came second", lost, errs.Conflict, "offer.gone")
		c.whole(it.ID)
	})
}

func TestTransfersKeepTheArrival(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		c.join(c.queue)
		billing := c.staffed("Billing", QueuePatch{})
		it := c.active(c.queue)
		c.must(c.svc.Transfer(c.asOla(), Transfer{Interaction: it.ID, Queue: billing, Note: "Wants an invoice."}))
		it = c.read(it.ID)
		if it.QueueID != billing || it.PreferredID != 0 {
			t.Errorf("handed to a queue: %+v", it)
		}
		if line := c.convs.lines[len(c.convs.lines)-1]; line.Code != "transferred" || line.Note != "Wants an invoice." {
			t.Errorf("the timeline says %+v", line)
		}
		_, err := c.svc.Pull(c.asOla(), it.ID)
		c.must(err)
		c.must(c.svc.Transfer(c.asOla(), Transfer{Interaction: it.ID, Agent: c.kamil}))
		if it = c.read(it.ID); it.PreferredID != c.kamil || it.QueueID != billing || !it.PreferredUntil.After(time.Now()) {
			t.Errorf("handed to an agent: %+v", it)
		}
		c.whole(it.ID)
		if n := c.count("segment WHERE tenant_id = $1 AND interaction_id = $2 AND cause = 'transferred'", it.ID); n != 2 {
			t.Errorf("%d shares ended by a transfer", n)
		}
	})
}

func TestTransfersToNowhereAreRefused(t *testing.T) {
	t.Parallel()
	c := newCentre(t, dbtest.SQLite(t))
	foreign := "Orders"
	q, err := c.queues.Create(c.system, c.otherBrand, QueuePatch{Name: &foreign})
	c.must(err)
	gone := c.makeQueue("Gone", QueuePatch{})
	_, err = c.queues.Archive(c.system, gone)
	c.must(err)
	it := c.active(c.queue)
	for what, r := range map[string]struct {
		to   Transfer
		kind errs.Kind
		code string
	}{
		"no target":                {Transfer{}, errs.Invalid, "transfer.one_target"},
		"two targets":              {Transfer{Queue: c.queue, Agent: c.kamil}, errs.Invalid, "transfer.one_target"},
		"an archived queue":        {Transfer{Queue: gone}, errs.Invalid, "queue.other_brand"},
		"a queue of another brand": {Transfer{Queue: q.ID}, errs.NotFound, "queue.not_found"},
		"somebody without a grant": {Transfer{Agent: id.New[id.User]()}, errs.Invalid, "agent.no_grant"},
		"a note beyond its limit":  {Transfer{Queue: c.queue, Note: string(make([]rune, maxTransferNote+1))}, errs.Invalid, "length.max"},
	} {
		r.to.Interaction = it.ID
		refused(t, what, c.svc.Transfer(c.asOla(), r.to), r.kind, r.code)
	}
	c.whole(it.ID)
}

func TestPullingNeedsTheQueuesLeave(t *testing.T) {
	t.Parallel()
	c := newCentre(t, dbtest.SQLite(t))
	no := false
	strict := c.makeQueue("Strict", QueuePatch{PullAllowed: &no})
	it := c.queued(strict)
	refused(t, "an agent", pull(c, it), errs.Forbidden, "queue.no_pull")
	if _, err := c.svc.Pull(c.asMarta(), it.ID); err != nil {
		t.Errorf("a supervisor: %v", err)
	}
	_, err := c.svc.TakeOver(c.asMarta(), it.ID)
	refused(t, "taking over one's own", err, errs.Conflict, "interaction.already_yours")
}

func TestOthersWorkIsTheirs(t *testing.T) {
	t.Parallel()
	c := newCentre(t, dbtest.SQLite(t))
	it := c.active(c.queue)
	for what, err := range map[string]error{
		"parking":      c.svc.Park(c.asKamil(), it.ID, time.Time{}),
		"ending":       c.svc.EndContact(c.asKamil(), it.ID),
		"finishing":    c.svc.Finish(c.asKamil(), Finish{Interaction: it.ID}),
		"transferring": c.svc.Transfer(c.asKamil(), Transfer{Interaction: it.ID, Queue: c.queue}),
	} {
		refused(t, what, err, errs.NotFound, "interaction.not_found")
	}
	_, err := c.svc.TakeOver(c.asKamil(), it.ID)
	refused(t, "an agent takes over", err, errs.Forbidden, "forbidden")
	waits := c.queued(c.queue)
	refused(t, "an agent moves what waits", c.svc.Transfer(c.asOla(), Transfer{Interaction: waits.ID, Queue: c.queue}), errs.NotFound, "interaction.not_found")
}

func TestParkedWorkComesBackInTime(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		c.must(c.svc.SetPresence(c.asOla(), Wish{State: Available}))
		it := c.active(c.queue)
		refused(t, "until the past", c.svc.Park(c.asOla(), it.ID, arrived), errs.Invalid, "time.past")
		first := time.Now().Add(time.Hour).UTC().Truncate(time.Microsecond)
		c.must(c.svc.Park(c.asOla(), it.ID, first))
		if n := c.count("job WHERE tenant_id = $1 AND kind = 'routing.park_over'"); n != 1 {
			t.Errorf("%d jobs to take it up again", n)
		}
		c.must(c.svc.Resume(c.asOla(), it.ID))
		second := first.Add(time.Hour)
		c.must(c.svc.Park(c.asOla(), it.ID, second))
		c.must(c.svc.EndPark(c.system, ParkOver{it.ID, first}))
		if got := c.read(it.ID).State; got != Parked {
			t.Errorf("the first time ended the second parking: %s", got)
		}
		c.facts()
		c.must(c.svc.EndPark(c.system, ParkOver{it.ID, second}))
		c.must(c.svc.EndPark(c.system, ParkOver{it.ID, second}))
		if got := c.facts(); got != "interaction.resumed" || c.read(it.ID).State != Active {
			t.Errorf("%s after %q", c.read(it.ID).State, got)
		}
		c.whole(it.ID)
	})
}

func TestFinishAndTheTimerOfAWrapUpRace(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		it := c.wrapping(c.queue)
		c.facts()
		done := make(chan error, 2)
		go func() { done <- finish(c, it) }()
		go func() { done <- c.svc.EndWrapUp(c.system, WrapUpOver{it.ID, it.SegmentID, it.EndedAt}) }()
		for range 2 {
			if err := <-done; err != nil {
				refused(t, "who came second", err, errs.Conflict, "interaction.moved_on")
			}
		}
		if got := c.facts(); got != "interaction.closed" {
			t.Errorf("facts %q", got)
		}
		c.whole(it.ID)
	})
}

func TestTheTimerOfAnOlderWrapUpDoesNothing(t *testing.T) {
	t.Parallel()
	c := newCentre(t, dbtest.SQLite(t))
	it := c.wrapping(c.queue)
	_, err := c.svc.TakeOver(c.asMarta(), it.ID)
	c.must(err)
	c.must(c.svc.EndContact(c.asMarta(), it.ID))
	c.must(c.svc.EndWrapUp(c.system, WrapUpOver{it.ID, it.SegmentID, it.EndedAt}))
	if got := c.read(it.ID).State; got != WrapUp {
		t.Errorf("the timer of Ola's share ended Marta's: %s", got)
	}
}

func TestACustomerWhoWritesOnIsServedByTheSameAgent(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		c.must(c.svc.SetPresence(c.asOla(), Wish{State: Available}))
		back := func(it Interaction) {
			c.must(d.Update(c.system, func(tx *db.Tx) error { return c.svc.CustomerReturned(c.system, tx, it.ConversationID) }))
		}
		for what, it := range map[string]Interaction{"parked": c.parked(c.queue), "in wrap-up": c.wrapping(c.queue)} {
			back(it)
			if now := c.read(it.ID); now.State != Active || now.AgentID != c.ola || !now.EndedAt.IsZero() {
				t.Errorf("%s: %+v", what, now)
			}
			c.whole(it.ID)
			c.must(c.svc.EndContact(c.asOla(), it.ID))
			if it.State == WrapUp {
				c.must(c.svc.EndWrapUp(c.system, WrapUpOver{it.ID, it.SegmentID, it.EndedAt}))
				if got := c.read(it.ID).State; got != WrapUp {
					t.Errorf("the timer of the first wrap-up ended the second: %s", got)
				}
			}
		}
		waits := c.queued(c.queue)
		back(waits)
		if got := c.read(waits.ID).State; got != Queued {
			t.Errorf("who waits: %s", got)
		}
	})
}

func TestWorkWithoutWrapUpIsClosedAtOnce(t *testing.T) {
	t.Parallel()
	c := newCentre(t, dbtest.SQLite(t))
	none := 0
	quick := c.makeQueue("Quick", QueuePatch{WrapUpSeconds: &none})
	it := c.active(quick)
	c.must(c.svc.EndContact(c.asOla(), it.ID))
	if it = c.read(it.ID); it.State != Closed || it.Outcome != Answered || it.EndedAt.IsZero() {
		t.Errorf("%+v", it)
	}
	c.whole(it.ID)
}

func TestADispositionMayBeRequired(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		yes := true
		strict := c.makeQueue("Strict", QueuePatch{DispositionRequired: &yes})
		codes := NewDispositions(d)
		name := "Sorted out"
		own, err := codes.Create(c.system, strict, DispositionPatch{Name: &name})
		c.must(err)
		other, err := codes.Create(c.system, c.queue, DispositionPatch{Name: &name})
		c.must(err)
		it := c.wrapping(strict)
		refused(t, "none", c.svc.Finish(c.asOla(), Finish{Interaction: it.ID}), errs.Invalid, "required")
		refused(t, "one of another queue", c.svc.Finish(c.asOla(), Finish{Interaction: it.ID, Disposition: other.ID}), errs.Invalid, "disposition.not_of_queue")
		c.must(c.svc.Finish(c.asOla(), Finish{Interaction: it.ID, Disposition: own.ID}))
		if it = c.read(it.ID); it.DispositionID != own.ID {
			t.Errorf("%+v", it)
		}
		if n := c.count("job WHERE tenant_id = $1 AND kind = 'routing.wrap_up_over'"); n != 0 {
			t.Error("a timer would close it without its disposition")
		}
	})
}

func TestACustomerLeavesInEveryState(t *testing.T) {
	t.Parallel()
	for _, step := range []struct {
		what    string
		from    func(c *centre, queue id.Queue) Interaction
		state   State
		outcome Outcome
		facts   string
	}{
		{"waiting", (*centre).queued, Closed, Abandoned, "interaction.closed"},
		{"offered", offeredToOla, Closed, Abandoned, "offer.ended interaction.closed"},
		{"served", (*centre).active, WrapUp, "", "wrap_up.started"},
		{"parked", (*centre).parked, WrapUp, "", "wrap_up.started"},
		{"in wrap-up", (*centre).wrapping, WrapUp, "", ""},
	} {
		t.Run(step.what, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				c := newCentre(t, d)
				it := step.from(c, c.queue)
				c.facts()
				for range 2 { // a second time it is over
					c.must(d.Update(c.system, func(tx *db.Tx) error { return c.svc.CustomerLeft(c.system, tx, it.ConversationID) }))
				}
				it = c.read(it.ID)
				if got := c.facts(); got != step.facts || it.State != step.state || it.Outcome != step.outcome {
					t.Errorf("%s %s, facts %q", it.State, it.Outcome, got)
				}
				c.whole(it.ID)
				if n := c.count("queue_visit WHERE tenant_id = $1 AND interaction_id = $2 AND outcome = 'abandoned'", it.ID); (n == 1) != (step.outcome == Abandoned) {
					t.Errorf("%d abandoned visits", n)
				}
			})
		})
	}
}

func TestAConversationHasOneOpenInteraction(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		c.join(c.queue)
		it := c.queued(c.queue)
		again := func() error {
			return d.Update(c.system, func(tx *db.Tx) error {
				_, err := c.svc.Enqueue(c.system, tx, New{Conversation: it.ConversationID, Brand: c.brand, Channel: "webchat", Queue: c.queue})
				return err
			})
		}
		if err := again(); err == nil {
			t.Error("a second one was begun")
		}
		c.must(pull(c, it))
		c.must(finish(c, it))
		if err := again(); err != nil {
			t.Errorf("after the first is closed: %v", err)
		}
	})
}
