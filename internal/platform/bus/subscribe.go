package bus

import (
	"sync"

	"github.com/nats-io/nats.go"

	"github.com/zongler/zongler/internal/errs"
)

// Handler receives the messages of a subscription, one after the other.
type Handler func(subject Subject, data []byte)

// reader is one subscription: a bounded channel that NATS fills and a goroutine that empties it.
type reader struct {
	sub     *nats.Subscription
	pending chan *nats.Msg
	handle  func(m *nats.Msg)
	gap     func()
	missed  chan struct{} // holds one when messages may have been missed
	quit    chan struct{}
	once    sync.Once
	dropped int // by sub, as far as gap knows; the goroutine's
}

// Subscribe calls handle with the messages on a subject, and gap when some may have been missed: because handle was too
// slow, or because the connection to the cluster was gone. gap is called after the loss, so that whoever then reads
// the database has everything; it and handle are called by one goroutine, never together. gap may be nil.
// The function returned ends the subscription; it does not wait for a handler that runs.
func (b *Bus) Subscribe(subject Subject, handle Handler, gap func()) (unsubscribe func(), err error) {
	return b.listen(subject, func(m *nats.Msg) { handle(Subject{name: m.Subject}, m.Data) }, gap)
}

func (b *Bus) listen(subject Subject, handle func(m *nats.Msg), gap func()) (unsubscribe func(), err error) {
	if subject.name == "" {
		return nil, ErrSubject
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.conn == nil {
		return nil, ErrStopped
	}
	r := &reader{
		pending: make(chan *nats.Msg, pendingMessages), handle: handle, gap: gap,
		missed: make(chan struct{}, 1), quit: make(chan struct{}),
	}
	if r.sub, err = b.conn.ChanSubscribe(subject.name, r.pending); err != nil {
		return nil, errs.E(errs.Unavailable, "bus.Subscribe", err)
	}
	b.readers[r] = struct{}{}
	b.running.Go(r.run)
	return func() { b.unsubscribe(r) }, nil
}

func (b *Bus) unsubscribe(r *reader) {
	b.mu.Lock()
	delete(b.readers, r)
	b.mu.Unlock()
	r.end()
}

func (r *reader) end() {
	r.once.Do(func() {
		_ = r.sub.Unsubscribe() // fails only if the connection is gone, and then there is nothing to end
		close(r.quit)
	})
}

// mark notes that messages may have been missed.
func (r *reader) mark() {
	select {
	case r.missed <- struct{}{}:
	default: // noted already, and gap has not begun
	}
}

// run empties the channel. A message is dropped only while the channel is full, so at least one is received after the
// loss: comparing the count at each message finds every loss.
func (r *reader) run() {
	for {
		select {
		case <-r.quit:
			return
		case <-r.missed:
			r.tell()
		case m := <-r.pending:
			if dropped, err := r.sub.Dropped(); err == nil && dropped != r.dropped {
				r.dropped = dropped
				r.tell()
			}
			if !r.ended() {
				r.handle(m)
			}
		}
	}
}

// ended reports whether the subscription is over: select picks at random among what is ready.
func (r *reader) ended() bool {
	select {
	case <-r.quit:
		return true
	default:
		return false
	}
}

func (r *reader) tell() {
	if r.gap != nil && !r.ended() {
		r.gap()
	}
}
