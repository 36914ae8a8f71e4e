package report

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/lease"
)

// How the rollup keeps out of the way of those who write.
const (
	reader     = "report"
	pace       = time.Second // at most one write in this time
	share      = 10          // … and at most this part of the time spent on it
	slowest    = time.Minute // and never less often than this
	settle     = time.Minute // agents' time is cut this long after an interval has ended: every commit is there by then
	maxTouched = 20_000      // interactions kept in mind; beyond that the facts wait
	factBatch  = 500
)

// Rollup keeps the sums per interval up to date. One node at a time runs it, under
// a lease: one that was paused must not put its older picture over a newer one.
type Rollup struct {
	db      *db.DB
	log     *slog.Logger
	writing sync.Mutex // from reading the stamps to the commit: an older picture never replaces a newer one
	held    lease.Held // while Run; guarded by writing

	mu      sync.Mutex
	pending map[id.Tenant]*touched
	size    int
	pos     int64
	grown   chan struct{}
	room    chan struct{}
}

// NewRollup returns a rollup that does nothing until Run or CatchUp.
func NewRollup(d *db.DB, log *slog.Logger) *Rollup {
	return &Rollup{db: d, log: log, pending: map[id.Tenant]*touched{}, grown: make(chan struct{}, 1), room: make(chan struct{}, 1)}
}

// Run follows the facts until ctx ends, and writes while held is the newest of its lease.
func (r *Rollup) Run(ctx context.Context, held lease.Held) error {
	r.hold(held)
	defer r.hold(lease.Held{})
	pos, err := cursor(ctx, r.db)
	if err != nil {
		return err
	}
	var running sync.WaitGroup
	running.Go(func() { r.work(ctx) })
	defer running.Wait()
	return r.db.Follow(ctx, reader, pos, func(ctx context.Context, batch []fact.Record) error {
		for r.learn(batch) > maxTouched {
			select {
			case <-r.room:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
}

func (r *Rollup) hold(held lease.Held) {
	r.writing.Lock()
	defer r.writing.Unlock()
	r.held = held
}

// update runs fn in a transaction that fails if another node has taken over. The caller holds r.writing.
func (r *Rollup) update(ctx context.Context, fn func(tx *db.Tx) error) error {
	return r.db.Update(ctx, func(tx *db.Tx) error {
		if r.held.Name != "" {
			if err := lease.Check(ctx, tx, r.held); err != nil {
				return err
			}
		}
		return fn(tx)
	})
}

// learn notes what batch changed and returns how much is in mind.
func (r *Rollup) learn(batch []fact.Record) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, rec := range batch {
		t := r.pending[rec.Tenant]
		if t == nil {
			t = &touched{}
			r.pending[rec.Tenant] = t
		}
		t.learn(rec)
		r.pos = max(r.pos, rec.Pos)
	}
	r.size = 0
	for _, t := range r.pending {
		r.size += len(t.interactions) + len(t.conversations)
	}
	wake(r.grown)
	return r.size
}

func wake(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// work writes what was learned, at its pace, and cuts agents' time as intervals end.
func (r *Rollup) work(ctx context.Context) {
	for ctx.Err() == nil {
		began := time.Now()
		if err := r.CatchUp(ctx); err != nil && ctx.Err() == nil {
			r.log.Error("report: roll up", "err", err)
		}
		if !sleep(ctx, min(max(pace, share*time.Since(began)), slowest)) {
			return
		}
		next := time.NewTimer(time.Until(slot(time.Now().Add(-settle)).Add(Interval + settle)))
		select {
		case <-ctx.Done():
		case <-r.grown:
		case <-next.C:
		}
		next.Stop()
	}
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// take empties the mind.
func (r *Rollup) take() (map[id.Tenant]*touched, int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := r.pending
	r.pending, r.size = map[id.Tenant]*touched{}, 0
	return taken, r.pos
}

// giveBack remembers again what could not be written.
func (r *Rollup) giveBack(taken map[id.Tenant]*touched) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for tenant, t := range taken {
		have := r.pending[tenant]
		if have == nil || have.interactions == nil {
			r.pending[tenant] = t
			continue
		}
		if t.interactions == nil {
			continue
		}
		have.note(t.since)
		for k := range t.interactions {
			have.interactions[k] = true
		}
		for k := range t.conversations {
			have.conversations[k] = true
		}
	}
	wake(r.grown)
}

// CatchUp writes what the facts read so far have changed, and cuts agents' time
// up to the last interval that is over.
func (r *Rollup) CatchUp(ctx context.Context) error {
	taken, pos := r.take()
	err := r.write(ctx, taken, pos)
	wake(r.room)
	if err != nil {
		r.giveBack(taken)
		return err
	}
	tenants, err := db.Many[id.Tenant](ctx, r.db, `SELECT tenant_id FROM tenant`)
	if err != nil {
		return err
	}
	for _, tenant := range tenants {
		if err := r.cutTime(ctx, tenant, slot(time.Now().Add(-settle))); err != nil {
			return err
		}
	}
	return nil
}

// ReadFacts reads all facts that there are, for those who do not Run.
func (r *Rollup) ReadFacts(ctx context.Context) error {
	stored, err := cursor(ctx, r.db)
	if err != nil {
		return err
	}
	r.mu.Lock()
	pos := max(stored, r.pos)
	r.mu.Unlock()
	for {
		batch, err := db.Facts(ctx, r.db, pos, factBatch)
		if err != nil || len(batch) == 0 {
			return err
		}
		r.learn(batch)
		pos = batch[len(batch)-1].Pos
	}
}

// change is rows of one tenant that take the place of others.
type change struct {
	tenant id.Tenant
	within span
	queues []id.Queue // whose visits are replaced; nil: all
	visits map[visitKey]*Visits
	agents []id.User // whose work is replaced; nil: all
	work   map[workKey]*Work
}

func (r *Rollup) write(ctx context.Context, taken map[id.Tenant]*touched, pos int64) error {
	r.writing.Lock()
	defer r.writing.Unlock()
	var changes []change
	err := r.db.View(ctx, func(q db.Queryer) error {
		for tenant, t := range taken {
			m, err := marksOf(ctx, q, tenant, t)
			if err != nil {
				return err
			}
			if changes, err = changesOf(ctx, q, tenant, m, changes); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || pos == 0 {
		return err
	}
	return r.update(ctx, func(tx *db.Tx) error {
		for _, c := range changes {
			if err := c.apply(ctx, tx); err != nil {
				return err
			}
		}
		return saveCursor(ctx, tx, pos)
	})
}

// changesOf computes the marked rows.
func changesOf(ctx context.Context, q db.Queryer, tenant id.Tenant, m marks, out []change) ([]change, error) {
	for start, queues := range m.queues {
		for part := range chunks(keysOf(queues)) {
			c := change{tenant: tenant, within: span{start, start.Add(Interval)}, queues: append([]id.Queue{}, part...), agents: []id.User{}}
			visits, err := readVisits(ctx, q, tenant, c.within, c.queues)
			if err != nil {
				return nil, err
			}
			c.visits = rowsOfVisits(visits)
			out = append(out, c)
		}
	}
	for start, agents := range m.agents {
		for part := range chunks(keysOf(agents)) {
			c := change{tenant: tenant, within: span{start, start.Add(Interval)}, queues: []id.Queue{}, agents: append([]id.User{}, part...)}
			stamps, err := readWork(ctx, q, tenant, c.within, c.agents)
			if err != nil {
				return nil, err
			}
			c.work = stamps.rows(c.within)
			out = append(out, c)
		}
	}
	return out, nil
}

func (c change) apply(ctx context.Context, tx *db.Tx) error {
	if c.queues == nil || len(c.queues) > 0 {
		if err := replaceVisits(ctx, tx, c.tenant, c.within, c.queues, c.visits); err != nil {
			return err
		}
	}
	if c.agents == nil || len(c.agents) > 0 {
		return replaceWork(ctx, tx, c.tenant, c.within, c.agents, c.work)
	}
	return nil
}

// rebuildStep is how much one transaction computes anew.
const rebuildStep = 24 * time.Hour

// cutTime completes the rows of agents' time up to an instant.
func (r *Rollup) cutTime(ctx context.Context, tenant id.Tenant, to time.Time) error {
	from, err := clockUntil(ctx, r.db, tenant)
	if err != nil {
		return err
	}
	if from.IsZero() {
		first, err := firstClock(ctx, r.db, tenant)
		if err != nil || first.IsZero() {
			return err
		}
		from = slot(first)
	}
	for from.Before(to) {
		step := span{from, earlier(from.Add(rebuildStep), to)}
		if err := r.writeClock(ctx, tenant, step, step.To); err != nil {
			return err
		}
		from = step.To
	}
	return nil
}

// writeClock writes the rows of time within a span, which is over; until, unless zero, is kept.
func (r *Rollup) writeClock(ctx context.Context, tenant id.Tenant, within span, until time.Time) error {
	r.writing.Lock()
	defer r.writing.Unlock()
	var stamps clockStamps
	err := r.db.View(ctx, func(q db.Queryer) (err error) {
		stamps, err = readClock(ctx, q, tenant, within, nil)
		return err
	})
	if err != nil {
		return err
	}
	rows := stamps.rows(within)
	return r.update(ctx, func(tx *db.Tx) error {
		if err := replaceClock(ctx, tx, tenant, within, rows); err != nil || until.IsZero() {
			return err
		}
		return saveClockUntil(ctx, tx, tenant, until)
	})
}

// Rebuild computes the rows of the actor's tenant from the stamps anew, from the
// interval of one instant to the end of that of another.
func (r *Rollup) Rebuild(ctx context.Context, from, to time.Time) error {
	const op = "report.Rebuild"
	tenant := actor.From(ctx).Tenant
	if tenant.IsZero() {
		return errs.New(errs.Unauthenticated, op, "unauthenticated")
	}
	until, err := clockUntil(ctx, r.db, tenant)
	if err != nil {
		return errs.Op(op, err)
	}
	for from = slot(from); from.Before(to); from = from.Add(rebuildStep) {
		step := span{from, earlier(from.Add(rebuildStep), slot(to.Add(Interval-1)))}
		if err := r.rebuild(ctx, tenant, step); err != nil {
			return errs.Op(op, err)
		}
		cut := span{step.From, earlier(step.To, until)}
		if !cut.From.Before(cut.To) {
			continue
		}
		if err := r.writeClock(ctx, tenant, cut, time.Time{}); err != nil {
			return errs.Op(op, err)
		}
	}
	return nil
}

func (r *Rollup) rebuild(ctx context.Context, tenant id.Tenant, within span) error {
	r.writing.Lock()
	defer r.writing.Unlock()
	c := change{tenant: tenant, within: within}
	err := r.db.View(ctx, func(q db.Queryer) error {
		visits, err := readVisits(ctx, q, tenant, within, nil)
		if err != nil {
			return err
		}
		stamps, err := readWork(ctx, q, tenant, within, nil)
		c.visits, c.work = rowsOfVisits(visits), stamps.rows(within)
		return err
	})
	if err != nil {
		return err
	}
	return r.update(ctx, func(tx *db.Tx) error { return c.apply(ctx, tx) })
}
