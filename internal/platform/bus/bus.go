package bus

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/zongler/zongler/internal/errs"
)

const (
	// MaxMessage is the largest message, in bytes. A message announces; what it is about is in the database.
	MaxMessage = 64 << 10
	// pendingMessages is how many messages may wait for a slow subscriber.
	pendingMessages = 1024
	// flushTimeout bounds how long Stop waits for the last messages to leave.
	flushTimeout = 2 * time.Second
	// pingInterval and twice it bound the time until a dead cluster is noticed.
	pingInterval  = 10 * time.Second
	reconnectWait = 500 * time.Millisecond
)

// Errors of the bus.
var (
	// ErrStopped refuses to use a bus that has not been started or has been stopped.
	ErrStopped = errs.E(errs.Unavailable, "bus", errors.New("not running"))
	// ErrTooBig refuses a message beyond MaxMessage.
	ErrTooBig = errs.E(errs.Internal, "bus.Publish", errors.New("message too big"))
)

// Config of a bus.
type Config struct {
	// URL is the address of a NATS cluster ("nats://one.example.com:4222,nats://two.example.com:4222", tls:// for TLS).
	URL string
	// Name is how this node calls itself in the cluster's own monitoring.
	Name string
}

// Bus is a connection to all nodes of the centre.
type Bus struct {
	cfg Config
	log *slog.Logger

	mu      sync.Mutex
	conn    *nats.Conn // nil unless running
	late    bool       // the cluster could not be reached at the start
	readers map[*reader]struct{}
	running sync.WaitGroup
}

// New returns a bus. Call Start before using it.
func New(cfg Config, log *slog.Logger) *Bus {
	return &Bus{cfg: cfg, log: log, readers: make(map[*reader]struct{})}
}

// Start connects to the cluster. A cluster that cannot be reached yet is no error:
// the bus keeps trying and Connected says how it is. An address that cannot be understood is one.
func (b *Bus) Start(context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.conn != nil {
		return nil
	}
	conn, err := nats.Connect(b.cfg.URL, b.options()...)
	if err != nil {
		return errs.E(errs.Invalid, "bus.Start", err)
	}
	b.conn, b.late = conn, !conn.IsConnected()
	return nil
}

// Stop ends all subscriptions, waits for their handlers, and closes the connection.
func (b *Bus) Stop(ctx context.Context) error {
	b.mu.Lock()
	conn := b.conn
	b.conn = nil
	readers := slices.Collect(maps.Keys(b.readers))
	clear(b.readers)
	b.mu.Unlock()
	if conn == nil {
		return nil
	}
	for _, r := range readers {
		r.end()
	}
	err := b.wait(ctx)
	if conn.IsConnected() {
		_ = conn.FlushTimeout(flushTimeout) // what is lost now may be lost
	}
	conn.Close()
	return err
}

// Connected reports whether messages reach other nodes now.
func (b *Bus) Connected() bool {
	conn := b.connection()
	return conn != nil && conn.IsConnected()
}

// Publish sends a message to all subscribers of a subject, those of this process included. That it returns no error
// does not say that anybody received it; an error says that other nodes did not, and callers may go on.
func (b *Bus) Publish(subject Subject, data []byte) error {
	if subject.name == "" {
		return ErrSubject
	}
	if len(data) > MaxMessage {
		return ErrTooBig
	}
	conn := b.connection()
	if conn == nil {
		return ErrStopped
	}
	if err := conn.Publish(subject.name, data); err != nil {
		return errs.E(errs.Unavailable, "bus.Publish", err)
	}
	return nil
}

func (b *Bus) connection() *nats.Conn {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.conn
}

// wait waits for the handlers that are running.
func (b *Bus) wait(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.running.Wait()
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return errs.E(errs.Unavailable, "bus.Stop", ctx.Err())
	}
}

func (b *Bus) options() []nats.Option {
	name := b.cfg.Name
	if name == "" {
		name = "zongler"
	}
	return []nats.Option{
		nats.Name(name),
		nats.RetryOnFailedConnect(true),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(reconnectWait),
		nats.PingInterval(pingInterval),
		nats.ReconnectBufSize(-1), // news that waited for a connection is no news: readers catch up from the database
		nats.ConnectHandler(func(*nats.Conn) { b.connected(true) }),
		nats.ReconnectHandler(func(*nats.Conn) { b.connected(false) }),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				b.log.Warn("bus: disconnected", "err", err)
			}
		}),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			b.log.Warn("bus: trouble", "err", err)
		}),
	}
}

// connected tells all readers that they may have missed something, unless nothing can have been missed yet.
func (b *Bus) connected(first bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if first && !b.late {
		return
	}
	b.log.Info("bus: connected")
	for r := range b.readers {
		r.mark()
	}
}
