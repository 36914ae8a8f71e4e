package live

import "time"

const (
	// coalesceWindow is how long frames about one thing wait for a newer one.
	coalesceWindow = 50 * time.Millisecond
	// maxHeld bounds the things of one stream about which frames are held back; beyond it they are sent at once.
	maxHeld = 256
)

// holder keeps back frames about things of which a frame has just been sent, until the window closes.
// It is guarded by its subscriber's lock.
type holder struct {
	newest map[string]held
	order  []string // of the map's keys, by time
	timer  *time.Timer
}

type held struct {
	raw       []byte // nil: nothing came since the last one was sent
	ephemeral bool
}

// holdLocked takes a frame if one about the same thing was sent within the window; else it opens a window.
func (s *subscriber) holdLocked(f Frame, raw []byte) bool {
	h := &s.held
	if _, open := h.newest[f.Coalesce]; open {
		h.newest[f.Coalesce] = held{raw: raw, ephemeral: f.Ephemeral}
		return true
	}
	if len(h.order) >= maxHeld {
		return false
	}
	if h.newest == nil {
		h.newest = make(map[string]held)
	}
	h.newest[f.Coalesce] = held{}
	h.order = append(h.order, f.Coalesce)
	if len(h.order) > 1 {
		return false // the timer runs
	}
	if h.timer == nil {
		h.timer = time.AfterFunc(coalesceWindow, s.release)
	} else {
		h.timer.Reset(coalesceWindow)
	}
	return false
}

// release sends what was held back and opens new windows for it; the other windows close.
func (s *subscriber) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dropped {
		return
	}
	h := &s.held
	open := h.order[:0]
	for _, thing := range h.order {
		f := h.newest[thing]
		if f.raw == nil {
			delete(h.newest, thing)
			continue
		}
		s.emitLocked(f.raw, f.ephemeral)
		h.newest[thing] = held{}
		open = append(open, thing)
	}
	clear(h.order[len(open):])
	h.order = open
	if len(open) > 0 {
		h.timer.Reset(coalesceWindow)
	} else {
		h.newest, h.order = nil, nil
	}
}
