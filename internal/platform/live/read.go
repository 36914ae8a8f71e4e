package live

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"github.com/coder/websocket"

	"github.com/zongler/zongler/internal/errs"
)

// read hands messages to the handler until the connection ends.
func (c *Conn) read() {
	for {
		text, message, err := c.readMessage()
		if err != nil {
			c.finish(peerCode(err))
			return
		}
		if !c.isClosing() {
			c.receive(text, message)
		}
	}
}

// readMessage waits without a limit of time: the heartbeat notices a dead peer.
func (c *Conn) readMessage() (text bool, message []byte, err error) {
	kind, r, err := c.ws.Reader(context.Background())
	if err != nil {
		return false, nil, err
	}
	message, err = io.ReadAll(io.LimitReader(r, MaxMessage+1))
	if err == nil && len(message) > MaxMessage {
		c.Close(CloseTooBig, fmt.Sprintf("live.too_big max=%d", MaxMessage))
		// Swallow the rest until the closing handshake is over: cutting the connection with bytes unread would make
		// the client see a reset in place of the reason.
		_, err = io.Copy(io.Discard, r)
		message = nil
	}
	return kind == websocket.MessageText, message, err
}

// receive applies the limits to one message and hands it on.
func (c *Conn) receive(text bool, message []byte) {
	var err error
	switch {
	case !c.messages.take(time.Now(), messageBurst, messageEvery):
		err = ErrTooFast
	case !text:
		err = ErrMalformed
	case c.handle != nil:
		err = c.guard(message)
	}
	if err == nil {
		return
	}
	if c.log != nil && errs.Is(errs.Internal, err) {
		c.log.Error("live: frame handler failed", "err", err)
	}
	about := ""
	if in, malformed := Decode(message); malformed == nil {
		about = in.Type
	}
	_ = c.Send(errorFrame(err, about)) // a slow or closing client need not know
	broken := errors.Is(err, ErrTooFast) || errors.Is(err, ErrMalformed)
	if broken && !c.strikes.take(time.Now(), strikeBurst, strikeEvery) {
		c.Close(ClosePolicy, errs.CodeOf(err))
	}
}

// guard keeps a panic of the handler from ending the process, as net/http does for its handlers.
func (c *Conn) guard(message []byte) (err error) {
	defer func() {
		if p := recover(); p != nil {
			if c.log != nil {
				c.log.Error("live: panic in a frame handler", "err", p, "stack", string(debug.Stack()))
			}
			c.Close(CloseInternal, "internal")
			err = errs.New(errs.Internal, "live.Read", "")
		}
	}()
	return c.handle(message)
}

// peerCode returns the code with which the peer closed.
func peerCode(err error) CloseCode {
	switch code := websocket.CloseStatus(err); code {
	case -1:
		return CloseAbnormal
	case websocket.StatusNoStatusRcvd:
		return CloseNormal
	default:
		return CloseCode(code)
	}
}

// startHeartbeatLocked plans the first ping at a random instant, so that connections made together do not ping together.
func (c *Conn) startHeartbeatLocked() {
	first := min(heartbeat/2+rand.N(heartbeat/2), c.untilBeat(time.Now()))
	c.beat = time.AfterFunc(first, c.pulse)
}

// untilBeat returns the time until the next ping or the end of the session, whichever is first.
func (c *Conn) untilBeat(now time.Time) time.Duration {
	if c.expires.IsZero() {
		return heartbeat
	}
	return max(0, min(heartbeat, c.expires.Sub(now)))
}

// pulse ends an expired session, pings the peer, and cuts the connection if no answer comes.
func (c *Conn) pulse() {
	c.mu.Lock()
	if c.code != 0 || c.ended {
		c.mu.Unlock()
		return
	}
	c.group.running.Add(1)
	defer c.group.running.Done()
	if !c.expires.IsZero() && !time.Now().Before(c.expires) {
		c.closeLocked(CloseSessionEnded, "live.session_ended")
		c.mu.Unlock()
		return
	}
	busy := c.writing // then writeTimeout watches over the peer
	c.mu.Unlock()
	asked := time.Now()
	if !busy && !c.ping() {
		c.cut()
		return
	}
	if !busy && c.alive != nil {
		c.alive(asked)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.code == 0 && !c.ended {
		c.beat.Reset(c.untilBeat(time.Now()))
	}
}

func (c *Conn) ping() bool {
	ctx, cancel := context.WithTimeout(context.Background(), pongTimeout)
	defer cancel()
	return c.ws.Ping(ctx) == nil
}
