package x

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Bounds of what X says of its limits.
const (
	leastPause = time.Second
	usualPause = time.Minute    // where it does not say until when
	maxPause   = 24 * time.Hour // the longest of its windows
	maxWindows = 20_000
)

// window is what is left of a limit of X's.
type window struct {
	left   int
	resets time.Time
}

// limits knows how often each account may still ask for each thing, as X says it with every answer.
type limits struct {
	mu  sync.Mutex
	all map[string]window
}

func newLimits() *limits { return &limits{all: map[string]window{}} }

// learn keeps what an answer says.
func (l *limits) learn(name string, status int, h http.Header, now time.Time) {
	left, err := strconv.Atoi(h.Get("X-Rate-Limit-Remaining"))
	resets, resetsErr := strconv.ParseInt(h.Get("X-Rate-Limit-Reset"), 10, 64)
	w := window{left: left}
	refused := status == http.StatusTooManyRequests
	switch {
	case resetsErr == nil:
		w.resets = time.Unix(resets, 0)
	case refused:
		w.resets = now.Add(usualPause)
	default:
		return
	}
	if err != nil || refused {
		w.left = 0
		if err != nil && !refused {
			return
		}
	}
	if w.resets.After(now.Add(maxPause)) {
		w.resets = now.Add(maxPause)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.all) >= maxWindows {
		clear(l.all)
	}
	l.all[name] = w
}

// wait returns for how long something must not be asked for.
func (l *limits) wait(name string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	w, known := l.all[name]
	if !known || w.left > 0 || !w.resets.After(now) {
		return 0
	}
	return w.resets.Sub(now)
}
