package heap

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// How far memory may grow.
const (
	// Tight is the growth in percent while little happens, and of a heap that is large. Ten thousand desks hold much
	// that lives long: at the usual 100 they take 320 MB, at 50 they take 280.
	Tight = 50
	// busyHeap is what a busy heap may have become before it is collected, in bytes.
	busyHeap = 128 << 20
	// busyRate is from when on it is busy, in bytes a second.
	busyRate = 4 << 20
	// judged is the shortest time of which a rate is taken: a moment says little.
	judged = time.Second
)

// Tighten keeps memory small, unless GOGC says otherwise. A program that starts makes much garbage in a moment.
func Tighten() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(Tight)
	}
}

// Tend looks after each collection how busy the process is, and sets how far memory may grow until the next, unless
// GOGC says otherwise. It does so until ctx ends.
func Tend(ctx context.Context) {
	if os.Getenv("GOGC") == "" {
		t := &tender{set: func(percent int) { debug.SetGCPercent(percent) }, percent: Tight}
		t.since, t.allocated = time.Now(), read().allocated
		t.await(ctx)
	}
}

// tender is what is known from one collection to the next.
type tender struct {
	set       func(percent int)
	percent   int // that was set
	since     time.Time
	allocated uint64 // until since
}

// await is told of the next collection. Only one is awaited at a time: nobody else uses t.
func (t *tender) await(ctx context.Context) {
	unreachable := &struct{ self *tender }{t} // from now on
	runtime.AddCleanup(unreachable, func(t *tender) {
		if ctx.Err() != nil {
			return
		}
		t.collected(time.Now(), read())
		t.await(ctx)
	}, t)
}

// figures are the runtime's.
type figures struct {
	allocated uint64 // bytes since the start
	live      uint64 // bytes that the last collection found in use
}

func read() figures {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/gc/heap/live:bytes"}}
	metrics.Read(s)
	return figures{s[0].Value.Uint64(), s[1].Value.Uint64()}
}

// collected sets how far memory may grow until the next collection. Setting it stops the process for a moment, so it
// is left where it is nearly right.
func (t *tender) collected(now time.Time, f figures) {
	took := now.Sub(t.since)
	if took < judged {
		return
	}
	rate := float64(f.allocated-t.allocated) / took.Seconds()
	t.since, t.allocated = now, f.allocated
	percent := growth(f.live, rate)
	if near := percent > Tight && t.percent > Tight && 5*percent > 4*t.percent && 5*t.percent > 4*percent; percent != t.percent && !near {
		t.percent = percent
		t.set(percent)
	}
}

// growth returns by how many percent a heap may grow of which live bytes are in use, at a rate in bytes a second.
func growth(live uint64, rate float64) int {
	if rate < busyRate || live >= busyHeap {
		return Tight
	}
	return max(Tight, int((busyHeap-live)*100/max(live, 1<<20))) //nolint:gosec // 12 800 at most
}
