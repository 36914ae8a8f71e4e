package automation

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/kit/stdhook"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// Bounds of one call.
const (
	callWithin = 15 * time.Second
	answerRead = 4 << 10 // bytes of an answer that are looked at
	maxPause   = 24 * time.Hour
	statusGone = 410 // RFC 9110, 15.5.11
)

// pauses are the times between attempts: with all of them a message is tried for more than a day.
var pauses = [...]time.Duration{ //nolint:gochecknoglobals // a table that never changes
	5 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 8 * time.Hour, 10 * time.Hour,
}

// result is what came of a call.
type result struct {
	outhttp.Answer

	said string // how the answer began, or why there was none
	took time.Duration
}

// call sends a message once.
func (s *Webhooks) call(ctx context.Context, w Webhook, d Delivery) result {
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	secrets, err := s.secrets(w)
	if err != nil {
		return result{said: shown(err.Error())}
	}
	h := headers{"Content-Type": "application/json", "User-Agent": "Zongler-Webhooks"}
	stdhook.Sign(h, "msg_"+d.ID.String(), time.Now(), []byte(d.Body), secrets...)
	began := time.Now()
	answer, err := s.poster.Post(ctx, w.URL, h, []byte(d.Body), answerRead)
	r := result{Answer: answer, said: shown(string(answer.Body)), took: time.Since(began)}
	if err != nil && r.said == "" {
		r.said = shown(err.Error())
	}
	return r
}

// headers of a message.
type headers map[string]string

// Get returns a header.
func (h headers) Get(name string) string { return h[name] }

// Set sets a header.
func (h headers) Set(name, value string) { h[name] = value }

// secrets returns those with which a message is signed now.
func (s *Webhooks) secrets(w Webhook) ([]stdhook.Secret, error) {
	sealed := []string{w.Sealed}
	if w.SealedBefore != "" && time.Now().Before(w.BeforeUntil) {
		sealed = append(sealed, w.SealedBefore)
	}
	out := make([]stdhook.Secret, len(sealed))
	for i, text := range sealed {
		secret, err := s.sealer.Open(text, w.secretContext())
		if err != nil {
			return nil, err
		}
		out[i] = secret
	}
	return out, nil
}
