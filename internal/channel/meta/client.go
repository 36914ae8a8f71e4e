package meta

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"time"

	"github.com/zongler/zongler/internal/kit/clip"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// UploadWithin bounds the longest call, which brings a file to Meta.
const UploadWithin = 60 * time.Second

// userAgent says who calls: Meta's description of its API demands this form.
const userAgent = "Zongler/1.0.0"

// Bounds of a call.
const (
	callWithin = 15 * time.Second
	maxAnswer  = 4 << 20 // bytes
)

// Client calls Graph for the app.
type Client struct {
	App

	http  *http.Client
	usage *usage
}

// NewClient returns a client that calls through c, which guards and bounds calls and follows no redirect.
func NewClient(app App, c *http.Client) *Client { return &Client{App: app, http: c, usage: newUsage()} }

// Call is one call of Graph.
type Call struct {
	Account string // whose limits count: a page, an account
	Token   string
	Bearer  bool   // the token goes in a header, not in the address
	Method  string // empty: GET
	Path    string // below the version, without a slash at its beginning
	Root    bool   // below the host instead
	Query   url.Values
	Body    any           // sent as JSON
	File    *outhttp.File // sent as a form with Body's members as fields
}

// Do calls Graph and reads its answer into into, which may be nil. Its errors are *Fault and *outhttp.Lost.
func (c *Client) Do(ctx context.Context, call Call, into any) error {
	if err := c.pace(ctx, call.Account); err != nil {
		return err
	}
	within := callWithin
	if call.File != nil {
		within = UploadWithin
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	r, err := c.request(ctx, call)
	if err != nil {
		return &outhttp.Lost{Err: err}
	}
	res, err := outhttp.Exchange(c.http, r, maxAnswer)
	if err != nil {
		return err
	}
	c.usage.learn(call.Account, res.Header, time.Now())
	return c.read(call, res, into)
}

// pace keeps to the limits of an account: near them it waits a moment, behind them nobody is called.
func (c *Client) pace(ctx context.Context, account string) error {
	wait := c.usage.wait(account, time.Now())
	if wait > slowPause {
		return &Fault{Status: http.StatusTooManyRequests, Code: codePageLimit, Message: "left alone, as it asked", After: wait}
	}
	if wait == 0 {
		return nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return &outhttp.Lost{Err: ctx.Err()}
	}
}

// read understands an answer.
func (c *Client) read(call Call, res outhttp.Reply, into any) error {
	var said struct {
		Error *graphError `json:"error"`
	}
	_ = json.Unmarshal(res.Body, &said) // a list says no error
	if said.Error == nil && res.OK() {
		if into == nil {
			return nil
		}
		if json.Unmarshal(res.Body, into) != nil {
			return &outhttp.Lost{Began: true, Err: errors.New("an answer that is not what Graph says")}
		}
		return nil
	}
	f := said.Error.fault(res.Status)
	if f.Code == 0 && res.Status == http.StatusTooManyRequests {
		f.Code = codePageLimit
	}
	if limit(f.Code) {
		f.After = c.usage.wait(call.Account, time.Now())
	}
	return f
}

// graphError is an error as Graph says it.
type graphError struct {
	Message   string `json:"message"`
	Type      string `json:"type"`
	Code      int    `json:"code"`
	Subcode   int    `json:"error_subcode"`
	Transient bool   `json:"is_transient"`
	Title     string `json:"error_user_title"`
	User      string `json:"error_user_msg"`
	Trace     string `json:"fbtrace_id"`
	Data      struct {
		Details string `json:"details"`
	} `json:"error_data"`
}

func (e *graphError) fault(status int) *Fault {
	if e == nil {
		return &Fault{Status: status, Message: "an answer without a reason"}
	}
	return &Fault{
		Status: status, Code: e.Code, Subcode: e.Subcode, Type: clip.Bytes(e.Type, maxWords), Message: clip.Bytes(e.Message, maxWords),
		User: clip.Bytes(e.User, maxWords), Trace: clip.Bytes(e.Trace, maxWords), Transient: e.Transient,
		Details: clip.Bytes(e.Data.Details, maxWords),
	}
}

// request makes the request of a call.
func (c *Client) request(ctx context.Context, call Call) (*http.Request, error) {
	q := url.Values{}
	maps.Copy(q, call.Query)
	if !call.Bearer {
		q.Set("access_token", call.Token)
	}
	if call.Token != c.appToken() && !c.Unproven {
		q.Set("appsecret_proof", c.proof(call.Token))
	}
	method := call.Method
	if method == "" {
		method = http.MethodGet
	}
	body, kind, err := call.body()
	if err != nil {
		return nil, err
	}
	base := c.base()
	if call.Root {
		base = c.host()
	}
	r, err := http.NewRequestWithContext(ctx, method, base+"/"+call.Path+"?"+q.Encode(), body)
	if err != nil {
		return nil, outhttp.NoAddress()
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if call.Bearer {
		r.Header.Set("Authorization", "Bearer "+call.Token)
	}
	r.Header.Set("User-Agent", userAgent)
	return r, nil
}

// body returns what is sent, and its media type.
func (c Call) body() (io.Reader, string, error) {
	if c.Body == nil && c.File == nil {
		return nil, "", nil
	}
	raw, err := json.Marshal(c.Body)
	if err != nil || c.File == nil {
		return bytes.NewReader(raw), "application/json", err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return nil, "", err
	}
	texts := make(map[string]string, len(fields))
	for name, value := range fields {
		text := string(value)
		_ = json.Unmarshal(value, &text) // a text stands without its quotes; anything else stays as it is
		texts[name] = text
	}
	return outhttp.Form(texts, *c.File)
}

// Each reads a list of Graph page by page, until do says that it is enough or there are no more pages. It reads at most pages.
func (c *Client) Each(ctx context.Context, call Call, pages int, do func(item json.RawMessage) (more bool, err error)) error {
	q := url.Values{}
	maps.Copy(q, call.Query)
	call.Query = q
	for range pages {
		var page struct {
			Data   []json.RawMessage `json:"data"`
			Paging struct {
				Cursors struct{ After string } `json:"cursors"`
				Next    string                 `json:"next"`
			} `json:"paging"`
		}
		if err := c.Do(ctx, call, &page); err != nil {
			return err
		}
		for _, item := range page.Data {
			if more, err := do(item); err != nil || !more {
				return err
			}
		}
		// The address of the next page is not called: it carries the token, and would lead wherever an answer says.
		if page.Paging.Next == "" || page.Paging.Cursors.After == "" {
			return nil
		}
		call.Query.Set("after", page.Paging.Cursors.After)
	}
	return nil
}
