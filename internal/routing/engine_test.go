package routing

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/routing/acd"
)

// inBubble runs f with a centre in a bubble whose clock starts an hour after the arrival of its interactions.
func inBubble(t *testing.T, f func(t *testing.T, c *centre)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(arrived.Add(time.Hour)))
		f(t, newCentre(t, dbtest.SQLite(t)))
	})
}

// route starts a node that routes, and returns it with what stops it.
func (c *centre) route(node string) (*Router, func()) {
	c.t.Helper()
	log := slog.New(slog.DiscardHandler)
	r := NewRouter(c.svc, lease.NewKeeper(c.d, node, log), nil, log)
	ctx, cancel := context.WithCancel(c.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.Run(ctx, []id.Tenant{c.crew.tenant})
	}()
	stop := func() {
		cancel()
		<-done
	}
	c.t.Cleanup(stop)
	synctest.Wait()
	return r, stop
}

// serves makes an agent available in a queue.
func (c *centre) serves(agent id.User, queue id.Queue) {
	c.t.Helper()
	c.must(c.svc.SetMembership(c.asMarta(), Membership{Agent: agent, Queue: queue, Member: true, Enabled: true}))
	c.must(c.svc.SetPresence(c.as(agent, actor.Agent), Wish{State: Available}))
	time.Sleep(time.Millisecond) // so that the next one is idle for less long
	synctest.Wait()
}

// offerTo returns the one offer that stands for an agent.
func (c *centre) offerTo(agent id.User) Offer {
	c.t.Helper()
	synctest.Wait()
	offers, err := c.svc.OffersTo(c.system, agent)
	c.must(err)
	if len(offers) != 1 {
		c.t.Fatalf("%d offers stand for the agent", len(offers))
	}
	return offers[0]
}

func TestAnArrivalIsOfferedAtOnceAndAccepted(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		r, _ := c.route("one")
		c.serves(c.ola, c.queue)
		began := time.Now()
		it := c.queued(c.queue)
		o := c.offerTo(c.ola)
		if o.InteractionID != it.ID || time.Since(began) != 0 || o.Why["rule"] != string(acd.RuleOnlyOne) {
			t.Errorf("after %v: %+v", time.Since(began), o)
		}
		_, err := c.svc.Accept(c.asOla(), o.ID)
		c.must(err)
		synctest.Wait()
		board, err := r.Board(c.system)
		if err != nil || len(board) != 1 || board[0].Waiting != 0 || board[0].Offered != 0 || board[0].Staff.Busy != 1 {
			t.Errorf("board %+v %v", board, err)
		}
		agents, err := r.Agents(c.system, []id.User{c.ola, c.marta})
		if err != nil || len(agents) != 1 || !slices.Equal(agents[0].Work, []id.Interaction{it.ID}) || agents[0].Load != acd.Chat.DefaultLoad() {
			t.Errorf("agents %+v %v", agents, err)
		}
		c.whole(it.ID)
	})
}

func TestAMissedOfferGoesToTheNextAgent(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		r, _ := c.route("one")
		c.serves(c.ola, c.queue)
		c.serves(c.kamil, c.queue)
		it := c.queued(c.queue)
		first := c.offerTo(c.ola)
		time.Sleep(time.Until(first.ExpiresAt))
		second := c.offerTo(c.kamil)
		if a := c.agent(c.ola); a.State != Away || a.System != SystemMissedOffer {
			t.Errorf("who missed it: %+v", a)
		}
		if o, err := offerByID(c.system, c.d, first.ID); err != nil || o.State != Missed {
			t.Errorf("the first offer: %+v %v", o, err)
		}
		c.must(c.svc.Decline(c.asKamil(), second.ID, "no time"))
		synctest.Wait()
		if place, _, waits := r.Position(c.system, it.ID); place != 1 || !waits {
			t.Errorf("place %d, waits %v", place, waits)
		}
		c.whole(it.ID)
		if n := c.count("offer WHERE tenant_id = $1 AND interaction_id = $2", it.ID); n != 2 {
			t.Errorf("%d offers, though both turned it down", n)
		}
		if got := c.intervals(c.ola); !slices.Equal(got, []string{"available", "away(missed_offer)"}) {
			t.Errorf("intervals %v", got)
		}
	})
}

func TestARestartKeepsThePlaces(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		r, stop := c.route("one")
		full := c.makeQueue("Full", QueuePatch{})
		var line []id.Interaction
		for range 5 {
			line = append(line, c.queued(full).ID)
		}
		c.serves(c.ola, c.queue)
		it := c.queued(c.queue)
		stood := c.offerTo(c.ola)
		before, err := r.Line(c.system, full)
		if err != nil || !slices.Equal(before, line) {
			t.Fatalf("before: %v %v, want %v", before, err, line)
		}
		stop()
		r, _ = c.route("two")
		after, err := r.Line(c.system, full)
		if err != nil || !slices.Equal(after, line) {
			t.Errorf("after: %v %v, want %v", after, err, line)
		}
		if o, err := offerByID(c.system, c.d, stood.ID); err != nil || o.State != Withdrawn || o.Reason != "restart" {
			t.Errorf("the offer that stood: %+v %v", o, err)
		}
		if o := c.offerTo(c.ola); o.InteractionID != it.ID || o.ID == stood.ID {
			t.Errorf("offered anew: %+v", o)
		}
		c.whole(it.ID)
		for _, key := range line {
			c.whole(key)
		}
	})
}

func TestAMovedAgentIsOfferedWhatWaits(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		billing := c.makeQueue("Billing", QueuePatch{})
		c.route("one")
		c.serves(c.ola, c.queue)
		it := c.queued(billing)
		synctest.Wait()
		if got := c.read(it.ID).State; got != Queued {
			t.Fatalf("offered to nobody's: %s", got)
		}
		began := time.Now()
		c.must(c.svc.MoveAgent(c.asMarta(), c.ola, c.queue, billing))
		if o := c.offerTo(c.ola); o.InteractionID != it.ID || time.Since(began) != 0 {
			t.Errorf("after %v: %+v", time.Since(began), o)
		}
		c.must(c.svc.MoveAgent(c.asMarta(), c.ola, billing, c.queue))
		synctest.Wait()
		if got := c.read(it.ID).State; got != Queued {
			t.Errorf("moved back, the offer stands: %s", got)
		}
		c.whole(it.ID)
	})
}

func TestWhatIsConfiguredIsEffectiveAtOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		skills := NewSkills(c.d)
		fibre, err := skills.Create(c.system, "Fibre")
		c.must(err)
		c.route("one")
		c.serves(c.ola, c.queue)
		_, err = c.queues.Update(c.system, c.queue, QueuePatch{Required: &[]Requirement{{Skill: fibre.ID, Level: 5}}})
		c.must(err)
		it := c.queued(c.queue)
		synctest.Wait()
		if got := c.read(it.ID).State; got != Queued {
			t.Fatalf("offered to somebody without the skill: %s", got)
		}
		c.must(updateSkill(c, fibre.ID, 4))
		synctest.Wait()
		if got := c.read(it.ID).State; got != Queued {
			t.Fatalf("offered below the level: %s", got)
		}
		c.must(updateSkill(c, fibre.ID, 5))
		if o := c.offerTo(c.ola); o.InteractionID != it.ID {
			t.Errorf("%+v", o)
		}
	})
}

func updateSkill(c *centre, skill id.Skill, level int) error {
	_, err := NewStaffing(c.d, c.crew).Update(c.system, c.ola, AgentPatch{Skills: &[]SkillLevel{{Skill: skill, Level: level}}})
	return err
}

func TestWhoWaitsTooLongOverflows(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		billing := c.makeQueue("Billing", QueuePatch{})
		most := 60
		_, err := c.queues.Update(c.system, c.queue, QueuePatch{MaxWaitSeconds: &most, OverflowQueueID: &billing})
		c.must(err)
		c.route("one")
		it := c.queued(c.queue)
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := c.read(it.ID); got.QueueID != billing || got.State != Queued {
			t.Errorf("%s in queue %d", got.State, got.QueueID)
		}
		if n := c.count("queue_visit WHERE tenant_id = $1 AND interaction_id = $2 AND outcome = 'overflowed'", it.ID); n != 1 {
			t.Errorf("%d visits overflowed", n)
		}
		c.whole(it.ID)
	})
}

func TestAnOldEngineCannotWrite(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		it := c.queued(c.queue)
		name := fmt.Sprintf("routing/%d", c.crew.tenant)
		e := newEngine(c.svc, slog.New(slog.DiscardHandler), nil)
		for epoch := int64(1); epoch <= 2; epoch++ {
			c.must(d.Update(c.system, func(tx *db.Tx) error {
				_, err := db.Exec(c.system, tx, `INSERT INTO lease (name, owner, epoch, expires_at) VALUES ($1, 'node', $2, 0)
					ON CONFLICT (name) DO UPDATE SET epoch = excluded.epoch`, name, epoch)
				return err
			}))
		}
		c.facts()
		for epoch, fresh := range map[int64]bool{1: false, 2: true} {
			e.held = lease.Held{Name: name, Epoch: epoch}
			err := e.guarded(c.system, func(tx *db.Tx) error {
				_, err := db.Exec(c.system, tx, `UPDATE interaction SET priority = $1 WHERE tenant_id = $2 AND id = $3`, epoch, c.crew.tenant, it.ID)
				return err
			})
			if fresh != (err == nil) || !fresh && !errs.Is(errs.Conflict, err) {
				t.Errorf("epoch %d: %v", epoch, err)
			}
		}
		if got := c.read(it.ID).Priority; got != 2 {
			t.Errorf("the old one wrote: priority %d", got)
		}
	})
}

// Two nodes on one SQLite file take the lease from each other all the time, which
// no installation does: whatever they decide, nothing may be done twice.
func TestTwoEnginesNeverBothWrite(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		c.route("one")
		c.route("two")
		c.serves(c.ola, c.queue)
		c.serves(c.kamil, c.queue)
		var all []Interaction
		for range 20 {
			all = append(all, c.queued(c.queue))
			time.Sleep(500 * time.Millisecond)
			synctest.Wait()
			for _, it := range all {
				c.whole(it.ID)
			}
			c.acceptAll()
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		c.acceptAll()
		if n := c.count("interaction WHERE tenant_id = $1 AND state = 'active'"); n != 6 {
			t.Errorf("%d chats with two agents who have room for three each", n)
		}
		if n := c.count("interaction WHERE tenant_id = $1 AND state IN ('queued', 'offered')"); n != 14 {
			t.Errorf("%d wait", n)
		}
	})
}

// acceptAll has the agents accept what is offered to them.
func (c *centre) acceptAll() {
	c.t.Helper()
	for _, agent := range []id.User{c.ola, c.kamil} {
		offers, err := c.svc.OffersTo(c.system, agent)
		c.must(err)
		for _, o := range offers {
			if _, err := c.svc.Accept(c.as(agent, actor.Agent), o.ID); err != nil && !errs.Is(errs.Conflict, err) {
				c.t.Error(err)
			}
		}
	}
	synctest.Wait()
}
