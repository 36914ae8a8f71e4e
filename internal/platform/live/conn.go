package live

import (
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/zongler/zongler/internal/errs"
)

// CloseCode says why a connection ended. The reason beside it is a stable code of ours.
type CloseCode int

// Close codes: those of RFC 6455 that we use, and our own from 4000.
const (
	CloseNormal       CloseCode = 1000
	CloseGoingAway    CloseCode = 1001 // the server stops: come back after the retry_ms in the reason
	CloseAbnormal     CloseCode = 1006 // the connection broke; never sent
	ClosePolicy       CloseCode = 1008 // the client kept breaking the rules
	CloseTooBig       CloseCode = 1009 // a message beyond MaxMessage
	CloseInternal     CloseCode = 1011
	CloseTryAgain     CloseCode = 1013 // too slow, or too many connections: come back
	CloseSessionEnded CloseCode = 4401 // sign in again
)

// Bounds of a connection.
const (
	// MaxMessage is the largest message a client may send, in bytes.
	MaxMessage = 32 << 10
	// queueBytes is how much may wait for a slow reader, each frame with frameCost. It is bytes and not frames that are
	// bounded: one change may be told in hundreds of small frames before the writer has begun.
	queueBytes = 512 << 10
	// queueEphemeral is how much may wait before ephemeral frames are dropped.
	queueEphemeral = queueBytes / 2
	// frameCost is what a waiting frame takes beside its bytes.
	frameCost = 64
	// queueAge is how long a frame may wait: who is further behind is quicker to fetch everything anew.
	queueAge = 8 * time.Second
	// writeTimeout is how long one frame may take.
	writeTimeout = 10 * time.Second
	// closeTimeout is how long a closing connection may take to swallow what is being written.
	closeTimeout = 5 * time.Second

	heartbeat   = 20 * time.Second
	pongTimeout = 15 * time.Second

	// A client may send messageBurst messages at once and one more each messageEvery.
	messageBurst = 40
	messageEvery = 50 * time.Millisecond
	// A client may break the rules strikeBurst times at once and once more each strikeEvery.
	strikeBurst = 5
	strikeEvery = 10 * time.Second

	// maxReason is the longest close reason that fits a control frame.
	maxReason = 123
)

// ErrOrigin refuses a connection from another site.
var ErrOrigin = errs.New(errs.Forbidden, "live.Accept", "cross_origin")

// Errors of Send.
var (
	// ErrClosed refuses to send on a connection that is closing or closed.
	ErrClosed = errs.E(errs.Unavailable, "live.Send", net.ErrClosed)
	// ErrSlow refuses to send because too much waits, or for too long. The connection is being closed with CloseTryAgain.
	ErrSlow = errs.E(errs.Exhausted, "live.Send", errors.New("slow reader"))
)

// Options of a connection.
type Options struct {
	// Group owns the connection.
	Group *Group
	// Origins are patterns ("https://desk.example.com", "*.example.com") from where a browser may connect, beside the
	// host itself.
	Origins []string
	// AnyOrigin says that the caller has checked the Origin, or that it does not matter.
	AnyOrigin bool
	// Expires is when the connection is closed with CloseSessionEnded; zero is never.
	Expires time.Time
	// Overflow is the last frame sent to a reader who is too slow; nil sends none.
	Overflow []byte
	// Alive, if set, is called after each heartbeat that the peer has answered: all that was sent before asked has arrived.
	Alive func(asked time.Time)
	// Refuse answers a request that is not let in; nil answers with a line of text.
	Refuse func(w http.ResponseWriter, r *http.Request, err error)
	// Log receives panics of handlers.
	Log *slog.Logger
}

// Conn is one websocket with a bounded queue of frames to send. Its methods may be called from everywhere.
// An idle connection costs one goroutine; a writer runs only while there is something to write.
type Conn struct {
	group    *Group
	log      *slog.Logger
	ws       *websocket.Conn
	raw      *corked // under ws
	overflow []byte
	alive    func(asked time.Time)
	handle   func(message []byte) error
	closed   func(CloseCode)
	expires  time.Time // then it is closed with CloseSessionEnded; zero: never

	messages, strikes bucket // the reader's

	mu      sync.Mutex
	out     []outgoing  // waits to be written; nil when idle
	waiting int         // bytes of those in out that count against the bound, with their cost
	writing bool        // a writer is running
	code    CloseCode   // why we close; 0 while open
	reason  string      //
	ended   bool        // no goroutine may be started any more
	beat    *time.Timer // nil until Start
}

// outgoing is an encoded frame, with its number if it has one, and since when it waits; zero: it does not count as waiting.
type outgoing struct {
	raw   []byte
	seq   int64
	since time.Time
}

// cost returns what the frame counts for while it waits.
func (o outgoing) cost() int {
	if o.since.IsZero() {
		return 0
	}
	return len(o.raw) + frameCost
}

// Accept upgrades a request to a connection. On an error it has answered the request. The caller calls Start, or Close.
// Both the connection and what Start is given outlive the request, so the handler returns and frees its memory.
func Accept(w http.ResponseWriter, r *http.Request, opt Options) (*Conn, error) {
	if err := opt.Group.admit(); err != nil {
		if opt.Refuse != nil {
			opt.Refuse(w, r, err)
		} else {
			http.Error(w, errs.CodeOf(err), http.StatusServiceUnavailable)
		}
		return nil, err
	}
	hijacked := &lean{ResponseWriter: w, mute: opt.Refuse != nil}
	ws, err := websocket.Accept(hijacked, r, &websocket.AcceptOptions{
		OriginPatterns: opt.Origins, InsecureSkipVerify: opt.AnyOrigin,
	})
	if err != nil {
		err = handshakeError(hijacked.refused, err)
		if hijacked.refused != 0 {
			opt.Refuse(w, r, err)
		}
		return nil, err
	}
	ws.SetReadLimit(-1) // read applies MaxMessage
	c := &Conn{group: opt.Group, log: opt.Log, ws: ws, raw: hijacked.raw, overflow: opt.Overflow, alive: opt.Alive, expires: opt.Expires}
	if err := opt.Group.join(c); err != nil {
		_ = ws.CloseNow()
		return nil, err
	}
	return c, nil
}

// handshakeError says why a request cannot become a connection, given the status of an answer that was kept back.
func handshakeError(refused int, err error) error {
	if refused == http.StatusForbidden {
		return ErrOrigin
	}
	return errs.E(errs.Invalid, "live.Accept", err)
}

// Start begins to read. handle is called with one message after the other; an error it returns is told to the client
// in an error frame. closed is called once, after the last message. Either may be nil.
func (c *Conn) Start(handle func(message []byte) error, closed func(CloseCode)) {
	c.mu.Lock()
	c.handle, c.closed = handle, closed
	ended, code := c.ended, c.code
	if !ended {
		c.startHeartbeatLocked()
		go c.read() // counted by the group until finish
	}
	c.mu.Unlock()
	if ended && closed != nil {
		closed(code)
	}
}

// Send queues an encoded frame. It returns ErrSlow or ErrClosed.
func (c *Conn) Send(frame []byte) error { return c.enqueue(outgoing{raw: frame}, queueBytes) }

// Preload queues encoded frames that answer a question of the client and are bounded by whoever answers: they do not
// count as waiting. On a connection that is closing it does nothing.
func (c *Conn) Preload(frames [][]byte) {
	all := make([]outgoing, len(frames))
	for i, raw := range frames {
		all[i] = outgoing{raw: raw}
	}
	c.preload(all)
}

// Close writes what is queued, then closes the connection with a code and a reason. It does not wait.
// Later calls are ignored.
func (c *Conn) Close(code CloseCode, reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closeLocked(code, reason)
}

func (c *Conn) closeLocked(code CloseCode, reason string) {
	if c.code != 0 || c.ended {
		return
	}
	if len(reason) > maxReason {
		reason = reason[:maxReason]
	}
	c.code, c.reason = code, reason
	_ = c.raw.SetWriteDeadline(time.Now().Add(closeTimeout)) // fails only on a broken connection, which the reader sees
	c.wakeLocked()
}

// isClosing reports whether the client is no longer listened to.
func (c *Conn) isClosing() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.code != 0
}

// cut ends the connection without a word. The reader notices and finishes.
func (c *Conn) cut() { _ = c.raw.Close() }

// finish is the end of every connection, whoever caused it.
func (c *Conn) finish(code CloseCode) {
	c.mu.Lock()
	if c.ended {
		c.mu.Unlock()
		return
	}
	c.ended = true
	c.out = nil
	if c.code == 0 { // else the writer may be reading it
		c.code = code
	}
	code, closed := c.code, c.closed
	if c.beat != nil {
		c.beat.Stop()
	}
	c.mu.Unlock()
	_ = c.raw.Close()
	_ = c.ws.CloseNow()
	if closed != nil {
		closed(code)
	}
	c.group.leave(c)
}
