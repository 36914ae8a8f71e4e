package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// DefaultURL is where Telegram's Bot API is.
const DefaultURL = "https://api.telegram.org"

// Bounds of a call.
const (
	callWithin   = 20 * time.Second
	UploadWithin = 60 * time.Second // of one that brings a file
	maxAnswer    = 8 << 20          // bytes: a hundred updates
	maxWords     = 200
	maxPause     = time.Hour // whatever they ask for
)

// Client calls the Bot API.
type Client struct {
	URL  string       // empty: DefaultURL
	HTTP *http.Client // which bounds calls and follows no redirect: the token stands in the address
}

// Fault is what Telegram has answered instead of doing what it was asked.
type Fault struct { //nolint:errname // they call it an error, and so does everybody else
	Code  int
	Words string
	After time.Duration // for which to be still; 0: it is not said
	Bare  bool          // nobody of Telegram has spoken: a proxy that gave up
}

// Error says code and words.
func (f *Fault) Error() string { return fmt.Sprintf("telegram: %d %s", f.Code, f.Words) }

func (c Client) base() string {
	if c.URL == "" {
		return DefaultURL
	}
	return strings.TrimSuffix(c.URL, "/")
}

// call calls a method and reads its result into into, which may be nil. Its errors are *Fault and *outhttp.Lost.
func (c Client) call(ctx context.Context, token, method string, body map[string]any, into any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return &outhttp.Lost{Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	return c.post(ctx, c.base()+"/bot"+token+"/"+method, "application/json", bytes.NewReader(raw), into)
}

// bring calls a method with a file.
func (c Client) bring(ctx context.Context, token, method string, body map[string]any, f outhttp.File, into any) error {
	fields := map[string]string{}
	for name, value := range body {
		text, is := value.(string)
		if !is {
			raw, err := json.Marshal(value)
			if err != nil {
				return &outhttp.Lost{Err: err}
			}
			text = string(raw)
		}
		fields[name] = text
	}
	form, kind, err := outhttp.Form(fields, f)
	if err != nil {
		return &outhttp.Lost{Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, UploadWithin)
	defer cancel()
	return c.post(ctx, c.base()+"/bot"+token+"/"+method, kind, form, into)
}

func (c Client) post(ctx context.Context, at, kind string, body io.Reader, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, at, body)
	if err != nil {
		return outhttp.NoAddress()
	}
	r.Header.Set("Content-Type", kind)
	res, err := outhttp.Exchange(c.HTTP, r, maxAnswer)
	if err != nil {
		return err
	}
	return read(res.Status, res.Body, into)
}

// read understands an answer.
func read(status int, text []byte, into any) error {
	var said struct {
		OK         bool            `json:"ok"`
		Result     json.RawMessage `json:"result"`
		Code       int             `json:"error_code"`
		Words      string          `json:"description"`
		Parameters struct {
			After int `json:"retry_after"`
		} `json:"parameters"`
	}
	if err := json.Unmarshal(text, &said); err != nil {
		if status/100 == 2 {
			return &outhttp.Lost{Began: true, Err: errors.New("an answer that is not Telegram's")}
		}
		return &Fault{Code: status, Bare: true}
	}
	if !said.OK {
		f := &Fault{Code: said.Code, Words: strings.ToValidUTF8(said.Words[:min(len(said.Words), maxWords)], "")}
		f.After = min(time.Duration(max(said.Parameters.After, 0))*time.Second, maxPause)
		return f
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(said.Result, into); err != nil {
		return &outhttp.Lost{Began: true, Err: errors.New("an answer that is not Telegram's")}
	}
	return nil
}

// failureOf returns what an error of a call means to the message that it should send.
func failureOf(err error) *channel.Failure {
	f, is := errors.AsType[*Fault](err)
	if !is {
		if lost, is := errors.AsType[*outhttp.Lost](err); is && !lost.Began {
			return channel.Fail(channel.Retry, "telegram.unreachable", err)
		}
		return channel.Judge(errors.Join(context.DeadlineExceeded, err)) // it may have been taken
	}
	verdict, code := channel.Permanent, "telegram.refused"
	switch {
	case f.Code == http.StatusUnauthorized || f.Code == http.StatusNotFound:
		verdict, code = channel.Reconnect, "telegram.reconnect"
	case f.Code == http.StatusForbidden:
		code = "telegram.blocked"
	case f.Code == http.StatusTooManyRequests:
		verdict, code = channel.Retry, "telegram.busy"
	case f.Code == http.StatusConflict:
		verdict, code = channel.Reconnect, "telegram.other_reader"
	case f.Bare && f.Code == http.StatusServiceUnavailable:
		verdict, code = channel.Retry, "telegram.unreachable"
	case f.Code >= http.StatusInternalServerError:
		verdict, code = channel.Ambiguous, "delivery.no_answer"
	}
	out := channel.Fail(verdict, code, f)
	out.After = f.After
	if verdict == channel.Permanent {
		out.Words = f.Words
	}
	return out
}
