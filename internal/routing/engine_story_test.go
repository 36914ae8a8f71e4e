package routing

import (
	"context"
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

// enqueued is an interaction that waits, as n says.
func (c *centre) enqueued(n New) Interaction {
	c.t.Helper()
	n.Conversation, n.Brand, n.ArrivedAt = id.New[id.Conversation](), c.brand, arrived
	if n.Channel == "" {
		n.Channel = "webchat"
	}
	if n.Queue == 0 {
		n.Queue = c.queue
	}
	var it Interaction
	c.must(c.d.Update(c.t.Context(), func(tx *db.Tx) (err error) {
		it, err = c.svc.Enqueue(c.system, tx, n)
		return err
	}))
	return it
}

// loadOf returns what an agent is busy with, as the engine knows it.
func (c *centre) loadOf(r *Router, agent id.User) int {
	c.t.Helper()
	synctest.Wait()
	views, err := r.Agents(c.system, []id.User{agent})
	c.must(err)
	if len(views) != 1 {
		return -1
	}
	return views[0].Load
}

func TestThePreferredAgentIsWaitedForAndThenAnybodyHasIt(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		c.route("one")
		c.serves(c.kamil, c.queue)
		c.serves(c.ola, c.queue)
		for range 3 {
			c.must(accept(c, c.offeredNow(New{Preferred: c.ola}, c.ola)))
		}
		it := c.enqueued(New{Preferred: c.ola})
		time.Sleep(59 * time.Second)
		synctest.Wait()
		if got := c.read(it.ID).State; got != Queued {
			t.Fatalf("while she is waited for it is %s", got)
		}
		time.Sleep(time.Second)
		if o := c.offerTo(c.kamil); o.InteractionID != it.ID {
			t.Errorf("%+v", o)
		}
		c.whole(it.ID)
	})
}

// offeredNow is an interaction that the engine offers to an agent at once.
func (c *centre) offeredNow(n New, agent id.User) Interaction {
	c.t.Helper()
	it := c.enqueued(n)
	if o := c.offerTo(agent); o.InteractionID != it.ID {
		c.t.Fatalf("offered is %+v", o)
	}
	return c.read(it.ID)
}

func TestATransferToAnAgentGoesToThatAgent(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		r, _ := c.route("one")
		c.serves(c.ola, c.queue)
		it := c.offeredNow(New{}, c.ola)
		c.must(accept(c, it))
		c.serves(c.kamil, c.queue)
		c.must(c.svc.SetMembership(c.asMarta(), Membership{Agent: c.marta, Queue: c.queue, Member: true, Enabled: true}))
		c.must(c.svc.SetPresence(c.asMarta(), Wish{State: Available}))
		c.must(c.svc.Transfer(c.asOla(), Transfer{Interaction: it.ID, Agent: c.marta}))
		if o := c.offerTo(c.marta); o.InteractionID != it.ID || o.Why["rule"] != string(acd.RulePreferred) {
			t.Errorf("%+v", o)
		}
		if got := c.loadOf(r, c.ola); got != 0 {
			t.Errorf("who handed it on has a load of %d", got)
		}
		c.whole(it.ID)
	})
}

func TestTheEngineFollowsWhatPeopleDoByThemselves(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		r, _ := c.route("one")
		c.join(c.queue)
		it := c.queued(c.queue)
		chat := acd.Chat.DefaultLoad()
		for _, step := range []struct {
			what                 string
			do                   func() error
			ola, marta, atOnHand int
		}{
			{"pulled", func() error { return pull(c, it) }, chat, -1, 0},
			{"parked", func() error { return c.svc.Park(c.asOla(), it.ID, time.Time{}) }, 0, -1, 0},
			{"resumed", func() error { return c.svc.Resume(c.asOla(), it.ID) }, chat, -1, 0},
			{"taken over", func() error { return takeOver(c, it) }, 0, chat, 0},
			{"handed back", func() error {
				return c.svc.Transfer(c.asMarta(), Transfer{Interaction: it.ID, Queue: c.queue})
			}, 0, 0, 1},
			{"pulled again", func() error { return pull(c, it) }, chat, 0, 0},
			{"ended", func() error { return c.svc.EndContact(c.asOla(), it.ID) }, chat, 0, 0},
			{"finished", func() error { return finish(c, it) }, 0, 0, 0},
		} {
			c.must(step.do())
			if ola, marta := c.loadOf(r, c.ola), c.loadOf(r, c.marta); ola != step.ola || marta != step.marta {
				t.Errorf("%s: loads of %d and %d, want %d and %d", step.what, ola, marta, step.ola, step.marta)
			}
			if line, err := r.Line(c.system, c.queue); err != nil || len(line) != step.atOnHand {
				t.Errorf("%s: %d wait, %v", step.what, len(line), err)
			}
			c.whole(it.ID)
		}
	})
}

func TestTheHigherPriorityIsServedFirst(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		ten := 10
		vip := c.makeQueue("VIP", QueuePatch{Priority: &ten})
		r, _ := c.route("one")
		usual, urgent := c.enqueued(New{}), c.enqueued(New{Priority: 5})
		dear := c.enqueued(New{Queue: vip, Priority: 1})
		synctest.Wait()
		if line, err := r.Line(c.system, c.queue); err != nil || !slices.Equal(line, []id.Interaction{urgent.ID, usual.ID}) {
			t.Errorf("%v %v", line, err)
		}
		all := map[string]int{}
		for class := range acd.NumChannels {
			all[class.String()] = 100
		}
		_, err := NewStaffing(c.d, c.crew).Update(c.system, c.ola, AgentPatch{Loads: &all})
		c.must(err)
		c.must(c.svc.SetMembership(c.asMarta(), Membership{Agent: c.ola, Queue: vip, Member: true, Enabled: true}))
		c.serves(c.ola, c.queue)
		for i, want := range []Interaction{dear, urgent, usual} {
			o := c.offerTo(c.ola)
			if o.InteractionID != want.ID {
				t.Errorf("offer %d is of %d, want %d", i, o.InteractionID, want.ID)
			}
			it, err := c.svc.Accept(c.asOla(), o.ID)
			c.must(err)
			c.must(finish(c, it))
		}
	})
}

func TestTheMixDecidesWhatMayInterruptWhat(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		c.route("one")
		c.serves(c.ola, c.queue)
		c.must(accept(c, c.offeredNow(New{Channel: "email"}, c.ola)))
		call := c.enqueued(New{Channel: "voice"})
		if o := c.offerTo(c.ola); o.InteractionID != call.ID {
			t.Fatalf("a call interrupts no mail: %+v", o)
		}
		staffing := NewStaffing(c.d, c.crew)
		_, err := staffing.SetMix(c.system, MixPatch{Interrupts: &map[string][]string{"call": {}}})
		c.must(err)
		c.must(c.svc.Decline(c.asOla(), c.offerTo(c.ola).ID, "")) // what was made stands
		time.Sleep(acd.Backoff)
		synctest.Wait()
		if got := c.read(call.ID).State; got != Queued {
			t.Errorf("with a mail at hand it is %s", got)
		}
		_, err = staffing.SetMix(c.system, MixPatch{Interrupts: &map[string][]string{"call": {"mail"}}})
		c.must(err)
		if o := c.offerTo(c.ola); o.InteractionID != call.ID {
			t.Errorf("%+v", o)
		}
	})
}

func TestTenantsAreRoutedBesideEachOther(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		r, _ := c.route("one")
		other := newCentre(t, c.d)
		other.svc, other.convs = c.svc, c.convs // one program works for both
		other.crew.mu.Lock()
		for user := range other.crew.grants {
			c.crew.grant(user, other.brand)
		}
		other.crew.mu.Unlock()
		r.Add(other.crew.tenant)
		synctest.Wait()
		c.serves(c.ola, c.queue)
		c.crew.mu.Lock()
		c.crew.tenant = other.crew.tenant // whom the second tenant's supervisor sees
		c.crew.mu.Unlock()
		other.serves(other.ola, other.queue)
		theirs, ours := other.queued(other.queue), c.queued(c.queue)
		if o := c.offerTo(c.ola); o.InteractionID != ours.ID {
			t.Errorf("ours: %+v", o)
		}
		if o := other.offerTo(other.ola); o.InteractionID != theirs.ID {
			t.Errorf("theirs: %+v", o)
		}
		for _, of := range []*centre{c, other} {
			board, err := r.Board(of.system)
			if err != nil || len(board) != 1 || board[0].Queue != of.queue || board[0].Offered != 1 {
				t.Errorf("%+v %v", board, err)
			}
		}
		if place, _, waits := r.Position(c.system, theirs.ID); waits {
			t.Errorf("what waits elsewhere is in place %d", place)
		}
	})
}

func TestAnOutlookIsKnownBeforeAnybodyWaits(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		r, _ := c.route("one")
		if got := r.Outlook(c.system, c.queue, "webchat"); got != 0 {
			t.Errorf("where nobody serves: %v", got)
		}
		c.serves(c.ola, c.queue)
		time.Sleep(time.Minute)
		free := r.Outlook(c.system, c.queue, "webchat")
		for range 8 {
			c.queued(c.queue)
		}
		time.Sleep(10 * time.Second)
		if full := r.Outlook(c.system, c.queue, "webchat"); free == 0 || full <= free {
			t.Errorf("%v while she is free, %v while five wait", free, full)
		}
	})
}

func TestANodeThatHasNotTheTenantSaysSoAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tenant := id.New[id.Tenant]()
		log := slog.New(slog.DiscardHandler)
		d := dbtest.SQLite(t)
		r := NewRouter(NewService(d, nil, nil), lease.NewKeeper(d, "one", log), nil, log)
		r.seats[tenant] = &seat{asks: make(chan func(time.Time, *acd.State)), absent: time.Now()}
		ctx := actor.With(context.Background(), actor.ForSystem(tenant))
		for i, want := range []time.Duration{askTime, 0, 0} { // the first waits for an engine that may be about to begin
			began := time.Now()
			if _, err := r.Board(ctx); !errs.Is(errs.Unavailable, err) || time.Since(began) != want {
				t.Errorf("question %d: %v after %v", i, err, time.Since(began))
			}
		}
	})
}
