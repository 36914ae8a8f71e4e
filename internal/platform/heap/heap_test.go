package heap

import (
	"math"
	"testing"
	"time"
)

const mb = 1 << 20

func TestGrowth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		live, roots uint64
		rate        float64
		want        int
	}{
		{"nothing happens", 30 * mb, 0, 0, Tight},
		{"little happens", 30 * mb, 0, 3 * mb, Tight},
		{"much happens", 32 * mb, 0, 30 * mb, 200},
		{"much happens, with many stacks", 32 * mb, 32 * mb, 30 * mb, 100},
		{"a heap that has just begun", 0, 0, 30 * mb, 9_600},
		{"large, and much happens", 90 * mb, 0, 30 * mb, Tight},
		{"larger than a busy heap", 500 * mb, 0, 30 * mb, Tight},
		{"unheard of", math.MaxUint64, 0, math.MaxFloat64, Tight},
	} {
		if got := growth(figures{live: c.live, roots: c.roots}, c.rate); got != c.want {
			t.Errorf("%s: grows by %d %%, want %d", c.name, got, c.want)
		}
	}
}

// TestTender goes through a life: quiet, busy, quiet again.
func TestTender(t *testing.T) {
	t.Parallel()
	var set []int
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	tender := &tender{set: func(percent int) { set = append(set, percent) }, percent: Tight, since: now}
	allocated := uint64(0)
	for _, step := range []struct {
		after     time.Duration
		allocated uint64
		live      uint64
		want      int // that is set; 0: it is left
	}{
		{time.Minute, 30 * mb, 30 * mb, 0},
		{100 * time.Millisecond, 30 * mb, 30 * mb, 0}, // a moment in which much happened
		{2 * time.Second, 30 * mb, 32 * mb, 200},
		{4 * time.Second, 120 * mb, 32 * mb, 0},
		{4 * time.Second, 120 * mb, 48 * mb, 100},
		{2 * time.Minute, 60 * mb, 30 * mb, Tight},
		{2 * time.Minute, 5 * mb, 30 * mb, 0},
	} {
		now, allocated, set = now.Add(step.after), allocated+step.allocated, nil
		tender.collected(now, figures{allocated: allocated, live: step.live})
		switch {
		case step.want == 0 && len(set) > 0, step.want > 0 && (len(set) != 1 || set[0] != step.want):
			t.Errorf("after %v in which %d MB came and %d live: set %v, want %d", step.after, step.allocated/mb, step.live/mb, set, step.want)
		}
	}
}
