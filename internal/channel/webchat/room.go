package webchat

import (
	"context"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/live"
)

// news is what a room has to look at.
type news uint8

const (
	newEntries news = 1 << iota
	newState
)

// pushPage is how many entries a room reads at once.
const pushPage = 50

// seat is what a socket has of the room it sits in. The room's lock guards it.
type seat struct {
	sent  int64     // newest entry that was sent
	at    time.Time // when
	state State     // that was sent last
}

// room gathers the sockets and long polls of one conversation on this node. It
// sends each socket the entries behind what it has, in order, by reading them: a
// wake-up that gets lost, comes twice or too early does no harm.
type room struct {
	srv          *Server
	entrance     *entrance
	tenant       id.Tenant
	conversation id.Conversation

	mu      sync.Mutex
	seats   map[*socket]*seat
	polls   int
	pending news
	running bool
	changed chan struct{} // closed and replaced when there is anything new
	typing  time.Time     // the agent types until then
	waits   id.Interaction
	queue   id.Queue
	over    bool
	place   place
	agent   int64 // newest entry of ours that was sent to a socket
	arrived int64 // newest entry of ours that is known to have arrived
}

// wake makes the room look at what is new.
func (r *room) wake(what news) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wakeLocked(what)
}

func (r *room) wakeLocked(what news) {
	r.pending |= what
	close(r.changed)
	r.changed = make(chan struct{})
	if !r.running && len(r.seats) > 0 {
		r.running = true
		r.srv.working.Go(r.run)
	}
}

// run looks until there is nothing new. One goroutine at a time does it for a room.
func (r *room) run() {
	ctx := asSystem(r.srv.life, r.tenant)
	for {
		r.mu.Lock()
		what := r.pending
		r.pending = 0
		if what == 0 || len(r.seats) == 0 || ctx.Err() != nil {
			r.running = false
			r.mu.Unlock()
			return
		}
		r.mu.Unlock()
		var err error
		if what&newEntries != 0 {
			err = r.pushEntries(ctx)
		}
		if err == nil && what&newState != 0 {
			err = r.pushState(ctx)
		}
		if err != nil && ctx.Err() == nil {
			r.srv.log.ErrorContext(ctx, "visitors cannot be told", "tenant", r.tenant, "conversation", r.conversation, "err", err)
			r.giveUp()
		}
	}
}

// giveUp closes the sockets of the room: their widgets come back and ask anew, so nobody silently misses anything.
func (r *room) giveUp() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for s := range r.seats {
		s.conn.Close(live.CloseTryAgain, CodeUnavailable)
	}
	clear(r.seats)
}

// pushEntries sends what sockets do not have yet.
func (r *room) pushEntries(ctx context.Context) error {
	for {
		from := r.behind()
		if from < 0 {
			return nil
		}
		found, more, err := r.srv.after(ctx, r.srv.DB, r.conversation, from, pushPage)
		if err != nil || len(found) == 0 {
			return err
		}
		if err := r.srv.emptyGone(ctx, found, more); err != nil {
			return err
		}
		frames := make([]sendable, 0, len(found))
		for _, e := range found {
			f, err := r.srv.frameOf(ctx, r.tenant, e)
			if err != nil {
				return err
			}
			frames = append(frames, f)
		}
		r.send(frames)
		if !more {
			return nil
		}
	}
}

// sendable is an entry on its way; raw is nil where visitors may not look.
type sendable struct {
	seq  int64
	raw  []byte
	ours bool // its arrival is to be known
}

func (s *Server) frameOf(ctx context.Context, tenant id.Tenant, e conversation.Entry) (sendable, error) {
	f := sendable{seq: e.Seq}
	shown, ok, err := s.shown(ctx, tenant, e)
	if err != nil || !ok {
		return f, err
	}
	f.ours = e.DeliveryState != ""
	f.raw, err = Encode(EntryFrame{shown})
	return f, err
}

// behind returns the newest entry that every socket has; -1 if nobody is there.
func (r *room) behind() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	from := int64(-1)
	for _, s := range r.seats {
		if from < 0 || s.sent < from {
			from = s.sent
		}
	}
	return from
}

func (r *room) send(frames []sendable) {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	for s, seat := range r.seats {
		var missing [][]byte
		for _, f := range frames {
			if f.seq <= seat.sent {
				continue
			}
			seat.sent, seat.at = f.seq, now
			if f.raw != nil {
				missing = append(missing, f.raw)
			}
		}
		s.push(missing)
	}
	for _, f := range frames {
		if f.ours {
			r.agent = max(r.agent, f.seq)
		}
	}
}

// pushState sends the state to sockets that have another, and marks alone where only marks moved.
func (r *room) pushState(ctx context.Context) error {
	c, found, err := findChat(ctx, r.srv.DB, r.conversation, "")
	if err != nil || !found {
		return err
	}
	row, err := r.srv.Conversations.Find(ctx, r.srv.DB, r.conversation)
	if err != nil {
		return err
	}
	r.settle(c, row) //nolint:contextcheck // lines are told by the server
	r.mu.Lock()
	at := r.place
	r.mu.Unlock()
	st, err := r.srv.stateOf(ctx, r.entrance, c, row, at)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for s, seat := range r.seats {
		for _, m := range difference(seat.state, st) {
			s.tell(m)
		}
		seat.state = st
	}
	return nil
}

// settle notes where the conversation stands: in which line, or over.
func (r *room) settle(c chat, row conversation.Conversation) {
	waits, queue := id.Interaction(0), id.Queue(0)
	if row.Waiting {
		waits, queue = row.InteractionID, row.QueueID
	}
	r.mu.Lock()
	before := r.queue
	if r.waits != waits || r.queue != queue {
		r.place = place{}
	}
	r.waits, r.queue, r.over = waits, queue, !c.open(row)
	r.mu.Unlock()
	if before != queue {
		r.srv.rooms.stand(r, before, queue)
		r.srv.line.moved(r.tenant, queue)
	}
}

// difference returns the frames that bring a widget from one state to another.
func difference(from, to State) []Message {
	bare := from
	bare.Read, bare.Delivered = to.Read, to.Delivered
	if !sameState(bare, to) {
		return []Message{to}
	}
	var all []Message
	if to.Delivered > from.Delivered {
		all = append(all, Delivered{Conversation: to.Conversation, Seq: to.Delivered})
	}
	if to.Read > from.Read {
		all = append(all, AgentRead{Conversation: to.Conversation, Seq: to.Read})
	}
	return all
}

func sameState(a, b State) bool {
	same := a.Wait == nil && b.Wait == nil || a.Wait != nil && b.Wait != nil && *a.Wait == *b.Wait
	same = same && (a.Agent == nil && b.Agent == nil || a.Agent != nil && b.Agent != nil && *a.Agent == *b.Agent)
	same = same && a.OpensAt.Equal(b.OpensAt)
	a.Wait, a.Agent, a.OpensAt = nil, nil, time.Time{}
	b.Wait, b.Agent, b.OpensAt = nil, nil, time.Time{}
	return same && a == b
}

// types tells everybody in the room that the agent types.
func (r *room) types(on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.typing = time.Time{}
	if on {
		r.typing = time.Now().Add(TypingFor)
	}
	for s := range r.seats {
		s.tell(AgentTyping{Conversation: r.conversation, On: on})
	}
	close(r.changed)
	r.changed = make(chan struct{})
}

// heard returns the newest entry of ours that has now arrived at a socket which answered a question asked at that time; 0: no news.
func (r *room) heard(s *socket, asked time.Time) int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	seat := r.seats[s]
	if seat == nil || r.agent <= r.arrived || seat.sent < r.agent || !seat.at.Before(asked) {
		return 0
	}
	r.arrived = r.agent
	return r.agent
}

func tenantOf(ctx context.Context) id.Tenant { return actor.From(ctx).Tenant }
