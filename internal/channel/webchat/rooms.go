package webchat

import (
	"context"
	"slices"
	"sync"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
)

// roomKey names a room.
type roomKey struct {
	tenant       id.Tenant
	conversation id.Conversation
}

// queueKey names a line.
type queueKey struct {
	tenant id.Tenant
	queue  id.Queue
}

// callerKey names a visitor.
type callerKey struct {
	tenant  id.Tenant
	visitor int64
}

// rooms are the conversations that visitors look at through this node.
type rooms struct {
	srv *Server

	mu      sync.Mutex
	all     map[roomKey]*room
	left    map[roomKey]struct{}            // whose visitors have gone since it was noted who is there
	lines   map[queueKey]map[*room]struct{} // who waits where
	sockets map[callerKey][]*socket         // the oldest first
}

func newRooms(s *Server) *rooms {
	return &rooms{
		srv: s, all: map[roomKey]*room{}, left: map[roomKey]struct{}{}, lines: map[queueKey]map[*room]struct{}{}, sockets: map[callerKey][]*socket{},
	}
}

func (all *rooms) find(tenant id.Tenant, conversation id.Conversation) *room {
	all.mu.Lock()
	defer all.mu.Unlock()
	return all.all[roomKey{tenant, conversation}]
}

// enter lets someone in, under the room's lock.
func (all *rooms) enter(e *entrance, conversation id.Conversation, in func(*room)) *room {
	key := roomKey{e.point.Tenant, conversation}
	all.mu.Lock()
	defer all.mu.Unlock()
	r := all.all[key]
	if r == nil {
		r = &room{
			srv: all.srv, entrance: e, tenant: key.tenant, conversation: conversation,
			seats: map[*socket]*seat{}, changed: make(chan struct{}),
		}
		all.all[key] = r
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	in(r)
	return r
}

// leaveLocked lets someone out and forgets an empty room.
func (all *rooms) leaveLocked(r *room, out func(*room)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	out(r)
	if len(r.seats) > 0 || r.polls > 0 {
		return
	}
	key := roomKey{r.tenant, r.conversation}
	if all.all[key] == r {
		delete(all.all, key)
	}
	if r.minds() {
		all.left[key] = struct{}{}
	}
	all.standLocked(r, r.queue, 0)
	r.queue = 0
}

// sit gives a socket a seat from where it is told all behind seq. st is what it was told last.
func (all *rooms) sit(s *socket, e *entrance, seq int64, st State) {
	all.rise(s)
	all.enter(e, st.Conversation, func(r *room) {
		s.room = r
		r.seats[s] = &seat{sent: seq, state: st}
		r.wakeLocked(newEntries | newState)
	})
}

// rise takes a socket's seat away.
func (all *rooms) rise(s *socket) {
	all.mu.Lock()
	defer all.mu.Unlock()
	if s.room != nil {
		all.leaveLocked(s.room, func(r *room) { delete(r.seats, s) })
		s.room = nil
	}
}

// poll gives a long poll a place, unless there are too many; the function returned ends it.
func (all *rooms) poll(e *entrance, conversation id.Conversation) (*room, func(), error) {
	full := false
	r := all.enter(e, conversation, func(r *room) {
		if full = r.polls >= SocketsPerVisitorMax; !full {
			r.polls++
		}
	})
	if full {
		return nil, nil, errs.New(errs.Exhausted, "webchat.poll", CodeLimited)
	}
	return r, func() {
		all.mu.Lock()
		defer all.mu.Unlock()
		all.leaveLocked(r, func(r *room) { r.polls-- })
	}, nil
}

// seatOf returns the room in which a socket sits, or nil.
func (all *rooms) seatOf(s *socket) *room {
	all.mu.Lock()
	defer all.mu.Unlock()
	return s.room
}

// stand moves a room from one line to another; the zero queue is none.
func (all *rooms) stand(r *room, from, to id.Queue) {
	all.mu.Lock()
	defer all.mu.Unlock()
	all.standLocked(r, from, to)
}

func (all *rooms) standLocked(r *room, from, to id.Queue) {
	if from != 0 {
		key := queueKey{r.tenant, from}
		delete(all.lines[key], r)
		if len(all.lines[key]) == 0 {
			delete(all.lines, key)
		}
	}
	if to == 0 || all.all[roomKey{r.tenant, r.conversation}] != r {
		return
	}
	key := queueKey{r.tenant, to}
	if all.lines[key] == nil {
		all.lines[key] = map[*room]struct{}{}
	}
	all.lines[key][r] = struct{}{}
}

// inLine returns the rooms whose visitors wait in a queue.
func (all *rooms) inLine(key queueKey) []*room {
	all.mu.Lock()
	defer all.mu.Unlock()
	waiting := make([]*room, 0, len(all.lines[key]))
	for r := range all.lines[key] {
		waiting = append(waiting, r)
	}
	return waiting
}

// placeOf returns what is known of a visitor's place.
func (all *rooms) placeOf(tenant id.Tenant, conversation id.Conversation) place {
	r := all.find(tenant, conversation)
	if r == nil {
		return place{}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.place
}

// attended reports whether the visitor of a conversation of the actor's tenant is there, on this node.
func (all *rooms) attended(ctx context.Context, conversation id.Conversation) bool {
	return all.find(tenantOf(ctx), conversation) != nil
}

// minds reports whether it is to be known that the visitor is there: while the
// conversation is open, and behind its end where what is not seen goes by e-mail.
func (r *room) minds() bool { return !r.over || r.entrance.settings.Mail.on() }

// present returns the conversations whose visitors are to be known to be there and are, or were a moment ago.
func (all *rooms) present() map[id.Tenant][]id.Conversation {
	out := map[id.Tenant][]id.Conversation{}
	all.mu.Lock()
	for key := range all.left {
		if all.all[key] == nil {
			out[key.tenant] = append(out[key.tenant], key.conversation)
		}
	}
	clear(all.left)
	all.mu.Unlock()
	for _, r := range all.list() {
		r.mu.Lock()
		minds := r.minds()
		r.mu.Unlock()
		if minds {
			out[r.tenant] = append(out[r.tenant], r.conversation)
		}
	}
	return out
}

func (all *rooms) wakeAll() {
	for _, r := range all.list() {
		r.wake(newEntries | newState)
	}
}

func (all *rooms) list() []*room {
	all.mu.Lock()
	defer all.mu.Unlock()
	list := make([]*room, 0, len(all.all))
	for _, r := range all.all {
		list = append(list, r)
	}
	return list
}

// arrive counts a socket of a visitor and returns the oldest if there are too many now.
func (all *rooms) arrive(s *socket) *socket {
	key := s.caller()
	all.mu.Lock()
	defer all.mu.Unlock()
	mine := append(all.sockets[key], s)
	var oldest *socket
	if len(mine) > SocketsPerVisitorMax {
		oldest, mine = mine[0], mine[1:]
	}
	all.sockets[key] = mine
	return oldest
}

// turnOut closes the sockets on this node that were opened with a token.
func (all *rooms) turnOut(who callerKey, hash string) {
	all.mu.Lock()
	mine := slices.Clone(all.sockets[who])
	all.mu.Unlock()
	for _, s := range mine {
		if s.who().hash == hash {
			s.conn.Close(CloseUnauthenticated, "")
		}
	}
}

// depart forgets a socket of a visitor.
func (all *rooms) depart(s *socket) {
	key := s.caller()
	all.mu.Lock()
	defer all.mu.Unlock()
	kept := all.sockets[key][:0:0]
	for _, other := range all.sockets[key] {
		if other != s {
			kept = append(kept, other)
		}
	}
	if len(kept) == 0 {
		delete(all.sockets, key)
		return
	}
	all.sockets[key] = kept
}
