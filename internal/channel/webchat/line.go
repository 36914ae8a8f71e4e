package webchat

import (
	"context"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/id"
)

// Pace of telling who stands where.
const (
	lineEvery = time.Second           // a line is told at most this often
	lineSoon  = 50 * time.Millisecond // the engine learns of a change a moment after its commit
	lineTries = 5                     // looks for somebody whom the engine does not know yet
	lineAsk   = 5 * time.Second       // for all of one line
	lineAgain = 30 * time.Second      // the expected wait changes though nobody comes or goes
)

// line keeps the places of waiting visitors fresh: a change in a queue is told to
// all who wait in it, many changes at once.
type line struct {
	srv *Server

	mu    sync.Mutex
	plans map[queueKey]*plan
	ended bool
}

// plan is when a queue is looked at again.
type plan struct {
	timer *time.Timer // nil: nothing is planned
	rests bool        // the timer is only lineAgain: a change comes before it
	last  time.Time
	tries int
}

func newLine(s *Server) *line { return &line{srv: s, plans: map[queueKey]*plan{}} }

// moved says that somebody came to a queue or left it.
func (l *line) moved(tenant id.Tenant, queue id.Queue) {
	if queue != 0 {
		l.plan(queueKey{tenant, queue}, 0)
	}
}

func (l *line) plan(key queueKey, tries int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.plans[key]
	if l.ended || p != nil && p.timer != nil && !p.rests {
		return
	}
	if p == nil {
		p = &plan{}
		l.plans[key] = p
	}
	if p.timer != nil {
		p.timer.Stop()
	}
	p.tries, p.rests = tries, false
	p.timer = time.AfterFunc(max(lineSoon, lineEvery-time.Since(p.last)), func() { l.tell(key) })
}

// tell asks for the places of all who wait in a queue on this node.
func (l *line) tell(key queueKey) {
	l.mu.Lock()
	p := l.plans[key]
	if p == nil { // forgotten while the timer was on its way
		l.mu.Unlock()
		return
	}
	p.timer, p.last = nil, time.Now()
	tries, ended := p.tries, l.ended
	l.mu.Unlock()
	rooms := l.srv.rooms.inLine(key)
	if len(rooms) == 0 || ended {
		l.forget(key)
		return
	}
	ctx, cancel := context.WithTimeout(asSystem(l.srv.life, key.tenant), lineAsk)
	defer cancel()
	missing := false
	for _, r := range rooms {
		missing = !l.srv.locate(ctx, r) || missing
	}
	if missing && tries < lineTries {
		l.plan(key, tries+1)
	}
	l.rest(key)
}

// rest plans the next look at a queue in which nothing changes.
func (l *line) rest(key queueKey) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.plans[key]
	if l.ended || p == nil || p.timer != nil {
		return
	}
	p.rests = true
	p.timer = time.AfterFunc(lineAgain, func() { l.tell(key) })
}

// forget drops the memory of a queue in which nobody waits here, once it has rested.
func (l *line) forget(key queueKey) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if p := l.plans[key]; p != nil && p.timer == nil {
		delete(l.plans, key)
	}
}

func (l *line) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	for _, p := range l.plans {
		if p.timer != nil {
			p.timer.Stop()
		}
	}
}

// locate finds out where the visitor of a room stands; false if the engine does not know yet.
func (s *Server) locate(ctx context.Context, r *room) bool {
	r.mu.Lock()
	waits := r.waits
	r.mu.Unlock()
	if waits == 0 {
		return true
	}
	position, wait, waiting := s.Line.Position(ctx, waits)
	if !waiting {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := (place{position, wait}); r.waits == waits && r.place != now {
		r.place = now
		r.wakeLocked(newState)
	}
	return true
}
