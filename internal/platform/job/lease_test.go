package job_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestALongJobIsNotBegunTwice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := dbtest.SQLite(t)
		long := func(ctx context.Context, _ greet) error {
			select {
			case <-time.After(45 * time.Second):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		a, b := start(t, d, long), start(t, d, long)
		synctest.Wait()
		a.enqueue("long")
		time.Sleep(50 * time.Second)
		if n := len(a.calls) + len(b.calls); n != 1 {
			t.Errorf("begun %d times", n)
		}
		if left, err := db.One[int](a.ctx, d, `SELECT COUNT(*) FROM job`); left != 0 || err != nil {
			t.Errorf("%d jobs are left, %v", left, err)
		}
	})
}

func TestAJobOfANodeThatIsGoneIsSoonTakenOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := dbtest.SQLite(t)
		ended := make(chan time.Time, 1)
		times := 0
		work := func(ctx context.Context, _ greet) error {
			if times++; times > 1 {
				return nil
			}
			<-ctx.Done()
			ended <- time.Now()
			return ctx.Err()
		}
		b := start(t, d, work)
		synctest.Wait()
		b.enqueue("left behind")
		<-b.calls
		time.Sleep(30 * time.Second) // its lease was renewed
		began := time.Now()
		// Another node has claimed it: here nobody may go on with it.
		err := d.Update(b.ctx, func(tx *db.Tx) error {
			_, err := db.Exec(b.ctx, tx, `UPDATE job SET epoch = epoch + 1, lease_until = $1`, tx.Now().Add(15*time.Second))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		<-b.calls // and when that node renews it no more, here it is begun again
		if took := time.Since(began); took < 15*time.Second || took > 18*time.Second {
			t.Errorf("taken over after %s", took)
		}
		if at := (<-ended).Sub(began); at > 15*time.Second {
			t.Errorf("who had lost it went on for %s", at)
		}
	})
}
