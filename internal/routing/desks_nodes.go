package routing

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Times of nodes that share desks.
const (
	longestLease = 45 * time.Second // a node is dead that has not said for so long, or for the grace if that is shorter, that it lives
	deskBeats    = 3                // how often within its lease a node says that it lives
)

// keep says again and again that this node lives, and takes over the desks of those that do not.
func (d *Desks) keep(ctx context.Context) {
	tick := time.NewTicker(d.book.lease / deskBeats)
	defer tick.Stop()
	for {
		d.beat(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-d.look:
		}
	}
}

func (d *Desks) beat(ctx context.Context) {
	taken, err := d.book.beat(ctx)
	d.await(taken)
	if errors.Is(err, errDead) {
		d.log.Warn("routing: this node was silent for too long and begins anew to say who has a desk here")
		err = d.begin(ctx)
	}
	if err != nil {
		if ctx.Err() == nil {
			d.log.Warn("routing: say that this node lives", "err", err)
		}
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for key := range d.unsaid {
		delete(d.unsaid, key)
		d.writes.do(int64(key.user), func() { d.back(key) })
	}
}

// begin begins a life of this node, and says who has a desk here.
func (d *Desks) begin(ctx context.Context) error {
	strays, err := d.book.begin(ctx)
	if err != nil {
		return err
	}
	d.await(strays)
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.unsaid)
	for key := range d.here {
		d.writes.do(int64(key.user), func() { d.back(key) })
	}
	return nil
}

// await looks after their time whether those are gone who have no desk here.
func (d *Desks) await(all []absence) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, a := range all {
		d.awaitLocked(a.key, a.left)
	}
}

// lookNow has keep look at the book.
func (d *Desks) lookNow() {
	select {
	case d.look <- struct{}{}:
	default:
	}
}

// deskBook is what all nodes know of each other's desks. A node writes under a name
// that is new with each of its lives; whoever takes the desks of a dead life over
// takes its name away first, so that one who only slept finds that it was dead.
type deskBook struct {
	db    *db.DB
	node  string
	grace time.Duration
	lease time.Duration

	mu   sync.Mutex
	life string // the present name; empty before the first
	born int    // how many lives there were
}

// absence is somebody without a desk here, and how long it is until they are gone.
type absence struct {
	key  desk
	left time.Duration
}

// trace is where somebody has or had a desk.
type trace struct {
	TenantID  id.Tenant
	UserID    id.User
	Node      string
	LeftAt    time.Time // zero: it is open
	ExpiresAt time.Time // until when the node is known to live
}

func newDeskBook(d *db.DB, node string, grace time.Duration) *deskBook {
	return &deskBook{db: d, node: node, grace: grace, lease: min(grace, longestLease)}
}

// errDead refuses a write of a life that is over.
var errDead = errors.New("routing: this node was taken for dead")

// absentSince returns since when somebody is without a desk, by all traces of them, and false if they have one.
func absentSince(traces []trace, now time.Time) (since time.Time, absent bool) {
	for _, t := range traces {
		left := t.LeftAt
		if left.IsZero() {
			if left = t.ExpiresAt; left.After(now) {
				return time.Time{}, false
			}
		}
		if left.After(since) {
			since = left
		}
	}
	return since, true
}

func (b *deskBook) name() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.life
}

// begin begins a life, and returns those who are at work without ever having had a desk.
func (b *deskBook) begin(ctx context.Context) (strays []absence, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.born++
	life := fmt.Sprintf("%s.%d", b.node, b.born)
	err = b.db.Update(ctx, func(tx *db.Tx) error {
		now, err := tx.DatabaseNow(ctx)
		if err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `INSERT INTO desk_node (node, expires_at) VALUES ($1, $2)`, life, now.Add(b.lease)); err != nil {
			return err
		}
		rows, err := db.Many[trace](ctx, tx, `INSERT INTO desk (tenant_id, user_id, node, left_at)
			SELECT tenant_id, user_id, CAST($1 AS TEXT), CAST($2 AS BIGINT) FROM (`+atWork+`) AS busy
			WHERE NOT EXISTS (SELECT 1 FROM desk d WHERE d.tenant_id = busy.tenant_id AND d.user_id = busy.user_id)
			RETURNING tenant_id, user_id, left_at`, life, now)
		strays = b.absences(rows, now)
		return err
	})
	if err == nil {
		b.life = life
	}
	return strays, err
}

func (b *deskBook) absences(rows []trace, now time.Time) []absence {
	var all []absence
	for _, r := range rows {
		if !r.LeftAt.IsZero() {
			all = append(all, absence{desk{r.TenantID, r.UserID}, r.LeftAt.Add(b.grace).Sub(now)})
		}
	}
	return all
}

// beat says that this node lives, and takes over the desks of those that do not.
func (b *deskBook) beat(ctx context.Context) (taken []absence, err error) {
	life := b.name()
	var dead []string
	err = b.db.Update(ctx, func(tx *db.Tx) error {
		now, err := tx.DatabaseNow(ctx)
		if err != nil {
			return err
		}
		err = db.Guard(ctx, tx, errDead, `UPDATE desk_node SET expires_at = $1 WHERE node = $2 AND expires_at > $3`, now.Add(b.lease), life, now)
		if err != nil {
			return err
		}
		dead, err = db.Many[string](ctx, tx, `SELECT node FROM desk_node WHERE expires_at <= $1`, now)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, node := range dead {
		some, err := b.takeOver(ctx, life, node)
		if err != nil {
			return taken, err
		}
		taken = append(taken, some...)
	}
	return taken, nil
}

// takeOver makes the desks of a dead node closed ones of this, unless another was first.
func (b *deskBook) takeOver(ctx context.Context, life, dead string) (taken []absence, err error) {
	err = b.db.Update(ctx, func(tx *db.Tx) error {
		taken = nil
		now, err := tx.DatabaseNow(ctx)
		if err != nil {
			return err
		}
		died, found, err := db.Find[time.Time](ctx, tx, `DELETE FROM desk_node WHERE node = $1 AND expires_at <= $2 RETURNING expires_at`, dead, now)
		if err != nil || !found {
			return err
		}
		if err := alive(ctx, tx, life); err != nil {
			return err
		}
		rows, err := db.Many[trace](ctx, tx, `INSERT INTO desk (tenant_id, user_id, node, left_at)
			SELECT tenant_id, user_id, CAST($1 AS TEXT), CASE WHEN left_at = 0 THEN CAST($2 AS BIGINT) ELSE left_at END FROM desk WHERE node = $3
			ON CONFLICT (tenant_id, user_id, node) DO UPDATE SET left_at = CASE
				WHEN desk.left_at = 0 OR desk.left_at > excluded.left_at THEN desk.left_at ELSE excluded.left_at END
			RETURNING tenant_id, user_id, left_at`, life, died, dead)
		if err != nil {
			return err
		}
		taken = b.absences(rows, now)
		for i := range taken { // a node may only have slept, or the database: then it says within a beat who is there
			taken[i].left = max(taken[i].left, b.lease/2)
		}
		_, err = db.Exec(ctx, tx, `DELETE FROM desk WHERE node = $1`, dead)
		return err
	})
	return taken, err
}

// alive fails the transaction if the life is over. Until the commit nobody can end it.
func alive(ctx context.Context, tx *db.Tx, life string) error {
	_, found, err := db.Find[string](ctx, tx, `SELECT node FROM desk_node WHERE node = $1`+tx.ForShare(), life)
	if err == nil && !found {
		err = errDead
	}
	return err
}

// open writes that somebody has a desk here.
func (b *deskBook) open(ctx context.Context, tx *db.Tx, key desk) error {
	life := b.name()
	if err := alive(ctx, tx, life); err != nil {
		return err
	}
	_, err := db.Exec(ctx, tx, `INSERT INTO desk (tenant_id, user_id, node) VALUES ($1, $2, $3)
		ON CONFLICT (tenant_id, user_id, node) DO UPDATE SET left_at = 0`, key.tenant, key.user, life)
	return err
}

// close writes that somebody has no desk here any more.
func (b *deskBook) close(ctx context.Context, tx *db.Tx, key desk) error {
	now, err := tx.DatabaseNow(ctx)
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, tx, `UPDATE desk SET left_at = $1 WHERE tenant_id = $2 AND user_id = $3 AND node = $4 AND left_at = 0`,
		now, key.tenant, key.user, b.name())
	return err
}

// absence reports whether somebody without a desk here is gone, and if they may come back yet, how long that may take.
func (b *deskBook) absence(ctx context.Context, tx *db.Tx, key desk) (left time.Duration, gone bool, err error) {
	now, err := tx.DatabaseNow(ctx)
	if err != nil {
		return 0, false, err
	}
	traces, err := db.Many[trace](ctx, tx, `SELECT d.tenant_id, d.user_id, d.node, d.left_at, COALESCE(n.expires_at, 0) AS expires_at FROM desk d
		LEFT JOIN desk_node n ON n.node = d.node
		WHERE d.tenant_id = $1 AND d.user_id = $2 AND (d.node <> $3 OR d.left_at <> 0)`, key.tenant, key.user, b.name())
	if err != nil {
		return 0, false, err
	}
	since, absent := absentSince(traces, now)
	if !absent {
		return 0, false, nil
	}
	left = max(0, since.Add(b.grace).Sub(now))
	return left, left == 0, nil
}

// forget drops what is known of a closed desk here.
func (b *deskBook) forget(ctx context.Context, key desk) error {
	return b.db.Update(ctx, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `DELETE FROM desk WHERE tenant_id = $1 AND user_id = $2 AND node = $3`, key.tenant, key.user, b.name())
		return err
	})
}

// leave closes all desks here and ends the life: others take them over.
func (b *deskBook) leave(ctx context.Context) error {
	life := b.name()
	if life == "" {
		return nil
	}
	return b.db.Update(ctx, func(tx *db.Tx) error {
		now, err := tx.DatabaseNow(ctx)
		if err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `UPDATE desk SET left_at = $1 WHERE node = $2 AND left_at = 0`, now, life); err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `UPDATE desk_node SET expires_at = $1 WHERE node = $2`, now, life)
		return err
	})
}
