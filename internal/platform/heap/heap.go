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
	busyHeap = 96 << 20
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
	roots     uint64 // bytes of stacks and globals that it went through
}

func read() figures {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/stack:bytes"}, {Name: "/gc/scan/globals:bytes"}}
	metrics.Read(s)
	return figures{s[0].Value.Uint64(), s[1].Value.Uint64(), s[2].Value.Uint64() + s[3].Value.Uint64()}
}

// collected sets how far memory may grow until the next collection.
func (t *tender) collected(now time.Time, f figures) {
	took := now.Sub(t.since)
	if took < judged {
		return
	}
	rate := float64(f.allocated-t.allocated) / took.Seconds()
	t.since, t.allocated = now, f.allocated
	if percent := growth(f, rate); percent != t.percent {
		t.percent = percent
		t.set(percent)
	}
}

// growth returns by how many percent a heap may grow, at a rate in bytes a second. The runtime takes the roots for a part
// of what grows.
func growth(f figures, rate float64) int {
	if rate < busyRate || f.live >= busyHeap {
		return Tight
	}
	return max(Tight, int((busyHeap-f.live)*100/max(f.live+f.roots, 1<<20))) //nolint:gosec // 9 600 at most
}
