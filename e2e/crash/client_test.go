package crash

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/zongler/zongler/sim/colleague"
)

// Patience of clients.
const (
	requestWithin = 20 * time.Second
	againAfter    = 100 * time.Millisecond
)

// client calls the interface as one user. It tries again until the server has answered.
type client struct{ *colleague.Client }

func newClient(base string) (*client, error) {
	c, err := colleague.NewClient(base, requestWithin)
	return &client{c}, err
}

// fields is a JSON object.
type fields map[string]any

// call sends a request until the server has answered it: done, or refused for good.
func (c *client) call(ctx context.Context, method, path string, body, out any) error {
	return insist(ctx, func() error { return c.Call(ctx, method, path, body, out) })
}

// once posts a request until the server has answered it; whatever dies in between, it is done once.
func (c *client) once(ctx context.Context, key, path string, body, out any) error {
	return insist(ctx, func() error { return c.CallOnce(ctx, key, path, body, out) })
}

// insist tries until the server has answered: done, or refused for good.
func insist(ctx context.Context, try func() error) error {
	for {
		err := try()
		refused, ok := errors.AsType[*colleague.RefusedError](err)
		if err == nil || ok && refused.Status < http.StatusInternalServerError && refused.Status != http.StatusTooManyRequests {
			return err
		}
		if pause(ctx, againAfter) != nil {
			return fmt.Errorf("gave up: %w", err)
		}
	}
}

// listen keeps a live connection open until ctx ends, and wakes at each frame and at each new connection.
func (c *client) listen(ctx context.Context, wake chan<- struct{}) {
	for ctx.Err() == nil {
		conn, err := c.Dial(ctx)
		if err != nil {
			_ = pause(ctx, againAfter) // ctx is asked above
			continue
		}
		for err == nil {
			select {
			case wake <- struct{}{}:
			default:
			}
			_, _, err = conn.Read(ctx)
		}
		_ = conn.CloseNow() // it has ended
	}
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
