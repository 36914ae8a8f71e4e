package live

import (
	"sync/atomic"

	"github.com/zongler/zongler/internal/id"
)

// Send sends a frame to a user. Who is not connected, and was not within the last two minutes, gets nothing: a client
// that comes later fetches its state anyway. It returns ErrFrame.
func (h *Hub) Send(key Key, f Frame) error {
	raw, err := Encode(f)
	if err != nil {
		return err
	}
	if s := h.find(key); s != nil {
		s.deliver(raw, f)
	}
	return nil
}

// Resync tells all connected users of a tenant to fetch their state anew, because what the hub was to announce got lost.
func (h *Hub) Resync(tenant id.Tenant) {
	for _, s := range h.of(tenant) {
		s.deliver(resyncFrame(), resync())
	}
}

// Renew tells a user's clients to fetch their state anew, because they may see other things than before. What was sent
// until now is not replayed to anybody any more: who comes back fetches too.
func (h *Hub) Renew(key Key) {
	if s := h.find(key); s != nil {
		s.renew()
	}
}

// EndSession closes the connections of one session of a user; the zero session stands for all.
func (h *Hub) EndSession(key Key, session id.Session, code CloseCode, reason string) {
	if s := h.find(key); s != nil {
		for _, c := range s.connections(session) {
			c.Close(code, reason)
		}
	}
}

// Remembers reports whether a user has a stream: frames sent to it reach a connection now, or one that comes back.
func (h *Hub) Remembers(key Key) bool { return h.find(key) != nil }

// Connected reports whether a user has a connection now.
func (h *Hub) Connected(key Key) bool {
	s := h.find(key)
	return s != nil && len(s.connections(0)) > 0
}

func (h *Hub) find(key Key) *subscriber {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.tenants[key.Tenant][key.User]
}

// of returns the streams of a tenant.
func (h *Hub) of(tenant id.Tenant) []*subscriber {
	h.mu.RLock()
	defer h.mu.RUnlock()
	users := h.tenants[tenant]
	all := make([]*subscriber, 0, len(users))
	for _, s := range users {
		all = append(all, s)
	}
	return all
}

// drop ends the streams that gone accepts; gone is called with the subscriber's lock held.
func (h *Hub) drop(gone func(*subscriber) bool) {
	h.mu.RLock()
	var all []*subscriber
	for _, users := range h.tenants {
		for _, s := range users {
			all = append(all, s)
		}
	}
	h.mu.RUnlock()
	for _, s := range all {
		s.mu.Lock()
		dropped := gone(s)
		if dropped {
			s.dropLocked()
		}
		s.mu.Unlock()
		if dropped {
			h.forget(s)
		}
	}
}

// forget takes a dropped subscriber out of the map.
func (h *Hub) forget(s *subscriber) {
	h.mu.Lock()
	defer h.mu.Unlock()
	users := h.tenants[s.key.Tenant]
	if users[s.key.User] == s {
		delete(users, s.key.User)
	}
	if len(users) == 0 {
		delete(h.tenants, s.key.Tenant)
	}
}

// Stats are counts since the start, and the connections and streams of now.
type Stats struct {
	Conns, Streams int
	Sent           int64 // frames queued for a connection
	Slow           int64 // connections closed because their reader was too slow
	Resumed        int64 // connections that went on where they were
	Resyncs        int64 // connections that could not
}

type counters struct{ sent, slow, resumed, resyncs atomic.Int64 }

// Stats returns the hub's figures.
func (h *Hub) Stats() Stats {
	streams := 0
	h.mu.RLock()
	for _, users := range h.tenants {
		streams += len(users)
	}
	h.mu.RUnlock()
	return Stats{
		Conns: h.group.Len(), Streams: streams, Sent: h.stats.sent.Load(), Slow: h.stats.slow.Load(),
		Resumed: h.stats.resumed.Load(), Resyncs: h.stats.resyncs.Load(),
	}
}
