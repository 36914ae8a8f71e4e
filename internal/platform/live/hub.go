package live

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/id"
)

const (
	// KeepStream is how long a stream is remembered after its last connection has left.
	KeepStream = 2 * time.Minute
	// sweepEvery is how often memory that is too old is freed.
	sweepEvery = 15 * time.Second
	// maxTabs bounds the connections of one user.
	maxTabs = 32
	// handleTimeout bounds the handling of one client frame.
	handleTimeout = 10 * time.Second
	// defaultMaxConns bounds the connections of one process.
	defaultMaxConns = 20_000
	// defaultGrace is how long a user without a connection still counts as present: a reload, a change of network.
	defaultGrace = 10 * time.Second
)

// Key names a user of a tenant.
type Key struct {
	Tenant id.Tenant
	User   id.User
}

// Config of a hub. The zero value is good.
type Config struct {
	// Origins are patterns from where browsers may connect, beside the host itself.
	Origins []string
	// MaxConns bounds the connections of the process; 0 means 20 000.
	MaxConns int
	// Build names what the clients of this process are built from; hello tells it.
	Build string
	// Grace is how long a user without a connection still counts as present; 0 means 10 s.
	Grace time.Duration
	// OnFirst is called when a user comes, OnLast when one is gone for Grace. For one user the calls alternate,
	// beginning with OnFirst, one at a time. They may block. A stopping hub does not report that users leave.
	OnFirst, OnLast func(Key)
}

// Session is what the caller knows about a connection that it has authenticated.
type Session struct {
	// ID is the session that EndSession ends; zero if there is none.
	ID id.Session
	// Expires is when the connection is closed with CloseSessionEnded; zero is never.
	Expires time.Time
	// OnFrame handles the client's frames, one after the other; ctx ends after 10 s. An error is told to the client by
	// its code. It may answer through from, with a frame that Encode made. Nil ignores all frames.
	OnFrame func(ctx context.Context, from *Conn, in Incoming) error
	// OnClose is called when the connection has ended.
	OnClose func(CloseCode)
	// Refuse answers a request that is not let in; nil answers with a line of text.
	Refuse func(w http.ResponseWriter, r *http.Request, err error)
}

// Hub sends frames to users.
type Hub struct {
	cfg   Config
	log   *slog.Logger
	group *Group
	stats counters

	mu      sync.RWMutex
	tenants map[id.Tenant]map[id.User]*subscriber
	running sync.WaitGroup // none is added once stopped
	stopped bool
	quit    chan struct{}
}

// NewHub returns a hub. Call Start before Serve.
func NewHub(cfg Config, log *slog.Logger) *Hub {
	if cfg.MaxConns <= 0 {
		cfg.MaxConns = defaultMaxConns
	}
	if cfg.Grace <= 0 {
		cfg.Grace = defaultGrace
	}
	return &Hub{
		cfg: cfg, log: log, group: NewGroup(cfg.MaxConns),
		tenants: make(map[id.Tenant]map[id.User]*subscriber), quit: make(chan struct{}),
	}
}

// Start begins to free memory that is too old.
func (h *Hub) Start(context.Context) error {
	if !h.spawn(h.sweep) {
		return ErrStopped
	}
	return nil
}

// Stop closes all connections with CloseGoingAway and a hint when to come back, and waits for all goroutines, the
// callbacks included. When ctx ends it cuts the connections that are left and returns ctx's error.
func (h *Hub) Stop(ctx context.Context) error {
	h.mu.Lock()
	if !h.stopped {
		h.stopped = true
		close(h.quit)
	}
	h.mu.Unlock()
	err := h.group.Stop(ctx)
	h.drop(func(*subscriber) bool { return true })
	h.running.Wait()
	return err
}

// Serve upgrades the request of an authenticated user and returns; the connection lives on. The query may hold the
// client's position (epoch, seq). On an error it has answered the request; the error is for the log.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, key Key, session Session) error {
	at := clientPosition(r)
	conn, err := Accept(w, r, Options{
		Group: h.group, Origins: h.cfg.Origins, Expires: session.Expires, Overflow: resyncFrame(), Refuse: session.Refuse, Log: h.log,
	})
	if err != nil {
		return err
	}
	p := &peer{conn: conn, session: session.ID}
	s, err := h.attach(key, p, at)
	if err != nil {
		conn.Close(CloseTryAgain, "live.full")
		return err
	}
	conn.Start(frameHandler(conn, session), func(code CloseCode) {
		s.detach(p)
		if session.OnClose != nil {
			session.OnClose(code)
		}
	})
	return nil
}

// Begin begins a user's stream unless there is one, and returns where it stands. A client that connects within KeepStream
// and names that place is sent everything since, so what it fetches meanwhile need not be fetched again. A stopped hub
// has no place to name.
func (h *Hub) Begin(key Key) (epoch string, seq int64) {
	for {
		s := h.subscriberFor(key)
		if s == nil {
			return "", 0
		}
		if at, ok := s.begin(); ok {
			return at.epoch, at.seq
		}
		h.forget(s)
	}
}

// attach joins the peer to the key's stream, which it begins if there is none.
func (h *Hub) attach(key Key, p *peer, at position) (*subscriber, error) {
	for {
		s := h.subscriberFor(key)
		if s == nil {
			return nil, ErrStopped
		}
		if ok, err := s.attach(p, at); ok {
			return s, err
		}
		h.forget(s) // dropped between the two lines: begin a new stream
	}
}

// subscriberFor returns the key's stream, or nil if the hub has stopped.
func (h *Hub) subscriberFor(key Key) *subscriber {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopped {
		return nil
	}
	users := h.tenants[key.Tenant]
	if users == nil {
		users = make(map[id.User]*subscriber)
		h.tenants[key.Tenant] = users
	}
	s := users[key.User]
	if s == nil {
		s = &subscriber{hub: h, key: key, epoch: rand.Text(), left: time.Now()}
		users[key.User] = s
	}
	return s
}

// spawn runs f in a goroutine that Stop awaits; false if the hub has stopped. The caller may hold a subscriber's lock:
// nobody waits for one while holding the hub's.
func (h *Hub) spawn(f func()) bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if h.stopped {
		return false
	}
	h.running.Go(f)
	return true
}

// sweep drops streams that nobody came back to, and frames that nobody can ask for any more.
func (h *Hub) sweep() {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-h.quit:
			return
		case now := <-tick.C:
			h.drop(func(s *subscriber) bool {
				s.recent.trim(now)
				return len(s.peers) == 0 && now.Sub(s.left) >= KeepStream
			})
		}
	}
}

func frameHandler(conn *Conn, session Session) func([]byte) error {
	if session.OnFrame == nil {
		return nil
	}
	return func(message []byte) error {
		in, err := Decode(message)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(context.Background(), handleTimeout)
		defer cancel()
		return session.OnFrame(ctx, conn, in)
	}
}

// clientPosition reads the position from the query. One that makes no sense is one that cannot be resumed.
func clientPosition(r *http.Request) position {
	query := r.URL.Query()
	epoch, seq := query.Get("epoch"), query.Get("seq")
	if epoch == "" && seq == "" {
		return position{}
	}
	n, err := strconv.ParseInt(seq, 10, 64)
	if err != nil || n < 0 {
		return position{known: true, seq: -1}
	}
	return position{known: true, epoch: epoch, seq: n}
}
