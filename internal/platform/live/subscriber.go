package live

import (
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/id"
)

// subscriber is one user's stream: its number, its memory and the connections that follow it.
type subscriber struct {
	hub   *Hub
	key   Key
	epoch string

	mu      sync.Mutex
	seq     int64 // of the newest frame
	recent  ring
	held    holder
	peers   []*peer
	left    time.Time // when the last connection left; zero while there is one
	dropped bool      // out of the hub; a newcomer needs another subscriber
	presence
}

// peer is one connection of a subscriber.
type peer struct {
	conn    *Conn
	session id.Session
}

// position is where a client says it is in a stream.
type position struct {
	epoch string
	seq   int64
	known bool // the client has been connected before
}

// begin returns where the stream stands and remembers it for who says that place later; false if it was dropped meanwhile.
func (s *subscriber) begin() (position, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dropped {
		return position{}, false
	}
	if len(s.peers) == 0 {
		s.left = time.Now()
	}
	return position{epoch: s.epoch, seq: s.seq}, true
}

// hello is the data of the first frame of a connection.
type hello struct {
	Epoch   string `json:"epoch"`
	Seq     int64  `json:"seq"`
	Resumed bool   `json:"resumed"`
	Build   string `json:"build,omitempty"`
	Now     int64  `json:"now"` // milliseconds since 1970
}

// deliver sends an encoded frame to all connections and remembers it.
func (s *subscriber) deliver(raw []byte, f Frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dropped {
		return
	}
	s.deliverLocked(raw, f)
}

func (s *subscriber) deliverLocked(raw []byte, f Frame) {
	if f.Coalesce != "" && s.holdLocked(f, raw) {
		return
	}
	s.emitLocked(raw, f.Ephemeral)
}

// renew forgets what was sent and what is held back, and tells the connections to fetch anew.
func (s *subscriber) renew() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dropped {
		return
	}
	s.recent = ring{}
	for thing := range s.held.newest {
		s.held.newest[thing] = held{}
	}
	s.deliverLocked(resyncFrame(), resync())
}

func (s *subscriber) emitLocked(raw []byte, ephemeral bool) {
	o, limit := outgoing{raw: raw}, queueEphemeral
	if !ephemeral {
		s.seq++
		s.recent.add(raw, time.Now())
		o.seq, limit = s.seq, queueBytes
	}
	for _, p := range s.peers {
		switch err := p.conn.enqueue(o, limit); {
		case err == nil:
			s.hub.stats.sent.Add(1)
		case errors.Is(err, ErrSlow): // the connection is being closed; the client will come back
			s.hub.stats.slow.Add(1)
		}
	}
}

// attach joins a connection to the stream and queues what it has missed. Nothing can be sent in between.
// It reports false if the subscriber was dropped meanwhile, and ErrFull if the user has too many connections.
func (s *subscriber) attach(p *peer, at position) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dropped {
		return false, nil
	}
	if len(s.peers) >= maxTabs {
		return true, ErrFull
	}
	p.conn.preload(s.welcomeLocked(at))
	s.peers = append(s.peers, p)
	s.left = time.Time{}
	s.arrivedLocked()
	return true, nil
}

// welcomeLocked returns the frames with which a connection at a position begins.
func (s *subscriber) welcomeLocked(at position) []outgoing {
	missed, ok := s.recent.since(at.seq, s.seq)
	resumed := at.known && ok && at.epoch == s.epoch
	frames := []outgoing{{raw: helloFrame(hello{
		Epoch: s.epoch, Seq: s.seq, Resumed: resumed, Build: s.hub.cfg.Build, Now: time.Now().UnixMilli(),
	})}}
	switch {
	case resumed:
		for i, m := range missed {
			frames = append(frames, outgoing{raw: m.raw, seq: at.seq + 1 + int64(i)})
		}
		s.hub.stats.resumed.Add(1)
	case at.known:
		frames = append(frames, outgoing{raw: resyncFrame()})
		s.hub.stats.resyncs.Add(1)
	}
	return frames
}

// detach is called when a connection has ended.
func (s *subscriber) detach(p *peer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.peers = slices.DeleteFunc(s.peers, func(q *peer) bool { return q == p })
	if len(s.peers) > 0 || s.dropped {
		return
	}
	s.peers = nil
	s.left = time.Now()
	s.leftLocked()
}

// connections returns the connections of one session, or all for the zero session.
func (s *subscriber) connections(session id.Session) []*Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	var conns []*Conn
	for _, p := range s.peers {
		if session == 0 || p.session == session {
			conns = append(conns, p.conn)
		}
	}
	return conns
}

// dropLocked ends the stream.
func (s *subscriber) dropLocked() {
	s.dropped = true
	if s.held.timer != nil {
		s.held.timer.Stop()
	}
	if s.grace != nil {
		s.grace.Stop()
	}
	s.recent, s.held = ring{}, holder{}
}

func helloFrame(h hello) []byte {
	data, _ := json.Marshal(h) // strings, a number and a truth value: cannot fail
	raw, _ := Encode(Frame{Type: TypeHello, Data: data})
	return raw
}

// resync is told once for many reasons to fetch anew that come together.
func resync() Frame { return Frame{Type: TypeResync, Coalesce: TypeResync} }

func resyncFrame() []byte { return []byte(`{"type":"` + TypeResync + `"}`) }
