package meta

import (
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/kit/clip"
)

// Token is what Meta says of a token.
type Token struct {
	App     string   `json:"app_id"`
	Type    string   `json:"type"` // PAGE, USER, SYSTEM_USER
	Valid   bool     `json:"is_valid"`
	Profile string   `json:"profile_id"` // of a page's token: which
	Expires int64    `json:"expires_at"` // seconds; 0: never
	Access  int64    `json:"data_access_expires_at"`
	Scopes  []string `json:"scopes"`
	Error   *struct {
		Code    int    `json:"code"`
		Subcode int    `json:"subcode"`
		Message string `json:"message"`
	} `json:"error"`
}

// ExpiresAt returns when the token or the access of the app ends; zero: never.
func (t Token) ExpiresAt() time.Time {
	var first int64
	for _, at := range []int64{t.Expires, t.Access} {
		if at > 0 && (first == 0 || at < first) {
			first = at
		}
	}
	if first == 0 {
		return time.Time{}
	}
	return time.Unix(first, 0).UTC()
}

// Words returns what Meta says is wrong with the token.
func (t Token) Words() string {
	if t.Error == nil {
		return ""
	}
	return clip.Bytes(t.Error.Message, maxWords)
}

// Lacks returns those of scopes that the token does not have.
func (t Token) Lacks(scopes ...string) (missing []string) {
	for _, s := range scopes {
		if !slices.Contains(t.Scopes, s) {
			missing = append(missing, s)
		}
	}
	return missing
}

// Inspect asks what a token is good for.
func (c *Client) Inspect(ctx context.Context, token string) (Token, error) {
	var said struct {
		Data Token `json:"data"`
	}
	err := c.Do(ctx, Call{Token: c.appToken(), Path: "debug_token", Query: url.Values{"input_token": {token}}}, &said)
	return said.Data, err
}
