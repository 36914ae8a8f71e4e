// Package clamd asks ClamAV's daemon whether a file carries malice, over TCP.
//
// It speaks INSTREAM of clamd(8): the file goes in pieces, each after its length,
// and one line comes back. What must never break: a file of which the daemon did
// not say that it is clean is never called clean.
package clamd

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"time"
)

// Bounds of a conversation.
const (
	dialWithin = 5 * time.Second
	scanWithin = time.Minute
	piece      = 64 << 10 // bytes sent at once
	maxReply   = 4 << 10
)

// Client asks one daemon.
type Client struct{ addr string }

// New returns a client of the daemon at an address such as tcp://localhost:3310.
func New(address string) (*Client, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "tcp" || u.Port() == "" {
		return nil, errors.New("clamd: the address must look like tcp://localhost:3310")
	}
	return &Client{addr: u.Host}, nil
}

// Ping reports whether the daemon answers.
func (c *Client) Ping(ctx context.Context) error {
	reply, err := c.ask(ctx, "PING", nil)
	if err == nil && reply != "PONG" {
		err = fmt.Errorf("clamd: it answers %q", reply)
	}
	return err
}

// Scan returns what the daemon found in r; empty if it found nothing.
func (c *Client) Scan(ctx context.Context, r io.Reader) (found string, err error) {
	reply, err := c.ask(ctx, "INSTREAM", r)
	if err != nil {
		return "", err
	}
	said, stream := bytes.CutPrefix([]byte(reply), []byte("stream: "))
	if name, infected := bytes.CutSuffix(said, []byte(" FOUND")); stream && infected && len(name) > 0 {
		return string(name), nil
	}
	if reply != "stream: OK" {
		return "", fmt.Errorf("clamd: it answers %q", reply)
	}
	return "", nil
}

// ask sends a command, with the pieces of body if there is one, and returns the answer.
func (c *Client) ask(ctx context.Context, command string, body io.Reader) (string, error) {
	conn, err := (&net.Dialer{Timeout: dialWithin}).DialContext(ctx, "tcp", c.addr)
	if err != nil {
		return "", fmt.Errorf("clamd: %w", err)
	}
	defer conn.Close() // what was to be known is known
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	if err := conn.SetDeadline(time.Now().Add(scanWithin)); err != nil {
		return "", fmt.Errorf("clamd: %w", err)
	}
	sent := send(conn, command, body)
	reply, err := io.ReadAll(io.LimitReader(conn, maxReply)) // also after a failure: a file too large is refused half-way, with a reason
	line, _, whole := bytes.Cut(reply, []byte{0})
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case whole:
		return string(line), nil
	}
	return "", fmt.Errorf("clamd: no answer: %w", cmp.Or(errors.Join(sent, err), io.ErrUnexpectedEOF))
}

func send(w io.Writer, command string, body io.Reader) error {
	if _, err := io.WriteString(w, "z"+command+"\x00"); err != nil || body == nil {
		return err
	}
	frame := make([]byte, 4+piece)
	for {
		n, err := io.ReadFull(body, frame[4:])
		binary.BigEndian.PutUint32(frame, uint32(n)) //nolint:gosec // at most piece
		if _, err := w.Write(frame[:4+n]); err != nil {
			return err
		}
		switch {
		case n == 0:
			return nil // a piece of nothing ends the stream
		case err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
			return err
		}
	}
}
