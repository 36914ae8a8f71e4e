package routing

import (
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// node starts the watch of one of several nodes.
func (c *centre) node(name string) *Desks {
	c.t.Helper()
	d := NewDesks(c.svc, DesksConfig{Node: name}, slog.New(slog.DiscardHandler))
	c.must(d.Start(c.system))
	synctest.Wait()
	c.t.Cleanup(func() { d.die() })
	return d
}

// die ends a node that cannot say so any more.
func (d *Desks) die() {
	d.mu.Lock()
	d.ended = true
	for _, t := range d.timers {
		t.Stop()
	}
	d.mu.Unlock()
	d.stop()
	d.running.Wait()
	d.writes.wait()
}

// keeps fails unless Ola works on it, loses unless it waits for somebody else.
func (c *centre) keeps(it Interaction, when string) {
	c.t.Helper()
	synctest.Wait()
	if got := c.read(it.ID); got.State != Active || got.AgentID != c.ola {
		c.t.Fatalf("%s it is %s", when, got.State)
	}
}

func (c *centre) loses(it Interaction, when string) {
	c.t.Helper()
	synctest.Wait()
	if got := c.read(it.ID); got.State != Queued {
		c.t.Fatalf("%s it is %s", when, got.State)
	}
	c.whole(it.ID)
}

func TestWhoHasADeskOnAnyNodeKeepsTheirWork(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		tenant := c.crew.tenant
		one := c.node("one")
		c.must(c.svc.SetPresence(c.asOla(), Wish{State: Available}))
		one.Connected(tenant, c.ola)
		it := c.active(c.queue)
		two := c.node("two") // it has no socket of hers
		time.Sleep(3 * DefaultGrace)
		c.keeps(it, "with a desk on the first node")
		two.Connected(tenant, c.ola)
		one.Gone(tenant, c.ola)
		time.Sleep(3 * DefaultGrace)
		c.keeps(it, "with a desk on the second node")
		two.Gone(tenant, c.ola)
		time.Sleep(DefaultGrace - time.Second)
		one.Connected(tenant, c.ola) // she came back elsewhere
		time.Sleep(3 * DefaultGrace)
		c.keeps(it, "with a desk on the first node again")
		one.Gone(tenant, c.ola)
		time.Sleep(DefaultGrace - time.Second)
		c.keeps(it, "within the grace")
		time.Sleep(2 * time.Second)
		c.loses(it, "without any desk")
		if a := c.agent(c.ola); a.State != Offline || a.System != SystemLost {
			t.Errorf("%+v", a)
		}
		if n := c.count("desk WHERE tenant_id = $1"); n != 0 {
			t.Errorf("%d traces of desks are left", n)
		}
	})
}

func TestTheDesksOfADeadNodeAreTakenOver(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		tenant := c.crew.tenant
		one, two := c.node("one"), c.node("two")
		two.Connected(tenant, c.ola)
		two.Connected(tenant, c.kamil)
		synctest.Wait()
		it := c.active(c.queue)
		two.Gone(tenant, c.kamil) // his grace began before the death, and nobody of that node ends it
		synctest.Wait()
		c.serves(c.kamil, c.queue)
		two.die()
		time.Sleep(DefaultGrace)
		synctest.Wait()
		c.keeps(it, "while the node may live")
		time.Sleep(one.book.lease)
		c.loses(it, "after lease and grace")
		if a := c.agent(c.kamil); a.State != Offline {
			t.Errorf("whose desk closed before is %s", a.State)
		}
		if n := c.count("desk_node WHERE $1 <> 0"); n != 1 {
			t.Errorf("%d nodes are known", n)
		}
	})
}

func TestANodeThatSleptSaysAnewWhoIsThere(t *testing.T) {
	inBubble(t, func(_ *testing.T, c *centre) {
		c.node("one")
		two := c.node("two")
		two.Connected(c.crew.tenant, c.ola)
		synctest.Wait()
		it := c.active(c.queue)
		c.must(c.d.Update(c.system, func(tx *db.Tx) error {
			_, err := db.Exec(c.system, tx, `UPDATE desk_node SET expires_at = 1 WHERE node = $1`, two.book.name())
			return err
		}))
		time.Sleep(3 * DefaultGrace)
		c.keeps(it, "after the node was taken for dead")
		if got := two.book.name(); got != "two.2" {
			c.t.Errorf("its name is %s", got)
		}
		two.Gone(c.crew.tenant, c.ola)
		time.Sleep(DefaultGrace + time.Second)
		c.loses(it, "once she has gone")
	})
}

func TestWhoIsConnectedKeepsTheirWorkWhenTheDatabaseWasAway(t *testing.T) {
	inBubble(t, func(_ *testing.T, c *centre) {
		one := c.node("one")
		time.Sleep(time.Second) // so that the first one looks first
		two := c.node("two")
		one.Connected(c.crew.tenant, c.kamil)
		two.Connected(c.crew.tenant, c.ola)
		synctest.Wait()
		it := c.active(c.queue)
		c.must(c.svc.SetPresence(c.asKamil(), Wish{State: Available}))
		c.must(c.d.Update(c.system, func(tx *db.Tx) error { // nobody could say that they live for an hour
			_, err := db.Exec(c.system, tx, `UPDATE desk_node SET expires_at = $1`, time.Now().Add(-time.Hour))
			return err
		}))
		time.Sleep(3 * DefaultGrace)
		c.keeps(it, "after everybody was taken for dead")
		if a := c.agent(c.kamil); a.State != Available {
			c.t.Errorf("the other one is %s", a.State)
		}
		if n := c.count("desk WHERE tenant_id = $1 AND left_at = 0"); n != 2 {
			c.t.Errorf("%d desks are open", n)
		}
	})
}

func TestANodeThatStopsGivesItsDesksAway(t *testing.T) {
	inBubble(t, func(_ *testing.T, c *centre) {
		tenant := c.crew.tenant
		one := c.node("one")
		two := NewDesks(c.svc, DesksConfig{Node: "two"}, slog.New(slog.DiscardHandler))
		c.must(two.Start(c.system))
		two.Connected(tenant, c.ola)
		two.Connected(tenant, c.kamil)
		synctest.Wait()
		it := c.active(c.queue)
		c.must(c.svc.SetPresence(c.asKamil(), Wish{State: Available}))
		two.Stop()
		time.Sleep(5 * time.Second)
		one.Connected(tenant, c.ola)
		time.Sleep(DefaultGrace)
		c.keeps(it, "after she moved to the node that lives")
		if a := c.agent(c.kamil); a.State != Offline {
			c.t.Errorf("who moved nowhere is %s", a.State)
		}
	})
}

func TestWhoNeverHadADeskIsGoneSinceTheStart(t *testing.T) {
	inBubble(t, func(_ *testing.T, c *centre) {
		it := c.active(c.queue)
		c.node("one")
		time.Sleep(DefaultGrace - time.Second)
		c.keeps(it, "within the grace")
		time.Sleep(2 * time.Second)
		c.loses(it, "after it")
	})
}

func TestAbsentSince(t *testing.T) {
	t.Parallel()
	now := arrived
	before := func(d time.Duration) time.Time { return now.Add(-d) }
	for _, c := range []struct {
		what   string
		traces []trace
		since  time.Time
		absent bool
	}{
		{"nowhere", nil, time.Time{}, true},
		{"open on a node that lives", []trace{{ExpiresAt: now.Add(1)}}, time.Time{}, false},
		{"open on a node that is dead", []trace{{ExpiresAt: before(time.Minute)}}, before(time.Minute), true},
		{"closed on a node that lives", []trace{{LeftAt: before(time.Second), ExpiresAt: now.Add(1)}}, before(time.Second), true},
		{"closed here, open there", []trace{{LeftAt: before(time.Second)}, {ExpiresAt: now.Add(1)}}, time.Time{}, false},
		{"closed twice", []trace{{LeftAt: before(time.Second)}, {LeftAt: before(time.Minute)}}, before(time.Second), true},
		{"closed before a node died", []trace{{LeftAt: before(time.Minute)}, {ExpiresAt: before(time.Second)}}, before(time.Second), true},
	} {
		if since, absent := absentSince(c.traces, now); !since.Equal(c.since) || absent != c.absent {
			t.Errorf("%s: since %v, %v", c.what, since, absent)
		}
	}
}

func TestTheBookOfDesks(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		ola := desk{c.crew.tenant, c.ola}
		here, there := newDeskBook(d, "here", time.Hour), newDeskBook(d, "there", time.Hour)
		for _, b := range []*deskBook{here, there} {
			if strays, err := b.begin(c.system); err != nil || len(strays) != 0 {
				t.Fatalf("%v %v", strays, err)
			}
		}
		do := func(fn func(tx *db.Tx) error) {
			t.Helper()
			c.must(d.Update(c.system, fn))
		}
		absence := func(b *deskBook, gone bool, least, most time.Duration) {
			t.Helper()
			do(func(tx *db.Tx) error {
				left, is, err := b.absence(c.system, tx, ola)
				if err == nil && (is != gone || left < least || left > most) {
					t.Errorf("gone %v, %v left", is, left)
				}
				return err
			})
		}
		absence(here, true, 0, 0)
		do(func(tx *db.Tx) error { return there.open(c.system, tx, ola) })
		absence(here, false, 0, 0)
		do(func(tx *db.Tx) error { return here.open(c.system, tx, ola) })
		do(func(tx *db.Tx) error { return there.close(c.system, tx, ola) })
		absence(here, false, 59*time.Minute, time.Hour) // asked by a node that knows she is not there
		c.must(there.leave(c.system))
		taken, err := here.beat(c.system)
		if err != nil || len(taken) != 0 { // she is open here
			t.Errorf("taken over: %v %v", taken, err)
		}
		if err := d.Update(c.system, func(tx *db.Tx) error { return there.open(c.system, tx, ola) }); err == nil {
			t.Error("a dead node has written")
		}
		if _, err := there.beat(c.system); err == nil {
			t.Error("a dead node believes that it lives")
		}
		do(func(tx *db.Tx) error { return here.close(c.system, tx, ola) })
		c.must(here.forget(c.system, ola))
		if n := c.count("desk WHERE tenant_id = $1"); n != 0 {
			t.Errorf("%d traces are left", n)
		}
	})
}
