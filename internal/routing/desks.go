package routing

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Grace is how long an agent may be without a desk before their work goes to others.
const Grace = 45 * time.Second

// Desks watches whether agents are connected, and takes those who are gone out of routing.
type Desks struct {
	svc *Service
	log *slog.Logger

	mu     sync.Mutex
	timers map[desk]*time.Timer // of those without a connection
	ended  bool
	writes lanes // by agent, so that of losing and coming back the later one counts
}

type desk struct {
	tenant id.Tenant
	user   id.User
}

// NewDesks returns a watch over the agents of svc.
func NewDesks(svc *Service, log *slog.Logger) *Desks {
	return &Desks{svc: svc, log: log, timers: map[desk]*time.Timer{}}
}

// Start treats everybody who was at work when the process ended as gone since now.
func (d *Desks) Start(ctx context.Context) error {
	type row struct {
		TenantID id.Tenant
		UserID   id.User
	}
	rows, err := db.Many[row](ctx, d.svc.db, `SELECT tenant_id, user_id FROM agent WHERE state <> 'offline'
		UNION SELECT tenant_id, agent_id FROM interaction WHERE state IN ('active', 'wrap_up')`)
	if err != nil {
		return err
	}
	for _, r := range rows {
		d.Gone(r.TenantID, r.UserID)
	}
	return nil
}

// Stop ends the watch.
func (d *Desks) Stop() {
	d.mu.Lock()
	d.ended = true
	for key, t := range d.timers {
		t.Stop()
		delete(d.timers, key)
	}
	d.mu.Unlock()
	d.writes.wait()
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
	d.writes.do(int64(key.user), func() { d.back(key) })
}

// Gone says that an agent's last desk closed. Unless one opens within Grace, their work goes to others.
func (d *Desks) Gone(tenant id.Tenant, user id.User) {
	d.mu.Lock()
	defer d.mu.Unlock()
	key := desk{tenant, user}
	if d.ended || d.timers[key] != nil {
		return
	}
	d.timers[key] = time.AfterFunc(Grace, func() { d.lose(key) })
}

// lose has an agent's work taken from them, and again after Grace where that fails.
func (d *Desks) lose(key desk) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := d.timers[key]
	if d.ended || t == nil {
		return
	}
	d.writes.do(int64(key.user), func() {
		err := d.svc.Lost(acting(key), key.user)
		if err != nil {
			d.log.Error("routing: take work from a lost agent", "agent", key.user, "err", err)
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		switch {
		case d.timers[key] != t: // back by now
		case err != nil && !d.ended:
			t.Reset(Grace)
		default:
			delete(d.timers, key)
		}
	})
}

func (d *Desks) back(key desk) {
	if err := d.svc.Back(acting(key), key.user); err != nil {
		d.log.Error("routing: note that an agent is back", "agent", key.user, "err", err)
	}
}

func acting(key desk) context.Context {
	return actor.With(context.Background(), actor.ForSystem(key.tenant))
}
