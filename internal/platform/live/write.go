package live

import (
	"context"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// scratch holds what a writer works with.
var scratch = sync.Pool{New: func() any { return new(buffers) }} //nolint:gochecknoglobals // a pool is useful only if shared

// buffers are where a numbered frame is put together, and where frames wait that travel together.
type buffers struct{ frame, cork []byte }

// enqueue adds a frame if fewer than limit bytes wait; at queueBytes, or if one has waited for queueAge, the reader is
// too slow and the connection ends.
func (c *Conn) enqueue(o outgoing, limit int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.code != 0 || c.ended {
		return ErrClosed
	}
	o.since = time.Now()
	if c.waiting >= queueBytes || o.since.Sub(c.oldestLocked(o.since)) >= queueAge {
		c.overflowLocked()
		return ErrSlow
	}
	if c.waiting >= limit {
		return nil // ephemeral: may be dropped
	}
	c.out = append(c.out, o)
	c.waiting += o.cost()
	c.wakeLocked()
	return nil
}

// oldestLocked returns since when the first frame waits that counts as waiting; now if there is none.
func (c *Conn) oldestLocked(now time.Time) time.Time {
	if c.waiting == 0 {
		return now
	}
	for _, o := range c.out { // what does not count is bounded elsewhere
		if !o.since.IsZero() {
			return o.since
		}
	}
	return now
}

// preload queues frames that do not count against the bound, because they are bounded elsewhere.
func (c *Conn) preload(frames []outgoing) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.code != 0 || c.ended {
		return
	}
	c.out = append(c.out, frames...)
	c.wakeLocked()
}

// overflowLocked gives up on a reader who is too slow: what waits is dropped, and if the reader ever reads, it learns so.
func (c *Conn) overflowLocked() {
	c.out, c.waiting = nil, 0
	if c.overflow != nil {
		c.out = []outgoing{{raw: c.overflow}}
	}
	c.closeLocked(CloseTryAgain, "live.slow")
}

// wakeLocked starts the writer unless it runs. While the connection has not ended the group's counter is above zero.
func (c *Conn) wakeLocked() {
	if !c.writing && !c.ended {
		c.writing = true
		c.group.running.Go(c.write)
	}
}

// write empties the queue, then closes if asked to. Frames that wait at the same time travel together.
func (c *Conn) write() {
	buf, _ := scratch.Get().(*buffers)
	defer scratch.Put(buf)
	corked := false
	for {
		o, state := c.next(corked)
		var err error
		switch state {
		case stateIdle:
			return
		case stateClosing:
			c.sayGoodbye()
			return
		case stateFlush:
			err = c.raw.flush()
			buf.cork, corked = c.raw.uncork(), false
		case stateFrame:
			if !corked {
				c.raw.cork(buf.cork)
				corked = true
			}
			err = c.writeFrame(o, buf)
		}
		if err != nil {
			c.raw.uncork()
			c.cut()
			c.finishUnread()
			return
		}
	}
}

func (c *Conn) writeFrame(o outgoing, buf *buffers) error {
	message := o.raw
	if o.seq > 0 {
		buf.frame = numbered(buf.frame, o.seq, o.raw)
		message = buf.frame
	}
	// The deadline is set on the connection: a context would cost a timer for each frame.
	return c.ws.Write(context.Background(), websocket.MessageText, message)
}

// What the writer does next.
type writerState int

const (
	stateFrame writerState = iota // write a frame
	stateFlush                    // send what was kept back
	stateIdle
	stateClosing
)

// next returns what to do; corked says that something may be kept back.
func (c *Conn) next(corked bool) (outgoing, writerState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.out) == 0 {
		switch {
		case corked:
			return outgoing{}, stateFlush
		case c.code != 0:
			return outgoing{}, stateClosing // writing stays true: nobody writes after the close frame
		}
		c.out, c.writing = nil, false
		_ = c.raw.SetWriteDeadline(time.Time{}) // the library's own control frames have their own limits
		return outgoing{}, stateIdle
	}
	o := c.out[0]
	c.out[0] = outgoing{}
	c.out = c.out[1:]
	c.waiting -= o.cost()
	if c.code == 0 { // else closeLocked has set the last deadline
		_ = c.raw.SetWriteDeadline(time.Now().Add(writeTimeout))
	}
	return o, stateFrame
}

// sayGoodbye does the closing handshake, which the library bounds to a few seconds.
func (c *Conn) sayGoodbye() {
	_ = c.raw.SetWriteDeadline(time.Now().Add(closeTimeout))
	_ = c.ws.Close(websocket.StatusCode(c.code), c.reason) // code and reason do not change any more
	c.cut()
	c.finishUnread()
}

// finishUnread finishes a connection that was closed before Start; else the reader does.
func (c *Conn) finishUnread() {
	c.mu.Lock()
	started := c.beat != nil
	c.mu.Unlock()
	if !started {
		c.finish(CloseAbnormal)
	}
}
