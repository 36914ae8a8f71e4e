package job

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Limits of a runner.
const (
	concurrency = 32               // jobs at once on one node
	claimBatch  = 32               // jobs claimed by one statement
	workTime    = 50 * time.Second // a worker's context ends
	idlePoll    = 2 * time.Second  // the net below missed wake-ups
	maxError    = 500              // bytes of an error kept
)

// Runner claims jobs and runs their workers. Make it with NewRunner.
type Runner struct {
	db       *db.DB
	workers  *Workers
	periodic []Periodic
	log      *slog.Logger
	slots    chan struct{}
	freed    chan struct{}
	leases   leases
}

// Periodic is a job of the whole installation that comes again and again.
type Periodic struct {
	Args  Args
	Every time.Duration
}

// NewRunner returns a runner of workers; it does nothing until Run.
func NewRunner(d *db.DB, workers *Workers, periodic []Periodic, log *slog.Logger) *Runner {
	return &Runner{
		db: d, workers: workers, periodic: periodic, log: log,
		slots: make(chan struct{}, concurrency), freed: make(chan struct{}, 1),
	}
}

// Run claims and works until ctx ends, then waits for the jobs under way.
func (r *Runner) Run(ctx context.Context) {
	var running sync.WaitGroup
	life, stop := context.WithCancel(context.WithoutCancel(ctx)) // leases are renewed until the last job has ended
	defer stop()
	var renewing sync.WaitGroup
	renewing.Go(func() { r.renew(life) })
	defer func() { running.Wait(); stop(); renewing.Wait() }()
	woken, end := r.db.Woken(topic)
	defer end()
	if r.db.SingleNode() { // whoever ran before is dead
		r.check("free", r.rescue(ctx, leaseTime))
	}
	for ctx.Err() == nil {
		r.check("free", r.rescue(ctx, 0))
		r.check("periodic", r.makePeriodic(ctx))
		n, err := r.claim(ctx, &running)
		r.check("claim", err)
		if n > 0 {
			continue
		}
		r.wait(ctx, woken)
	}
}

func (r *Runner) check(what string, err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		r.log.Error("jobs", "what", what, "err", err)
	}
}

func (r *Runner) wait(ctx context.Context, woken <-chan struct{}) {
	pause := idlePoll
	next, found, err := db.Find[time.Time](ctx, r.db, `SELECT run_at FROM job WHERE state = 'ready' ORDER BY run_at LIMIT 1`)
	if err == nil && found && len(r.slots) < concurrency {
		pause = max(time.Millisecond, min(pause, time.Until(next)))
	}
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-woken:
	case <-r.freed:
	case <-t.C:
	}
}

// claimed is a job that this node works on.
type claimed struct {
	TenantID    id.Tenant
	ID          id.Job
	Kind        string
	Args        []byte
	Attempt     int
	MaxAttempts int
	Epoch       int64

	leased time.Time // until when
}

// claim starts as many ready jobs as there is room for and returns how many.
func (r *Runner) claim(ctx context.Context, running *sync.WaitGroup) (int, error) {
	room := min(concurrency-len(r.slots), claimBatch)
	if room == 0 {
		return 0, nil
	}
	if _, ready, err := db.Find[id.Job](ctx, r.db, `SELECT id FROM job WHERE state = 'ready' AND run_at <= $1 LIMIT 1`, time.Now()); err != nil || !ready {
		return 0, err // looking costs no write
	}
	var (
		jobs  []claimed
		until time.Time
	)
	err := r.db.Update(ctx, func(tx *db.Tx) error {
		var err error
		jobs, err = db.Many[claimed](ctx, tx, `UPDATE job SET state = 'running', epoch = epoch + 1, attempt = attempt + 1, lease_until = $1
			WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM job WHERE state = 'ready' AND run_at <= $2 ORDER BY run_at, id LIMIT $3`+tx.SkipLocked()+`)
			RETURNING tenant_id, id, kind, args, attempt, max_attempts, epoch`, tx.Now().Add(leaseTime), tx.Now(), room)
		until = tx.Now().Add(leaseTime)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, j := range jobs {
		j.leased = until
		r.slots <- struct{}{}
		running.Go(func() {
			r.work(ctx, j)
			<-r.slots
			select {
			case r.freed <- struct{}{}:
			default:
			}
		})
	}
	return len(jobs), nil
}

func (r *Runner) work(ctx context.Context, j claimed) {
	life, cancel := context.WithTimeout(actor.With(ctx, actor.ForSystem(j.TenantID)), workTime)
	defer cancel()
	defer r.leases.hold(j, cancel)()
	err := r.workers.do(life, j.Kind, j.Args)
	if ctx.Err() != nil && err != nil {
		err = Snooze(0) // stopping: it is nobody's failure
	}
	end := context.WithoutCancel(ctx)
	if ended := r.finish(end, j, err); ended != nil {
		r.log.Error("finish job", "kind", j.Kind, "job", j.ID, "err", ended)
	}
}

// finish writes the outcome, unless the job was claimed again meanwhile.
func (r *Runner) finish(ctx context.Context, j claimed, err error) error {
	return r.db.Update(ctx, func(tx *db.Tx) error {
		const mine = ` WHERE tenant_id = $1 AND id = $2 AND epoch = $3 AND state = 'running'`
		if err == nil {
			return done(ctx, tx, j, mine)
		}
		if s, ok := errors.AsType[snooze](err); ok {
			_, err := db.Exec(ctx, tx, `UPDATE job SET state = 'ready', attempt = attempt - 1, run_at = $4`+mine,
				j.TenantID, j.ID, j.Epoch, tx.Now().Add(s.after))
			return err
		}
		text := textOf(err)
		if _, dead := errors.AsType[permanent](err); dead || j.Attempt >= j.MaxAttempts {
			r.log.Error("job is dead", "kind", j.Kind, "job", j.ID, "attempt", j.Attempt, "err", err)
			_, err := db.Exec(ctx, tx, `UPDATE job SET state = 'dead', last_error = $4, finished_at = $5`+mine,
				j.TenantID, j.ID, j.Epoch, text, tx.Now())
			return err
		}
		r.log.Warn("job failed", "kind", j.Kind, "job", j.ID, "attempt", j.Attempt, "err", err)
		_, err := db.Exec(ctx, tx, `UPDATE job SET state = 'ready', last_error = $4, run_at = $5`+mine,
			j.TenantID, j.ID, j.Epoch, text, tx.Now().Add(backoff(j.Attempt)))
		return err
	})
}

// done forgets a job that succeeded, and that work of the installation was given up before.
func done(ctx context.Context, tx *db.Tx, j claimed, mine string) error {
	n, err := db.Exec(ctx, tx, `DELETE FROM job`+mine, j.TenantID, j.ID, j.Epoch)
	if err != nil || n == 0 || !j.TenantID.IsZero() {
		return err
	}
	_, err = db.Exec(ctx, tx, `DELETE FROM job WHERE tenant_id = 0 AND kind = $1 AND state = 'dead'`, j.Kind)
	return err
}

// textOf returns what is kept of an error: a worker may say any bytes, a database keeps text only.
func textOf(err error) string {
	text := strings.ReplaceAll(strings.ToValidUTF8(err.Error(), ""), "\x00", "")
	return strings.ToValidUTF8(text[:min(len(text), maxError)], "") // not half a character
}

// backoff is the pause after the nth failure: 1 s, 2 s, 4 s … 2 h.
func backoff(attempt int) time.Duration {
	const most = 2 * time.Hour
	return min(time.Second<<min(attempt-1, 20), most)
}

// neverEnded is what is known of a job whose worker took its process along, or never came back.
const neverEnded = "its worker never ended"

// rescue frees jobs whose lease ends within margin; those that have had all their attempts are dead.
func (r *Runner) rescue(ctx context.Context, margin time.Duration) error {
	over := time.Now().Add(margin)
	if _, lost, err := db.Find[id.Job](ctx, r.db, `SELECT id FROM job WHERE state = 'running' AND lease_until <= $1 LIMIT 1`, over); err != nil || !lost {
		return err
	}
	return r.db.Update(ctx, func(tx *db.Tx) error {
		gone, err := db.Many[claimed](ctx, tx, `UPDATE job SET state = 'dead', last_error = $1, finished_at = $2
			WHERE state = 'running' AND lease_until <= $3 AND attempt >= max_attempts
			RETURNING tenant_id, id, kind, args, attempt, max_attempts, epoch`, neverEnded, tx.Now(), over)
		if err != nil {
			return err
		}
		for _, j := range gone {
			r.log.Error("job is dead", "kind", j.Kind, "job", j.ID, "attempt", j.Attempt, "err", neverEnded)
		}
		_, err = db.Exec(ctx, tx, `UPDATE job SET state = 'ready' WHERE state = 'running' AND lease_until <= $1`, over)
		return err
	})
}

// makePeriodic enqueues each periodic job whose slot has begun and was not taken by another node.
func (r *Runner) makePeriodic(ctx context.Context) error {
	for _, p := range r.periodic {
		slot := time.Now().Truncate(p.Every)
		last, _, err := db.Find[time.Time](ctx, r.db, `SELECT slot FROM job_slot WHERE kind = $1`, p.Args.Kind())
		if err != nil {
			return err
		}
		if !last.Before(slot) {
			continue
		}
		if err := r.db.Update(ctx, func(tx *db.Tx) error { return takeSlot(ctx, tx, p, slot) }); err != nil {
			return err
		}
	}
	return nil
}

func takeSlot(ctx context.Context, tx *db.Tx, p Periodic, slot time.Time) error {
	n, err := db.Exec(ctx, tx, `INSERT INTO job_slot (kind, slot) VALUES ($1, $2)
		ON CONFLICT (kind) DO UPDATE SET slot = excluded.slot WHERE job_slot.slot < excluded.slot`, p.Args.Kind(), slot)
	if err != nil || n == 0 {
		return err
	}
	return Enqueue(actor.With(ctx, actor.Actor{}), tx, p.Args, Unique("periodic")) // of no tenant, whoever runs us
}
