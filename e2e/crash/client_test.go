package crash

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"time"

	"github.com/coder/websocket"
)

// Patience of clients.
const (
	requestWithin = 5 * time.Second
	againAfter    = 100 * time.Millisecond
)

// client calls the interface as one user. It tries again until the server has answered.
type client struct {
	base string
	http *http.Client
}

func newClient(base string) (*client, error) {
	jar, err := cookiejar.New(nil)
	return &client{base: base, http: &http.Client{Jar: jar, Timeout: requestWithin, Transport: &http.Transport{}}}, err
}

// fields is a JSON object.
type fields map[string]any

// problemError is a refusal.
type problemError struct {
	status int
	text   string
}

// Error returns status and body.
func (p *problemError) Error() string { return fmt.Sprintf("%d %s", p.status, p.text) }

// once sends a request and reads the answer into out, if out is not nil.
func (c *client) once(ctx context.Context, method, path string, body, out any) error {
	var in io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return err
		}
		in = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+"/api/v1"+path, in)
	if err != nil {
		return err
	}
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode >= http.StatusMultipleChoices {
		return &problemError{answer.StatusCode, method + " " + path + ": " + string(raw)}
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(raw, out)
}

// call sends a request until the server has answered it: done, or refused for good.
func (c *client) call(ctx context.Context, method, path string, body, out any) error {
	for {
		err := c.once(ctx, method, path, body, out)
		refused, ok := err.(*problemError) //nolint:errorlint // once returns it as it is
		if err == nil || ok && refused.status < 500 && refused.status != http.StatusTooManyRequests {
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
		conn, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(c.base, "http")+"/ws", &websocket.DialOptions{
			HTTPClient: &http.Client{Jar: c.http.Jar}, HTTPHeader: http.Header{"Origin": {c.base}},
		})
		if err != nil {
			_ = pause(ctx, againAfter) // ctx is asked above
			continue
		}
		conn.SetReadLimit(1 << 20)
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
