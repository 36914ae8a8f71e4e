package heap

import (
	"context"
	"runtime"
	"testing"
	"time"
)

// TestTendIsToldOfCollections uses the real runtime: after each collection the rate is looked at anew, and after the
// end it is not.
func TestTendIsToldOfCollections(t *testing.T) {
	t.Parallel()
	ctx, end := context.WithCancel(t.Context())
	told := make(chan int, 1)
	tender := &tender{set: func(percent int) { told <- percent }, percent: 70} // not what it is to be
	tender.await(ctx)
	collect(t, told)
	end()
}

// collect collects until the tender has been told.
func collect(t *testing.T, told <-chan int) {
	t.Helper()
	late := time.After(time.Minute)
	for {
		runtime.GC()
		select {
		case percent := <-told:
			if percent < Tight {
				t.Errorf("set to %d", percent)
			}
			return
		case <-late:
			t.Fatal("no collection was heard of")
		default:
		}
	}
}
