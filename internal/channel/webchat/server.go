package webchat

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/platform/live"
)

// Bounds of a node.
const (
	socketsMax    = 20_000
	knownCallers  = 100_000 // visitors whose pace is remembered
	touchEvery    = 30 * time.Second
	touchBatch    = 200
	actsPerSecond = 1
	actsAtOnce    = 20 // less than a connection takes at once, so that an outbox is slowed down, never cut off
)

// Server is the visitors' side of the chat on one node. Make it with New, run it with Run.
type Server struct {
	Deps

	log       *slog.Logger
	started   time.Time
	group     *live.Group
	pace      *httpx.Limiter
	entrances *entrances
	outlooks  outlooks
	rooms     *rooms
	line      *line
	keys      signingKeys
	life      context.Context //nolint:containedctx // pushes outlive the requests that cause them and end with the server
	end       context.CancelFunc
	working   sync.WaitGroup
}

// New returns a server that knows nobody yet.
func New(d Deps, log *slog.Logger) *Server {
	rates := httpx.DefaultRates()
	rates.MaxKnown = knownCallers
	life, end := context.WithCancel(context.Background())
	s := &Server{
		Deps: d, log: log, started: time.Now(), group: live.NewGroup(socketsMax), pace: httpx.NewLimiter(rates),
		entrances: newEntrances(), outlooks: outlooks{kept: map[outlookKey]keptOutlook{}}, life: life, end: end,
		keys: signingKeys{kept: map[id.Tenant]string{}},
	}
	s.rooms = newRooms(s)
	s.line = newLine(s)
	return s
}

// Group owns the sockets of visitors.
func (s *Server) Group() *live.Group { return s.group }

// Run follows the facts and notes who is there, until ctx ends. Then it closes all sockets.
func (s *Server) Run(ctx context.Context) error {
	pos, err := db.LastFact(ctx, s.DB)
	if err != nil {
		return errs.Op("webchat.Run", err)
	}
	s.entrances.forget(0) // what was read before pos was known
	s.rooms.wakeAll()
	var running sync.WaitGroup
	running.Go(func() { s.noteWhoIsThere(ctx) })
	err = s.DB.Follow(ctx, "webchat", pos, s.learn)
	running.Wait()
	return errors.Join(err, s.stop()) //nolint:contextcheck // ctx has ended
}

// stopWithin bounds how long the sockets may take to say goodbye.
const stopWithin = 5 * time.Second

func (s *Server) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	err := s.group.Stop(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = nil // they were cut
	}
	s.line.stop()
	s.end()
	s.working.Wait()
	return err
}

// noteWhoIsThere keeps the visitors' presence in the tables fresh, so that another node or the next start knows.
func (s *Server) noteWhoIsThere(ctx context.Context) {
	tick := time.NewTicker(touchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			for tenant, present := range s.rooms.present() {
				s.touch(ctx, tenant, present)
			}
		}
	}
}

// touch writes that the visitors of conversations are there. A failure costs nothing but a tick.
func (s *Server) touch(ctx context.Context, tenant id.Tenant, conversations []id.Conversation) {
	ctx = asSystem(ctx, tenant)
	for len(conversations) > 0 {
		n := min(len(conversations), touchBatch)
		batch := conversations[:n]
		conversations = conversations[n:]
		err := s.DB.Update(ctx, func(tx *db.Tx) error { return touchChats(ctx, tx, tenant, batch) })
		if err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "who is there cannot be noted", "tenant", tenant, "err", err)
			return
		}
	}
}
