package outhttp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
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
// Its errors do not name the address.
func (p *Poster) Post(ctx context.Context, to string, header map[string]string, body []byte, limit int64) (Answer, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return Answer{}, errors.New("outhttp: not an address that can be called")
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	res, err := p.client.Do(r)
	if err != nil {
		if said, ok := errors.AsType[*url.Error](err); ok {
			err = said.Err
		}
		return Answer{}, err
	}
	defer res.Body.Close() // it was read
	text, err := io.ReadAll(io.LimitReader(res.Body, limit))
	a := Answer{Status: res.StatusCode, Body: text}
	if seconds, wrong := strconv.Atoi(res.Header.Get("Retry-After")); wrong == nil && seconds > 0 {
		a.RetryAfter = time.Duration(min(seconds, maxRetryAfter)) * time.Second
	}
	if a.OK() {
		err = nil // it has taken the message, however the rest of its answer goes
	}
	return a, err
}

// maxRetryAfter bounds what another side can ask for, in seconds.
const maxRetryAfter = 7 * 24 * 3600
