package smpp

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// Defaults of a Config.
const (
	DefaultWindow  = 10
	DefaultEnquire = 30 * time.Second
	DefaultWithin  = 15 * time.Second
)

// maxArrived bounds the messages that have arrived and wait to be taken. A centre that
// sends more is told that the queue is full, and brings them again.
const maxArrived = 256

// Config says how to be bound.
type Config struct {
	Bind    Bind
	As      Command       // BindTransceiver, BindTransmitter or BindReceiver
	Window  int           // commands of ours under way at once
	Enquire time.Duration // of silence, after which we ask whether the centre is there
	Within  time.Duration // for an answer

	// Arrived takes what the centre brings (a deliver_sm or data_sm), one after another, and
	// says whether it was taken. It is called until the session has ended.
	Arrived func(ctx context.Context, p PDU) Status
}

func (c Config) orDefault() Config {
	if c.Window == 0 {
		c.Window = DefaultWindow
	}
	if c.Enquire == 0 {
		c.Enquire = DefaultEnquire
	}
	if c.Within == 0 {
		c.Within = DefaultWithin
	}
	c.Bind.Version = Version
	return c
}

// Session is one bound connection.
type Session struct {
	config  Config
	conn    net.Conn
	window  chan struct{} // a place for each command under way
	arrived chan PDU
	heard   chan struct{} // that the centre said something
	ended   chan struct{}
	workers sync.WaitGroup

	writing sync.Mutex // one PDU after another

	mu      sync.Mutex
	next    uint32
	pending map[uint32]chan PDU
	err     error // why it ended
}

// errEnded is that we have ended a session ourselves.
var errEnded = errors.New("smpp: the session has ended")

// Open binds over conn, which it owns from now on. Its errors are *Refusal, *Lost or those of the connection.
func Open(ctx context.Context, conn net.Conn, c Config) (*Session, error) {
	c = c.orDefault()
	s := &Session{
		config: c, conn: conn, window: make(chan struct{}, c.Window), arrived: make(chan PDU, maxArrived),
		heard: make(chan struct{}, 1), ended: make(chan struct{}), pending: map[uint32]chan PDU{},
	}
	s.workers.Go(s.read)
	if _, err := s.ask(ctx, c.As, c.Bind.Body()); err != nil {
		s.end(errEnded)
		s.workers.Wait()
		return nil, err
	}
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.workers.Go(func() {
		<-s.ended
		stop()
	})
	s.workers.Go(func() { s.take(life) })
	s.workers.Go(func() { s.stayAlive(life) })
	return s, nil
}

// Ended is closed when the session has ended; Err says why.
func (s *Session) Ended() <-chan struct{} { return s.ended }

// Err returns why the session has ended; nil while it goes on.
func (s *Session) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Submit sends a message and returns the centre's name for it. Its errors are *Refusal and *Lost.
func (s *Session) Submit(ctx context.Context, m Message) (string, error) {
	p, err := s.ask(ctx, SubmitSM, m.Body())
	if err != nil {
		return "", err
	}
	return parseID(p.Body), nil
}

// Close says farewell and ends the session.
func (s *Session) Close(ctx context.Context) {
	_, _ = s.ask(ctx, Unbind, nil) // it ends, whatever is said
	s.end(errEnded)
	s.workers.Wait()
}

// ask sends a command and waits for its answer.
func (s *Session) ask(ctx context.Context, c Command, body []byte) (PDU, error) {
	select {
	case s.window <- struct{}{}:
		defer func() { <-s.window }()
	case <-s.ended:
		return PDU{}, &Lost{Err: s.Err()}
	case <-ctx.Done():
		return PDU{}, &Lost{Err: ctx.Err()}
	}
	number, answer, err := s.command(c, body)
	if err != nil {
		return PDU{}, err
	}
	defer s.forget(number)
	timer := time.NewTimer(s.config.Within)
	defer timer.Stop()
	select {
	case p := <-answer:
		return p.outcome(c)
	case <-s.ended:
		select {
		case p := <-answer: // both came at once
			return p.outcome(c)
		default:
		}
		return PDU{}, &Lost{Began: true, Err: s.Err()}
	case <-timer.C:
		return PDU{}, &Lost{Began: true, Err: context.DeadlineExceeded}
	case <-ctx.Done():
		return PDU{}, &Lost{Began: true, Err: ctx.Err()}
	}
}

// outcome is what an answer says of the command that it answers.
func (p PDU) outcome(of Command) (PDU, error) {
	if p.Status != OK || p.Command == GenericNack {
		return p, &Refusal{of, p.Status}
	}
	return p, nil
}

// lastSequence is the highest number of a command (5.1.4).
const lastSequence = 0x7fffffff

// command numbers and writes a command. Numbers go up on the line, so both are one step.
func (s *Session) command(c Command, body []byte) (number uint32, answer chan PDU, err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.Lock()
	if s.err != nil {
		defer s.mu.Unlock()
		return 0, nil, &Lost{Err: s.err}
	}
	s.next = s.next%lastSequence + 1
	number, answer = s.next, make(chan PDU, 1)
	s.pending[number] = answer
	s.mu.Unlock()
	if n, err := s.writeLocked(PDU{Command: c, Sequence: number, Body: body}); err != nil {
		s.forget(number)
		// Of a command that was not written to its end the centre can do nothing.
		return 0, nil, &Lost{Began: n >= headerSize+len(body), Err: err}
	}
	return number, answer, nil
}

func (s *Session) forget(number uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.pending, number)
}

func (s *Session) write(p PDU) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	_, err := s.writeLocked(p)
	return err
}

// writeLocked writes p; the caller holds the writing lock.
func (s *Session) writeLocked(p PDU) (int, error) {
	if err := s.conn.SetWriteDeadline(time.Now().Add(s.config.Within)); err != nil {
		return 0, err
	}
	n, err := s.conn.Write(p.Bytes())
	if err != nil {
		s.end(err) // what follows would be read as the rest of it
	}
	return n, err
}

// end ends the session, once.
func (s *Session) end(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return
	}
	s.err = why
	close(s.ended)
	_ = s.conn.Close() // it has ended for us
}

// read reads until the connection ends.
func (s *Session) read() {
	for {
		p, err := ReadPDU(s.conn)
		if err != nil {
			s.end(err)
			return
		}
		select {
		case s.heard <- struct{}{}:
		default:
		}
		if !s.understand(p) {
			return
		}
	}
}

// understand does what a PDU asks for, and reports whether the session goes on.
func (s *Session) understand(p PDU) bool {
	switch {
	case p.Command.IsAnswer():
		s.mu.Lock()
		answer, asked := s.pending[p.Sequence]
		s.mu.Unlock()
		if asked {
			select {
			case answer <- p:
			default: // it was answered before
			}
		}
		return true
	case p.Command == DeliverSM || p.Command == DataSM:
		select {
		case s.arrived <- p:
			return true
		default:
		}
		return s.write(p.Answer(QueueFull, TextBody(""))) == nil
	case p.Command == EnquireLink:
		return s.write(p.Answer(OK, nil)) == nil
	case p.Command == Unbind:
		_ = s.write(p.Answer(OK, nil)) // it ends, whatever is heard of it
		s.end(errors.New("smpp: the centre has unbound us"))
		return false
	}
	return s.write(PDU{Command: GenericNack, Status: BadCommand, Sequence: p.Sequence}) == nil
}

// take hands on what arrives, in its order, and answers.
func (s *Session) take(ctx context.Context) {
	for {
		select {
		case <-s.ended:
			return
		case p := <-s.arrived:
			status := NeverTry
			if s.config.Arrived != nil {
				status = s.config.Arrived(ctx, p)
			}
			if err := s.write(p.Answer(status, TextBody(""))); err != nil {
				return
			}
		}
	}
}

// stayAlive asks whether the centre is there when it has been silent, and ends the session when it is not.
func (s *Session) stayAlive(ctx context.Context) {
	timer := time.NewTimer(s.config.Enquire)
	defer timer.Stop()
	for {
		select {
		case <-s.ended:
			return
		case <-s.heard:
			timer.Reset(s.config.Enquire)
			continue
		case <-timer.C:
		}
		if _, err := s.ask(ctx, EnquireLink, nil); err != nil {
			s.end(err)
			return
		}
		timer.Reset(s.config.Enquire)
	}
}
