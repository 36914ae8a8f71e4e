package job_test

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/job"
)

type greet struct{ Name string }

func (greet) Kind() string { return "greet" }

// bench is a runner with one worker whose calls can be watched.
type bench struct {
	t     *testing.T
	d     *db.DB
	ctx   context.Context
	calls chan greet
}

func start(t *testing.T, d *db.DB, work func(ctx context.Context, g greet) error, periodic ...job.Periodic) *bench {
	t.Helper()
	b := &bench{t: t, d: d, ctx: dbtest.As(t, 7), calls: make(chan greet, 100)}
	var workers job.Workers
	job.Register(&workers, func(ctx context.Context, g greet) error {
		b.calls <- g
		return work(ctx, g)
	})
	life, stop := context.WithCancel(b.ctx)
	var done sync.WaitGroup
	done.Go(func() { job.NewRunner(d, &workers, periodic, slog.New(slog.DiscardHandler)).Run(life) })
	t.Cleanup(func() { stop(); done.Wait() })
	return b
}

func (b *bench) enqueue(name string, opts ...job.Option) {
	b.t.Helper()
	if err := b.d.Update(b.ctx, func(tx *db.Tx) error { return job.Enqueue(b.ctx, tx, greet{name}, opts...) }); err != nil {
		b.t.Fatal(err)
	}
}

func TestJobRunsAfterItsCommitAndForItsTenant(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tenants := make(chan actor.Actor, 1)
		b := start(t, d, func(ctx context.Context, _ greet) error { tenants <- actor.From(ctx); return nil })
		_ = d.Update(b.ctx, func(tx *db.Tx) error {
			_ = job.Enqueue(b.ctx, tx, greet{"rolled back"})
			return errors.New("no")
		})
		b.enqueue("Zoë")
		if g := <-b.calls; g.Name != "Zoë" {
			t.Errorf("greeted %q", g.Name)
		}
		if who := <-tenants; who.Tenant != 7 || who.Kind != actor.System {
			t.Errorf("ran as %+v", who)
		}
	})
}

func TestFailedJobComesAgainLaterAndDiesAfterItsAttempts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := start(t, dbtest.SQLite(t), func(context.Context, greet) error { return errors.New("down") })
		begin := time.Now()
		b.enqueue("x", job.Attempts(3))
		for range 3 {
			<-b.calls
		}
		if took := time.Since(begin); took < 3*time.Second || took > 5*time.Second { // pauses of 1 and 2 s
			t.Errorf("three attempts took %v", took)
		}
		synctest.Wait()
		dead, err := job.ListDead(b.ctx, b.d, 0, 10)
		if err != nil || len(dead) != 1 || dead[0].LastError != "down" || dead[0].Attempt != 3 {
			t.Fatalf("dead: %+v %v", dead, err)
		}
		if err := b.d.Update(b.ctx, func(tx *db.Tx) error {
			_, err := job.Retry(b.ctx, tx, dead[0].ID)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		<-b.calls
	})
}

func TestScheduledUniqueAndSnoozedJobs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		times := 0
		b := start(t, dbtest.SQLite(t), func(context.Context, greet) error {
			if times++; times == 1 {
				return job.Snooze(time.Minute)
			}
			return nil
		})
		begin := time.Now()
		b.enqueue("one", job.At(begin.Add(time.Hour)), job.Unique("k"))
		b.enqueue("two", job.Unique("k"))
		<-b.calls
		if took := time.Since(begin); took < time.Hour || took > time.Hour+time.Second {
			t.Errorf("ran after %v", took)
		}
		if g := <-b.calls; g.Name != "one" {
			t.Errorf("then %q", g.Name)
		}
		if took := time.Since(begin); took < time.Hour+time.Minute {
			t.Errorf("snoozed until %v", took)
		}
	})
}

func TestPeriodicJobIsMadeOnceASlotByTwoNodes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := dbtest.SQLite(t)
		every := job.Periodic{Args: greet{"tick"}, Every: time.Hour}
		ok := func(context.Context, greet) error { return nil }
		a, b := start(t, d, ok, every), start(t, d, ok, every)
		time.Sleep(5*time.Hour - time.Minute) // time of the bubble
		synctest.Wait()
		if n := len(a.calls) + len(b.calls); n < 5 || n > 6 {
			t.Errorf("%d runs in five hours", n)
		}
	})
}

func TestAnErrorOfAnyBytesEndsAJob(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ugly := "a\x00\xff" + strings.Repeat("ż", 400)
		b := start(t, d, func(context.Context, greet) error { return job.Permanent(errors.New(ugly)) })
		b.enqueue("x")
		<-b.calls
		b.until(func() bool {
			dead, err := job.ListDead(b.ctx, d, 0, 10)
			if err != nil {
				t.Fatal(err)
			}
			return len(dead) == 1 && strings.HasPrefix(dead[0].LastError, "aż") && utf8.ValidString(dead[0].LastError) && len(dead[0].LastError) <= 500
		})
	})
}

// until waits for what the runner does.
func (b *bench) until(done func() bool) {
	b.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !done(); {
		if time.Now().After(deadline) {
			b.t.Fatal("it does not happen")
		}
		runtime.Gosched()
	}
}

func TestAJobThatTakesItsProcessAlongDiesAfterItsAttempts(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 7)
		err := d.Update(ctx, func(tx *db.Tx) error {
			for _, name := range []string{"last", "first"} {
				if err := job.Enqueue(ctx, tx, greet{name}, job.Attempts(3)); err != nil {
					return err
				}
			}
			_, err := db.Exec(ctx, tx, `UPDATE job SET state = 'running', lease_until = 1, attempt = CASE WHEN args LIKE '%last%' THEN 3 ELSE 1 END`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		b := start(t, d, func(context.Context, greet) error { return nil })
		if g := <-b.calls; g.Name != "first" {
			t.Errorf("%q runs", g.Name)
		}
		b.until(func() bool {
			dead, err := job.ListDead(ctx, d, 0, 10)
			return err == nil && len(dead) == 1 && dead[0].Attempt == 3 && dead[0].LastError != "" && !dead[0].FinishedAt.IsZero()
		})
		if len(b.calls) != 0 {
			t.Errorf("and %q", (<-b.calls).Name)
		}
	})
}

func TestAJobThatIsStoppedHalfWayLosesNoAttempt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 7)
		var workers job.Workers
		began := make(chan struct{})
		job.Register(&workers, func(ctx context.Context, _ greet) error {
			close(began)
			<-ctx.Done()
			return ctx.Err()
		})
		life, stop := context.WithCancel(ctx)
		var done sync.WaitGroup
		done.Go(func() { job.NewRunner(d, &workers, nil, slog.New(slog.DiscardHandler)).Run(life) })
		if err := d.Update(ctx, func(tx *db.Tx) error { return job.Enqueue(ctx, tx, greet{"x"}, job.Attempts(1)) }); err != nil {
			t.Fatal(err)
		}
		<-began
		stop()
		done.Wait()
		b := start(t, d, func(context.Context, greet) error { return nil })
		<-b.calls
	})
}

func TestRetryingBesideALivingUniqueJobIsAConflict(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := start(t, d, func(_ context.Context, g greet) error { return job.Permanent(errors.New(g.Name)) })
		b.enqueue("given up", job.Unique("k"))
		<-b.calls
		var dead []job.Dead
		b.until(func() (done bool) {
			dead, _ = job.ListDead(b.ctx, d, 0, 10)
			return len(dead) == 1
		})
		b.enqueue("to come", job.Unique("k"), job.At(time.Now().Add(time.Hour)))
		err := d.Update(b.ctx, func(tx *db.Tx) error {
			_, err := job.Retry(b.ctx, tx, dead[0].ID)
			return err
		})
		if !errs.Is(errs.Conflict, err) || errs.CodeOf(err) != "job.living" {
			t.Errorf("%v", err)
		}
	})
}

func TestWorkOfTheInstallationThatWasGivenUpIsKnownUntilItIsDone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := dbtest.SQLite(t)
		var fails atomic.Bool
		fails.Store(true)
		b := start(t, d, func(context.Context, greet) error {
			if fails.Load() {
				return job.Permanent(errors.New("down"))
			}
			return nil
		}, job.Periodic{Args: greet{"tick"}, Every: time.Hour})
		given := func() int {
			synctest.Wait()
			dead, err := job.DeadOfInstallation(b.ctx, d, 10)
			if err != nil {
				t.Fatal(err)
			}
			return len(dead)
		}
		<-b.calls
		if n := given(); n != 1 {
			t.Errorf("%d given up", n)
		}
		fails.Store(false)
		<-b.calls
		if n := given(); n != 0 {
			t.Errorf("%d still given up after it was done", n)
		}
	})
}

func TestPermanentErrorsAndUnknownKindsDieAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := start(t, dbtest.SQLite(t), func(context.Context, greet) error { return job.Permanent(errors.New("never")) })
		b.enqueue("x")
		<-b.calls
		synctest.Wait()
		if dead, err := job.ListDead(b.ctx, b.d, 0, 10); err != nil || len(dead) != 1 {
			t.Errorf("%+v %v", dead, err)
		}
	})
}
