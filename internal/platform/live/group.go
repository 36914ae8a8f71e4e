package live

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/errs"
)

// retrySpread is the time over which clients come back after a stop, so that they do not come all at once.
const retrySpread = 5 * time.Second

// Errors about groups.
var (
	// ErrFull refuses a connection beyond the group's bound.
	ErrFull = errs.New(errs.Exhausted, "live.Accept", "live.full")
	// ErrStopped refuses a connection to a group that is stopping.
	ErrStopped = errs.New(errs.Unavailable, "live.Accept", "live.restart")
)

// Group owns connections: it bounds their number and ends them together.
type Group struct {
	max     int
	running sync.WaitGroup // one for each connection and each goroutine of it

	mu      sync.Mutex
	conns   map[*Conn]struct{}
	stopped bool
}

// NewGroup returns a group of at most limit connections.
func NewGroup(limit int) *Group {
	return &Group{max: limit, conns: make(map[*Conn]struct{})}
}

// Len returns the number of connections.
func (g *Group) Len() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.conns)
}

// Stop closes all connections with CloseGoingAway and a hint when to come back, refuses new ones, and waits until
// every goroutine has ended. When ctx ends it cuts the connections that are left and returns ctx's error.
func (g *Group) Stop(ctx context.Context) error {
	for _, c := range g.stop() {
		wait := rand.N(retrySpread)
		c.Close(CloseGoingAway, fmt.Sprintf("live.restart retry_ms=%d", wait.Milliseconds()))
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		g.running.Wait()
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	for _, c := range g.stop() {
		c.cut()
	}
	<-done
	return ctx.Err()
}

// stop refuses newcomers and returns who is there.
func (g *Group) stop() []*Conn {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.stopped = true
	all := make([]*Conn, 0, len(g.conns))
	for c := range g.conns {
		all = append(all, c)
	}
	return all
}

// admit reports whether one more connection may come. The answer is final only in join.
func (g *Group) admit() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.admitLocked()
}

func (g *Group) admitLocked() error {
	if g.stopped {
		return ErrStopped
	}
	if len(g.conns) >= g.max {
		return ErrFull
	}
	return nil
}

func (g *Group) join(c *Conn) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := g.admitLocked(); err != nil {
		return err
	}
	g.conns[c] = struct{}{}
	g.running.Add(1)
	return nil
}

func (g *Group) leave(c *Conn) {
	g.mu.Lock()
	delete(g.conns, c)
	g.mu.Unlock()
	g.running.Done()
}
