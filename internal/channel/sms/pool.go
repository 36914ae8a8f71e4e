package sms

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/sms/smpp"
	"github.com/zongler/zongler/internal/id"
)

// Times of a line to a centre.
const (
	dialWithin   = 15 * time.Second
	bindWithin   = 15 * time.Second
	closeWithin  = 3 * time.Second
	idleFor      = 5 * time.Minute // for so long a line that only sends is kept
	firstPause   = time.Second     // before the next try, after one that failed
	longestPause = 2 * time.Minute
	slowestPause = time.Minute // between messages to a centre that says it is too much
)

// pool keeps the lines of this node: one to each number that goes over a message centre.
type pool struct {
	service *Service

	mu    sync.Mutex
	hold  bool // this node is the one that listens
	lines map[id.EntryPoint]*wire
}

func newPool(s *Service) *pool { return &pool{service: s, lines: map[id.EntryPoint]*wire{}} }

// wire is the line to a number's centre, whether it is up or not.
type wire struct {
	dialling sync.Mutex // one tries at a time; guards all but what mu guards

	session  *smpp.Session
	changed  time.Time // of the entry point for which it was made
	receives bool
	failures int
	retryAt  time.Time
	failed   error // why the last try was in vain

	mu     sync.Mutex
	slow   time.Duration // how long to wait after having been throttled
	slowTo time.Time
	idle   *time.Timer
}

// listening says whether this node is the one that is brought messages. Lines that were made otherwise end.
func (o *pool) listening(ctx context.Context, on bool) {
	o.mu.Lock()
	o.hold = on
	lines := o.lines
	o.lines = map[id.EntryPoint]*wire{}
	o.mu.Unlock()
	var all sync.WaitGroup
	for _, w := range lines {
		all.Go(func() { w.close(ctx) })
	}
	all.Wait()
}

// drop ends the line to a number that is no more.
func (o *pool) drop(ctx context.Context, point id.EntryPoint) {
	o.mu.Lock()
	w := o.lines[point]
	delete(o.lines, point)
	o.mu.Unlock()
	if w != nil {
		w.close(ctx)
	}
}

func (w *wire) close(ctx context.Context) {
	w.dialling.Lock()
	defer w.dialling.Unlock()
	if w.session == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeWithin)
	defer cancel()
	w.session.Close(ctx)
	w.session = nil
}

// of returns the wire to a number, and whether this node listens.
func (o *pool) of(point id.EntryPoint) (*wire, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	w := o.lines[point]
	if w == nil {
		w = &wire{}
		o.lines[point] = w
	}
	return w, o.hold
}

// live reports whether there is a line to a number as it is now.
func (o *pool) live(p channel.EntryPoint) bool {
	w, _ := o.of(p.ID)
	w.dialling.Lock()
	defer w.dialling.Unlock()
	return w.session != nil && w.session.Err() == nil && w.changed.Equal(p.UpdatedAt)
}

// waitError is that a centre is left alone for a while.
type waitError struct {
	after time.Duration
	err   error
}

func (e *waitError) Error() string { return "sms: the centre is left alone: " + e.err.Error() }
func (e *waitError) Unwrap() error { return e.err }

// session returns a live session for a number, made now if there is none. Its errors are
// those of smpp, of the connection, and waitError.
func (o *pool) session(ctx context.Context, p channel.EntryPoint) (*smpp.Session, *wire, error) {
	w, listens := o.of(p.ID)
	w.dialling.Lock()
	defer w.dialling.Unlock()
	if w.session != nil && w.session.Err() == nil && w.changed.Equal(p.UpdatedAt) {
		w.used(w.session, w.receives)
		return w.session, w, nil
	}
	if w.session != nil {
		w.session.Close(ctx)
		w.session = nil
	}
	if wait := time.Until(w.retryAt); wait > 0 && w.changed.Equal(p.UpdatedAt) {
		return nil, w, &waitError{wait, w.failed}
	}
	w.changed = p.UpdatedAt
	account, err := o.service.Accounts.Open(ctx, p)
	if err == nil {
		w.session, err = o.service.bind(ctx, account, listens)
	}
	if err != nil {
		w.failures++
		w.failed, w.retryAt = err, time.Now().Add(backoff(w.failures))
		return nil, w, err
	}
	w.failures, w.receives = 0, listens
	w.used(w.session, listens)
	return w.session, w, nil
}

// used has a line end that only sends, once it has not been used for long.
func (w *wire) used(session *smpp.Session, receives bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.idle != nil {
		w.idle.Stop()
		w.idle = nil
	}
	if receives {
		return
	}
	w.idle = time.AfterFunc(idleFor, func() {
		ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
		defer cancel()
		session.Close(ctx)
	})
}

// backoff is the pause before the next try, spread so that not all come at once.
func backoff(failures int) time.Duration {
	d := min(firstPause<<min(failures-1, 10), longestPause)
	return d - time.Duration(rand.Int64N(int64(d)/4+1))
}

// wait returns for how long the centre must be left alone.
func (w *wire) wait(now time.Time) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return max(w.slowTo.Sub(now), 0)
}

// throttled notes that it was too much, and returns for how long to be still.
func (w *wire) throttled(now time.Time) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	if now.Before(w.slowTo) { // others have been told so, too
		return w.slowTo.Sub(now)
	}
	w.slow = min(max(2*w.slow, time.Second), slowestPause)
	w.slowTo = now.Add(w.slow)
	return w.slow
}

// taken notes that a message was.
func (w *wire) taken() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.slow /= 2
}

// errPlain refuses to show a password on a line that others can read.
var errPlain = errors.New("sms: without TLS only hosts are called that the operator allows")

// dial connects to the centre of an account.
func (s *Service) dial(ctx context.Context, settings Settings) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	conn, err := s.Dialer.DialContext(ctx, "tcp", settings.Host)
	if err != nil {
		return nil, err
	}
	host, _, err := net.SplitHostPort(settings.Host)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if settings.Unsafe {
		if !s.Dialer.Exempt(host, conn.RemoteAddr()) {
			return nil, errors.Join(errPlain, conn.Close())
		}
		return conn, nil
	}
	return secure(ctx, conn, host, settings)
}

// bind signs in to the centre of an account.
func (s *Service) bind(ctx context.Context, a channel.Account, listens bool) (*smpp.Session, error) {
	ctx = actor.With(ctx, actor.ForSystem(a.Tenant))
	settings, err := parseSettings(a.Config)
	if err != nil {
		return nil, err
	}
	conn, err := s.dial(ctx, settings)
	if err != nil {
		return nil, err
	}
	c := smpp.Config{
		As: smpp.BindTransmitter, Window: settings.Window,
		Bind: smpp.Bind{SystemID: settings.SystemID, Password: a.Secrets[secretPassword], SystemType: settings.SystemType},
	}
	if listens {
		arriving, err := s.arriving(ctx, a.EntryPoint, settings)
		if err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		c.As, c.Arrived = smpp.BindTransceiver, arriving.take
	}
	ctx, cancel := context.WithTimeout(ctx, bindWithin)
	defer cancel()
	return smpp.Open(ctx, conn, c)
}
