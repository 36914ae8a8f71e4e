package acd

import "time"

// instant is a point in time in microseconds since 1970, as in the database; zero means none.
type instant int64

func instantOf(t time.Time) instant {
	if t.IsZero() {
		return 0
	}
	return instant(t.UnixMicro())
}

func (i instant) time() time.Time {
	if i == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(i)).UTC()
}

func (i instant) plus(d time.Duration) instant { return i + instant(d/time.Microsecond) }

func (i instant) since(earlier instant) time.Duration {
	return time.Duration(i-earlier) * time.Microsecond
}
