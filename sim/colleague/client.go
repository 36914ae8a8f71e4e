package colleague

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"github.com/coder/websocket"
)

// Client calls the public interface as one browser does: with its cookies and nothing else.
type Client struct {
	base string
	http *http.Client
}

// RefusedError is an answer of the server that is no success.
type RefusedError struct {
	Status int
	Text   string // what was asked for, and the body of the answer
}

// Error returns status and text.
func (r *RefusedError) Error() string { return fmt.Sprintf("refused: %d %s", r.Status, r.Text) }

// NewClient returns a client of the server at base that waits so long for an answer.
func NewClient(base string, patience time.Duration) (*Client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &Client{
		base: strings.TrimSuffix(base, "/"),
		http: &http.Client{Jar: jar, Timeout: patience, Transport: &http.Transport{}},
	}, nil
}

// Call sends body, if there is one, and reads the answer into the value at into, if that is not nil.
func (c *Client) Call(ctx context.Context, method, path string, body, into any) error {
	return c.call(ctx, method, path, http.Header{}, body, into)
}

// CallOnce posts body under a key: sent again with it, nothing is done twice.
func (c *Client) CallOnce(ctx context.Context, key, path string, body, into any) error {
	return c.call(ctx, http.MethodPost, path, http.Header{"Idempotency-Key": {key}}, body, into)
}

func (c *Client) call(ctx context.Context, method, path string, header http.Header, body, into any) error {
	var raw []byte
	if body != nil {
		var err error
		if raw, err = json.Marshal(body); err != nil {
			return err
		}
		header.Set("Content-Type", "application/json")
	}
	return c.send(ctx, method, path, header, raw, into)
}

// Upload posts the bytes of a file that is called name.
func (c *Client) Upload(ctx context.Context, path, name string, file []byte, into any) error {
	header := http.Header{"Content-Type": {"application/octet-stream"}, "X-Filename": {url.PathEscape(name)}}
	return c.send(ctx, http.MethodPost, path, header, file, into)
}

func (c *Client) send(ctx context.Context, method, path string, header http.Header, body []byte, into any) error {
	r, err := http.NewRequestWithContext(ctx, method, c.base+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header = header
	res, err := c.http.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, pageMax))
	if err != nil {
		return err
	}
	if res.StatusCode >= http.StatusMultipleChoices {
		return &RefusedError{res.StatusCode, method + " " + path + ": " + string(raw)}
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(raw, into)
}

// Dial connects to the live events of the desk.
func (c *Client) Dial(ctx context.Context) (*websocket.Conn, error) {
	jar := &http.Client{Jar: c.http.Jar}                                               // a time limit would end the socket
	ws, res, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(c.base, "http")+"/ws", //nolint:bodyclose // the library closes it
		&websocket.DialOptions{HTTPClient: jar, HTTPHeader: http.Header{"Origin": {c.base}}})
	switch {
	case err == nil:
		ws.SetReadLimit(pageMax)
		return ws, nil
	case res != nil && res.StatusCode >= http.StatusBadRequest:
		return nil, &RefusedError{res.StatusCode, "/ws"}
	}
	return nil, fmt.Errorf("/ws: %w", err)
}
