package email

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/id"
)

// Times and bounds of tokens.
const (
	tokenMargin  = time.Minute // a token that ends within it is renewed
	tokenLife    = 5 * time.Minute
	tokenWithin  = 20 * time.Second
	maxTokenBody = 64 << 10
)

// tokenError is what a token server refused.
type tokenError struct{ words string }

func (e tokenError) Error() string { return "email: no token: " + e.words }

// tokens gives out access tokens and renews each once, however many ask at once.
type tokens struct {
	http   *http.Client
	store  func(ctx context.Context, p channel.EntryPoint, refresh string) error // keeps a refresh token that was replaced
	flight singleflight.Group

	mu   sync.Mutex
	kept map[id.EntryPoint]access
}

type access struct {
	token   string
	refresh string // with which it was made
	ends    time.Time
}

// of returns an access token of a mailbox; renew says that the one kept was refused.
func (t *tokens) of(ctx context.Context, p channel.EntryPoint, o OAuth, s Secrets, renew bool) (string, error) {
	t.mu.Lock()
	kept, ok := t.kept[p.ID]
	t.mu.Unlock()
	if ok && !renew && time.Until(kept.ends) > tokenMargin && (kept.refresh == s.RefreshToken) {
		return kept.token, nil
	}
	made := t.flight.DoChan(p.ID.String()+" "+s.RefreshToken, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tokenWithin)
		defer cancel()
		return t.renew(ctx, p, o, s)
	})
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case r := <-made:
		if r.Err != nil {
			return "", r.Err
		}
		return r.Val.(string), nil //nolint:forcetypeassert // renew returns a string
	}
}

// tokenAnswer is what a token server says (RFC 6749, 5.1 and 5.2).
type tokenAnswer struct {
	AccessToken  string      `json:"access_token"`
	RefreshToken string      `json:"refresh_token"`
	ExpiresIn    json.Number `json:"expires_in"`
	Error        string      `json:"error"`
	Description  string      `json:"error_description"`
}

func (t *tokens) renew(ctx context.Context, p channel.EntryPoint, o OAuth, s Secrets) (string, error) {
	a, err := t.ask(ctx, o, s)
	if err != nil {
		return "", err
	}
	life := tokenLife
	if seconds, err := a.ExpiresIn.Int64(); err == nil && seconds > 0 {
		life = time.Duration(seconds) * time.Second
	}
	made := access{token: a.AccessToken, refresh: s.RefreshToken, ends: time.Now().Add(life)}
	if a.RefreshToken != "" && a.RefreshToken != s.RefreshToken {
		if err := t.store(ctx, p, a.RefreshToken); err != nil {
			return "", err
		}
		made.refresh = a.RefreshToken
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept == nil {
		t.kept = map[id.EntryPoint]access{}
	}
	t.kept[p.ID] = made
	return made.token, nil
}

func (t *tokens) ask(ctx context.Context, o OAuth, s Secrets) (tokenAnswer, error) {
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {s.RefreshToken}, "client_id": {o.ClientID}}
	if s.RefreshToken == "" { // an application that acts for itself
		form = url.Values{"grant_type": {"client_credentials"}, "client_id": {o.ClientID}}
	}
	if s.ClientSecret != "" {
		form.Set("client_secret", s.ClientSecret)
	}
	if o.Scope != "" {
		form.Set("scope", o.Scope)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, o.TokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return tokenAnswer{}, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	answer, err := t.http.Do(r)
	if err != nil {
		return tokenAnswer{}, err
	}
	defer func() { _ = answer.Body.Close() }() // it was read as far as it is needed
	return readToken(answer.StatusCode, io.LimitReader(answer.Body, maxTokenBody))
}

// readToken understands the answer of a token server.
func readToken(status int, body io.Reader) (tokenAnswer, error) {
	var a tokenAnswer
	if err := json.NewDecoder(body).Decode(&a); err != nil && status == http.StatusOK {
		return a, tokenError{"the answer cannot be read"}
	}
	if status != http.StatusOK || a.AccessToken == "" {
		return a, tokenError{clip(fmt.Sprintf("%d %s %s", status, a.Error, a.Description))}
	}
	return a, nil
}
