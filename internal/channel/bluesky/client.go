package bluesky

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// UploadWithin bounds the longest call, which brings a picture to a server.
const UploadWithin = 60 * time.Second

// Bounds of a call.
const (
	callWithin = 15 * time.Second
	maxAnswer  = 8 << 20 // bytes
	maxWords   = 300     // bytes of a server's own words
	maxPause   = time.Hour
)

// chatService is who keeps messages: servers pass calls on to it.
const chatService = "did:web:api.bsky.chat#bsky_chat"

// agent is what we call ourselves.
const agent = "Zongler/1.0"

// Client calls servers.
type Client struct {
	HTTP *http.Client // which guards and bounds calls, and follows no redirect: the password goes along
}

// Fault is what a server has answered instead of doing what it was asked.
type Fault struct { //nolint:errname // servers call it an error, and so does everybody else
	Status int
	Name   string
	Words  string
	After  time.Duration // for which to be still; 0: it is not said
}

// Error says status, name and words.
func (f *Fault) Error() string { return fmt.Sprintf("bluesky: %d %s %s", f.Status, f.Name, f.Words) }

// call is one call of a method.
type call struct {
	server string
	token  string
	method string // its name: com.atproto.repo.putRecord
	query  url.Values
	body   any       // sent as JSON, by POST
	post   bool      // it is a POST without a body
	file   io.Reader // sent as it is, by POST
	kind   string    // media type of file
	chat   bool      // it is for who keeps messages
}

// do calls a method and reads its answer into into, which may be nil. Its errors are *Fault and *outhttp.Lost.
func (c Client) do(ctx context.Context, a call, into any) error {
	within := callWithin
	if a.file != nil {
		within = UploadWithin
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	r, err := a.request(ctx)
	if err != nil {
		return &outhttp.Lost{Err: err}
	}
	res, err := outhttp.Exchange(c.HTTP, r, maxAnswer)
	if err != nil {
		return err
	}
	if !res.OK() {
		return faultOf(res, time.Now())
	}
	if into != nil && json.Unmarshal(res.Body, into) != nil {
		return &outhttp.Lost{Began: true, Err: errors.New("an answer that is not of the AT Protocol")}
	}
	return nil
}

// request makes the request of a call.
func (a call) request(ctx context.Context) (*http.Request, error) {
	method, kind := http.MethodGet, ""
	var body io.Reader
	switch {
	case a.file != nil:
		method, kind, body = http.MethodPost, a.kind, a.file
	case a.body != nil:
		raw, err := json.Marshal(a.body)
		if err != nil {
			return nil, err
		}
		method, kind, body = http.MethodPost, "application/json", bytes.NewReader(raw)
	case a.post:
		method = http.MethodPost
	}
	at := a.server + "/xrpc/" + a.method
	if len(a.query) > 0 {
		at += "?" + a.query.Encode()
	}
	r, err := http.NewRequestWithContext(ctx, method, at, body)
	if err != nil {
		return nil, outhttp.NoAddress()
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if a.token != "" {
		r.Header.Set("Authorization", "Bearer "+a.token)
	}
	if a.chat {
		r.Header.Set("Atproto-Proxy", chatService)
	}
	r.Header.Set("User-Agent", agent)
	return r, nil
}

// faultOf reads why a server did not do what it was asked.
func faultOf(res outhttp.Reply, now time.Time) *Fault {
	var said struct {
		Error   string `json:"error"`
		Message string `json:"message"`
	}
	_ = json.Unmarshal(res.Body, &said) // a proxy says something else
	f := &Fault{Status: res.Status, Name: cut(said.Error), Words: cut(said.Message)}
	if reset, err := strconv.ParseInt(res.Header.Get("Ratelimit-Reset"), 10, 64); err == nil && res.Status == http.StatusTooManyRequests {
		f.After = min(max(time.Unix(reset, 0).Sub(now), time.Second), maxPause)
	}
	return f
}

func cut(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s[:min(len(s), maxWords)], "\x00", ""), "")
}

// expired reports whether a token has ended, as it does every two hours.
func expired(err error) bool {
	f, is := errors.AsType[*Fault](err)
	return is && (f.Name == "ExpiredToken" || f.Name == "InvalidToken" && !badMethod(f))
}

// badMethod is how servers say that an app password is not good for messages.
func badMethod(f *Fault) bool {
	return f.Name == "InvalidToken" && strings.HasPrefix(f.Words, "Bad token")
}

// unwanted reports whether the app password may not read or write messages, or the server knows none.
func unwanted(err error) bool {
	f, is := errors.AsType[*Fault](err)
	return is && (f.Status == http.StatusForbidden || f.Status == http.StatusNotImplemented || badMethod(f))
}

// failureOf returns what an error of a call means; repeats: done twice it is as done once.
func failureOf(err error, repeats bool) *channel.Failure {
	f, is := errors.AsType[*Fault](err)
	if !is {
		return channel.Unanswered(err, repeats, "bluesky.unreachable")
	}
	verdict, code := channel.Permanent, "bluesky.refused"
	switch {
	case f.Status == http.StatusUnauthorized || expired(err) || f.Name == "AccountTakedown" || f.Name == "AuthFactorTokenRequired":
		verdict, code = channel.Reconnect, "bluesky.reconnect"
	case f.Status == http.StatusTooManyRequests:
		verdict, code = channel.Retry, "bluesky.busy"
	case f.Status == http.StatusServiceUnavailable || f.Status >= http.StatusInternalServerError && repeats:
		verdict, code = channel.Retry, "bluesky.unreachable"
	case f.Status >= http.StatusInternalServerError:
		verdict, code = channel.Ambiguous, "delivery.no_answer"
	case f.Name == "NotFound" || f.Name == "RecordNotFound":
		code = "bluesky.gone"
	}
	out := channel.Fail(verdict, code, f)
	switch verdict { //nolint:exhaustive // the others need nothing
	case channel.Retry:
		out.After = f.After
	case channel.Permanent:
		out.Words = f.Words
	}
	return out
}

// isCall reports whether an error is that of a call.
func isCall(err error) bool {
	if _, is := errors.AsType[*Fault](err); is {
		return true
	}
	_, is := errors.AsType[*outhttp.Lost](err)
	return is
}
