package outhttp

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"time"
)

// Poster posts messages to addresses that users gave, and follows no redirect:
// the address that was checked is the one that is called.
type Poster struct{ client *http.Client }

// NewPoster returns a guarded poster.
func NewPoster(c Config) (*Poster, error) {
	client, err := New(c)
	if err != nil {
		return nil, err
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Poster{client}, nil
}

// Answer is what came back.
type Answer struct {
	Status     int
	Body       []byte        // its beginning
	RetryAfter time.Duration // for which the other side wants to be left alone; 0: it says nothing
}

// OK reports success.
func (a Answer) OK() bool { return a.Status >= 200 && a.Status < 300 }

// Post sends body with header and reads the first bytes, at most limit, of the answer.
// Its errors are *Lost.
func (p *Poster) Post(ctx context.Context, to string, header map[string]string, body []byte, limit int64) (Answer, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return Answer{}, NoAddress()
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	res, err := Send(p.client, r)
	if err != nil {
		return Answer{}, err
	}
	defer res.Body.Close() // it was read
	text, err := io.ReadAll(io.LimitReader(res.Body, limit))
	a := Answer{Status: res.StatusCode, Body: text}
	if seconds, wrong := strconv.Atoi(res.Header.Get("Retry-After")); wrong == nil && seconds > 0 {
		a.RetryAfter = time.Duration(min(seconds, maxRetryAfter)) * time.Second
	}
	if err == nil || a.OK() { // it has taken the message, however the rest of its answer goes
		return a, nil
	}
	return a, &Lost{Began: true, Err: err}
}

// maxRetryAfter bounds what another side can ask for, in seconds.
const maxRetryAfter = 7 * 24 * 3600
