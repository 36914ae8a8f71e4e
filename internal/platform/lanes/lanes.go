// Package lanes gives each thing for which work waits in a table a worker of its own,
// as long as something waits, so that a slow one keeps nobody else: the webhook of a
// tenant, an entry point whose events come in.
//
// What must never break: a thing has at most one worker; one that was woken is not
// let go before it has looked again; Run returns after all workers have ended.
package lanes

import (
	"context"
	"sync"
	"time"
)

// restOfLook is how many times as long as a look took nobody looks.
const restOfLook = 4

// Lanes are the workers by the keys of their things. It is made by New.
type Lanes[K comparable] struct {
	work func(ctx context.Context, lane *Lane[K])

	mu      sync.Mutex
	known   map[K]*Lane[K]
	running sync.WaitGroup
	life    context.Context //nolint:containedctx // lanes that begin later live as long as Run
}

// Lane is one worker's.
type Lane[K comparable] struct {
	Key K

	all     *Lanes[K]
	woken   chan struct{}
	waiting int // about how many wait; under all.mu
}

// New returns lanes that do nothing until Run. work does what is due and waits with
// Pause for what will be; it returns when Over says so, or ctx ends.
func New[K comparable](work func(ctx context.Context, lane *Lane[K])) *Lanes[K] {
	return &Lanes[K]{work: work}
}

// Run keeps lanes going until ctx ends: it calls look, which sets those for which
// something waits, now and whenever woken. After an error of look it looks again in
// the given time. Where much waits a look takes long, and every commit wakes: looking takes
// a fifth of the time at most.
func (l *Lanes[K]) Run(ctx context.Context, woken <-chan struct{}, again time.Duration, look func(ctx context.Context) error) {
	l.mu.Lock()
	l.life, l.known = ctx, map[K]*Lane[K]{} // those of a time before have ended
	l.mu.Unlock()
	defer l.running.Wait()
	for ctx.Err() == nil {
		var most time.Duration
		began := time.Now()
		if err := look(ctx); err != nil {
			most = again
		}
		Pause(ctx, nil, restOfLook*time.Since(began))
		Pause(ctx, woken, most)
	}
}

// Set says how many wait for a thing, given how many it was, and begins or wakes its
// lane. Outside Run it does nothing: Run looks at all when it begins.
func (l *Lanes[K]) Set(key K, waiting func(was int) int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.life == nil || l.life.Err() != nil {
		return
	}
	lane := l.known[key]
	if lane == nil {
		lane = &Lane[K]{Key: key, all: l, woken: make(chan struct{}, 1)}
		l.known[key] = lane
		life := l.life
		l.running.Go(func() { l.work(life, lane) })
	}
	lane.waiting = waiting(lane.waiting)
	select {
	case lane.woken <- struct{}{}:
	default:
	}
}

// Waiting returns about how many wait for a thing.
func (l *Lanes[K]) Waiting(key K) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if lane := l.known[key]; lane != nil {
		return lane.waiting
	}
	return 0
}

// Woken gets a token when there may be more to do.
func (l *Lane[K]) Woken() <-chan struct{} { return l.woken }

// Done says that n fewer wait.
func (l *Lane[K]) Done(n int) {
	l.all.mu.Lock()
	defer l.all.mu.Unlock()
	l.waiting = max(0, l.waiting-n)
}

// Over ends the lane, unless it was woken meanwhile: then there is to be looked once more.
func (l *Lane[K]) Over() bool {
	l.all.mu.Lock()
	defer l.all.mu.Unlock()
	select {
	case <-l.woken:
		return false
	default:
	}
	delete(l.all.known, l.Key)
	return true
}

// Pause waits until it is woken; for a positive time at most that long. Without either
// it returns at once.
func Pause(ctx context.Context, woken <-chan struct{}, most time.Duration) {
	var over <-chan time.Time
	if most > 0 {
		t := time.NewTimer(most)
		defer t.Stop()
		over = t.C
	} else if woken == nil {
		return
	}
	select {
	case <-ctx.Done():
	case <-woken:
	case <-over:
	}
}
