package job

import (
	"context"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// A claim lasts leaseTime and is renewed while its job runs, so that what a dead node
// worked on is soon taken over. Who cannot renew stops before another may begin.
const (
	leaseTime  = 15 * time.Second
	renewEvery = 4 * time.Second
	renewTime  = 2 * time.Second
	stopBefore = renewEvery + renewTime + time.Second // the next time would be too late
)

// leases are those of the jobs that run on this node.
type leases struct {
	mu   sync.Mutex
	held map[id.Job]*holding
}

// holding is the lease of one job.
type holding struct {
	job  claimed
	ends time.Time // not later than the table says
	stop context.CancelFunc
}

// hold has the lease of a job that was just claimed renewed until release is called. stop is
// called if that cannot be done.
func (l *leases) hold(j claimed, stop context.CancelFunc) (release func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held == nil {
		l.held = map[id.Job]*holding{}
	}
	l.held[j.ID] = &holding{job: j, ends: j.leased, stop: stop}
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.held, j.ID)
	}
}

// renew renews the leases of what runs until ctx ends.
func (r *Runner) renew(ctx context.Context) {
	tick := time.NewTicker(renewEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		until := time.Now().Add(leaseTime)
		kept, err := r.prolong(ctx, r.leases.running(), until)
		r.check("renew", err)
		r.leases.renewed(kept, until)
	}
}

// running returns the jobs whose leases are held.
func (l *leases) running() []claimed {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]claimed, 0, len(l.held))
	for _, h := range l.held {
		all = append(all, h.job)
	}
	return all
}

// prolong has leases end at until and returns those that were still ours.
func (r *Runner) prolong(ctx context.Context, jobs []claimed, until time.Time) (kept []id.Job, err error) {
	if len(jobs) == 0 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, renewTime)
	defer cancel()
	err = r.db.Update(ctx, func(tx *db.Tx) error {
		kept = kept[:0]
		for _, j := range jobs {
			n, err := db.Exec(ctx, tx, `UPDATE job SET lease_until = $4 WHERE tenant_id = $1 AND id = $2 AND epoch = $3 AND state = 'running'`,
				j.TenantID, j.ID, j.Epoch, until)
			if err != nil {
				return err
			}
			if n > 0 {
				kept = append(kept, j.ID)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return kept, nil
}

// renewed notes which leases were renewed and stops the jobs whose lease may end before it is looked again.
func (l *leases) renewed(kept []id.Job, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, job := range kept {
		if h := l.held[job]; h != nil {
			h.ends = until
		}
	}
	soon := time.Now().Add(stopBefore)
	for _, h := range l.held {
		if h.ends.Before(soon) {
			h.stop()
		}
	}
}
