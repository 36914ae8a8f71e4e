package live

import (
	"net"
	"sync"
)

// corkBytes is how much of what is written waits for what follows.
const corkBytes = 16 << 10

// corked is a connection on which frames that are written one after the other travel together: the
// library sends each by itself, and on a busy server each way into the kernel costs more than the frame.
type corked struct {
	net.Conn

	mu   sync.Mutex // in which order bytes travel; control frames are written beside our own
	held []byte
	on   bool
}

// cork keeps what is written until flush or uncork, up to corkBytes. The buffer is its user's.
func (c *corked) cork(buf []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held, c.on = buf[:0], true
}

// Write writes, or keeps what is written.
func (c *corked) Write(part []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.on {
		return c.Conn.Write(part)
	}
	c.held = append(c.held, part...)
	if len(c.held) < corkBytes {
		return len(part), nil
	}
	return len(part), c.flushLocked()
}

// flush writes what was kept.
func (c *corked) flush() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.flushLocked()
}

func (c *corked) flushLocked() error {
	if len(c.held) == 0 {
		return nil
	}
	_, err := c.Conn.Write(c.held)
	c.held = c.held[:0]
	return err
}

// uncork has what is written travel at once again. What was kept and not flushed is lost. It returns the buffer.
func (c *corked) uncork() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	buf := c.held
	c.held, c.on = nil, false
	return buf
}
