package routing

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// DefaultGrace is how long an agent may be without a desk, unless something else is
// said, before their work goes to others.
const DefaultGrace = 45 * time.Second

// leaveWithin bounds how long a node that stops may take to say so.
const leaveWithin = 5 * time.Second

// DesksConfig is what a watch over desks is made with.
type DesksConfig struct {
	Node  string        // what this process calls itself among all nodes; empty: there are no others
	Grace time.Duration // how long an agent may be without a desk; 0: DefaultGrace
}

// Desks watches whether agents are connected, to this node or to another, and takes
// those who are gone out of routing. Where there are several nodes, each writes into
// the deskBook who has a desk open on it; where there is one alone, memory is enough.
type Desks struct {
	svc   *Service
	log   *slog.Logger
	grace time.Duration
	book  *deskBook // nil: there are no other nodes

	mu     sync.Mutex
	timers map[desk]*time.Timer // of those without a desk here
	here   map[desk]struct{}    // with book: those who have one
	unsaid map[desk]struct{}    // with book: those of whom that could not be written
	ended  bool
	writes lanes         // by agent, so that of losing and coming back the later one counts
	look   chan struct{} // holds one when the book is to be looked at now

	stop    context.CancelFunc // of keep; nil unless it runs
	running sync.WaitGroup
}

type desk struct {
	tenant id.Tenant
	user   id.User
}

// NewDesks returns a watch over the agents of svc.
func NewDesks(svc *Service, c DesksConfig, log *slog.Logger) *Desks {
	if c.Grace <= 0 {
		c.Grace = DefaultGrace
	}
	d := &Desks{
		svc: svc, log: log, grace: c.Grace, timers: map[desk]*time.Timer{},
		here: map[desk]struct{}{}, unsaid: map[desk]struct{}{}, look: make(chan struct{}, 1),
	}
	if c.Node != "" {
		d.book = newDeskBook(svc.db, c.Node, c.Grace)
	}
	return d
}

// Start treats everybody who is at work and has no desk on a node that lives as gone since now.
func (d *Desks) Start(ctx context.Context) error {
	if d.book != nil {
		if err := d.begin(ctx); err != nil {
			return err
		}
		life, stop := context.WithCancel(context.WithoutCancel(ctx))
		d.stop = stop
		d.running.Go(func() { d.keep(life) })
		return nil
	}
	type row struct {
		TenantID id.Tenant
		UserID   id.User
	}
	rows, err := db.Many[row](ctx, d.svc.db, atWork)
	if err != nil {
		return err
	}
	for _, r := range rows {
		d.Gone(r.TenantID, r.UserID)
	}
	return nil
}

// atWork are the agents whose absence matters.
const atWork = `SELECT tenant_id, user_id FROM agent WHERE state <> 'offline'
	UNION SELECT tenant_id, agent_id FROM interaction WHERE state IN ('active', 'wrap_up')`

// Stop ends the watch. What is not over yet other nodes go on with.
func (d *Desks) Stop() {
	d.mu.Lock()
	d.ended = true
	for key, t := range d.timers {
		t.Stop()
		delete(d.timers, key)
	}
	d.mu.Unlock()
	if d.stop != nil {
		d.stop()
	}
	d.running.Wait()
	d.writes.wait()
	if d.book == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), leaveWithin)
	defer cancel()
	if err := d.book.leave(ctx); err != nil {
		d.log.Warn("routing: say that this node stops", "err", err)
	}
}

// Connected says that an agent has a desk open.
func (d *Desks) Connected(tenant id.Tenant, user id.User) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ended {
		return
	}
	key := desk{tenant, user}
	if t := d.timers[key]; t != nil {
		t.Stop()
		delete(d.timers, key)
	}
	if d.book != nil {
		d.here[key] = struct{}{}
	}
	d.writes.do(int64(key.user), func() { d.back(key) })
}

// Gone says that an agent's last desk on this node closed. Unless they have one on another, or
// one opens within the grace, their work goes to others.
func (d *Desks) Gone(tenant id.Tenant, user id.User) {
	key := desk{tenant, user}
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.here, key)
	delete(d.unsaid, key)
	if d.book != nil && !d.ended {
		d.writes.do(int64(key.user), func() { d.closed(key) })
	}
	d.awaitLocked(key, d.grace)
}

// awaitLocked looks after wait whether an agent who has no desk here is gone.
func (d *Desks) awaitLocked(key desk, wait time.Duration) {
	if _, here := d.here[key]; here || d.ended || d.timers[key] != nil {
		return
	}
	d.timers[key] = time.AfterFunc(max(0, wait), func() { d.lose(key) })
}

// lose has an agent's work taken from them, and again after the grace where that fails.
func (d *Desks) lose(key desk) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := d.timers[key]
	if d.ended || t == nil {
		return
	}
	d.writes.do(int64(key.user), func() {
		again, err := d.take(key)
		if err != nil {
			d.log.Error("routing: take work from a lost agent", "agent", key.user, "err", err)
			again = d.grace
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		switch {
		case d.timers[key] != t: // back by now
		case again > 0 && !d.ended:
			t.Reset(again)
		default:
			delete(d.timers, key)
		}
	})
}

// take takes the work of an agent from them. If they are not gone for long enough by
// what all nodes know, it returns when to look again; 0 if they are on another.
func (d *Desks) take(key desk) (again time.Duration, err error) {
	ctx := acting(key)
	if d.book == nil {
		return 0, d.svc.Lost(ctx, key.user)
	}
	err = d.svc.lost(ctx, key.user, func(tx *db.Tx) error {
		left, gone, err := d.book.absence(ctx, tx, key)
		again = left
		if err == nil && !gone {
			err = errNotGone
		}
		return err
	})
	if err != nil && !errors.Is(err, errNotGone) {
		return 0, err
	}
	if again > 0 {
		return again, nil
	}
	return 0, d.book.forget(ctx, key)
}

// errNotGone refuses to take work from an agent who has a desk, or had one a moment ago.
var errNotGone = errors.New("routing: the agent is not gone")

// back writes that an agent has a desk here.
func (d *Desks) back(key desk) {
	ctx := acting(key)
	var err error
	if d.book == nil {
		err = d.svc.Back(ctx, key.user)
	} else {
		err = d.svc.db.Update(ctx, func(tx *db.Tx) error {
			if err := returned(ctx, tx, key.user); err != nil {
				return err
			}
			return d.book.open(ctx, tx, key)
		})
	}
	if err == nil {
		return
	}
	if !errors.Is(err, errDead) {
		d.log.Error("routing: note that an agent is back", "agent", key.user, "err", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, here := d.here[key]; !here || d.ended {
		return
	}
	d.unsaid[key] = struct{}{} // with the next beat again
	if errors.Is(err, errDead) {
		d.lookNow()
	}
}

// closed writes that an agent has no desk here any more. If that fails, take knows it all the same.
func (d *Desks) closed(key desk) {
	ctx := acting(key)
	err := d.svc.db.Update(ctx, func(tx *db.Tx) error { return d.book.close(ctx, tx, key) })
	if err != nil {
		d.log.Warn("routing: note that an agent's desk closed", "agent", key.user, "err", err)
	}
}

func acting(key desk) context.Context {
	return actor.With(context.Background(), actor.ForSystem(key.tenant))
}
