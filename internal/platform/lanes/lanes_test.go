package lanes_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zongler/zongler/internal/platform/lanes"
)

func TestEachThingHasAWorkerWhileSomethingWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		work := map[string]chan int{"slow": make(chan int), "quick": make(chan int, 10)}
		began := map[string]*atomic.Int32{"slow": {}, "quick": {}}
		var all *lanes.Lanes[string]
		all = lanes.New(func(ctx context.Context, l *lanes.Lane[string]) {
			began[l.Key].Add(1)
			for ctx.Err() == nil {
				if all.Waiting(l.Key) == 0 {
					if l.Over() {
						return
					}
					continue
				}
				select {
				case work[l.Key] <- 1:
					l.Done(1)
				case <-ctx.Done():
				}
			}
		})
		woken := make(chan struct{}, 1)
		looks := 0
		done := make(chan struct{})
		go func() {
			defer close(done)
			all.Run(ctx, woken, time.Minute, func(context.Context) error {
				if looks++; looks == 1 {
					return errors.New("the database is away")
				}
				all.Set("slow", func(int) int { return 2 })
				all.Set("quick", func(int) int { return 3 })
				return nil
			})
		}()
		synctest.Wait()
		time.Sleep(time.Minute) // of the bubble: after the error it looks again
		synctest.Wait()
		if looks != 2 || len(work["quick"]) != 3 || all.Waiting("slow") != 2 {
			t.Fatalf("%d looks, %d done quickly, %d wait", looks, len(work["quick"]), all.Waiting("slow"))
		}
		all.Set("quick", func(was int) int { return was + 1 }) // its lane has ended: another begins
		synctest.Wait()
		if began["quick"].Load() != 2 || began["slow"].Load() != 1 || len(work["quick"]) != 4 {
			t.Errorf("began %d and %d times, %d done quickly", began["slow"].Load(), began["quick"].Load(), len(work["quick"]))
		}
		stop()
		<-done
		all.Set("quick", func(int) int { return 1 })
		synctest.Wait()
		if began["quick"].Load() != 2 {
			t.Error("a lane began after Run")
		}
	})
}

// Where much waits a look takes long; it must not take all of the time because commits wake it again and again.
func TestLookingTakesAFifthOfTheTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
		defer stop()
		woken := make(chan struct{}, 1)
		go func() {
			for ctx.Err() == nil {
				select {
				case woken <- struct{}{}:
				case <-ctx.Done():
				}
			}
		}()
		looks := 0
		all := lanes.New(func(context.Context, *lanes.Lane[string]) {})
		all.Run(ctx, woken, time.Minute, func(context.Context) error {
			looks++
			time.Sleep(100 * time.Millisecond) // of the bubble: so long it takes to count
			return nil
		})
		if looks < 19 || looks > 21 { // both ends may count
			t.Errorf("in ten seconds it looked %d times, 100 ms each", looks)
		}
	})
}
