package live

import "time"

// bucket is a token bucket that starts full. It is not safe for concurrent use.
type bucket struct {
	spent float64
	last  time.Time
}

// take reports whether one more is allowed at now, with burst at once and every more per refill.
func (b *bucket) take(now time.Time, burst int, refill time.Duration) bool {
	if !b.last.IsZero() {
		b.spent = max(0, b.spent-float64(now.Sub(b.last))/float64(refill))
	}
	b.last = now
	if b.spent+1 > float64(burst) {
		return false
	}
	b.spent++
	return true
}
