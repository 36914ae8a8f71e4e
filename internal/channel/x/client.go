package x

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/kit/clip"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// Bounds of a call.
const (
	UploadWithin = 60 * time.Second // of the longest: one that brings a file
	callWithin   = 15 * time.Second
	maxAnswer    = 8 << 20 // bytes
)

// Client calls X for the app.
type Client struct {
	App

	http   *http.Client
	stream *http.Client // for the one answer that does not end
	limits *limits
}

// NewClient returns a client that calls through c, and listens through stream, which has
// no bound of time. Both guard calls and follow no redirect.
func NewClient(app App, c, stream *http.Client) *Client {
	return &Client{App: app, http: c, stream: stream, limits: newLimits()}
}

// call is one call of X.
type call struct {
	who    string // whose limits count: an account; empty: the app's
	token  string
	method string // empty: GET
	path   string // without a slash at its beginning
	route  string // the path without what is named in it, for which there is a limit; empty: the path
	query  url.Values
	body   any        // sent as JSON
	form   url.Values // sent as a form
	raw    io.Reader  // sent as it is, of the media type kind
	kind   string

	partly bool // what is said beside is wanted, too: that nothing is there is an answer
}

func (c call) verb() string {
	if c.method == "" {
		return http.MethodGet
	}
	return c.method
}

// limit names the window that a call counts in.
func (c call) limit() string {
	route := c.route
	if route == "" {
		route = c.path
	}
	return c.who + " " + c.verb() + " " + route
}

// problem is an error as X says it, alone or among the errors of an answer.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Status int    `json:"status"`
	Reason string `json:"reason"`

	Error string `json:"error"` // of the tokens
	Words string `json:"error_description"`

	Message string `json:"message"` // of what is older
}

// do calls X and reads its answer into into, which may be nil. Its errors are *Fault and *outhttp.Lost.
func (c *Client) do(ctx context.Context, q call, into any) error {
	if wait := c.limits.wait(q.limit(), time.Now()); wait > 0 {
		return &Fault{Status: http.StatusTooManyRequests, Detail: "left alone, as it asked", After: wait}
	}
	within := callWithin
	if q.raw != nil {
		within = UploadWithin
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	r, err := c.request(ctx, q)
	if err != nil {
		return &outhttp.Lost{Err: err}
	}
	res, err := outhttp.Exchange(c.http, r, maxAnswer)
	if err != nil {
		return err
	}
	c.limits.learn(q.limit(), res.Status, res.Header, time.Now())
	return c.read(q, res.Status, res.Body, into)
}

// read understands an answer. Where some of what was asked for is there, what is said of the rest is no error.
func (c *Client) read(q call, status int, text []byte, into any) error {
	var said struct {
		problem

		Data   json.RawMessage `json:"data"`
		Errors []problem       `json:"errors"`
	}
	unclear := json.Unmarshal(text, &said)
	none := len(said.Data) == 0 || string(said.Data) == "null"
	if status/100 == 2 && (len(said.Errors) == 0 || !none || q.partly) {
		if into == nil {
			return nil
		}
		if err := errors.Join(unclear, json.Unmarshal(text, into)); err != nil {
			return &outhttp.Lost{Began: true, Err: errors.New("an answer that is not what X says")}
		}
		return nil
	}
	p := said.problem
	if len(said.Errors) > 0 && p.Detail == "" {
		p = said.Errors[0]
	}
	f := p.fault(status)
	if f.Status == http.StatusTooManyRequests {
		f.After = max(c.limits.wait(q.limit(), time.Now()), leastPause)
	}
	return f
}

func (p problem) fault(status int) *Fault {
	f := &Fault{
		Status: status, Type: clip.Bytes(p.Type[strings.LastIndexByte(p.Type, '/')+1:], maxWords), Title: clip.Bytes(p.Title, maxWords),
		Detail: clip.Bytes(cmp.Or(p.Detail, p.Words, p.Message, p.Title), maxWords), Token: clip.Bytes(p.Error, maxWords),
	}
	if status/100 == 2 && p.Status != 0 {
		f.Status = p.Status
	}
	return f
}

// request makes the request of a call.
func (c *Client) request(ctx context.Context, q call) (*http.Request, error) {
	body, kind := q.raw, q.kind
	switch {
	case q.form != nil:
		body, kind = strings.NewReader(q.form.Encode()), "application/x-www-form-urlencoded"
	case q.body != nil:
		raw, err := json.Marshal(q.body)
		if err != nil {
			return nil, err
		}
		body, kind = bytes.NewReader(raw), "application/json"
	}
	at := c.base() + "/" + q.path
	if len(q.query) > 0 {
		at += "?" + q.query.Encode()
	}
	r, err := http.NewRequestWithContext(ctx, q.verb(), at, body)
	if err != nil {
		return nil, outhttp.NoAddress()
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	r.Header.Set("User-Agent", "Zongler/1.0.0")
	if q.token != "" {
		r.Header.Set("Authorization", "Bearer "+q.token)
	} else {
		r.SetBasicAuth(url.QueryEscape(c.ClientID), url.QueryEscape(c.ClientSecret))
	}
	return r, nil
}
