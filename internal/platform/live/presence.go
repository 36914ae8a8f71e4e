package live

import "time"

// presence tells the hub's owner when a user comes and goes. It is guarded by its subscriber's lock.
type presence struct {
	here    bool // has a connection, or had one within the grace
	told    bool // what the owner knows
	telling bool // a goroutine is telling: the owner hears of one user in order, once for each change
	grace   *time.Timer
}

func (s *subscriber) arrivedLocked() {
	if s.grace != nil {
		s.grace.Stop()
	}
	s.here = true
	s.tellLocked()
}

func (s *subscriber) leftLocked() {
	if s.grace == nil {
		s.grace = time.AfterFunc(s.hub.cfg.Grace, s.graceOver)
	} else {
		s.grace.Reset(s.hub.cfg.Grace)
	}
}

func (s *subscriber) graceOver() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.peers) > 0 || s.dropped {
		return
	}
	s.here = false
	s.tellLocked()
}

// tellLocked starts the goroutine that brings what the owner knows up to date, unless it runs or is not needed.
func (s *subscriber) tellLocked() {
	if !s.telling && s.here != s.told && s.hub.spawn(s.tell) {
		s.telling = true
	}
}

func (s *subscriber) tell() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.here != s.told {
		s.told = s.here
		call := s.hub.cfg.OnLast
		if s.told {
			call = s.hub.cfg.OnFirst
		}
		if call != nil {
			s.mu.Unlock()
			call(s.key)
			s.mu.Lock()
		}
	}
	s.telling = false
}
