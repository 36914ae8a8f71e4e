package smpptest

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/channel/sms/smpp"
	"github.com/zongler/zongler/internal/kit/smstext"
)

// Fault is what the centre does with a message instead of taking it.
type Fault string

// The fault menu.
const (
	Throttled Fault = "throttled"  // too fast, once
	Full      Fault = "queue full" // once
	Refused   Fault = "refused"    // ESME_RINVDSTADR, once
	Silent    Fault = "silent"     // it takes the message, and the line breaks before it says so
	Mute      Fault = "mute"       // it takes the message and never says so
	Down      Fault = "down"       // the line breaks before the message is read to its end
)

// Message is what the centre has taken: whole, with all of its parts.
type Message struct {
	ID       string // of the first part
	IDs      []string
	From, To string
	Text     string
	Alphabet smstext.Alphabet
	Parts    int
	Receipts bool // wanted
}

// Centre is a message centre.
type Centre struct {
	SystemID string
	Password string
	Window   int // commands under way that it allows

	listener net.Listener
	serving  sync.WaitGroup

	mu       sync.Mutex
	lines    []*line
	next     int
	parts    map[string][]smpp.Message // of messages that are not whole, by who, to whom and reference
	ids      map[string][]string
	got      []Message
	faults   []Fault
	locked   bool
	away     int // connections that are closed at once
	before   func(Message)
	broken   []string
	binds    int
	bound    chan struct{} // closed and made anew when somebody is bound
	sequence uint32
}

// New starts a centre on a free port of this machine.
func New() (*Centre, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it is closed by Close
	if err != nil {
		return nil, err
	}
	return listening(l), nil
}

// NewTLS starts a centre that shows a certificate and speaks in private alone.
func NewTLS(shows tls.Certificate) (*Centre, error) {
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{shows}, MinVersion: tls.VersionTLS12})
	if err != nil {
		return nil, err
	}
	return listening(l), nil
}

func listening(l net.Listener) *Centre {
	c := Bare()
	c.listener = l
	c.serving.Go(c.accept)
	return c
}

// Bare returns a centre that is connected to by Serve alone.
func Bare() *Centre {
	return &Centre{
		SystemID: "fala", Password: "tajne", Window: 10, parts: map[string][]smpp.Message{}, ids: map[string][]string{}, bound: make(chan struct{}),
	}
}

// Addr returns host and port.
func (c *Centre) Addr() string { return c.listener.Addr().String() }

// Close ends all connections.
func (c *Centre) Close() {
	if c.listener != nil {
		_ = c.listener.Close() // nobody comes any more
	}
	c.Cut()
	c.serving.Wait()
}

// Cut breaks all lines.
func (c *Centre) Cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range c.lines {
		_ = l.conn.Close() // that is the point
	}
	c.lines = nil // nothing is brought there any more
}

func (c *Centre) accept() {
	for {
		conn, err := c.listener.Accept()
		if err != nil {
			return
		}
		c.Serve(conn)
	}
}

// Serve answers whoever is at the other end of conn, until it ends.
func (c *Centre) Serve(conn net.Conn) {
	l := &line{centre: c, conn: conn, waiting: map[uint32]chan smpp.Status{}, ended: make(chan struct{})}
	c.mu.Lock()
	away := c.away > 0
	if away {
		c.away--
	} else {
		c.lines = append(c.lines, l)
	}
	c.mu.Unlock()
	if away {
		_ = conn.Close() // that is the point
		return
	}
	c.serving.Go(func() {
		l.run()
		c.mu.Lock()
		c.lines = slices.DeleteFunc(c.lines, func(o *line) bool { return o == l })
		c.mu.Unlock()
	})
}

// Next says what becomes of the next messages, one fault for each.
func (c *Centre) Next(faults ...Fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults = append(c.faults, faults...)
}

// Lock breaks all lines, and lets nobody in until Unlock. It returns when the other ends know.
func (c *Centre) Lock() {
	c.mu.Lock()
	c.locked = true
	c.mu.Unlock()
	c.leave()
}

// Away breaks all lines, and the next n that somebody opens. It returns when the other ends know.
func (c *Centre) Away(n int) {
	c.mu.Lock()
	c.away = n
	c.mu.Unlock()
	c.leave()
}

// leave breaks all lines and waits until the other ends have seen it: who sends on a line
// that is about to break cannot know what became of it, and rightly does not send again.
func (c *Centre) leave() {
	c.mu.Lock()
	lines := c.lines
	c.lines = nil // nothing is brought there any more
	c.mu.Unlock()
	for _, l := range lines {
		if half, can := l.conn.(interface{ CloseWrite() error }); can {
			_ = half.CloseWrite()
			<-l.ended
		}
		_ = l.conn.Close() // that is the point
	}
}

// Unlock lets people in again.
func (c *Centre) Unlock() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.locked = false
}

// BeforeAnswer has do called with the next message, once it was taken and before it is answered.
func (c *Centre) BeforeAnswer(do func(Message)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.before = do
}

// Got returns what was taken, the oldest first.
func (c *Centre) Got() []Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.got)
}

// Broken returns which rules were broken.
func (c *Centre) Broken() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.broken)
}

// Binds returns how often somebody was bound.
func (c *Centre) Binds() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.binds
}

// Lines returns how many are connected.
func (c *Centre) Lines() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.lines)
}

// errNobody is that nobody who gets messages is bound.
var errNobody = errors.New("smpptest: nobody is bound")

// receiver waits for somebody who gets messages.
func (c *Centre) receiver(within time.Duration) (*line, error) {
	timer := time.NewTimer(within)
	defer timer.Stop()
	for {
		c.mu.Lock()
		i := slices.IndexFunc(c.lines, func(l *line) bool { return l.as == smpp.BindTransceiver || l.as == smpp.BindReceiver })
		bound := c.bound
		var l *line
		if i >= 0 {
			l = c.lines[i]
		}
		c.mu.Unlock()
		if l != nil {
			return l, nil
		}
		select {
		case <-bound:
		case <-timer.C:
			return nil, errNobody
		}
	}
}

// patience is how long the centre waits for somebody, and for an answer.
const patience = 20 * time.Second

// Deliver brings a message and returns what was said to it. It is tried again on another line when that breaks.
func (c *Centre) Deliver(m smpp.Message) (smpp.Status, error) {
	for range 5 {
		l, err := c.receiver(patience)
		if err != nil {
			return 0, err
		}
		status, err := l.deliver(m)
		if err == nil {
			return status, nil
		}
	}
	return 0, errNobody
}

// Says brings a text, in as many parts as it takes.
func (c *Centre) Says(from, to, text string) error {
	parts, a := smstext.Split(text)
	c.mu.Lock()
	c.next++
	ref := c.next % 256
	c.mu.Unlock()
	for i, part := range parts {
		m := Text(from, to, part, a)
		if len(parts) > 1 {
			m = m.WithHeader(smstext.Header{Ref: ref, Total: len(parts), Part: i + 1})
		}
		if status, err := c.Deliver(m); err != nil || status != smpp.OK {
			return fmt.Errorf("part %d: %s %w", i+1, status, err)
		}
	}
	return nil
}

// Text is a text as it is brought.
func Text(from, to, text string, a smstext.Alphabet) smpp.Message {
	m := smpp.Message{From: smpp.AddressOf(from), To: smpp.AddressOf(to), Short: a.Encode(text)}
	if a == smstext.UCS2 {
		m.Coding = 8
	}
	return m
}

// Receipt tells what became of a message, in the words of appendix B.
func (c *Centre) Receipt(to, from, id string, s smpp.State, code string) error {
	m := Text(to, from, ReceiptText(id, s, code), smstext.GSM)
	m.ESMClass = 0x04
	status, err := c.Deliver(m)
	if err == nil && status != smpp.OK {
		err = fmt.Errorf("a receipt is answered %s", status)
	}
	return err
}

// ReceiptText is what such a receipt says.
func ReceiptText(id string, s smpp.State, code string) string {
	return fmt.Sprintf("id:%s sub:001 dlvrd:001 submit date:2611290641 done date:2611290642 stat:%s err:%s text:id:999 stat:UNDELIV", id, s, code)
}
